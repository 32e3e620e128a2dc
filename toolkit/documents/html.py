"""Web pages, saved alone (.html) or as an archive (.mhtml): text and tables as a browser shows them."""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from html import unescape

from ..escape import guess
from ..xlsx.zip import Rejected
from .document import Document, Flow, too_large

SOURCE_LIMIT = 8 * 2**20
"""Most bytes of a page."""
TAG_LIMIT = 500_000
PART_LIMIT = 200
"""Most parts of an archive of a page."""
_SOUND = 50
"""Signs of three bytes to each damaged one, at least, in what is UTF-8 all the same."""
_LONGEST_TAG = 65_536
_NAME = re.compile(r"/?([a-zA-Z][^\s/>]*)")
_ATTRIBUTE = re.compile(
    r"([a-zA-Z][\w:-]{0,63})\s{0,64}(?:=\s{0,64}(\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?"
)
_BLANKS = re.compile(r"[ \t\r\n\f]+")
"""Blanks that a browser shows as one; several wide ones, or several &nbsp;, it shows all."""
_KEPT = re.compile(r"white-space\s{0,9}:\s{0,9}(pre|break-spaces)", re.IGNORECASE)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_HIDDEN = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden", re.IGNORECASE)
_RAW = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "svg",
        "math",
        "select",
        "textarea",
    ]
)
"""Elements whose content is not the page's text."""
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "o:p",
    ]
)
_LINES = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "ul",
        "title",
        "html",
        "head",
    ]
)
"""Elements that begin and end a line."""
_CELLS = frozenset(("td", "th"))
_ENDS = {"td": ("td", "th"), "th": ("td", "th"), "tr": ("tr", "td", "th"), "p": ("p",)}
"""{element: the open elements that it ends}."""
_OUTER = {
    "td": ("/tr", "/table"),
    "th": ("/tr", "/table"),
    "tr": ("/table",),
    "p": ("td", "th", "tr", "/td", "/th", "/tr", "/table"),
}
"""{open element: other tags that end it}."""
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def decoded(source: bytes) -> str:
    """Return the bytes of a page or a text: by their mark, else UTF-8, else GB18030.

    A few damaged signs do not make UTF-8 another encoding.
    """
    for mark, encoding in _MARKS:
        if source.startswith(mark):
            return source.decode(encoding, "replace")
    text = source.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken and broken * _SOUND < sum(sign > "\u07ff" for sign in text):
        return text
    return guess(source)


def read_html(source: bytes) -> Document:
    """Return a page as a document; nothing in it is run or fetched. Raises Rejected."""
    if len(source) > SOURCE_LIMIT:
        raise too_large("file", len(source), SOURCE_LIMIT)
    page = _Page()
    for name, content in _pieces(decoded(source)):
        page.take(name, content)
    return page.flow.finished(_BLANKS.sub(" ", "".join(page.title)))


def read_mhtml(source: bytes) -> Document:
    """Return the page in an archive that a browser saved; raises Rejected where there is none."""
    if len(source) > SOURCE_LIMIT:
        raise too_large("file", len(source), SOURCE_LIMIT)
    if source.count(b"\n--") > 2 * PART_LIMIT:
        raise too_large("parts", source.count(b"\n--"), PART_LIMIT)
    try:
        message = email.message_from_bytes(source, policy=email.policy.compat32)
        for part in message.walk():
            if part.get_content_type() == "text/html":
                content = part.get_payload(decode=True)
                if isinstance(content, bytes) and content.strip():
                    return read_html(content)
    except (MessageError, ValueError, LookupError, RecursionError):
        pass
    raise Rejected("damaged", part="mhtml", why="text/html")


def _pieces(source: str) -> Iterator[tuple[str, str]]:
    """Yield (name of a tag, its attributes), an ending one with / before it, or ("", text)."""
    place, tags = 0, 0
    while place < len(source):
        start = source.find("<", place)
        if start < 0:
            yield "", source[place:]
            return
        if start > place:
            yield "", source[place:start]
        named = _NAME.match(source, start + 1)
        if named is None:
            place = _past_other(source, start)
            if place == start + 1:
                yield "", "<"
            continue
        tags += 1
        if tags > TAG_LIMIT:
            raise too_large("tags", tags, TAG_LIMIT)
        end = _tag_end(source, named.end())
        if end < 0:
            return
        name = named[1].lower()
        ending = source[start + 1] == "/"
        yield f"/{name}" if ending else name, source[named.end() : end]
        place = end + 1
        if not ending and name in ("script", "style"):
            place = _past_raw(source, place, name)


def _past_other(source: str, start: int) -> int:
    """Return the place behind a comment or declaration, or behind a sign that is only text."""
    if source.startswith("<!--", start):
        end = source.find("-->", start + 4)
        return len(source) if end < 0 else end + 3
    if source[start + 1 : start + 2] in ("!", "?", "/"):
        end = source.find(">", start)
        return len(source) if end < 0 else end + 1
    return start + 1


