"""Changes between two returns: by cell, in words, and as JSON."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from source import REAL
from tamper import changed, replacing

from toolkit import cli
from toolkit.blank.build import build
from toolkit.diff.changes import PARAGRAPHS, compare
from toolkit.report.report import Report, as_json, dumps, from_json, parse_json, recompute

SEED = REAL / "seed_jiguan_shiwu_2025.json"
IN_FORCE = "proactive.normative_documents.in_force"
FEES = "proactive.fees.collected"
RECEIVED, CARRIED = (f"applications.{row}.natural_person" for row in ("received", "carried_out"))
Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(cli.gouji, ["diff", *map(str, arguments), "--lang", "zh"])

    return invoke


def seed(**more: object) -> Report:
    """Return the seed as a workbook, with some of its parts changed."""
    report = from_json(parse_json(SEED.read_text(encoding="utf-8")))
    full = recompute(report.edition, report.values, report.nil)
    return replace(report, values=full, origin="workbook", **more)  # type: ignore[arg-type]


def typed(report: Report, **values: object) -> Report:
    """Return a report with some cells typed over, totals computed anew."""
    changed = {**report.values, **values}
    return replace(report, values=recompute(report.edition, changed, report.nil))  # type: ignore[arg-type]


def stored(path: Path, report: Report) -> Path:
    path.write_bytes(build(report.edition, report))
    return path


def told(result: Result) -> list[str]:
    """Return the output after the four lines that name both returns."""
    return [line for line in result.stdout.splitlines()[4:] if line]


def test_a_return_is_the_same_as_itself_whatever_it_is_stored_in(run, tmp_path):
    book = stored(tmp_path / "a.xlsx", seed())
    result = run(book, book)
    assert (result.exit_code, told(result)) == (0, ["没有不同。"])
    result = run(SEED, book)
    assert (result.exit_code, told(result)) == (0, ["没有不同。"])


def test_changed_cells_are_named_with_both_numbers_and_by_how_much(run, tmp_path):
    old = typed(seed(sent=1), **{IN_FORCE: 22, FEES: Decimal("18.8710"), RECEIVED: 3})
    new = typed(replace(old, sent=2), **{IN_FORCE: 25, FEES: Decimal("18.85"), RECEIVED: None})
    result = run(stored(tmp_path / "1.xlsx", old), stored(tmp_path / "2.xlsx", new))
    assert result.exit_code == 1
    assert told(result) == [
        "填报信息",
        "  第几次报送：1 → 2",
        "表二",
        "  D7 行政规范性文件 · 第二十条第（一）项 现行有效件数：22 → 25，增加 3 件",
        "  B17 行政事业性收费 · 第二十条第（八）项 本年收费金额（单位：万元）：18.871 → 18.85，减少 0.021 万元",
        "表三",
        "  D7 一、本年新收政府信息公开申请数量 · 自然人：3 → 未填",
        "  另有 1 个合计格随之变化：J7 3 → 未填",
        "共有 4 格数、0 段文字不同。",
    ]


def test_a_declaration_is_a_change_where_the_numbers_are_none(run, tmp_path):
    zeros = seed(nil=())
    filled = {key: 0 if value is None else value for key, value in zeros.values.items()}
    zeros = replace(zeros, values=filled)
    new = typed(replace(zeros, nil=("disputes",)), **dict.fromkeys(
        (key for key in zeros.values if key.startswith("disputes.")), None))  # fmt: skip
    back, forth = stored(tmp_path / "1.xlsx", zeros), stored(tmp_path / "2.xlsx", new)
    assert told(run(back, forth)) == [
        "表四",
        "  声明“本表其余空白均为0（已核对）”：未选 → 已选，空白格按 0 计",
        "共有 0 格数、0 段文字不同。",
    ]
    assert "  声明“本表其余空白均为0（已核对）”：已选 → 未选，空白格不再按 0 计" in told(
        run(forth, back)
    )


def test_a_total_that_does_not_follow_from_its_cells_is_listed_like_any_other(run, tmp_path):
    report = from_json(parse_json(SEED.read_text(encoding="utf-8")))
    wrong = replace(report, values={**report.values, "disputes.review.total": 9})
    path = tmp_path / "b.json"
    path.write_text(dumps(as_json(wrong)), encoding="utf-8")
    assert told(run(SEED, path))[:2] == ["表四", "  E7 行政复议 总计：0 → 9，增加 9 件"]


def test_texts_differ_by_paragraph_cut_to_where_they_differ(run, tmp_path):
    long = "本机关认真贯彻落实《中华人民共和国政府信息公开条例》，全年主动公开信息{}条，内容涵盖各项工作。"
    old = seed(texts={"overview": f"甲\n\n{long.format(12)}\n丙", "problems": "无"})
    new = seed(texts={"overview": f"甲\n{long.format(21)}\n丙\n丁", "problems": ""})
    lines = told(run(stored(tmp_path / "1.xlsx", old), stored(tmp_path / "2.xlsx", new)))
    assert lines == [
        "一、总体情况",
        "  第 2 段改了：“…全年主动公开信息12条，内容涵盖各项工作。” → “…全年主动公开信息21条，内容涵盖各项工作。”",
        "  多了第 4 段：“丁”",
        "五、存在的主要问题及改进情况",
        "  少了原第 1 段：“无”",
        "共有 0 格数、3 段文字不同。",
    ]


def test_a_text_of_very_many_paragraphs_is_compared_as_a_whole():
    old = seed(texts={"other": "\n".join("x" * (PARAGRAPHS + 1))})
    new = seed(texts={"other": "\n".join("x" * (PARAGRAPHS + 2))})
    assert len(compare(old, new).texts) == 1


def test_of_two_editions_the_common_keys_are_compared_and_the_others_listed(run):
    lines = told(run(REAL / "shanghai_gov_office_2019.json", REAL / "suqian_city_2024.json"))
    assert "  格式版本：annual-report/2019 → annual-report/2021" in lines
    assert "  E7 行政复议 总计：7 → 170，增加 163 件" in lines
    assert lines[-3].startswith(
        "只有原表（2019 版）有的指标 26 格，没有比较；其中填了数的：表二 B6 为 13、表二 C6 为 13、"
    )
    assert lines[-2].startswith(
        "只有新表（2021 版）有的指标 31 格，没有比较；其中填了数的：表二 B6 为 2、"
    )


def test_the_json_of_two_editions_lists_what_only_one_has(run):
    paths = REAL / "shanghai_gov_office_2019.json", REAL / "suqian_city_2024.json"
    found = json.loads(run(*paths, "--format", "json").stdout)
    assert {"fact": "year", "old": 2019, "new": 2024} in found["facts"]
    assert (len(found["only_old"]), len(found["only_new"])) == (26, 31)
    made = {"key": "proactive.rules.made", "sheet": "表二", "at": "B6"}
    assert made.items() <= found["only_old"][0].items()
    assert found["only_old"][0]["value"] == 13


def test_the_json_holds_every_change_with_keys_and_exact_numbers(run, tmp_path):
    old = typed(seed(texts={"other": "甲"}), **{FEES: Decimal("1.10")})
    new = typed(seed(texts={"other": "乙"}), **{FEES: Decimal("1.25"), CARRIED: "无"})
    paths = stored(tmp_path / "1.xlsx", old), stored(tmp_path / "2.xlsx", new)
    result = run(*paths, "--format", "json")
    found = json.loads(result.stdout, parse_float=Decimal)
    assert result.exit_code == 1
    assert found["different"] is True
    assert found["old"]["path"] == str(paths[0])
    assert found["facts"] == found["declarations"] == found["contributions"] == []
    fee, carried = found["cells"][:2]
    assert (fee["key"], fee["at"], fee["difference"]) == (FEES, "B17", Decimal("0.15"))
    assert (carried["old"], carried["new"], carried["difference"]) == (0, "无", None)
    assert [change["follows"] for change in found["cells"]] == [False, False, True]
    assert found["texts"] == [
        {"text": "other", "old_paragraph": 1, "new_paragraph": 1, "old": "甲", "new": "乙"}
    ]


def test_words_that_differ_have_no_difference():
    website = from_json(parse_json((REAL.parent / "cases" / "website.json").read_text("utf-8")))
    key = next(k for k, cell in website.edition.cells.items() if cell.kind == "choice")
    other = website.edition.cells[key].choices[-1]
    (change,) = compare(website, replace(website, values={**website.values, key: other})).cells
    assert (change.old, change.new, change.difference) == (website.values[key], other, None)


def test_what_is_not_read_as_a_return_cannot_be_compared(run, tmp_path):
    bad = tmp_path / "坏.xlsx"
    bad.write_bytes(b"")
    result = run(SEED, bad)
    assert result.exit_code == 2
    assert "坏.xlsx 不能读作报表：这是一个空文件" in result.stderr
    assert run(SEED, REAL).exit_code == 2
    assert run(SEED, tmp_path / "no.xlsx").exit_code == 2


def test_an_error_of_structure_is_said_because_numbers_may_stand_in_the_wrong_place(run, tmp_path):
    sent = stored(tmp_path / "a.xlsx", seed())
    sent.write_bytes(changed(sent.read_bytes(), "表二", replacing("行政强制", "行政处罚", 1)))
    result = run(SEED, sent)
    assert result.exit_code == 0
    assert f"{sent}: 表二 A14" in result.stderr
