"""The workbook of a package: sheets, shared strings, styles, external links."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from . import numfmt, xml
from .attached import odd_parts, pivots
from .drawing import Drawn, boxes_of
from .formula import may_reach, reaches
from .items import texts_of
from .numfmt import Styles
from .relations import (
    Relation,
    content_types,
    refuse_macros,
    relation_parts,
    relations_in,
    relations_of,
)
from .runs import Runs
from .shared import LONGEST
from .xml import LINKS, MAIN, Element, is_false, is_true
from .zip import Package, Rejected, lower, refuse_more

NAMES_LIMIT = 2**19
"""Most characters of all defined names that may lead out of the workbook."""
_MAIN_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml",
    "application/vnd.ms-excel.template.macroenabled.main+xml",
)
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_HARMLESS_LINK = re.compile(r"(https?|mailto):[^\\]*|#[^\\/\[\]|]*", re.IGNORECASE)
"""Links that lead to a page, an address, or a place in the same workbook."""
_NO_PICTURE = "NULL"
"""The target WPS writes for a picture that it lost."""
_AUTO_NAME = re.compile(r"(_xlnm\.)?auto_(open|close|activate|deactivate).*", re.IGNORECASE)
"""Excel 4 macros that run by the prefix of their name: Auto_Open, Auto_Open2, auto_open.a."""
_PLAIN_WORDS = ("0", "1", "true", "false")
_PRINT_AREA = "_xlnm.print_area"
_RUNNING = ("function", "vbProcedure", "xlm")
_ONCE = ("sheets", "workbookPr", "calcPr", "definedNames")
_ACTIVE_PARTS = {
    "externallink": "external-link",
    "externallinkpath": "external-link",
    "oleobject": "embedded-object",
    "package": "embedded-object",
    "control": "embedded-object",
    "activexcontrolbinary": "embedded-object",
    "ctrlprop": "embedded-object",
    "attachedtoolbars": "embedded-object",
    "extensibility": "embedded-object",
    "webextension": "embedded-object",
    "webextensiontaskpanes": "embedded-object",
    "connections": "connection",
    "querytable": "connection",
    "xmlmaps": "connection",
    "volatiledependencies": "connection",
    "powerpivotdata": "connection",
}
_DRAWN = ("drawing", "vmlDrawing")
_ADDED_PARTS = (
    "comments", "threadedComment", "drawing", "image", "chart", "vmlDrawing", "pivotTable",
    "pivotCacheDefinition", "slicer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet of the workbook: name, state (visible, hidden, veryHidden), part ("" if none)."""

    name: str
    state: str
    part: str


@dataclass(frozen=True, slots=True)
class Book:
    """The workbook around its sheets.

    strings: the shared strings. styles: the cell styles.
    active: {code: target} of links, objects and programs. added: kinds of other parts.
    reaching: {name: its formula} of names whose formula leads out of the workbook.
    odd: names of parts that are programs or strays. pivots: {sheet part: areas of pivot tables}.
    runs: {number of a shared string: its pieces} of those in several fonts. boxes: {part of a
    sheet: what is drawn over it}. areas: {sheet: its print area}. odd_epoch: since_1904 is written
    as no program does.
    """

    sheets: tuple[SheetEntry, ...]
    strings: tuple[str, ...]
    styles: Styles
    since_1904: bool
    manual: bool
    active: Mapping[str, str]
    added: tuple[str, ...]
    reaching: Mapping[str, str]
    odd: tuple[str, ...] = ()
    pivots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    runs: Mapping[int, Runs] = field(default_factory=dict)
    boxes: Mapping[str, tuple[Drawn, ...]] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    odd_epoch: bool = False


