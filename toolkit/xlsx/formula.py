"""Formulas as tokens: comparison independent of the program, and moving of shared formulas."""

import re
from functools import lru_cache
from itertools import pairwise

from .address import LAST_COLUMN, LAST_ROW, Place, column_letters, column_number

_TOKEN = re.compile(
    r"""
    (?P<string>"(?:[^"]|"")*+"?)
  | (?P<sheet>'(?:[^']|'')*+'?!?)
  | (?P<blank>[ \t\r\n]+)
  | (?P<cell>\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}(?![\w.(!]))
  | (?P<lines>\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(!])|\$?[1-9][0-9]{0,6}:\$?[1-9][0-9]{0,6})
  | (?P<word>[^\W\d][\w.\\?]*!?)
  | (?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
  | (?P<sign><=|>=|<>|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]+)")
_LINE = re.compile(r"(\$?)([A-Za-z]+|[0-9]+)")
_PREFIX = re.compile(r"(_XLFN\.|_XLWS\.)+")
_OF_USERS = "_XLUDF."
"""The prefix of functions that a macro or add-in gives."""
_CAPITALS = {small: small - 32 for small in range(ord("a"), ord("z") + 1)}
_CONSTANTS = (["TRUE", "(", ")"], ["FALSE", "(", ")"])
"""LibreOffice 7.4 writes TRUE and FALSE as functions."""
_PLAIN = frozenset(
    re.findall(
        "[A-Z]+",
        "ABS ADDRESS AND CELL CHAR CHOOSE CLEAN COLUMN COLUMNS COUNT COUNTA COUNTBLANK COUNTIF COUNTIFS DATE"
        " DATEVALUE DAY EXACT FALSE FIND IF IFERROR INDEX INT ISBLANK ISERROR ISLOGICAL ISNUMBER ISTEXT LEFT"
        " LEN MATCH MAX MID MIN MOD MONTH N NOT OR REPT RIGHT ROUND ROW ROWS SUBSTITUTE SUM SUMIF"
        " SUMIFS SUMPRODUCT T TEXT TRIM TRUE VALUE YEAR",
    )
)
"""Functions that only calculate: none fetches, starts or names anything outside the workbook."""
_SHORT = 3_000
"""Most characters of two formulas of which many comparisons are kept in memory."""
_REACHING = frozenset(
    re.findall(
        "[A-Z.]+",
        "CALL CUBEKPIMEMBER CUBEMEMBER CUBEMEMBERPROPERTY CUBERANKEDMEMBER CUBESET CUBESETCOUNT CUBEVALUE"
        " DDE DETECTLANGUAGE EXEC EURO.REQUEST HYPERLINK IMAGE PY REGISTER REGISTER.ID RTD SQL.REQUEST"
        " STOCKHISTORY TRANSLATE WEBSERVICE",
    )
)
"""Functions that fetch, open or start something."""
_CALLED = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(_REACHING)))})\s*\(")


def quoted(text: str) -> str:
    """Return a text as a string literal of a formula."""
    return '"' + text.replace('"', '""') + '"'


def tokens(formula: str) -> tuple[str, ...]:
    """Return a formula's tokens; case of A to Z, blanks, quotes around names, _xlfn. are taken off.

    >>> tokens("sum( '表三'!$B$2:b7 )") == tokens("SUM(表三!$B$2:B7)")
    True
    >>> tokens("\u017fUM(A1)") == tokens("SUM(A1)"), tokens("_xludf.SUM(A1)") == tokens("SUM(A1)")
    (False, False)
    >>> tokens("A1<0.000005") == tokens("a1 < 5E-006")
    True
    """
    parts = []
    for match in _TOKEN.finditer(formula):
        kind, text = match.lastgroup, match[0]
        if kind == "string":
            parts.append(text)
        elif kind == "sheet" and text.endswith("'!"):
            parts.append(_upper(text[1:-2].replace("''", "'")) + "!")
        elif kind == "number":
            parts.append(f"{float(text):.15g}")
        elif kind != "blank":
            parts.append(_PREFIX.sub("", _upper(text)))
            if parts[-3:] in _CONSTANTS:
                del parts[-2:]
    return tuple(parts)


def _upper(text: str) -> str:
    """Return a text with a to z in upper case: other letters name other functions."""
    return text.translate(_CAPITALS)


def same(first: str, second: str) -> bool:
    """Tell whether two formulas have the same tokens."""
    if first == second:
        return True
    return (_same if len(first) + len(second) <= _SHORT else _same_long)(first, second)


def _equal(first: str, second: str) -> bool:
    return tokens(first) == tokens(second)


_same, _same_long = lru_cache(maxsize=4_096)(_equal), lru_cache(maxsize=64)(_equal)


def alike(first: str, second: str) -> bool:
    """Tell whether two formulas differ in cells and sheets only.

    >>> alike("SUM(表三!A1:B2)", "SUM(表3!A2:B3)"), alike("SUM(A1)", "3")
    (True, False)
    """
    return _shape(first) == _shape(second)


def is_inert(formula: str) -> bool:
    """Tell whether a formula only calculates with cells and names of its own workbook.

    >>> is_inert("IF(表三!A1>0,1,gouji_rule_001)"), is_inert('WEBSERVICE("http://x")')
    (True, False)
    >>> is_inert("cmd|'/c calc'!A1"), is_inert("[1]Sheet1!A1+1")
    (False, False)
    """
    parts = tokens(formula)
    if any(sign in token for token in parts for sign in "|[" if not token.startswith('"')):
        return False
    return all(
        word in _PLAIN for word, sign in pairwise(parts) if sign == "(" and word[0].isalpha()
    )


def _shape(formula: str) -> tuple[str, ...]:
    """Return a formula's tokens with @ for every cell, without sheets."""
    return tuple(
        "@" if _CELL.fullmatch(token) else token
        for token in tokens(formula)
        if token.startswith('"') or not token.endswith("!")
    )


def may_reach(formula: str) -> bool:
    """Tell whether a formula needs the check `reaches`; this takes a hundredth of its time."""
    outside = "!" in formula and any(sign in formula for sign in "[]\\/")
    return outside or "|" in formula or (_called if len(formula) <= _SHORT else _calls)(formula)


def _calls(formula: str) -> bool:
    return _CALLED.search(formula.upper()) is not None


# A blank's rules and validations are those of every other return.
_called = lru_cache(maxsize=4_096)(_calls)


def reaches(formula: str) -> bool:
    r"""Tell whether a formula leads out of the workbook: by a function, another workbook, DDE.

    >>> [reaches(f) for f in ("webservice (A1)", "cmd|'/c calc'!A0", "[1]a!B2", r"'\\s\a'!A1")]
    [True, True, True, True]
    >>> [reaches(f) for f in ('SUM(表三!A1)&"[1]|CALL("', "Table1[a]", "'a b'!A1", "CALL")]
    [False, False, False, False]
    """
    if not may_reach(formula):
        return False
    parts = [token.removeprefix(_OF_USERS) for token in tokens(formula)]
    return any(
        part == "|"
        or (part in _REACHING and following == "(")
        or (part == "]" and following.endswith("!"))
        or (
            part.endswith("!") and not part.startswith('"') and any(sign in part for sign in "[\\/")
        )
        for part, following in pairwise((*parts, ""))
    )


def moved(formula: str, start: Place, to: Place) -> str:
    """Return a shared formula of the cell `start`, moved to the cell `to`.

    >>> moved('SUM($B4:D4)&"A1"', (4, 5), (6, 6))
    'SUM($B6:E6)&"A1"'
    >>> moved("A2+XFD1+$A$2", (2, 1), (1, 2)), moved("A2", (1, 1), (1, 1))
    ('B1+#REF!+$A$2', 'A2')
    >>> moved("SUM(A:$C)+SUM(3:$4)+SUM(XFD:XFD)", (1, 1), (2, 2))
    'SUM(B:$C)+SUM(4:$4)+SUM(#REF!)'
    """
    down, right = to[0] - start[0], to[1] - start[1]
    if not down and not right:
        return formula

    def shift(match: re.Match[str]) -> str:
        if match.lastgroup not in ("cell", "lines"):
            return match[0]
        ends = [_shifted(end, down, right) for end in match[0].split(":")]
        return "#REF!" if "" in ends else ":".join(ends)

    return _TOKEN.sub(shift, formula)


def _shifted(reference: str, down: int, right: int) -> str:
    """Return a moved reference, parts with a $ unchanged; empty where it leaves the sheet."""
    moved_parts = []
    for fixed, part in _LINE.findall(reference):
        number = int(part) if part.isdigit() else column_number(part)
        number += 0 if fixed else down if part.isdigit() else right
        if not 1 <= number <= (LAST_ROW if part.isdigit() else LAST_COLUMN):
            return ""
        moved_parts.append(f"{fixed}{number if part.isdigit() else column_letters(number)}")
    return "".join(moved_parts)
