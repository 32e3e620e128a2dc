"""A return on the blank for all: its agency is chosen, everything looked up is taken by value."""

import io
from dataclasses import replace

import pytest
from forall import EDITION, KEYS, NAMES, YEAR, blank, filled, listed, typed
from office import convert, need_office
from openpyxl import load_workbook
from tamper import cell, changed, gone, part_of, replacing, unpack

from toolkit.blank.build import build
from toolkit.blank.directory import CHOSEN, FIRST, META
from toolkit.blank.mark import is_ours, shared
from toolkit.blank.slots import MARK, prior_places, word
from toolkit.returned.fill import fill
from toolkit.returned.read import read
from toolkit.xlsx.address import at


def facts(source):
    """Return (code, severity, first place, found, expected) of the findings."""
    return [
        (f.code, f.severity, f.cells[0].at if f.cells else None, f.found, f.expected)
        for f in read(source).findings
    ]


# ── what is taken ─────────────────────────────────────────────────────────────────────────────────


def test_an_empty_blank_for_all_is_read_without_a_finding():
    reading = read(blank())
    assert reading.findings == ()
    assert reading.report.agency == {"name": None, "code": None, "level": None}
    assert (reading.report.year, reading.report.prior) == (YEAR, {})


@pytest.mark.parametrize(
    ("name", "code", "level"),
    [("甲局", None, "city"), ("Ｂ局（本级）", "01", "county"), ("丙局", "02", None)],
)
def test_the_chosen_agency_has_the_facts_of_its_row(name, code, level):
    reading = read(typed(name))
    assert reading.findings == ()
    assert reading.report.agency == {"name": name, "code": code, "level": level}
    assert reading.report.prior == listed(name).prior


def test_without_an_agency_nothing_is_looked_up_and_it_is_asked_for():
    assert facts(filled(blank())) == [("identity", "error", "B4", "", None)]
    assert read(filled(blank())).report.prior == {}


def test_a_name_that_is_not_in_the_list_is_told_with_what_to_do():
    source = filled(typed("戊局"))
    assert facts(source) == [("identity", "error", "B4", "戊局", None)]
    assert "下拉列表" in read(source).findings[0].message("zh")
    assert read(source).report.agency == {"name": "戊局", "code": None, "level": None}


@pytest.mark.parametrize("spelt", [" Ｂ局（本级） ", "B局(本级)", "Ｂ 局【本级】\u200b"])
def test_a_name_in_another_spelling_is_its_agency_and_told(spelt):
    reading = read(typed(spelt))
    assert [(f.code, f.severity, f.expected) for f in reading.findings] == [
        ("cover", "warning", "Ｂ局（本级）")
    ]
    assert reading.report.agency["code"] == "01"
    assert reading.report.prior == listed("Ｂ局（本级）").prior


def test_capitals_are_no_matter_as_in_the_formulas():
    reading = read(typed("DING局"))
    assert [f.expected for f in reading.findings] == []
    assert reading.report.prior == listed("ding局").prior


@pytest.mark.parametrize(
    ("inner", "kind", "code", "text"),
    [
        ("<v>7</v>", "", "identity", "7"),
        ("<v>#N/A</v>", "e", "cover", "#N/A"),
        ("<f>A1</f><v>甲局</v>", "str", "typed-formula", "=A1"),
    ],
)
def test_content_that_is_no_name_chooses_nobody(inner, kind, code, text):
    source = changed(blank(), "填报说明", cell("B4", inner, t=kind))
    assert (code, "error", "B4", text) in [fact[:4] for fact in facts(source)]


# ── stored results ────────────────────────────────────────────────────────────────────────────────


def stored(source, sheet, at, value):
    """Return the workbook with a stored result in a formula's cell."""
    parts = unpack(source)
    xml = parts[part_of(parts, sheet)].decode()
    start = xml.index(f'<c r="{at}"')
    formula = xml[xml.index("<f>", start) : xml.index("</f>", start) + 4]
    kind = "" if isinstance(value, int) else "str"
    return changed(source, sheet, cell(at, f"{formula}<v>{value}</v>", t=kind))


