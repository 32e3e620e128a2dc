"""Overlays: a province's additions to an official edition, and the parts that stay the same."""

import json
import random
import tomllib
from dataclasses import replace

import jsonschema
import openpyxl
import pytest
import share
from office import need_office
from returns import KINDS, cases
from source import TESTS
from trips import there_and_back, typed_in

from toolkit import data
from toolkit.blank.build import build as workbook
from toolkit.edition import edition
from toolkit.edition.edition import EditionError, resolve
from toolkit.edition.grid import lay_out
from toolkit.edition.insert import add_column, add_row
from toolkit.edition.lines import Where, scan
from toolkit.edition.parse import parse_text
from toolkit.report.official import national
from toolkit.report.report import Report, recompute

CASES = tomllib.loads((TESTS / "cases" / "overlays.toml").read_text(encoding="utf-8"))
AGENCY = {"name": "东省某局", "code": None, "level": "county"}


def overlay(text=CASES["base"]):
    return resolve(parse_text(text, "x.toml"))


def official():
    return edition.named("annual-report", "2021")


def changed(text, changes):
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def head(*more):
    return "\n".join(
        (
            'extends = "annual-report/2021"',
            'name = "2021-east"',
            'source = "东省〔2025〕1号"',
            *more,
        )
    )


# ── what is inherited ─────────────────────────────────────────────────────────────────────────────


def test_every_inherited_key_stays_in_its_order_with_its_kind_and_label():
    base, own = (
        official(),
        overlay(changed(CASES["base"], [('"3.其他"\nlabel = "4', '"3.其他"\nlabel = "3')])),
    )
    assert [key for key in own.cells if key in base.cells] == list(base.cells)
    for key, cell in base.cells.items():
        assert replace(own.cells[key], place=cell.place, help="") == cell
    assert [key for key in own.typed if key in base.cells] == list(base.typed)
    assert [key for key in own.computes if key in base.cells] == list(base.computes)


def test_every_inherited_rule_stays_and_sums_take_new_rows_and_columns_in():
    base, own = official(), overlay()
    ids = [balance.id for balance in own.balances]
    assert [ident for ident in ids if ident in {b.id for b in base.balances}] == [
        balance.id for balance in base.balances
    ]
    assert set(ids) - {balance.id for balance in base.balances} == {
        "balance[foreign]",
        "carried-in[foreign]",
        "concluded[foreign]",
        "funds-floor",
        "row-total[other_moved]",
    }
    concluded = next(balance for balance in own.balances if balance.id == "concluded[business]")
    assert concluded.right[-3:] == (
        "applications.other_fee_unpaid.business",
        "applications.other_moved.business",
        "applications.other_rest.business",
    )
    assert len(own.computes["applications.received.total"].right) == 7


def test_the_official_edition_does_not_change():
    before = official().fingerprint
    assert overlay().fingerprint != before
    assert (
        edition.load(data.home("templates") / "annual-report" / "2021.toml").fingerprint == before
    )
    assert (official().base, official().counts_as) == (None, {})


def test_name_source_deadlines_and_base_are_those_of_both():
    base, own = official(), overlay()
    assert (own.form, own.name, own.base) == ("annual-report", "2021-east", "2021")
    assert (own.title, own.citation, own.years) == (base.title, base.citation, base.years)
    assert own.source == f"{base.source}；东省办函〔2025〕1号"
    assert own.deadlines == {"agency": "01-20", "region": "03-15"}


def test_a_title_years_and_one_deadline_may_be_its_own():
    own = overlay(
        head(
            'title = "东省政府信息公开工作年度报告"',
            "years = { from = 2023, to = 2024 }",
            'deadlines = { region = "03-01" }',
        )
    )
    assert (own.title, own.years) == ("东省政府信息公开工作年度报告", (2023, 2024))
    assert own.deadlines == {"agency": "01-31", "region": "03-01"}


def test_years_of_a_closed_edition_stay_closed():
    text = head("years = { from = 2020 }").replace("2021", "2019", 1)
    assert overlay(text).years == (2020, 2020)


@pytest.mark.parametrize("given", ['extends = "2021"', 'extends = "2021"\nform = "annual-report"'])
def test_the_form_may_be_left_out_where_one_official_edition_has_the_name(given):
    assert overlay(head().replace('extends = "annual-report/2021"', given)).base == "2021"


# ── what is added ─────────────────────────────────────────────────────────────────────────────────


def test_a_row_is_drawn_like_the_one_it_follows():
    own = overlay()
    moved = own.cells["applications.other_moved.business"]
    assert moved.at == "E29"
    assert (
        moved.label
        == "三、本年度办理结果 （六）其他处理 3.转由服务平台办理 · 法人或其他组织 商业企业"
    )
    assert own.rows["applications.other_rest"] == "4.其他"
    funds = own.cells["proactive.funds.collected"]
    assert (funds.kind, funds.unit, funds.help) == ("money", "万元", "按实际入库数填。")
    assert own.tables["proactive"].size == (15, 4)
    assert (14, 1, 1, 3) in own.tables["proactive"].merges


