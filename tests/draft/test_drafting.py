"""From a form to its edition file: keys, kinds, units, sums, and what the file says of its draft."""

from dataclasses import replace

import pytest
from sketch import YEARLY, drawn, workbook

from toolkit.blank.build import build
from toolkit.draft.drafted import drafted
from toolkit.draft.facts import CellFacts, facts, names_of
from toolkit.draft.keys import keys, noted, plain_name
from toolkit.draft.original import Original, original
from toolkit.draft.remarks import RemarksError, remarks_in
from toolkit.draft.roles import roles
from toolkit.draft.totals import NoSumError, terms
from toolkit.draft.written import DraftHead, edition_text
from toolkit.edition.edition import Edition, named, resolve
from toolkit.edition.parse import parse_text
from toolkit.report.report import Report
from toolkit.returned.read import read

HEAD = DraftHead("form", "draft", 2025, "表.xlsx")


def draft(*grids):
    return drafted(Original(grids, tuple(grid.sheet for grid in grids), ()))


def text_of(*grids, answers=None):
    return edition_text(draft(*grids), answers or {}, HEAD)


def edition_of(*grids, answers=None) -> Edition:
    return resolve(parse_text(text_of(*grids, answers=answers), "draft.toml"))


def taken(picture, *above):
    """Return {place: facts} of a drawing."""
    grid = drawn(picture, *above)
    found = roles(grid)
    return facts(grid, found, [*found.filled, *found.asked])


# ── kinds and units ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("picture", "place", "wanted"),
    [
        ("项目 | 数量\n甲 | \n乙 | ", (1, 1), CellFacts("count")),
        ("项目 | 数量\n收入（万元） | \n支出（件） | ", (1, 1), CellFacts("money", "万元")),
        ("项目 | 数量\n收入（万元） | \n支出（件） | ", (2, 1), CellFacts("count", "件")),
        ("项目 | 面积（单位：亩）\n甲 | \n乙 | ", (1, 1), CellFacts("money", "亩")),
        ("项目 | 单位 | 数\n甲 | 户 | \n乙 | 元 | ", (1, 2), CellFacts("count", "户")),
        ("项目 | 单位 | 数\n甲 | 户 | \n乙 | 元 | ", (2, 2), CellFacts("money", "元")),
        ("收入 | 甲\n元 | 元\n乙 | \n丙 | ", (2, 1), CellFacts("money", "元")),
        ("姓名 | | 电话 | ", (0, 1), CellFacts("text")),
        ("填报日期 | | 人数 | ", (0, 1), CellFacts("date")),
        ("项目 | 完成率\n甲 | \n乙 | ", (1, 1), CellFacts("money")),
        ("项目 | 数\n甲 | ~code 0.00%\n乙 | ~code @", (1, 1), CellFacts("money", "%")),
        ("项目 | 数\n甲 | ~code 0.00%\n乙 | ~code @", (2, 1), CellFacts("text")),
        ("项目 | 数\n甲 | ~day\n乙 | TRUE", (1, 1), CellFacts("date")),
        ("项目 | 数\n甲 | 1.5\n乙 | ", (2, 1), CellFacts("money")),
        ("项目 | 数\n甲 | ~whole\n乙 | 1.5", (1, 1), CellFacts("count")),
        ("项目 | 数\n甲 | ~list 优,良\n乙 | ", (1, 1), CellFacts("choice", "", ("优", "良"))),
        ("项目 | 数\n甲 | ~list 是,否\n乙 | ", (1, 1), CellFacts("yes-no")),
        ("项目 | 数\n甲 | TRUE\n乙 | ", (1, 1), CellFacts("yes-no")),
        ("项目 | 数\n甲 | ~list 只有一个\n乙 | ", (1, 1), CellFacts("count")),
        ("公开 | □是 □否\n类型 | ☐甲☐乙", (0, 1), CellFacts("yes-no")),
        ("公开 | □是 □否\n类型 | ☐甲☐乙", (1, 1), CellFacts("choice", "", ("甲", "乙"))),
        ("项目 | 负责人\n甲 | =B3+B4\n乙 | \n丙 | ", (1, 1), CellFacts("count")),
    ],
)
def test_a_cell_takes_what_its_words_say(picture, place, wanted):
    assert taken(picture)[place] == wanted


def test_the_unit_above_a_table_is_that_of_its_numbers():
    found = taken("项目 | 数量\n收入 | \n单位名称 | ", "年报", "填报单位：    单位：万元")
    assert found == {(1, 1): CellFacts("money", "万元"), (2, 1): CellFacts("text")}


def test_a_total_takes_what_its_parts_take():
    table = draft(drawn("项目 | 数\n甲（元） | \n乙（元） | \n合计 | =B2+B3")).tables[0]
    assert table.facts[3, 1] == CellFacts("money", "元")


