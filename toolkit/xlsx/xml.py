"""Strict parsing of an XML part with expat: no document type, bounded depth, size and counts."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat

from .memory import MEMORY, is_on
from .zip import PART_LIMIT, Rejected, refuse_more

ELEMENT_LIMIT = 300_000
DEPTH_LIMIT = 64
ATTRIBUTE_LIMIT = 256
TOKEN_LIMIT = 2**20

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
STRICT = "http://purl.oclc.org/ooxml/"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships "
"""Namespaces as expat writes them before a name: with a blank."""

KNOWN = tuple(
    MAIN + name
    for name in ("row", "c", "v", "f", "is", "t", "r", "rPh", "rPr", "si", "sheetData", "col")
)
"""Names that parsers share, so that comparing them compares addresses."""

_FREE = frozenset(
    MAIN + name for name in ("extLst", "controls", "control", "oleObjects", "oleObject")
)
"""Elements whose content Excel itself writes for several versions at once."""
_BLANKS = " \t\r\n"
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LONGEST_DOUBLE = 40
_PLAIN_START = re.compile(
    rb'<\?xml version="1\.0" encoding="(?:UTF-8|utf-8)"(?: standalone="(?:yes|no)")?\?>\s*<[A-Za-z]'
)
"""The start of a part whose root comes first, so that no document type can follow."""
_KEPT_SIZE, _ELEMENT_SIZE = 2**16, 20
"""Most bytes of a part whose elements are remembered, and of memory for each of its bytes."""
_ENCODINGS = (None, "utf-8", "utf-16", "us-ascii")

Parser = expat.XMLParserType
Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class Element(NamedTuple):
    """An element of a small part: path (names from the root to itself), attributes, text."""

    path: tuple[str, ...]
    attributes: dict[str, str]
    text: list[str]


def parser(part: str) -> Parser:
    """Return a parser that refuses a document type and odd encodings; names are `namespace name`.

    The caller sets the element handlers and bounds the depth in them.
    """
    strict = expat.ParserCreate(None, " ", {name: name for name in KNOWN})
    strict.buffer_text = True
    strict.buffer_size = 2**16
    strict.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def refuse_doctype(*_: object) -> None:
        raise Rejected("unsafe", part=part, why="DOCTYPE")

    def refuse_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding and encoding.lower()) not in _ENCODINGS:
            raise Rejected("unsafe", part=part, why="encoding")

    strict.StartDoctypeDeclHandler = refuse_doctype
    strict.XmlDeclHandler = refuse_encoding
    return strict


class _Begun(Exception):
    """The root element was reached: no document type can follow."""


def refuse_doctype(source: bytes, part: str) -> None:
    """Raise Rejected for a document type in a part that is not read."""
    if _PLAIN_START.match(source):
        return
    strict = parser(part)
    strict.XmlDeclHandler = None

    def begun(*_: object) -> None:
        raise _Begun

    strict.StartElementHandler = begun
    # Of an encoding Python lacks expat says so by ValueError or LookupError.
    with suppress(_Begun, expat.ExpatError, ValueError, LookupError):
        strict.Parse(source, True)  # noqa: FBT003 - expat's own


def run(parser: Parser, source: bytes, part: str) -> None:
    """Parse a part in one call: fed in pieces, older expats are slow on one huge token.

    Raises Rejected.
    """
    refuse_size(source, part)
    try:
        parser.Parse(source, True)  # noqa: FBT003 - expat's own
    except expat.ExpatError as error:
        raise Rejected("damaged", part=part, why=expat.ErrorString(error.code)) from None


def parse(source: bytes, part: str, start: Start, end: End, text: Text | None) -> None:
    """Call the handlers for a part's elements; raises Rejected."""
    strict = parser(part)
    strict.StartElementHandler = start
    strict.EndElementHandler = end
    strict.CharacterDataHandler = text
    run(strict, source, part)


def refuse_size(source: bytes, part: str) -> None:
    """Raise Rejected for too many bytes or elements, or too long a token, before parsing."""
    refuse_more(part, len(source), PART_LIMIT)
    if len(source) > ELEMENT_LIMIT:
        refuse_more(part, source.count(b"<") - source.count(b"</"), ELEMENT_LIMIT)
    if len(source) > TOKEN_LIMIT:
        refuse_more(part, max(map(len, source.split(b"<"))), TOKEN_LIMIT)


