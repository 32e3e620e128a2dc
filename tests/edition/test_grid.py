from itertools import product

import pytest
from source import editions

from toolkit.edition import edition
from toolkit.edition.grid import lay_out
from toolkit.edition.kind import FIRST_ROW
from toolkit.xlsx.address import address, column_letters

NAMES = ("2019", "2021")
COLUMNS = {
    "natural_person": "自然人",
    "business": "法人或其他组织 商业企业",
    "research": "法人或其他组织 科研机构",
    "social_org": "法人或其他组织 社会公益组织",
    "legal_service": "法人或其他组织 法律服务机构",
    "other_org": "法人或其他组织 其他",
    "total": "总计",
}
RESULTS = {
    "granted": "（一）予以公开",
    "partly_granted": "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    "refused_state_secret": "（三）不予公开 1.属于国家秘密",
    "refused_law": "（三）不予公开 2.其他法律行政法规禁止公开",
    "refused_safety": "（三）不予公开 3.危及“三安全一稳定”",
    "refused_third_party": "（三）不予公开 4.保护第三方合法权益",
    "refused_internal": "（三）不予公开 5.属于三类内部事务信息",
    "refused_process": "（三）不予公开 6.属于四类过程性信息",
    "refused_enforcement_file": "（三）不予公开 7.属于行政执法案卷",
    "refused_inquiry": "（三）不予公开 8.属于行政查询事项",
    "unable_not_held": "（四）无法提供 1.本机关不掌握相关政府信息",
    "unable_not_compiled": "（四）无法提供 2.没有现成信息需要另行制作",
    "unable_unclear": "（四）无法提供 3.补正后申请内容仍不明确",
    "declined_petition": "（五）不予处理 1.信访举报投诉类申请",
    "declined_repeat": "（五）不予处理 2.重复申请",
    "declined_publication": "（五）不予处理 3.要求提供公开出版物",
    "declined_excessive": "（五）不予处理 4.无正当理由大量反复申请",
    "declined_confirmation": "（五）不予处理 5.要求行政机关确认或重新出具已获取信息",
}
OTHER = {
    "2019": {"other_handling": "（六）其他处理"},
    "2021": {
        "other_uncorrected": "（六）其他处理 1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "other_fee_unpaid": "（六）其他处理 2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        "other_rest": "（六）其他处理 3.其他",
    },
}
PROACTIVE = {
    "2021": {
        "rules": ("规章", "第二十条第（一）项"),
        "normative_documents": ("行政规范性文件", "第二十条第（一）项"),
        "licences": ("行政许可", "第二十条第（五）项"),
        "penalties": ("行政处罚", "第二十条第（六）项"),
        "coercion": ("行政强制", "第二十条第（六）项"),
        "fees": ("行政事业性收费", "第二十条第（八）项"),
    },
    "2019": {
        "rules": ("规章", "第二十条第（一）项"),
        "normative_documents": ("规范性文件", "第二十条第（一）项"),
        "licences": ("行政许可", "第二十条第（五）项"),
        "other_services": ("其他对外管理服务事项", "第二十条第（五）项"),
        "penalties": ("行政处罚", "第二十条第（六）项"),
        "coercion": ("行政强制", "第二十条第（六）项"),
        "fees": ("行政事业性收费", "第二十条第（八）项"),
        "procurement": ("政府集中采购", "第二十条第（九）项"),
    },
}
PROACTIVE_COLUMNS = {
    "2021": {
        "issued": "本年制发件数",
        "repealed": "本年废止件数",
        "in_force": "现行有效件数",
        "decided": "本年处理决定数量",
        "collected": "本年收费金额（单位：万元）",
    },
    "2019": {
        "made": "本年新制作数量",
        "newly_disclosed": "本年新公开数量",
        "disclosed_total": "对外公开总数量",
        "items_last_year": "上一年项目数量",
        "change": "本年增/减",
        "decided": "处理决定数量",
        "items": "采购项目数量",
        "amount": "采购总金额",
    },
}
PROCEEDINGS = {
    "review": "行政复议",
    "suit_direct": "行政诉讼 未经复议直接起诉",
    "suit_after_review": "行政诉讼 复议后起诉",
}
OUTCOMES = {
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
    "total": "总计",
}


def form(name):
    return edition.named("annual-report", name)


def printed_rows(name):
    results = {**RESULTS, **OTHER[name], "concluded": "（七）总计"}
    return {
        "received": "一、本年新收政府信息公开申请数量",
        "carried_in": "二、上年结转政府信息公开申请数量",
        **{row: f"三、本年度办理结果 {label}" for row, label in results.items()},
        "carried_out": "四、结转下年度继续办理",
    }


