"""Reads a returned workbook into a Report, and says where it is not what was sent out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from .. import cover, data, identity
from .. import edition as editions
from ..edition import Edition
from ..finding import Finding, Spot
from ..report import Number, Report, from_double, recompute, to_number
from . import cells, compare, sheet, sources, values, version
from .book import Book, open_book
from .compare import Form, Pair, forms
from .package import Package, Rejected, open_package
from .sheet import Grid, Place
from .structure import COVER, at, is_sources, notice_place, paragraphs, word

SHEET_LIMIT = 64
CELL_LIMIT = 100_000
"""Cells kept of a whole workbook."""
TEXT_LIMIT = 8 * 2**20
"""Characters of all cells kept: shared strings are stored once and stand in many."""
FORMULA_LIMIT = 2**20
"""Characters of all formulas that are compared or looked at; our largest form has 123,680."""
MARGIN = (64, 8)
"""Rows and columns beyond the form that are kept, to find cells that moved."""
_SHARE = 0.6
"""A workbook with fewer of an edition's labels is not that edition's."""
MARK_BOX = (20, 4)
_MARKED = {"agency": identity.name, "code": identity.code, "year": identity.name}
"""Fields of the cover that the mark has too, and how they are compared."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a returned workbook says: the report, and what is wrong with the workbook itself."""

    report: Report
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """An opened workbook, a file's or one that stands open in Excel.

    mark: what its mark says. grids: its sheets by name, to a last row and column.
    """

    book: Book
    mark: Mapping[str, str]
    grids: Callable[[Place], dict[str, Grid]]


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken out of an opened workbook: its edition, its sheets, what was typed."""

    edition: Edition
    grids: Mapping[str, Grid]
    expected: tuple[Form, ...]
    pairs: tuple[Pair, ...]
    typed: values.Typed
    report: Report


def read(source: bytes, extra: Sequence[Path] = ()) -> Reading:
    """Return a returned workbook's report and the findings about its structure.

    extra: more template folders. Raises Rejected where it is not read as a return.
    """
    package = open_package(source)
    book = open_book(package)
    if len(book.sheets) > SHEET_LIMIT:
        raise Rejected("not-our-form")
    opened = Source(book, mark_of(package, book), partial(_grids, package, book))
    taken = take(opened, extra)
    edition, pairs, mark = taken.edition, taken.pairs, opened.mark
    origins = sources.read(edition, _origins(package, book), book)
    report = replace(taken.report, sources=origins.contributions)
    known = version.known(edition, mark)
    findings = (
        *whose(taken, mark),
        *_active(book),
        *version.active(pairs),
        *compare.whole_sheets(taken.expected, pairs, book, taken.grids, known=known),
        *_each_sheet(taken.expected, pairs, book),
        *taken.typed.findings,
        *values.totals(edition, taken.typed, pairs, book),
        *_rolled_up(origins, report, pairs, mark),
    )
    return Reading(report, findings)


def take(opened: Source, extra: Sequence[Path] = ()) -> Taken:
    """Return what an opened workbook holds, by the edition whose labels it carries.

    Raises Rejected where it is not read as a return.
    """
    edition, grids = _recognise(opened, tuple(extra))
    rollup = any(is_sources(entry.name) for entry in opened.book.sheets)
    expected = version.expected(edition, opened.mark, rollup=rollup)
    pairs = compare.match(expected, opened.book, grids)
    typed = values.typed(edition, pairs, opened.book)
    return Taken(edition, grids, expected, pairs, typed, _report(edition, pairs, typed))


def whose(taken: Taken, mark: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with whose return a workbook says it is, and of which edition."""
    yield from _marked(taken.edition, taken.grids, mark)
    yield from _identity(taken.report, taken.pairs, mark)


