"""A return's tables as HTML, drawn as the form is printed: labels, merges, values, marks."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from ..data import say
from ..edition.edition import Edition, Section
from ..edition.kind import Cell, on_sheet
from ..finding import Finding, Spot
from ..report.report import Report, plain
from ..xlsx.address import at
from .tags import esc, opened, tag

Fill = Callable[[str, Cell | None], tuple[str, str]]
"""Function from a place like t1D7 and its cell, None for a label, to (class, inner HTML)."""
Proposed = Mapping[str, tuple[tuple[int, str], ...]]
"""{place: (number of a correction, proposed number of the cell)}."""
Marks = Mapping[str, tuple[str, tuple[str, ...]]]
"""{place: (look of its worst finding, the numbers of its findings)}."""
NARROW = 6
"""Columns; a wider table is scrolled on a narrow screen."""
WORST = ("error", "warning", "note", "follows")
LOOKS = {"declared": "n", "unfilled": "u", "misfit": "m", "not-applicable": "x"}
"""Letter for the look of a cell, by state; `f`, filled, for all others."""


@lru_cache(maxsize=64)
def places(edition: Edition) -> Mapping[tuple[str, str] | str, str]:
    """Return {(sheet, at), and key for a cell: its place on the page}, tables counted from 0."""
    result: dict[tuple[str, str] | str, str] = {}
    for number, section in enumerate(edition.tables.values()):
        for place, key in (section.labels | section.keys).items():  # type: ignore[operator]
            address = at(on_sheet(place))
            result[section.sheet, address] = f"t{number}{address}"
            if place in section.keys:
                result[key] = f"t{number}{address}"
    return result


def place_of(edition: Edition, spot: Spot) -> str | None:
    """Return the place of a finding's spot on the page, None where it is not drawn."""
    drawn = places(edition)
    return drawn.get(spot.key or "") or drawn.get((spot.sheet or "", spot.at or ""))


