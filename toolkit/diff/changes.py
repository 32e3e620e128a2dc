"""Changes between two reports: numbers by cell, declarations, texts, facts of the cover."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..edition.edition import Section
from ..edition.kind import Cell
from ..report import identity
from ..report.contribution import Contribution
from ..report.report import Number, Report, Value, recompute

FACTS = ("agency", "code", "level", "year", "edition", "sent")
"""Names of the compared facts about a report, in order of output."""
PARAGRAPHS = 400
"""Maximum number of paragraphs; a longer text is compared as a whole. A workbook holds 60."""
CLOSE = 8
"""Characters shown before the first that differs."""
SHOWN = 36
"""Characters shown of a paragraph."""


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that differs; `cell` is the newer edition's.

    old, new: a number (0 where the table is declared), text, or None where it is blank.
    follows: it is a total of which both reports show what their typed cells add up to.
    """

    cell: Cell
    old: Value
    new: Value
    follows: bool

    @property
    def difference(self) -> Number | None:
        """Difference new minus old, None where one of them is no number."""
        if isinstance(self.old, Number) and isinstance(self.new, Number):
            return self.new - self.old
        return None


@dataclass(frozen=True, slots=True)
class Reworded:
    """A paragraph that differs: its number in each text, from 1, and its content.

    old or new is None where the paragraph was added or taken out.
    """

    section: Section
    place: tuple[int, int]
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """An agency whose part in two roll-ups differs; cells: {key: (old, new)}."""

    name: str
    old: Contribution | None
    new: Contribution | None
    cells: Mapping[str, tuple[Value, Value]]


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that differs, in the newer form's order.

    facts: {name of FACTS: (old, new)}. declared: {table: it is declared now}. gone, added: cells
    that only one of the two editions has, with their values.
    """

    facts: Mapping[str, tuple[Value, Value]]
    declared: Mapping[str, bool]
    cells: tuple[CellChange, ...]
    texts: tuple[Reworded, ...]
    gone: tuple[tuple[Cell, Value], ...]
    added: tuple[tuple[Cell, Value], ...]
    shares: tuple[Share, ...]

    def __bool__(self) -> bool:
        """Tell whether anything differs."""
        return any((self.facts, self.declared, self.cells, self.texts, self.shares))


def compare(old: Report, new: Report) -> Changes:
    """Return the changes from one report to another; cells of only one edition are listed apart.

    A document says nothing of codes, levels, sendings, declarations and tables that are not
    published: these are not compared, nor are the blanks in its texts.
    """
    documents = [one for one in (old, new) if one.origin == "document"]
    before, after = old.edition, new.edition
    common = [key for key in after.cells if key in before.cells]
    tables = [name for name in after.statutory if name in before.statutory]
    return Changes(
        facts={
            name: (was, now)
            for name, was, now in zip(FACTS, facts(old), facts(new), strict=True)
            if was != now and not (documents and None in (was, now))
        },
        declared={
            t: t in new.nil for t in tables if (t in old.nil) != (t in new.nil) and not documents
        },
        cells=tuple(_changed(old, new, [key for key in common if _is_told(key, documents)])),
        texts=tuple(_reworded(old, new)),
        gone=tuple((c, value(old, key)) for key, c in before.cells.items() if key not in common),
        added=tuple((c, value(new, key)) for key, c in after.cells.items() if key not in common),
        shares=tuple(_shares(old, new)),
    )


def _is_told(key: str, documents: Sequence[Report]) -> bool:
    """Tell whether documents have a cell's table: one that must be published, or any cell of it."""
    return all(
        (cell := one.edition.cells[key]).table in one.edition.statutory
        or any(one.values.get(other.key) is not None for other in one.edition.of_table(cell.table))
        for one in documents
    )


def facts(report: Report) -> tuple[Value, ...]:
    """Return the facts about a report, in the order of FACTS."""
    agency = report.agency
    edition = (report.edition.form, report.edition.name)
    return (agency.get("name"), agency.get("code"), agency.get("level"), report.year,
            "/".join(edition), report.sent)  # fmt: skip


