"""Changes between two reports, in words and as JSON."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .. import __version__
from ..data import say, texts
from ..edition.kind import Cell
from ..escape import inert
from ..report import identity
from ..report.report import Report, Value, dumps, plain
from .changes import FACTS, CellChange, Changes, Reworded, Share, excerpts, facts

LISTED = 6
"""Maximum number of places listed in one line; the rest is counted."""


def lines(
    old: tuple[str, Report], new: tuple[str, Report], changes: Changes, lang: str
) -> Iterator[str]:
    """Yield the changes as text; old and new: path and report."""
    for name, (path, report) in (("old", old), ("new", new)):
        yield say("diff", name, lang, path=inert(path)) + "\n"
        yield _whose(report, lang) + "\n"
    if changes.facts:
        yield from _block(say("diff", "facts", lang), _facts(changes, lang))
    newer, older = ({p.sheet: p for p in r.edition.sections} for _, r in (new, old))
    for section in {**newer, **{n: p for n, p in older.items() if n not in newer}}.values():
        yield from _block(section.sheet, _of_table(changes, section.table, lang))
        texts = [change for change in changes.texts if change.section.sheet == section.sheet]
        yield from _block(section.caption, (_reworded(change, lang) for change in texts))
    yield from _block(
        say("diff", "shares", lang), (_share(change, new[1], lang) for change in changes.shares)
    )
    yield from _alone(old[1], new[1], changes, lang)
    sizes = {"cells": len(changes.cells), "texts": len(changes.texts)}
    yield f"\n{say('diff', 'summary' if changes else 'same', lang, **sizes)}\n"


def _whose(report: Report, lang: str) -> str:
    sent = say("diff", "whose_sent", lang, n=report.sent) if report.sent else ""
    name = report.agency.get("name") or say("text", "nobody", lang)
    year = "—" if report.year is None else report.year
    return say(
        "diff", "whose", lang, who=inert(name), year=year, edition=report.edition.name, sent=sent
    )


def _block(head: str, rows: Iterable[str]) -> Iterator[str]:
    """Yield rows under a head, nothing without rows."""
    for number, row in enumerate(rows):
        yield f"  {row}\n" if number else f"\n{head}\n  {row}\n"


def _facts(changes: Changes, lang: str) -> Iterator[str]:
    for name, pair in changes.facts.items():
        head = say("workbook", f"field_{name}", lang)
        was, now = (_fact(name, value, lang) for value in pair)
        named = [str(value) for value in pair if name in FACTS[:2] and value is not None]
        signs = identity.remark(lang, *named)
        yield say("diff", "fact", lang, name=head, old=was, new=now) + signs


def _fact(name: str, value: Value, lang: str) -> str:
    shown = texts("level", lang).get(str(value), value) if name == "level" else value
    return say("diff", "blank", lang) if shown is None else inert(str(shown))


def _of_table(changes: Changes, table: str | None, lang: str) -> Iterator[str]:
    """Yield the changes of one table: its declaration, its cells, its totals in one line."""
    if table is None:
        return
    if table in changes.declared:
        name = "declared" if changes.declared[table] else "undeclared"
        yield say("diff", name, lang, words=say("workbook", "declaration", lang))
    cells = [change for change in changes.cells if change.cell.table == table]
    yield from (_cell(change, lang) for change in cells if not change.follows)
    totals = [f"{change.cell.at} {_shown(change.old, lang)} → {_shown(change.new, lang)}"
              for change in cells if change.follows]  # fmt: skip
    if totals:
        yield say("diff", "follow", lang, n=len(totals), cells=_listed(totals, lang))


def _cell(change: CellChange, lang: str) -> str:
    by, difference = "", change.difference
    if difference is not None:
        unit = f" {change.cell.unit}" if change.cell.unit else ""
        name, size = ("more", difference) if difference > 0 else ("less", -difference)
        by = say("diff", name, lang, n=plain(size), unit=unit)
    was, now = _shown(change.old, lang), _shown(change.new, lang)
    figures = {"at": change.cell.at, "label": change.cell.label, "old": was, "new": now}
    return say("diff", "cell", lang, **figures, by=by)


def _shown(value: Value, lang: str) -> str:
    if value is None:
        return say("diff", "blank", lang)
    if not isinstance(value, str):
        return plain(value)
    return say("diff", "typed", lang, text=inert(excerpts(value, None)[0] or ""))


def _reworded(pair: Reworded, lang: str) -> str:
    name = "added" if pair.old is None else "gone" if pair.new is None else "changed"
    was, now = (None if text is None else inert(text) for text in excerpts(pair.old, pair.new))
    number = pair.place[0] if name == "gone" else pair.place[1]
    return say("diff", name, lang, n=number, old=was, new=now)


def _share(share: Share, new: Report, lang: str) -> str:
    """Return the change of an agency's part in a roll-up, as a sentence."""
    counted = [part is not None and part.state == "counted" for part in (share.old, share.new)]
    if counted == [False, True]:
        return say("diff", "joined", lang, name=inert(share.name))
    if counted == [True, False]:
        return say("diff", "left", lang, name=inert(share.name))
    cells = [
        say("diff", "share_cell", lang, sheet=cell.sheet, at=cell.at,
            old=_shown(was, lang), new=_shown(now, lang))
        for key, (was, now) in share.cells.items()
        for cell in [new.edition.cells[key]]
    ]  # fmt: skip
    return say(
        "diff", "share", lang, name=inert(share.name), n=len(cells), cells=_listed(cells, lang)
    )


