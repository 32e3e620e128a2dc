"""Status lines of a red copy: in front of the blank's own formula the errors a check found."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ..blank.live import counted, result_range
from ..blank.plan import STAMP, plan
from ..blank.slots import RESULT, word
from ..data import CHINESE, texts
from ..edition.edition import Edition
from ..xlsx.address import Place, fixed
from ..xlsx.formula import quoted
from ..xlsx.sheet import Grid, number_in
from .contents import KnownValue


@dataclass(frozen=True, slots=True)
class Banner:
    """A status line that counts errors.

    own: the blank's formula. formula: that of the copy. sheet: whose errors it counts, "" for all.
    name: of the text. before: whether the blank's own text follows, else it is replaced.
    """

    own: str
    formula: str
    sheet: str
    name: str
    before: bool

    def text(self, errors: int) -> str:
        """Return the words for a number of errors, empty for none."""
        return word(self.name).format(n=errors) if errors else ""

    def without(self, text: str) -> str:
        """Return a shown line without the words for a number of errors before it."""
        pattern = re.escape(word(self.name)).replace(re.escape("{n}"), r"\d+")
        return re.sub(f"^{pattern}", "", text)

    def shows(self, own: KnownValue, errors: int, *, stale: bool | None) -> KnownValue:
        """Return the value of the copy's formula; own: of the blank's; None where it is unknown.

        stale: whether the data changed since the errors were written, None where unknown.
        """
        if self.before:
            return None if own is None else f"{self.text(errors)}{own}"
        if not errors or stale:
            return own
        return None if stale is None else self.text(errors)


@cache
def banners(edition: Edition) -> Mapping[str, Mapping[Place, Banner]]:
    """Return {sheet: {place: status line}} of the lines that a copy changes."""
    lines: dict[str, dict[Place, Banner]] = {}
    for sheet in plan(edition):
        sections = iter(edition.sections)
        for place, slot in sorted(sheet.slots.items()):
            if slot.formula is None or slot.role not in ("state", "panel", "status"):
                continue
            about = sheet.name if slot.role == "status" else ""
            if slot.role == "panel":
                about = next(sections).sheet
            line = _banner(edition, slot.formula, about, f"found_{slot.role}")
            lines.setdefault(sheet.name, {})[place] = line
    return lines


def _banner(edition: Edition, own: str, sheet: str, name: str) -> Banner:
    """Return a status line.

    A line on a table's sheet is part of what the result area's stamp is calculated from, so it
    cannot depend on the stamp; the others are the blank's own again once the data changed.
    """
    severity = _column(edition, "severity")
    errors = f"COUNTIF({severity},{quoted(error_word())})"
    if sheet:
        here = f"{_column(edition, 'sheet')}={quoted(sheet)}"
        errors = f"SUMPRODUCT(({here})*({severity}={quoted(error_word())}))"
    said = counted(name, errors)
    if name == "found_status":
        return Banner(own, f'IF({errors}>0,{said},"")&{own}', sheet, name, before=True)
    row = result_range(edition)[0] - 2
    state = f"'{word('results')}'!{fixed((row, STAMP['stamp_state']))}"
    stale = f"{state}={quoted(word('result_stale'))}"
    formula = f"IF(AND({errors}>0,NOT({stale})),{said},{own})"
    return Banner(own, formula, sheet, name, before=False)


def error_word() -> str:
    """Return the word for an error in the result area."""
    return texts("proof", CHINESE)["error"]


def _column(edition: Edition, name: str) -> str:
    """Return a column of the result area with the locked rows around it, as a range."""
    first, _, last, _ = result_range(edition)
    ends = (fixed((row, RESULT[name])) for row in (first - 1, last + 1))
    return f"'{word('results')}'!{':'.join(ends)}"


def errors_in(edition: Edition, grid: Grid) -> Iterator[str]:
    """Yield the sheet of each error in a stored result area, empty where it names none."""
    first, _, last, _ = result_range(edition)
    for row in range(first, last + 1):
        severity = grid.cells.get((row, RESULT["severity"]))
        if severity and severity[1] == error_word():
            sheet = grid.cells.get((row, RESULT["sheet"]))
            yield (sheet[1] or "") if sheet else ""


def is_stale(edition: Edition, grid: Grid) -> bool | None:
    """Tell whether the data changed since the result area was written, None where unknown."""
    row = result_range(edition)[0] - 2
    stamp = number_in(grid.cells.get((row, STAMP["stamp"])))
    digest = number_in(grid.cells.get((row, STAMP["digest"])))
    if stamp is None:
        return False
    return None if digest is None else digest != stamp


def count(line: Banner, sheets: Sequence[str]) -> int:
    """Return the number of errors that a line counts; sheets: of all errors."""
    return sheets.count(line.sheet) if line.sheet else len(sheets)
