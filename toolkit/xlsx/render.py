"""Number formats rendered: the text and colour that a format gives a number, a day or a text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from .colour import Colour, from_format
from .number import moment, plain

LONGEST = 255
"""Most characters of a number format, as in Excel."""
GENERAL = "General"
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"$"#,##0_);("$"#,##0)',
    6: '"$"#,##0_);[Red]("$"#,##0)', 7: '"$"#,##0.00_);("$"#,##0.00)',
    8: '"$"#,##0.00_);[Red]("$"#,##0.00)', 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy/m/d h:mm", 32: "h:mm:ss", 33: "h:mm:ss", 34: "h:mm", 35: "h:mm", 37: "#,##0_);(#,##0)",
    38: "#,##0_);[Red](#,##0)", 39: "#,##0.00_);(#,##0.00)", 40: "#,##0.00_);[Red](#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', 42: '_("$"* #,##0_);_("$"* (#,##0);_("$"* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    44: '_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mmss.0", 48: "##0.0E+0", 49: "@", 55: "h:mm", 56: "h:mm:ss",
    59: "0", 60: "0.00", 61: "#,##0", 62: "#,##0.00", 67: "0%", 68: "0.00%", 69: "# ?/?", 70: "# ??/??",
}  # fmt: skip
"""Formats that files name by number only; dates are added below."""
_DAYS = (14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58)
_BUILT_IN |= dict.fromkeys(_DAYS, "yyyy-mm-dd")
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general|G/[^\W\d_]+)|(?P<noon>AM/PM|A/P)|(?P<exponent>E[+-](?=[0#?]))"
    r"|(?P<date>yyyy|yyy|yy|y|m{1,5}|d{1,4}|h{1,2}|s{1,2}(?:\.0{1,3})?|a{3,4}|b{1,4}|e{1,4}|g{1,3}|r{1,2})"
    r"|(?P<place>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<at>@)|(?P<slash>/)"
    r"|(?P<end>;)|(?P<plain>.)",
    re.IGNORECASE | re.DOTALL,
)
_TEST = re.compile(r"\s*(<=|>=|<>|=|<|>)\s*(-?[0-9]{1,20}(?:\.[0-9]{1,20})?)\s*")
_SYSTEM = ("F800", "F400")
"""Places that mean the system's own long date and time, whatever the format says."""
_ELAPSED = re.compile(r"(h+|m+|s+)", re.IGNORECASE)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_REPEATED = 3
"""Times a filling character is written: in the cell as often as there is room."""
_BUDDHA = 543
_WIDE = Context(prec=700)
"""Room for every double with all its digits."""
_CONDITIONS = 2
_FEW = 3

Token = tuple[str, str]