def open_book(package: Package) -> Book:
    """Return the workbook of a package; raises Rejected."""
    types = content_types(package)
    relations = {name: relations_in(package, name) for name in relation_parts(package)}
    everything = [relation for part in relations.values() for relation in part.values()]
    refuse_macros(package, types, everything)
    main = _main_part(relations.get("_rels/.rels", {}))
    if types.get(main) not in _MAIN_TYPES:
        raise Rejected("not-a-workbook", kind="?")
    linked = relations.get(relations_of(main), {})
    elements = xml.elements(package.part(main), main, MAIN)
    if elements[0].path != ("workbook",):
        raise Rejected("damaged", part=main, why="root")
    _refuse_twice(elements, main)
    settings = next((e.attributes for e in elements if e.path == ("workbook", "workbookPr")), {})
    calculation = next((e.attributes for e in elements if e.path == ("workbook", "calcPr")), {})
    for name in package.parts:
        xml.refuse_doctype(package.parts[name], name)
    _refuse_wrapped(elements, main)
    sheets = _sheets(elements, linked, package, types, main)
    since_1904 = settings.get("date1904")
    if not (is_true(since_1904) or is_false(since_1904)):
        raise Rejected("damaged", part=main, why="date1904")
    part, source = _only(package, linked, "sharedStrings")
    texts, runs = texts_of(source, part) if source else ((), {})
    return Book(
        sheets=sheets,
        strings=texts,
        styles=_styles(package, linked),
        since_1904=is_true(since_1904),
        manual=calculation.get("calcMode") == "manual",
        active=_active(everything) | _auto_names(elements),
        added=tuple(
            sorted({r.kind for r in everything if r.kind in _ADDED_PARTS and not r.external})
        ),
        reaching=_reaching(elements),
        odd=_odd(package, everything),
        pivots=pivots(package, {p: _pivots_of(relations, p) for p in types if p in package.parts}),
        runs=runs,
        boxes=_boxes(package, relations),
        areas=_areas(elements, sheets),
        odd_epoch=settings.get("date1904", "0") not in _PLAIN_WORDS,
    )


def _refuse_twice(elements: list[Element], part: str) -> None:
    """Raise Rejected for a repeated element that may occur once: programs read different ones.

    Inside another element (mc:AlternateContent) some programs read it and some do not.
    """
    heads = [e.path[1] for e in elements if len(e.path) == 2]  # noqa: PLR2004 - below the root
    if any(heads.count(name) > 1 for name in _ONCE):
        raise Rejected("unsafe", part=part, why="duplicate")
    if any(e.path[-1] in _ONCE and len(e.path) != 2 for e in elements):  # noqa: PLR2004
        raise Rejected("unsafe", part=part, why="element")


def _refuse_wrapped(elements: list[Element], part: str) -> None:
    """Raise Rejected for an element inside a foreign one: some programs read it, others do not."""
    for path in (element.path for element in elements):
        if " " not in path[-1] and any(" " in name for name in path) and "extLst" not in path:
            raise Rejected("unsafe", part=part, why=path[-1])


def _boxes(
    package: Package, relations: Mapping[str, Mapping[str, Relation]]
) -> dict[str, tuple[Drawn, ...]]:
    """Return {part of a sheet: the boxes drawn over it}."""
    boxes = {}
    for name, linked in relations.items():
        targets = {r.target: r.kind for r in linked.values() if r.kind in _DRAWN and not r.external}
        if targets and "worksheets/" in name:
            folder, _, file = name.rpartition("_rels/")
            boxes[folder + file.removesuffix(".rels")] = boxes_of(package, targets)
    return boxes


def _areas(elements: list[Element], sheets: tuple[SheetEntry, ...]) -> dict[str, str]:
    """Return {sheet: its print area}."""
    areas = {}
    for element in _names(elements):
        attributes = element.attributes
        number = attributes.get("localSheetId", "").strip()
        place = int(number[:4]) if number.isdecimal() else len(sheets)
        if attributes.get("name", "").lower() == _PRINT_AREA and place < len(sheets):
            areas[sheets[place].name] = "".join(element.text)[:LONGEST]
    return areas


def _pivots_of(relations: Mapping[str, Mapping[str, Relation]], part: str) -> list[str]:
    """Return the parts of a sheet's pivot tables."""
    linked = relations.get(relations_of(part), {})
    return [r.target for r in linked.values() if r.kind == "pivotTable" and not r.external]


def _odd(package: Package, relations: Iterable[Relation]) -> tuple[str, ...]:
    """Return the names of odd parts; those of objects and controls have their own finding."""
    inside = [relation for relation in relations if not relation.external]
    judged = [r.target for r in inside if lower(r.kind) in _ACTIVE_PARTS]
    return odd_parts(package, [relation.target for relation in inside], judged)


