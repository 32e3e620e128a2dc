"""Parts of a package beside the sheets: programs, strays, pivot tables."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from . import xml
from .xml import MAIN
from .zip import Package, lower

_PROGRAMS = frozenset(
    re.findall(
        "[a-z0-9]+",
        "app bat cmd com cpl dll dylib exe hta htm html inf jar js jse lnk mhtml msc msi pif ps1 py"
        " reg scr sh so sys url vbe vbs wsf wsh xll",
    )
)
"""Endings of files that a double click runs or opens in a browser."""
_SIGNS = (
    b"mz", b"\x7felf", b"#!", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"l\0\0\0\x01\x14\2\0",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"pk\3\4", b"rar!", b"7z\xbc\xaf", b"%pdf", b"<html",
    b"<!doc", b"<script",
)  # fmt: skip
"""First bytes of programs, documents and archives, in lower case."""
_IMAGES = re.compile(
    rb"\x89PNG|\xff\xd8\xff|GIF8|BM|II\*\0|MM\0\*|RIFF|\x01\0\0\0|\xd7\xcd\xc6\x9a|\s*<(\?xml|svg)"
)
_LEFT_BY_PROGRAMS = re.compile(
    r"docprops/|customxml/|xl/printersettings/|\[trash\]/|__macosx/|"
    r"(?:.*/)?(?:\.ds_store|thumbs\.db|desktop\.ini|mimetype)$|xl/drawings/[^/]*\.vml$"
)
"""Names of parts that honest programs leave without a reference."""
_XML_FOLDERS = ("xl/", "docprops/", "customxml/")


def odd_parts(package: Package, targets: Iterable[str], excused: Iterable[str]) -> tuple[str, ...]:
    """Return the names of parts that are programs, or that no other part refers to.

    targets: of all relationships inside. excused: targets that have findings of their own. Parts
    that honest programs leave behind are no strays: properties, printer settings, pictures.
    """
    referenced = {name for target in targets for name in (target, lower(unquote(target)))}
    judged = set(excused)
    return tuple(
        name
        for name in package.names
        if not name.endswith("/")
        and lower(name) not in judged
        and _is_odd(lower(name), package.starts.get(lower(name), b""), lower(name) in referenced)
    )


def _is_odd(name: str, start: bytes, referenced: bool) -> bool:  # noqa: FBT001 - one fact
    """Tell whether a part is a program, or a stray that no honest program leaves."""
    if name.rpartition(".")[2] in _PROGRAMS or start.lower().startswith(_SIGNS):
        return True
    if referenced or name == "[content_types].xml" or _LEFT_BY_PROGRAMS.match(name):
        return False
    if name.endswith(".rels") or (name.endswith(".xml") and name.startswith(_XML_FOLDERS)):
        return False
    return not (name.startswith("xl/media/") and _IMAGES.match(start))


def pivots(package: Package, tables: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Return {sheet part: areas that its pivot tables fill}; tables: {sheet part: their parts}."""
    filled = {}
    for sheet, parts in tables.items():
        areas = [area for part in parts for area in _locations(package, part)]
        if areas:
            filled[sheet] = tuple(areas)
    return filled


def _locations(package: Package, part: str) -> list[str]:
    """Return the area of a pivot table; empty where the part is missing."""
    if part not in package.parts:
        return []
    elements = xml.elements(package.part(part), part, MAIN)
    return [e.attributes.get("ref", "").upper() for e in elements if e.path[-1] == "location"]