def _past_raw(source: str, place: int, name: str) -> int:
    """Return the place of the end of a script or style, of the source's end without one."""
    found = re.compile(f"</{name}", re.IGNORECASE).search(source, place)
    return found.start() if found else len(source)


def _tag_end(source: str, place: int) -> int:
    """Return the place of the > that ends a tag, not one in a quoted attribute; -1 without one."""
    quote = ""
    for end in range(place, min(len(source), place + _LONGEST_TAG)):
        sign = source[end]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign if source[end - 1] in "= \t\r\n" else ""
        elif sign == ">":
            return end
    return source.find(">", place)


@dataclass(slots=True)
class _Page:
    """State of a page while it is read.

    hidden: (name, how many are open, how many tables are open inside) of what is not shown.
    kept: (name, how many are open) of an element whose blanks are kept.
    """

    flow: Flow = field(default_factory=Flow)
    title: list[str] = field(default_factory=list)
    hidden: tuple[str, int, int] | None = None
    kept: tuple[str, int] | None = None
    in_title: bool = False

    def take(self, name: str, content: str) -> None:
        if not name:
            self._text(content)
        elif self.hidden and not self._shown_again(name):
            return
        elif name.startswith("/"):
            self._end(name[1:])
        else:
            self._start(name, content)

    def _text(self, content: str) -> None:
        if self.in_title:
            self.title.append(unescape(content))
        elif not self.hidden:
            text = unescape(content) if "&" in content else content
            if self.kept:
                self._lines(text)
            else:
                self.flow.text(_BLANKS.sub(" ", text).replace("\xa0", " "))

    def _lines(self, text: str) -> None:
        """Add a text whose lines and blanks are kept."""
        first, *others = re.split(r"\r\n?|\n", text)
        self.flow.text(first)
        for line in others:
            self.flow.end_line()
            self.flow.text(line)

    def _keep(self, name: str, attributes: dict[str, str]) -> None:
        """Count the elements inside one whose blanks are kept; an element may be such a one."""
        if self.kept and self.kept[0] in _ENDS.get(name, ()):
            self.kept = None
        if self.kept:
            self.kept = (self.kept[0], self.kept[1] + (name == self.kept[0]))
        elif name not in _VOID and (name == "pre" or _KEPT.search(attributes.get("style", ""))):
            self.kept = (name, 1)

    def _shown_again(self, name: str) -> bool:
        """Count the elements inside what is hidden; tell whether a tag is past it."""
        assert self.hidden is not None  # noqa: S101 - asked for hidden ones only
        hidden, depth, tables = self.hidden
        if not tables and (hidden in _ENDS.get(name, ()) or name in _OUTER.get(hidden, ())):
            self.hidden = None
            return True
        depth += (name == hidden) - (name == f"/{hidden}")
        tables = max(tables + (name == "table") - (name == "/table"), 0)
        self.hidden = (hidden, depth, tables) if depth else None
        return False

    def _start(self, name: str, content: str) -> None:
        if name == "title":
            self.in_title = not self.title
        attributes = self._attributes(content) if content.strip("/ \r\n\t") else {}
        if name in _RAW or self._is_hidden(attributes):
            if name not in _VOID and not content.endswith("/"):
                self.hidden = (name, 1, 0)
                if name in _CELLS:
                    self.flow.end_cell()
                elif name in _LINES:
                    self.flow.end_line()
            return
        self._keep(name, attributes)
        if name == "table":
            self.flow.start_table()
        elif name == "tr":
            self.flow.start_row()
        elif name in _CELLS:
            rows, columns = (_span(attributes.get(key)) for key in ("rowspan", "colspan"))
            self.flow.start_cell(rows, columns)
        elif name in _LINES:
            self.flow.end_line()
            self.flow.heading = self.flow.heading or name in _HEADINGS

    def _end(self, name: str) -> None:
        if name == "title":
            self.in_title = False
        if self.kept and f"/{name}" in _OUTER.get(self.kept[0], ()):
            self.kept = None
        elif self.kept and name == self.kept[0]:
            self.kept = (name, self.kept[1] - 1) if self.kept[1] > 1 else None
        if name == "table":
            self.flow.end_table()
        elif name in _CELLS or name == "tr":
            self.flow.end_cell()
        elif name in _LINES:
            self.flow.end_line()
            if name in _HEADINGS:
                self.flow.heading = False

    @staticmethod
    def _attributes(content: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for one in _ATTRIBUTE.finditer(content):
            value = (one[2] or "").strip("\"'")
            found.setdefault(one[1].lower(), unescape(value) if "&" in value else value)
        return found

    @staticmethod
    def _is_hidden(attributes: dict[str, str]) -> bool:
        style = attributes.get("style")
        return "hidden" in attributes or (style is not None and bool(_HIDDEN.search(style)))


def _span(value: str | None) -> int:
    """Return a span as browsers read it: 1 for what is no number."""
    digits = re.match(r"\s*(\d{1,6})", value or "", re.ASCII)
    return int(digits[1]) if digits else 1
