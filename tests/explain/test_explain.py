"""The smallest corrections: cells, numbers, reasons, and cases that cannot be decided."""

import json
import tomllib
from dataclasses import replace
from operator import gt, lt, ne
from random import Random

import pytest
import returns
from casebook import balanced
from click.testing import CliRunner
from source import TESTS

from toolkit.campaign.pack import pack, unpack
from toolkit.check.case import Case
from toolkit.cli import gouji
from toolkit.edition.edition import named
from toolkit.explain import Claim, Reason, explain
from toolkit.explain.words import brief, sentence, telling
from toolkit.files.examine import examine
from toolkit.report.report import Report, as_json, dumps, recompute


def told(corrections):
    """Return each correction's answers as {key: (before, after)}."""
    return [
        [{c.spot.key: (c.before, c.after) for c in answer.changes} for answer in one.answers]
        for one in corrections
    ]


def test_a_report_whose_balances_hold_has_no_correction():
    assert explain(balanced("suqian_city_2024")) == ()


def test_one_wrong_cell_of_a_json_report_is_found_with_its_value():
    (one,) = explain(balanced("suqian_city_2024", applications__granted__natural_person=1411))
    assert told([one]) == [[{"applications.granted.natural_person": (1411, 1408)}]]
    assert [b.rule for b in one.broken] == ["row-total[granted]", "concluded[natural_person]"]
    assert sentence(one, "zh") == (
        "若表三 D9“三、本年度办理结果 （一）予以公开 · 自然人”应为 1408（现为 1411），"
        "则这 2 处不符即可消除。"
    )


def test_two_wrong_cells_far_apart_are_two_items():
    found = explain(
        balanced(
            "suqian_city_2024",
            applications__granted__natural_person=1411,
            disputes__review__total=1,
        )
    )
    assert [one.size for one in found] == [1, 1]
    assert {"applications.granted.natural_person": (1411, 1408)} in told(found)[0]


def test_in_a_workbook_last_year_tells_which_cell_it_is():
    report = balanced("suqian_city_2024", "workbook", applications__carried_in__natural_person=1)
    (one,) = explain(report, balanced("suqian_city_2023"))
    assert told([one]) == [[{"applications.carried_in.natural_person": (1, 118)}]]
    assert [reason.kind for reason in one.answers[0].reasons] == ["prior"]


def test_in_a_workbook_without_a_reason_nobody_is_accused():
    (one,) = explain(balanced("suqian_city_2024", "workbook", applications__granted__business=23))
    assert one.count > 3
    assert "无法判断是哪一格" in sentence(one, "zh")


def test_more_than_three_wrong_cells_are_said_to_be_more():
    wrong = {
        "applications__granted__natural_person": 1,
        "applications__refused_law__business": 77,
        "applications__declined_petition__social_org": 55,
        "applications__received__research": 33,
    }
    (one,) = explain(balanced("suqian_city_2024", **wrong))
    assert (one.size, one.answers) == (None, ())
    assert "至少有 4 格要改" in sentence(one, "zh")


def test_a_line_names_the_sheet_of_a_cell_that_is_on_another():
    (one,) = explain(balanced("suqian_city_2024", applications__granted__natural_person=1411))
    assert "：若 表三 D9 应为 1408（现为 1411）" in brief(one, "表四", "zh", why=True)


def test_of_a_tie_all_are_told_or_none():
    (one,) = explain(balanced("suqian_city_2024", "workbook", applications__granted__business=23))
    slip, none = (Reason("slip", "sign"),), ()
    for ranks, shown in (
        ([1, 2, 2, 2], 1),
        ([1, 1, 1, 4], 3),
        ([1, 1, 1, 1], 0),
        ([1, 1, 3, 3], 2),
    ):
        answers = [replace(one.answers[0], rank=rank, reasons=slip) for rank in ranks]
        assert len(telling(replace(one, answers=tuple(answers)))) == shown
    likely = [
        replace(one.answers[0], rank=n, reasons=slip if n < 3 else none) for n in (1, 2, 3, 4)
    ]
    assert len(telling(replace(one, answers=tuple(likely)))) == 2


