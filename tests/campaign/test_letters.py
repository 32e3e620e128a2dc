"""Texts of notices: every item with its cells and both numbers, as many as have room, never none."""

import re
from dataclasses import replace
from datetime import date

import pytest
from casebook import balanced

from toolkit.campaign.letters import Addressee, letter, to_mend
from toolkit.campaign.sending import TEXT_LIMIT, Sending, text_file
from toolkit.data import CHINESE, texts
from toolkit.edition.deadline import last_days
from toolkit.edition.edition import named
from toolkit.explain import Answer, Change, Correction
from toolkit.files.examine import Read, judge
from toolkit.finding import Finding, Result, Spot

FORM = named("annual-report", "2021")
SENDING = Sending("示例区政务公开办 010-12345678", today=date(2026, 1, 10))
WHO = Addressee("宿迁市")
COPY = "宿迁市-退回修改.xlsx"


def imported(**changes) -> Result:
    """Return the result of a published report with some cells changed."""
    return judge(Read("宿迁市.json", "", balanced("suqian_city_2024", **changes), ()), None)


def told(result: Result, to=WHO, how="copy", sending=SENDING) -> list[str]:
    """Return the items of a letter, which as a file keeps within the limit."""
    said = letter(result, to, COPY, how, sending)
    assert len(text_file(said.text).decode()) <= TEXT_LIMIT
    assert said.text.startswith("\n".join(said.lead))
    may_explain = texts("sent_back", CHINESE)["may-explain"]
    return [i for i in said.items if i != may_explain and not i.startswith("另有 ")]


def of(*findings: Finding) -> Result:
    """Return a result with these findings only."""
    return replace(imported(), findings=findings)


def wrong(number: int, words: str = "填的是“3件”，应为 3。") -> Finding:
    spot = Spot(f"k{number}", "表三", f"D{number}", "某项")
    return Finding("number", "error", (spot,), words={"zh": f"表三 D{number} {words}"})


def hint(at: str, **more) -> Finding:
    """Return a warning about a cell."""
    spot = Spot(None, "表三", at, "")
    return Finding("prior-jump", "warning", (spot,), words={"zh": f"表三 {at} 相差很大。"}, **more)


def unexplained(*findings: Finding, how: str = "copy") -> list[str]:
    """Return the lines of a letter behind its items."""
    said = letter(of(wrong(1), *findings), WHO, COPY, how, SENDING)
    assert len(text_file(said.text).decode()) <= TEXT_LIMIT
    assert said.items[0].startswith("1. ")
    return list(said.items[1:])


GIVEN = {"reason": "集中办理", "figures": "1", "state": "stands"}


def test_behind_the_errors_stand_the_warnings_without_a_reason_with_their_cells():
    may_explain = texts("sent_back", CHINESE)["may-explain"]
    whole = Finding("identical", "warning", words={"zh": "数完全一样。"})
    void = {**GIVEN, "state": "void"}
    told = unexplained(hint("D7"), hint("D8", explained=GIVEN), hint("D9", explained=void), whole)
    assert told == [
        "另有 3 项提醒还没有说明：表三 D7、表三 D9、与别的单位的数完全相同。",
        may_explain,
    ]
    waived = {"reason": "无误", "by": "", "date": ""}
    assert unexplained(hint("D7", waived=waived), hint("D8", follows=0)) == []
    assert unexplained(hint("D7"), how="plain") == ["另有 1 项提醒还没有说明：表三 D7。"]


def test_of_many_warnings_without_a_reason_as_many_are_named_as_have_room():
    first, _ = unexplained(*(hint(f"D{n}") for n in range(7, 200)))
    assert first.startswith("另有 193 项提醒还没有说明：表三 D7、表三 D8、")
    assert first.endswith(" 等 193 个。")
    crowded = of(*(wrong(n) for n in range(99)), hint("D7"))
    lines = letter(crowded, WHO, COPY, "copy", SENDING).items
    assert lines[-2].startswith("其余 ")


def test_a_reason_that_was_sent_back_is_an_item_with_reason_and_cell():
    refused = {**GIVEN, "state": "refused"}
    (line,) = told(of(hint("D7", explained=refused), hint("D8", explained=GIVEN)))
    assert (
        line == "1. 表三 D7 相差很大。单位说明：集中办理（按 1 写的，没有认可，请改正或另作说明）"
    )
    waived = {"reason": "无误", "by": "", "date": ""}
    assert told(of(hint("D7", explained=refused, waived=waived))) == []


# ── what an item says ─────────────────────────────────────────────────────────────────────────────


def test_one_wrong_cell_is_one_item_and_other_errors_are_items_of_their_own():
    result = imported(applications__granted__natural_person=1411, proactive__rules__issued="两件")
    errors = [finding.code for finding in result.findings if finding.severity == "error"]
    assert errors == ["number", "row-total", "concluded"]
    cell, sums = told(result)
    assert cell.startswith("1. 表二 B6 ")
    assert sums.startswith("2. 表三 “（一）予以公开”相差 3；“自然人”相差 3：")
    assert "D9 应为 1408（现为 1411）" in sums
    assert to_mend(result) == 2
    assert "有 2 项需要改正" in letter(result, WHO, COPY, "copy", SENDING).lead[0]


