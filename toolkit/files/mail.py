"""Reading of untrusted mails: the files in them, each with name and bytes."""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import HeaderParser
from email.utils import parsedate_to_datetime
from itertools import islice

from ..escape import guess
from ..xlsx.zip import ENTRY_LIMIT, FILE_LIMIT, Rejected

DEPTH_LIMIT = 16
"""Most levels of nested multiparts; usual mails have three."""
HEAD_LIMIT, FIELD_LIMIT = 2**18, 2**13
"""Most bytes of all header fields of a part, and of a field that is read."""

_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_USUAL = re.compile(rb"(?im)^(from|to|date|subject|received|return-path|mime-version|message-id|"
                    rb"content-(type|disposition|transfer-encoding)|x-[!-9;-~]+)[ \t]*:")  # fmt: skip
"""Fields of which every mail has some."""
_GAP = re.compile(rb"\r?\n\r?\n")
_BANNER = 2**12
"""First bytes of a mail in which lines of gateways and mailboxes may come before its header."""
_PIECE, _LETTERS = re.compile(rb"[A-Za-z0-9+/]+={0,2}"), re.compile(rb"[A-Za-z0-9+/=]*")
_WHOLE_LINE = 60
"""Characters of base64 that no line of a footer has."""
_CHINESE = re.compile(r"(?i)(x-)?gbk|gb_?2312(-80)?|cp936|euc-cn")
_KINDS = {
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    "application/vnd.ms-excel.sheet.macroenabled.12": ".xlsm",
    "message/rfc822": ".eml",
}
"""Files whose names may lack the ending: kind and ending mean the same."""
_UNNAMED = {
    **_KINDS,
    "application/vnd.ms-excel": ".xls",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
    "application/json": ".json",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/ms-tnef": ".tnef",
    "application/vnd.ms-tnef": ".tnef",
}
_PLAIN = ("", "7bit", "8bit", "binary")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail; body: as sent, still encoded."""

    name: str
    encoding: str
    body: bytes

    def content(self) -> bytes:
        """Return the file's bytes; raises Rejected for damaged base64 or an unknown encoding."""
        if self.encoding == "base64":
            try:
                return _from_base64(self.body)
            except binascii.Error:
                raise Rejected("damaged", part=self.name, why="base64") from None
        if self.encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if self.encoding not in _PLAIN:
            raise Rejected("damaged", part=self.name, why="encoding")
        return self.body


def take_apart(source: bytes) -> tuple[Attachment, ...]:
    """Return the files of a mail in their order, without its texts.

    Raises Rejected: damaged, unsafe, too-large.
    """
    if len(source) > FILE_LIMIT:
        raise _too_large("mail", len(source), FILE_LIMIT)
    source = _from_header(source)
    if not _FIELD.match(source):
        raise Rejected("damaged", part="mail", why="header")
    try:
        leaves = tuple(islice(_leaves(source, 0), ENTRY_LIMIT + 1))
        parts = [_part(*leaf, number) for number, leaf in enumerate(leaves, 1)]
    except (TypeError, ValueError, LookupError, AttributeError):
        # Python 3.11's email: TypeError on `filename*` beside `filename*0*`.
        raise Rejected("damaged", part="mail", why="header") from None
    if len(leaves) > ENTRY_LIMIT:
        raise _too_large("parts", len(leaves), ENTRY_LIMIT)
    return tuple(part for part in parts if part)


def sent_on(source: bytes) -> date | None:
    """Return the day here when a mail was sent, by its own header; None where it gives none."""
    try:
        fields, _ = _fields(_from_header(source))
        return parsedate_to_datetime(str(fields.get("date", ""))).astimezone().date()
    except (TypeError, ValueError, LookupError, AttributeError, OverflowError, OSError, Rejected):
        return None


def _from_header(source: bytes) -> bytes:
    """Return a mail from its first usual header field on, with usual ends of lines.

    Before it may be a byte order mark, blank lines, a mailbox's line, a gateway's banner.
    """
    if re.match(rb"[^\n]*\r\r\n", source):
        source = re.sub(rb"\r+\n", b"\r\n", source)
    elif b"\n" not in source:
        source = source.replace(b"\r", b"\n")
    bare = source.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    first = _USUAL.search(bare, 0, _BANNER)
    return bare[first.start() :] if first else bare


def _from_base64(body: bytes) -> bytes:
    """Return the content of base64, padded or not, in one piece or in padded pieces.

    Text behind it, as lists and gateways add it, is left out. Raises binascii.Error.
    """
    lines = [line.translate(None, b" \t\r") for line in body.split(b"\n")]
    end = next((n for n, line in enumerate(lines) if not _LETTERS.fullmatch(line)), len(lines))
    if footer := lines[end:]:
        gap = max((n for n in range(end) if not lines[n]), default=0)
        end = gap if any(lines[:gap]) else end
    whole = b"".join(lines[:end])
    pieces = _PIECE.findall(whole)
    long = (len(line) >= _WHOLE_LINE and _LETTERS.fullmatch(line) for line in footer)
    if b"".join(pieces) != whole or (footer and not pieces) or any(long):
        raise binascii.Error
    padded = (piece + b"=" * (-len(piece) % 4) for piece in pieces)
    return b"".join(binascii.a2b_base64(piece, strict_mode=True) for piece in padded)


