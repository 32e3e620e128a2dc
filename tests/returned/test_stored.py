"""Stored results of formulas other than totals are held against what was typed."""

import pytest
import share
from office import FILTER, convert, need_office
from returns import KINDS, cases
from rewriters import excel
from rewriters.caches import caches
from rewriters.excel import EXCEL_2016
from rewriters.saving import saved
from source import TESTS
from tamper import cell, changed, filled, gone, replacing, shifted
from test_read import COLUMNS, cached, facts, removed

from toolkit.blank import slots
from toolkit.blank.build import build
from toolkit.blank.live import live_rows
from toolkit.blank.slots import word
from toolkit.edition.edition import named
from toolkit.report.report import Report, from_json, parse_json, recompute
from toolkit.returned.fill import fill
from toolkit.returned.read import read

EDITION = named("annual-report", "2021")
LAST = slots.at(slots.prior_places(EDITION)["applications.carried_out.natural_person"])
ROW = slots.LIVE_FIRST + [live.id for live in live_rows(EDITION)].index("balance[natural_person]")
"""The live row of a balance."""
GOOD = "✓ 本表已填妥，勾稽关系全部相符。"
DECLARED = "本表其余空白均为0（已核对）"


def calm():
    """Return a return in which every balance holds."""
    return changed(filled(), "上年数", gone(LAST))


def site():
    """Return a return on the other form, which has no totals."""
    report = from_json(parse_json((TESTS / "cases" / "website.json").read_text("utf-8")))
    return fill(report, report.edition).workbook


def stale(source):
    """Return (place, found, expected) of the stored results that are told, and nothing else."""
    found = facts(read(source))
    assert {fact[:2] for fact in found} <= {("stale-value", "warning")}
    return [fact[2:] for fact in found]


def text(words):
    return {"inner": f"<v>{words}</v>", "t": "str"}


def number(value):
    return {"inner": f"<v>{value}</v>"}


TYPED = {
    "a published number": ("发布表三", "D5", number(70), "70", "7"),
    "a published total": ("发布表三", "J5", number(70), "70", "8"),
    "a published blank": ("发布表三", "D5", text(""), "", "7"),
    "an error": ("发布表三", "D5", {"inner": "<v>#REF!</v>", "t": "e"}, "#REF!", "7"),
    "a status line": ("表三", "A1", text("✗ 请改正"), "✗ 请改正", GOOD),
    "the state of a text": ("总体情况", "A1", text("已写 3 段。"), "已写 3 段。", "已写 2 段。"),
    "the progress": ("填报说明", "E4", text("3/166"), "3/166", "166/166"),
    "a table's state on the cover": ("填报说明", "E7", text("待填 3 格"), "待填 3 格", "✓ 已填妥"),
    "the deadline": ("填报说明", "B9", text("2025年1月1日前"), "2025年1月1日前",
                     "2026年部门报告1月31日前；地区报告3月31日前"),
    "a number the texts can name": ("填报说明", "H18", number(70), "70", "8"),
    "a live row's side": ("校验结果", f"C{ROW}", number(70), "70", "7"),
    "a live row's state": ("校验结果", f"F{ROW}", text("不符"), "不符", "相符"),
}  # fmt: skip


@pytest.mark.no_cover
@pytest.mark.parametrize("name", TYPED)
def test_a_forged_result_is_a_warning_with_what_is_stored_and_what_is_right(name):
    sheet, at, result, found, expected = TYPED[name]
    result = dict(result)
    source = cached(calm(), sheet, at, result.pop("inner"), **result)
    assert stale(source) == [(f"{sheet} {at}", found, expected)]
    (finding,) = read(source).findings
    assert "F9" in finding.message("zh")
    assert "{" not in finding.message("zh") + finding.message("en")


def test_the_whole_return_is_judged_on_cover_and_results():
    good = "✓ 各表已填妥，勾稽关系全部相符；文字部分写好后即可报送。"
    source = cached(calm(), "校验结果", "A2", f"<v>{good}</v>", t="str")
    assert stale(source) == []
    source = changed(source, "表三", cell("D7", "<v>9</v>"))
    ((_, found, expected),) = stale(source)
    assert (found, expected[:9]) == (good, "✗ 有 1 项不符")