def _origins(package: Package, book: Book) -> Iterator[tuple[str, str, Grid]]:
    """Yield name, state and content of the sheets that say where a roll-up comes from."""
    for entry in book.sheets:
        if entry.part and is_sources(entry.name):
            grid = sheet.parse(package.part(entry.part), entry.part, book, sources.BOX)
            yield entry.name, entry.state, grid


def _grids(package: Package, book: Book, box: Place) -> dict[str, Grid]:
    """Return every worksheet by name; chart sheets and the like have none."""
    found: dict[str, Grid] = {}
    kept = (0, 0, 0)
    for entry in book.sheets:
        if entry.part and not is_sources(entry.name):
            grid = sheet.parse(package.part(entry.part), entry.part, book, box)
            found[entry.name] = grid
            kept = _refuse_more(kept, grid)
    return found


def _refuse_more(before: tuple[int, int, int], grid: Grid) -> tuple[int, int, int]:
    """Return how many cells, characters and characters of formulas were kept with this sheet.

    Raises Rejected where that is more than any form has: what is kept takes time and memory.
    """
    raws = grid.cells.values()
    formulas = [raw[2] for raw in raws if raw[2]] + [formula for _, formula in grid.reaching]
    own = len(raws), sum(len(raw[1] or "") for raw in raws), sum(map(len, formulas))
    kept = before[0] + own[0], before[1] + own[1], before[2] + own[2]
    limits = CELL_LIMIT, TEXT_LIMIT, FORMULA_LIMIT
    for size, limit in zip(kept, limits, strict=True):
        if size > limit:
            raise Rejected("too-large", part="xl", size=f"{size:,}", limit=f"{limit:,}")
    return kept


# ── which edition ─────────────────────────────────────────────────────────────────────────────────


def mark_of(package: Package, book: Book) -> dict[str, str]:
    """Return what the mark sheet says, {} where it is gone."""
    entry = next((entry for entry in book.sheets if entry.name == word("mark")), None)
    if entry is None or not entry.part:
        return {}
    return facts(sheet.parse(package.part(entry.part), entry.part, book, MARK_BOX))


def facts(grid: Grid) -> dict[str, str]:
    """Return what a mark sheet says: {name: fact}."""
    rows = {row: raw[1] for (row, column), raw in grid.cells.items() if column == 1 and raw[1]}
    found = {name: grid.cells.get((row, 2)) for row, name in rows.items()}
    return {name: raw[1] for name, raw in found.items() if raw and raw[1]}


def _recognise(source: Source, extra: tuple[Path, ...]) -> tuple[Edition, dict[str, Grid]]:
    """Return the edition whose labels the workbook carries, and its sheets.

    The mark says where to look first; the labels decide. Where the mark names an edition that is
    not here and no other fits perfectly, somebody has to say where it is.
    """
    named = (source.mark.get("form", ""), source.mark.get("edition", ""))
    known = editions.known(extra)
    if named in known:
        edition = editions.named(*named, extra)
        assert edition is not None  # noqa: S101 - it is known
        grids = source.grids(_box(forms(edition)))
        if _score(edition, grids) == (1.0, 1.0, 0):
            return edition, grids
    candidates = [editions.named(*ident, extra) for ident in known]
    possible = [edition for edition in candidates if edition is not None]
    boxes = [_box(forms(edition)) for edition in possible]
    grids = source.grids((max(row for row, _ in boxes), max(column for _, column in boxes)))
    if not grids:
        raise Rejected("not-our-form")
    best = max(possible, key=lambda e: (_score(e, grids), (e.form, e.name) == named))
    score = _score(best, grids)
    if all(named) and named not in known and score != (1.0, 1.0, 0):
        raise Rejected("unknown-edition", name=" ".join(named)[:80])
    if score[0] < _SHARE:
        raise Rejected("not-our-form")
    return best, grids


def _box(expected: Sequence[Form]) -> Place:
    """Return the last row and column that are kept of any sheet."""
    rows, columns = zip(*(form.size for form in expected), strict=True)
    return max(rows) + MARGIN[0], max(columns) + MARGIN[1]