def test_a_column_stands_in_the_group_of_the_one_it_follows_and_is_as_wide():
    own = overlay()
    section = own.tables["applications"]
    assert own.columns["applications.foreign"] == "境外组织"
    assert own.cells["applications.received.foreign"].at == "I7"
    assert (1, 4, 1, 6) in section.merges
    assert section.widths[7:9] == (8, 8)


def test_a_column_that_is_printed_in_three_places_is_added_in_all():
    own = overlay(
        head(
            "[[column]]",
            'table = "disputes"',
            'after = "other"',
            'key = "withdrawn"',
            'label = "撤回"',
            'counts_as = "other"',
            'cell = { help = "当事人撤回的。" }',
        )
    )
    cells = [cell for cell in own.cells.values() if cell.column == "withdrawn"]
    assert [(cell.at, cell.row, cell.help) for cell in cells] == [
        ("D7", "review", "当事人撤回的。"),
        ("J7", "suit_direct", "当事人撤回的。"),
        ("P7", "suit_after_review", "当事人撤回的。"),
    ]
    assert cells[1].label == "行政诉讼 未经复议直接起诉 撤回"
    assert own.tables["disputes"].size == (4, 18)


def test_a_column_of_an_irregular_table_widens_what_stands_beside_it():
    own = overlay(
        head(
            "[[column]]",
            'table = "proactive"',
            'after = "repealed"',
            'key = "amended"',
            'label = "本年修改件数"',
        )
    )
    assert [cell.at for cell in own.cells.values() if cell.column == "amended"] == ["D6", "D7"]
    assert {(0, 0, 1, 5), (6, 1, 1, 4)} <= set(own.tables["proactive"].merges)
    assert own.tables["proactive"].widths == (30, 20, 20, 20, 20)


def test_a_second_row_may_follow_the_first():
    row = '[[row]]\ntable = "proactive"\nafter = "{}"\nkey = "{}"\nlabel = "{}"'
    own = overlay(head(row.format("rules", "one", "甲"), row.format("one", "two", "乙")))
    assert [c.row for c in own.of_table("proactive")][:9:3] == ["rules", "one", "two"]


def test_a_new_section_stands_behind_the_others():
    own = overlay(
        head(
            "[[section]]",
            'caption = "附：政务新媒体"',
            'sheet = "附表"',
            'table = "media"',
            'unit = "个"',
            'grid = [["账号数", "@accounts.count"]]',
            "[[section]]",
            'caption = "附：说明"',
            'sheet = "附注"',
            'text = "remarks"',
        )
    )
    assert [part.sheet for part in own.sections][-2:] == ["附表", "附注"]
    assert own.cells["media.accounts.count"].unit == "个"
    assert "remarks" in own.texts


def test_captions_aspects_and_help_are_added_to_inherited_sections():
    own = overlay(
        changed(CASES["base"], [('sheet = "总体情况"', 'sheet = "总体情况"\ncaption = "一、概况"')])
    )
    assert own.texts["overview"].caption == "一、概况"
    assert own.texts["overview"].aspects[-2:] == ("监督保障", "政务公开标准化")
    assert own.cells["applications.received.total"].help == "含网上申请。"
    assert own.cells["applications.granted.total"].help == ""


def test_help_joins_what_is_said_of_an_inherited_cell():
    own = overlay(head("[[section]]", 'sheet = "其他事项"', 'cells."*.amount" = { help = "元" }'))
    cell = own.cells["processing_fee.collected.amount"]
    assert (cell.kind, cell.unit, cell.help) == ("money", "元", "元")


def test_a_rule_may_be_stricter_and_say_it_otherwise():
    own = overlay()
    chain = next(balance for balance in own.balances if balance.id == "pending-chain[review]")
    assert (chain.severity, chain.source) == ("error", "表四；上年度报告“尚未审结”")
    jump = next(edit for edit in own.edits if edit.id == "jump")
    assert (jump.message["zh"], jump.figures) == ("{place}", {"ratio": 5, "floor": 20})
    assert own.edits[-1].id == "funds-ceiling"


# ── what is refused ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_what_does_not_only_add_is_refused_with_line_fact_and_hint(case):
    with pytest.raises(EditionError) as error:
        overlay(changed(CASES["base"], case["change"]))
    assert str(error.value) == case["message"]


ONLY_WITH_ITS_BASE = {"a new section without its caption"}


def schema():
    return jsonschema.Draft202012Validator(json.loads(data.schema_text("edition.schema.json")))


