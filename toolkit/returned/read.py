"""Reading of a returned workbook into a Report, with findings on changes of the form."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from itertools import chain
from pathlib import Path

from ..blank.directory import BOX as DIRECTORY_BOX
from ..blank.mark import shared
from ..blank.slots import is_sources, notice_place, word
from ..blank.sources import BOX
from ..check import cover
from ..data import Message
from ..edition.edition import Edition
from ..finding import Finding, Spot
from ..report import identity
from ..report.report import Report, is_empty
from ..xlsx import joined
from ..xlsx.address import Place
from ..xlsx.book import Book, open_book
from ..xlsx.sheet import Grid, Raw
from ..xlsx.zip import Package, Rejected, open_package, refuse_more
from . import cells, chosen, compare, foreign, merged, paper, seen, stored, values, veils, version
from .chosen import Directory, directory_of, resolved
from .compare import Form, Pair
from .origins import Origins, differing, read_origins, wrong_notice
from .reasons import explanations
from .recognise import Source, mark_of, recognised, score
from .stated import fields, people, report_of

SHEET_LIMIT = 64
CELL_LIMIT = 100_000
"""Most cells kept of a whole workbook."""
TEXT_LIMIT = 8 * 2**20
"""Most characters of all cells kept: a shared string may occur in many cells."""
FORMULA_LIMIT = 2**20
"""Most characters of all formulas that are compared; our largest form has 123,680."""
_KIN = {
    "threadedComment": "comments",
    "vmlDrawing": "drawing",
    "pivotCacheDefinition": "pivotTable",
}
"""{kind of an added part: the kind that has the same words}."""
_MARKED = {"agency": identity.name, "code": identity.code, "year": identity.name}
"""{field of the cover that the mark has too: the function to compare it}."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A returned workbook as read: the report, and findings on the workbook itself.

    places: {key: (sheet, address)} where they are not the edition's own; last year's have `prior.`.
    check_code: the code on the workbook's printed tables, None where it has none.
    """

    report: Report
    findings: tuple[Finding, ...]
    places: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    check_code: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The content of an opened workbook: its edition, sheets, typed values and report.

    resolved: the sheets with the chosen agency's facts in place of lookups, in a blank for all.
    """

    edition: Edition
    grids: Mapping[str, Grid]
    expected: tuple[Form, ...]
    pairs: tuple[Pair, ...]
    typed: values.Typed
    report: Report
    directory: Directory | None
    resolved: tuple[Pair, ...]


def read(source: bytes, extra: Sequence[Path] = (), file: str = "") -> Reading:
    """Return a returned workbook's report and the findings about its structure.

    extra: more template folders. file: the file's name, which may say whose a drawn form is.
    Raises Rejected where it is not read as a return.
    """
    package = open_package(source)
    book = open_book(package)
    if len(book.sheets) > SHEET_LIMIT:
        raise Rejected("not-our-form")
    opened = sheets_of(package, book)
    book = opened.book
    if foreign.is_foreign([entry.name for entry in book.sheets], opened.mark, extra):
        return _drawn(opened, extra, file)
    taken = take(opened, extra)
    edition, pairs, mark = taken.edition, taken.pairs, opened.mark
    origins = read_origins(edition, _origins(package, book), book)
    report = replace(taken.report, sources=origins.contributions)
    findings = (
        *whose(taken, mark),
        *_looked_up(taken, opened),
        *_active(book),
        *version.active(pairs),
        *compare.whole_sheets(taken.expected, pairs, book, taken.grids),
        *_each_sheet(taken.expected, pairs, book),
        *taken.typed.findings,
        *stored.compared(edition, taken.expected, _as_shown(taken), taken.typed),
        *seen.looks(pairs, book, report),
        *veils.veils(pairs, book, report),
        *_rolled_up(origins, report, pairs, mark),
    )
    code = paper.code_of(report, chosen.marked(mark, taken.directory))
    return Reading(report, findings, version.prior_spots(edition, pairs), code)


def _drawn(opened: Source, extra: Sequence[Path], file: str) -> Reading:
    """Return the reading of a workbook with a drawn form."""
    grids = opened.grids(foreign.BOX)
    drawn = foreign.read_drawn(grids, opened.book, extra, file)
    findings = (*_active(replace(opened.book, added=())), *drawn.findings)
    return Reading(drawn.report, findings, drawn.places)


def read_as(source: bytes, edition: Edition, file: str = "") -> Report:
    """Return the numbers of any workbook by the printed labels of an edition; raises Rejected.

    file: the file's name. Formulas count with their stored results.
    """
    package = open_package(source)
    book = open_book(package)
    if len(book.sheets) > SHEET_LIMIT:
        raise Rejected("not-our-form")
    opened = sheets_of(package, book)
    grids = opened.grids(foreign.BOX)
    return foreign.read_drawn(grids, opened.book, file=file, only=edition).report