LAST = at(prior_places(EDITION)[KEYS[0]])


@pytest.mark.parametrize(
    ("sheet", "place", "right", "wrong"),
    [
        ("填报说明", "B5", "01", "9"),
        ("填报说明", "B6", "县级", "省级"),
        ("填报说明", "B9", "2026年1月15日前", "2026年3月1日前"),
        ("上年数", LAST, 101, 7),
    ],
)
def test_a_stored_lookup_is_not_trusted_and_told_where_it_is_old(sheet, place, right, wrong):
    chosen = typed(NAMES[1])
    assert facts(stored(chosen, sheet, place, right)) == []
    old = stored(chosen, sheet, place, wrong)
    assert facts(old) == [("stale-value", "warning", place, str(wrong), str(right))]
    assert read(old).report == read(chosen).report


def test_the_lookups_of_a_name_that_is_not_listed_say_so():
    source = typed("戊局")
    assert facts(stored(source, "填报说明", "B6", "名册中没有这个机关"))[1:] == []
    assert facts(stored(source, "填报说明", "B6", ""))[1:] == [
        ("stale-value", "warning", "B6", "", "名册中没有这个机关")
    ]


def test_the_deadline_of_an_agency_without_its_own_is_the_editions():
    general = "2026年部门报告1月31日前；地区报告3月31日前"
    assert facts(stored(typed("甲局"), "填报说明", "B9", general)) == []


# ── what was changed ──────────────────────────────────────────────────────────────────────────────