class Shown(NamedTuple):
    """The text a format gives; ink: its colour, None for the cell's. vague: partly unknown."""

    text: str
    ink: Colour | None = None
    vague: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One section of a number format.

    kind: general, number, date or text. test: the condition in brackets, or None. vague: an
    instruction whose effect is unknown.
    """

    kind: str
    tokens: tuple[Token, ...]
    ink: Colour | None = None
    test: tuple[str, Decimal] | None = None
    vague: bool = False


def built_in(number: int) -> str:
    """Return the format that files name by a number only; General for unknown ones."""
    return _BUILT_IN.get(number, GENERAL)


# ── sections ──────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=1024)
def parts(code: str) -> tuple[Part, ...]:
    """Return the sections of a number format."""
    sections: list[list[Token]] = [[]]
    for match in _TOKEN.finditer(code[:LONGEST]):
        kind = match.lastgroup or ""
        if kind == "end":
            sections.append([])
        else:
            sections[-1].append((kind, match[kind]))
    return tuple(_part(tokens) for tokens in sections)


def _part(tokens: Sequence[Token]) -> Part:
    """Return a section with its brackets understood."""
    kept: list[Token] = []
    ink, test, vague = None, None, False
    for kind, text in tokens:
        if kind != "bracket":
            kept.append((kind, text))
            continue
        condition = _TEST.fullmatch(text)
        if condition:
            test = condition[1], Decimal(condition[2])
        elif _ELAPSED.fullmatch(text):
            kept.append(("elapsed", text.lower()))
        elif text.startswith("$"):
            shown, _, where = text[1:].partition("-")
            kept.append(("quoted", shown))
            vague = vague or where.upper() in _SYSTEM or len(where) > len(_SYSTEM[0])
        else:
            ink = from_format(text) or ink
    return Part(_kind(kept), tuple(kept), ink, test, vague)


def _kind(tokens: Sequence[Token]) -> str:
    """Return the kind of a section by its placeholders."""
    kinds = {kind for kind, _ in tokens}
    if kinds & {"date", "elapsed"}:
        return "date"
    if "general" in kinds:
        return "general"
    return "text" if "at" in kinds else "number"


def is_day(code: str) -> bool:
    """Tell whether a format shows a number as day or time.

    >>> [is_day(code) for code in ("yyyy-mm-dd", '0"d"', "General", "[h]:mm", "aaaa")]
    [True, False, False, True, True]
    """
    return any(part.kind == "date" for part in parts(code))


# ── numbers ───────────────────────────────────────────────────────────────────────────────────────


@lru_cache(maxsize=4096)
def of_number(code: str, value: Decimal, *, since_1904: bool = False) -> Shown:
    """Return a number as a format shows it.

    >>> [of_number(code, Decimal(7)).text for code in ("0.0", '"70"', ";;;", "0%", "(0)")]
    ['7.0', '70', '', '700%', '(7)']
    >>> [of_number("#,##0;-0;-", Decimal(n)).text for n in (1234, -5, 0)]
    ['1,234', '-5', '-']
    """
    section, signed = _chosen(parts(code), value)
    if section is None:
        return Shown("#")
    if section.kind == "date":
        return Shown(_day(section, value, since_1904=since_1904), section.ink, section.vague)
    if section.kind == "text":
        return Shown(_worded(section, plain(value)), section.ink, section.vague)
    size = abs(value)
    text = _general(section, size) if section.kind == "general" else _digits(section.tokens, size)
    minus = "-" if signed and value < 0 else ""
    return Shown(f"{minus}{text}", section.ink, section.vague)


def _chosen(sections: Sequence[Part], value: Decimal) -> tuple[Part | None, bool]:
    """Return the section for a number (None: no section takes it), and whether to add a minus."""
    numeric = sections[:_FEW]
    if len(numeric) > 1 and numeric[-1].kind == "text" and len(sections) <= _FEW:
        numeric = numeric[:-1]
    if any(part.test for part in numeric[:_CONDITIONS]):
        return _tested(numeric, value)
    if len(numeric) == 1:
        return numeric[0], True
    if value < 0:
        return numeric[1], False
    zero = len(numeric) == _FEW and not value
    return numeric[2 if zero else 0], False


def _tested(sections: Sequence[Part], value: Decimal) -> tuple[Part | None, bool]:
    """Return the first section whose condition holds; one without a condition takes the rest."""
    for number, part in enumerate(sections):
        if part.test is None:
            last = number == len(sections) - 1
            if last or (number and value < 0) or (not number and value > 0):
                return part, number == 0 or last
        elif holds(value, *part.test):
            return part, not (part.test[0] in ("<", "<=") and part.test[1] <= 0)
    return None, False


def holds(value: Decimal, sign: str, other: Decimal) -> bool:
    """Tell whether a comparison of two numbers is true."""
    if sign in ("=", "<>"):
        return (value == other) == (sign == "=")
    return value > other if sign == ">" else value < other if sign == "<" else (
        value >= other if sign == ">=" else value <= other
    )  # fmt: skip


def _general(part: Part, size: Decimal) -> str:
    return "".join(
        plain(size) if kind == "general" else _literal(kind, text) for kind, text in part.tokens
    )


def _literal(kind: str, text: str) -> str:
    """Return the characters of a token that is no placeholder."""
    return {"space": " ", "fill": text * _REPEATED, "date": text}.get(kind, text)


def _digits(tokens: Sequence[Token], size: Decimal) -> str:
    """Return a size in the placeholders of a section."""
    kinds = [kind for kind, _ in tokens]
    if "place" not in kinds:
        return "".join(_literal(*token) for token in tokens)
    if "slash" in kinds and any(k == "place" for k in kinds[: kinds.index("slash")]):
        return _divided(tokens, size)
    size = size.scaleb(2 * kinds.count("percent"), _WIDE)
    if "exponent" in kinds:
        return _scientific(tokens, kinds.index("exponent"), size)
    return _placed(tokens, size)


def _scientific(tokens: Sequence[Token], at: int, size: Decimal) -> str:
    """Return a size with an exponent of ten; one digit before the point."""
    power = size.adjusted() if size else 0
    head = _placed(tokens[:at], size.scaleb(-power))
    tail = _placed(tokens[at + 1 :], Decimal(abs(power)))
    sign = "-" if power < 0 else "+" if tokens[at][1].endswith("+") else ""
    return f"{head}E{sign}{tail}"


def _divided(tokens: Sequence[Token], size: Decimal) -> str:
    """Return a size as a fraction: whole part and fraction, or one fraction without a whole part."""
    text = "".join(text if kind in ("place", "plain", "slash") else " " if kind == "space" else ""
                   for kind, text in tokens)  # fmt: skip
    left, _, right = text.partition("/")
    fixed = re.match(r"\s*([1-9][0-9]*)", right)
    groups = left.split()
    whole = len(groups) > 1
    number = Fraction(size)
    base, rest = divmod(number, 1) if whole else (0, number)
    if fixed:
        below = int(fixed[1])
        above = round(rest * below)
    else:
        near = rest.limit_denominator(10 ** min(right.count("?") + right.count("#"), 4) or 1)
        above, below = near.numerator, near.denominator
    if whole and not above:
        return str(base)
    return f"{base or ''} {above}/{below}".strip()


def _placed(tokens: Sequence[Token], size: Decimal) -> str:
    """Return a size in placeholders before and after a point, with group signs and scaling."""
    kinds = [kind for kind, _ in tokens]
    point = kinds.index("point") if "point" in kinds else len(kinds)
    places = [i for i, kind in enumerate(kinds) if kind == "place"]
    before = [i for i in places if i < point]
    after = [i for i in places if i > point]
    last = max(before, default=-1)
    commas = [i for i, kind in enumerate(kinds) if kind == "comma"]
    scaling = [i for i in commas if i > max(places, default=-1) or (last < i < point)]
    grouped = any(before and before[0] < i < last for i in commas)
    size = size.scaleb(-3 * len(scaling), _WIDE)
    size = size.quantize(Decimal(1).scaleb(-len(after)), ROUND_HALF_UP, _WIDE)
    whole, _, part = f"{size:f}".partition(".")
    filled = _whole(tokens, before, whole.lstrip("0"), grouped=grouped)
    filled |= _after(tokens, after, part)
    return "".join(
        filled.get(i, "") if kind == "place" else "" if kind == "comma" else _literal(kind, text)
        for i, (kind, text) in enumerate(tokens)
    )


def _whole(
    tokens: Sequence[Token], places: Sequence[int], digits: str, *, grouped: bool
) -> dict[int, str]:
    """Return {place: its digits} before the point; the first place takes all that are left."""
    filled: dict[int, str] = {}
    left, count = digits, 0

    def signed(digit: str) -> str:
        nonlocal count
        count += 1
        return f"{digit}," if grouped and count > 1 and count % 3 == 1 else digit

    for i in reversed(places):
        digit, left = left[-1:], left[:-1]
        text = signed(digit) if digit else _empty(tokens[i][1])
        filled[i] = signed("0") if not digit and text == "0" else text
    if places and left:
        filled[places[0]] = (
            "".join(reversed([signed(d) for d in reversed(left)])) + filled[places[0]]
        )
    return filled


def _empty(sign: str) -> str:
    """Return the text of a placeholder without a digit."""
    return {"0": "0", "?": " "}.get(sign, "")


def _after(tokens: Sequence[Token], places: Sequence[int], digits: str) -> dict[int, str]:
    """Return {place: its digit} after the point; zeros at the end give way to blanks."""
    significant = len(digits.rstrip("0"))
    return {
        i: digit if number < significant else _empty(tokens[i][1])
        for number, (i, digit) in enumerate(zip(places, digits, strict=True))
    }


# ── days ──────────────────────────────────────────────────────────────────────────────────────────


def _day(part: Part, value: Decimal, *, since_1904: bool) -> str:
    """Return a serial number as day and time; number signs where no day is shown."""
    try:
        shown = moment(value, since_1904=since_1904)
    except OverflowError:
        return "#"
    return "#" if value < 0 else "".join(_dated(part.tokens, shown, value))


def _dated(tokens: Sequence[Token], moment: datetime, value: Decimal) -> Iterator[str]:
    before = ""
    for i, (kind, text) in enumerate(tokens):
        if kind == "elapsed":
            per = {"h": 24, "m": 1440, "s": 86_400}[text[0]]
            yield str(int(value * per)).zfill(len(text))
        elif kind == "date":
            following = next((t[0].lower() for k, t in tokens[i + 1 :] if k == "date"), "")
            minutes = text[0].lower() == "m" and (before == "h" or following == "s")
            yield _piece("n" * len(text) if minutes else text.lower(), moment)
        elif kind == "noon":
            yield "AM" if moment.hour < 12 else "PM"  # noqa: PLR2004
        else:
            yield _literal(kind, text)
        if kind in ("date", "elapsed"):
            before = text[0].lower()


def _piece(token: str, moment: datetime) -> str:
    """Return the text of a token of day or time; n: minutes."""
    size, letter = len(token), token[0]
    month, weekday = MONTHS[moment.month - 1], WEEK[moment.weekday()]
    if letter in ("y", "e"):
        return str(moment.year)[-2:] if size < _FEW and letter == "y" else str(moment.year)
    if letter == "b":
        return str(moment.year + _BUDDHA)[-2 if size < _FEW else -4 :]
    if letter == "m" and size >= _FEW:
        return {3: month[:3], 5: month[0]}.get(size, month)
    if letter == "a" or (letter == "d" and size >= _FEW):
        return weekday[:3] if size == _FEW else weekday
    if letter in ("g", "r"):
        return ""
    number = {"m": moment.month, "d": moment.day, "h": moment.hour, "n": moment.minute,
              "s": moment.second}[letter]  # fmt: skip
    return str(number).zfill(min(size, 2))


# ── text ──────────────────────────────────────────────────────────────────────────────────────────


def of_text(code: str, text: str) -> Shown:
    """Return a text as a format shows it.

    >>> [of_text(code, "a").text for code in ("0", '@"b"', ';;;"b"', ";;;")]
    ['a', 'ab', 'b', '']
    """
    sections = parts(code)
    last = sections[-1]
    if len(sections) <= _FEW and last.kind != "text":
        return Shown(text)
    part = sections[_FEW] if len(sections) > _FEW else last
    return Shown(_worded(part, text), part.ink, part.vague)


def _worded(part: Part, text: str) -> str:
    return "".join(
        text if kind in ("at", "general") else _literal(kind, piece) for kind, piece in part.tokens
    )