def test_more_answers_than_anybody_counts_are_said_to_be_more():
    (one,) = explain(balanced("suqian_city_2024", "workbook", applications__granted__business=23))
    assert "有 5000 多 格" in sentence(replace(one, count=5000), "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_slip_of_digits_is_a_reason(lang):
    report = balanced("suqian_city_2024", "workbook", applications__granted__natural_person=14080)
    (one,) = explain(report, balanced("suqian_city_2023"))
    assert one.answers[0].reasons[0].sentence == "factor"
    assert "14080" in sentence(one, lang)


def test_a_warning_that_the_mistake_hid_forbids_nothing_and_is_said():
    """The true number is more than the fee notices that were sent: a warning, no error."""
    (one,) = explain(balanced("shuyang_county_2025", applications__other_fee_unpaid__total=0))
    assert told([one]) == [[{"applications.other_fee_unpaid.total": (0, 7)}]]
    assert [reason.kind for reason in one.answers[0].reasons] == ["warning"]
    assert "应为 7（现为 0）（但改后会出现新的提醒）" in sentence(one, "zh")


def test_between_equal_corrections_that_without_a_new_warning_is_likelier():
    """No fee notices were sent: a request closed for unpaid fees would be asked about."""
    clean = balanced("hongze_district_2023", "workbook")
    received = clean.values["applications.received.business"]
    (one,) = explain(balanced("hongze_district_2023", "workbook",
                          applications__received__business=received + 1))  # fmt: skip
    ranks = {c.spot.key: answer.rank for answer in one.answers for c in answer.changes}
    assert ranks.pop("applications.other_fee_unpaid.business") == len(one.answers)
    assert set(ranks.values()) == {1}


def declared(*left_out):
    """Return a workbook whose table 3 declares its blanks to be 0, with some numbers left out."""
    return {"origin": "workbook", "nil": ["applications"], "changes": dict.fromkeys(left_out, "")}


def test_a_warning_that_would_be_gone_too_decides_a_tie():
    """Last year six suits were pending: a total of five cannot be."""
    row = dict.fromkeys(("corrected", "other", "pending"), 0) | {"upheld": 28, "total": 5}
    report = balanced(
        "suqian_city_2024", **{f"disputes__suit_direct__{k}": n for k, n in row.items()}
    )
    (alone,), (chained,) = explain(report), explain(report, balanced("suqian_city_2023"))
    assert [answer.rank for answer in alone.answers] == [1, 1]
    assert [answer.rank for answer in chained.answers] == [1, 2]
    assert told([chained])[0][0] == {"disputes.suit_direct.total": (5, 28)}
    assert [r.kind for r in chained.answers[0].reasons] == ["cleared"]
    assert "改后一条提醒也随之消除" in sentence(chained, "zh")


def test_a_blank_under_a_declaration_is_no_reason():
    keys = [f"applications.{row}.business" for row in
            ("carried_out", "refused_state_secret", "refused_law", "refused_safety")]  # fmt: skip
    for left_out in (keys[:1], keys):
        (one,) = explained(declared(*left_out))
        assert {answer.rank for answer in one.answers} == {1}
        assert not any(answer.reasons for answer in one.answers)
        assert "无法判断是哪一格" in sentence(one, "zh")


def small(last=None, **typed):
    """Return the corrections of a small agency's workbook whose blanks are declared to be 0.

    typed: {row or row__column: number}; a row alone is that of natural persons.
    """
    return explain(small_report(**typed), last)


def small_report(**typed):
    """Return a small agency's workbook; typed: as above."""
    form = named("annual-report", "2021")
    cells = {f"applications.{key.replace('__', '.')}" + (".natural_person" if "__" not in key else ""):
             number for key, number in typed.items()}  # fmt: skip
    nil = tuple(form.statutory)
    values = recompute(form, dict.fromkeys(form.typed) | cells, nil)
    return Report(form, {}, 2025, values, nil, origin="workbook")


def test_where_nothing_speaks_no_blank_stands_before_a_number():
    """Two results instead of one: the number may be one of three, or the blank 上年结转."""
    (one,) = small(received=2, granted=2, unable_not_held=1)
    assert [(c.spot.at, answer.rank) for answer in one.answers for c in answer.changes] == [
        ("D7", 1), ("D8", 1), ("D9", 1), ("D19", 1),
    ]  # fmt: skip
    assert sentence(one, "zh") == (
        "此处不符（“自然人”相差 1）：有 4 格，改其中任何一格都能相符，仅凭报表无法判断是哪一格。"
        "请对照“自然人”的台账，先核对已填数的 表三 D7、D9、D19，再看空白的 D8 是否漏填。"
    )
    assert "check 表三 D7, D9, D19 first" in sentence(one, "en")


def test_where_only_blanks_may_be_wrong_the_blanks_are_named():
    (one,) = small(received=2)
    blanks = replace(one, answers=tuple(a for a in one.answers if a.changes[0].before is None))
    assert "看空白的 表三 D9、D10、D11 等 22 格 中哪一格漏填" in sentence(blanks, "zh")


@pytest.mark.parametrize(
    ("typed", "firsts"),
    [
        ({"received": 5, "granted": 50}, {"D9": "factor"}),
        ({"received": 44, "granted": 3, "unable_not_held": 1}, {"D7": "doubled"}),
        ({"received": 1234, "granted": 374, "unable_not_held": 500}, {"D9": "transposed"}),
        ({"received": 21, "granted": 12}, {"D7": "transposed", "D9": "transposed"}),
    ],
)
def test_a_slip_stands_alone_only_where_no_other_is_as_likely(typed, firsts):
    (one,) = small(**typed)
    tie = [answer for answer in one.answers if answer.rank == 1]
    assert {a.changes[0].spot.at: a.reasons[0].sentence for a in tie} == firsts


def test_the_numbers_of_a_row_one_column_further_are_seen_in_each_column():
    found = small(received=812, received__business=64, received__research=9,
                  unable_not_held=112, unable_not_held__business=14, unable_not_held__research=2,
                  granted__business=700, granted__research=50, granted__social_org=7)  # fmt: skip
    firsts = [[a for a in one.answers if a.rank == 1] for one in found]
    assert [tie[0].changes[0].spot.at for tie in firsts] == ["D9", "E9", "F9", "G9"]
    assert {r.sentence for tie in firsts for r in tie[0].reasons} == {"moved"}


def test_last_year_s_number_in_the_same_cell_is_said():
    last = replace(small_report(received=40, granted=23, unable_not_held=17), year=2024)
    (one,) = small(last, received=58, granted=23, unable_not_held=30)
    reasons = {c.spot.at: [r.text("zh") for r in a.reasons] for a in one.answers for c in a.changes}
    assert reasons["D9"] == ["与上年度报告的同一格同为 23，可能照抄了上年的数"]
    assert reasons["D19"] == []


def test_a_tie_is_kept_whole_and_the_rest_is_counted(monkeypatch):
    monkeypatch.setattr("toolkit.explain.KEPT", 1)
    (one,) = small(received=5, granted=50)
    assert (len(one.answers), one.count) == (1, 3)
    (one,) = small(received=2, granted=3)
    assert len(one.answers) == one.count > 1


def test_a_total_in_the_place_of_its_part_looks_like_one_wrong_total():
    """A correction smaller than the true one exists: the true one changes both cells."""
    (one,) = explain(
        balanced("suqian_city_2024", disputes__review__corrected=170, disputes__review__total=18)
    )
    assert told([one]) == [[{"disputes.review.total": (18, 322)}]]


# ── typical mistakes, as the clerk reads them ─────────────────────────────────────────────────────

MISTAKES = tomllib.loads((TESTS / "cases" / "mistakes.toml").read_text("utf-8"))["mistake"]


def explained(case):
    """Return the corrections of a report with one of the mistakes; "" leaves a cell blank."""
    report = balanced("suqian_city_2024", case["origin"])
    values = {
        **report.values,
        **{key: n if n != "" else None for key, n in case["changes"].items()},
    }
    nil = tuple(case.get("nil", ()))
    if report.origin == "workbook":
        values = recompute(report.edition, values, nil)
    last = balanced(case["last"]) if "last" in case else None
    return explain(replace(report, values=values, nil=nil), last)


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case["name"])
def test_a_clerk_reads_which_cell_it_is_and_why(case):
    found = explained(case)
    assert [sentence(one, "zh") for one in found] == case["told"]
    sheets = [one.answers[0].changes[0].spot.sheet for one in found]
    lines = [brief(one, sheet, "zh", why=True) for one, sheet in zip(found, sheets, strict=True)]
    assert lines == case["brief"]


