"""Check codes that LibreOffice computed, held against those of the program."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from office import session
from returns import Case
from trips import entered

from toolkit.blank.build import build
from toolkit.blank.slots import (
    MARK,
    PUBLISHED_FIRST,
    at,
    code_place,
    cover_places,
    foot_place,
    published,
    word,
)
from toolkit.edition.edition import Edition
from toolkit.report import checksum

AGENCIES = ("某某局", "某某区教育局", "某县人民政府办公室")
SEED = at((MARK.index("seed") + 1, 2))


def feet(edition: Edition) -> list[tuple[str, str, str]]:
    """Return (sheet, address, unit) of each foot."""
    sections = [edition.tables[table] for table in edition.statutory]
    places = [(section.sheet, at(foot_place(section)), section.unit) for section in sections]
    return places + [
        (published(section), at(foot_place(section, PUBLISHED_FIRST)), section.unit)
        for section in sections
    ]


def differing(returns: Sequence[Case], folder: Path) -> tuple[list[str], int]:
    """Return the differences, and how many returns have a code.

    The returns, of one edition, are typed one after another into one blank in LibreOffice.
    """
    edition = returns[0].report.edition
    path = folder / f"{edition.form}-{edition.name}.xlsx"
    path.write_bytes(build(edition))
    reading = [["values", sheet, place] for sheet, place, _ in feet(edition)]
    reading.append(["values", word("mark"), at(code_place())])
    steps, sizes = [], []
    for number, case in enumerate(returns):
        agency, year = (at(cover_places()[name]) for name in ("agency", "year"))
        cover = {agency: AGENCIES[number % len(AGENCIES)], year: case.report.year}
        before: list[list[Any]] = [
            *entered(case),
            ["stamp", word("cover"), cover],
            ["stamp", word("mark"), {SEED: seed_of(number)}],
            ["recalculate"],
        ]
        steps += [*before, *reading]
        sizes.append(len(before))
    with session() as run:
        (gave,) = run([{"open": str(path), "steps": steps}], timeout=3000)
    answers, found, coded = iter(gave), [], 0
    for number, (case, size) in enumerate(zip(returns, sizes, strict=True)):
        for _ in range(size):
            next(answers)
        shown = [str(next(answers)[0][0]) for _ in reading]
        report = case.report
        code = checksum.check_code(edition, report.values, report.nil, seed_of(number))
        coded += code is not None
        right = expected(edition, AGENCIES[number % len(AGENCIES)], report.year, code)
        found += [
            f"{case.kind} {number}: {there!r}, it is {wanted!r}"
            for there, wanted in zip(shown, right, strict=True)
            if there != wanted
        ]
    return found, coded


def seed_of(number: int) -> int:
    """Return the seed that is stamped for a return."""
    return number * 7919 % checksum.MODULUS


def expected(edition: Edition, agency: str, year: int | None, code: str | None) -> list[str]:
    """Return the words of each foot, and the code."""
    said = code or "——"
    words = [f"{agency} · {year}年度 · 单位：{unit} · 校验码 {said}" if unit
             else f"{agency} · {year}年度 · 校验码 {said}"
             for _, _, unit in feet(edition)]  # fmt: skip
    return [*words, said]
