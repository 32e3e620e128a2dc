"""Mails as drafts that nobody sent yet: a text and its files, addressed by the roster."""

import hashlib
import re
from collections.abc import Iterable
from email import policy
from email.encoders import encode_base64
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import PurePosixPath

from ..data import CHINESE, say
from ..escape import utf8
from ..finding import Result
from .roster import Member
from .sending import quoted

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.ASCII)
_WORD = 70
"""Characters that an encoded word aims at: it may have 75, and Python goes some beyond."""
_LONGEST = 254
"""Most characters of an address."""
_TYPES = {
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".html": ("text", "html"),
}
_LINES = policy.compat32.clone(linesep="\r\n")


def draft(to: Member | None, title: str, text: str, files: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a mail that programs open as a draft: the same bytes for the same content.

    to: the agency; without an address that can be used the draft has no recipient. A name or
    address adds no header and no recipient. title: its subject. files: name and content.
    """
    parts: list[Message] = [MIMEText("\r\n".join(text.split("\n")), "plain", "utf-8")]
    parts += (_attached(name, content) for name, content in files)
    digest = hashlib.sha256(b"\n".join(part.as_bytes() for part in parts)).hexdigest()
    mail = MIMEMultipart(boundary=f"=_gouji_{digest[:32]}")
    mail["X-Unsent"] = "1"
    if to and (address := address_of(to)):
        mail["To"] = f"{_words(to.contact or to.name)} <{address}>"
    mail["Subject"] = _words(title)
    for part in parts:
        mail.attach(part)
    return mail.as_bytes(policy=_LINES)


def address_of(member: Member) -> str | None:
    """Return an agency's address; None where the roster has none, or not just one."""
    text = (member.email or "").strip()
    return text if len(text) <= _LONGEST and _ADDRESS.fullmatch(text) else None


def without_address(members: Iterable[Member]) -> list[str]:
    """Return the agencies to which no draft is addressed, each with its person and phone."""
    return [
        " ".join(filter(None, (member.name, member.contact, member.phone)))
        for member in members
        if address_of(member) is None
    ]


def subject(result: Result, agency: str) -> str:
    """Return the subject of the mail with a notice; agency: "" where it is unknown."""
    report = result.report
    file = PurePosixPath(result.path.replace("\\", "/")).name
    return say(
        "mail_draft",
        "notice" if report and agency else "unread",
        CHINESE,
        agency=quoted(agency),
        file=quoted(file),
        year=(report and report.year) or "",
        title=quoted(report.edition.title) if report else "",
    )


def _attached(name: str, content: bytes) -> Message:
    """Return a file as an attachment; its name in both forms that programs read (RFC 2231, 2047)."""
    main, sub = _TYPES[PurePosixPath(name).suffix]
    part = MIMEBase(main, sub, name=_words(name))
    part.set_payload(content)
    encode_base64(part)
    named = utf8(name).decode()
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", named))
    return part


def _words(text: str) -> str:
    """Return a text as encoded words (RFC 2047) with blanks between them: signs that can be seen."""
    kept = "".join(sign if sign.isprintable() else " " for sign in utf8(text).decode())
    return " ".join(Header(" ".join(kept.split()), "utf-8", _WORD).encode().split())
