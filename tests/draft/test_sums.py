"""Sums of a form found in its labels and in returns."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import nested
import pytest
from foundsums import NOBODY, bare, drawn, filled, flat, noise, of, score, truth

from toolkit.draft.bands import bands
from toolkit.draft.branches import bare as bare_label
from toolkit.draft.branches import outlined, says
from toolkit.draft.holding import judged, pooled
from toolkit.draft.linear import basis_of, extend, follow
from toolkit.draft.sums import propose, stated
from toolkit.edition.edition import named
from toolkit.report.report import Report, from_json
from toolkit.report.strict import parse_json

REAL = Path(__file__).parents[1] / "real"
EDITIONS = [("annual-report", "2021"), ("annual-report", "2019"), ("site-report", "2017")]


def shown(families):
    return [(family.letter, family.left, family.right) for family in families]


# ── whole forms ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", EDITIONS, ids="/".join)
@pytest.mark.parametrize("sizes", [(0.2, 3), (0.8, 5000)])
def test_the_sums_of_an_edition_are_found_in_twelve_returns_a_quarter_with_a_slip(ident, sizes):
    edition = named(*ident)
    families = propose(bare(edition), filled(edition, 12, 7, sizes, 0.25))
    recall, right = score(families, truth(edition))
    assert recall >= 0.95
    assert all(right)
    assert len(families) <= 7


def test_the_sums_are_found_in_published_returns():
    edition = named("annual-report", "2021")
    reports = [
        from_json(parse_json(path.read_text(encoding="utf-8"))) for path in REAL.glob("*.json")
    ]
    mine = [replace(one, edition=bare(edition)) for one in reports if one.edition.name == "2021"]
    families = propose(bare(edition), mine)
    recall, right = score(families, truth(edition))
    assert (recall, all(right), len(mine)) == (1, True, 5)
    disputes = families[-1]
    assert disputes.left == ("总计",)
    assert list(disputes.support.against.values()) == [2]


@pytest.mark.no_cover
@pytest.mark.parametrize("style", nested.STYLES)
@pytest.mark.parametrize("heads", nested.HEADS)
def test_nested_forms_get_their_sums_back(style, heads):
    form = nested.form(len(style + heads), style, heads)
    families = propose(form.edition, nested.returns(form, 12, 3, (0.5, 40), 0.25))
    recall, right = score(families, form.sums)
    assert recall >= 0.8
    assert all(right)


@pytest.mark.no_cover
@pytest.mark.parametrize("sizes", [(0.1, 3), (0.7, 3), (0.9, 9)])
def test_independent_small_numbers_give_no_sum(sizes):
    for edition in (flat(30, 1), flat(1, 12), flat(6, 5)):
        assert propose(edition, noise(edition, 12, 1, sizes)) == []


def test_without_returns_only_sure_labels_are_proposed():
    grid = [
        ["项目", "甲", "乙", "合计"],
        ["一、收到", "@a.x", "@a.y", "@a.all"],
        ["（一）当面", "@b.x", "@b.y", "@b.all"],
        ["（二）网上", "@c.x", "@c.y", "@c.all"],
        ["其中：首次", "@d.x", "@d.y", "@d.all"],
        ["二、总访问量", "@e.x", "@e.y", "@e.all"],
    ]
    families = propose(drawn(grid), [])
    assert shown(families) == [
        ("D", ("一、收到",), ("（一）当面", "（二）网上")),
        ("D", ("合计",), ("甲", "乙")),
    ]


# ── readings ──────────────────────────────────────────────────────────────────────────────────────


def column(*labels):
    """Return an edition of one column, a row for each label."""
    return drawn([["项目", "数"], *([label, f"@r{at}.n"] for at, label in enumerate(labels))])


def rows(edition, *returns):
    """Return returns with these numbers from the top down."""
    return [of(edition, dict(zip(edition.cells, numbers, strict=True))) for numbers in returns]


def of_lines(families):
    return [(family.letter, family.equations) for family in families]


def line(total, *parts):
    return (f"made.r{total}.n",), tuple(f"made.r{part}.n" for part in parts)


def test_a_total_may_stand_before_its_parts():
    edition = column("合计", "甲", "乙", "丙")
    reports = rows(edition, (9, 2, 3, 4), (70, 20, 50, 0), (31, 11, 0, 20))
    assert of_lines(propose(edition, reports)) == [("B", (line(0, 1, 2, 3),))]


def test_sums_of_sums_are_told_from_sums_of_all():
    edition = column("甲", "乙", "小计", "丙", "丁", "小计", "总计")
    reports = rows(
        edition, (1, 2, 3, 4, 5, 9, 12), (30, 4, 34, 7, 8, 15, 49), (9, 5, 14, 6, 2, 8, 22)
    )
    found = of_lines(propose(edition, reports))
    assert ("B", (line(6, 2, 5),)) in found
    assert ("B", (line(2, 0, 1),)) in found
    assert ("B", (line(5, 3, 4),)) in found


def test_subtotals_that_stand_first_add_up_to_a_total_that_stands_first():
    edition = column("合计", "小计", "甲", "乙", "小计", "丙", "丁")
    reports = rows(
        edition, (12, 3, 1, 2, 9, 4, 5), (49, 34, 30, 4, 15, 7, 8), (22, 14, 9, 5, 8, 6, 2)
    )
    found = of_lines(propose(edition, reports))
    assert ("B", (line(0, 1, 4),)) in found
    assert len(found) == 3


def test_a_total_of_the_parts_at_an_inner_level():
    edition = column("一、收入", "（一）工资", "（二）奖金", "（三）补贴", "合计")
    reports = rows(
        edition, (99, 1, 2, 3, 6), (8, 30, 4, 5, 39), (77, 9, 5, 7, 21), (5, 50, 6, 7, 63)
    )
    assert of_lines(propose(edition, reports)) == [("B", (line(4, 1, 2, 3),))]


def test_of_which_parts_are_added_only_where_returns_say_so():
    grid = ["项目", "数"], ["合计", "@r0.n"], ["\u3000其中：男", "@r1.n"], ["\u3000女", "@r2.n"]
    edition = drawn([list(line) for line in grid])
    full = rows(edition, (90, 40, 50), (70, 20, 50), (310, 110, 200), (15, 8, 7))
    partial = rows(edition, (90, 40, 20), (70, 20, 10), (310, 110, 100), (15, 8, 2))
    assert of_lines(propose(edition, full)) == [("B", (line(0, 1, 2),))]
    assert propose(edition, partial) == []
    assert propose(edition, []) == []


def test_several_breakdowns_of_one_total():
    grid = [
        ["总数", "<", "@r0.n"],
        ["按性别", "男", "@r1.n"],
        ["^", "女", "@r2.n"],
        ["按年龄", "老", "@r3.n"],
        ["^", "中", "@r4.n"],
        ["^", "青", "@r5.n"],
    ]
    edition = drawn(grid)
    reports = rows(
        edition, (90, 40, 50, 10, 20, 60), (70, 20, 50, 5, 30, 35), (31, 11, 20, 9, 9, 13)
    )
    assert of_lines(propose(edition, reports)) == [
        ("B", (line(0, 1, 2),)),
        ("B", (line(0, 3, 4, 5),)),
    ]


def test_of_which_groups_that_add_up():
    grid = [
        ["人数", "<", "@r0.n"],
        ["其中", "男", "@r1.n"],
        ["^", "女", "@r2.n"],
        ["全部合计", "<", "@r3.n"],
    ]
    edition = drawn(grid)
    reports = rows(edition, (5, 40, 50, 90), (8, 20, 50, 70), (9, 11, 20, 31), (2, 31, 9, 40))
    assert of_lines(propose(edition, reports)) == [("B", (line(3, 1, 2),))]


def test_neighbours_whose_labels_say_nothing_need_more_returns():
    edition = column("甲", "乙", "丙", "丁")
    numbers = [(90 + at, 40, 50 + at, 7 * at + 1) for at in range(5)]
    assert of_lines(propose(edition, rows(edition, *numbers))) == [("C", (line(0, 1, 2),))]
    assert propose(edition, rows(edition, *numbers[:2])) == []


def test_a_run_that_cuts_a_group_is_believed_less_than_one_that_does_not():
    grid = [["甲", "一", "@r0.n"], ["^", "二", "@r1.n"], ["^", "三", "@r2.n"], ["全", "<", "@r3.n"]]
    edition = drawn(grid)
    reports = rows(edition, *((0, 40 + at, 50, 90 + at) for at in range(6)))
    assert of_lines(propose(edition, reports)) == [("C", (line(3, 0, 1, 2),))]


FLOW = ("上年结转", "新收", "办结", "结转下年")


def test_stock_and_flow_is_one_sum_of_two_sides():
    edition = column(*FLOW)
    both = (("made.r0.n", "made.r1.n"), ("made.r2.n", "made.r3.n"))
    assert of_lines(propose(edition, [])) == [("D", (both,))]
    full = rows(edition, (3, 40, 41, 2), (9, 70, 60, 19), (0, 5, 5, 0))
    assert of_lines(propose(edition, full)) == [("B", (both,))]
    refuted = rows(edition, (3, 40, 1, 2), (9, 70, 8, 19), (3, 5, 9, 1))
    assert propose(edition, refuted) == []


def test_stock_and_flow_holds_for_the_total_of_a_group():
    grid = [
        ["一、上年结转", "<", "@r0.n"],
        ["二、新收", "<", "@r1.n"],
        ["三、处理", "同意", "@r2.n"],
        ["^", "不同意", "@r3.n"],
        ["^", "合计", "@r4.n"],
        ["四、结转下年", "<", "@r5.n"],
    ]
    assert len(propose(drawn(grid), [])) == 2


def test_cells_of_other_units_are_not_added():
    grid = [["合计", "@r0.n"], ["甲", "@r1.n"], ["乙", "@r2.n"], ["金额", "@r3.n"]]
    edition = drawn(grid, cells={"r3.n": {"unit": "元"}, "r2.n": {"unit": "项"}})
    assert propose(edition, rows(edition, (90, 40, 50, 7), (70, 20, 50, 7), (9, 5, 4, 7))) == []


def test_a_total_before_a_column_of_another_unit_is_the_last_of_its_own():
    grid = [["甲", "乙", "合计", "比率"], ["@a.x", "@a.y", "@a.all", "@a.rate"]]
    edition = drawn(grid, cells={"a.rate": {"unit": "%"}})
    assert shown(propose(edition, [])) == [("D", ("合计",), ("甲", "乙"))]


def test_lines_that_have_no_such_cell_add_up_what_they_have():
    grid = [
        ["项目", "甲", "乙", "丙", "合计"],
        ["一", "@a.x", "@a.y", "@a.z", "@a.all"],
        ["二", "@b.x", "—", "@b.z", "@b.all"],
        ["三", "—", "—", "@c.z", "@c.all"],
    ]
    (family,) = propose(drawn(grid), [])
    assert family.equations[1] == (("made.b.all",), ("made.b.x", "made.b.z"))
    assert len(family.equations) == 2


def test_a_line_in_which_a_sum_fails_is_left_out():
    names = enumerate(("一", "二", "合计"))
    lines = [[name, *(f"@r{at}.{letter}" for letter in "xyzp")] for at, name in names]
    edition = drawn([["项目", "甲", "乙", "丙", "率"], *lines])

    def numbers(at):
        for place, letter in enumerate("xyzp"):
            one, other = 50 + (at * 37) % (11 + place), 20 + (at * 13) % (7 + 3 * place)
            total = 30 + at if letter == "p" else one + other
            for row, number in enumerate((one, other, total)):
                yield f"made.r{row}.{letter}", number

    (family,) = propose(edition, [of(edition, dict(numbers(at))) for at in range(6)])
    assert [left for left, _ in family.equations] == [(f"made.r2.{letter}",) for letter in "xyz"]


def test_a_head_as_wide_as_the_table_between_rows_names_the_rows_below_it():
    grid = [
        ["项目", "甲", "乙", "合计"],
        ["第一组", "<", "<", "<"],
        ["一", "@a.x", "@a.y", "@a.all"],
        ["第二组", "<", "<", "<"],
        ["二", "@b.x", "@b.y", "@b.all"],
    ]
    (family,) = propose(drawn(grid), [])
    assert len(family.equations) == 2
    assert bands(drawn(grid))[0].lines[1][0].key == "made.b.x"


def test_the_last_row_of_the_last_group_may_be_the_total_of_all():
    grid = [["项目", "数"], ["甲组", "<"], ["一", "@r0.n"], ["二", "@r1.n"], ["乙组", "<"], ["三", "@r2.n"],
            ["四", "@r3.n"], ["合计", "@r4.n"]]  # fmt: skip
    edition = drawn(grid)
    reports = rows(edition, (1, 2, 3, 4, 10), (30, 4, 34, 7, 75), (9, 5, 14, 6, 34))
    assert of_lines(propose(edition, reports)) == [("B", (line(4, 0, 1, 2, 3),))]


def test_cells_without_names_are_told_by_their_places():
    edition = drawn([["合计", "甲"], ["@a.x", "@a.y"], ["@b.x", "@b.y"], ["@c.x", "@c.y"]])
    numbers = (
        {f"made.{row}.{name}": number for name, row, number in (
            ("x", "a", 90 + at), ("x", "b", 40), ("x", "c", 50 + at),
            ("y", "a", 70 + at), ("y", "b", 60), ("y", "c", 10 + at))}
        for at in range(6)
    )  # fmt: skip
    found = propose(edition, [of(edition, values) for values in numbers])
    assert {family.letter for family in found} == {"C"}
    assert {line for family in found for line in family.equations} == {
        ((f"made.a.{name}",), (f"made.b.{name}", f"made.c.{name}")) for name in "xy"
    }


# ── what an edition has ───────────────────────────────────────────────────────────────────────────


def with_rule(edition, *rules):
    """Return an edition of one column with a balance: total, parts."""
    model = named("site-report", "2017").balances[0]
    found = [
        replace(model, id=f"given[{at}]", left=left, right=right)
        for at, (left, right) in enumerate(rules)
    ]
    return replace(edition, balances=tuple(found))


def test_a_balance_of_the_edition_is_not_proposed_again():
    edition = with_rule(column("合计", "甲", "乙", "丙"), line(0, 1, 2, 3))
    reports = rows(edition, (9, 2, 3, 4), (70, 20, 50, 0), (31, 11, 0, 20))
    assert propose(edition, reports) == []
    (there,) = stated(edition, reports)
    assert (there.letter, there.support.held, there.right) == ("A", 3, ())


def test_a_formula_of_one_line_is_proposed_for_the_others():
    grid = [
        ["项目", "一", "二"],
        ["甲", "@r1.x", "@r1.y"],
        ["乙", "@r2.x", "@r2.y"],
        ["丙", "@r3.x", "@r3.y"],
    ]
    edition = with_rule(drawn(grid), (("made.r3.x",), ("made.r1.x", "made.r2.x")))
    (family,) = propose(edition, [])
    assert (family.letter, family.equations) == (
        "A",
        ((("made.r3.y",), ("made.r1.y", "made.r2.y")),),
    )
    wrong = [of(edition, {"made.r1.x": 1, "made.r3.x": 9, "made.r2.x": 1})] * 5
    assert propose(edition, wrong) == []


def test_two_balances_over_the_same_cells_are_both_taken_as_known():
    edition = with_rule(column("合计", "甲", "乙"), line(0, 1, 2), line(1, 0, 2))
    assert propose(edition, []) == []


def test_what_an_edition_has_is_listed_by_rule():
    found = stated(named("annual-report", "2021"), [])
    assert [len(family.equations) for family in found] == [7, 25, 7, 3]


def test_a_group_whose_cells_are_in_another_sum_is_left_out():
    grid = [["甲组", "<", "<", "乙组", "<", "<"], ["一", "二", "合计", "一", "二", "合计"],
            ["@a.x", "@a.y", "@a.all", "@b.x", "@b.y", "@b.all"]]  # fmt: skip
    edition = with_rule(drawn(grid), (("made.b.all",), ("made.b.y", "made.a.all")))
    (family,) = propose(edition, [])
    assert family.equations == ((("made.a.all",), ("made.a.x", "made.a.y")),)


# ── cases ─────────────────────────────────────────────────────────────────────────────────────────


EQUATION = (("t",), ("a", "b"))


@pytest.mark.parametrize(
    ("numbers", "held", "telling"),
    [
        ({"t": 3, "a": 1, "b": 2}, True, True),
        ({"t": 3, "a": 3, "b": None}, True, False),
        ({"t": 3, "a": 1, "b": None}, None, False),
        ({"t": 3, "a": 4, "b": None}, False, False),
        ({"t": 3, "a": 1, "b": 1}, False, True),
        ({"t": 0, "a": 1, "b": 1}, False, True),
        ({"t": Decimal("0.3"), "a": Decimal("0.1"), "b": Decimal("0.2")}, True, True),
    ],
)
def test_a_case_holds_fails_or_is_open(numbers, held, telling):
    case = judged(EQUATION, numbers)
    assert (case.held, case.telling) == (held, telling)


def test_a_case_without_numbers_says_nothing():
    assert judged(EQUATION, {"a": 1, "b": 1}) is None
    assert judged(EQUATION, {"t": 1}) is None
    assert judged(EQUATION, {"t": 0, "a": 0, "b": 0}).bits == 0


def test_blanks_on_both_sides_or_beside_signed_numbers_leave_a_case_open():
    two = (("a", "b"), ("c", "d"))
    assert judged(two, {"a": 1, "c": 2}).held is None
    assert judged(two, {"a": 1, "b": None, "c": 2, "d": 3}).held is None
    assert judged(two, {"a": 9, "b": None, "c": 2, "d": 3}).held is False
    assert judged(EQUATION, {"t": 3, "a": 4}, signed=True).held is None


def test_support_counts_cases_returns_and_what_is_never_seen():
    returns = [
        {"t": 3, "a": 1, "b": 2, "c": 0},
        {"t": 3, "a": 1, "b": 1, "c": 0},
        {"t": 0, "a": 0, "b": 0, "c": 0},
        {"t": 5, "a": 1, "b": None, "c": 0},
        {},
    ]
    support = pooled([(("t",), ("a", "b", "c"))], returns, frozenset())
    assert (support.held, support.failed, support.informative, support.broken) == (1, 1.3, 1, 1)
    assert (support.returns, support.agreeing, dict(support.against)) == (3, 2, {1: 1})
    assert support.idle == {"c"}
    assert pooled([], [], frozenset()).rate == 1


# ── labels ────────────────────────────────────────────────────────────────────────────────────────


def tree(*labels):
    def put(node):
        return (
            (node.label.strip(), [put(child) for child in node.children])
            if node.children
            else node.label.strip()
        )

    return [put(node) for node in outlined([(label,) for label in labels])]


def test_numberings_make_an_outline():
    assert tree("一、甲", "（一）乙", "1.丙", "2.丁", "（二）戊", "二、己") == [
        ("一、甲", [("（一）乙", ["1.丙", "2.丁"]), "（二）戊"]), "二、己"
    ]  # fmt: skip
    assert tree("1 a", "1.1 b", "1.1.1 c", "1.2 d", "2 e") == [
        ("1 a", [("1.1 b", ["1.1.1 c"]), "1.2 d"]), "2 e"
    ]  # fmt: skip


def test_indents_make_an_outline():
    assert tree("甲", "\u3000乙", "\u3000\u3000丙", "\u3000丁", "戊") == [
        ("甲", [("乙", ["丙"]), "丁"]), "戊"
    ]  # fmt: skip


def test_names_below_a_number_are_under_it_and_numbers_below_a_name_if_they_begin():
    assert tree("一、甲", "乙", "丙", "二、丁") == [("一、甲", ["乙", "丙"]), "二、丁"]
    assert tree("甲", "1.乙", "2.丙") == [("甲", ["1.乙", "2.丙"])]
    assert tree("甲", "2.乙") == ["甲", "2.乙"]
    assert tree("合计", "1.乙", "2.丙") == ["合计", "1.乙", "2.丙"]


def test_codes_beside_a_name_number_it_or_are_left_out():
    paths = [("1", "甲"), ("1.1", "乙"), ("1.2", "丙"), ("2", "丁", "A04")]
    top = outlined(paths)
    assert [node.label for node in top] == ["1 甲", "2 丁"]
    assert [node.label for node in top[0].children] == ["1.1 乙", "1.2 丙"]


def test_rows_of_one_label_are_each_a_leaf():
    top = outlined([("甲",), ("甲",), ()])
    assert [node.item for node in top[0].children] == [1]
    assert outlined([(), ()])[1].item == 1


@pytest.mark.parametrize(
    "label", ["合计", " 合 计（宗）", "（七）总计", "办理结果总计", "Total", "小计[件]"]
)
def test_words_of_totals(label):
    assert says("total", label)


def test_a_label_that_is_only_a_bracket_keeps_it():
    assert bare_label("（件）") == "（件）"


# ── algebra ───────────────────────────────────────────────────────────────────────────────────────


def test_what_follows_from_equations():
    basis = basis_of([(("t",), ("a", "b")), (("a",), ("c", "d"))])
    assert follow([(("t",), ("c", "d", "b"))], basis)
    assert not follow([(("t",), ("c", "b"))], basis)
    assert not extend(basis, (("t",), ("b", "c", "d")))
    assert extend(basis, (("t",), ("e",)))
    assert follow([(("e",), ("a", "b"))], basis)


def test_an_agency_without_a_name_is_no_hindrance():
    edition = column("合计", "甲", "乙")
    assert (
        propose(edition, [Report(edition, NOBODY, None, dict.fromkeys(edition.cells))])[0].letter
        == "D"
    )