def too_deep(part: str, depth: int, attributes: int) -> Rejected:
    """Return the rejection of an element nested too deep or with too many attributes."""
    size, limit = (depth, DEPTH_LIMIT) if depth > DEPTH_LIMIT else (attributes, ATTRIBUTE_LIMIT)
    return Rejected("too-large", part=part, size=f"{size:,}", limit=f"{limit:,}")


def elements(source: bytes, part: str, namespace: str) -> list[Element]:
    """Return the elements of a small part in their order, names of `namespace` without it.

    Raises Rejected where the root is of another namespace. What is returned is shared: it is only
    to be read.
    """
    key = ("elements", namespace, source)
    if not is_on() or len(source) > _KEPT_SIZE:
        return _elements(source, part, namespace)
    kept: list[Element] | None = MEMORY.get(key)
    if kept is None:
        kept = _elements(source, part, namespace)
        if MEMORY.is_met(key):
            MEMORY.put(key, kept, _ELEMENT_SIZE * len(source))
    return kept


def _elements(source: bytes, part: str, namespace: str) -> list[Element]:
    path: list[str] = []
    listed: list[Element] = []
    open_elements: list[Element] = []
    skip = len(namespace)

    def start(name: str, attributes: dict[str, str]) -> None:
        if not path and not name.startswith(namespace):
            raise _other_namespace(name, part)
        path.append(name[skip:] if name.startswith(namespace) else name)
        if len(path) > DEPTH_LIMIT or len(attributes) > ATTRIBUTE_LIMIT:
            raise too_deep(part, len(path), len(attributes))
        element = Element(tuple(path), attributes, [])
        listed.append(element)
        open_elements.append(element)

    def end(_name: str) -> None:
        path.pop()
        open_elements.pop()

    def text(content: str) -> None:
        open_elements[-1].text.append(content)

    parse(source, part, start, end, text)
    return listed


def _other_namespace(name: str, part: str) -> Rejected:
    """Return the rejection of an unexpected root; Strict Open XML has its own code."""
    if name.startswith(STRICT):
        return Rejected("not-a-workbook", kind="Strict Open XML")
    return Rejected("damaged", part=part, why="namespace")


def refuse_root(name: str, expected: str, part: str) -> None:
    """Raise Rejected where a part's root is not the expected element."""
    if name != expected:
        raise _other_namespace(name, part)


def is_true(value: str | None) -> bool:
    """Tell whether an attribute's value is true; a missing one is false."""
    return value is not None and value.strip(_BLANKS) in ("1", "true", "on")


def is_false(value: str | None) -> bool:
    """Tell whether an attribute's value is false; a missing one is, a word that is none is not.

    >>> [is_false(value) for value in (None, " 0 ", "false", "1", "no")]
    [True, True, True, False, False]
    """
    return value is None or value.strip(_BLANKS) in ("0", "false", "off")


@lru_cache(maxsize=1024)
def decimal(text: str) -> float | None:
    """Return a size or width as XML Schema writes a double, None for other text.

    >>> [decimal(text) for text in (".5", "7.", " 1E1 ", "0x0", "1_0", "")]
    [0.5, 7.0, 10.0, None, None, None]
    """
    number = _DOUBLE.fullmatch(text.strip(_BLANKS)[:_LONGEST_DOUBLE])
    return float(number[0]) if number else None


@dataclass(slots=True)
class Nesting:
    """The place of an element among foreign ones: whose content is a program's own choice.

    An element of the workbook inside a foreign one (mc:Choice, mc:Fallback) is read by some
    programs and not by others. Inside extLst, and for controls, that is usual.
    """

    part: str
    depth: int = 0
    foreign: int = 0
    free: int = 0

    def start(self, name: str) -> None:
        """Note the start of an element; raises Rejected for one that programs read differently."""
        self.depth += 1
        if self.free:
            return
        if not name.startswith(MAIN):
            self.foreign = self.foreign or self.depth
        elif name in _FREE:
            self.free = self.depth
        elif self.foreign:
            raise Rejected("unsafe", part=self.part, why=name.rpartition(" ")[2])

    def end(self) -> None:
        """Note the end of an element."""
        if self.depth == self.foreign:
            self.foreign = 0
        if self.depth == self.free:
            self.free = 0
        self.depth -= 1


def xml_text(text: str) -> str:
    r"""Return text as the content of an XML element.

    >>> xml_text("a<b>&\"")
    'a&lt;b&gt;&amp;"'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
