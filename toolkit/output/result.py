"""The check result as JSON, the contract other tools read (schemas/check-result.schema.json)."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from .. import __version__
from ..edition import Edition
from ..finding import Batch, Result
from ..report import dumps


def write(batch: Batch, lang: str) -> Iterator[str]:
    """Yield the whole result as one JSON document."""
    yield dumps(
        {
            "tool": f"gouji {__version__}",
            "ruleset": _ruleset(batch),
            "files": [entry(result, lang) for result in batch.results],
            "campaign": batch.campaign,
            "summary": summary(batch),
        }
    )
    yield "\n"


def write_lines(batch: Batch, lang: str) -> Iterator[str]:
    """Yield one file object a line."""
    for result in batch.results:
        yield dumps(entry(result, lang), indent=None) + "\n"


def entry(result: Result, lang: str) -> dict[str, Any]:
    """Return one file's entry."""
    report = result.report
    return {
        "path": result.path,
        "sha256": result.sha256,
        "verdict": result.verdict,
        "form": report.edition.form if report else None,
        "edition": report.edition.name if report else None,
        "year": report.year if report else None,
        "agency": dict(report.agency) if report else None,
        "findings": [finding.as_json(lang) for finding in result.findings],
        "explanations": [],
        "rules": {
            "passed": list(result.passed),
            "failed": list(result.failed),
            "not_checked": [
                {"code": code, "why": why[lang]} for code, why in result.not_checked.items()
            ],
        },
    }


def summary(batch: Batch) -> dict[str, int]:
    """Return how many files there are of each verdict."""
    counts = Counter(result.verdict for result in batch.results)
    verdicts = {name: counts[name] for name in ("pass", "warn", "fail", "reject")}
    return {"files": len(batch.results), **verdicts, "ignored": batch.ignored}


def _ruleset(batch: Batch) -> str:
    """Return which editions judged: form, name and the head of each fingerprint."""
    editions: dict[str, Edition] = {
        r.report.edition.fingerprint: r.report.edition for r in batch.results if r.report
    }
    named = sorted(f"{e.form}/{e.name}@{e.fingerprint[:12]}" for e in editions.values())
    return " ".join(named)
