"""The yearly statistics of law enforcement from blank to roll-up, and the examples of its page."""

import json
import re
from dataclasses import replace
from decimal import Decimal

import pytest
from casebook import real
from click.testing import CliRunner
from rewriters import excel
from rewriters.saving import saved as as_saved
from source import TESTS

from toolkit.blank.build import build as workbook
from toolkit.check import check
from toolkit.cli import gouji
from toolkit.edition import edition
from toolkit.files.examine import examine
from toolkit.report.report import from_json, recompute
from toolkit.returned.read import read

PAGE = (TESTS.parent / "docs" / "enforcement.md").read_text(encoding="utf-8")
OVERLAY, DATONG = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
COUNTY = "qingyuan_2024"
HEADS = (
    "警告、通报批评", "罚款", "没收违法<br>所得、没收<br>非法财物", "暂扣许可证、执照,降低资质等级",
    "吊销许可证、执照", "限制开展生产经营活动", "责令停产停业、责令关闭、限制从业", "行政<br>拘留",
    "其他行政处罚", "合计(宗)", "罚没金额(万元)",
)  # fmt: skip
OLD = (
    "警告", "罚款", "没收违法<br>所得、没收<br>非法财物", "暂扣许可证、执照", "责令停产停业",
    "吊销许可证、执照", "行政<br>拘留", "其他行政处罚", "合计(宗)", "罚没金额(万元)",
)  # fmt: skip
TWELVE = (
    "警告", "通报批评", "罚款", "没收违法所得、没收非法财物", "暂扣许可证件", "降低资质等级",
    "限制开展生产经营活动", "责令停产停业", "责令关闭、限制从业", "吊销许可证件", "行政拘留",
    "其他行政处罚", "合计(宗)", "罚没金额 (元)",
)  # fmt: skip
LICENCES = ("申请数量", "受理数量", "许可数量", "不予许可数量", "撤销许可数量")


def table(head, columns, numbers):
    rows = ((f"<td>{cell}</td>" for cell in row) for row in (columns, numbers))
    lines = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<table><tr><td colspan="{len(columns)}">{head}(宗)</td></tr>{lines}</table>'


def page(name, year, columns, numbers, licences=(26569, 26569, 26462, 102, 5)):
    """Return a page laid out like published ones, in words of our own."""
    title = f"{name}{year}年度"
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        f"<title>{title}行政执法统计年报</title></head><body><h1>{title}行政执法统计年报</h1>"
        f"<p>目 录</p><p>一、行政处罚实施情况统计表</p><p>二、行政许可实施情况统计表</p>"
        f"<p>表一</p><p>{title}行政处罚实施情况统计表</p>"
        f"{table('行政处罚实施数量', columns, numbers)}<p>说明:</p><p>1.只统计本年的决定。</p>"
        f"<p>表二</p><p>{title}行政许可实施情况统计表</p>"
        f"{table('行政许可实施数量', LICENCES, licences)}"
        f"<p>第二部分 {title}行政执法总体情况</p><p>{year}年，各单位依法履行职责。</p></body></html>"
    )


def saved(folder, name, content):
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return str(path)


def run(*words):
    return CliRunner().invoke(gouji, [*map(str, words), "--lang", "en"])


def written(folder, name, **changes):
    """Save the county's report with other fields as a filled workbook."""
    source = real(COUNTY) | changes
    path = saved(folder, f"{name}.json", json.dumps(source, default=float))
    done = run("fill", path, "-o", folder / f"{name}.xlsx")
    assert done.exit_code == 0, done.output
    return folder / f"{name}.xlsx"


def values_of(path):
    return {key: value for key, value in examine(str(path)).report.values.items() if value}


# ── the package's editions ────────────────────────────────────────────────────────────────────────


def test_the_editions_share_no_year_and_leave_none_out():
    chosen = {year: edition.for_year("enforcement", year) for year in range(2017, 2031)}
    names = [found and found.name for found in chosen.values()]
    assert names == [None, *["2018"] * 3, *["2021"] * 10]


@pytest.mark.parametrize("name", ["2018", "2021"])
def test_its_total_takes_in_all_kinds_and_no_money(name):
    form = edition.named("enforcement", name)
    (total,) = form.computes.values()
    kinds = [cell for cell in form.of_table("penalties") if cell.row == "decided"]
    assert list(total.right) == [cell.key for cell in kinds[:-1]]
    assert form.rows["penalties.decided"].endswith("–合计（宗）")


def test_the_published_figures_go_into_a_workbook_and_come_back(tmp_path):
    path = written(tmp_path, "county", texts={"overview": "2024年，各单位依法履行职责。"})
    result = examine(str(path))
    assert (result.verdict, result.findings) == ("pass", ())
    assert result.report.values["penalties.decided.total"] == 108156
    assert result.report.values["penalties.imposed.amount"] == Decimal("1753.79")


def test_the_sheet_itself_tells_an_amount_without_a_fine():
    form = edition.named("enforcement", "2021")
    none = dict.fromkeys(("penalties.decided.fined", "penalties.decided.confiscated"), 0)
    report = from_json(real(COUNTY) | {"origin": "workbook"})
    report = replace(report, values=recompute(form, {**report.values, **none}, ()))
    content = workbook(form, report)
    reading = read(content)
    assert reading.findings == ()
    assert [finding.code for finding in check(reading.report).findings] == ["penalty-amount"]


