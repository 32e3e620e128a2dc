"""Writes mails and zips as mail programs and archivers do, byte by byte."""

import base64
import io
import struct
import zipfile

import tamper

Named = list[tuple[bytes, bytes]]


def zipped(entries: Named, flags: int = 0, kind: int = 0o100644, comment: bytes = b"") -> bytes:
    """Return a zip of (raw name, content); names are stored unchanged, marked by `flags`."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, content) in enumerate(entries):
            placeholder = f"{number:0{max(len(name), 1)}d}"[-len(name) :]
            info = zipfile.ZipInfo(placeholder, (2025, 1, 31, 9, 0, 0))
            info.external_attr = kind << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
    source = target.getvalue()
    for (place, local, _), (name, _) in zip(tamper.entries(source), entries, strict=True):
        for start, flag in ((place + 46, place + 8), (local + 30, local + 6)):
            source = tamper.poked(tamper.poked(source, start, name), flag, struct.pack("<H", flags))
    return source[:-2] + struct.pack("<H", len(comment)) + comment


def utf8(*names: str, content: bytes | None = None) -> bytes:
    """Return a zip with the complete return, or `content`, under UTF-8 names."""
    given = tamper.filled() if content is None else content
    return zipped([(name.encode(), given) for name in names], 0x800)


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def part(
    content: bytes,
    name: bytes = b'filename="a.xlsx"',
    kind: str = "application/octet-stream",
    how: str = "attachment",
    encoding: str = "base64",
) -> bytes:
    """Return a MIME part; `name` is the parameter that names it, as raw bytes."""
    body = base64.encodebytes(content) if encoding == "base64" else content
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n"
    tail = b"; " + name if name else b""
    return head.encode() + b"Content-Disposition: " + how.encode() + tail + b"\r\n\r\n" + body


TEXT = b"Content-Type: text/plain; charset=gbk\r\n\r\n\xb8\xbd\xbc\xfe\r\n"


def mail(*parts: bytes, boundary: str = "b1", end: bool = True) -> bytes:
    """Return a mail of a text and the parts given."""
    head = (
        "Received: from a by b\r\nFrom: =?gbk?B?vtY=?= <a@example.org>\r\nSubject: x\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary="{boundary}"\r\n\r\n'
    )
    mark = f"\r\n--{boundary}".encode()
    body = b"".join(mark + b"\r\n" + one for one in (TEXT, *parts))
    return head.encode() + b"preamble" + body + (mark + b"--\r\nepilogue" if end else b"")
