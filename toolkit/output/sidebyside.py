"""The evidence sheet: a document's tables beside the form, worst first, each number with its place."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..data import asset, filled, texts, worded
from ..documents.account import ImportOutcome, counts, is_whole, message
from ..documents.document import DocumentBlock, DocumentTable, Paragraph
from ..documents.importing import Imported
from ..edition.kind import Cell
from ..finding import Finding, spelled
from ..report.provenance import Evidence
from ..report.report import plain
from . import board, tables
from .tags import esc, opened, tag

FIRST = 8
"""Lines on what was not taken that are shown without a click."""
BLOCKS = 400
"""Most lines and tables of a document that are shown beside a table of the form."""
CELLS = 2_000
"""Most cells of a document's table that are shown."""
GAP = 100
"""Most rows without a cell of their own that are shown between two others."""
_WAYS = ("grid", "header", "order", "label-differs", "glued")
"""How a cell was told, the safest way first."""
_PLACE = re.compile(r" r\.\d+ c\.\d+$")


def write(outcomes: Sequence[ImportOutcome], lang: str) -> Iterator[str]:
    """Yield the sheet of documents as a page without scripts, those with most to look at first."""
    words = texts("evidence", lang)
    yield from board.head(words["heading"], lang, script=False, style=asset("evidence.css"))
    yield opened("body")
    yield tag("header", tag("h1", esc(words["heading"])), tag("p", esc(words["about"])))
    yield opened("main")
    for number, one in enumerate(sorted(outcomes, key=_worst)):
        yield opened("section", class_="entry", id=f"d{number}", tabindex="-1")
        yield from _entry(one, f"d{number}", lang)
        yield "</section>\n"
    yield "</main></body></html>\n"


def _worst(outcome: ImportOutcome) -> tuple[bool, int]:
    """Return the sort key of a document: refused ones, then by how much there is to look at."""
    _, read, _ = outcome
    return read is not None, -sum(_to_do(read)) if read else 0


def _to_do(read: Imported) -> tuple[int, int]:
    """Return the numbers of lines not taken and of proposals."""
    return len(read.not_taken), counts(read)["asked"]


# ── a document ────────────────────────────────────────────────────────────────────────────────────


def _entry(outcome: ImportOutcome, ident: str, lang: str) -> Iterator[str]:
    path, read, finding = outcome
    words = texts("evidence", lang)
    if read is None:
        yield _heading("reject", words["refused"], words["nobody"])
        yield _facts({"file": path}, lang)
        yield tag("p", esc(_why(finding, lang)), class_="amiss")
        return
    report, whole = read.report, is_whole(read)
    state, told = ("pass", words["whole"]) if whole else ("warn", words["partly"])
    yield _heading(state, told, report.agency["name"] or words["nobody"])
    facts = {"year": report.year, "edition": report.edition.name, "file": path}
    yield _facts(facts, lang)
    yield tag("p", esc(filled(words["counts"], **counts(read))))
    if read.not_taken:
        said = [esc(message(missed, lang)) for missed in read.not_taken]
        lines = [tag("li", sentence, class_="error") for sentence in said]
        yield tag("h3", esc(filled(words["not-taken"], n=len(lines))))
        yield tag("ol", *lines[:FIRST], class_="findings plain")
        if rest := lines[FIRST:]:
            summary = tag("summary", esc(filled(words["others"], n=len(rest))))
            yield tag("details", summary, tag("ol", *rest, class_="findings plain"))
    yield tag("ul", *_legend(words), class_="legend")
    pairs = [_pair(read, name) for name in report.edition.tables]
    for pair in sorted(filter(_is_there, pairs), key=_urgency):
        yield from _beside(read, pair, ident, lang)


def _why(finding: Finding | None, lang: str) -> str:
    return finding.message(lang) if finding else ""


def _heading(state: str, told: str, name: str) -> str:
    badge = tag("span", esc(told), class_=f"badge {state}")
    return tag("h2", badge, " ", tag("bdi", esc(name)))


def _facts(facts: Mapping[str, object], lang: str) -> str:
    words = texts("board", lang)
    pairs = (
        tag("div", tag("dt", esc(words[name])), tag("dd", tag("bdi", esc(value))))
        for name, value in facts.items()
        if value
    )
    return tag("dl", *pairs, class_="facts")


def _legend(words: Mapping[str, str]) -> Iterator[str]:
    """Yield the meanings of the looks and ways."""
    for look in ("warning", "u", "note"):
        yield tag("li", tag("i", class_=look), " ", esc(words[f"legend-{look}"]))
    for way in _WAYS:
        yield tag("li", tag("b", esc(words[way])), " ", esc(words[f"legend-{way}"]))


# ── a table of the form and where it is in the document ───────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Pair:
    """A table of the form: its evidence, the places of rows that were not taken, their number.

    must: whether it has to be filled.
    """

    table: str
    evidence: Mapping[str, Evidence]
    spare: frozenset[str]
    amiss: int
    must: bool


def _pair(read: Imported, name: str) -> _Pair:
    edition = read.report.edition
    evidence = {k: e for k, e in read.report.evidence.items() if edition.cells[k].table == name}
    left = [missed for missed in read.not_taken if missed.table == edition.tables[name].caption]
    spare = frozenset(missed.where for missed in left if missed.where)
    return _Pair(name, evidence, spare, len(left), name in edition.statutory)


def _is_there(pair: _Pair) -> bool:
    return bool(pair.evidence or pair.amiss)


