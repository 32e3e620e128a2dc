"""Packs the plans of released versions from their blanks in tests/versions.

`python tests/releases.py` fills blanks of this version with the returns of the version before, into
tests/versions, and packs all plans into templates/released. Tests hold one against the other, and
the plans of this version against the blanks that are built now.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from source import TEMPLATES, TESTS

from toolkit import __version__
from toolkit.blank.slots import DECLARATION_ROW, Sheet, Slot, published, word
from toolkit.edition.edition import Edition, known, named
from toolkit.edition.kind import on_sheet
from toolkit.report.report import Report
from toolkit.returned.fill import fill
from toolkit.returned.read import read
from toolkit.returned.recognise import mark_of
from toolkit.returned.released import packed
from toolkit.xlsx import sheet as sheets
from toolkit.xlsx.address import Place
from toolkit.xlsx.book import Book, open_book
from toolkit.xlsx.sheet import Grid, Raw, corners
from toolkit.xlsx.zip import open_package

VERSIONS = TESTS / "versions"
RELEASED = TEMPLATES / "released"
_NAME = re.compile(r"gouji-(\d+\.\d+\.\d+)-(.+)-([^-]+)")
_BOX = (2000, 100)
AGENCY = {"name": "示例县财政局", "code": None, "level": "county"}
_FIELDS = ("agency", "code", "level", "year", "sent")
"""Fields of the cover that are stamped or typed."""


def returns() -> dict[Path, Path]:
    """Return {return on a blank of a released version: the file of its packed plan}."""
    found = {}
    for path in sorted(VERSIONS.glob("*.xlsx")):
        match = _NAME.fullmatch(path.stem)
        assert match is not None, path
        version, form, edition = match.groups()
        found[path] = RELEASED / version / form / f"{edition}.plan"
    return found


def filled() -> Iterator[tuple[Path, bytes]]:
    """Yield (path, content) of the returns on blanks of this version, a return for each edition.

    An edition that no version before has gets one of zeros.
    """
    newest: dict[tuple[str, ...], tuple[list[int], Path]] = {}
    for path, target in returns().items():
        version, *edition = target.relative_to(RELEASED).parts
        order = [int(part) for part in version.split(".")]
        if version != __version__ and order > newest.get(tuple(edition), ([], path))[0]:
            newest[tuple(edition)] = order, path
    for _, path in newest.values():
        report = read(path.read_bytes()).report
        name = _NAME.sub(rf"gouji-{__version__}-\2-\3", path.stem)
        yield path.with_name(f"{name}.xlsx"), fill(report, report.edition).workbook
    for form, name in known().keys() - newest.keys():
        edition = named(form, name)
        zeros = {key: 0 for key in edition.typed if edition.cells[key].numeric}
        values = dict.fromkeys(edition.cells) | zeros
        report = Report(edition, AGENCY, edition.years[0], values, origin="workbook")
        path = VERSIONS / f"gouji-{__version__}-{form}-{name}.xlsx"
        yield path, fill(report, edition).workbook


def plan_of(source: bytes) -> tuple[str, tuple[Sheet, ...]]:
    """Return the digest and the sheets of the plan that a return's blank was built by."""
    package = open_package(source)
    book = open_book(package)
    mark = mark_of(package, book)
    edition = named(mark["form"], mark["edition"])
    assert edition is not None
    parsed = (
        (entry, sheets.parse(package.part(entry.part), entry.part, book, _BOX))
        for entry in book.sheets
    )
    found = tuple(_sheet(edition, entry.name, entry.state, grid, book) for entry, grid in parsed)
    return mark.get("plan", ""), found


def _kind(edition: Edition, name: str) -> str:
    kinds = {word(kind): kind for kind in ("cover", "results", "prior", "mark")}
    kinds |= {part.sheet: "text" if part.text else "table" for part in edition.sections}
    kinds |= {published(edition.tables[table]): "published" for table in edition.statutory}
    return kinds[name]


def _sheet(edition: Edition, name: str, state: str, grid: Grid, book: Book) -> Sheet:
    kind = _kind(edition, name)
    keys = {on_sheet(edition.cells[key].place): key for key in edition.typed
            if edition.cells[key].sheet == name}  # fmt: skip
    stamped = dict(_stamped(edition, kind, grid))
    covered = set(_covered(grid))
    slots = {}
    for place, raw in grid.cells.items():
        locked = raw[3] not in book.styles.unlocked
        if place in keys:
            slots[place] = Slot("", key=keys[place], locked=locked)
        elif place in stamped:
            slots[place] = Slot("", name=stamped[place], locked=locked)
        elif place in covered:
            slots[place] = Slot("", locked=locked)
        elif not locked:
            slots[place] = Slot("", name=_name(place, kind), locked=False)
        else:
            slots[place] = _fixed(raw)
    rows = sorted(row for row, style in grid.row_styles.items() if style in book.styles.unlocked)
    free = (rows[0], rows[-1]) if rows else (0, -1)
    return Sheet(name, slots, tuple(grid.merges), state=state, kind=kind, free=free)


def _fixed(raw: Raw) -> Slot:
    return Slot("", formula=raw[2]) if raw[2] is not None else Slot("", raw[1])


def _name(place: Place, kind: str) -> str:
    declares = kind == "table" and place[0] == DECLARATION_ROW
    return "declaration" if declares else {"results": "stamp"}.get(kind, "paragraph")


def _covered(grid: Grid) -> Iterator[Place]:
    """Yield the places under a merge, without its first."""
    for merge in grid.merges:
        top, left, bottom, right = corners(merge)
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    yield row, column


def _stamped(edition: Edition, kind: str, grid: Grid) -> Iterator[tuple[Place, str]]:
    """Yield (place, name) of the cells that are filled in for an agency: they may be locked."""
    fields = {word(f"field_{name}"): name for name in _FIELDS}
    for (row, column), raw in grid.cells.items():
        if kind == "cover" and column == 1 and raw[1] in fields:
            yield (row, 2), fields[raw[1]]
        elif kind == "prior" and column == 2 and raw[1] in edition.cells:
            yield (row, 3), f"prior.{raw[1]}"
        elif kind == "mark" and column == 1 and raw[1]:
            yield (row, 2), f"mark.{raw[1]}"


if __name__ == "__main__":
    for path, content in filled():
        path.write_bytes(content)
    for source, target in returns().items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(packed(*plan_of(source.read_bytes())))