# ── keys ──────────────────────────────────────────────────────────────────────────────────────────


def test_common_words_and_notes_give_keys_and_numbers_the_rest():
    grid = drawn(
        "项目 | 本年~note 见附注 | 上年 | 合计\n1.小计 | | | \n其他 | | | ~note #all\n"
        "收件~note #received | | ~note #x.y | \n小计 | | | \nNet pay (EUR) | | | "
    )
    found = roles(grid)
    keyed = keys(grid, {place: names_of(grid, found, place) for place in found.filled})
    assert keyed[1, 1] == "subtotal.this_year"
    assert keyed[1, 3] == "subtotal.total"
    assert keyed[2, 3] == "other.all"
    assert keyed[3, 1] == "received.this_year"
    assert keyed[3, 2] == "x.y"
    assert keyed[4, 1] == "r5.this_year"
    assert keyed[5, 2] == "net_pay.last_year"
    assert len(set(keyed.values())) == len(keyed)


def test_a_key_that_is_taken_is_not_given_twice():
    grid = drawn("项目 | 本年\n小计 | \n其他 | ~note #subtotal.this_year")
    found = roles(grid)
    keyed = keys(grid, {place: names_of(grid, found, place) for place in found.filled})
    assert keyed == {(1, 1): "subtotal.this_year", (2, 1): "other.this_year"}


def test_columns_with_other_heads_further_down_have_numbers():
    grid = drawn("甲 | 小计\n收入 | \n乙 | 其他\n支出 | ")
    found = roles(grid)
    keyed = keys(grid, {place: names_of(grid, found, place) for place in found.filled})
    assert keyed == {(1, 1): "revenue.c2", (3, 1): "expense.c2"}


def test_a_name_is_of_plain_letters():
    assert [plain_name(t) for t in ("Total", "（一）合计", "不予公开", "12", "9a b")] == [
        "total", "total", "", "", "a_b"]  # fmt: skip
    assert [noted(t) for t in ("#a", "看 #a.b_c", "#A", "")] == ["a", "a.b_c", "", ""]


# ── formulas ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "formula",
    [
        "A1*2", "SUM(A1", "A1:B2+", "SUM(A1)B1", "MAX(A1:A2)", "名称", "IF(A1,B1,C1)", "", "-",
        "SUM(A1:XFD9)", "INDEX(A1:B2,9,9)", "INDEX(A1:B2,1)", "INDEX(A1:B2,X1,1)", "A1&B1",
        "(" * 60 + "A1" + ")" * 60,
    ],
)  # fmt: skip
def test_any_other_formula_is_no_sum(formula):
    with pytest.raises(NoSumError):
        terms(formula, "a")


def test_a_formula_is_read_as_a_sum():
    def places(formula):
        return {spot: times for (_, spot), times in terms(formula, "a").items()}

    assert places("SUM(A1:A2,B1)+0") == {(1, 1): 1, (2, 1): 1, (1, 2): 1}
    assert places("-(A1-B1)-C1+C1") == {(1, 1): -1, (1, 2): 1}
    assert places('IF(SUM(A1,B1)=0,"",ROUND(IFERROR(A1+B1,0),2))') == {(1, 1): 1, (1, 2): 1}
    assert places("SUM(INDEX($A$1:$C$9,2,1):INDEX($A$1:$C$9,2,2))") == {(2, 1): 1, (2, 2): 1}
    assert places("ROUND(A1)") == {(1, 1): 1}
    assert terms("其他表!B2", "a") == {("其他表", (2, 2)): 1}


SUMS = """
项目 | 甲 | 乙 | 合计
收入 | | | =B2+C2
支出 | | | =B3+C3
结余 | =B2-B3 | =C2-C3 | =D2*1
"""


def test_formulas_of_one_shape_are_one_balance_and_a_difference_computes_nothing():
    edition = edition_of(drawn(SUMS))
    assert {b.id: (b.left, b.right, b.computes) for b in edition.balances} == {
        "form-formula/f1[revenue]": (("t1.revenue.total",), ("t1.revenue.c2", "t1.revenue.c3"), True),
        "form-formula/f1[expense]": (("t1.expense.total",), ("t1.expense.c2", "t1.expense.c3"), True),
        "form-formula/f2[c2]": (("t1.r4.c2", "t1.expense.c2"), ("t1.revenue.c2",), False),
        "form-formula/f2[c3]": (("t1.r4.c3", "t1.expense.c3"), ("t1.revenue.c3",), False),
    }  # fmt: skip
    assert "t1.r4.total: =D2*1" in text_of(drawn(SUMS))


