"""The workbook of a package: sheets, shared strings, styles, external links."""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import numfmt, xml
from .drawing import Drawn, boxes_of
from .formula import may_reach, reaches
from .numfmt import Styles
from .runs import Runs, runs_of
from .shared import LONGEST
from .strings import shared_strings
from .xml import LINKS, MAIN, Element, is_false, is_true
from .zip import Package, Rejected

NAMES_LIMIT = 2**19
"""Most characters of all defined names that may lead out of the workbook."""
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types "
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships "
_PURL = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
_MAIN_TYPES = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    "application/vnd.ms-excel.sheet.macroenabled.main+xml",
    "application/vnd.ms-excel.template.macroenabled.main+xml",
)
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_MACRO_SIGNS = ("vbaproject", "macrosheet", "dialogsheet", "ms-office.vba")
_HARMLESS_LINK = re.compile(r"(https?|mailto):[^\\]*", re.IGNORECASE)
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
class Relation:
    """A relationship: kind (the last word of its type), target, and whether it is external."""

    kind: str
    target: str
    external: bool


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
    runs: Mapping[int, Runs] = field(default_factory=dict)
    boxes: Mapping[str, tuple[Drawn, ...]] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)
    odd_epoch: bool = False


def open_book(package: Package) -> Book:
    """Return the workbook of a package; raises Rejected."""
    types = _content_types(package)
    relations = {name: _relations(package, name) for name in _relation_parts(package)}
    main = _main_part(relations.get("_rels/.rels", {}))
    if types.get(main) not in _MAIN_TYPES:
        raise Rejected("not-a-workbook", kind="?")
    own = relations.get(_relations_of(main), {})
    found = xml.elements(package.part(main), main, MAIN)
    if found[0].path != ("workbook",):
        raise Rejected("damaged", part=main, why="root")
    _refuse_twice(found, main)
    settings = next((e.attributes for e in found if e.path == ("workbook", "workbookPr")), {})
    calculation = next((e.attributes for e in found if e.path == ("workbook", "calcPr")), {})
    everything = [relation for part in relations.values() for relation in part.values()]
    for name in package.parts:
        xml.refuse_doctype(package.parts[name], name)
    _refuse_wrapped(found, main)
    sheets = _sheets(found, own, package, types, main)
    since_1904 = settings.get("date1904")
    if not (is_true(since_1904) or is_false(since_1904)):
        raise Rejected("damaged", part=main, why="date1904")
    return Book(
        sheets=sheets,
        strings=_strings(package, own),
        styles=_styles(package, own),
        since_1904=is_true(since_1904),
        manual=calculation.get("calcMode") == "manual",
        active=_active(everything) | _auto_names(found),
        added=tuple(
            sorted({r.kind for r in everything if r.kind in _ADDED_PARTS and not r.external})
        ),
        reaching=_reaching(found),
        runs=_runs(package, own),
        boxes=_boxes(package, relations),
        areas=_areas(found, sheets),
        odd_epoch=settings.get("date1904", "0") not in _PLAIN_WORDS,
    )


def _refuse_twice(found: list[Element], part: str) -> None:
    """Raise Rejected for a repeated element that may occur once: programs read different ones."""
    heads = [e.path[1] for e in found if len(e.path) == 2]  # noqa: PLR2004 - below the root
    if any(heads.count(name) > 1 for name in _ONCE):
        raise Rejected("unsafe", part=part, why="duplicate")


def _refuse_wrapped(found: list[Element], part: str) -> None:
    """Raise Rejected for an element inside a foreign one: some programs read it, others do not."""
    for path in (element.path for element in found):
        if " " not in path[-1] and any(" " in name for name in path) and "extLst" not in path:
            raise Rejected("unsafe", part=part, why=path[-1])


def _runs(package: Package, own: Mapping[str, Relation]) -> Mapping[int, Runs]:
    """Return {number: pieces} of the shared strings in several fonts."""
    part, source = _only(package, own, "sharedStrings")
    return runs_of(source, part)


