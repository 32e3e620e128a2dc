"""Cells of small forms found on pages of plain texts: nothing here is a workbook."""

import pytest

from toolkit.documents import heading
from toolkit.documents.drawn import DrawnPage
from toolkit.documents.locate import MANY, locate
from toolkit.documents.printed import lines
from toolkit.edition.edition import build, named

HEADED = [
    ["项目", "甲栏", "乙栏", "丙栏"],
    ["子行", "@one.a", "@one.b", "@one.c"],
    ["丑行", "@two.a", "@two.b", "@two.c"],
]
BESIDE = [["子项（元）", "@one.a"], ["丑项", "@two.a"], ["丑项", "@three.a"], ["寅项", "@four.a"]]
TALL = [["组", "@one.a"], ["^", "@two.a"]]
WIDE = [["项目", "本年", "<"], ["子行", "@one.a", "<"]]
SEVERAL = [["子行", "@one.a", "@one.b"]]


def edition(grid):
    section = {"caption": "一、表", "sheet": "表一", "table": "t", "grid": grid}
    return build(
        {
            "form": "f",
            "name": "1",
            "title": "年度报表",
            "source": "s",
            "citation": "c",
            "years": {"from": 2020},
            "section": [section],
        },
        "f.toml",
    )


def page(*rows, name="p", **more):
    cells = {
        (r, c): text
        for r, row in enumerate(rows, 1)
        for c, text in enumerate(row, 1)
        if text not in ("", None)
    }
    return DrawnPage(name, {place: str(text) for place, text in cells.items()}, **more)


def found(grid, *pages):
    """Return ({key without table: (page, place)}, {key: why it was missed})."""
    there = locate(edition(grid), pages)
    return (
        {key[2:]: (one.name, place) for key, (one, place) in there.places.items()},
        {one.key[2:]: one.why for one in there.missed},
    )


def test_a_cell_is_where_its_row_and_its_head_meet():
    drawn = page(
        ["", "x"], ["项 目", "甲栏", "乙栏", "丙栏"], [], ["丑行", 1, 2, 3], ["子行", 4, 5]
    )
    places, missed = found(HEADED, drawn)
    assert missed == {}
    assert places == {
        "one.a": ("p", (5, 2)), "one.b": ("p", (5, 3)), "one.c": ("p", (5, 4)),
        "two.a": ("p", (4, 2)), "two.b": ("p", (4, 3)), "two.c": ("p", (4, 4)),
    }  # fmt: skip


def test_heads_in_another_order_are_heads_and_one_that_is_there_twice_is_none():
    drawn = page(
        ["项目", "丙栏", "甲栏", "乙栏", "乙栏"], ["子行", 1, 2, 3, 4], ["丑行", 5, 6, 7, 8]
    )
    places, missed = found(HEADED, drawn)
    assert {key: place for key, (_, place) in places.items()} == {
        "one.c": (2, 2), "one.a": (2, 3), "two.c": (3, 2), "two.a": (3, 3),
    }  # fmt: skip
    assert missed == {"one.b": "twice", "two.b": "twice"}


def test_a_label_that_reaches_below_a_head_has_pushed_the_numbers_aside():
    heads = ["项目", "甲栏", "乙栏", "丙栏"]
    drawn = page(heads, ["丑行", 4, 5, 6], ["子行", "", 1, 2, 3], merges=[(3, 1, 3, 2)])
    places, missed = found(HEADED, drawn)
    assert missed == {"one.a": "column", "one.b": "column", "one.c": "column"}
    assert set(places) == {"two.a", "two.b", "two.c"}


def test_two_whole_rows_of_heads_above_a_row_are_two_places():
    both = [
        ["项目", "甲栏", "乙栏", "丙栏"],
        ["子行", "@one.a", "@one.b", "@one.c"],
        ["项目", "丁栏", "戊栏", "己栏"],
        ["丑行", "@two.d", "@two.e", "@two.f"],
    ]
    row = ["甲栏", "乙栏", "丙栏"]
    places, missed = found(both, page(["", *row, "丁栏", *row], ["子行", 1, 2, 3, 4, 5, 6, 7]))
    assert places == {}
    assert {missed[f"one.{name}"] for name in "abc"} == {"twice"}


def test_less_than_half_of_the_heads_are_no_table():
    places, missed = found(HEADED, page(["项目", "甲栏"], ["子行", 1]))
    assert places == {}
    assert set(missed.values()) == {"row"}


def test_a_label_in_more_places_than_are_looked_at_is_in_none():
    rows = [["子行", 1, 2, 3]] * (MANY + 2)
    _, missed = found(HEADED, page(["项目", "甲栏", "乙栏", "丙栏"], *rows, ["丑行", 1, 2, 3]))
    assert missed == {"one.a": "twice", "one.b": "twice", "one.c": "twice"}