def test_a_formula_over_two_tables_names_whole_keys_and_one_over_strangers_is_typed():
    first = drawn("项目 | 数\n收入 | \n支出 | ", sheet="一")
    other = drawn("项目 | 数\n小计 | =一!B2+一!B3\n其他 | =一!Z9\n重复 | =一!B2+一!B2", sheet="二")
    edition = edition_of(first, other)
    assert [(b.left, b.right, b.table) for b in edition.balances] == [
        (("t2.subtotal.c2",), ("t1.revenue.c2", "t1.expense.c2"), None)
    ]


def test_formulas_over_several_units_or_of_themselves_are_no_balance():
    edition = edition_of(drawn("项目 | 数\n甲（元） | \n乙（件） | \n合计 | =B2+B3\n再合计 | =B5"))
    assert edition.balances == ()


def test_a_formula_that_adds_nothing_is_told_and_its_cell_typed():
    grid = drawn('项目 | 数\n甲 | \n乙 | =-B2\n丙 | ="\x7f"')
    assert edition_of(grid).balances == ()
    assert "=-B2" in text_of(grid)
    assert "\x7f" not in text_of(grid)


def test_a_formula_over_printed_blanks_leaves_them_out():
    edition = edition_of(drawn("项目 | 数 | 备注\n收入 | | \n支出 | | \n合计 | =SUM(B2:C3) | "))
    assert [b.right for b in edition.balances] == [("t1.revenue.c2", "t1.expense.c2")]


def test_a_formula_over_rows_and_columns_names_whole_keys():
    edition = edition_of(drawn("项目 | 甲 | 乙\n收入 | | \n支出 | | \n合计 | =SUM(B2:C3) | "))
    assert [(b.table, len(b.right)) for b in edition.balances] == [(None, 4)]


def test_words_to_choose_from_are_written_with_their_cell():
    cells = edition_of(drawn("类型 | □甲 □乙\n人数 | ")).cells
    assert [cell.choices for cell in cells.values()] == [("甲", "乙"), ()]


def test_brackets_without_a_unit_give_none():
    assert taken("项目 | 数（本年）（件）（不含乙）\n甲 | \n丙 | ")[1, 1] == CellFacts(
        "count", "件"
    )


# ── the file ──────────────────────────────────────────────────────────────────────────────────────


def test_the_file_is_an_edition_with_the_grid_as_it_was():
    grid = drawn(YEARLY, "某市收支情况表", "填报单位：", sheet="收支")
    edition = edition_of(grid)
    section = edition.tables["t1"]
    assert (edition.title, section.caption, section.sheet) == (
        "某市收支情况表",
        "某市收支情况表",
        "收支",
    )
    assert section.merges == ((0, 0, 2, 1), (0, 1, 2, 1), (0, 2, 1, 2), (0, 4, 2, 1))
    assert section.labels[2, 0] == "一、收入"
    assert section.labels[2, 4] == ""
    kinds = {key: (cell.kind, cell.unit) for key, cell in edition.cells.items()}
    assert kinds["t1.revenue.number"] == ("count", "项")
    assert kinds["t1.revenue.amount"] == ("money", "万元")
    assert [edit.code for edit in edition.edits] == ["unfilled", "number", "edition-year"]
    assert set(edition.computes) == {"t1.total.number", "t1.total.amount"}


def test_words_and_days_are_asked_for_too_and_a_form_of_words_has_no_numbers():
    edition = edition_of(drawn("姓名 | | 电话 | \n填报日期 | | 地址 | "))
    assert [edit.code for edit in edition.edits] == ["unfilled", "entry", "edition-year"]


def test_signs_of_the_grid_are_no_labels():
    grid = drawn("项目 | 数 | 量\n甲 | | \n@乙 | | \n丙 | | ")
    fields = dict(grid.fields)
    fields[0, 1] = replace(fields[0, 1], text="<")
    fields[0, 2] = replace(fields[0, 2], text="^")
    edition = edition_of(replace(grid, fields=fields))
    labels = edition.tables["t1"].labels
    assert (labels[0, 1], labels[0, 2], labels[2, 0]) == ("＜", "＾", "＠乙")


def test_sheets_and_captions_that_are_the_same_are_told_apart():
    one = "项目 | 数\n甲 | \n乙 | "
    edition = edition_of(
        drawn(one, "收支表", sheet="填报说明"), drawn(one, "收支表", sheet="a/b"), drawn(one, sheet="A B"),
        drawn(one, sheet="*"), drawn(one, sheet="?"),
    )  # fmt: skip
    sections = edition.sections
    assert len({part.sheet.lower() for part in sections}) == 5
    assert sections[1].caption == f"收支表 ({sections[1].sheet})"


def test_a_cell_of_an_unusual_kind_has_facts_of_its_own_and_a_column_shares_them():
    text = text_of(drawn("项目 | 金额 | 人数\n甲 | | \n乙 | | \n丙（人） | | "))
    assert 'cells."*.amount" = { kind = "money" }' not in text
    assert 'cells."*.amount" = { kind = "money" }' in text_of(
        drawn("项目 | 金额 | 人数\n甲 | | \n乙 | | ")
    )