def _boxes(
    package: Package, relations: Mapping[str, Mapping[str, Relation]]
) -> dict[str, tuple[Drawn, ...]]:
    """Return {part of a sheet: the boxes drawn over it}."""
    found = {}
    for name, own in relations.items():
        targets = {r.target: r.kind for r in own.values() if r.kind in _DRAWN and not r.external}
        if targets and "worksheets/" in name:
            folder, _, file = name.rpartition("_rels/")
            found[folder + file.removesuffix(".rels")] = boxes_of(package, targets)
    return found


def _areas(found: list[Element], sheets: tuple[SheetEntry, ...]) -> dict[str, str]:
    """Return {sheet: its print area}."""
    areas = {}
    for element in _names(found):
        given = element.attributes
        number = given.get("localSheetId", "").strip()
        place = int(number[:4]) if number.isdecimal() else len(sheets)
        if given.get("name", "").lower() == _PRINT_AREA and place < len(sheets):
            areas[sheets[place].name] = "".join(element.text)[:LONGEST]
    return areas


def _content_types(package: Package) -> dict[str, str]:
    """Return {part: content type in lower case}; raises Rejected for macros and contradictions."""
    part = "[Content_Types].xml"
    defaults: dict[str, str] = {}
    types: dict[str, str] = {}
    for element in xml.elements(package.part(part), part, _TYPES):
        given = element.attributes
        kind = given.get("ContentType", "").lower()
        if any(sign in kind for sign in _MACRO_SIGNS):
            raise Rejected("macros")
        if element.path == ("Types", "Default"):
            _put(defaults, given.get("Extension", "").lower(), kind, part)
        elif element.path == ("Types", "Override"):
            _put(types, given.get("PartName", "").lstrip("/").lower(), kind, part)
    for name in package.parts:
        types.setdefault(name, defaults.get(name.rpartition(".")[2], ""))
    return types


def _put(into: dict[str, str], name: str, value: str, part: str) -> None:
    if into.setdefault(name, value) != value:
        raise Rejected("unsafe", part=part, why="duplicate")


def _relation_parts(package: Package) -> list[str]:
    return [name for name in package.parts if name.endswith(".rels")]


