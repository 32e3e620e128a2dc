import json
import re
import tomllib
from collections import Counter
from copy import deepcopy

import jsonschema
import pytest
from source import TESTS, editions

from toolkit import data
from toolkit.check import rules
from toolkit.data import DataError
from toolkit.edition import edition, shape
from toolkit.edition.edition import EditionError, build, load, resolve
from toolkit.edition.lines import scan
from toolkit.edition.overlay import merge
from toolkit.edition.parse import Parsed, parse_text

CASES = tomllib.loads((TESTS / "cases" / "editions.toml").read_text(encoding="utf-8"))
TEMPLATES = TESTS.parent / "templates" / "annual-report"
NAMES = ("2019", "2021")
EVERY = pytest.mark.parametrize(("form_name", "name"), edition.known(), ids=lambda part: part)


def text_of(name, form_name="annual-report"):
    return (TEMPLATES.parent / form_name / f"{name}.toml").read_text(encoding="utf-8")


def changed(text, changes):
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
        text = text.replace(old, new)
    return text


def built(text):
    return resolve(parse_text(text, "x.toml"))


def form(name, form_name="annual-report"):
    return edition.named(form_name, name)


# ── what there is ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "cells", "typed", "computed", "balances"),
    [("2021", 203, 169, 34, 58), ("2019", 198, 166, 32, 50)],
)
def test_an_edition_has_its_cells_and_balances(name, cells, typed, computed, balances):
    it = form(name)
    assert len(it.cells) == cells
    assert len(it.typed) == typed
    assert len(it.computes) == computed
    assert len(it.balances) == balances


def test_200_cells_of_2021_stand_in_the_tables_and_166_of_them_are_typed():
    it = form("2021")
    tables = [key for key in it.cells if it.cells[key].table in it.statutory]
    assert it.statutory == ("proactive", "applications", "disputes")
    assert [len(it.of_table(table)) for table in it.statutory] == [10, 175, 15]
    assert len(tables) == 200
    assert len(set(tables) & set(it.typed)) == 166


def test_the_cells_of_2019_are_22_and_161_and_15():
    it = form("2019")
    assert [len(it.of_table(table)) for table in it.statutory] == [22, 161, 15]


@pytest.mark.parametrize(("name", "printed"), [("2021", 42), ("2019", 40)])
def test_the_balances_of_the_printed_form_need_no_other_year(name, printed):
    codes = Counter(balance.code for balance in form(name).balances)
    rows = {"2021": 25, "2019": 23}[name]
    ours = {"balance": 7, "row-total": rows, "concluded": 7, "dispute-total": 3}
    assert {code: codes[code] for code in ours} == ours
    assert sum(ours.values()) == printed
    rest = {"carried-in": 7, "pending-chain": 3}
    if name == "2021":
        rest |= {"in-force-floor": 2, "in-force-chain": 2, "processing-fee": 2}
    assert codes == ours | rest


@pytest.mark.parametrize(("name", "results"), [("2021", 21), ("2019", 19)])
def test_concluded_is_the_sum_of_all_results(name, results):
    for balance in form(name).balances:
        if balance.code == "concluded":
            assert len(balance.right) == results