def test_each_published_sheet_has_one_finding_and_the_status_lines_have_one():
    source = filled()
    for sheet, at in (("发布表三", "D5"), ("发布表三", "E5"), ("发布表四", "A5")):
        source = cached(source, sheet, at, "<v>70</v>")
    for sheet in ("表二", "表三"):
        source = cached(source, sheet, "A1", "<v>✗</v>", t="str")
    assert [place for place, _, _ in stale(source)] == [
        "发布表三 D5 发布表三 E5", "发布表四 A5", "表二 A1 表三 A1",
    ]  # fmt: skip


def test_a_right_result_is_fine_however_it_is_written():
    source = cached(filled(), "发布表三", "D5", "<v>7.0000000000000001</v>")
    assert stale(cached(source, "发布表三", "E5", "<v>1</v>", t="str")) == []
    broken = changed(filled(), "表二", cell("B17", "<v>0.30000000000000004</v>"))
    assert stale(cached(broken, "发布表二", "B15", "<v>0.3</v>")) == []


def test_numbers_in_a_sentence_may_be_written_in_another_way():
    source = changed(filled(), "表三", cell("D7", "<v>9</v>"))
    kind, said = caches(source)["校验结果", f"G{ROW}"]
    assert (kind, "9" in said) == ("str", True)
    for words, told in ((said.replace("9", "9.00"), 0), (said.replace("9", "8"), 1), ("？", 1)):
        there = cached(source, "校验结果", f"G{ROW}", f"<v>{words}</v>", t="str")
        assert len([f for f in read(there).findings if f.code == "stale-value"]) == told, words
    there = cached(source, "校验结果", f"G{ROW}", "<v>3</v>")
    assert len([f for f in read(there).findings if f.code == "stale-value"]) == 1


def test_a_form_without_totals_is_watched_too():
    source = cached(site(), "发布年度报表", "D2", "<v>别的网站</v>", t="str")
    ((place, found, expected),) = stale(source)
    assert (place, found, expected) == ("发布年度报表 D2", "别的网站", "示例县人民政府门户网站")


def test_an_own_deadline_is_that_of_the_mark_and_unknown_without_one():
    source = cached(filled(), "填报说明", "B9", "<v>随便</v>", t="str")
    assert [fact[0] for fact in facts(read(removed(source, "标记")))] == ["mark-missing"]
    own = changed(source, "标记", cell("B7", "<is><t>随便</t></is>", t="inlineStr"))
    assert stale(own) == []
    blank = cached(build(named("annual-report", "2021")), "填报说明", "B9", "<v>x</v>", t="str")
    assert stale(blank)[0][2] == "次年部门报告1月31日前；地区报告3月31日前"


# ── what cannot be known ──────────────────────────────────────────────────────────────────────────


def codes(source):
    return [(f.code, f.cells[0].at) for f in read(source).findings]


def test_where_rows_moved_or_a_sheet_is_missing_nothing_is_compared():
    forged = cached(filled(), "发布表三", "D5", "<v>70</v>")
    assert "stale-value" not in dict(codes(removed(forged, "表四")))
    moved = changed(forged, "表三", lambda xml: shifted(xml, 8, 1))
    assert {"moved"} <= dict(codes(moved)).keys()
    assert "stale-value" not in dict(codes(moved))


def test_what_a_changed_formula_is_needed_for_is_not_compared():
    source = changed(filled(), "表三", cell("J7", "<f>9</f>"))
    source = cached(source, "发布表三", "J5", "<v>9</v>")
    source = cached(source, "表三", "A1", "<v>✗</v>", t="str")
    assert codes(source) == [("formula", "J7")]
    for column in "HCDEFG":
        row = changed(filled(), "校验结果", cell(f"{column}{ROW}", "<f>9</f>"))
        row = cached(row, "填报说明", "A14", "<v>✗</v>", t="str")
        row = cached(row, "校验结果", "A2", "<v>✗</v>", t="str")
        assert "stale-value" not in dict(codes(row)), column
    silent = changed(filled(), "总体情况", cell("A1", "<f>9</f>"))
    silent = cached(silent, "填报说明", "E5", "<v>✗</v>", t="str")
    assert codes(silent) == [("formula", "A1")]


