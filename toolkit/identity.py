"""Whose return it is: names and codes of agencies in one form, and which of them are the same."""

import re
import unicodedata
from collections.abc import Mapping

Agency = Mapping[str, str | None]
"""An agency as a report has it: {name, code, level}."""
_BRACKETS = str.maketrans("[]{}【】〔〕〖〗〈〉《》", "()" * 7)
_RADICALS = {
    0x2EA0: 0x6C11,
    0x2EC4: 0x897F,
    0x2EC5: 0x89C1,
    0x2EC6: 0x89D2,
    0x2ECB: 0x8F66,
    0x2ED3: 0x957F,
    0x2ED4: 0x95E8,
    0x2ED8: 0x9752,
    0x2EDA: 0x9875,
    0x2EDB: 0x98CE,
    0x2EDC: 0x98DE,
    0x2EDD: 0x98DF,
    0x2EE2: 0x9A6C,
    0x2EE5: 0x9C7C,
    0x2EE6: 0x9E1F,
    0x2EE9: 0x9EC4,
    0x2EEC: 0x9F50,
    0x2EEE: 0x9F7F,
    0x2EF0: 0x9F99,
}
"""Signs of the CJK radicals supplement that look like a character and are not normalised to it."""
_GUARDED = re.compile(r'="([^"]*)"|[\'‘’](.*)', re.DOTALL)
"""A code kept as text for a spreadsheet: ="0113…" or '0113…."""


def name_key(text: str) -> str:
    """Return a name as it is compared: one width, one kind of bracket, no blanks, nothing invisible.

    >>> name_key(" 某某　局（本级）") == name_key("某某局(本级)\u200b") == name_key("某某局[本级]")
    True
    """
    wide = unicodedata.normalize("NFKC", text).translate(_RADICALS).translate(_BRACKETS)
    return "".join(sign for sign in wide if not is_blank(sign))


def code_key(text: str) -> str:
    """Return a code as it is compared: as a name, without a guard, in capitals.

    >>> [code_key(text) for text in (" 0113 ２x", '="0113"', "'0113")]
    ['01132X', '0113', '0113']
    """
    return name_key(bare_code(text)).upper()


def bare_code(text: str) -> str:
    """Return a code without the guard that keeps it a text in a spreadsheet."""
    guarded = _GUARDED.fullmatch(text.strip())
    return (guarded[1] or guarded[2] or "") if guarded else text


def is_blank(sign: str) -> bool:
    """Tell whether a sign shows nothing: a blank, a control, a mark of width zero."""
    category = unicodedata.category(sign)
    return sign.isspace() or category in ("Cc", "Cf") or "\ufe00" <= sign <= "\ufe0f"


def keys(agency: Agency) -> tuple[str, str]:
    """Return name and code of an agency as they are compared, empty where there is none."""
    return name_key(agency.get("name") or ""), code_key(agency.get("code") or "")


def same_agency(one: Agency, other: Agency) -> bool:
    """Tell whether two are one agency: by code where both have one, else by name."""
    (name, code), (name_2, code_2) = keys(one), keys(other)
    if code and code_2:
        return code == code_2
    return bool(name) and name == name_2