@pytest.mark.parametrize("name", NAMES)
def test_the_total_column_follows_from_the_others(name):
    implied = {balance.id: balance.implied for balance in form(name).balances if balance.implied}
    columns = ("natural_person", "business", "research", "social_org", "legal_service", "other_org")
    assert implied == {
        f"{code}[total]": tuple(f"{code}[{column}]" for column in columns)
        for code in ("balance", "concluded", "carried-in")
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_first_balance_in_the_file_computes_a_cell_and_a_second_only_checks_it(name):
    it = form(name)
    claims = Counter(balance.left[0] for balance in it.balances if balance.computes)
    assert [key for key, count in claims.items() if count > 1] == ["applications.concluded.total"]
    assert it.computes["applications.concluded.total"].id == "row-total[concluded]"


@pytest.mark.parametrize("name", NAMES)
def test_what_is_carried_out_is_typed_but_in_the_total_column(name):
    typed = {key for key in form(name).typed if ".carried_out." in key}
    assert len(typed) == 6
    assert "applications.carried_out.total" not in typed


def test_all_real_reports_have_exactly_the_keys_of_their_edition():
    for path in sorted((TESTS / "real").glob("*.json")):
        report = json.loads(path.read_text(encoding="utf-8"))
        it, keys = form(report["edition"]), set(report["values"])
        own = {key for key in it.cells if it.cells[key].table in it.statutory}
        if path.stem == "hongze_district_2023":
            lacking = {key.split(".")[1] for key in own - keys}
            assert lacking == {"other_uncorrected", "other_fee_unpaid", "other_rest"}
            assert keys - own == {
                key for key in form("2019").cells if key.startswith("applications.other_handling.")
            }
        else:
            assert keys == own, path.stem


def test_six_real_reports_are_there():
    assert len(list((TESTS / "real").glob("*.json"))) == 6


@pytest.mark.parametrize("name", NAMES)
def test_six_sections_have_the_printed_titles(name):
    assert [section.caption for section in form(name).sections] == [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ]
    assert list(form(name).texts) == ["overview", "problems", "other"]
    assert len(form(name).texts["overview"].aspects) == 5


@pytest.mark.parametrize("name", NAMES)
def test_rows_and_columns_have_printed_words(name):
    it = form(name)
    assert it.rows["applications.carried_out"] == "四、结转下年度继续办理"
    assert it.rows["disputes.suit_direct"] == "未经复议直接起诉"
    assert it.columns["applications.business"] == "商业企业"
    assert it.columns["disputes.pending"] == "尚未审结"
    assert set(it.rows) == {f"{cell.table}.{cell.row}" for cell in it.cells.values()}
    assert set(it.columns) == {f"{cell.table}.{cell.column}" for cell in it.cells.values()}


def test_a_row_without_printed_words_goes_by_its_key():
    it = built(
        changed(
            CASES["base"],
            [
                (
                    '[["购入", "备注"], ["@bought.amount", "@bought.remark"]]',
                    '[["@bought.amount", "@bought.remark"]]',
                )
            ],
        )
    )
    assert it.rows["money.bought"] == "bought"
    assert it.columns["money.amount"] == "amount"
    assert it.cells["money.bought.amount"].label == ""


def test_a_row_whose_cells_share_no_printed_words_goes_by_its_first_and_its_last():
    assert built(CASES["base"]).rows["money.bought"] == "购入–备注"
    site = edition.named("site-report", "2017")
    assert site.rows["website.filing"] == "单位负责人–填报日期"


def test_units_and_signs_are_those_of_the_form():
    old, new = form("2019"), form("2021")
    assert {cell.unit for cell in new.cells.values()} == {"件", "万元", "元"}
    assert new.cells["proactive.fees.collected"].unit == "万元"
    assert new.cells["processing_fee.notices.count"].unit == "件"
    assert new.cells["processing_fee.collected.amount"].unit == "元"
    assert old.cells["proactive.procurement.amount"].unit == ""
    money = {c.key for it in (old, new) for c in it.cells.values() if c.kind == "money"}
    assert money == {
        "proactive.fees.collected",
        "proactive.procurement.amount",
        "processing_fee.notices.amount",
        "processing_fee.collected.amount",
    }
    signed = {cell.key for cell in old.cells.values() if cell.signed}
    assert signed == {key for key in old.cells if key.endswith(".change")}
    assert len(signed) == 5
    assert not any(cell.signed for cell in new.cells.values())


def test_a_balance_names_its_keys_of_this_year_and_of_last_year():
    chain = next(b for b in form("2021").balances if b.id == "in-force-chain[rules]")
    assert chain.keys == (
        "proactive.rules.in_force",
        "proactive.rules.repealed",
        "proactive.rules.issued",
    )
    assert chain.prior == ("proactive.rules.in_force",)
    assert (chain.table, chain.row, chain.column) == ("proactive", "rules", None)


def test_a_pattern_leaves_out_what_the_equation_names_outright():
    total = next(b for b in form("2021").balances if b.id == "dispute-total[review]")
    assert [key.rsplit(".", 1)[1] for key in total.right] == [
        "upheld",
        "corrected",
        "other",
        "pending",
    ]
    assert total.left == ("disputes.review.total",)


def test_select_takes_patterns_and_keeps_the_form_order():
    keys = [cell.key for cell in form("2021").select(("proactive.fees.*", "proactive.rules.*"))]
    assert keys == [
        "proactive.rules.issued",
        "proactive.rules.repealed",
        "proactive.rules.in_force",
        "proactive.fees.collected",
    ]


def test_the_rule_of_an_edit_states_its_figures():
    jump = next(edit for edit in form("2021").edits if edit.id == "jump")
    assert (jump.figures, jump.message) == ({"ratio": 5, "floor": 20}, {})
    assert "5 倍" in jump.rule["zh"]
    assert "20" in jump.rule["zh"]
    level = next(edit for edit in form("2021").edits if edit.code == "rules-level")
    assert level.levels == ("county", "town")


# ── finding editions ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("year", "name"),
    [(2018, None), (2019, "2019"), (2020, "2019"), (2021, "2021"), (2025, "2021")],
)
def test_a_year_has_one_edition(year, name):
    found = edition.for_year("annual-report", year)
    assert (found.name if found else None) == name
    assert edition.for_year("other-form", year) is None


