import json

import pytest

from toolkit.edition import edition
from toolkit.output import rulebook


def form(name):
    return edition.named("annual-report", name)


def test_forms_shows_one_line_an_edition():
    text = rulebook.forms([form("2021"), form("2019")], "zh")
    assert text.splitlines() == [
        "表式           版本  适用年度   指标  填报  自动计算  勾稽关系  文号",
        "annual-report  2021  2021 起    203   169   34        58        国办公开办函〔2021〕30号",
        "annual-report  2019  2019–2020  198   166   32        50        国办公开办函〔2019〕60号",
    ]


def test_forms_shows_examples_below_the_others_under_a_heading():
    site = edition.named("site-report", "2017")
    head, first, blank, heading, last = rulebook.forms([site, form("2021")], "zh").splitlines()
    assert (first.split()[0], blank, last.split()[0]) == ("annual-report", "", "site-report")
    assert rulebook.width(head.partition("版本")[0]) == len("annual-report  ")
    assert heading.startswith("示例（印好的文字还没有与公布的表核对")
    head, blank, heading, last = rulebook.forms([site], "en").splitlines()
    assert heading.startswith("Examples (printed words not held against a published form")
    assert last.split()[:2] == ["site-report", "2017"]


def test_an_example_says_so_in_its_head():
    site = edition.named("site-report", "2017")
    assert "not held against a published form" in rulebook.cells(site, "en").splitlines()[3]
    assert "还没有与公布的表核对" in rulebook.rules(site, "zh", "md")
    assert "核对：" not in rulebook.rules(form("2021"), "zh", "md")


def test_forms_speaks_english():
    first, second = rulebook.forms([form("2021")], "en").splitlines()
    assert first.split() == [
        *("form", "edition", "years", "cells", "typed", "computed", "balances", "issued", "as")
    ]
    assert second.split()[:8] == ["annual-report", "2021", "2021", "on", "203", "169", "34", "58"]


@pytest.mark.parametrize("ident", edition.known(), ids="/".join)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_cells_lists_every_cell_of_the_form_in_its_order(ident, lang):
    it = edition.named(*ident)
    lines = rulebook.cells(it, lang).splitlines()
    keys = [key for line in lines for key in it.cells if f" {key} " in line]
    assert keys == list(it.cells)
    assert [line for line in lines if line in {part.caption for part in it.sections}] == [
        part.caption for part in it.sections
    ]


def test_a_cell_is_listed_with_place_unit_key_and_printed_label():
    lines = [" ".join(line.split()) for line in rulebook.cells(form("2021"), "zh").splitlines()]
    assert (
        "表三 J30 自动计算 件 applications.concluded.total 三、本年度办理结果 （七）总计 · 总计"
        in lines
    )
    assert (
        "表二 B17 填报 万元 proactive.fees.collected"
        " 行政事业性收费 · 第二十条第（八）项 本年收费金额（单位：万元）" in lines
    )
    assert "文字：texts.problems" in lines
    assert (
        "文字：texts.overview，包括 主动公开、依申请公开、政府信息管理、政府信息公开平台建设、监督保障"
        in lines
    )


def test_columns_stand_under_each_other_however_wide_the_characters():
    lines = rulebook.cells(form("2019"), "zh").splitlines()
    own = [line for line in lines if line.startswith("表二")]
    starts = {rulebook.width(line[: line.index("proactive.")]) for line in own}
    assert len(own) == 22
    assert len(starts) == 1


def block(text, name):
    """Return the lines of one rule, blanks apart."""
    part = next(part for part in text.split("\n\n") if part.startswith(f"{name}  ["))
    return [" ".join(line.split()) for line in part.splitlines()]


def test_rules_says_what_each_balance_demands_where_and_of_which_cells():
    assert block(rulebook.rules(form("2021"), "zh", "text"), "balance") == [
        "balance [错误] 表三，7 列",
        "新收 + 上年结转 = 办理结果总计 + 结转下年度",
        "出处：表三表内说明：第一项加第二项之和，等于第三项加第四项之和",
        "自然人 D7 + D8 = D30 + D31",
        "商业企业 E7 + E8 = E30 + E31",
        "科研机构 F7 + F8 = F30 + F31",
        "社会公益组织 G7 + G8 = G30 + G31",
        "法律服务机构 H7 + H8 = H30 + H31",
        "其他 I7 + I8 = I30 + I31",
        "总计 J7 + J8 = J30 + J31 由其余各列得出",
    ]