def sheets_of(package: Package, book: Book) -> Source:
    """Return an opened workbook of a file."""
    mark = mark_of(package, book)
    entry = next((entry for entry in book.sheets if entry.name == word("agencies")), None)
    if entry is None or not entry.part or not shared(mark):
        return Source(book, mark, partial(_grids, package, book))
    content = joined.parse(package, entry.part, book, DIRECTORY_BOX)
    _refuse_more((0, 0, 0), content)
    book = replace(book, sheets=tuple(other for other in book.sheets if other is not entry))
    return Source(book, mark, partial(_grids, package, book), content, entry.state)


def take(opened: Source, extra: Sequence[Path] = ()) -> Taken:
    """Return the content of an opened workbook, by the edition whose labels it has.

    Raises Rejected where it is not read as a return.
    """
    edition, grids = recognised(opened, tuple(extra))
    rollup = any(is_sources(entry.name) for entry in opened.book.sheets)
    expected = version.expected(edition, opened.mark, rollup=rollup)
    pairs = compare.match(expected, opened.book, grids)
    typed = values.typed(edition, pairs, opened.book)
    directory = directory_of(edition, opened.mark, opened.directory, pairs)
    known = resolved(edition, pairs, directory.listed) if directory else pairs
    cover = next((pair for pair in pairs if pair.form.sheet.kind == "cover"), None)
    report = replace(
        report_of(edition, known, typed),
        cover=people(edition, cover, opened.book) if cover else {},
        explained=explanations(edition, pairs, opened.mark),
    )
    return Taken(edition, grids, expected, pairs, typed, report, directory, known)


def whose(taken: Taken, mark: Mapping[str, str]) -> Iterator[Finding]:
    """Yield findings on a workbook's edition, and on the agency and year of its cover."""
    yield from _marked(taken.edition, taken.grids, mark)
    yield from _identity(taken.report, taken.resolved, mark)
    if taken.directory:
        yield from chosen.judged(taken.directory, mark)


def _looked_up(taken: Taken, opened: Source) -> Iterator[Finding]:
    """Yield findings on the directory of a blank for all, and on the results of its lookups."""
    if directory := taken.directory:
        edition, ours = taken.edition, _is_ours(taken.edition, opened.mark)
        yield from chosen.structure(edition, directory, opened.book, opened.state, ours=ours)
        yield from chosen.stale(edition, taken.expected, taken.pairs, directory)


def _as_shown(taken: Taken) -> tuple[Pair, ...]:
    """Return the sheets with what lookups show in place of their stored results."""
    directory = taken.directory
    return resolved(taken.edition, taken.pairs, directory.shown) if directory else taken.pairs


def _origins(package: Package, book: Book) -> Iterator[tuple[str, str, Grid]]:
    """Yield (name, state, content) of a roll-up's sheets of sources."""
    for entry in book.sheets:
        if entry.part and is_sources(entry.name):
            grid = joined.parse(package, entry.part, book, BOX)
            yield entry.name, entry.state, grid


def _grids(package: Package, book: Book, box: Place) -> dict[str, Grid]:
    """Return {name: worksheet}, without chart sheets and sheets of sources."""
    grids: dict[str, Grid] = {}
    kept = (0, 0, 0)
    for entry in book.sheets:
        if entry.part and not is_sources(entry.name):
            grid = joined.parse(package, entry.part, book, box)
            grids[entry.name] = grid
            kept = _refuse_more(kept, grid)
    return grids


def _refuse_more(before: tuple[int, int, int], grid: Grid) -> tuple[int, int, int]:
    """Return the numbers of cells, characters and formula characters kept, with this sheet.

    Raises Rejected where that is more than any form has: kept content takes time and memory.
    """
    sizes = _sizes(grid)
    kept = before[0] + sizes[0], before[1] + sizes[1], before[2] + sizes[2]
    limits = CELL_LIMIT, TEXT_LIMIT, FORMULA_LIMIT
    for size, limit in zip(kept, limits, strict=True):
        refuse_more("xl", size, limit)
    return kept


def _sizes(grid: Grid) -> tuple[int, int, int]:
    """Return the numbers of cells, of their characters, and of those of formulas."""
    kept, cells = grid.kept, grid.cells
    if kept is None:
        return _counted(cells.values(), grid)
    sizes = kept.known.get("sizes")
    if sizes is None:
        fixed = (raw for place, raw in cells.items() if place not in kept.free)
        texts = sum(len(raw[1] or "") for raw in fixed)
        sizes = _counted(cells.values(), grid)[::2], texts
        kept.note("sizes", sizes)
    (count, formulas), texts = sizes
    return count, texts + sum([len(cells[place][1] or "") for place in kept.free]), formulas


def _counted(raws: Collection[Raw], grid: Grid) -> tuple[int, int, int]:
    formulas = [raw[2] for raw in raws if raw[2]] + [formula for _, formula in grid.reaching]
    return len(raws), sum(len(raw[1] or "") for raw in raws), sum(map(len, formulas))


# ── findings about the whole workbook ─────────────────────────────────────────────────────────────


