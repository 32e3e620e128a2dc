"""Text from outside: decoding without a known encoding, escaping for terminals and logs."""

import unicodedata

_THREE_BYTES = "\u0800"
"""The first character that takes three bytes in UTF-8."""


def inert(text: str) -> str:
    r"""Return text with everything escaped that could move a cursor or reorder a line.

    >>> inert("a\x1b[31m\u202eb\udc80")
    'a\\x1b[31m\\u202eb\\udc80'
    """
    if text.isprintable():
        return text
    return "".join(
        sign if unicodedata.category(sign)[0] not in "CZ" or sign in " \u3000" else _escape(sign)
        for sign in text
    )


def utf8(text: str) -> bytes:
    r"""Return text as UTF-8, lone surrogates escaped: a name in JSON or in a zip may have some.

    >>> utf8("a\ud800").decode()
    'a\\ud800'
    """
    return text.encode("utf-8", "backslashreplace")


def guess(raw: bytes) -> str:
    r"""Return UTF-8 or GBK bytes as text; of other bytes, those beyond ASCII become surrogates.

    Chinese in UTF-8 takes three bytes a character; two bytes alone are GBK more likely than Latin.

    >>> guess("某局".encode()), guess("某局".encode("gbk")), guess(b"\xff")
    ('某局', '某局', '\udcff')
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if text.isascii() or max(text) < _THREE_BYTES:
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            return raw.decode("ascii", "surrogateescape")
    return text


def shortened(text: str, most: int) -> str:
    """Return a text cut to its first characters, with dots where it is longer.

    >>> shortened("abc", 3), shortened("abcd", 3)
    ('abc', 'abc…')
    """
    return text if len(text) <= most else f"{text[:most]}…"


def _escape(sign: str) -> str:
    r"""Return a character as Python escapes it: \x1b, \u202e."""
    return ascii(sign)[1:-1] if sign not in "\t\n\r" else f"\\x{ord(sign):02x}"