def test_an_unknown_name_is_no_edition():
    assert edition.named("annual-report", "2020") is None


def test_an_edition_is_loaded_once():
    assert form("2021") is form("2021")


def own_folder(tmp_path, form_name, name, text):
    folder = tmp_path / form_name
    folder.mkdir(parents=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder_of_ones_own_adds_editions_but_gives_no_year_its_edition(tmp_path):
    folder = own_folder(tmp_path, "stock", "2030", CASES["base"])
    assert edition.named("stock", "2030", (folder,)).title == "库存表"
    assert edition.for_year("stock", 2030, (folder,)) is None
    assert edition.named("stock", "2030") is None


def test_a_name_found_twice_is_refused(tmp_path):
    folder = own_folder(tmp_path, "annual-report", "2021", text_of("2021"))
    with pytest.raises(EditionError) as error:
        edition.named("annual-report", "2021", (folder,))
    places = (str(TEMPLATES), str(folder / "annual-report"))
    assert str(error.value) in {
        f"2021.toml: edition annual-report/2021 exists already in {place}; give it another name"
        for place in places
    }


def test_a_folder_given_twice_is_one_folder(tmp_path):
    folder = own_folder(tmp_path, "stock", "2030", CASES["base"])
    assert edition.named("stock", "2030", (folder, folder, folder / "stock")).name == "2030"


@pytest.mark.parametrize("place", [("stock", "2031"), ("shop", "2030")])
def test_a_file_is_called_what_it_says_it_is(tmp_path, place):
    folder = own_folder(tmp_path, *place, CASES["base"])
    with pytest.raises(EditionError) as error:
        edition.named(*place, (folder,))
    assert str(error.value) == (
        f"{place[1]}.toml: edition stock/2030 belongs into stock/2030.toml; move the file"
    )


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    missing = tmp_path / "none"
    with pytest.raises(DataError) as error:
        edition.known((missing,))
    assert str(error.value) == (
        f"no folder {str(missing)!r}; check --templates and GOUJI_TEMPLATES"
    )


def test_the_environment_names_folders_too(tmp_path, monkeypatch):
    folder = own_folder(tmp_path, "stock", "2030", CASES["base"])
    monkeypatch.setenv("GOUJI_TEMPLATES", str(folder))
    assert ("stock", "2030") in edition.known()


def test_a_missing_folder_of_ours_is_told():
    with pytest.raises(
        DataError, match=r"^folder 'nowhere' is missing; install the package again$"
    ):
        data.home("nowhere")


def test_a_file_that_is_no_toml_is_refused_by_name(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_bytes(b'form = "x"\r\nname = "\xb1\xed"')
    with pytest.raises(EditionError) as error:
        load(path)
    assert str(error.value) == "broken.toml line 2: is not UTF-8; save it in that encoding"
    with pytest.raises(EditionError, match=r"^none\.toml: cannot be read: No such file"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("form = ", "line 1, the last: Invalid value"),
        ('form = "x"\nname = "y\n', "line 2, column 10: Illegal character '\\n'"),
        ('form = "x"\nform = "y"\n', "line 2, column 11: Cannot overwrite a value"),
        ("grid = [[1]", "line 1, the last: Unclosed array"),
    ],
)
def test_what_is_no_toml_is_refused_with_its_line_and_a_hint(tmp_path, text, where):
    path = tmp_path / "broken.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EditionError) as error:
        load(path)
    assert str(error.value).removeprefix("broken.toml ") == (
        f"{where}; look there, and just before, for a quote, bracket or comma"
    )


def test_an_open_edition_says_from_when_its_overlays_may_be():
    text = CASES["base"].replace(", to = 2031", "")
    merged = {"extends": "stock/2030", "name": "own", "source": "某", "years": {"from": 2029}}
    with pytest.raises(EditionError) as error:
        merge(parse_text(text, "b.toml"), Parsed(merged, scan("years = 1", "x.toml")))
    assert str(error.value) == (
        "x.toml line 1: the inherited edition is for 2030 on; stay within its years"
    )


def test_a_file_of_windows_notepad_is_read_and_its_lines_counted(tmp_path):
    path = tmp_path / "x.toml"
    text = CASES["base"].replace("each = ", "eech = ", 1).replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    with pytest.raises(EditionError) as error:
        load(path)
    assert str(error.value) == (
        "x.toml line 41, balance 'row-total': no field 'eech'; did you mean 'each'?"
    )


# ── contradictions ────────────────────────────────────────────────────────────────────────────────


def test_the_small_edition_the_cases_change_is_sound():
    it = built(CASES["base"])
    assert (len(it.cells), len(it.typed), len(it.balances), len(it.edits)) == (11, 8, 7, 1)
    assert it.tables["stock"].widths == (20, 8, 8, 8)
    assert it.tables["money"].widths == (10, 10)


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_a_contradiction_is_refused_with_file_entry_fact_and_hint(case):
    with pytest.raises(EditionError) as error:
        built(changed(CASES["base"], case["change"]))
    assert str(error.value) == case["message"]


def test_an_edition_without_cells_is_refused():
    source = tomllib.loads(CASES["base"])
    source["section"] = source["section"][2:]
    with pytest.raises(EditionError) as error:
        build(source, "x.toml")
    assert str(error.value) == "x.toml: the edition has no cells; give a section a grid"


def test_an_entry_that_is_no_table_is_refused():
    with pytest.raises(EditionError) as error:
        build(tomllib.loads(CASES["base"]) | {"edit": ["jump"]}, "x.toml")
    assert str(error.value) == (
        "x.toml: field 'edit, item 1' is not a table: 'jump'; write it as { name = value }"
    )


# ── schemas/edition.schema.json ───────────────────────────────────────────────────────────────────


def schema():
    return json.loads(data.schema_text("edition.schema.json"))


def keywords(rule):
    """Yield every keyword of a schema, without names of fields."""
    for keyword, value in rule.items():
        yield keyword
        if keyword in {"properties", "$defs", "dependentSchemas"}:
            for inner in value.values():
                yield from keywords(inner)
        elif keyword == "dependentRequired":
            continue
        elif isinstance(value, dict):
            yield from keywords(value)
        elif keyword == "allOf":
            for inner in value:
                yield from keywords(inner)


def fields(rule):
    for name, inner in rule.get("properties", {}).items():
        yield name, inner
        yield from fields(inner)
    for inner in (rule.get("items"), rule.get("additionalProperties")):
        if isinstance(inner, dict):
            yield from fields(inner)


def test_the_schema_is_one_and_says_only_what_load_understands():
    jsonschema.Draft202012Validator.check_schema(schema())
    assert set(keywords(schema())) <= shape.KEYWORDS


def test_every_field_has_a_description_for_the_editor():
    assert [name for name, rule in fields(schema()) if not rule.get("description")] == []


def test_every_field_stands_in_the_docs_and_the_docs_name_no_other():
    page = (TESTS.parent / "docs" / "editions.md").read_text(encoding="utf-8")
    code = re.findall(r"`([^`\n]+)`|```toml\n(.*?)```", page, re.DOTALL)
    words = set(re.findall(r"[a-z_]+", " ".join(map("".join, code))))
    names = {name for name, _ in fields(schema())}
    kinds = {word for _, rule in fields(schema()) for word in rule.get("enum", ())}
    assert names - words == set()
    assert set(re.findall(r"`([a-z_]+)`", page)) - names - kinds == set()


@EVERY
def test_the_schema_accepts_our_editions_and_they_name_it(form_name, name):
    jsonschema.Draft202012Validator(schema()).validate(tomllib.loads(text_of(name, form_name)))
    first = text_of(name, form_name).splitlines()[0]
    assert first == "#:schema ../../schemas/edition.schema.json"


def schema_cases():
    wanted = ("no field ", "field ")
    for case in CASES["case"]:
        fact = re.sub(r"^x\.toml( line \d+)?(, [^:]*)?: ", "", case["message"])
        yield pytest.param(case, fact.startswith(wanted), id=case["name"])


@pytest.mark.parametrize(("case", "misshapen"), list(schema_cases()))
def test_an_editor_underlines_what_load_refuses_as_misshapen(case, misshapen):
    source = tomllib.loads(changed(CASES["base"], case["change"]))
    assert jsonschema.Draft202012Validator(schema()).is_valid(source) != misshapen


def test_the_schema_knows_the_kinds_of_edit_and_the_levels_there_are():
    edit = schema()["properties"]["edit"]["items"]["properties"]
    assert set(edit["kind"]["enum"]) == set(rules.KINDS)
    assert tuple(edit["levels"]["items"]["enum"]) == edition.LEVELS


# ── the fingerprint ───────────────────────────────────────────────────────────────────────────────


def without_comments(text):
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return "\n\n".join(line.replace(" = ", "   =  ") if "{" not in line else line for line in lines)


@EVERY
def test_the_fingerprint_does_not_see_blanks_and_comments(form_name, name):
    text = without_comments(text_of(name, form_name))
    assert text != text_of(name, form_name)
    assert built(text).fingerprint == form(name, form_name).fingerprint


@EVERY
def test_the_fingerprint_does_not_see_the_order_of_fields(form_name, name):
    source = tomllib.loads(text_of(name, form_name))
    turned = {
        field: [dict(reversed(entry.items())) for entry in value]
        if isinstance(value, list)
        else value
        for field, value in reversed(source.items())
    }
    assert build(turned, "x.toml").fingerprint == form(name, form_name).fingerprint


@pytest.mark.no_cover
@pytest.mark.parametrize("name", NAMES)
def test_every_printed_label_changes_the_fingerprint(name):
    source = deepcopy(editions()[f"annual-report/{name}"])
    seen = {form(name).fingerprint}
    count = 1
    for section in source["section"]:
        section["caption"] += "甲"
        seen.add(build(source, "x.toml").fingerprint)
        count += 1
        for line in section.get("grid", ()):
            for at, item in enumerate(line):
                if item[0] not in "@<^":
                    line[at] += "甲"
                    seen.add(build(source, "x.toml").fingerprint)
                    count += 1
    assert len(seen) == count > 60


@pytest.mark.parametrize(
    "change",
    [
        ('"@opening.*"', '"@begin.*"'),
        ('unit = "元"', 'unit = "万元"'),
        ('{ kind = "money" }', "{ signed = true }"),
        ('"stock.opening.total >=', '"stock.opening.total <='),
        ("computes = true\n", ""),
        ('text = "notes"', 'text = "remarks"'),
        ('sheet = "说明"', 'sheet = "附注"'),
        ('name = "2030"', 'name = "2031"'),
    ],
)
def test_the_fingerprint_sees_keys_units_signs_balances_and_names(change):
    changes = [change]
    if "begin" in change[1]:
        changes += [('"opening + bought', '"begin + bought'), ("stock.opening", "stock.begin")]
        changes += [("{column}：{opening}", "{column}"), ("{column}: {opening}", "{column}")]
    it = built(changed(CASES["base"], changes))
    assert it.fingerprint != built(CASES["base"]).fingerprint


def test_sentences_and_widths_leave_the_fingerprint_alone():
    text = changed(
        CASES["base"], [("widths = [20, 8]", "widths = [9]"), ('{left} {right}",', '!",')]
    )
    assert built(text).fingerprint == built(CASES["base"]).fingerprint


# ── one column and one row more ───────────────────────────────────────────────────────────────────

COLUMN = [
    ('"other_org", "total"]', '"other_org", "foreign", "total"]'),
    (
        '"法人或其他组织", "<", "<", "<", "<", "总计"]',
        '"法人或其他组织", "<", "<", "<", "<", "<", "总计"]',
    ),
    ('"法律服务机构", "其他", "^"]', '"法律服务机构", "其他", "境外组织", "^"]'),
]
ROW = [
    (
        '  ["^", "^", "8.属于行政查询事项", "@refused_inquiry.*"],\n',
        """  ["^", "^", "8.属于行政查询事项", "@refused_inquiry.*"],
  ["^", "^", "9.属于商业秘密", "@refused_trade_secret.*"],
""",
    )
]


def test_a_column_more_is_three_lines_of_toml_and_a_row_more_is_one():
    old, new = text_of("2021").splitlines(), changed(text_of("2021"), COLUMN + ROW).splitlines()
    assert sum((Counter(new) - Counter(old)).values()) == 4
    assert sum((Counter(old) - Counter(new)).values()) == 3


def test_a_column_and_a_row_more_extend_every_balance():
    old, new = form("2021"), built(changed(text_of("2021"), COLUMN + ROW))
    assert len(new.of_table("applications")) == 26 * 8
    assert new.tables["applications"].size == (29, 11)
    assert len(new.tables["applications"].widths) == 11
    codes = Counter(balance.code for balance in new.balances)
    assert codes == Counter(balance.code for balance in old.balances) | {
        "balance": 8,
        "row-total": 26,
        "concluded": 8,
        "carried-in": 8,
    }
    by_id = {balance.id: balance for balance in new.balances}
    assert by_id["row-total[received]"].right[-1] == "applications.received.foreign"
    assert len(by_id["row-total[received]"].right) == 7
    assert "applications.refused_trade_secret.foreign" in by_id["concluded[foreign]"].right
    assert len(by_id["concluded[foreign]"].right) == 22
    assert len(by_id["balance[total]"].implied) == 7
    assert new.cells["applications.received.foreign"].label == (
        "一、本年新收政府信息公开申请数量 · 法人或其他组织 境外组织"
    )
    assert len(new.computes) == 26 + 7 + 3