def test_reasons_are_told_where_all_items_have_room_with_them():
    slips = {"applications__received__natural_person": 3404}
    (line,) = told(imported(**slips))
    assert "（依据：3440 可能颠倒打成了 3404）" in line


def test_what_somebody_answers_for_is_no_item():
    result = imported(applications__granted__natural_person=1411)
    waived = tuple(replace(one, waived={"reason": "…"}) for one in result.findings)
    assert told(replace(result, findings=waived[:1] + result.findings[1:]))[0].startswith("1. ")
    assert told(replace(result, findings=waived)) == []


def correction(*ats: str, **facts) -> Correction:
    """Return a correction with an answer for each address or pair of addresses."""
    cells = {cell.at: cell for cell in FORM.of_table("applications")}
    answers = tuple(
        Answer(
            tuple(Change(Spot.of(cells[at]), 3, 4, "=") for at in one.split("+")),
            facts.get("reasons", ()),
            1,
        )
        for one in ats
    )
    return Correction((), len(ats[0].split("+")), facts.get("count", len(ats)), answers)


def explained(monkeypatch, cause: Correction) -> list[str]:
    """Return the items of a report with one balance broken, of which this is the correction."""
    monkeypatch.setattr("toolkit.campaign.letters.corrections.of", lambda _: [(cause, [0])])
    return told(of(Finding("balance", "error", (Spot("k", "表三", "D7", ""),))))


def test_cells_of_which_any_may_be_wrong_are_all_named_with_both_numbers(monkeypatch):
    ats = [f"D{row}" for row in range(9, 15)]
    (line,) = explained(monkeypatch, correction(*ats))
    for at in ats:
        assert f"{at} 应为 4（现为 3）" in line


def test_of_many_cells_at_least_the_places_are_named(monkeypatch):
    ats = [f"{column}{row}" for row in range(9, 29) for column in "DE"]
    (line,) = explained(monkeypatch, correction(*ats))
    assert "D9–E28 中任何一格加 1" in line
    assert "应为" not in line


def test_both_cells_of_each_of_many_pairs_are_named(monkeypatch):
    pairs = [f"D{row}+E{row}" for row in range(9, 14)]
    (line,) = explained(monkeypatch, correction(*pairs))
    assert all(f"D{row} 应为 4（现为 3）、E{row} 应为" in line for row in range(9, 14))


def test_two_exchanged_numbers_are_told_with_both_cells():
    values = balanced("suqian_city_2024").values
    first, second = (f"applications.received.{name}" for name in ("natural_person", "business"))
    swapped = {first: values[second], second: values[first]}
    (line,) = told(imported(**{key.replace(".", "__"): v for key, v in swapped.items()}))
    assert "D7 应为 3440（现为 75）" in line
    assert "E7 应为 75（现为 3440）" in line


def test_the_other_cell_of_an_exchange_is_named_in_short_texts_too():
    values = balanced("suqian_city_2024").values
    first, second = (f"applications.{name}.natural_person" for name in ("granted", "refused_law"))
    swapped = {first: values[second], second: values[first]}
    result = imported(**{key.replace(".", "__"): v for key, v in swapped.items()})
    crowded = replace(result, findings=(*result.findings, *(wrong(n) for n in range(7, 25))))
    line = next(line for line in told(crowded) if "颠倒" in line)
    assert "D9" in line
    assert "D12" in line


def test_sums_that_no_few_cells_explain_are_an_item_each_with_both_numbers():
    slips = {f"applications__{row}__{column}": 9
             for row in ("granted", "partly_granted", "refused_law", "refused_internal")
             for column in ("business", "research")}  # fmt: skip
    lines = told(imported(**slips))
    assert len(lines) > 3
    assert all(re.search("相加 [0-9]+，相差", line) for line in lines if "项见附件" not in line)


def test_cells_that_a_sentence_leaves_out_are_named_as_ranges():
    ats = ("A7", "B7", "C7", "D7", "F7", "G7", "H7", "I7")
    spots = tuple(Spot(f"k{at}", "表四", at, "") for at in ats)
    finding = Finding("unfilled", "error", spots, words={"zh": "表四 A7 等还有 8 格没有填。"})
    assert told(of(finding)) == ["1. 表四 A7 等还有 8 格没有填。（即 A7–D7、F7–I7）"]
    other = Spot("k", "表三", "D7", "")
    several = replace(finding, cells=(*spots, other, Spot("k", "表三", None, "")))
    assert told(of(several))[0].endswith("（即 表四 A7–D7、表四 F7–I7、表三 D7）")


def test_an_item_whose_sentence_names_no_place_begins_with_it():
    spot = Spot("k", "表三", "D7", "")
    assert told(of(Finding("x", "error", (spot,), words={"zh": "写错了。"}))) == [
        "1. 表三 D7 写错了。"
    ]
    assert told(of(Finding("x", "error", words={"zh": "写错了。"}))) == ["1. 写错了。"]


