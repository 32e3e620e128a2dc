"""The check code: every slip changes it, nothing invalid has one."""

from collections import Counter
from decimal import Decimal
from random import Random

import pytest
from returns import cases

from toolkit.edition.edition import known, named
from toolkit.edition.kind import on_sheet
from toolkit.report import checksum

EDITION, SITE = named("annual-report", "2021"), named("site-report", "2017")
ZERO = dict.fromkeys(EDITION.typed, 0)
CELL, MONEY = "applications.received.business", "proactive.fees.collected"


def code(changes=None, nil=(), start=0):
    return checksum.check_code(EDITION, ZERO | (changes or {}), nil, start)


def test_blank_zero_one_and_declared_are_four_codes():
    codes = [code(), code({CELL: None}), code({CELL: 1}), code(nil=("applications",))]
    assert len(set(codes)) == 4
    assert all(len(one) == 6 and one.isascii() and one.isdigit() for one in codes)


def test_a_code_keeps_its_leading_zeros_and_the_seed_is_added():
    number = int(code())
    start = (checksum.MODULUS - number + 42) % checksum.MODULUS
    assert code(start=start) == "000042"


@pytest.mark.parametrize("value", [1.0, "12", "", "无", Decimal("1.5"), -1, 10**9 + 1])
def test_what_is_no_valid_count_or_too_large_has_no_code(value):
    value = Decimal(10) ** 18 if value == 1.0 else value
    assert code({CELL: value}) is None
    assert code({CELL: 10**9})


@pytest.mark.parametrize(
    ("value", "valid"),
    [("0.000001", True), ("0.0000001", False), ("10000000", True), ("10000000.000001", False)],
)
def test_amounts_count_to_the_sixth_decimal_up_to_ten_million(value, valid):
    there = code({MONEY: Decimal(value)})
    assert (there is not None) == valid
    assert there != code()


def test_trailing_zeros_of_an_amount_change_nothing():
    assert code({MONEY: Decimal("1.50")}) == code({MONEY: Decimal("1.5")}) != code({MONEY: 1})


@pytest.mark.parametrize("ident", known(), ids="/".join)
def test_no_two_cells_of_a_table_weigh_the_same(ident):
    for number, _, cells in checksum.tables(named(*ident)):
        weights = Counter(checksum.weight(number, on_sheet(cell.place)) for cell in cells)
        assert max(weights.values()) == 1


def test_every_changed_cell_and_two_exchanged_numbers_of_a_table_change_the_code():
    rng = Random(3)  # noqa: S311 - reproducible, no secret
    numbers = {key: rng.randint(0, 500) for key in EDITION.typed}
    first = code(numbers)
    for key in EDITION.typed:
        assert code({**numbers, key: numbers[key] + 1}) != first
        assert code({**numbers, key: None}) != first
    for _ in range(400):
        key, other = rng.sample(EDITION.typed, 2)
        if key.split(".")[0] == other.split(".")[0] and numbers[key] != numbers[other]:
            swapped = {**numbers, key: numbers[other], other: numbers[key]}
            assert code(swapped) != first, (key, other)


def test_words_count_by_their_length_choices_by_their_number_days_by_being_there():
    (case, *_) = cases(SITE, 1, 1, ("clean",))
    typed = dict(case.report.values)

    def of(**changes):
        return checksum.check_code(SITE, typed | changes, (), 5)

    name, kind = "website.profile.site_name", "website.profile.site_kind"
    day = "website.filing.filed_on"
    assert of(**{name: "甲乙"}) == of(**{name: "丙丁"}) != of(**{name: "甲"})
    assert of(**{name: Decimal(12)}) == of(**{name: "12"})
    assert of(**{name: " "}) is None
    assert len({of(**{kind: one}) for one in SITE.cells[kind].choices}) == 3
    assert of(**{kind: "别的"}) is None
    assert of(**{day: "2026-01-02"}) == of(**{day: "2026-01-03"}) == of(**{day: 46024})
    assert of(**{day: "2026-01-32"}) is None


def test_a_seed_tells_years_agencies_and_editions_apart():
    facts = [
        ("annual-report", "2021", "2025", "某某局", ""),
        ("annual-report", "2021", "2024", "某某局", ""),
        ("annual-report", "2021", "2025", "另一局", ""),
        ("annual-report", "2019", "2025", "某某局", ""),
    ]
    assert len({checksum.seed(one) for one in facts}) == 4