def test_equal_labels_are_told_apart_by_those_between_which_they_stand():
    places, missed = found(BESIDE, page(["子项", 1], ["丑项", 2], [], ["丑项", 3], ["寅项", 4]))
    assert missed == {}
    assert [places[f"{name}.a"][1] for name in ("one", "two", "three", "four")] == [
        (1, 2), (2, 2), (4, 2), (5, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rows",
    [
        [["子项", 1], ["丑项", 2], ["寅项", 4]],
        [["子项", 1], ["丑项", 2], ["丑项", 3], ["丑项", 3], ["寅项", 4]],
        [["寅项", 1], ["丑项", 2], ["丑项", 3], ["子项", 4]],
    ],
)
def test_equal_labels_that_are_too_few_too_many_or_elsewhere_are_not_taken(rows):
    places, missed = found(BESIDE, page(*rows))
    assert set(missed) == {"two.a", "three.a"}
    assert set(places) == {"one.a", "four.a"}


def test_a_unit_between_a_label_and_its_cell_names_no_row_and_ends_none():
    grid = [
        ["1", "子项", "个", "@one.a"],
        ["2", "丑项", "个", "@two.a"],
        ["3", "寅项", "次", "@three.a"],
    ]
    rows = [["1", "子项", "个", 5], ["2", "丑项", "", 6], ["寅项", "次", 7]]
    places, missed = found(grid, page(*rows))
    assert missed == {}
    assert [places[f"{name}.a"][1] for name in ("one", "two", "three")] == [(1, 4), (2, 4), (3, 3)]
    assert found(grid, page(["子项", 5, "个"]))[0]["one.a"] == ("p", (1, 2))


def test_a_single_equal_label_between_two_others_may_fit_twice():
    grid = [["丑项", "@a.a"], ["子项", "@b.a"], ["丑项", "@c.a"], ["寅项", "@d.a"]]
    rows = [["丑项", 1], ["子项", 2], ["丑项", 3], ["丑项", 4], ["寅项", 5]]
    places, missed = found(grid, page(*rows))
    assert missed == {"c.a": "twice"}
    assert places["a.a"] == ("p", (1, 2))


def test_a_label_in_another_unit_of_money_is_another_label():
    for unit in ("（万元）", "（亿元）", "（单位：万元）"):
        assert found(BESIDE, page([f"子项{unit}", 1]))[1]["one.a"] == "row"
    for unit in ("（元）", "（单位：元）", "", "（说明）"):
        assert found(BESIDE, page([f"子项{unit}", 1]))[0]["one.a"] == ("p", (1, 2))


def test_a_note_beside_a_value_is_none_where_most_rows_have_their_values_in_one_column():
    rows = [["子项", "", 1, "注"], ["丑项", "", 2], ["丑项", "", 3], ["寅项", "", ""]]
    places, missed = found(BESIDE, page(*rows))
    assert missed == {}
    assert places["one.a"] == ("p", (1, 3))
    assert places["four.a"] == ("p", (4, 3))
    assert found(BESIDE, page(["子项", 1, 2]))[1]["one.a"] == "several"


def test_a_label_directly_before_another_label_has_no_value():
    grid = [["子项", "@a.a"], ["丑项", "@b.a"]]
    places, missed = found(grid, page(["子项", "丑项", 1]))
    assert missed == {"a.a": "row"}
    assert places == {"b.a": ("p", (1, 3))}


def test_a_label_merged_over_very_many_rows_costs_no_time():
    drawn = page(["子项", 1], ["丑项"], merges=[(1, 1, 90_000, 1)])
    assert found([["子项", "@a.a"]], drawn)[0] == {"a.a": ("p", (1, 2))}


def test_rows_that_share_a_label_and_cells_that_share_a_row_are_not_found_by_it():
    assert [line.label for line in lines(edition(TALL))] == [None, None]
    assert found(TALL, page(["组", 1], ["", 2]))[1] == {"one.a": "row", "two.a": "row"}
    assert found(SEVERAL, page(["子行", 1, 2]))[1] == {"one.a": "row", "one.b": "row"}


def test_a_cell_printed_wide_ends_where_the_next_label_is():
    drawn = page(["项目", "本年"], ["子行", "", "子行二"], ["子行", "", "", 3])
    assert found(WIDE, drawn)[1] == {"one.a": "twice"}
    beside = page(["项目", "本年", "项目"], ["子行", "", 4])
    assert found(WIDE, beside)[0] == {"one.a": ("p", (2, 2))}
    assert found(WIDE, page(["项目", "本年"], ["子行", "", 4]))[0] == {"one.a": ("p", (2, 3))}


def test_equal_copies_are_one_and_an_empty_copy_is_none():
    table = [["项目", "甲栏", "乙栏", "丙栏"], ["子行", 1, 2, 3], ["丑行", 4, 5, 6]]
    blank = [table[0], ["子行"], ["丑行"]]
    first, same = page(*table, name="1"), page(*table, name="2")
    for others in ([same], [page(*blank, name="0")], [page(*table, name="h", visible=False)]):
        places, missed = found(HEADED, *others, first)
        assert missed == {}
        assert {one[0] for one in places.values()} <= {"1", "2"}


def test_a_heading_that_says_nothing_gives_nothing():
    form = edition(WIDE)
    long = "某某局2025年" + "很" * 80
    assert heading.whose(form, [[long, "0999年", "情况"]], "") == (None, None)
    assert heading.whose(form, [["某某局年度报表"]], "C:\\报表\\2024.xlsx") == ("某某局", 2024)


def test_a_field_and_the_cell_beside_it_are_one_line():
    drawn = page(["填报单位：", "某某局", "2025年"], ["注", "某某委"], ["子项"])
    assert list(heading.above(drawn, (2, 1))) == [
        "填报单位：",
        "填报单位：某某局",
        "某某局",
        "2025年",
    ]
    assert len(list(heading.above(drawn, None))) == 7


def test_a_long_file_name_names_no_agency():
    assert heading.named(named("annual-report", "2021"), "关于公布" * 100) == ""
