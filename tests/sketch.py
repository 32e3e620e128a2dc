"""Somebody's form for tests: drawn as text, as a grid or as a workbook.

A line of text is a row, its cells are apart by bars. `<` continues the cell at the left, `^` the one
above; `=SUM(B2:B3)` is a formula, digits are a number. Behind a cell's content may stand facts:
`~grey`, `~yellow`, `~bold`, `~day`, `~note #key`, `~list a,b`, `~whole`, `~code 0.0`, `~locked`,
`~unlocked`, `~indent`.
"""

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.worksheet.datavalidation import DataValidation

from toolkit.draft.field import DrawnGrid, FormField
from toolkit.xlsx.colour import WHITE

COLOURS = {"grey": (217, 217, 217), "yellow": (255, 255, 153)}
_LINE = Side(style="thin")


def cells(picture: str) -> list[list[tuple[str, dict[str, str]]]]:
    """Return the cells of a drawing: content and facts."""
    rows = [line.strip() for line in picture.strip("\n").split("\n")]
    return [[_cell(cell) for cell in row.split("|")] for row in rows]


def _cell(text: str) -> tuple[str, dict[str, str]]:
    content, *facts = text.split("~")
    pairs = (fact.strip().partition(" ") for fact in facts)
    return content.strip().replace("\\n", "\n"), {name: value for name, _, value in pairs}


def _spans(rows: list[list[tuple[str, dict[str, str]]]]) -> dict[tuple[int, int], tuple[int, int]]:
    """Return {first place: rows and columns} of every printed cell."""
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for r, row in enumerate(rows):
        for c, (text, _) in enumerate(row):
            before = {"<": (r, c - 1), "^": (r - 1, c)}.get(text)
            owner[r, c] = owner[before] if before else (r, c)
    found = {}
    for first in dict.fromkeys(owner.values()):
        places = [place for place, one in owner.items() if one == first]
        last = max(places)
        found[first] = last[0] - first[0] + 1, last[1] - first[1] + 1
    return found


def drawn(picture: str, *above: str, sheet: str = "Sheet1", first: int = 1) -> DrawnGrid:
    """Return a drawing as a grid; above: the lines of text over it."""
    rows = cells(picture)
    fields = {}
    for (r, c), span in _spans(rows).items():
        text, facts = rows[r][c]
        number = Decimal(text) if text.replace(".", "", 1).isdecimal() else None
        number = Decimal(1) if text == "TRUE" else number
        formula = text[1:] if text.startswith("=") else None
        colour = next((COLOURS[name] for name in COLOURS if name in facts), WHITE)
        kind = next((name for name in ("list", "whole", "decimal") if name in facts), "")
        locked = {"locked": False, "unlocked": True}
        fields[r, c] = FormField(
            (r, c), span, (first + r, c + 1), "" if formula else text, number, formula, colour,
            "bold" in facts, int("indent" in facts), facts.get("code", "General"), "day" in facts,
            facts.get("note", ""), (kind, f'"{facts[kind]}"' if kind == "list" else ""),
            next((value for name, value in locked.items() if name in facts), None),
        )  # fmt: skip
    owners = {
        (first + r, c + 1): place
        for place, one in fields.items()
        for r in one.rows
        for c in one.columns
    }
    size = len(rows), len(rows[0])
    return DrawnGrid(sheet, size, fields, owners, above, (), (12.0,) * size[1])


def workbook(*sheets: tuple[str, Sequence[str], str], save: bool = True) -> Any:
    """Return a workbook of sheets (name, lines of text above the grid, drawing), as bytes or open."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, above, picture in sheets:
        page = book.create_sheet(name)
        for row, line in enumerate(above, 1):
            page.cell(row, 1, line)
        if picture:
            _draw(page, cells(picture), len(above) + 1)
    return saved(book) if save else book


def saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _draw(page: Any, rows: list[list[tuple[str, dict[str, str]]]], first: int) -> None:
    for (r, c), (high, wide) in _spans(rows).items():
        text, facts = rows[r][c]
        for row in range(r, r + high):
            for column in range(c, c + wide):
                page.cell(first + row, column + 1).border = Border(_LINE, _LINE, _LINE, _LINE)
        cell = page.cell(first + r, c + 1)
        digits = text.replace(".", "", 1).isdecimal()
        cell.value = (float(text) if "." in text else int(text)) if digits else text or None
        cell.font, cell.alignment = Font(bold="bold" in facts), Alignment(indent="indent" in facts)
        cell.number_format = facts.get("code", "yyyy-mm-dd" if "day" in facts else "General")
        for name, colour in COLOURS.items():
            if name in facts:
                shade = "".join(f"{part:02X}" for part in colour)
                cell.fill = PatternFill("solid", fgColor=shade)
        if "note" in facts:
            cell.comment = Comment(facts["note"], "x")
        if "unlocked" in facts:
            cell.protection = Protection(locked=False)
            page.protection.sheet = True
        if "list" in facts or "whole" in facts:
            kind = "list" if "list" in facts else "whole"
            rule = DataValidation(kind, formula1=f'"{facts["list"]}"' if kind == "list" else "0")
            rule.add(cell.coordinate)
            page.add_data_validation(rule)
        if (high, wide) != (1, 1):
            page.merge_cells(
                start_row=first + r, end_row=first + r + high - 1, start_column=c + 1,
                end_column=c + wide,
            )  # fmt: skip


YEARLY = """
项目 | 单位 | 本年 | <          | 备注
^    | ^    | 数量 | 金额（万元） | ^
一、收入 | 项 | | |
其中：补助 | 项 | | |
其他 | 项 | | |
合计 | 项 | =SUM(C3:C5) | =SUM(D3:D5) |
"""
"""A form of four lines: two columns to fill in, their totals by formulas."""