def value(report: Report, key: str) -> Value:
    """Return a cell's number (0 for a declared blank), else its value as typed or None."""
    number, typed = report.numbers[key], report.values.get(key)
    return typed if number is None else number


# ── cells ─────────────────────────────────────────────────────────────────────────────────────────


def _changed(old: Report, new: Report, keys: list[str]) -> Iterator[CellChange]:
    """Yield the cells of `keys` that differ."""
    sums = [recompute(report.edition, report.values, report.nil) for report in (old, new)]
    for key in keys:
        was, now = value(old, key), value(new, key)
        if was != now:
            computed = key in old.edition.computes and key in new.edition.computes
            follows = computed and [was, now] == [total[key] for total in sums]
            yield CellChange(new.edition.cells[key], was, now, follows)


def _shares(old: Report, new: Report) -> Iterator[Share]:
    """Yield the agencies whose part differs, where both reports are roll-ups."""
    if not (old.sources and new.sources):
        return
    before, after = ({who(part): part for part in report.sources} for report in (old, new))
    for name in dict.fromkeys((*after, *before)):
        was, now = before.get(name), after.get(name)
        values = [part.values if part else {} for part in (was, now)]
        keys = [key for key in new.edition.cells if key in values[0] or key in values[1]]
        cells = {key: (values[0].get(key, 0), values[1].get(key, 0)) for key in keys}
        changed = {key: pair for key, pair in cells.items() if pair[0] != pair[1]}
        if changed or (was and was.state) != (now and now.state):
            yield Share(((now or was) and (now or was).name) or "", was, now, changed)  # type: ignore[union-attr]


def who(contribution: Contribution) -> str:
    """Return the key of an agency: its code, else its name, in compared form."""
    return identity.code(contribution.code) or identity.name(contribution.name)


# ── texts ─────────────────────────────────────────────────────────────────────────────────────────


def _reworded(old: Report, new: Report) -> Iterator[Reworded]:
    """Yield the paragraphs that differ, without blank ones."""
    for name, section in {**old.edition.texts, **new.edition.texts}.items():
        both = [_paragraphs(report.written.get(name, "")) for report in (old, new)]
        yield from _paired(section, *both, bare="document" in (old.origin, new.origin))


def _paragraphs(text: str) -> list[str]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines if len(lines) <= PARAGRAPHS else ["\n".join(lines)]


def _paired(section: Section, old: list[str], new: list[str], *, bare: bool) -> Iterator[Reworded]:
    """Yield differing paragraphs, one of the old text with one of the new where both exist.

    bare: they are compared without blanks.
    """
    both = [["".join(one.split()) if bare else one for one in side] for side in (old, new)]
    matcher = SequenceMatcher(None, both[0], both[1], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        for i in range(max(b - a, d - c) if kind != "equal" else 0):
            was = old[a + i] if a + i < b else None
            now = new[c + i] if c + i < d else None
            yield Reworded(section, (min(a + i, b) + 1, min(c + i, d) + 1), was, now)


def excerpts(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    """Return both paragraphs, cut to a few words around the first character that differs.

    >>> excerpts("x" * 40 + "a" + "y" * 40, "x" * 40 + "b")
    ('…xxxxxxxxayyyyyyyyyyyyyyyyyyyyyyyyyyy…', '…xxxxxxxxb')
    """
    pair = (old or "", new or "")
    same = next(
        (i for i, (a, b) in enumerate(zip(*pair, strict=False)) if a != b), min(map(len, pair))
    )
    start = max(0, same - CLOSE) if None not in (old, new) else 0
    first, second = (None if text is None else _cut(text, start) for text in (old, new))
    return first, second


def _cut(text: str, start: int) -> str:
    before, after = start > 0, start + SHOWN < len(text)
    return f"{'…' * before}{text[start : start + SHOWN]}{'…' * after}"