def _relations_of(part: str) -> str:
    """Return the name of the part that lists a part's relationships."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def _relations(package: Package, name: str) -> dict[str, Relation]:
    """Return {id: relationship}; targets inside the package are resolved to part names."""
    base = name.rpartition("_rels/")[0]
    found: dict[str, Relation] = {}
    for element in xml.elements(package.parts[name], name, _RELATIONS):
        if element.path != ("Relationships", "Relationship"):
            continue
        given = element.attributes
        ident, target = given.get("Id", ""), given.get("Target", "")
        kind = given.get("Type", "").rpartition("/")[2]
        if not ident or ident in found:
            raise Rejected("unsafe", part=name, why="relationship")
        if kind.lower() in ("vbaproject", "xlmacrosheet", "xlintlmacrosheet", "dialogsheet"):
            raise Rejected("macros")
        if given.get("Type", "").startswith(_PURL):
            raise Rejected("not-a-workbook", kind="Strict Open XML")
        external = given.get("TargetMode") == "External"
        inside = target if external or target.startswith("#") else _resolve(base, target, name)
        found[ident] = Relation(kind, inside, external)
    return found


def _resolve(base: str, target: str, part: str) -> str:
    """Return the part name of a target; raises Rejected for one outside the package."""
    joined = posixpath.normpath(posixpath.join("/", base, target))
    steps = posixpath.join(base, target).split("/") if not target.startswith("/") else []
    depth = 0
    for step in steps:
        depth += {"..": -1, ".": 0, "": 0}.get(step, 1)
        if depth < 0:
            raise Rejected("unsafe", part=part, why="relationship")
    if "\\" in target or ":" in target:
        raise Rejected("unsafe", part=part, why="relationship")
    return joined.lstrip("/").lower()


def _main_part(relations: Mapping[str, Relation]) -> str:
    found = [r.target for r in relations.values() if r.kind == "officeDocument"]
    if len(found) != 1:
        raise Rejected("damaged", part="_rels/.rels", why="officeDocument")
    return found[0]


def _sheets(
    found: list[Element],
    relations: Mapping[str, Relation],
    package: Package,
    types: Mapping[str, str],
    part: str,
) -> tuple[SheetEntry, ...]:
    """Return the sheets in order; raises Rejected for a repeated name or part, or no sheets."""
    sheets = []
    for element in found:
        if element.path[-1] != "sheet":
            continue
        given = element.attributes
        relation = relations.get(given.get(f"{LINKS}id", ""))
        if element.path != ("workbook", "sheets", "sheet") or relation is None:
            raise Rejected("unsafe", part=part, why="sheet")
        name = given.get("name", "")
        chart = relation.kind == "chartsheet"
        sheets.append(
            SheetEntry(
                name=name,
                state=given.get("state", "visible"),
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
        raise Rejected("damaged", part=part, why=kind or relation.kind or "content type")
    return relation.target


def _only(package: Package, relations: Mapping[str, Relation], kind: str) -> tuple[str, bytes]:
    """Return name and bytes of the workbook's part of a kind; empty where it has none."""
    found = [r.target for r in relations.values() if r.kind == kind]
    if len(found) > 1:
        raise Rejected("unsafe", part=kind, why="duplicate")
    return (found[0], package.part(found[0])) if found else ("", b"")


def _strings(package: Package, relations: Mapping[str, Relation]) -> tuple[str, ...]:
    """Return the shared strings, without phonetic hints (rPh)."""
    part, source = _only(package, relations, "sharedStrings")
    return shared_strings(source, part) if source else ()


def _styles(package: Package, relations: Mapping[str, Relation]) -> Styles:
    """Return the cell styles; a single style where the part is missing."""
    part, source = _only(package, relations, "styles")
    theme_part, theme = _only(package, relations, "theme")
    return numfmt.styles(source, part, theme, theme_part) if source else Styles()


def _active(relations: list[Relation]) -> dict[str, str]:
    """Return {code: the first target} of links, embedded objects, connections and programs."""
    found: dict[str, str] = {}
    for relation in relations:
        code = _ACTIVE_PARTS.get(relation.kind.lower())
        if relation.external and relation.kind == "hyperlink":
            code = None if _HARMLESS_LINK.fullmatch(relation.target) else "external-link"
        elif relation.external:
            code = code or "external-link"
        if code:
            found.setdefault(code, relation.target)
    return found


def _auto_names(found: list[Element]) -> dict[str, str]:
    """Return {"auto-run": the first defined name that runs a macro}, empty without one."""
    for given in (element.attributes for element in _names(found)):
        running = any(is_true(given.get(mark)) for mark in _RUNNING)
        if running or _AUTO_NAME.fullmatch(given.get("name", "")):
            return {"auto-run": given.get("name", "")}
    return {}


def _names(found: list[Element]) -> list[Element]:
    return [element for element in found if element.path[-1] == "definedName"]


def _reaching(found: list[Element]) -> dict[str, str]:
    """Return {name: formula} of defined names that lead out of the workbook."""
    named = {e.attributes.get("name", ""): "".join(e.text)[:LONGEST] for e in _names(found)}
    suspect = {name: formula for name, formula in named.items() if may_reach(formula)}
    size = sum(map(len, suspect.values()))
    if size > NAMES_LIMIT:
        limit = f"{NAMES_LIMIT:,}"
        raise Rejected("too-large", part="definedNames", size=f"{size:,}", limit=limit)
    return {name: formula for name, formula in suspect.items() if reaches(formula)}
