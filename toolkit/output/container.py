"""Parts of an office file in a zip: the same bytes for the same parts on every machine."""

from collections.abc import Mapping
from io import BytesIO
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from ..escape import inert

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_FIRST = "[Content_Types].xml"
_MOMENT = (2000, 1, 1, 0, 0, 0)


def stored(parts: Mapping[str, bytes]) -> bytes:
    """Return parts as a zip, the content types first. Nothing is packed: zlibs pack differently."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        for name in sorted(parts, key=lambda name: (name != _FIRST, name)):
            entry = ZipInfo(name, _MOMENT)
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, parts[name])
    return out.getvalue()


def escaped(text: object) -> str:
    r"""Return text for XML: nothing in it is a tag, an entity, or a sign that XML lacks.

    >>> escaped("a<b&\x01")
    'a&lt;b&amp;\\x01'
    """
    return quoted(text)[1:-1]


def quoted(text: object) -> str:
    """Return text as the value of an attribute, in quotes."""
    plain = inert(str(text)).encode("utf-8", "backslashreplace").decode("utf-8")
    return quoteattr(plain, {'"': "&quot;"})