def test_a_formula_without_a_result_in_a_typed_cell_is_told_and_what_needs_it_is_not():
    source = changed(filled(), "表三", cell("D7", "<f>3+4</f>"))
    for sheet, at in (("发布表三", "D5"), ("表三", "A1"), ("填报说明", "E4"), ("填报说明", "E7")):
        source = cached(source, sheet, at, "<v>x</v>", t="str")
    assert codes(source) == [("typed-formula", "D7")]


def test_where_an_answer_is_not_known_neither_is_what_depends_on_it():
    edition = named("site-report", "2017")
    edits = [edit for edit in edition.edits if edit.kind == "dependent"]
    asked = edition.cells[edits[0].figures["on"]]
    blank = next(c for c in edition.select(edits[0].cells) if c.numeric)
    source = changed(site(), asked.sheet, cell(asked.at, "<f>A1</f>"))
    source = changed(source, blank.sheet, gone(blank.at))
    published = slots.at((blank.place[0] + slots.PUBLISHED_FIRST, blank.place[1] + 1))
    for sheet, at in (("发布年度报表", published), ("年度报表", "A1"), ("填报说明", "E4")):
        source = cached(source, sheet, at, "<v>x</v>", t="str")
    source = changed(
        source, "年度报表",
        cell(slots.at(slots.declaration(edition.tables["website"])),
             f"<is><t>{DECLARED}</t></is>", t="inlineStr"),
    )  # fmt: skip
    assert not {code for code, _ in codes(source)} - {"typed-formula", "restyled"}


def test_where_a_cell_that_does_not_apply_is_not_known_the_count_of_its_row_is_not():
    edition = named("site-report", "2017")
    edit = next(edit for edit in edition.edits if edit.kind == "dependent")
    asked, filled_in = edition.cells[edit.figures["on"]], edition.select(edit.cells)[0]
    row = slots.LIVE_FIRST + [live.id for live in live_rows(edition)].index(f"{edit.id}[website]")
    source = changed(site(), asked.sheet, cell(asked.at, "<is><t>否</t></is>", t="inlineStr"))
    forged = cached(source, "校验结果", f"C{row}", "<v>77</v>")
    assert ("stale-value", f"C{row}") in codes(forged)
    unsure = changed(forged, filled_in.sheet, cell(filled_in.at, "<f>A1</f>"))
    assert ("stale-value", f"C{row}") not in codes(unsure)


def test_a_number_beyond_what_a_double_shows_makes_its_rows_unknown():
    source = changed(calm(), "表三", cell("D7", "<v>1E+16</v>"))
    assert stale(cached(source, "表三", "A1", "<v>x</v>", t="str")) == []


def test_a_row_is_folded_only_where_its_parts_are_known_to_explain_it():
    """Last year's number of one part is missing, or its row's formula was changed."""
    prior = {f"applications.carried_out.{name}": 0 for name in COLUMNS}
    typed = dict.fromkeys(EDITION.typed, 0)
    report = Report(
        EDITION, {"name": "某某局"}, 2025, recompute(EDITION, typed, ()), origin="workbook"
    )
    rows = {live.id: n for n, live in enumerate(live_rows(EDITION), slots.LIVE_FIRST)}
    whole = next(b for b in EDITION.balances if b.implied and b.prior)
    at, part = f"G{rows[whole.id]}", f"C{rows[whole.implied[0]]}"
    for missing, folded in (("", True), (COLUMNS[0], False)):
        last = prior | {"applications.carried_out.total": 4, "applications.carried_out.business": 4}
        source = build(
            EDITION, report, {k: v for k, v in last.items() if k.rpartition(".")[2] != missing}
        )
        shown = caches(source)["校验结果", at][1]
        assert (shown == word("folded")) == folded
        assert len(stale(cached(source, "校验结果", at, "<v>x</v>", t="str"))) == 1
    changed_part = changed(source, "校验结果", cell(part, "<f>9</f>"))
    assert codes(cached(changed_part, "校验结果", at, "<v>x</v>", t="str"))[0][0] == "formula"
    assert "stale-value" not in dict(
        codes(cached(changed_part, "校验结果", at, "<v>x</v>", t="str"))
    )