def _main_part(relations: Mapping[str, Relation]) -> str:
    targets = [r.target for r in relations.values() if r.kind == "officeDocument"]
    if len(targets) != 1:
        raise Rejected("damaged", part="_rels/.rels", why="officeDocument")
    return targets[0]


def _sheets(
    elements: list[Element],
    relations: Mapping[str, Relation],
    package: Package,
    types: Mapping[str, str],
    part: str,
) -> tuple[SheetEntry, ...]:
    """Return the sheets in order; raises Rejected for a repeated name or part, or no sheets."""
    sheets = []
    for element in elements:
        if element.path[-1] != "sheet":
            continue
        attributes = element.attributes
        relation = relations.get(attributes.get(f"{LINKS}id", ""))
        if element.path != ("workbook", "sheets", "sheet") or relation is None:
            raise Rejected("unsafe", part=part, why="sheet")
        name = attributes.get("name", "")
        chart = relation.kind == "chartsheet"
        sheets.append(
            SheetEntry(
                name=name,
                state=attributes.get("state", "visible"),
                part="" if chart else _worksheet(relation, name, package, types),
            )
        )
    names = {sheet.name.casefold() for sheet in sheets}
    parts = [sheet.part for sheet in sheets if sheet.part]
    if len(names) != len(sheets) or len(set(parts)) != len(parts) or not sheets:
        raise Rejected("unsafe", part=part, why="sheet")
    return tuple(sheets)


def _worksheet(relation: Relation, name: str, package: Package, types: Mapping[str, str]) -> str:
    """Return the part of a worksheet; raises Rejected with the sheet's name for any other kind."""
    if relation.kind == "worksheet":
        package.part(relation.target)
    kind = types.get(relation.target, "")
    if relation.kind != "worksheet" or kind != _SHEET_TYPE:
        part = f"{relation.target} ({name})"
        why = kind if relation.kind == "worksheet" else relation.kind
        raise Rejected("damaged", part=part, why=why or "content type")
    return relation.target


def _only(package: Package, relations: Mapping[str, Relation], kind: str) -> tuple[str, bytes]:
    """Return name and bytes of the workbook's part of a kind; empty where it has none."""
    targets = [r.target for r in relations.values() if r.kind == kind]
    if len(targets) > 1:
        raise Rejected("unsafe", part=kind, why="duplicate")
    return (targets[0], package.part(targets[0])) if targets else ("", b"")


def _styles(package: Package, relations: Mapping[str, Relation]) -> Styles:
    """Return the cell styles; a single style where the part is missing."""
    part, source = _only(package, relations, "styles")
    theme_part, theme = _only(package, relations, "theme")
    return numfmt.styles(source, part, theme, theme_part) if source else Styles()


def _active(relations: list[Relation]) -> dict[str, str]:
    """Return {code: the first target} of links, embedded objects, connections and programs."""
    targets: dict[str, str] = {}
    for relation in relations:
        code = _ACTIVE_PARTS.get(lower(relation.kind))
        if relation.external and relation.kind == "image" and relation.target == _NO_PICTURE:
            code = None
        elif relation.external and relation.kind == "hyperlink":
            code = None if _HARMLESS_LINK.fullmatch(relation.target) else "external-link"
        elif relation.external:
            code = code or "external-link"
        if code:
            targets.setdefault(code, relation.target)
    return targets


def _auto_names(elements: list[Element]) -> dict[str, str]:
    """Return {"auto-run": the first defined name that runs a macro}, empty without one."""
    for attributes in (element.attributes for element in _names(elements)):
        running = any(is_true(attributes.get(mark)) for mark in _RUNNING)
        if running or _AUTO_NAME.fullmatch(attributes.get("name", "")):
            return {"auto-run": attributes.get("name", "")}
    return {}


def _names(elements: list[Element]) -> list[Element]:
    return [element for element in elements if element.path[-1] == "definedName"]


def _reaching(elements: list[Element]) -> dict[str, str]:
    """Return {name: formula} of defined names that lead out of the workbook."""
    named = {e.attributes.get("name", ""): "".join(e.text)[:LONGEST] for e in _names(elements)}
    suspect = {name: formula for name, formula in named.items() if may_reach(formula)}
    refuse_more("definedNames", sum(map(len, suspect.values())), NAMES_LIMIT)
    return {name: formula for name, formula in suspect.items() if reaches(formula)}