def test_two_columns_of_a_workbook_are_two_items_though_a_warning_joins_them():
    wrong = {
        "applications__received__natural_person": 3515,
        "applications__received__business": 0,
    }
    found = explain(balanced("suqian_city_2024", "workbook", **wrong))
    assert [(one.size, one.count) for one in found] == [(1, 24), (1, 2)]


# ── properties ────────────────────────────────────────────────────────────────────────────────────


def differences(report, prior):
    """Return {rule: severity} of broken balances, added up independently from the report."""
    numbers = Case(report, prior, frozenset(), frozenset()).numbers
    broken = {"=": ne, "≤": gt, "≥": lt}
    return {
        b.id: b.severity
        for b in report.edition.balances
        if all(numbers.get(key) is not None for key in (*b.left, *b.right))
        and broken[b.relation](*(sum(numbers[k] for k in side) for side in (b.left, b.right)))
    }


def spoiled(rng, origin, scale):
    """Return a report with last year's, some cells wrong; scale: how large the numbers are."""
    form = named("annual-report", rng.choice(("2019", "2021")))
    year = form.years[0]
    last = returns.report_of(form, year, returns.clean(form, rng, 0.3, None), (), {})
    typed = returns.clean(form, rng, rng.choice((0.03, 0.5)), last)
    typed = {k: v * scale if isinstance(v, int) and v else v for k, v in typed.items()}
    values = dict(recompute(form, typed, ()))
    firm = sorted({k for b in form.balances if b.severity == "error" for k in b.keys
                   if k in values and (origin == "json" or k in form.typed)})  # fmt: skip
    for key in rng.sample(firm, rng.randint(1, 4)):
        values[key] = max(0, values[key] + rng.choice((-9, -1, 1, 20)) * scale)
    values = recompute(form, values, ()) if origin == "workbook" else values
    return Report(form, {}, year + 1, values, origin=origin), last if scale == 1 else None