# ── as programs calculate ─────────────────────────────────────────────────────────────────────────


def doubtful():
    """Yield returns with content that programs read differently."""
    yield "a truth value", changed(filled(), "表三", cell("D7", "<v>1</v>", t="b"))
    yield "an error", changed(filled(), "表三", cell("D9", "<f>1/0</f>"))
    yield "an empty text", changed(filled(), "表三", cell("D7", "<is><t></t></is>", t="inlineStr"))
    yield "a sum", changed(filled(), "表三", cell("D7", "<f>3+4</f>"))
    place = slots.at(slots.declaration(named("annual-report", "2021").tables["applications"]))
    for words in (DECLARED, f"{DECLARED} ", f"{DECLARED}\u200b", "没有"):
        source = changed(filled(), "表三", cell(place, f"<is><t>{words}</t></is>", t="inlineStr"))
        yield f"declared {words!r}", changed(source, "表三", gone("D8"))
    empty = "<is><t></t></is>"
    yield "an empty paragraph", changed(filled(), "总体情况", cell("A9", empty, t="inlineStr"))
    for words in ("部门网站\u200b", "部门网站 ", "２", "2", "Ｘ"):
        choice = cell("D7", f"<is><t>{words}</t></is>", t="inlineStr")
        yield f"a choice {words!r}", changed(site(), "年度报表", choice)
    for words in ("2026-01-12", "2026-01-12 ", "2026-01-12 00:00:00", "2026/1/12", "x"):
        day = cell("D66", f"<is><t>{words}</t></is>", t="inlineStr")
        yield f"a day {words!r}", changed(site(), "年度报表", day)
    for inner in ("<v>46034</v>", "<v>46034.5</v>", "<v>9</v>"):
        yield f"a day {inner}", changed(site(), "年度报表", cell("D66", inner))
    yield (
        "since 1904",
        changed(
            site(), "xl/workbook.xml", replacing("<workbookPr/>", '<workbookPr date1904="1"/>')
        ),
    )


@pytest.mark.no_cover
def test_what_libreoffice_calculates_is_what_the_reader_expects(tmp_path):
    need_office()
    sources = dict(doubtful())
    for ident in share.editions():
        for case in share.spread(cases(named(*ident), seed=9, count=len(KINDS)), 2):
            sources[f"{ident} {case.kind}"] = build(
                case.report.edition, case.report, case.report.prior
            )
    paths = []
    for n, source in enumerate(sources.values()):
        paths.append(tmp_path / f"{n}.xlsx")
        paths[-1].write_bytes(source)
    wrong = {
        name: [fact for fact in facts(read(path.read_bytes()))
               if fact[0] in ("stale-value", "total-differs")]
        for name, path in zip(sources, convert(paths, tmp_path / "out", f"xlsx:{FILTER}"), strict=True)
    }  # fmt: skip
    assert {name: found for name, found in wrong.items() if found} == {}


@pytest.mark.no_cover
def test_what_a_program_with_excels_habits_stores_is_fine():
    assert stale(saved(filled(), EXCEL_2016, 3)) == []
    for name, source in doubtful():
        if not name.startswith(("a choice", "a day", "declared")):
            continue
        told = {f.code for f in read(saved(source, EXCEL_2016, 3)).findings}
        assert not told & {"stale-value", "total-differs"}


@pytest.mark.parametrize(("inner", "kind"), [("<is><t></t></is>", "inlineStr"), ("<v></v>", "str")])
def test_an_empty_text_for_a_paragraph_makes_no_stored_result_old(inner, kind):
    source = saved(filled(), excel.EXCEL_2016, 0)
    assert stale(changed(source, "总体情况", cell("A9", inner, t=kind))) == []
