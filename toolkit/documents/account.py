"""Account of an import: as JSON, and as lines for people."""

from collections.abc import Iterator, Sequence

from ..data import Message, filled, texts
from ..finding import Finding, spelled
from ..report.report import as_json as report_json
from ..report.report import dumps
from .importing import Imported
from .taking import NotTaken

ImportOutcome = tuple[str, Imported | None, Finding | None]
"""A document's path, what is read of it, or the finding that refuses it."""


def is_whole(read: Imported) -> bool:
    """Tell whether every table is taken whole, and no number is left over."""
    return not read.not_taken and set(read.report.edition.statutory) <= set(read.tables)


def as_json(outcomes: Sequence[ImportOutcome], lang: str) -> Iterator[str]:
    """Yield the reports with their evidence, and the parts not taken, as JSON.

    A refused document is an entry of what was not taken: table null, text the reason.
    """
    reports = [report_json(read.report) for _, read, _ in outcomes if read]
    missing: list[dict[str, str | None]] = [
        {
            "path": path,
            "table": missed.table,
            "where": missed.where,
            "text": missed.text,
            "why": missed.why,
        }
        for path, read, _ in outcomes
        if read
        for missed in read.not_taken
    ]
    missing += [
        {
            "path": path,
            "table": None,
            "where": "",
            "text": finding.message(lang),
            "why": finding.code,
        }
        for path, _, finding in outcomes
        if finding
    ]
    order = {path: number for number, (path, _, _) in enumerate(outcomes)}
    missing.sort(key=lambda missed: order[missed["path"] or ""])
    yield dumps({"reports": reports, "not_taken": missing})
    yield "\n"


def lines(path: str, read: Imported | None, finding: Finding | None, lang: str) -> Iterator[str]:
    """Yield the account of a document: its report and numbers, then the parts not taken."""
    words = texts("import", lang)
    if read is None:
        why = finding.message(lang) if finding else ""
        yield filled(words["refused"], path=path, why=why)
        return
    report = read.report
    yield filled(
        words["read"],
        path=path,
        agency=report.agency["name"] or words["no-agency"],
        year=report.year or words["no-year"],
        edition=report.edition.name,
        **counts(read),
    )
    for missed in read.not_taken:
        yield f"  {message(missed, lang)}"


def counts(read: Imported) -> dict[str, int]:
    """Return the numbers of cells taken, asked (proposals) and missing, of the tables to fill."""
    report, there = read.report, {*read.report.edition.statutory, *read.tables}
    cells = [
        key
        for key, cell in report.edition.cells.items()
        if cell.table in there and key not in report.inapplicable
    ]
    taken = sum(evidence.taken for evidence in report.evidence.values())
    missing = sum(key not in report.evidence for key in cells)
    return {"taken": taken, "asked": len(report.evidence) - taken, "missing": missing}


def message(missed: NotTaken, lang: str) -> str:
    """Return the sentence on what was not taken."""
    return sentence(missed)[lang]


def sentence(missed: NotTaken) -> Message:
    """Return the sentence on what was not taken, for any language."""
    text = " ".join(missed.text.split())
    return Message(
        "import", missed.why, {"table": missed.table, "text": text, "at": at_place(missed)}
    )


def at_place(missed: NotTaken) -> str | Message:
    """Return the place of what was not taken in brackets, empty without one."""
    return Message("import", "at", {"where": spelled(missed.where)}) if missed.where else ""