def _score(edition: Edition, grids: Mapping[str, Grid]) -> tuple[float, float, int]:
    """Return how well an edition fits: labels found, labels in place (0 to 1), minus strangers."""
    tables = [form for form in version.printed(edition) if form.typed]
    total = found = placed = stray = 0
    for form in tables:
        grid = grids.get(form.sheet.name)
        if grid is None:
            grid = max(grids.values(), key=lambda g, f=form: compare.share(f, g))  # type: ignore[misc]
        total += len(form.labels)
        found += round(compare.share(form, grid) * len(form.labels))
        placed += compare.exact(form, grid)
        stray += len(compare.strangers(form, grid))
    return found / total, placed / total, -stray


# ── what it says ──────────────────────────────────────────────────────────────────────────────────


def _report(edition: Edition, pairs: Sequence[Pair], typed: values.Typed) -> Report:
    """Return the report, totals recomputed from what was typed."""
    sheets = {pair.form.sheet.name: pair for pair in pairs}
    said = dict.fromkeys(COVER) | {
        name: told.value for name, _, _, told in _fields(sheets.get(word("cover")))
    }
    nil = tuple(typed.nil)
    return Report(
        edition=edition,
        agency={
            part: None if said[name] is None else str(said[name])
            for part, name in (("name", "agency"), ("code", "code"), ("level", "level"))
        },
        year=_whole(said["year"]),
        values=recompute(edition, typed.values, nil),
        nil=nil,
        texts=_texts(edition, sheets),
        origin="workbook",
        prior=_prior(edition, sheets.get(word("prior"))),
        sent=_whole(said["sent"]),
    )


def _text(pair: Pair | None, place: Place) -> str | None:
    """Return what stands in a cell as text; a number as people write it."""
    raw = pair.grid.cells.get(place) if pair else None
    if raw is None or raw[1] is None:
        return None
    return _plain(raw[1]) if raw[0] == "number" else raw[1]


def _fields(pair: Pair | None) -> Iterator[tuple[str, Spot, str, cover.Said]]:
    """Yield the cover's fields: name, spot, what is typed without blanks around it, what it says."""
    if pair is None:
        return
    for name, place in version.cover_fields(pair).items():
        raw = pair.grid.cells.get(place)
        text = (_text(pair, place) or "").strip()
        spot = Spot(None, pair.name, at(place), word(f"field_{name}"))
        yield name, spot, text, cover.said(name, text, raw[0] if raw else "text")


def _plain(number: str) -> str:
    """Return a stored number as people write it."""
    value = from_double(number)
    return number if value is None else f"{value.normalize():f}"


def _whole(value: str | int | None) -> int | None:
    return value if isinstance(value, int) else None


def _texts(edition: Edition, sheets: Mapping[str, Pair]) -> dict[str, str]:
    """Return the texts, a line for each paragraph's row; empty rows at the end are dropped."""
    texts = {}
    for name, section in edition.texts.items():
        pair = sheets.get(section.sheet)
        if pair is not None:
            first, last = paragraphs(section)
            lines = [_text(pair, (row, 1)) or "" for row in range(first, last + 1)]
            while lines and not lines[-1].strip():
                lines.pop()
            texts[name] = "\n".join(lines).replace("\r\n", "\n").replace("\r", "\n")
    return texts


def _prior(edition: Edition, pair: Pair | None) -> dict[str, Number]:
    """Return last year's numbers that were stamped into the workbook."""
    found: dict[str, Number] = {}
    for key, place in version.prior_fields(edition, pair).items():
        raw = pair.grid.cells.get(place) if pair else None
        number = from_double(raw[1]) if raw and raw[0] == "number" and raw[1] else None
        if number is not None:
            found[key] = to_number(edition.cells[key], number)
    return found


# ── findings about the whole workbook ─────────────────────────────────────────────────────────────


