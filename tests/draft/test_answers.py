"""Questions in 勾稽.xlsx, other answers in the edition file, 草稿.xlsx, and what is left to do."""

import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from sketch import drawn, saved, workbook
from test_drafting import HEAD, draft, text_of

from toolkit.draft.adopt import AdoptError, adopted, renamed
from toolkit.draft.checklist import checklist
from toolkit.draft.proof import CHANGED, FILLED, GONE, proof
from toolkit.draft.remarks import remarks_in
from toolkit.draft.review import AnswerError, answers_in, pages
from toolkit.draft.written import edition_text
from toolkit.edition.edition import resolve
from toolkit.edition.parse import parse_text
from toolkit.output.lists import HEAD_ROW, written

FORM = drawn(
    "项目 | 金额 | 人数 | 说明\n收入 | 5 | | \n支出 | 7 | ~grey | \n其他 | | | \n合计 | =SUM(B2:B4) | =SUM(C2:C4) | ",
    sheet="收支",
)  # fmt: skip
NUMBERS, SHADED = 0, 1


def edition(text):
    return resolve(parse_text(text, "draft.toml"))


def filled(source, **answers):
    """Return 勾稽.xlsx with answers written into it, by the row of a question."""
    book = load_workbook(io.BytesIO(source))
    for row, answer in answers.items():
        book["提问"].cell(HEAD_ROW + int(row[1:]), 5, answer)
    return saved(book)


def test_each_question_is_a_row_with_its_proposed_answer():
    (page,) = pages(remarks_in(text_of(FORM)))
    assert [(row[0], row[2], row[3], row[4]) for row in page.rows] == [
        (1, 2, "收支 B5 (5)；收支 B6 (7)", "要填"),
        (2, 1, "收支 C6", "不填"),
    ]
    assert page.columns[-1].words == ("要填", "不填")
    assert "D9D9D9" in str(page.rows[1][1])


def test_many_cells_are_shown_by_the_first_ones():
    rows = "\n".join(f"第{n} | {n + 7}" for n in range(1, 7))
    (page,) = pages(remarks_in(text_of(drawn(f"项目 | 数\n{rows}\n别的 | "))))
    assert str(page.rows[0][3]).endswith("…")
    assert page.rows[0][2] == 6


def test_a_form_that_asks_nothing_has_no_sheet():
    assert pages(remarks_in(text_of(drawn("项目 | 数\n甲 | \n乙 | ")))) == []


def test_answers_are_read_by_their_number_and_blanks_keep_the_proposed_one():
    remarks = remarks_in(text_of(FORM))
    source = written(pages(remarks))
    assert answers_in(source, remarks.asked) == {0: "fill", 1: "leave"}
    changed = filled(source, r1="不填", r2="", r9="要填")
    assert answers_in(changed, remarks.asked) == {0: "leave"}
    assert answers_in(workbook(("甲", (), "")), remarks.asked) == {}
    with pytest.raises(AnswerError) as error:
        answers_in(filled(source, r2="也许"), remarks.asked)
    assert (error.value.number, error.value.given) == (2, "也许")


def test_other_answers_change_cells_sums_and_remarks_and_nothing_else():
    text = text_of(FORM).replace("# 由原表拟成", "# 我的话\n# 由原表拟成")
    new = adopted(text, {NUMBERS: "leave", SHADED: "fill"}, "draft.toml")
    before, after = edition(text), edition(new)
    gone = {"t1.revenue.amount", "t1.expense.amount"}
    assert before.cells.keys() - after.cells.keys() == gone
    assert after.cells.keys() - before.cells.keys() == {"t1.expense.persons"}
    assert after.tables["t1"].labels[1, 1] == "5"
    assert {b.left[0]: b.right for b in after.balances} == {
        "t1.total.persons": ("t1.revenue.persons", "t1.expense.persons", "t1.other.persons")
    }
    assert "# 我的话" in new
    assert new.count("# >>>") == 1
    assert [one.answer for one in remarks_in(new).asked] == ["leave", "fill"]
    again = adopted(new, {NUMBERS: "fill", SHADED: "leave"}, "draft.toml")
    assert again == text


def test_answers_that_are_as_before_change_nothing():
    text = text_of(FORM)
    assert adopted(text, {NUMBERS: "fill", SHADED: "leave"}, "draft.toml") == text


def test_all_cells_of_a_line_may_change_at_once():
    text = text_of(drawn("项目 | 甲 | 乙\n收入 | 5 | 6\n支出 | 7 | 8\n其他 | | "))
    new = adopted(text, {0: "leave"}, "draft.toml")
    assert len(edition(text).cells) - len(edition(new).cells) == 4
    again = adopted(new, {0: "fill"}, "draft.toml")
    assert edition(again).fingerprint == edition(text).fingerprint


def test_facts_of_a_cell_come_and_go_with_it():
    form = drawn(
        "项目 | 数 | 量\n甲（元） | 5.5 | \n乙（件） | | \n丙（件） | | \n丁（件） | | \n戊（件） | | \n己（件） | | "
    )
    text = edition_text(draft(form), {0: "leave"}, HEAD)
    assert 'cells."r2.c2"' not in text
    new = adopted(text, {0: "fill"}, "draft.toml")
    assert edition(new).cells["t1.r2.c2"].unit == "元"
    assert adopted(new, {0: "leave"}, "draft.toml") == text


