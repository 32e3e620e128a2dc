"""HTML in pieces: all outside text is escaped, in content and in attributes."""

import base64
import hashlib
from collections.abc import Iterable
from html import escape

from ..data import texts
from ..escape import inert


def esc(text: object) -> str:
    r"""Return text as HTML shows it: no tags, and no character that reverses a line.

    >>> esc("<b>\u202e&'"), esc(7)
    ('&lt;b&gt;\\u202e&amp;&#x27;', '7')
    """
    return escape(inert(str(text)))


def tag(name: str, *content: str, **attributes: object) -> str:
    """Return an element; content is HTML, attributes are text, None and False leave one out.

    >>> tag("a", esc("1 < 2"), href="#x", class_="mark", hidden=True, title=None)
    '<a href="#x" class="mark" hidden>1 &lt; 2</a>'
    """
    return f"{opened(name, **attributes)}{''.join(content)}</{name}>"


def opened(name: str, **attributes: object) -> str:
    """Return the start tag of an element."""
    shown = [
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{_quoted(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    ]
    return f"<{name}{''.join(shown)}>"


def _quoted(value: object) -> str:
    """Return an attribute's value, escaped; only tabs that separate its parts are kept."""
    return "\t".join(map(esc, str(value).split("\t")))


def title(code: str, lang: str) -> str:
    """Return the short title of a code; the code itself for a local rule."""
    return texts("title", lang).get(code, code)


def titles(codes: Iterable[str], lang: str) -> str:
    """Return the short titles of codes, each with the code."""
    return ", ".join(f"{title(code, lang)} ({code})" for code in codes)


def digest(text: str) -> str:
    """Return the source expression of a script or style for a content security policy."""
    encoded = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
    return f"'sha256-{encoded}'"
