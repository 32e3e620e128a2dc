"""Forged cells: wrong totals, values that are no numbers, harmless size."""

import re
from functools import partial

import tamper
from tamper import Change, cell, edited, replacing

from toolkit.edition.edition import Edition
from toolkit.returned.compare import forms
from toolkit.returned.read import read

WRONG = {
    "text digits": ("12", 12),
    "text digits and blanks": (" 12 ", 12),
    "full width": ("１２", 12),
    "em dash": ("—", None),
    "two dashes": ("——", None),
    "slash": ("/", None),
    "letter O": ("O", None),
    "unit": ("0件", 0),
    "unit of three": ("3 件", 3),
    "none": ("无", None),
    "grouped": ("1,234", 1234),
    "grouped full width": ("1，234", 1234),
    "no-break space": ("7\u00a0", 7),
    "zero width": ("7\u200b", 7),
    "byte order mark": ("\ufeff7", 7),
    "plus": ("+7", 7),
    "minus": ("−1", None),
    "hyphen": ("-1", None),
    "remark": ("22（其中修订16件）", None),
    "underscore": ("1_0", None),
    "exponent": ("1e3", None),
    "hexadecimal": ("0x10", None),
    "arabic": ("٣", None),
    "circled": ("③", None),
    "chinese": ("三", None),
    "superscript": ("²", None),
    "nan": ("NaN", None),
    "infinity": ("INF", None),
    "formula as text": ("=1+1", None),
    "total of ours": ("待填", None),
    "question": ("约10", None),
    "right to left": ("\u202e21", None),
    "only a blank": (" ", None),
    "only a full-width blank": ("\u3000", None),
}
"""Text typed in place of a count, and the number proposed for it."""
STORED = {
    "negative": ("<v>-1</v>", {}, "-1"),
    "fraction": ("<v>1.5</v>", {}, "1.5"),
    "beyond a double": ("<v>9007199254740993</v>", {}, "9007199254740990"),
    "huge": ("<v>1e308</v>", {}, None),
    "error": ("<v>#REF!</v>", {"t": "e"}, "#REF!"),
    "not available": ("<v>#N/A</v>", {"t": "e"}, "#N/A"),
    "true": ("<v>1</v>", {"t": "b"}, "TRUE"),
    "iso date": ("<v>2026-01-02</v>", {"t": "d"}, "2026-01-02"),
}
NOTED = {"3.0": "<v>3.0</v>", "1E2": "<v>1E2</v>", "blanks around": "<v> 7 </v>"}


def cases(edition: Edition, source: bytes):
    """Return {name: {place: function that makes the file}}."""
    tag = f"{edition.form} {edition.name}"
    counts = [c for c in edition.cells.values() if c.kind == "count" and c.key in edition.typed]
    made = totals(edition, source) | values(counts, source) | large(edition, source)
    return {f"{tag}/{name}": places for name, places in made.items()}


def totals(edition: Edition, source: bytes):
    """Every total's stored result forged, an error, a text, gone; its formula intact."""
    wrong = {"forged": ("<v>424242</v>", {}), "an error": ("<v>#REF!</v>", {"t": "e"}),
             "a text": ("<v>八</v>", {"t": "str"}), "true": ("<v>1</v>", {"t": "b"})}  # fmt: skip
    found: dict[str, dict] = {f"total {kind}": {} for kind in wrong} if edition.computes else {}
    for key in edition.computes:
        one = edition.cells[key]
        where = one.at
        formula = tamper.formula_of(source, one.sheet, where)
        for kind, (inner, given) in wrong.items():
            make = cell(where, f"<f>{formula}</f>{inner}", **given)
            found[f"total {kind}"][f"{one.sheet} {where}"] = partial(
                edited, source, one.sheet, make
            )
    if edition.computes:
        found["total right"] = {"": partial(uncached, source, edition)}
    return found


def uncached(source: bytes, edition: Edition) -> bytes:
    """Return the return with one total's right result and no result at any other."""
    one = edition.cells[next(iter(edition.computes))]
    where = one.at
    formula = tamper.formula_of(source, one.sheet, where)
    right = edition_total(source, one.key)
    return edited(source, one.sheet, cell(where, f"<f>{formula}</f><v>{right}</v>"))


def edition_total(source: bytes, key: str):
    """Return the true total."""
    return read(source).report.values[key]


def values(counts, source: bytes):
    """Each misfit at a cell of its own, and one of them at every cell."""
    found: dict[str, dict] = {}

    def put(name: str, number: int, inner: str, **given: str) -> None:
        one = counts[number * 5 % len(counts)]
        where = one.at
        found.setdefault(name, {})[f"{one.sheet} {where}"] = partial(
            edited, source, one.sheet, cell(where, inner, **given)
        )

    for number, (name, (text, _)) in enumerate(WRONG.items()):
        inner = f'<is><t xml:space="preserve">{text}</t></is>'
        put(f"value {name}", number, inner, t="inlineStr")
    for number, (name, (inner, given, _)) in enumerate(STORED.items()):
        put(f"value {name}", number, inner, **given)
    for number, (name, inner) in enumerate(NOTED.items()):
        put(f"spelling {name}", number, inner)
    put("value blank", 1, "")
    for number in range(0, len(counts), 5):
        put("value letter O anywhere", number // 5, "<is><t>O</t></is>", t="inlineStr")
    return found


def large(edition: Edition, source: bytes):
    """Large content without meaning: it is ignored by the reader."""
    table = next(form for form in forms(edition) if form.typed).sheet.name
    empty = "".join(f'<row r="{n}" s="1" customFormat="1" ht="9"/>' for n in range(1000, 21_000))
    corner = '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    changes: dict[str, Change] = {
        "dimension": lambda xml: re.sub('<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', xml),
        "wrong dimension": lambda xml: re.sub('<dimension ref="[^"]*"', '<dimension ref="A1"', xml),
        "styled corner": replacing("</sheetData>", f"{corner}</sheetData>"),
        "20,000 formatted rows": replacing("</sheetData>", f"{empty}</sheetData>"),
        "styled columns to the end": replacing(
            "</cols>", '<col min="60" max="16384" width="9" style="1"/></cols>'),
    }  # fmt: skip
    return {f"harmless {name}": {"": partial(edited, source, table, change)}
            for name, change in changes.items()}  # fmt: skip