def numbers(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Return each finding's number on the page: 1, 2, and 2.1 for the first that follows from 2."""
    roots: list[int] = []
    behind: Counter[int] = Counter()
    result = []
    for index, finding in enumerate(findings):
        root = roots[finding.follows] if finding.follows is not None else index
        roots.append(root)
        place = sorted(set(roots)).index(root) + 1
        behind[root] += root != index
        result.append(str(place) if root == index else f"{place}.{behind[root]}")
    return tuple(result)


def marks(report: Report, findings: tuple[Finding, ...]) -> Marks:
    """Return the marked places, each with its look and the numbers of its findings.

    Of a finding's cells that look blank only the first has its number.
    """
    marked: dict[str, tuple[str, tuple[str, ...]]] = {}
    for number, finding in zip(numbers(findings), findings, strict=True):
        look, blanks = look_of(finding), 0
        for spot in dict.fromkeys(finding.cells):
            if place := place_of(report.edition, spot):
                blank = _is_blank(report, spot)
                blanks += blank
                worst, behind = marked.get(place, (look, ()))
                linked = behind if blank and blanks > 1 else (*behind, number)
                marked[place] = (min(worst, look, key=WORST.index), linked)
    return marked


def _is_blank(report: Report, spot: Spot) -> bool:
    cell = report.edition.cells.get(spot.key or "")
    return cell is not None and not shown(report, cell)[0]


def look_of(finding: Finding) -> str:
    """Return the look of a finding: "follows", "note" if waived, else its severity."""
    if finding.follows is not None:
        return "follows"
    return "note" if finding.waived else finding.severity


def shown(report: Report, cell: Cell) -> tuple[str, str]:
    """Return the text of a cell and the letter for its look; a declared blank is 0."""
    value, state = report.values.get(cell.key), report.state(cell.key)
    if value is None and state == "zero":
        return "0", LOOKS["declared"]
    text = "" if value is None else value if isinstance(value, str) else plain(value)
    return text, LOOKS.get(state, "f")


def order(edition: Edition) -> Iterator[Cell]:
    """Yield the cells in the order in which the tables are drawn."""
    for section in edition.tables.values():
        yield from (edition.cells[key] for _, key in sorted(section.keys.items()))


def skeleton(edition: Edition, lang: str) -> str:
    """Return the tables without values, each place with its name, for the page's script to fill."""
    return "".join(_tables(edition, lang, lambda _place, _cell: ("", ""), None))


def keyed(edition: Edition, ident: str, lang: str) -> str:
    """Return the tables with place, key and unit of each cell in it, for reference."""

    def fill(_place: str, cell: Cell | None) -> tuple[str, str]:
        if cell is None:
            return "", ""
        key = esc(cell.key).replace(".", ".<wbr>").replace("_", "_<wbr>")
        unit = tag("span", esc(cell.unit)) if cell.numeric and cell.kind != "count" else ""
        return "key", tag("b", esc(cell.at)) + tag("code", key, title=cell.label) + unit

    return "".join(_tables(edition, lang, fill, ident))


def tables(
    report: Report, findings: tuple[Finding, ...], proposed: Proposed, ident: str, lang: str
) -> str:
    """Return the tables of a return, with ids that begin with `ident`."""
    marked = marks(report, findings)

    def fill(place: str, cell: Cell | None) -> tuple[str, str]:
        text, look = shown(report, cell) if cell else ("", "")
        worst, linked = marked.get(place, ("", ()))
        links = [_proposal(n, to, ident, lang) for n, to in proposed.get(place, ())]
        if linked:
            links.append(tag("span", *(mark(n, ident, lang) for n in linked), class_="marks"))
        return f"{look} {worst}", esc(text) + "".join(links)

    return "".join(_tables(report.edition, lang, fill, ident))


def packed(report: Report, findings: tuple[Finding, ...], proposed: Proposed) -> dict[str, str]:
    """Return the data with which the page's script fills the skeleton, as attributes of its box.

    Texts are separated by tabs, looks are one letter each, both in the order of `order`.
    """
    cells = [shown(report, cell) for cell in order(report.edition)]
    marked = marks(report, findings)
    return {
        "data_values": "\t".join(text.replace("\t", "\\x09") for text, _ in cells),
        "data_looks": "".join(look for _, look in cells),
        "data_marks": ";".join(
            " ".join((place, worst, *linked)) for place, (worst, linked) in marked.items()
        ),
        "data_proposed": ";".join(
            f"{place} {number} {to}"
            for place, proposals in proposed.items()
            for number, to in proposals
        ),
    }


def mark(number: str, ident: str, lang: str) -> str:
    """Return the link to a finding; the style sheet draws its number, the cell's text has none."""
    words = say("board", "mark", lang, n=number)
    return tag("a", class_="mark", href=f"#{ident}m{number}", data_n=number, aria_label=words)


def _proposal(number: int, to: str, ident: str, lang: str) -> str:
    words = say("board", "proposal", lang, n=number, to=to)
    return tag("a", f"→{esc(to)}", class_="to", href=f"#{ident}c{number}", aria_label=words)


def _tables(edition: Edition, lang: str, fill: Fill, ident: str | None) -> Iterator[str]:
    for name in edition.tables:
        yield from drawn(edition, name, lang, fill, ident)


def drawn(edition: Edition, name: str, lang: str, fill: Fill, ident: str | None) -> Iterator[str]:
    """Yield a table as the form is printed.

    ident: begins each box's id, its place follows; None writes the place as `data-at`, for scripts.
    """
    section, number = edition.tables[name], list(edition.tables).index(name)
    words = say("board", "scroll", lang, name=section.caption)
    yield opened("div", class_="scroll", tabindex="0", role="region", aria_label=words)
    yield opened("table", class_="form wide" if section.size[1] > NARROW else "form")
    yield tag("caption", esc(section.caption))
    whole = sum(section.widths)
    shares = (f"{100 * width / whole:.1f}%" for width in section.widths)
    yield tag("colgroup", *(opened("col", width=share) for share in shares))
    for row in range(section.size[0]):
        yield "<tr>"
        for here in ((row, column) for column in range(section.size[1])):
            if here in section.labels or here in section.keys:
                place = f"t{number}{at(on_sheet(here))}"
                cell = edition.cells[section.keys[here]] if here in section.keys else None
                look, content = fill(place, cell)
                computed = "sum " if cell and cell.key in edition.computes else ""
                known = {"data-at": place} if ident is None else {"id": ident + place}
                box = {**known, "class": f"{computed}{look}".strip() or None}
                yield _box(section, here, content, box)
        yield "</tr>\n"
    yield "</table></div>\n"


def _box(
    section: Section, at: tuple[int, int], content: str, attributes: Mapping[str, str | None]
) -> str:
    """Return a printed box: a label, or a cell with its content."""
    spans = ((rows, columns) for *start, rows, columns in section.merges if tuple(start) == at)
    high, wide = next(spans, (1, 1))
    return tag(
        "th" if at in section.labels else "td",
        esc(section.labels.get(at, "")),
        content,
        **attributes,
        rowspan=high if high > 1 else None,
        colspan=wide if wide > 1 else None,
    )