def test_the_schema_accepts_overlays():
    schema().validate(tomllib.loads(CASES["base"]))
    schema().validate(tomllib.loads(head()))


@pytest.mark.parametrize(
    "case",
    [case for case in CASES["case"] if ": field" in case["message"] or ": no f" in case["message"]],
    ids=lambda case: case["name"],
)
def test_an_editor_underlines_what_is_misshapen(case):
    given = tomllib.loads(changed(CASES["base"], case["change"]))
    assert schema().is_valid(given) == (case["name"] in ONLY_WITH_ITS_BASE)


GRID = {
    "sheet": "表",
    "table": "t",
    "grid": [["", "甲", "乙"], ["一", "@x.a", "@x.b"], ["^", "@y.a", "@y.b"]],
}
WHERE = Where(scan("", "x.toml"), ("row", 0), "row 'z'")
ADDED = {"table": "t", "key": "z", "label": "新"}


def test_a_row_that_would_take_the_label_of_an_inherited_one_is_refused():
    with pytest.raises(EditionError) as error:
        add_row(GRID, ADDED | {"after": "x"}, WHERE)
    assert str(error.value) == (
        "x.toml, row 'z': 't.y.a' would read '新 · 甲' instead of '一 · 甲'; choose another `after`"
    )


def test_a_row_without_a_label_of_its_own_cannot_be_followed():
    with pytest.raises(EditionError) as error:
        add_row(GRID, ADDED | {"after": "y"}, WHERE)
    assert str(error.value) == (
        "x.toml, row 'z': row 'y' has no label of its own; follow another row"
    )


def test_a_grid_that_cannot_be_drawn_takes_no_row():
    broken = GRID | {"grid": [["", "甲", "<"], ["一", "^", "@x.b"]]}
    with pytest.raises(EditionError) as error:
        add_row(broken, ADDED | {"after": "x"}, WHERE)
    assert str(error.value).startswith("x.toml, row 'z': it cannot be drawn there: grid line 1")


def test_a_column_beside_cells_that_span_lines_leaves_them_whole():
    tall = GRID | {"grid": [["甲", "乙"], ["^", "丙"], ["@x.a", "@x.b"], ["^", "@y.b"]]}
    drawn = add_column(tall, ADDED | {"after": "a"}, WHERE)
    assert drawn["grid"] == [
        ["甲", "新", "乙"],
        ["^", "^", "丙"],
        ["@x.a", "@x.z", "@x.b"],
        ["^", "^", "@y.b"],
    ]
    assert "widths" not in drawn
    assert list(lay_out(tall | drawn).cells) == ["t.x.a", "t.x.z", "t.x.b", "t.y.b"]


@pytest.mark.parametrize("top", [["@x.a", "@x.b"], ["^", "@x.b"]])
def test_a_column_without_a_head_cannot_be_followed(top):
    bare = GRID | {"grid": [["@w.a", "甲"], top]}
    with pytest.raises(EditionError, match="column 'a' has no printed head of its own"):
        add_column(bare, ADDED | {"after": "a"}, WHERE)


# ── where overlays live ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "annual-report"
    place.mkdir()
    (place / "2021-east.toml").write_text(CASES["base"], encoding="utf-8")
    return tmp_path


def test_an_overlay_is_found_by_name_in_a_folder_and_never_by_year(folder):
    assert edition.named("annual-report", "2021-east", (folder,)).base == "2021"
    assert edition.named("annual-report", "2021-east") is None
    assert edition.for_year("annual-report", 2025, (folder,)).name == "2021"


def test_an_overlay_is_loaded_from_its_path(folder):
    assert edition.load(folder / "annual-report" / "2021-east.toml").name == "2021-east"


def test_an_overlay_cannot_shadow_an_official_edition(folder):
    path = folder / "annual-report" / "2019.toml"
    path.write_text(CASES["base"].replace("2021-east", "2019"), encoding="utf-8")
    with pytest.raises(EditionError, match=r"edition annual-report/2019 exists already"):
        edition.known((folder,))
    with pytest.raises(EditionError) as error:
        edition.load(path)
    assert str(error.value) == (
        "2019.toml line 2: '2019' is an official edition; give the overlay a name of its own"
    )


def test_an_overlay_cannot_be_extended_itself(folder, monkeypatch):
    monkeypatch.setenv("GOUJI_TEMPLATES", str(folder))
    text = head().replace("annual-report/2021", "annual-report/2021-east", 1)
    with pytest.raises(
        EditionError, match="no official edition 'annual-report/2021-east'; did you"
    ):
        overlay(text)


# ── through LibreOffice ───────────────────────────────────────────────────────────────────────────


@pytest.mark.no_cover
def test_random_returns_on_an_overlay_come_back_from_libreoffice_as_they_were(folder, tmp_path):
    need_office()
    own = edition.named("annual-report", "2021-east", (folder,))
    returns = share.spread(cases(own, seed=8, count=len(KINDS)), 2)
    assert there_and_back(returns, tmp_path, (folder,)) == []