def _marked(
    edition: Edition, grids: Mapping[str, Grid], mark: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield where the mark is missing, of another edition, or of another version's blank.

    Where an edition's rules were amended but its printed form was not, nobody filled in a wrong one.
    """
    if not mark:
        yield Finding("mark-missing", "warning")
        return
    there = (mark.get("form", ""), mark.get("edition", ""), mark.get("fingerprint", ""))
    true = (edition.form, edition.name, edition.fingerprint)
    if there != true:
        older = there[:2] == true[:2]
        words = data.messages()["finding"]["mark-differs/older"] if older else None
        said, meant = " ".join(there[:2]), " ".join(true[:2])
        printed = older and _score(edition, grids)[1] == 1.0
        severity = "warning" if printed else "error"
        yield Finding("mark-differs", severity, (), said, meant, words=words)
    elif not version.is_ours(edition, mark):
        yield Finding("other-version", "note")


def _identity(report: Report, pairs: Sequence[Pair], mark: Mapping[str, str]) -> Iterator[Finding]:
    """Yield where the cover says another agency or year than the mark, or what nobody can read.

    An empty blank for anybody is nobody's return yet.
    """
    pair = next((pair for pair in pairs if pair.form.sheet.kind == "cover"), None)
    for name, spot, text, said in _fields(pair):
        sent = mark.get(name)
        yield from cover.judged(text, said, spot, sent)
        if name in _MARKED and said.wrong is None:
            yield from _whose(name, (text, sent), said, spot, report)


def _whose(
    name: str, texts: tuple[str, str | None], said: cover.Said, spot: Spot, report: Report
) -> Iterator[Finding]:
    """Yield that a field says otherwise than the mark, or nothing on a return that is not empty.

    texts: what is typed, and what the mark says.
    """
    text, sent = texts
    words = data.messages()["finding"]
    there = None if said.value is None else str(said.value)
    compared = _MARKED[name]
    if sent is not None and compared(there) != compared(sent):
        told = identity.remarked(words["identity"], text, sent)
        yield Finding("identity", "error", (spot,), text, sent, words=told)
    elif not there and name != "code" and not _is_empty(report):
        yield Finding("identity", "error", (spot,), "", words=words[f"identity/missing-{name}"])


def _is_empty(report: Report) -> bool:
    """Tell whether nothing at all was filled in."""
    typed = any(value is not None for value in report.values.values())
    return not (typed or report.nil or any(report.texts.values()))


def _active(book: Book) -> Iterator[Finding]:
    """Yield what fetches, embeds or starts something, and what other programs added."""
    for code, target in book.active.items():
        yield Finding(code, "error", (), target[:80])
    if book.reaching:
        name, formula = next(iter(book.reaching.items()))
        words = data.messages()["finding"]["active-formula/name"]
        told = {"name": compare.cut(name)}
        found = compare.cut(f"={formula}")
        yield Finding("active-formula", "error", (), found, figures=told, words=words)
    if book.added:
        yield Finding("added", "note", (), ", ".join(book.added))


def _rolled_up(
    origins: sources.Origins, report: Report, pairs: Sequence[Pair], mark: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield where a roll-up is not what its sheets of sources add up to.

    How another version of this program words them is its own.
    """
    ours = version.is_ours(report.edition, mark)
    pair = next((pair for pair in pairs if pair.form.sheet.name == word("cover")), None)
    yield from (f for f in origins.findings if ours or f.code not in ("label", "formula"))
    if report.sources:
        if ours:
            yield from sources.wrong_notice(pair, report.sources, notice_place(report.edition))
        yield from sources.differing(report, report.sources)


def _each_sheet(expected: Sequence[Form], pairs: Sequence[Pair], book: Book) -> Iterator[Finding]:
    same = cells.comparer(pairs, expected)
    for pair in (pair for pair in pairs if pair.form.own):
        yield from compare.state(pair)
        yield from compare.merges(pair)
        yield from cells.compare(pair, book, same)