@pytest.mark.parametrize("scale", [1, 10**6])
@pytest.mark.parametrize("origin", ["json", "workbook"])
def test_any_answer_mends_what_it_says_and_breaks_nothing(origin, scale):
    rng, applied = Random(f"{origin} {scale}"), 0  # noqa: S311 - reproducible, no secret
    for _ in range(15):
        report, prior = spoiled(rng, origin, scale)
        before = differences(report, prior)
        found = explain(report, prior)
        assert bool(found) == ("error" in before.values())
        for one in found:
            mended = {broken.rule for broken in one.broken}
            for answer in one.answers[:8]:
                values = {**report.values, **{c.spot.key: c.after for c in answer.changes}}
                values = recompute(report.edition, values, ()) if origin == "workbook" else values
                after = differences(replace(report, values=values), prior)
                assert not mended & set(after)
                assert set(after) <= set(before)
                assert len(answer.changes) == one.size
                applied += 1
    assert applied >= 20


# ── where it is shown ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def wrong(tmp_path):
    """Return the path of a report JSON with one wrong cell."""
    path = tmp_path / "wrong.json"
    report = balanced("suqian_city_2024", applications__granted__natural_person=1411)
    path.write_text(dumps(as_json(report)), encoding="utf-8")
    return str(path)


def run(*arguments):
    return CliRunner().invoke(gouji, ["check", *arguments])