def _listed(items: Sequence[str], lang: str) -> str:
    """Return a list in one line, cut after LISTED items."""
    more = say("place", "more", lang, count=len(items)) if len(items) > LISTED else ""
    return say("place", "comma", lang).join(items[:LISTED]) + more


def _alone(old: Report, new: Report, changes: Changes, lang: str) -> Iterator[str]:
    """Yield the cells that only one edition has."""
    for name, report, cells in (
        ("only_old", old, changes.gone),
        ("only_new", new, changes.added),
    ):
        filled = [
            say("diff", "filled", lang, sheet=c.sheet, at=c.at, value=_shown(value, lang))
            for c, value in cells
            if value not in (None, 0)
        ]
        if cells:
            text = _listed(filled, lang) if filled else say("diff", "none", lang)
            yield "\n" + say(
                "diff", name, lang, edition=report.edition.name, n=len(cells), cells=text
            )
            yield "\n"


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────


def as_json(
    old: tuple[str, str | None, Report], new: tuple[str, str | None, Report], changes: Changes
) -> Iterator[str]:
    """Yield the changes as one JSON document; old and new: path, SHA-256 and report."""
    content = {
        "tool": f"gouji {__version__}",
        "different": bool(changes),
        "old": _side(*old),
        "new": _side(*new),
        "facts": [
            {"fact": name, "old": was, "new": now} for name, (was, now) in changes.facts.items()
        ],
        "declarations": [
            {"table": table, "old": not now, "new": now} for table, now in changes.declared.items()
        ],
        "cells": [
            {**_place(change.cell), "old": change.old, "new": change.new,
             "difference": change.difference, "follows": change.follows}
            for change in changes.cells
        ],
        "texts": [
            {"text": text.section.text, "old_paragraph": text.place[0],
             "new_paragraph": text.place[1], "old": text.old, "new": text.new}
            for text in changes.texts
        ],
        "only_old": [{**_place(cell), "value": value} for cell, value in changes.gone],
        "only_new": [{**_place(cell), "value": value} for cell, value in changes.added],
        "contributions": [_contribution(share) for share in changes.shares],
    }  # fmt: skip
    yield dumps(content)
    yield "\n"


def _side(path: str, sha256: str | None, report: Report) -> dict[str, Any]:
    return {"path": path, "sha256": sha256, **dict(zip(FACTS, facts(report), strict=True))}


def _place(cell: Cell) -> dict[str, Any]:
    return {"key": cell.key, "sheet": cell.sheet, "at": cell.at, "label": cell.label}


def _contribution(share: Share) -> dict[str, Any]:
    return {
        "agency": share.name,
        "old": share.old and share.old.state,
        "new": share.new and share.new.state,
        "cells": [{"key": key, "old": was, "new": now} for key, (was, now) in share.cells.items()],
    }
