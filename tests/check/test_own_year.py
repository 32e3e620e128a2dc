"""Last year's numbers of the return itself, texts that nobody wrote, returns without an agency."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import source
import tamper
from click.testing import CliRunner

from toolkit import cli, data
from toolkit.check.case import Open
from toolkit.data import DataError, Message, reason, refused, worded
from toolkit.documents.taking import NotTaken
from toolkit.edition.edition import named
from toolkit.files.examine import Read, examine, judge, load
from toolkit.files.publication import _quoted
from toolkit.files.spoken import spoken
from toolkit.finding import Batch, Finding, Result, Spot, place
from toolkit.output import result as json_result
from toolkit.output.board import page
from toolkit.output.rows import rows
from toolkit.output.text import lines
from toolkit.page.agency import told
from toolkit.report.contribution import Contribution
from toolkit.report.report import Report, ReportError, as_json, dumps, from_json, parse_json

FORM = named("annual-report", "2021")
OUT, IN = "applications.carried_out.natural_person", "applications.carried_in.natural_person"


def workbook(folder: Path, last: int) -> Path:
    """Return a return with nothing carried in, whose own 上年数 has a number carried out."""
    path = folder / "报 回.xlsx"
    path.write_bytes(tamper.put("上年数", "C6", f"<v>{last}</v>", t="n"))
    return path


def codes(result: Result) -> list[str]:
    return [finding.code for finding in result.findings]


def said(result: Result, lang: str = "zh") -> str:
    return "".join(lines(Batch((result,)), lang, colour=False))


def test_without_another_the_returns_own_last_year_counts_and_it_is_said(tmp_path):
    result = examine(str(workbook(tmp_path, last=3)))
    assert (result.verdict, codes(result), result.prior) == ("fail", ["carried-in"], "workbook")
    (finding,) = result.findings
    assert [(spot.key, spot.sheet, spot.at) for spot in finding.cells] == [
        (IN, "表三", "D8"), (f"prior.{OUT}", "上年数", "C6")]  # fmt: skip
    assert finding.message().startswith("表三 D8 ")
    assert "用的是这份报表“上年数”页上的数" in said(result)
    assert "return's own sheet" in said(result, "en")
    assert "用的是这份报表“上年数”页上的数" in "".join(page(result, "zh"))
    assert json_result.entry(result, "zh")["prior"] == "workbook"


def test_a_report_that_is_given_comes_first_and_a_difference_is_an_error(tmp_path):
    path = workbook(tmp_path, last=3)
    last = load(str(path)).report
    values = dict.fromkeys(FORM.cells, 0)
    given = replace(last, year=2024, values=values, prior={}, summed=None)
    result = examine(str(path), [given])
    assert (result.prior, set(codes(result))) == ("given", {"prior-differs"})
    assert ("上年数", "C6") in {(f.cells[0].sheet, f.cells[0].at) for f in result.findings}
    assert "用的是这份报表" not in said(result)


def test_last_years_numbers_of_another_agencys_workbook_are_not_used(tmp_path):
    path = workbook(tmp_path, last=3)
    loaded = load(str(path))
    wrong = Finding("identity", "error", (Spot(None, "填报说明", "B4", ""),), "乙局", "甲局")
    result = judge(replace(loaded, findings=(wrong,)), None)
    assert (result.prior, codes(result)) == (None, ["identity"])


def test_what_read_prints_of_a_workbook_is_judged_like_the_workbook(tmp_path):
    path = workbook(tmp_path, last=3)
    printed = dumps(as_json(load(str(path)).report))
    assert json.loads(printed)["prior"] == {"values": {OUT: 3}, "year": 2024}
    assert json.loads(printed)["sent"] == 2
    copy = tmp_path / "a.json"
    copy.write_text(printed, encoding="utf-8")
    first, second = examine(str(path)), examine(str(copy))
    assert codes(first) == codes(second) == ["carried-in"]
    assert second.report.sent == 2
    assert second.findings[0].cells[1].at is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("prior", []), ("prior", {"values": []}), ("prior", {"values": {OUT: "x"}}),
        ("prior", {"values": {OUT: 1}, "year": 2025}), ("sent", 0), ("sent", "2"), ("sent", True),
    ],
)  # fmt: skip
def test_other_shapes_of_last_year_and_sending_are_refused(field, value):
    content = {"form": "annual-report", "year": 2025, "values": {}, field: value}
    with pytest.raises(ReportError) as caught:
        from_json(content)
    assert caught.value.code == "bad-field"


def test_last_years_keys_of_no_edition_and_blanks_are_left_out():
    content = {
        "form": "annual-report",
        "year": 2025,
        "values": {},
        "prior": {"values": {OUT: 4, "x.y": 1, IN: None}},
    }
    assert from_json(content).prior == {OUT: 4}


# ── texts, agency, roll-ups ───────────────────────────────────────────────────────────────────────


def typed(**facts) -> Report:
    values = dict.fromkeys(FORM.cells, 0)
    agency = {"name": "某某局", "code": None, "level": "city"}
    return Report(FORM, **({"agency": agency, "year": 2025, "values": values} | facts))


def judged(report: Report) -> Result:
    return judge(Read("a.json", None, report, ()), None)


def test_a_pass_in_which_nobody_wrote_a_text_says_so():
    blank = dict.fromkeys(FORM.texts, " \n")
    result = judged(typed(texts=blank, origin="workbook"))
    assert (result.verdict, result.findings) == ("pass", ())
    assert "文字部分还没有写：一、总体情况 / 五、" in said(result)
    assert "No text yet in: " in said(result, "en")
    assert "文字部分还没有写" in "".join(page(result, "zh"))
    for other in (
        typed(texts={}),
        typed(texts=blank | {"other": "无"}),
        typed(texts=blank, origin="document"),
    ):
        assert "文字部分还没有写" not in said(judged(other))


def test_a_report_json_without_an_agency_is_an_error():
    nobody = {"name": " ", "code": "1", "level": "city"}
    result = judged(typed(agency=nobody))
    assert (result.verdict, codes(result)) == ("fail", ["identity"])
    assert result.findings[0].cells[0].key == "agency.name"
    assert "agency.name" in result.findings[0].message()
    empty = typed(agency=nobody, values=dict.fromkeys(FORM.cells))
    assert "identity" not in codes(judged(empty))


def test_a_roll_up_is_not_held_to_one_agencys_limit():
    values = dict.fromkeys(FORM.cells, 0) | {"proactive.fees.collected": 400_000}
    assert "fee-unit" in codes(judged(typed(values=values)))
    region = judged(typed(values=values, sources=(Contribution("甲局", "counted"),)))
    assert "fee-unit" not in codes(region)
    assert any("汇总表" in why["zh"] for why in region.not_checked.values())


def test_a_jump_from_zero_names_no_ratio():
    before = dict.fromkeys(FORM.cells, 0)
    now = before | {"proactive.licences.decided": 30}
    last = typed(values=before, year=2024)
    (finding,) = judge(Read("a.json", None, typed(values=now), ()), last).findings
    assert finding.code == "jump"
    assert "变化很大" in finding.message()
    assert "倍" not in finding.message()


def test_blank_cells_are_listed_not_spanned():
    values = dict.fromkeys(FORM.cells, 0)
    for name in ("notices.count", "collected.amount"):
        values[f"processing_fee.{name}"] = None
    (finding,) = judged(typed(values=values)).findings
    assert finding.message().startswith("其他事项 B4, B6：")


def test_a_place_names_last_years_cells_only_where_there_are_no_others():
    last = Spot("prior.a", "上年数", "C6", "")
    assert place([Spot("a", "表三", "D8", ""), last]) == "表三 D8"
    assert place([last]) == "上年数 C6"


# ── replaced returns, reasons ─────────────────────────────────────────────────────────────────────


def test_a_return_that_no_longer_counts_has_one_row_and_no_errors():
    broken = judged(typed(values=dict.fromkeys(FORM.cells, 0) | {IN: 5}))
    assert len(list(rows(broken, {}, "zh"))) > 1
    figures = {"name": "某某局", "later": "2", "sent": "1", "path": "b.xlsx"}
    note = Finding("superseded", "note", figures=figures)
    replaced = replace(broken, findings=(*broken.findings, note))
    (row,) = rows(replaced, {}, "zh")
    assert "superseded" in row
    both = "".join(lines(Batch((replaced, broken)), "zh", colour=False))
    assert both.count("错误") == 1


def test_waived_errors_are_not_counted_in_the_list():
    broken = judged(typed(values=dict.fromkeys(FORM.cells, 0) | {IN: 5}))
    waiver = {"reason": "属实", "by": "某", "date": "2026-01-01"}
    waived = replace(broken, findings=tuple(replace(f, waived=waiver) for f in broken.findings))
    other = judged(typed())
    assert "错误" not in "".join(lines(Batch((waived, other)), "zh", colour=False)).split("一览")[1]


def test_reasons_of_programs_are_put_into_words():
    assert reason("EACCES", "zh") == "没有权限"
    assert reason("Expecting value: line 3 column 5 (char 9)", "zh") == "第 3 行第 5 列附近"
    assert reason("xl/worksheets/sheet12.xml", "zh", "part") == "工作表"
    assert reason("xl/odd.bin", "zh", "part") == "内部文件"
    assert reason("whatever", "zh") == "写法不合规定"
    assert reason("whatever", "en") == "whatever"
    assert reason("1e999…", "zh", None) == "1e999…"
    assert refused(OSError(13, "Permission denied")) == "EACCES"
    assert refused(KeyboardInterrupt()) == "KeyboardInterrupt"
    with pytest.raises(DataError):
        raise DataError(reason("ENOENT", "zh"))


def test_damaged_files_are_told_without_names_of_parts(tmp_path):
    path = tmp_path / "坏.xlsx"
    path.write_bytes(tamper.filled()[:3000])
    (finding,) = examine(str(path)).findings
    assert finding.code == "damaged"
    assert "压缩结构：文件不完整" in finding.message()
    done = CliRunner().invoke(cli.gouji, ["check", str(path), "--lang", "zh"])
    assert "truncated" not in done.output
    assert source.messages()["text"]["others-ignored"]["zh"] not in done.output


def test_the_page_tells_its_remarks(tmp_path, monkeypatch):
    result = examine(str(workbook(tmp_path, last=3)))
    monkeypatch.setattr("toolkit.page.agency._only", lambda _: result)
    monkeypatch.setattr("toolkit.page.agency._prior", lambda *_: "none")
    assert told(None, "zh")["remarks"] == [
        "上年数：没有另给上年度报告，用的是这份报表“上年数”页上的数。"
    ]


def test_reasons_for_unchecked_rules_name_places():
    last = typed(values=dict.fromkeys(FORM.cells) | {OUT: 1}, year=2024)
    result = judge(Read("a.json", None, typed(), ()), last)
    whys = " ".join(why["zh"] for why in result.not_checked.values())
    assert "表二 B6" in whys
    assert "proactive" not in whys
    several = Open(Message("why", "prior-several", {"names": "甲"}))
    assert judge(Read("a.json", None, typed(), ()), several).prior is None
    assert parse_json("1") == 1


def test_consequences_are_folded_and_counted_in_the_text():
    values = dict.fromkeys(FORM.cells, 0) | {"applications.granted.total": 5}
    values["applications.concluded.total"] = 5
    result = judged(typed(values=values))
    cause = replace(result.findings[0], follows=None)
    behind = replace(cause, follows=0)
    folded = said(replace(result, findings=(cause, behind, behind, behind)))
    assert "还有 2 项由它带出" in folded


def test_rows_that_were_not_taken_are_quoted_as_far_as_they_have_text():
    blank = NotTaken("甲", "t.1", "", "row")
    assert _quoted([blank]) == ""
    many = [replace(blank, text=f"第{n}行") for n in range(7)]
    sentence = worded(_quoted(many), "zh")
    assert "第0行" in sentence
    assert "第5行" not in sentence


def test_a_number_in_the_text_of_another_section_is_no_proposal():
    here = {"other": "本年度收到政府信息公开申请5件，信息处理费收取总额为0元。"}
    values = dict.fromkeys(FORM.cells) | {"applications.received.total": None}
    proposals = spoken(typed(texts=here, values=values, origin="document"))
    assert all(key.startswith("processing_fee.") for key in proposals)


def test_an_ill_formed_choice_in_a_file_of_sentences_is_its_whole_text():
    assert data._figures("[{n}|one") == {"[{n}|one"}  # noqa: SLF001 - where a file is refused
    assert data._figures("[{n}|one|more]") == {"n"}  # noqa: SLF001 - where a file is refused
