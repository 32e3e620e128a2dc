"""Filled returns with one bit or byte changed, the zip's check sums mended or not."""

import io
import random
import re
import struct
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache

import forge
import tamper
from openpyxl import load_workbook
from rewriters import excel
from rewriters.saving import saved

from toolkit.finding import Result
from toolkit.report.report import Report

KINDS = ("stored", "deflated", "stored, mended", "deflated, mended")
"""How the return is packed, and whether the check sum is that of the changed content."""


_VALUE = re.compile(rb"<v>([0-9])")


@dataclass(frozen=True, slots=True)
class Flip:
    """A changed return: whose (form, edition), how, its bytes."""

    ident: tuple[str, str]
    kind: str
    content: bytes


@cache
def packed(ident: tuple[str, str], compression: int) -> bytes:
    """Return the honest return of an edition as Excel saves it, its parts stored or deflated."""
    made = saved(forge.honest(*ident)[1], excel.HABITS[0], 1)
    return tamper.pack(tamper.unpack(made), compression)


def flip(seed: int) -> Flip:
    """Return the changed return of a seed, reproducibly."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    ident, kind = forge.EDITIONS[seed // 4 % 3], KINDS[seed % 4]
    source = packed(ident, zipfile.ZIP_STORED if kind[0] == "s" else zipfile.ZIP_DEFLATED)
    if kind.endswith("mended"):
        return Flip(ident, kind, _mended(dice, source, deflated=kind[0] == "d"))
    return Flip(ident, kind, _turned(dice, source, range(len(source))))


def _turned(dice: random.Random, source: bytes, places: range) -> bytes:
    """Return the bytes with a bit or a byte changed, digits more often than by chance."""
    place = dice.choice(places)
    digits = [match.start(1) for match in _VALUE.finditer(source, places.start, places.stop)]
    if digits and dice.random() < 1 / 2:
        place = dice.choice(digits)
        return tamper.poked(source, place, bytes([dice.choice(b"0123456789")]))
    turned = 1 << dice.randrange(8) if dice.random() < 1 / 2 else dice.randrange(1, 256)
    return tamper.poked(source, place, bytes([source[place] ^ turned]))


def _mended(dice: random.Random, source: bytes, *, deflated: bool) -> bytes:
    """Return the return with a change in an entry's bytes, its check sum and size made to fit."""
    while True:
        entries = tamper.entries(source)
        sheets = [entry for entry in entries if b"worksheets/sheet" in entry[2]]
        central, local, name = dice.choice(dice.choice((entries, sheets)))
        start = local + 30 + len(name)
        (size,) = struct.unpack_from("<L", source, central + 20)
        made = _turned(dice, source, range(start, start + size))
        content = made[start : start + size]
        if deflated:
            inflater = zlib.decompressobj(-15)
            try:
                content = inflater.decompress(content)
            except zlib.error:
                continue
            if not inflater.eof or inflater.unused_data:
                continue
        for at, offset in ((central + 16, 24 - 16), (local + 14, 22 - 14)):
            made = tamper.poked(made, at, struct.pack("<L", zlib.crc32(content)))
            made = tamper.poked(made, at + offset, struct.pack("<L", len(content)))
        return made


def judged(result: Result, true: Report, content: bytes) -> str:
    """Return whether a changed return was rejected, reads the same, or how its numbers differ."""
    if result.report is None:
        return "rejected"
    there = result.report.values
    changed = [key for key, value in true.values.items() if there.get(key) != value]
    if not changed:
        return "same"
    told = [finding for finding in result.findings if finding.severity != "note"]
    named = {cell.key for finding in told for cell in finding.cells}
    untold = [key for key in changed if key not in named]
    if any(finding.code == "stale-value" for finding in told):
        untold = []  # a published cell still shows the number that was sent
    if result.verdict == "fail" or not untold:
        return "told"
    return "typed" if reads_the_same(result.report, untold, content) else "wrong"


def reads_the_same(report: Report, keys: list[str], content: bytes) -> bool:
    """Tell whether openpyxl reads the same typed numbers from the changed file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content))
    except Exception:  # noqa: BLE001 - openpyxl raises many kinds
        return False
    typed = [report.edition.cells[key] for key in keys if key in report.edition.typed]
    return all(
        str(book[cell.sheet][cell.at].value) == str(report.values[cell.key]) for cell in typed
    )
