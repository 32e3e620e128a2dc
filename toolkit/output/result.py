"""The check result as JSON, the contract for other tools (schemas/check-result.schema.json)."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from .. import __version__
from ..edition.edition import Edition
from ..explain import words
from ..finding import Batch, Finding, Result
from ..report.report import Report


def write(batch: Batch, lang: str) -> Iterator[str]:
    """Yield the whole result as one JSON document."""
    rules = batch.ruleset
    if rules is None:
        rules = ruleset(result.report.edition for result in batch.results if result.report)
    yield f'{{\n "tool": {json.dumps(f"gouji {__version__}")},\n "ruleset": {json.dumps(rules)},'
    yield '\n "files": '
    entries = (entry(result, lang, explained=batch.explained) for result in batch.results)
    yield from _array(entries, 1)
    yield ',\n "campaign": '
    yield from _campaign(batch.campaign)
    yield ',\n "passed_over": '
    yield from _array((file.as_json(lang) for file in batch.passed_over), 1)
    yield ',\n "changed": '
    yield from _array(map(asdict, batch.changed), 1)
    yield f',\n "summary": {_deeper(summary(batch))}\n}}\n'


def _campaign(campaign: Mapping[str, Any] | None) -> Iterator[str]:
    """Yield the campaign's JSON, its long lists item by item."""
    if campaign is None:
        yield "null"
        return
    for number, (name, value) in enumerate(campaign.items()):
        yield f"{',' if number else '{'}\n  {json.dumps(name)}: "
        yield from _array(value, 2) if isinstance(value, list) else (_deeper(value, 2),)
    yield "\n }"


def _array(items: Iterable[Any], depth: int) -> Iterator[str]:
    """Yield a JSON array, indented by its depth in the document, item by item."""
    before = "["
    for item in items:
        yield before + "\n" + " " * (depth + 1) + _deeper(item, depth + 1)
        before = ","
    yield "[]" if before == "[" else "\n" + " " * depth + "]"


def _deeper(content: object, depth: int = 1) -> str:
    """Return JSON, indented by its depth in the document."""
    return json.dumps(content, indent=1).replace("\n", "\n" + " " * depth)


def write_lines(batch: Batch, lang: str) -> Iterator[str]:
    """Yield the results as JSON lines: a file object in each."""
    for result in batch.results:
        yield json.dumps(entry(result, lang, explained=batch.explained)) + "\n"


def entry(result: Result, lang: str, *, explained: bool = False) -> dict[str, Any]:
    """Return the entry of a file; explained: with the smallest corrections."""
    report = result.report
    return {
        "path": result.path,
        "sha256": result.sha256,
        "verdict": result.verdict,
        "form": report.edition.form if report else None,
        "edition": report.edition.name if report else None,
        "year": report.year if report else None,
        "agency": dict(report.agency) if report else None,
        "origin": report.origin if report else None,
        "prior": result.prior,
        "cover": dict(report.cover) if report else {},
        "sent": report.sent if report else None,
        "received": result.received.isoformat() if result.received else None,
        "check_code": result.check_code,
        "findings": [_finding(one, report, lang) for one in result.findings],
        "explanations": [
            words.as_json(correction, findings, lang)
            for correction, findings in words.of(result)
            if explained
        ],
        "rules": {
            "passed": list(result.passed),
            "failed": list(result.failed),
            "not_checked": [
                {"code": code, "why": why[lang]} for code, why in result.not_checked.items()
            ],
        },
    }


def _finding(finding: Finding, report: Report | None, lang: str) -> dict[str, Any]:
    """Return a finding; its cells with their evidence where a document has them."""
    told = finding.as_json(lang)
    for cell in told["cells"] if report else ():
        if one := report and report.evidence.get(cell["key"]):
            cell["evidence"] = {"where": one.where, "raw": one.raw, "how": one.how}
    return told


def summary(batch: Batch) -> dict[str, int]:
    """Return the number of files by verdict."""
    counts = batch.verdicts
    if counts is None:
        counts = Counter(result.verdict for result in batch.results)
    verdicts = {name: counts.get(name, 0) for name in ("pass", "warn", "fail", "reject")}
    replaced = {}
    if batch.campaign:
        agencies = batch.campaign["agencies"]
        replaced["superseded"] = sum(len(agency["superseded"]) for agency in agencies)
    return {"files": len(batch.results), **verdicts, "ignored": batch.ignored, **replaced}


def ruleset(editions: Iterable[Edition]) -> str:
    """Return editions by form, name and the head of their fingerprint, each once."""
    return " ".join(sorted({f"{e.form}/{e.name}@{e.fingerprint[:12]}" for e in editions}))