def _marked(
    edition: Edition, grids: Mapping[str, Grid], mark: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield findings for a mark that is missing, of another edition, or of another version.

    Where an edition's rules were amended but not its printed form, it is a warning only.
    """
    if not mark:
        yield Finding("mark-missing", "warning")
        return
    marked = (mark.get("form", ""), mark.get("edition", ""), mark.get("fingerprint", ""))
    true = (edition.form, edition.name, edition.fingerprint)
    if marked != true:
        older = marked[:2] == true[:2]
        words = Message("finding", "mark-differs/older") if older else None
        said, meant = " ".join(marked[:2]), " ".join(true[:2])
        printed = older and score(edition, grids)[1] == 1.0
        severity = "warning" if printed else "error"
        yield Finding("mark-differs", severity, (), said, meant, words=words)
    else:
        yield from _other_version(version.standing(edition, mark), mark)


def _other_version(standing: str, mark: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a note for a blank of a released version or with other words, else a warning.

    None where the mark names its plan and that is known: it is compared as a whole.
    """
    if standing == "released" and "plan" not in mark:
        yield Finding("other-version", "note")
    elif standing not in ("own", "released"):
        severity = "note" if standing == "worded" else "warning"
        words = Message("finding", f"other-version/{standing}")
        yield Finding("other-version", severity, words=words)


def _identity(report: Report, pairs: Sequence[Pair], mark: Mapping[str, str]) -> Iterator[Finding]:
    """Yield findings for cover fields that are unreadable or differ from the mark.

    An empty general blank has no finding for missing fields.
    """
    pair = next((pair for pair in pairs if pair.form.sheet.kind == "cover"), None)
    for name, spot, text, said in fields(pair):
        sent = mark.get(name)
        yield from cover.judged(text, said, spot, sent)
        if name in _MARKED and said.wrong is None:
            yield from _whose(name, (text, sent), said, spot, report)


def _whose(
    name: str, texts: tuple[str, str | None], said: cover.CoverField, spot: Spot, report: Report
) -> Iterator[Finding]:
    """Yield a finding for a field that differs from the mark, or is blank in a filled return.

    texts: the typed text, and that of the mark.
    """
    text, sent = texts
    typed = None if said.value is None else str(said.value)
    compared = _MARKED[name]
    if sent is not None and compared(typed) != compared(sent):
        signs = identity.hidden(text, sent)
        yield Finding("identity", "error", (spot,), text, sent, figures=signs)
    elif not typed and name != "code" and not is_empty(report):
        words = Message("finding", f"identity/missing-{name}")
        yield Finding("identity", "error", (spot,), "", words=words)


def _active(book: Book) -> Iterator[Finding]:
    """Yield findings for external links, embedded objects, programs, and added parts."""
    for code, target in book.active.items():
        yield Finding(code, "error", (), target[:80])
    if book.odd:
        words = Message("finding", "embedded-object/part")
        yield Finding(
            "embedded-object", "warning", (), compare.cut(", ".join(book.odd)), words=words
        )
    if book.reaching:
        name, formula = next(iter(book.reaching.items()))
        words = Message("finding", "active-formula/name")
        figures = {"name": compare.cut(name)}
        text = compare.cut(f"={formula}")
        yield Finding("active-formula", "error", (), text, figures=figures, words=words)
    if book.added:
        parts = {"parts": _parts(book.added)}
        yield Finding("added", "note", (), ", ".join(book.added), figures=parts)


def _parts(kinds: Iterable[str]) -> Message:
    """Return kinds of parts in words, each once."""
    names = dict.fromkeys(_KIN.get(kind, kind) for kind in kinds)
    return reduce(
        lambda first, second: Message("added", "and", {"first": first, "second": second}),
        (Message("added", name) for name in names),
    )


def _rolled_up(
    origins: Origins, report: Report, pairs: Sequence[Pair], mark: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield findings for a roll-up that differs from the sums of its sheets of sources.

    Labels and formulas of another version of this program are not compared.
    """
    ours = _is_ours(report.edition, mark)
    pair = next((pair for pair in pairs if pair.form.sheet.name == word("cover")), None)
    yield from (f for f in origins.findings if ours or f.code not in ("label", "formula"))
    if report.sources:
        if ours:
            yield from wrong_notice(pair, report.sources, notice_place(report.edition))
        yield from differing(report, report.sources)


def _is_ours(edition: Edition, mark: Mapping[str, str]) -> bool:
    """Tell whether labels and formulas beside the form are compared with this version's."""
    return version.standing(edition, mark) in ("own", "unknown")


def _each_sheet(expected: Sequence[Form], pairs: Sequence[Pair], book: Book) -> Iterator[Finding]:
    same = cells.comparer(pairs, expected)
    parts = {entry.name: entry.part for entry in book.sheets}
    for pair in (pair for pair in pairs if pair.form.own):
        pivots = tuple(merged.pivots(pair, book.pivots.get(parts[pair.name], ())))
        known = pair.state, pair.moved, same
        if compare.is_clean(pair.form, pair.grid, *known):
            yield from pivots
            continue
        before, after = compare.state(pair), (merged.merges(pair), cells.compare(pair, book, same))
        own = tuple(before), tuple(chain.from_iterable(after))
        if not any(own) and not pair.strangers:
            compare.note_clean(pair.form, pair.grid, *known)
        yield from chain(own[0], pivots, own[1])
