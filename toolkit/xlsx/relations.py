"""The relationships and content types of a package; programs among its parts are refused."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from . import xml
from .zip import Package, Rejected, lower

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types "
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships "
_PURL = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_READ = ("officeDocument", "worksheet", "chartsheet", "sharedStrings", "styles")
"""Kinds of the parts that are read: programs find them by the whole type."""
_OLE = b"\xd0\xcf\x11\xe0"
_MACRO_SIGNS = ("vbaproject", "macrosheet", "dialogsheet", "ms-office.vba")
_ESCAPED = re.compile("[#%?]")
"""Signs of a target that programs resolve, each in its own way."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship: kind (the last word of its type), target, and whether it is external.

    A type that only ends like that of a part that is read is given whole.
    """

    kind: str
    target: str
    external: bool


def content_types(package: Package) -> dict[str, str]:
    """Return {part: content type in lower case}; raises Rejected for contradictions."""
    part = "[Content_Types].xml"
    defaults: dict[str, str] = {}
    types: dict[str, str] = {}
    for element in xml.elements(package.part(part), part, _TYPES):
        attributes = element.attributes
        kind = lower(attributes.get("ContentType", ""))
        if element.path == ("Types", "Default"):
            _put(defaults, lower(attributes.get("Extension", "")), kind, part)
        elif element.path == ("Types", "Override"):
            _put(types, lower(attributes.get("PartName", "").lstrip("/")), kind, part)
    for name in map(lower, package.names):
        types.setdefault(name, defaults.get(name.rpartition(".")[2], ""))
    return types


def refuse_macros(
    package: Package, types: Mapping[str, str], relations: Iterable[Relation]
) -> None:
    """Raise Rejected for a part of a macro type; a type without a part is no program.

    Excelize gives every .bin the macros' type, printer settings too.
    """
    printed = {relation.target for relation in relations if relation.kind == "printerSettings"}
    for name in map(lower, package.names):
        settings = name in printed and not package.starts.get(name, _OLE).startswith(_OLE)
        if _is_macro(types[name]) and not settings:
            raise Rejected("macros")


def _is_macro(kind: str) -> bool:
    """Tell whether a content type is that of a program."""
    return any(sign in kind for sign in _MACRO_SIGNS)


def _put(into: dict[str, str], name: str, value: str, part: str) -> None:
    if (other := into.setdefault(name, value)) != value:
        if _is_macro(value) or _is_macro(other):
            raise Rejected("macros")
        raise Rejected("unsafe", part=part, why="duplicate")


def relation_parts(package: Package) -> list[str]:
    """Return the names of the parts that list relationships."""
    return [name for name in package.parts if name.endswith(".rels")]


def relations_of(part: str) -> str:
    """Return the name of the part that lists a part's relationships."""
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels".lstrip("/")


def relations_in(package: Package, name: str) -> dict[str, Relation]:
    """Return {id: relationship}; targets inside the package are resolved to part names."""
    base = name.rpartition("_rels/")[0]
    relations: dict[str, Relation] = {}
    seen: set[str] = set()
    for element in xml.elements(package.parts[name], name, _RELATIONS):
        if element.path != ("Relationships", "Relationship"):
            continue
        attributes = element.attributes
        ident, target = attributes.get("Id", ""), attributes.get("Target", "")
        kind = attributes.get("Type", "").rpartition("/")[2]
        mode = attributes.get("TargetMode", "Internal")
        if not ident or lower(ident) in seen or mode not in ("Internal", "External"):
            raise Rejected("unsafe", part=name, why="relationship")
        if kind.lower() in ("vbaproject", "xlmacrosheet", "xlintlmacrosheet", "dialogsheet"):
            raise Rejected("macros")
        if attributes.get("Type", "").startswith(_PURL):
            raise Rejected("not-a-workbook", kind="Strict Open XML")
        external = mode == "External"
        if kind in _READ and attributes["Type"] != _OFFICE + kind:
            kind = attributes["Type"]
        elif kind in _READ and (_ESCAPED.search(target) or _climbs(base, target)):
            raise Rejected("unsafe", part=name, why="relationship")
        inside = target if external or target.startswith("#") else _resolve(base, target, name)
        seen.add(lower(ident))
        relations[ident] = Relation(kind, inside, external)
    return relations


def _climbs(base: str, target: str) -> bool:
    """Tell whether a target has more steps up than there are folders; the root is above itself."""
    depth = 0
    for step in posixpath.join("/", base, target).split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(step, 1)
        if depth < 0:
            return True
    return False


def _resolve(base: str, target: str, part: str) -> str:
    """Return the part name of a target by RFC 3986, without its fragment."""
    if "\\" in target or ":" in target:
        raise Rejected("unsafe", part=part, why="relationship")
    joined = posixpath.normpath(posixpath.join("/", base, target.partition("#")[0]))
    return lower(joined.lstrip("/"))
