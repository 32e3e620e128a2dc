"""The check result as a workbook: totals, agencies, findings, missing agencies."""

from collections.abc import Iterable, Iterator

from ..data import say, texts
from ..explain import words
from ..finding import Batch, addresses
from ..report.report import Value
from . import assessment, breach, rows
from .stream import ListRow, ListSheet, Painted, pieces
from .tags import title, titles
from .tally import STATES, Tally, is_current, owners, tally

_NARROW = 10.0
_WIDTHS = {"agency": 28.0, "code": 22.0, "path": 40.0, "message": 60.0, "first": 70.0,
           "label": 30.0, "at": 16.0, "found": 14.0, "should": 14.0, "waived": 26.0, "explained": 34.0,
           "problem": 44.0, "count": 22.0, "deadline": 14.0, "parent": 24.0, "finding": 16.0,
           "follows": 18.0, "lead": 60.0, "sent": 13.0, "kind": 12.0,
           "received": 12.0, "due": 12.0, "contact": 12.0, "phone": 16.0, "returns": 12.0,
           "state": 12.0, "gone": 40.0, "new": 40.0}  # fmt: skip
_AGENCIES = ("agency", "verdict", "errors", "warnings", "first",
             "code", "year", "edition", "sent", "path")  # fmt: skip
_FINDINGS = ("agency", "severity", "sheet", "at", "message", "lead", "found", "should", "waived",
             "explained",             "finding", "label", "follows", "verdict", "year", "edition", "code", "path")  # fmt: skip
_BY_RULE = ("problem", "finding", "returns", "agency", "at", "found", "should", "explained", "state",
            "path")  # fmt: skip
_CHANGED = ("agency", "before", "after", "gone", "new", "path")
_MISSING = ("agency", "code", "level", "kind", "parent", "deadline")
_PRINTED = {"agencies": 5, "findings": 9, "by-rule": 9, "changed": 5}
"""Number of printed columns, for sheets of which not all are printed."""


def write(batch: Batch, lang: str) -> Iterator[bytes]:
    """Yield a workbook's bytes."""
    totals = tally(batch, lang)
    yield from pieces(_sheets(batch, totals, lang))


def _sheets(batch: Batch, totals: Tally, lang: str) -> Iterator[ListSheet]:
    states = _states(batch, totals, lang)
    lines = (*states, *_ranking(totals, lang))
    yield _sheet("summary", ("problem", "count"), lines, lang, bars=(2, len(states) + 3))
    yield _sheet("agencies", _AGENCIES, _agencies(totals, lang), lang)
    yield _sheet("findings", _FINDINGS, _findings(batch, lang), lang)
    yield _sheet("by-rule", _BY_RULE, breach.rows(totals.breaches, lang), lang)
    if batch.campaign:
        yield _sheet("missing", _MISSING, _missing(totals, lang), lang)
        yield _sheet("appraisal", assessment.COLUMNS, _appraised(totals, lang), lang)
    if batch.changed:
        yield _sheet("changed", _CHANGED, _changed(batch, lang), lang)
    if batch.passed_over:
        passed = ((file.path, file.message(lang)) for file in batch.passed_over)
        yield _sheet("passed", ("path", "message"), passed, lang)


def _sheet(
    name: str,
    columns: tuple[str, ...],
    lines: Iterable[ListRow],
    lang: str,
    bars: tuple[int, int] | None = None,
) -> ListSheet:
    heads = tuple((say("sheets", column, lang), _WIDTHS.get(column, _NARROW)) for column in columns)
    return ListSheet(
        say("sheets", name, lang), heads, lines, _PRINTED.get(name, len(columns)), bars
    )


def _states(batch: Batch, totals: Tally, lang: str) -> list[ListRow]:
    """Return the rows of counts, the states in their colours."""
    lines: list[ListRow] = [(say("sheets", "files", lang), totals.verdicts.total())]
    if batch.campaign:
        lines.insert(0, (say("sheets", "expected", lang), batch.campaign["expected"]))
    lines += [
        tuple(
            _painted(value, state if totals.states[state] else None)
            for value in (say("board", state, lang), totals.states[state])
        )
        for state in STATES
        if batch.campaign or state != "missing"
    ]
    return [*lines, (say("sheets", "ignored", lang), batch.ignored)]


def _painted(value: Value, paint: str | None) -> Value | Painted:
    """Return a cell in the colour of a state; paint: None for no colour."""
    return Painted(value, paint) if paint else value


def _ranking(totals: Tally, lang: str) -> Iterator[ListRow]:
    """Yield the problems, the most frequent first."""
    if totals.codes:
        yield tuple(Painted(say("sheets", name, lang), "title") for name in ("problem", "returns"))
    for code, count in sorted(totals.codes.items(), key=lambda item: (-item[1], item[0])):
        yield f"{title(code, lang)} ({code})", count


def _agencies(totals: Tally, lang: str) -> Iterator[ListRow]:
    for line in totals.lines:
        yield (
            line.name or say("board", "nobody" if line.edition else "unread", lang),
            Painted(say("board", line.state, lang), line.state),
            line.errors or None,
            line.warnings or None,
            line.first or None,
            line.code,
            line.year,
            line.edition,
            line.sent,
            line.path,
        )


def _findings(batch: Batch, lang: str) -> Iterator[ListRow]:
    """Yield a row for each finding; returns without findings are only in the list of agencies."""
    agencies = owners(batch)
    for result in batch.results:
        if result.findings:
            leads: dict[int, str] = {}
            for correction, indices in words.of(result) if is_current(result) else ():
                leads |= dict.fromkeys(indices, words.sentence(correction, lang))
            for number, row in enumerate(rows.rows(result, agencies.get(result.path, {}), lang)):
                named = dict(zip(rows.COLUMNS, row, strict=True))
                verdict, severity = str(named["verdict"]), str(named["severity"])
                state = verdict if is_current(result) else "superseded"
                painted: dict[str, Value | Painted] = {
                    **named,
                    "at": " ".join(addresses(result.findings[number].cells, lang)) or None,
                    "lead": leads.get(number),
                    "verdict": _painted(say("board", state, lang), verdict * (state == verdict)),
                    "severity": Painted(say("proof", severity, lang), severity),
                }
                yield tuple(painted[column] for column in _FINDINGS)


def _missing(totals: Tally, lang: str) -> Iterator[ListRow]:
    levels = texts("level", lang)
    for line in totals.lines:
        if line.state == "missing":
            level = line.member.get("level")
            kind, *rest = (line.member.get(name) for name in ("kind", "parent", "deadline"))
            words = assessment.kind_in_words(kind, lang)
            row = (line.name, line.code, levels.get(level or "", level), words, *rest)
            yield tuple(None if text is None else str(text) for text in row)


def _appraised(totals: Tally, lang: str) -> Iterator[ListRow]:
    """Yield the facts for the yearly appraisal, the states in their colours."""
    place = assessment.COLUMNS.index("verdict")
    for line, facts in assessment.rows(totals, lang):
        yield (*facts[:place], Painted(facts[place], line.state), *facts[place + 1 :])


def _changed(batch: Batch, lang: str) -> Iterator[ListRow]:
    """Yield the returns whose verdict is another than in the run before."""
    for one in batch.changed:
        verdicts = (Painted(say("board", state, lang), state) for state in (one.before, one.after))
        codes = (titles(codes, lang) or None for codes in (one.gone, one.new))
        yield (one.agency or one.path, *verdicts, *codes, one.path)