ROW = FIRST + 1
SEED = at((ROW, META.index("seed") + 1))
CHANGES = {
    "a number": cell(at((ROW, len(META) + 1)), "<v>55</v>"),
    "a name": replacing("Ｂ局（本级）", "乙局"),
    "a level": replacing("市级", "省级", 1),
    "a seed": cell(SEED, "<v>1</v>"),
    "a number that became a formula": cell(at((ROW, len(META) + 1)), "<f>1</f><v>101</v>"),
    "a row that is gone": gone(at((ROW, 1))),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_changed_directory_is_an_error(name):
    source = changed(typed("甲局"), word("agencies"), CHANGES[name])
    findings = read(source).findings
    told = next(f for f in findings if f.words and f.words.name == "label/directory")
    assert (told.code, told.severity, told.cells[0].sheet) == ("label", "error", "名册")
    assert "名册" in told.message("zh")


def test_the_number_of_the_row_is_a_formula_and_heads_are_printed():
    sheet, places = word("agencies"), {"label": "A4", "formula": at(CHOSEN)}
    head = changed(blank(), sheet, replacing("机关名称", "单位"))
    row = changed(blank(), sheet, cell(at(CHOSEN), "<v>1</v>"))
    for code, source in zip(places, (head, row), strict=True):
        assert [(f.code, f.cells[0].sheet, f.cells[0].at) for f in read(source).findings] == [
            (code, sheet, places[code])
        ]


def test_an_overwritten_lookup_is_told_and_not_read():
    source = changed(typed("甲局"), "上年数", cell(LAST, "<v>7</v>"))
    assert [fact[:4] for fact in facts(source)] == [("formula", "warning", LAST, "7")]
    assert read(source).report.prior == listed("甲局").prior
    gap = changed(typed("甲局"), "上年数", gone(LAST))
    assert read(gap).report.prior == listed("甲局").prior


def without(source, sheet):
    """Return a workbook without one of its sheets."""
    book = load_workbook(io.BytesIO(source))
    del book[sheet]
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_directory_that_is_gone_is_told_and_nothing_is_looked_up():
    reading = read(without(typed("甲局"), word("agencies")))
    missing = [f for f in reading.findings if f.code == "sheet-missing"]
    assert [f.cells[0].sheet for f in missing] == ["名册"]
    assert reading.report.agency == {"name": "甲局", "code": None, "level": None}
    assert reading.report.prior == {}
    assert "identity" not in {f.code for f in reading.findings}


def test_without_its_cover_a_blank_for_all_has_no_agency():
    reading = read(without(typed("甲局"), "填报说明"))
    assert "sheet-missing" in {f.code for f in reading.findings}
    assert reading.report.agency["name"] is None


def test_a_sheet_of_that_name_in_an_ordinary_blank_is_foreign():
    plain = build(EDITION)
    book = load_workbook(io.BytesIO(plain))
    book.create_sheet(word("agencies"))["A1"] = "甲局"
    target = io.BytesIO()
    book.save(target)
    assert ("outside", "error", "A1", "甲局", "") in facts(target.getvalue())


# ── the mark ──────────────────────────────────────────────────────────────────────────────────────


def mark_cell(name, text):
    place = f"B{MARK.index(name) + 1}"
    return changed(blank(), word("mark"), cell(place, f"<is><t>{text}</t></is>", t="inlineStr"))


@pytest.mark.parametrize("text", ["x", "٣", "2001", "00003", "-1", ""])
def test_a_count_that_no_blank_has_is_none(text):
    assert shared({"shared": text}) == 0


def test_the_plan_of_a_blank_for_all_is_ours_for_its_own_number_of_agencies():
    codes = {fact[0] for fact in facts(mark_cell("shared", "3"))}
    assert "other-version" in codes
    assert not is_ours(EDITION, {"plan": "0", "shared": "4"})


def test_another_versions_words_of_the_directory_are_not_compared():
    plan = read_mark("plan").split()[0] + " 0"
    source = changed(mark_cell("plan", plan), word("agencies"), replacing("校验码用数", "数"))
    chosen = typed("丙局", source=source)
    assert facts(chosen) == [("other-version", "note", None, None, None)]
    assert read(chosen).report.agency["code"] == "02"


def read_mark(name):
    book = load_workbook(io.BytesIO(blank()))
    return book[word("mark")].cell(MARK.index(name) + 1, 2).value


# ── elsewhere ─────────────────────────────────────────────────────────────────────────────────────


def test_one_agency_is_a_list_too():
    assert read(typed("丙局", source=blank("丙局"))).findings == ()


def test_a_return_on_it_goes_into_an_ordinary_form():
    report = read(filled(typed("Ｂ局（本级）"))).report
    again = read(fill(report, EDITION).workbook)
    assert again.findings == ()
    assert again.report == replace(report, sources=())


@pytest.mark.no_cover
def test_libreoffice_looks_up_what_is_read(tmp_path):
    need_office()
    names = {"a": "甲局", "b": "Ｂ局（本级）", "c": "丙局", "d": "DING局", "none": "戊局", "e": ""}
    for file, name in names.items():
        source = filled(typed(name)) if name else blank()
        (tmp_path / f"{file}.xlsx").write_bytes(source)
    (tmp_path / "out").mkdir()
    for path in convert(sorted(tmp_path.glob("*.xlsx")), tmp_path / "out", "xlsx"):
        before = read((tmp_path / path.name).read_bytes())
        after = read(path.read_bytes())
        assert after.report == before.report
        assert [f.code for f in after.findings] == [f.code for f in before.findings]
        book = load_workbook(path, data_only=True)
        said = {"none": "名册中没有这个机关"}.get(path.stem)
        shown = next((one for one in NAMES if one.lower() == names[path.stem].lower()), None)
        expected = (listed(shown).code or "", listed(shown).level or "") if shown else ("", said)
        cover = book["填报说明"]
        assert (cover["B5"].value or "", cover["B6"].value or "") == (
            expected[0],
            expected[1] or "",
        )
        for key, place in prior_places(EDITION).items():
            last = listed(shown).prior.get(key) if shown else None
            assert (book["上年数"].cell(*place).value or None) == last