def test_patterns_over_listed_columns_stay():
    text = text_of(FORM)
    listed = (
        text.replace('unit = "x"', "")
        .replace(
            '  ["其他", "@other.amount", "@other.persons", ""],',
            '  ["其他", "@other.*", ""],',
        )
        .replace('sheet = "收支"\n', 'sheet = "收支"\ncolumns = ["amount", "persons"]\n', 1)
    )
    new = adopted(listed, {SHADED: "fill"}, "draft.toml")
    assert "t1.expense.persons" in edition(new).cells


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('sheet = "收支"\ntable', 'sheet = "别的"\ntable'),
        ('  ["收入", "@revenue.amount", "@revenue.persons", ""],\n', ""),
        ('  ["收入", "@revenue.amount", "@revenue.persons", ""],', '  ["收入", "@revenue.amount",\n"@revenue.persons", ""],'),
    ],
)  # fmt: skip
def test_a_file_whose_grid_was_changed_is_refused_with_the_cell(was, now):
    text = text_of(FORM)
    head, sign, tail = text.partition("#? ")
    assert was in head
    short = head.replace(was, now)
    if not now:
        short = (
            short.replace('  ["支出", "@expense.amount", "", ""],\n', "")
            .replace('  ["其他", "@other.amount", "@other.persons", ""],\n', "")
            .replace('  ["合计", "@total.amount", "@total.persons", ""],\n', "")
        )
    with pytest.raises(AdoptError) as error:
        adopted(short + sign + tail, {NUMBERS: "leave"}, "draft.toml")
    assert error.value.key == "revenue.amount"


def test_a_file_without_the_marks_of_its_sums_keeps_them_as_they_are():
    text = (
        text_of(drawn("项目 | 甲\n收入 | 5\n支出 | ")).replace("# >>>\n", "").replace("# <<<\n", "")
    )
    assert edition(adopted(text, {0: "leave"}, "x.toml")).balances == ()


def test_a_copy_takes_the_name_of_its_file():
    text = 'form = "form"\nname = "2025"\n'
    assert renamed(text, "2025", "mine", "2026") == 'form = "mine"\nname = "2026"\n'
    assert renamed(text, "2024", "mine", "2026") == 'form = "mine"\nname = "2025"\n'
    assert renamed("", "2024", "mine", "2026") == ""


# ── 草稿.xlsx ─────────────────────────────────────────────────────────────────────────────────────


def test_the_proof_shows_the_form_beside_the_blank_with_differences_coloured():
    form = replace(FORM, fields=dict(FORM.fields))
    book = load_workbook(io.BytesIO(proof(draft(form), {})))
    page = book["收支"]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=7, max_row=11)]
    assert rows[1] == ["收入", "5", None, None, None, "收入", "（填）", "（填）", None]
    assert rows[4] == [
        "合计",
        "=SUM(B2:B4)",
        "=SUM(C2:C4)",
        None,
        None,
        "合计",
        "（填）",
        "（填）",
        None,
    ]
    colours = {at: page[at].fill.fgColor.rgb[-6:] for at in ("B8", "C8", "C9", "D8", "G8")}
    assert colours == {"B8": CHANGED, "C8": FILLED, "C9": GONE, "D8": GONE, "G8": CHANGED}
    assert page["B11"].data_type == "s"
    assert book.sheetnames == ["收支"]


def test_the_proof_lists_what_was_not_taken():
    wide = drawn("项目 | 本年 | <\n甲 | =B9*2 | \n乙 | | ", sheet="甲")
    found = draft(replace(wide, widths=()), drawn("甲 | 乙\n丙 | 丁", sheet="乙"))
    book = load_workbook(io.BytesIO(proof(found, {})))
    lines = [cell.value for cell in book["没有采用"]["A"] if cell.value]
    assert len(lines) == 3
    assert "《乙》" in lines[1]
    assert "=B9*2" in lines[2]
    assert str(book["甲"].merged_cells).count("B7:C7") == 1


def test_a_formula_that_is_left_out_is_blank_at_the_right():
    found = draft(drawn("项目 | 数\n甲 | \n乙 | \n | =B2+B3"))
    page = load_workbook(io.BytesIO(proof(found, {})))["Sheet1"]
    assert [page[at].value for at in ("B10", "E10")] == ["=B2+B3", None]


# ── what is left to do ────────────────────────────────────────────────────────────────────────────


def test_what_is_left_to_do_is_listed():
    text = text_of(FORM)
    lines = list(checklist(edition(text), remarks_in(text), "zh"))
    assert lines[0] == "还没有人对照原表核对过文字的表 1 张：收支。"
    assert lines[1].startswith("问题 1（2 格）：")
    assert lines[1].endswith("现在：要填。")
    assert lines[-1] == "表头还有 2 处待填：source，citation。"
    assert len(lines) == 4


def test_cells_in_no_balance_and_texts_without_rules_are_listed_and_a_finished_file_has_nothing():
    text = text_of(drawn("项目 | 数\n甲 | \n乙 | "))
    more = text.replace(
        "[[edit]]", '[[section]]\ncaption = "说明"\nsheet = "说明"\ntext = "words"\n\n[[edit]]', 1
    )
    lines = list(checklist(edition(more), remarks_in(""), "en"))
    assert lines[0] == "Numbers in no balance (2): Sheet1 B5, Sheet1 B6."
    assert lines[1] == "Texts without a rule (1): 说明."
    done = more.replace("（待填：", "（").replace("[[edit]]", """[[edit]]
code = "words"
kind = "text"
texts = ["words"]
source = "甲"
rule = { zh = "甲", en = "a" }

[[balance]]
code = "all"
equation = "t1.r2.c2 <= t1.r3.c2"
source = "甲"
rule = { zh = "甲", en = "a" }
message = { zh = "甲", en = "a" }

[[edit]]""", 1)  # fmt: skip
    assert list(checklist(edition(done), remarks_in(""), "zh")) == []