def test_check_shows_corrections_only_where_somebody_asks(wrong):
    assert "应为 1408（现为 1411）" in run(wrong, "--explain", "--lang", "zh").output
    assert "1408" not in run(wrong, "--lang", "zh").output
    plain = json.loads(run(wrong, "--format", "json").output)
    assert plain["files"][0]["explanations"] == []


def test_the_text_in_the_documentation_is_what_check_says(wrong):
    page = (TESTS.parent / "docs" / "commands" / "check.md").read_text("utf-8")
    (shown,) = [block for block in page.split("```") if "若表三" in block]
    output = run(wrong, "--explain", "--lang", "zh").output.splitlines()
    assert [line for line in output if line in shown.splitlines()[2:]] == shown.splitlines()[2:]


def test_the_json_names_cells_numbers_reasons_and_the_findings_that_would_go(wrong):
    (file,) = json.loads(run(wrong, "--explain", "--format", "json", "--lang", "zh").output)[
        "files"
    ]
    (one,) = file["explanations"]
    assert one["rules"] == ["row-total[granted]", "concluded[natural_person]"]
    assert [file["findings"][i]["code"] for i in one["findings"]] == ["row-total", "concluded"]
    assert (one["size"], one["at_least"], one["count"]) == (1, None, 1)
    assert one["candidates"] == [
        {
            "rank": 1,
            "changes": [
                {
                    "key": "applications.granted.natural_person",
                    "sheet": "表三",
                    "at": "D9",
                    "label": "三、本年度办理结果 （一）予以公开 · 自然人",
                    "from": "1411",
                    "to": "1408",
                    "bound": "=",
                }
            ],
            "reasons": [],
        }
    ]


def test_a_correction_comes_back_from_a_store_as_it_went_in(wrong):
    result = examine(wrong)
    slip = balanced("suqian_city_2024", "workbook", applications__granted__natural_person=14080)
    result = replace(result, explanations=(*result.explanations, *explain(slip)))
    assert unpack(pack(result), result.path, result.sha256, ()).explanations == result.explanations


def test_a_waived_difference_asks_for_no_correction():
    report = balanced("suqian_city_2024", applications__carried_in__natural_person=119,
                  applications__carried_in__total=122)  # fmt: skip
    waived = frozenset({"carried-in[natural_person]", "carried-in[total]"})
    rules = {b.rule for one in explain(report, balanced("suqian_city_2023"), (), waived)
             for b in one.broken}  # fmt: skip
    assert rules == {"balance[natural_person]", "balance[total]"}


def test_a_number_of_the_texts_is_a_reason():
    report = balanced("suqian_city_2024", "workbook", applications__received__business=57)
    claim = Claim(3525, "收到申请3525件", ("applications.received.total",))
    (one,) = explain(report, None, (claim,))
    assert told([one])[0][0] == {"applications.received.business": (57, 75)}
    assert {reason.kind for reason in one.answers[0].reasons} >= {"text", "slip"}


def test_exact_money_and_bounds():
    """A part that is more than its whole: the nearest number that would do is called a bound."""
    form = named("site-report", "2017")
    values = dict.fromkeys(form.cells)
    keys = [key for b in form.balances if b.severity == "error" for key in (*b.left, *b.right)]
    values |= {keys[0]: 9, keys[1]: 4}
    report = Report(form, {}, 2017, values, origin="json")
    (one,) = explain(report)
    assert {(c.spot.key, c.after, c.bound) for a in one.answers for c in a.changes} == {
        (keys[0], 4, "≤"),
        (keys[1], 9, "≥"),
    }
    assert "至多应为 4" in sentence(one, "zh")
    assert "至少应为 9" in sentence(one, "zh")