@pytest.mark.parametrize(
    ("fined", "taken", "told"),
    [(0, 0, True), (0, 3, False), (2, None, False), (0, None, False), (0, "三", False)],
)
def test_a_stored_status_line_counts_an_amount_without_a_fine(fined, taken, told):
    form = edition.named("enforcement", "2021")
    typed = {"penalties.decided.fined": fined, "penalties.decided.confiscated": taken}
    report = from_json(real(COUNTY) | {"origin": "workbook"})
    report = replace(report, values=recompute(form, {**report.values, **typed}, ()))
    reading = read(as_saved(workbook(form, report), excel.EXCEL_2016, 0))
    assert [finding.code for finding in reading.findings] == []
    codes = [finding.code for finding in check(reading.report).findings]
    assert ("penalty-amount" in codes) == told


def test_a_body_without_a_power_leaves_the_table_out(tmp_path):
    values = {key: n for key, n in real(COUNTY)["values"].items() if key.startswith("licences.")}
    path = written(tmp_path, "none", values=values | {"powers.penalising.held": "无"})
    result = examine(str(path))
    assert (result.verdict, result.findings) == ("pass", ())
    assert result.report.state("penalties.decided.fined") == "not-applicable"


def test_returns_add_up_with_those_to_which_a_table_does_not_apply(tmp_path):
    who = {"code": None, "level": "county"}
    written(tmp_path, "east", agency=who | {"name": "东山县公安局"})
    licences = {k: n for k, n in real(COUNTY)["values"].items() if k.startswith("licences.")}
    written(tmp_path, "west", agency=who | {"name": "东山县档案局"},
            values=licences | {"powers.penalising.held": "无"})  # fmt: skip
    returns = sorted(tmp_path.glob("*.xlsx"))
    done = run("rollup", *returns, "--partial", "--agency", "东山县", "-o", tmp_path / "sum.xlsx")
    assert done.exit_code == 0, done.output
    whole = values_of(tmp_path / "sum.xlsx")
    assert whole["penalties.decided.total"] == 108156
    assert whole["licences.handled.applied"] == 2 * 26569
    assert run("diff", returns[0], returns[1]).exit_code == 1


# ── published pages ───────────────────────────────────────────────────────────────────────────────


def test_a_published_page_is_read_without_row_labels(tmp_path):
    numbers = (12175, 94929, 235, 189, 101, 0, 11, 504, 12, 108156, 1753.79)
    path = saved(tmp_path, "2024.html", page("某县", 2024, HEADS, numbers))
    result = examine(path)
    assert (result.verdict, result.findings) == ("pass", ())
    wanted = {key: value for key, value in real(COUNTY)["values"].items() if value}
    assert values_of(path) == wanted
    assert result.report.texts == {"overview": "2024年，各单位依法履行职责。"}


def test_the_old_table_filed_for_a_later_year_is_told_and_its_blanks_are_no_zeros(tmp_path):
    numbers = (31, 54, "", "", "", "", 59, "", 144, 4.1)
    path = saved(tmp_path, "2022.html", page("某分局", 2022, OLD, numbers, (7, 7, 6, 1, 0)))
    result = examine(path)
    assert result.report.edition.name == "2018"
    assert [(f.code, len(f.cells)) for f in result.findings] == [
        ("edition-year", 0),
        ("unfilled", 5),
    ]
    assert result.report.values["penalties.decided.confiscated"] is None


def test_a_table_of_other_columns_is_not_taken(tmp_path):
    numbers = (1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 5000)
    path = saved(tmp_path, "2021.html", page("某局", 2021, TWELVE, numbers, (7, 7, 6, 1, 0)))
    result = examine(path)
    assert result.verdict == "fail"
    assert "not-taken" in {finding.code for finding in result.findings}
    assert not [key for key in values_of(path) if key.startswith("penalties.")]


# ── the page's examples ───────────────────────────────────────────────────────────────────────────


def own(folder, name, text):
    place = folder / "mine" / "enforcement"
    place.mkdir(parents=True)
    (place / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder / "mine"


def test_the_overlay_of_the_page_adds_a_kind_and_a_table(tmp_path):
    folder = own(tmp_path, "2021-east", OVERLAY)
    form = edition.named("enforcement", "2021-east", (folder,))
    base = edition.named("enforcement", "2021")
    added = set(form.cells) - set(base.cells)
    assert added == {
        "penalties.decided.criticised", "coercion.measures.sealed", "coercion.measures.seized",
    }  # fmt: skip
    (total,) = form.computes.values()
    assert "penalties.decided.criticised" in total.right
    assert form.cells["penalties.decided.cautioned_criticised"].label == "警告"


def test_the_edition_of_the_page_has_twelve_kinds_and_yuan(tmp_path):
    folder = own(tmp_path, "2021-datong", DATONG)
    form = edition.named("enforcement", "2021-datong", (folder,))
    labels = [cell.label for cell in form.of_table("penalties")]
    full = {"(": "（", ")": "）", " ": ""}
    assert labels == ["".join(full.get(sign, sign) for sign in label) for label in TWELVE]
    assert form.cells["penalties.imposed.amount"].unit == "元"
    numbers = (1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 5000)
    path = saved(tmp_path, "2021.html", page("某局", 2021, TWELVE, numbers, (7, 7, 6, 1, 0)))
    done = run("check", path, "--templates", folder)
    assert done.exit_code == 0, done.output
    assert "2021-datong" in done.output
