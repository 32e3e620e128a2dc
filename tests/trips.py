"""Returns saved by LibreOffice, and the differences afterwards."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

from office import resave, session
from returns import Case, report_of
from screen import Rows, differences, looks, screen
from source import TESTS

from toolkit.blank import slots
from toolkit.blank.build import build
from toolkit.blank.slots import word
from toolkit.check import check
from toolkit.data import CHINESE, texts
from toolkit.finding import Finding
from toolkit.report.report import Report, from_json
from toolkit.report.strict import parse_json
from toolkit.returned.read import Reading, read
from toolkit.xlsx.address import at

TEXT = """一、概述 2025年，本机关Overview共收到申请 3 件，  其中A类1件。
=1+1
\t“引号”、'quotes' & <角括号>

第五行：100%，1,234元；①②③"""


# ── typed into one workbook ───────────────────────────────────────────────────────────────────────


def typed_in(returns: list[Case], folder: Path) -> list[str]:
    """Return differences between live rows, totals or printed sheets and `check`."""
    found = []
    for number, (case, gave) in enumerate(zip(returns, *typed([returns], folder), strict=True)):
        now = screen(case.report.edition, gave)
        outcome = check(case.report, _stamped(case))
        found += [
            f"{case.kind} {number}: {line}" for line in differences(now, case.report, outcome)
        ]
    return found


def typed(editions: list[list[Case]], folder: Path) -> list[list[list[Rows]]]:
    """Return LibreOffice's values for each edition's returns, as results of the steps of `looks`.

    Returns of one edition are typed one after another into one blank.
    """
    jobs, wide = [], []
    for number, returns in enumerate(editions):
        edition = returns[0].report.edition
        blank = folder / f"blank{number}.xlsx"
        blank.write_bytes(build(edition))
        reading = looks(edition)
        steps = [step for case in returns for step in (*entered(case), ["recalculate"], *reading)]
        jobs.append({"open": str(blank), "steps": steps})
        wide.append((len(steps) // len(returns), len(reading)))
    with session() as run:
        gave = run(jobs)
    return [
        [told[end - reads : end] for end in range(each, len(told) + 1, each)]
        for told, (each, reads) in zip(gave, wide, strict=True)
    ]


def _stamped(case: Case) -> Report | None:
    """Return last year's report as in the workbook: on an overlay only cells of equal meaning."""
    own = case.report.edition
    if case.prior is None or not own.counts_as:
        return case.prior
    values = dict.fromkeys(own.cells) | dict(case.report.prior)
    return replace(case.prior, edition=own, values=values, nil=(), origin="json")


def typed_cells(report: Report) -> dict[str, dict[str, object]]:
    """Return {sheet: {address: value}} of a report's typed cells and declarations."""
    edition = report.edition
    sheets: dict[str, dict[str, object]] = {}
    for key in edition.typed:
        cell = edition.cells[key]
        sheets.setdefault(cell.sheet, {})[cell.at] = report.values[key]
    for table in edition.statutory:
        section = edition.tables[table]
        chosen = word("declaration") if table in report.nil else None
        sheets[section.sheet][at(slots.declaration(section))] = chosen
    return sheets


def entered(case: Case) -> Iterator[list[object]]:
    """Yield the steps that type everything in which two returns may differ."""
    edition, report = case.report.edition, case.report
    sheets = typed_cells(report)
    level = texts("level", CHINESE)[report.agency["level"] or ""]
    sheets[word("cover")] = {at(slots.cover_places()["level"]): level}
    for sheet, cells in sheets.items():
        yield ["type", sheet, cells]
    if places := slots.prior_places(edition).items():
        yield ["stamp", word("prior"), {at(place): report.prior.get(key) for key, place in places}]


# ── stamped, saved by LibreOffice, read ───────────────────────────────────────────────────────────


def there_and_back(returns: list[Case], folder: Path, extra: tuple[Path, ...] = ()) -> list[str]:
    """Return the differences in values or findings after LibreOffice saved the workbooks again."""
    there, back = folder / "there", folder / "back"
    there.mkdir()
    paths, sent = [], []
    for number, case in enumerate(returns):
        texts = dict.fromkeys(case.report.edition.texts, TEXT)
        report = replace(case.report, texts=texts, sent=2)
        sent.append(replace(case, report=report))
        paths.append(there / f"{number:03d}-{case.kind}.xlsx")
        paths[-1].write_bytes(build(report.edition, report, report.prior))
    return [
        f"{path.name}: {line}"
        for case, path, saved in zip(sent, paths, resave(paths, back), strict=True)
        for line in _changes(case, read(path.read_bytes(), extra), read(saved.read_bytes(), extra))
    ]


def _changes(case: Case, first: Reading, second: Reading) -> Iterator[str]:
    """Yield the differences after the trip."""
    if first.findings:
        yield f"found before the trip: {first.findings}"
    for name, wanted in _pieces(case.report).items():
        for when, reading in (("before", first), ("after", second)):
            there = getattr(reading.report, name)
            if there != wanted:
                yield f"{name} {when} the trip: {there!r}, it is {wanted!r}"
    for finding in second.findings:
        if finding.severity != "note":
            yield f"found after the trip: {finding}"
    if _told(first, case) != _told(second, case):
        yield "check finds something else"


def _pieces(report: Report) -> dict[str, object]:
    return {field.name: getattr(report, field.name) for field in fields(report) if field.compare}


def _told(reading: Reading, case: Case) -> list[Finding]:
    """Return the findings of a workbook, without notes."""
    outcome = check(reading.report, case.prior, reading.findings)
    return [replace(f, follows=None) for f in outcome.findings if f.severity != "note"]


def published():
    """Return the published reports, typed cells only."""
    for path in sorted((TESTS / "real").glob("*.json")):
        source = json.loads(path.read_text(encoding="utf-8"))
        report = from_json(parse_json(path.read_text(encoding="utf-8")))
        typed = {key: report.values[key] for key in report.edition.typed}
        agency = {"name": source["agency"]["name"], "code": None, "level": None}
        own = report_of(report.edition, report.year or 0, typed, (), agency)
        yield Case(path.stem, own, None)
