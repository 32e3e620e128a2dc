"""The content of a sheet part around its cells: sizes, views, conditional formats."""

from collections.abc import Callable
from dataclasses import dataclass, field

from .address import Place, place_of
from .colour import Colour, contrast, resolved
from .face import Item, Restyling, change_of
from .numfmt import Styles
from .runs import Runs
from .xml import MAIN, decimal, is_false, is_true
from .zip import Rejected

LOW, NARROW = 6.0, 2.0
"""Rows lower than this many points and columns narrower than this many digits show nothing."""
FAINT = 1.35
"""A contrast lower than this cannot be seen."""
RULE_LIMIT = 4_096
"""Most conditional formats of a sheet that are looked at more closely."""
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main "
SQREF = "http://schemas.microsoft.com/office/excel/2006/main sqref"


_SAME = Restyling()


@dataclass(slots=True)
class Rule:
    """A conditional format that may change the visible content.

    sqref: its ranges. kind: as in the file. formulas: its conditions. change: its look.
    hides: the value gives way to a picture. colours: of a scale or bar behind the value.
    """

    sqref: str
    kind: str
    operator: str = ""
    change: Restyling = _SAME
    formulas: list[str] = field(default_factory=list)
    hides: bool = False
    colours: list[Colour] = field(default_factory=list)
    item: Item = field(default_factory=dict)


@dataclass(slots=True)
class Sizes:
    """The sizes and formats of a sheet that affect the visible content.

    heights: {row: points}. widths: (first, last, digits). row_height, column_width: of the others,
    None for the program's own. zeros: whether a 0 is shown. runs: {place: pieces of its text}.
    first: the first cell on the screen; frozen: those before it are out of reach.
    """

    heights: dict[int, float] = field(default_factory=dict)
    widths: list[tuple[int, int, float]] = field(default_factory=list)
    row_height: float | None = None
    column_width: float | None = None
    zeros: bool = True
    first: Place = (1, 1)
    frozen: bool = False
    runs: dict[Place, Runs] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    sqref: str = ""
    open_rules: list[Rule] = field(default_factory=list)

    def width(self, column: int) -> float | None:
        """Return a column's width in digits, None for the program's own."""
        sizes = (size for first, last, size in self.widths if first <= column <= last)
        return next(sizes, self.column_width)


def is_hidden(attributes: dict[str, str], size: str, limit: float) -> bool:
    """Tell whether a row or column is hidden, too small, or described as no program does."""
    if "hidden" in attributes and not is_false(attributes["hidden"]):
        return True
    if size not in attributes:
        return False
    number = decimal(attributes[size])
    return number is None or number < limit


def measure_row(view: Sizes, number: int, attributes: dict[str, str]) -> None:
    """Note the height of a row that has one."""
    if "ht" in attributes:
        view.heights[number] = decimal(attributes["ht"]) or 0.0


# ── elements ──────────────────────────────────────────────────────────────────────────────────────


def start(view: Sizes, name: str, attributes: dict[str, str], styles: Styles, part: str) -> None:
    """Note an element around the cells."""
    handler = _HANDLERS.get(name)
    if handler:
        handler(view, attributes, styles, part)
    elif view.open_rules and view.open_rules[-1].item:
        rule = view.open_rules[-1]
        rule.item.setdefault(name.removeprefix(MAIN), attributes)


def note_text(view: Sizes, name: str, text: str) -> None:
    """Note the text of a rule's formula, or of the ranges of Excel 2010's rules."""
    if name == SQREF:
        for rule in view.open_rules:
            rule.sqref = text
    elif view.open_rules:
        view.open_rules[-1].formulas.append(text.strip())


def end(view: Sizes, name: str, styles: Styles) -> None:
    """Note the end of an element: rules that leave all as it is are dropped."""
    if name in _GROUPS:
        view.rules += [rule for rule in view.open_rules if _matters(rule, styles)]
        view.open_rules.clear()