# ── what has room ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("n", [2, 12, 40, 400])
def test_what_has_no_room_is_counted_in_the_last_line(n):
    lines = told(of(*(wrong(number, "填" * 50) for number in range(7, 7 + n))))
    assert lines[0].startswith("1. 表三 D7 填")
    shown = [line for line in lines if re.match("[0-9]+[.] ", line)]
    assert len(shown) == n or lines[-1] == f"其余 {n - len(shown)} 项见附件"


def test_a_long_first_item_is_told_tersely_with_its_place_and_numbers():
    typed, label = "三千四百四十件" * 100, "很长的指标名称" * 40
    spot = Spot("k", "表三", "D7", label)
    finding = Finding("number", "error", (spot,), found=typed, expected="3440",
                      figures={"proposal": "3440"},
                      words={"zh": "{place} {label}：填的是“{found}”。应为 {expected}。"})  # fmt: skip
    lines = told(of(finding, *(wrong(number) for number in range(8, 30))))
    assert re.fullmatch("1[.] 表三 D7 很.*…：填的是“三千.*…”。应为 3440。", lines[0])
    (alone,) = told(of(finding))
    assert alone.startswith("1. 表三 D7 ")
    assert "应为 3440" in alone


def test_an_item_that_is_too_long_in_any_wording_is_cut_and_there():
    endless = Finding("x", "error", words={"zh": "表三 D7 应为 3，现为 4：" + "字" * 900})
    (line,) = told(of(endless))
    assert line.startswith("1. 表三 D7 应为 3，现为 4：字")
    assert line.endswith("…")
    first, rest = told(of(endless, endless))
    assert first.startswith("1. 表三 D7")
    assert rest == "其余 1 项见附件"


def test_what_was_typed_makes_no_lines_of_its_own():
    typed = "3件\n2. 表三 D8 应为 9\r\n其余 5 项见附件"
    spot = Spot("k", "表三", "D7", "")
    finding = Finding("number", "error", (spot,), found=typed, words={"zh": "{place}：“{found}”。"})
    said = letter(
        replace(of(finding), path="a\nb.xlsx"), Addressee("甲\n局"), COPY, "copy", SENDING
    )
    assert len(said.text.splitlines()) == 4
    assert said.items == ("1. 表三 D7：“3件 2. 表三 D8 应为 9 其余 5 项见附件”。",)


def test_names_that_are_too_long_are_cut():
    long = replace(imported(), path=f"{'某' * 300}.xlsx", findings=(wrong(7),))
    said = letter(long, Addressee("某" * 400), f"{'某' * 300}.xlsx", "copy",
                  replace(SENDING, sender="某\n" * 400))  # fmt: skip
    assert len(text_file(said.text).decode()) <= TEXT_LIMIT
    assert said.items == ("1. 表三 D7 填的是“3件”，应为 3。",)
    assert "….xlsx" in said.lead[0]
    assert "某" * 61 not in said.text.replace("某" * 60 + "…", "")


# ── by when, from whom ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("today", "own", "due", "said"),
    [
        ("2025-01-31", None, None, "在报送期限内（2025年部门报告1月31日前；地区报告3月31日前）"),
        ("2025-02-01", None, None, "保存，尽快原路发回"),
        ("2025-02-01", "2025-02-01", None, "在报送期限内（2025年2月1日前）"),
        ("2025-02-02", "2025-02-01", None, "保存，尽快原路发回"),
        ("2025-02-02", "2025-02-01", "2025-02-09", "保存，于2025年2月9日前原路发回"),
    ],
)
def test_a_deadline_that_has_passed_is_no_day_to_send_back(today, own, due, said):
    days = [date.fromisoformat(day) if day else None for day in (today, own, due)]
    sending = Sending(due=days[2], today=days[0])
    lead = letter(imported(), Addressee("宿迁市", days[1]), COPY, "copy", sending).lead
    assert said in lead[1]
    assert lead[2] == f"（{days[0].year}年{days[0].month}月{days[0].day}日）"


def test_a_leap_day_is_the_last_of_february_in_other_years():
    leap = replace(FORM, deadlines={"agency": "02-29"})
    assert [last_days(leap, year)["agency"] for year in (2023, 2024)] == [
        date(2024, 2, 29),
        date(2025, 2, 28),
    ]


def test_a_file_that_is_nobodys_is_not_addressed_by_its_name():
    result = replace(imported(), path="坏文件.xlsx", report=None, findings=(wrong(7),))
    lead = letter(result, Addressee("坏文件", known=False), None, "reject", SENDING).lead
    assert lead[0] == "报送单位：你单位报来的文件“坏文件.xlsx”没有读取。"


SAID = {
    "duplicate": (
        {"count": "2", "sent": "1"},
        "1. 收到 2 份不同的表，都写着第 1 次报送，不知道以哪份为准。",
    ),
    "other-year": ({}, "1. 这份是 2024 年度的，要报的是 2025 年度。"),
}


@pytest.mark.parametrize("code", SAID)
def test_why_a_return_does_not_count_is_said_in_words_for_its_agency(code):
    figures, line = SAID[code]
    finding = Finding(code, "error", found="2024", expected="2025", figures=figures)
    assert told(of(finding), Addressee("甲局"), "other") == [line]