def _too_large(part: str, size: int, limit: int) -> Rejected:
    return Rejected("too-large", part=part, size=f"{size:,}", limit=f"{limit:,}")


def _leaves(source: bytes, depth: int) -> Iterator[tuple[Message, bytes]]:
    """Yield header fields and body of every part that is no multipart."""
    if depth > DEPTH_LIMIT:
        raise _too_large("mail", depth, DEPTH_LIMIT)
    fields, body = _fields(source)
    if fields.get_content_maintype() != "multipart":
        yield fields, body
        return
    boundary = fields.get_boundary()
    pieces = _pieces(body, boundary.encode("latin-1")) if boundary else iter(())
    empty = True
    for piece in pieces:
        empty = False
        yield from _leaves(piece, depth + 1)
    if empty:
        raise Rejected("damaged", part="mail", why="boundary")


def _fields(source: bytes) -> tuple[Message, bytes]:
    """Return the header fields of a part, decoded as Latin-1, and its body."""
    if source.startswith((b"\n", b"\r\n")):
        return Message(), source
    gap = _GAP.search(source, 0, HEAD_LIMIT)
    if gap is None and len(source) > HEAD_LIMIT:
        raise _too_large("header", len(source), HEAD_LIMIT)
    head, body = (source[: gap.start()], source[gap.end() :]) if gap else (source, b"")
    fields = HeaderParser().parsestr(_field_lines(head).decode("latin-1"))
    for name in ("content-type", "content-disposition", "content-transfer-encoding"):
        values = fields.get_all(name, [])
        if len(values) > 1:
            raise Rejected("unsafe", part="mail", why=f"duplicate {name}")
        if values and len(values[0]) > FIELD_LIMIT:
            raise _too_large(name, len(values[0]), FIELD_LIMIT)
    return fields, body


def _field_lines(head: bytes) -> bytes:
    """Return the lines of a header that are fields, without those of mailboxes and gateways."""
    lines = head.split(b"\n")
    return b"\n".join(line for line in lines if line[:1] in (b" ", b"\t") or _FIELD.match(line))


def _pieces(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Yield the bytes between the lines that begin with the boundary.

    The newline before such a line belongs to it; without a closing line the mail's end closes.
    """
    mark = b"--" + boundary
    begin = None
    place = body.find(mark)
    while place >= 0:
        end = body.find(b"\n", place) + 1 or len(body)
        rest = body[place + len(mark) : end].strip(b" \t\r\n")
        if (place == 0 or body[place - 1] == ord("\n")) and rest in (b"", b"--"):
            if begin is not None:
                yield body[begin:place].removesuffix(b"\n").removesuffix(b"\r")
            if rest:
                return
            begin = end
        place = body.find(mark, place + len(mark))
    if begin is not None:
        yield body[begin:]


def _part(fields: Message, body: bytes, number: int) -> Attachment | None:
    """Return a part as a file, None for a text without a name."""
    kind = fields.get_content_type()
    if kind == "application/applefile":
        return None
    name = _name(fields)
    if not name and kind.startswith("text/"):
        return None
    if not name:
        name = f"part-{number}{_UNNAMED.get(kind, '')}"
    elif not name.lower().endswith((".json", ".zip", ".xls", *_KINDS.values())):
        name += _KINDS.get(kind, "")
    encoding = str(fields.get("content-transfer-encoding", "")).partition(";")[0]
    return Attachment(name, encoding.strip().lower(), body)


def _name(fields: Message) -> str:
    """Return the name of a file as sent, without any folders, or an empty text."""
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        value = fields.get_param(parameter, header=header)
        if isinstance(value, tuple):
            charset, _, text = value
            name = _decoded(text.encode("latin-1", "replace"), charset)
        else:
            name = _words(str(value)) if value else ""
        bare = re.split(r"[/\\]", name)[-1].strip()
        if bare:
            return bare
    return ""


def _words(text: str) -> str:
    """Return a field's text with its encoded words (=?GBK?B?…?=) decoded, within quotes as well.

    >>> _words("=?gb2312?B?uL28/g==?=.xlsx")
    '附件.xlsx'
    """
    unfolded = re.sub(r"\r?\n", "", text)
    try:
        pieces = decode_header(unfolded)
    except (HeaderParseError, ValueError):
        pieces = [(unfolded, None)]
    return "".join(
        _decoded(piece if isinstance(piece, bytes) else piece.encode("latin-1", "replace"), charset)
        for piece, charset in pieces
    )


def _decoded(raw: bytes, charset: str | None) -> str:
    """Return bytes as text: in the charset named, else as UTF-8 or GBK; undecodable bytes stay."""
    if charset is None:
        return guess(raw)
    try:
        return raw.decode("gb18030" if _CHINESE.fullmatch(charset) else charset)
    except (LookupError, ValueError):
        return guess(raw)
