"""Writing of workbooks anew by XlsxWriter: rewrite.py PACKAGES SOURCE TARGET [SOURCE TARGET]…

Cells, formulas with their results, locks, number formats, fonts, fills, alignment, merges, sizes,
protection, states, names and properties; no validations, conditional formats, print settings.
"""

import sys
from typing import Any

import openpyxl


def main() -> None:
    """Write each source's content into its target."""
    sys.path.insert(0, sys.argv[1])
    import xlsxwriter  # type: ignore[import-not-found,unused-ignore] # noqa: PLC0415

    paths = iter(sys.argv[2:])
    for source in paths:
        book = xlsxwriter.Workbook(next(paths))
        rewritten(
            openpyxl.load_workbook(source), openpyxl.load_workbook(source, data_only=True), book
        )
        book.close()
    print(xlsxwriter.__version__)


def rewritten(old: Any, stored: Any, book: Any) -> None:
    """Write a workbook's sheets, names and properties; stored: it with results for formulas."""
    formats: dict[tuple[Any, ...], Any] = {}
    for sheet in old:
        new = book.add_worksheet(sheet.title)
        _sizes(sheet, new)
        for row in sheet.iter_rows():
            for cell in row:
                look = _look(cell)
                style = formats.get(look) or formats.setdefault(look, book.add_format(dict(look)))
                _put(cell, stored[sheet.title][cell.coordinate].value, new, style)
        for span in map(str, sheet.merged_cells.ranges):
            first = sheet[span.split(":")[0]]
            new.merge_range(span, "", formats[_look(first)])
            _put(first, stored[sheet.title][first.coordinate].value, new, formats[_look(first)])
        if sheet.protection.sheet:
            new.protect("", {"format_columns": True})
        {"hidden": new.hide, "veryHidden": new.very_hidden}.get(sheet.sheet_state, lambda: None)()
    for name, defined in old.defined_names.items():
        book.define_name(name, f"={defined.value}")
    for one in old.custom_doc_props.props:
        book.set_custom_property(one.name, one.value)


def _sizes(sheet: Any, new: Any) -> None:
    for number, row in sheet.row_dimensions.items():
        new.set_row(number - 1, row.height, None, {"hidden": row.hidden})
    for column in sheet.column_dimensions.values():
        options = {"hidden": column.hidden}
        new.set_column(column.min - 1, column.max - 1, column.width, None, options)


def _look(cell: Any) -> tuple[tuple[str, Any], ...]:
    """Return a cell's look as XlsxWriter's properties, in order."""
    found = {
        "locked": cell.protection.locked,
        "num_format": cell.number_format,
        "bold": bool(cell.font.bold),
        "font_name": cell.font.name or "Calibri",
        "font_size": cell.font.size or 11,
        "align": cell.alignment.horizontal or "general",
        "valign": {"center": "vcenter"}.get(cell.alignment.vertical, cell.alignment.vertical),
        "text_wrap": bool(cell.alignment.wrap_text),
    }
    if cell.font.color is not None and cell.font.color.type == "rgb":
        found["font_color"] = f"#{cell.font.color.rgb[2:]}"
    if cell.fill.fill_type == "solid" and cell.fill.fgColor.type == "rgb":
        found["bg_color"] = f"#{cell.fill.fgColor.rgb[2:]}"
    return tuple((name, value) for name, value in found.items() if value not in ("general", None))


def _put(cell: Any, result: Any, new: Any, style: Any) -> None:
    row, column, value = cell.row - 1, cell.column - 1, cell.value
    if cell.data_type == "f":
        new.write_formula(row, column, value, style, "" if result is None else result)
    elif value is None:
        new.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        new.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        new.write_number(row, column, value, style)
    elif hasattr(value, "isoformat"):
        new.write_datetime(row, column, value, style)
    else:
        new.write_string(row, column, str(value), style)


if __name__ == "__main__":
    main()