# ── the printed forms ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", NAMES)
def test_every_label_of_table_3_is_printed_letter_for_letter(name):
    expected = {
        f"applications.{row}.{column}": f"{row_label} · {column_label}"
        for (row, row_label), (column, column_label) in product(
            printed_rows(name).items(), COLUMNS.items()
        )
    }
    found = {cell.key: cell.label for cell in form(name).of_table("applications")}
    assert list(found.items()) == list(expected.items())


@pytest.mark.parametrize("name", NAMES)
def test_every_label_of_table_2_is_printed_letter_for_letter(name):
    for cell in form(name).of_table("proactive"):
        row, block = PROACTIVE[name][cell.row]
        assert cell.label == f"{row} · {block} {PROACTIVE_COLUMNS[name][cell.column]}"
    assert {cell.row for cell in form(name).of_table("proactive")} == set(PROACTIVE[name])
    used = {cell.column for cell in form(name).of_table("proactive")}
    assert used == set(PROACTIVE_COLUMNS[name])


@pytest.mark.parametrize("name", NAMES)
def test_every_label_of_table_4_is_printed_letter_for_letter(name):
    expected = {
        f"disputes.{row}.{column}": f"{row_label} {column_label}"
        for (row, row_label), (column, column_label) in product(
            PROCEEDINGS.items(), OUTCOMES.items()
        )
    }
    found = {cell.key: cell.label for cell in form(name).of_table("disputes")}
    assert list(found.items()) == list(expected.items())


def test_the_fee_facts_of_section_six_have_labels():
    assert {cell.key: cell.label for cell in form("2021").of_table("processing_fee")} == {
        "processing_fee.notices.count": "信息处理费：发出收费通知的件数（件）",
        "processing_fee.notices.amount": "信息处理费：发出收费通知的总金额（元）",
        "processing_fee.collected.amount": "信息处理费：实际收取的总金额（元）",
    }


@pytest.mark.parametrize(
    ("name", "sizes"),
    [("2021", [(14, 4), (28, 10), (4, 15)]), ("2019", [(18, 4), (26, 10), (4, 15)])],
)
def test_the_printed_grids_have_their_size(name, sizes):
    it = form(name)
    assert [it.tables[table].size for table in it.statutory] == sizes


@pytest.mark.parametrize("name", NAMES)
def test_the_merges_of_table_3_are_those_of_the_printed_form(name):
    other = len(OTHER[name])
    last = 5 + 18 + other
    wide = {(0, 0, 3, 3), (0, 3, 1, 7), (1, 3, 2, 1), (1, 4, 1, 5), (1, 9, 2, 1)}
    wide |= {(3, 0, 1, 3), (4, 0, 1, 3), (last + 1, 0, 1, 3)}
    wide |= {(5, 0, 19 + other, 1), (5, 1, 1, 2), (6, 1, 1, 2), (last, 1, 1, 2)}
    wide |= {(7, 1, 8, 1), (15, 1, 3, 1), (18, 1, 5, 1)}
    wide |= {(23, 1, 3, 1)} if other == 3 else {(23, 1, 1, 2)}
    assert set(form(name).tables["applications"].merges) == wide


@pytest.mark.parametrize("name", NAMES)
def test_the_merges_of_table_4_are_those_of_the_printed_form(name):
    wide = {(0, 0, 1, 5), (0, 5, 1, 10), (1, 5, 1, 5), (1, 10, 1, 5)}
    assert set(form(name).tables["disputes"].merges) == wide | {
        (1, column, 2, 1) for column in range(5)
    }


def test_the_merges_of_table_2_are_those_of_the_printed_form():
    blocks = {(row, 0, 1, 4) for row in (0, 4, 7, 11)}
    values = {(row, 1, 1, 3) for row in (5, 6, 8, 9, 10, 12, 13)}
    assert set(form("2021").tables["proactive"].merges) == blocks | values
    blocks = {(row, 0, 1, 4) for row in (0, 4, 8, 12, 15)}
    values = {(row, 2, 1, 2) for row in (13, 14, 16, 17)}
    assert set(form("2019").tables["proactive"].merges) == blocks | values


@pytest.mark.parametrize("name", NAMES)
def test_every_place_of_a_grid_is_a_label_a_cell_or_part_of_a_merge(name):
    for section in form(name).tables.values():
        covered = [*section.labels, *section.keys]
        for row, column, height, width in section.merges:
            inside = product(range(row, row + height), range(column, column + width))
            covered += [place for place in inside if place != (row, column)]
        assert sorted(covered) == sorted(product(*map(range, section.size)))


