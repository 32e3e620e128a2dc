"""The smallest corrections: which cells, which numbers, why, and what cannot be told."""

from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.explain import explain
from toolkit.explain.words import sentence
from toolkit.report import from_json, parse_json, recompute

REAL = Path(__file__).parent / "real"


def real(name, origin="json", **changes):
    """Return a real report with blanks as 0 and its totals right, then changed."""
    report = from_json(parse_json((REAL / f"{name}.json").read_text(encoding="utf-8")))
    values = {
        key: 0 if value is None or isinstance(value, str) else value
        for key, value in report.values.items()
    }
    values = recompute(report.edition, values, ())
    values |= {key.replace("__", "."): value for key, value in changes.items()}
    if origin == "workbook":
        values = recompute(report.edition, values, ())
    return replace(report, values=values, origin=origin, extra={})


def told(corrections):
    """Return each correction's answers as {key: (before, after)}."""
    return [
        [{c.spot.key: (c.before, c.after) for c in answer.changes} for answer in one.answers]
        for one in corrections
    ]


def test_a_report_whose_balances_hold_has_no_correction():
    assert explain(real("suqian_city_2024")) == ()


def test_one_wrong_cell_of_a_json_report_is_found_with_its_value():
    (one,) = explain(real("suqian_city_2024", applications__granted__natural_person=1411))
    assert told([one]) == [[{"applications.granted.natural_person": (1411, 1408)}]]
    assert [b.rule for b in one.broken] == ["row-total[granted]", "concluded[natural_person]"]
    assert sentence(one, "zh") == (
        "若表三 D9“三、本年度办理结果 （一）予以公开 · 自然人”应为 1408（现为 1411），"
        "则这 2 处不符即可消除。"
    )


def test_two_wrong_cells_far_apart_are_two_items():
    found = explain(
        real(
            "suqian_city_2024",
            applications__granted__natural_person=1411,
            disputes__review__total=1,
        )
    )
    assert [one.size for one in found] == [1, 1]
    assert {"applications.granted.natural_person": (1411, 1408)} in told(found)[0]


def test_in_a_workbook_last_year_tells_which_cell_it_is():
    report = real("suqian_city_2024", "workbook", applications__carried_in__natural_person=1)
    (one,) = explain(report, real("suqian_city_2023"))
    assert told([one]) == [[{"applications.carried_in.natural_person": (1, 118)}]]
    assert [reason.kind for reason in one.answers[0].reasons] == ["prior"]


def test_in_a_workbook_without_a_reason_nobody_is_accused():
    (one,) = explain(real("suqian_city_2024", "workbook", applications__granted__business=23))
    assert one.count > 3
    assert "无法判断是哪一格" in sentence(one, "zh")


def test_more_than_three_wrong_cells_are_said_to_be_more():
    wrong = {
        "applications__granted__natural_person": 1,
        "applications__refused_law__business": 77,
        "applications__declined_petition__social_org": 55,
        "applications__received__research": 33,
    }
    (one,) = explain(real("suqian_city_2024", **wrong))
    assert (one.size, one.answers) == (None, ())
    assert "至少有 4 格要改" in sentence(one, "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_slip_of_digits_is_a_reason(lang):
    report = real("suqian_city_2024", "workbook", applications__granted__natural_person=14080)
    (one,) = explain(report, real("suqian_city_2023"))
    assert one.answers[0].reasons[0].sentence == "factor"
    assert "14080" in sentence(one, lang)