def _matters(rule: Rule, styles: Styles) -> bool:
    """Tell whether a rule may change the visible content: a colour with a readable ink on it does not."""
    if rule.item:
        rule.change = change_of(rule.item, styles.theme)
    change = rule.change
    if rule.hides or rule.colours or change.code is not None or change.marks or change.size:
        return True
    if change.ink is None and change.fill is None:
        return False
    both = change.ink is not None and change.fill is not None
    return not both or contrast(change.ink, change.fill) < FAINT


def _format(view: Sizes, attributes: dict[str, str], _styles: Styles, _part: str) -> None:
    if "defaultRowHeight" in attributes:
        view.row_height = decimal(attributes["defaultRowHeight"]) or 0.0
    if not is_false(attributes.get("zeroHeight")):
        view.row_height = 0.0
    if "defaultColWidth" in attributes:
        view.column_width = decimal(attributes["defaultColWidth"]) or 0.0
    elif "baseColWidth" in attributes:
        base = decimal(attributes["baseColWidth"])
        view.column_width = 0.0 if base is None else None if base >= NARROW else base


def _sheet_view(view: Sizes, attributes: dict[str, str], _styles: Styles, _part: str) -> None:
    if "showZeros" in attributes and not is_true(attributes["showZeros"]):
        view.zeros = False
    view.first = place_of(attributes.get("topLeftCell", "")) or view.first


def _pane(view: Sizes, attributes: dict[str, str], _styles: Styles, _part: str) -> None:
    view.frozen = view.frozen or attributes.get("state", "").startswith("frozen")


def _group(view: Sizes, attributes: dict[str, str], _styles: Styles, _part: str) -> None:
    view.sqref = attributes.get("sqref", "")
    view.open_rules.clear()


def _rule(view: Sizes, attributes: dict[str, str], styles: Styles, part: str) -> None:
    if len(view.rules) + len(view.open_rules) >= RULE_LIMIT:
        limit = f"{RULE_LIMIT:,}"
        raise Rejected("too-large", part=part, size=f"> {limit}", limit=limit)
    text = attributes.get("dxfId", "").strip()
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else -1  # noqa: PLR2004
    change = styles.changes[number] if 0 <= number < len(styles.changes) else Restyling()
    kind, operator = attributes.get("type", ""), attributes.get("operator", "")
    view.open_rules.append(Rule(view.sqref, kind, operator, change))


def _picture(view: Sizes, attributes: dict[str, str], _styles: Styles, _part: str) -> None:
    if view.open_rules and not is_true(attributes.get("showValue", "1")):
        view.open_rules[-1].hides = True


def _scale_colour(view: Sizes, attributes: dict[str, str], styles: Styles, _part: str) -> None:
    """Note a colour of a scale or bar, or of a format defined in the sheet part."""
    if view.open_rules:
        colour = resolved(attributes, styles.theme)
        rule = view.open_rules[-1]
        if rule.item:
            if "border" not in rule.item:
                rule.item.setdefault("color", attributes)
        elif colour is not None:
            rule.colours.append(colour)


def _inline(view: Sizes, _given: dict[str, str], _styles: Styles, _part: str) -> None:
    if view.open_rules:
        view.open_rules[-1].item["dxf"] = {}


_Handler = Callable[[Sizes, dict[str, str], Styles, str], None]
_HANDLERS: dict[str, _Handler] = {
    f"{MAIN}sheetFormatPr": _format,
    f"{MAIN}sheetView": _sheet_view,
    f"{MAIN}pane": _pane,
    f"{MAIN}conditionalFormatting": _group,
    f"{_X14}conditionalFormatting": _group,
    f"{MAIN}cfRule": _rule,
    f"{_X14}cfRule": _rule,
    f"{MAIN}iconSet": _picture,
    f"{_X14}iconSet": _picture,
    f"{MAIN}dataBar": _picture,
    f"{_X14}dataBar": _picture,
    f"{MAIN}color": _scale_colour,
    f"{_X14}color": _scale_colour,
    f"{_X14}fillColor": _scale_colour,
    f"{_X14}dxf": _inline,
}
_GROUPS = (f"{MAIN}conditionalFormatting", f"{_X14}conditionalFormatting")