def _urgency(pair: _Pair) -> tuple[int, int, int]:
    """Return the sort key: rows not taken, proposals, less certain ways; most first."""
    asked = sum(not evidence.taken for evidence in pair.evidence.values())
    unsafe = sum(evidence.how in _WAYS[2:] for evidence in pair.evidence.values())
    return -pair.amiss, -asked, -unsafe


def _beside(read: Imported, pair: _Pair, ident: str, lang: str) -> Iterator[str]:
    """Yield a table of the form at the right of the document's own, with links between cells."""
    edition, words = read.report.edition, texts("evidence", lang)
    here = tables.places(edition)
    blocks = _blocks(read.document.blocks, pair)
    targets = {one.where: f"{ident}{here[key]}" for key, one in pair.evidence.items()}

    usual = blocks[0].where if len(blocks) == 1 else ""

    def fill(_place: str, cell: Cell | None) -> tuple[str, str]:
        return _filled(read, cell, ident, usual, lang) if cell else ("", "")

    yield opened("div", class_="pair")
    yield opened("div", class_="source")
    yield tag("p", esc(words["in-document"]), class_="side")
    if not blocks:
        yield tag("p", esc(words["nowhere"]), class_="remark")
    for block in blocks[:BLOCKS]:
        yield from _block(block, targets, pair, ident, lang)
    if len(blocks) > BLOCKS:
        yield tag("p", esc(words["more"]), class_="remark")
    yield "</div>"
    yield opened("div", class_="taken")
    yield tag("p", esc(words["in-form"]), class_="side")
    yield from tables.drawn(edition, pair.table, lang, fill, ident)
    yield "</div></div>\n"


def _filled(
    read: Imported,
    cell: Cell,
    ident: str,
    usual: str,
    lang: str,
) -> tuple[str, str]:
    """Return a cell's look and content: value, raw text where it differs, place and way.

    usual: the place of the only table of the document here; it is left out.
    """
    evidence = read.report.evidence.get(cell.key)
    if evidence is None:
        return "u", ""
    value = read.report.values[cell.key]
    text = "" if value is None else value if isinstance(value, str) else plain(value)
    look = "" if evidence.how in _WAYS[:2] else "note"
    raw = "" if evidence.raw == text else tag("q", esc(evidence.raw))
    shown = worded(spelled(evidence.where, usual), lang)
    place = tag("a", esc(shown), href=f"#{_ident(ident, evidence.where)}")
    said = tag("small", raw, place, " ", esc(texts("evidence", lang)[evidence.how]))
    if not evidence.taken:
        return "warning", said
    return look or ("m" if isinstance(value, str) else "f"), esc(text) + said


def _ident(ident: str, where: str) -> str:
    """Return the id of a place in a document."""
    return f"{ident}-{where.replace(' ', '-')}"


# ── the document's side ───────────────────────────────────────────────────────────────────────────


def _blocks(blocks: Sequence[DocumentBlock], pair: _Pair) -> list[DocumentBlock]:
    """Return the blocks a table was found in, and the lines between its lines."""
    used = {_PLACE.sub("", place) for place in (*_places(pair), *pair.spare)}
    places = [number for number, block in enumerate(blocks) if block.where in used]
    lines = [number for number in places if isinstance(blocks[number], Paragraph)]
    between = range(lines[0], lines[-1] + 1) if lines else range(0)
    return [
        block
        for number, block in enumerate(blocks)
        if block.where in used or (number in between and isinstance(block, Paragraph))
    ]


def _places(pair: _Pair) -> Iterator[str]:
    return (evidence.where for evidence in pair.evidence.values())


def _block(
    block: DocumentBlock,
    targets: Mapping[str, str],
    pair: _Pair,
    ident: str,
    lang: str,
) -> Iterator[str]:
    """Yield a line or table of the document; each number taken is linked to its cell."""
    named = worded(spelled(block.where), lang)
    asked = Counter(one.where for one in pair.evidence.values() if not one.taken)

    def marked(where: str, text: str) -> tuple[str, str]:
        look = "warning" if where in asked else "f" if where in targets else ""
        shown = "<br>".join(map(esc, text.split("\n")))
        if where in targets:
            shown = tag("a", shown, href=f"#{targets[where]}")
        return "error" if where in pair.spare else look, shown

    if isinstance(block, Paragraph):
        look, shown = marked(block.where, block.text)
        place = tag("small", esc(named))
        yield tag("p", place, shown, class_=f"line {look}", id=_ident(ident, block.where))
        return
    yield opened("div", class_="scroll", tabindex="0", role="region", aria_label=named)
    across = max((cell.column for cell in block.cells), default=0)
    yield opened("table", class_="form printed wide" if across > tables.NARROW else "form printed")
    yield tag("caption", esc(named))
    yield from _rows(block, marked, ident)
    yield "</table></div>"
    if len(block.cells) > CELLS:
        yield tag("p", esc(texts("evidence", lang)["more"]), class_="remark")


def _rows(
    block: DocumentTable, marked: Callable[[str, str], tuple[str, str]], ident: str
) -> Iterator[str]:
    """Yield a table's rows; those without a cell of their own are empty."""
    row = 1
    yield "<tr>"
    for cell in sorted(block.cells[:CELLS], key=lambda one: (one.row, one.column)):
        yield "</tr><tr>" * min(cell.row - row, GAP)
        row = cell.row
        where = f"{block.where} r.{cell.row} c.{cell.column}"
        look, shown = marked(where, cell.text)
        yield tag("td", shown, id=_ident(ident, where), class_=look or None,
                  rowspan=cell.rows if cell.rows > 1 else None,
                  colspan=cell.columns if cell.columns > 1 else None)  # fmt: skip
    yield "</tr>"