@pytest.mark.no_cover
def test_the_live_rows_of_an_overlay_say_what_check_says(tmp_path):
    need_office(session=True)
    assert typed_in(cases(overlay(), seed=9, count=len(KINDS)), tmp_path) == []


def test_help_is_shown_below_the_table_and_covers_no_cell(tmp_path):
    path = tmp_path / "blank.xlsx"
    path.write_bytes(workbook(overlay()))
    page = openpyxl.load_workbook(path)["表二"]
    (place,) = [
        cell for row in page.iter_rows() for cell in row if "按实际入库数填。" in str(cell.value)
    ]
    assert (place.value, place.protection.locked) == ("B18：按实际入库数填。", True)
    foot = next(cell.row for cell in page["A"] if "校验码" in str(cell.value))
    assert place.row == foot + 1 > 18 + 1
    assert {rule.prompt for rule in page.data_validations.dataValidation} == {None}


# ── under the national keys ───────────────────────────────────────────────────────────────────────


def report(own, seed=0, **more):
    rng = random.Random(seed)  # noqa: S311
    typed = {key: rng.randint(0, 9) for key in own.typed}
    return Report(own, AGENCY, 2025, recompute(own, typed, ()), origin="workbook", **more)


def this_years(numbers, keys):
    return sum(numbers[key] for key in keys if not key.startswith("prior."))


def homes(own, balance):
    """Return the sets of inherited keys in a balance of an overlay."""
    sides = (
        [own.counts_as.get(key, key) for key in side if not key.startswith("prior.")]
        for side in (balance.left, balance.right)
    )
    return tuple(frozenset(side) for side in sides)


@pytest.mark.parametrize("seed", range(5))
def test_every_national_sum_is_the_sum_of_those_of_the_overlay(seed):
    own = overlay()
    given = report(own, seed)
    seen = national(given)
    assert seen.edition is official()
    assert list(seen.values) == list(official().cells)
    for balance in official().balances:
        parts = [
            part
            for part in own.balances
            if part.code == balance.code and homes(own, part) == homes(own, balance)
        ]
        assert parts
        for side in ("left", "right"):
            assert this_years(seen.numbers, getattr(balance, side)) == sum(
                this_years(given.numbers, getattr(part, side)) for part in parts
            )
    assert recompute(official(), seen.values, ()) == seen.values


def test_what_counts_as_nothing_national_is_left_out():
    own = overlay()
    given = report(own)
    seen = national(given)
    assert seen.values["proactive.fees.collected"] == given.values["proactive.fees.collected"]
    assert "proactive.funds.collected" not in seen.values
    assert seen.values["applications.other_rest.other_org"] == sum(
        given.values[f"applications.{row}.{column}"]
        for row in ("other_rest", "other_moved")
        for column in ("other_org", "foreign")
    )


@pytest.mark.parametrize(
    ("own_value", "added", "nil", "seen"),
    [
        (3, None, (), None),
        (None, 3, (), None),
        (None, None, (), None),
        (3, None, ("applications",), 3),
        (None, None, ("applications",), None),
        ("三", 4, (), "三"),
        (3, "四", (), None),
    ],
)
def test_a_sum_over_something_open_is_open_and_a_misfit_stays_one(own_value, added, nil, seen):
    own = overlay(
        head(
            "[[row]]",
            'table = "applications"',
            'after = "other_rest"',
            'key = "other_moved"',
            'label = "4"',
            'counts_as = "other_rest"',
        )
    )
    values = dict.fromkeys(own.cells) | {
        "applications.other_rest.business": own_value,
        "applications.other_moved.business": added,
    }
    given = Report(own, AGENCY, 2025, values, nil)
    assert national(given).values["applications.other_rest.business"] == seen


def test_tables_texts_and_last_years_numbers_that_are_not_national_are_left_out():
    own = overlay(
        head(
            "[[section]]",
            'caption = "附表"',
            'sheet = "附表"',
            'table = "media"',
            'text = "remarks"',
            'grid = [["账号数", "@accounts.count"]]',
        )
    )
    given = report(
        own,
        nil=("proactive", "media"),
        texts={"overview": "甲", "remarks": "乙"},
        prior={"media.accounts.count": 3, "applications.carried_out.total": 4},
    )
    seen = national(given)
    assert seen.nil == ("proactive",)
    assert seen.texts == {"overview": "甲"}
    assert seen.prior == {"applications.carried_out.total": 4}
    assert (seen.agency, seen.year, seen.origin) == (AGENCY, 2025, "workbook")


def test_a_report_on_an_official_edition_is_national_as_it_is():
    given = report(official())
    assert national(given) is given