def test_rules_marks_what_is_a_formula_and_what_may_be_waived():
    text = rulebook.rules(form("2021"), "zh", "text")
    assert "自然人 D30 = SUM(D9:D29) 工作簿中为公式" in block(text, "concluded")
    assert "总计 J30 = SUM(J9:J29) 由其余各列得出" in block(text, "concluded")
    assert "（七）总计 J30 = SUM(D30:I30) 工作簿中为公式" in block(text, "row-total")
    assert "复议后起诉 O7 = SUM(K7:N7) 工作簿中为公式" in block(text, "dispute-total")
    assert "自然人 D8 = 上年D31 可说明原因后豁免" in block(text, "carried-in")
    assert "规章 D6 + C6 = 上年D6 + B6" in block(text, "in-force-chain")
    assert "表三!J28 ≤ 其他事项!B4" in block(text, "processing-fee/notices")


def test_rules_counts_the_cells_of_an_edit_and_names_its_levels():
    text = rulebook.rules(form("2021"), "en", "text")
    assert block(text, "rules-level")[0] == (
        "rules-level [warning] 表二 3 cells (agencies at county, town level)"
    )
    assert block(text, "edition-year")[0] == "edition-year [error] the whole return"
    assert block(text, "text-carried-in")[0] == (
        "text-carried-in [warning] the text of 总体情况, the text of 问题改进, the text of 其他事项"
    )
    assert block(text, "number")[0] == (
        "number [error] 表二 10 cells, 表三 175 cells, 表四 15 cells, 其他事项 3 cells"
    )


@pytest.mark.parametrize("name", ["2019", "2021"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_kinds_of_page_have_every_rule_once(name, lang):
    it = form(name)
    names = list(dict.fromkeys(rule.id.partition("[")[0] for rule in (*it.balances, *it.edits)))
    text, page = rulebook.rules(it, lang, "text"), rulebook.rules(it, lang, "md")
    assert [line.split()[0] for line in text.splitlines() if "  [" in line] == names
    table = [line.split("`")[1] for line in page.splitlines() if line.startswith("| `")]
    assert table == names
    sums = [line for line in page.splitlines() if line.startswith("## ")]
    assert sums == [f"## {code}" for code in names[: len(sums)]]
    assert page.count("= SUM(") == text.count("= SUM(") > 30


def test_the_markdown_table_is_whole():
    lines = rulebook.rules(form("2021"), "zh", "md").splitlines()
    assert lines[0] == "# 政府信息公开工作年度报告（2021 版）"
    assert lines[5] == "| 编号 | 要求 | 级别 | 范围 | 出处 |"
    assert lines[6] == "| --- | --- | --- | --- | --- |"
    assert {line.count("|") for line in lines[5:27]} == {6}


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_rules_as_json_names_every_rule_and_cell(name):
    it = form(name)
    found = json.loads(rulebook.rules(it, "zh", "json"))
    assert [rule["id"] for rule in found] == [rule.id for rule in (*it.balances, *it.edits)]
    first = found[0]
    assert first["sentence"]["zh"] == "新收 + 上年结转 = 办理结果总计 + 结转下年度"
    assert first["cells"] == [
        f"applications.{row}.natural_person"
        for row in ("received", "carried_in", "concluded", "carried_out")
    ]


def test_neighbours_across_and_down_are_not_one_range():
    it = form("2021")
    keys = (
        "applications.received.natural_person",
        "applications.received.business",
        "applications.carried_in.business",
        "applications.granted.business",
        "applications.partly_granted.business",
    )
    assert list(rulebook.terms(it, keys, "en", sheet=False)) == ["D7", "E7", "SUM(E8:E10)"]


def test_a_sign_counts_as_wide_as_it_is_drawn():
    assert [rulebook.width(text) for text in ("D7", "表三", "（七）", "e\u0301", "")] == [
        2,
        4,
        6,
        1,
        0,
    ]
