"""The roles of printed cells: each drawing beside what a person would fill in."""

import pytest
from sketch import drawn

from toolkit.draft import roles as roles_of
from toolkit.draft.roles import (
    HEADINGS,
    MERGES,
    NOTHING,
    NUMBERS,
    OPEN,
    SHADED,
    SPARE,
    ZEROS,
    roles,
)

CASES = {
    "labels at the left, heads above": (
        "项目 | 数量 | 金额\n收入 | | \n支出 | | ",
        {(1, 1), (1, 2), (2, 1), (2, 2)},
    ),
    "a line without a name, below heads": ("甲 | 乙 | 丙\n | | ", {(1, 0), (1, 1), (1, 2)}),
    "label and blank by turns": ("姓名 | | 电话 | \n地址 | < | | <", {(0, 1), (0, 3), (1, 2)}),
    "below heads that name printed columns nothing is filled in": (
        "序号 | 项目 | 数量 | 备注\n1 | 收入 | | \n2 | 支出 | | ",
        {(1, 2), (2, 2)},
    ),
    "heads between lines": (
        "第一项 | < | <\n内容 | 制发 | 废止\n规章 | | \n第二项 | < | <\n内容 | 决定 | <\n许可 | | <",
        {(2, 1), (2, 2), (5, 1)},
    ),
    "a head with words only in its second half": (
        "收入 | 甲 | 乙\n | | （每年）\n元 | 元 | 元\n1000 | | \n2000 | | \n5000 | | ",
        {(r, c) for r in (3, 4, 5) for c in (1, 2)},
    ),
    "years above and at the left name cells": (
        "年份 | 2019 | 2020 | 2021\n2001 | | | \n2002 | | | \n2003 | | | ",
        {(r, c) for r in (1, 2, 3) for c in (1, 2, 3)},
    ),
    "numbers of columns are printed": (
        "项目 | 数量 | 金额 | 人数\n甲 | 1 | 2 | 3\n收入 | | | \n支出 | | | ",
        {(r, c) for r in (2, 3) for c in (1, 2, 3)},
    ),
    "formulas are filled in where they are named": (
        "项目 | 数量\n收入 | \n支出 | \n合计 | =SUM(B2:B3)",
        {(1, 1), (2, 1), (3, 1)},
    ),
    "boxes to tick": ("是否公开 | □是 □否\n类型 | □甲 □乙 □丙", {(0, 1), (1, 1)}),
    "a sign is printed": ("项目 | 数量 | 金额\n收入 | — | \n支出 | | ", {(1, 2), (2, 1), (2, 2)}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_a_person_would_fill_in_is_filled_in(name):
    picture, wanted = CASES[name]
    found = roles(drawn(picture))
    assert (set(found.filled), dict(found.asked), found.why) == (wanted, {}, "")


ASKED = {
    "a grey cell among white ones": ("项目 | 甲 | 乙\n收入 | | ~grey\n支出 | | ", {(1, 2): SHADED}),
    "printed numbers": ("项目 | 甲 | 乙\n收入 | 5 | \n支出 | | ", {(1, 1): NUMBERS}),
    "printed zeros": ("项目 | 甲 | 乙\n收入 | 0 | \n支出 | | ", {(1, 1): ZEROS}),
    "a heading by its colon": (
        "项目 | 甲 | 乙\n其中： | | \n支出 | | ",
        {(1, 1): HEADINGS, (1, 2): HEADINGS},
    ),
    "a heading by its type": (
        "项目 | 甲 | 乙\n收入~bold | | \n工资 | | \n奖金 | | \n其他 | | ",
        {(1, 1): HEADINGS, (1, 2): HEADINGS},
    ),
    "blank lines at the end": (
        "项目 | 甲 | 乙\n收入 | | \n支出 | | \n | | ",
        {(3, 1): SPARE, (3, 2): SPARE},
    ),
}


@pytest.mark.parametrize("name", ASKED)
def test_a_class_of_cells_is_asked_for(name):
    picture, wanted = ASKED[name]
    found = roles(drawn(picture))
    assert {place: kind for place, (kind, _) in found.asked.items()} == wanted
    assert found.filled
    assert not found.why


def test_cells_that_all_have_one_shade_are_filled_in_without_asking():
    found = roles(drawn("项目 | 甲 | 乙\n收入 | ~yellow | ~yellow\n支出 | ~yellow | ~yellow"))
    assert len(found.filled) == 4
    assert not found.asked


REFUSED = {
    "heads without their merges": ("项目 | 本年 | | 上年 | \n^ | 甲 | 乙 | 甲 | 乙\n收入 | | | | ", MERGES, 1),
    "a long head without its merge": ("项目 | 本年 | | \n^ | 甲 | 乙 | 丙\n收入 | | | \n支出 | | | ", MERGES, 1),
    "groups without their merges": (
        "类 | 项目 | 数量\n收入 | 甲 | \n | 乙 | \n支出 | 丙 | \n | 丁 | ",
        MERGES,
        3,
    ),
    "counters with blank lines": ("序号 | 名称 | 数量\n1 | | \n2 | | \n3 | | ", OPEN, 2),
    "blank lines below heads": ("名称 | 数量 | 金额\n | | \n | | \n | | ", OPEN, 2),
    "more blank lines than named ones": ("名称 | 数量\n甲 | \n | \n | \n | ", OPEN, 3),
    "dots": ("项目 | 数量\n收入 | \n…… | ", OPEN, 3),
    "lines with the same words": ("人 | 数量\n甲 | \n甲 | \n甲 | \n甲 | \n甲 | ", OPEN, 2),
    "words only": ("甲 | 乙\n丙 | 丁", NOTHING, 1),
    "blanks only": (" | \n | ", NOTHING, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_grid_that_is_no_form_is_refused_with_its_line(name):
    picture, why, row = REFUSED[name]
    found = roles(drawn(picture))
    assert (found.why, found.row) == (why, row)


def test_the_share_of_words_in_a_head_is_the_contracts():
    assert roles_of.BAND == 0.85
