"""Text that came from outside, made harmless for terminals and logs."""

import unicodedata


def inert(text: str) -> str:
    r"""Return text with everything escaped that could move a cursor or reorder a line.

    >>> inert("a\x1b[31m\u202eb\udc80")
    'a\\x1b[31m\\u202eb\\udc80'
    """
    return "".join(
        sign if unicodedata.category(sign)[0] not in "CZ" or sign in " \u3000" else _escape(sign)
        for sign in text
    )


def _escape(sign: str) -> str:
    r"""Return a sign as Python writes it: \x1b, \u202e."""
    return ascii(sign)[1:-1] if sign not in "\t\n\r" else f"\\x{ord(sign):02x}"