@pytest.mark.parametrize("name", NAMES)
def test_every_label_of_the_file_stands_in_the_grid_once_more_or_less(name):
    entries = editions()[f"annual-report/{name}"]["section"]
    for entry, section in zip(entries, form(name).sections, strict=True):
        words = [w for line in entry.get("grid", ()) for w in line if w[0] not in "@<^"]
        assert sorted(words) == sorted(section.labels.values())


@pytest.mark.parametrize(
    ("key", "at"),
    [
        ("proactive.rules.issued", "B6"),
        ("proactive.fees.collected", "B17"),
        ("applications.received.natural_person", "D7"),
        ("applications.received.total", "J7"),
        ("applications.concluded.natural_person", "D30"),
        ("applications.carried_out.natural_person", "D31"),
        ("disputes.review.upheld", "A7"),
        ("disputes.suit_after_review.total", "O7"),
        ("processing_fee.collected.amount", "B6"),
    ],
)
def test_cells_stand_where_the_message_says(key, at):
    assert form("2021").cells[key].at == at


def test_a_key_has_three_parts():
    cell = form("2021").cells["applications.refused_law.social_org"]
    assert (cell.table, cell.row, cell.column) == ("applications", "refused_law", "social_org")


# ── how a picture is read ─────────────────────────────────────────────────────────────────────────


def drawn(*grid, **fields):
    return lay_out({"sheet": "表", "table": "t", "grid": [list(line) for line in grid], **fields})


def test_a_section_without_a_grid_has_an_empty_one():
    grid = lay_out({"sheet": "表"})
    assert (grid.size, grid.labels, grid.keys, grid.merges, grid.cells) == ((0, 0), {}, {}, (), {})


def test_the_mark_at_the_end_fills_the_line_to_the_right_edge():
    grid = drawn(["a", "b", "<*"], ["c", "d", "e", "@r.x"])
    assert grid.size == (2, 4)
    assert grid.merges == ((0, 1, 1, 3),)


def test_the_mark_at_the_end_of_the_longest_line_fills_nothing():
    grid = drawn(["a", "b", "<*"], ["c", "@r.x"])
    assert (grid.size, grid.merges) == ((2, 2), ())


def test_a_cell_takes_the_labels_left_of_it_and_above_it():
    grid = drawn(["corner", "group", "<"], ["^", "x", "y"], ["row", "@r.x", "@r.y"])
    assert {key: cell.label for key, cell in grid.cells.items()} == {
        "t.r.x": "row · x",
        "t.r.y": "row · y",
    }


def test_a_label_that_every_cell_shares_names_none_of_them():
    grid = drawn(["all", "<*"], ["x", "y"], ["@r.x", "@r.y"])
    assert [cell.label for cell in grid.cells.values()] == ["x", "y"]


def test_a_label_behind_another_cell_is_out_of_sight():
    grid = drawn(["h", "i"], ["@r.x", "@r.y"], ["j", "k"], ["@s.x", "@s.y"])
    assert [cell.label for cell in grid.cells.values()] == ["h", "i", "j", "k"]


def test_a_merged_cell_to_fill_in_stands_at_its_top_left():
    grid = drawn(["a", "b", "c"], ["d", "@r.x", "<"], ["^", "^", "<"])
    assert grid.keys == {(1, 1): "t.r.x"}
    assert set(grid.merges) == {(1, 0, 2, 1), (1, 1, 2, 2)}
    assert grid.cells["t.r.x"].at == f"B{FIRST_ROW + 1}"


def test_the_last_pattern_that_fits_a_cell_decides():
    facts = {"*.x": {"unit": "元", "kind": "money"}, "r.*": {"unit": "项", "signed": True}}
    cells = drawn(["a", "b"], ["@r.x", "@r.y"], unit="件", cells=facts).cells
    assert (cells["t.r.x"].unit, cells["t.r.x"].kind, cells["t.r.x"].signed) == (
        "项",
        "money",
        True,
    )
    assert (cells["t.r.y"].unit, cells["t.r.y"].kind, cells["t.r.y"].signed) == (
        "项",
        "count",
        True,
    )


def test_addresses_count_from_1():
    assert (address(1, 1), address(31, 10), column_letters(16384)) == ("A1", "J31", "XFD")


def test_a_blank_that_is_printed_names_nothing_and_ends_no_path():
    entry = {
        "sheet": "表",
        "table": "t",
        "grid": [["项目", "", "数"], ["甲", "", "@a.b"], ["", "<", "@c.b"]],
    }
    grid = lay_out(entry)
    assert grid.cells["t.a.b"].label == "甲 · 数"
    assert grid.cells["t.c.b"].row_path == ()
    assert grid.labels[0, 1] == ""
