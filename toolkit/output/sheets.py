"""The check result as a workbook: totals, a line for each agency, every finding, who is missing."""

from collections.abc import Iterator

from .. import data
from ..finding import Batch, level_names
from ..workbook.stream import Painted, Row, Sheet, pieces
from . import rows
from .tags import say, title
from .tally import STATES, Tally, tally

_NARROW = 10.0
_WIDTHS = {"agency": 30.0, "code": 22.0, "path": 36.0, "message": 64.0, "first": 60.0,
           "label": 34.0, "at": 18.0, "found": 18.0, "should": 18.0, "waived": 30.0,
           "problem": 44.0, "returns": 20.0, "deadline": 14.0, "parent": 24.0, "finding": 18.0,
           "follows": 18.0, "sent": 12.0}  # fmt: skip
_AGENCIES = ("agency", "verdict", "errors", "warnings", "first", "code", "year", "edition",
             "sent", "path")  # fmt: skip
_MISSING = ("agency", "code", "level", "kind", "parent", "deadline")


def write(batch: Batch, lang: str) -> Iterator[bytes]:
    """Yield a workbook's bytes."""
    told = tally(batch, lang)
    yield from pieces(_sheets(batch, told, lang))


def _sheets(batch: Batch, told: Tally, lang: str) -> Iterator[Sheet]:
    states = _states(batch, told, lang)
    yield Sheet(
        rows.word("summary", lang),
        _heads(("problem", "count"), lang),
        (*states, *_ranking(told, lang)),
        (2, len(states) + 3),
    )
    yield Sheet(rows.word("agencies", lang), _heads(_AGENCIES, lang), _agencies(told, lang))
    yield Sheet(rows.word("findings", lang), _heads(rows.COLUMNS, lang), _findings(batch, lang))
    if batch.campaign:
        lines = _missing(told, lang)
        yield Sheet(rows.word("missing", lang), _heads(_MISSING, lang), lines)


def _heads(names: tuple[str, ...], lang: str) -> tuple[tuple[str, float], ...]:
    return tuple((rows.word(name, lang), _WIDTHS.get(name, _NARROW)) for name in names)


def _states(batch: Batch, told: Tally, lang: str) -> list[Row]:
    """Return how many there are of everything, the states in their colours."""
    found: list[Row] = [(rows.word("files", lang), told.verdicts.total())]
    if batch.campaign:
        found.insert(0, (rows.word("expected", lang), batch.campaign["expected"]))
    found += [
        (Painted(say(state, lang), state), Painted(told.states[state], state))
        for state in STATES
        if batch.campaign or state != "missing"
    ]
    return [*found, (rows.word("ignored", lang), batch.ignored)]


def _ranking(told: Tally, lang: str) -> Iterator[Row]:
    """Yield the problems, those that most returns have first."""
    if told.codes:
        yield tuple(Painted(rows.word(name, lang), "title") for name in ("problem", "returns"))
    for code, count in sorted(told.codes.items(), key=lambda item: (-item[1], item[0])):
        yield f"{title(code, lang)} ({code})", count


def _agencies(told: Tally, lang: str) -> Iterator[Row]:
    for line in told.lines:
        yield (
            line.name or say("nobody" if line.edition else "unread", lang),
            Painted(say(line.state, lang), line.state),
            line.errors or None,
            line.warnings or None,
            line.first or None,
            line.code,
            line.year,
            line.edition,
            line.sent,
            line.path,
        )


def _findings(batch: Batch, lang: str) -> Iterator[Row]:
    """Yield one row for each finding; a return without any is in the list of agencies."""
    proof = data.messages()["proof"]
    for result in batch.results:
        if result.findings:
            for row in rows.rows(result, lang):
                named = dict(zip(rows.COLUMNS, row, strict=True))
                verdict, severity = str(named["verdict"]), str(named["severity"])
                yield tuple(
                    {
                        **named,
                        "verdict": Painted(say(verdict, lang), verdict),
                        "severity": Painted(proof[severity][lang], severity),
                    }.values()
                )


def _missing(told: Tally, lang: str) -> Iterator[Row]:
    levels = level_names(lang)
    for line in told.lines:
        if line.state == "missing":
            level = line.member.get("level")
            rest = (line.member.get(name) for name in ("kind", "parent", "deadline"))
            texts = (line.name, line.code, levels.get(level or "", level), *rest)
            yield tuple(None if text is None else str(text) for text in texts)