def test_a_form_without_a_title_or_a_table_has_none():
    assert draft(drawn("甲 | 乙\n丙 | 丁")).tables == ()
    assert draft().title == ""
    assert draft(drawn("项目 | 数\n甲 | \n乙 | ")).title == "Sheet1"


def test_a_blank_can_be_filled_in_and_read_at_once(tmp_path):
    (tmp_path / "form").mkdir()
    text = text_of(drawn(YEARLY, "某市收支情况表"))
    (tmp_path / "form" / "draft.toml").write_text(text, encoding="utf-8")
    edition = named("form", "draft", (tmp_path,))
    agency = {"name": "东山县财政局", "code": None, "level": None}
    values = dict.fromkeys(edition.cells) | {
        "t1.revenue.number": 3, "t1.r4.number": 2, "t1.other.number": 0,
        "t1.revenue.amount": 5, "t1.r4.amount": 0, "t1.other.amount": 0,
    }  # fmt: skip
    report = Report(edition, agency, 2025, values, origin="workbook")
    back = read(build(edition, report), (tmp_path,)).report
    assert back.values == report.values | {"t1.total.number": 5, "t1.total.amount": 5}


# ── questions and remarks ─────────────────────────────────────────────────────────────────────────

ASKED = drawn("项目 | 甲 | 乙 | 丙\n收入 | 5 | | ~grey\n支出 | 7 | | \n合计 | =B2+B3 | | ")


def test_questions_are_proposed_by_class_with_their_cells():
    found = draft(ASKED)
    assert [(q.code, q.answer, len(q.cells)) for q in found.asked] == [
        ("numbers", "fill", 2), ("shaded", "leave", 1)]  # fmt: skip
    remarks = remarks_in(text_of(ASKED))
    assert remarks.form == "表.xlsx"
    assert remarks.unconfirmed == ("Sheet1",)
    assert [(one.code, one.colour, one.answer) for one in remarks.asked] == [
        ("numbers", "", "fill"), ("shaded", "D9D9D9", "leave")]  # fmt: skip
    assert [(c.place, c.key, c.printed) for c in remarks.asked[0].cells] == [
        ((1, 1), "revenue.c2", "5"), ((2, 1), "expense.c2", "7")]  # fmt: skip


def test_another_answer_leaves_printed_numbers_and_their_sum_out():
    edition = edition_of(ASKED, answers={0: "leave", 1: "fill"})
    assert "t1.revenue.c2" not in edition.cells
    assert "t1.revenue.c4" in edition.cells
    assert edition.balances == ()
    assert edition.tables["t1"].labels[1, 1] == "5"


@pytest.mark.parametrize(
    ("picture", "wanted"),
    [
        ("项目 | 甲\n收入 | ~grey ~unlocked\n支出 | ", "fill"),
        ("项目 | 甲\n收入 | ~grey ~locked\n支出 | ~unlocked", "leave"),
        ("项目 | 甲\n收入 | ~yellow\n支出 | ", "fill"),
        ("项目 | 甲 | 乙\n收入 | ~grey | ~grey\n支出 | | ~grey", "fill"),
        ("项目 | 甲\n收入 | 0\n支出 | ", "fill"),
        ("项目 | 甲 | 乙 | 丙\n收入 | 7 | | \n支出 | | | \n其他 | | | ", "leave"),
        ("项目 | 甲\n收入： | \n支出 | ", "fill"),
        ("项目 | 甲 | 乙\n收入： | | \n支出 | | ", "leave"),
        ("项目 | 甲 | 乙\n收入 | | \n支出 | | \n | | ", "leave"),
    ],
)
def test_the_proposed_answer_goes_by_what_is_usual(picture, wanted):
    asked = draft(drawn(picture)).asked
    assert (asked[0].answer if asked else "fill") == wanted


@pytest.mark.parametrize(
    "broken", ["#? [[question]]", "#? [[question", "#? [[formula]]\n#? key = 1"]
)
def test_remarks_that_somebody_broke_are_refused(broken):
    with pytest.raises(RemarksError):
        remarks_in(broken)


def test_a_file_without_remarks_has_none():
    assert remarks_in('form = "x"\n') == remarks_in("")


def test_a_drawing_is_read_from_a_workbook_as_it_was_drawn():
    source = workbook(("收支", ("某市收支情况表", "单位：万元"), YEARLY))
    found = original(source)
    assert [grid.size for grid in found.grids] == [(6, 5)]
    assert found.grids[0].above == ("某市收支情况表", "单位：万元")
    assert roles(found.grids[0]).filled == roles(drawn(YEARLY)).filled
