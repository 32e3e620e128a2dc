"""The command line: output, written files, exit status."""

import csv
import io
import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from click.testing import CliRunner, Result
from source import REAL

from toolkit import cli, data
from toolkit.edition import edition

SEED, SHUYANG = REAL / "seed_jiguan_shiwu_2025.json", REAL / "shuyang_county_2025.json"
Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(cli.gouji, [str(argument) for argument in arguments])

    return invoke


def checked(run: Run, *arguments: object) -> dict:
    """Return the result JSON of a check, after validating it against its schema."""
    result = run("check", *arguments, "--format", "json", "--lang", "zh")
    found = json.loads(result.stdout)
    jsonschema.validate(found, json.loads(data.schema_text("check-result.schema.json")))
    return found


def test_every_command_explains_itself_in_both_languages(run: Run) -> None:
    names = "forms cells rules schema roster blank fill read check rollup diff demo"
    for name in names.split():
        assert name in cli.gouji.commands
        result = run(name, "--help")
        assert result.exit_code == 0
        assert "Usage" in result.stdout
    assert data.texts("help", "zh").keys() == data.texts("help", "en").keys()


def test_a_blank_is_a_return_with_three_unfilled_tables(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "新 年度"
    folder.mkdir()
    out = folder / "空白 表.xlsx"
    made = run("blank", "--year", 2025, "--agency", "某 局", "--level", "县级", "-o", out)
    assert made.exit_code == 0, made.output
    found = checked(run, out)["files"][0]
    assert found["verdict"] == "fail"
    assert found["agency"] == {"name": "某 局", "code": None, "level": "county"}
    assert [f["code"] for f in found["findings"]] == ["unfilled"] * 3 + ["processing-fee"]


def test_fill_then_read_gives_every_value_back(run: Run, tmp_path: Path) -> None:
    out, back = tmp_path / "a.xlsx", tmp_path / "a.json"
    assert run("fill", SHUYANG, "-o", out).exit_code == 0
    assert run("read", out, "-o", back).exit_code == 0
    given, got = json.loads(SHUYANG.read_text("utf-8")), json.loads(back.read_text("utf-8"))
    assert {k: v for k, v in got["values"].items() if k in given["values"]} == given["values"]
    assert got["origin"] == "workbook"
    assert (got["agency"]["name"], got["year"]) == (given["agency"]["name"], given["year"])


def test_fill_refuses_values_without_a_cell_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    result = run("fill", REAL / "hongze_district_2023.json", "-o", out, "--lang", "zh")
    assert result.exit_code == 1
    form = edition.named("annual-report", "2021")
    columns = [c.column for c in form.of_table("applications")][:7]
    for column in columns:
        assert f"applications.other_handling.{column} = 0" in result.stderr
    assert result.stderr.count("other_handling") == 7
    assert list(tmp_path.iterdir()) == []


def test_fill_says_which_given_total_differs_and_exits_1(run: Run, tmp_path: Path) -> None:
    source = json.loads(SHUYANG.read_text("utf-8"))
    source["values"]["disputes.review.total"] += 1
    path, out = tmp_path / "a.json", tmp_path / "a.xlsx"
    path.write_text(json.dumps(source), encoding="utf-8")
    result = run("fill", path, "-o", out, "--lang", "zh")
    assert result.exit_code == 1
    total = source["values"]["disputes.review.total"]
    assert (
        f"表四 E7 行政复议 总计：原来的总计是 {total}，按所填各格算出来是 {total - 1}"
        in result.stderr
    )
    assert out.exists()


def test_fill_keeps_texts_and_misfits_as_typed(run: Run, tmp_path: Path) -> None:
    source = json.loads(SEED.read_text("utf-8"))
    source["values"]["proactive.rules.issued"] = "=1+1"
    source["values"]["proactive.rules.repealed"] = "0件"
    source["texts"] = {"overview": "第一段\n\n第三段 =SUM(A1)", "other": "无。"}
    path, out = tmp_path / "a.json", tmp_path / "a.xlsx"
    path.write_text(json.dumps(source), encoding="utf-8")
    assert run("fill", path, "-o", out).exit_code == 0
    got = json.loads(run("read", out).stdout)
    assert got["values"]["proactive.rules.issued"] == "=1+1"
    assert got["values"]["proactive.rules.repealed"] == "0件"
    assert {name: text for name, text in got["texts"].items() if text} == source["texts"]


@pytest.mark.parametrize("name", ["局" * 40_000, "局\udcff"], ids=["long", "half a sign"])
def test_a_name_that_no_workbook_takes_is_refused(run: Run, tmp_path: Path, name: str) -> None:
    out = tmp_path / "a.xlsx"
    result = run("blank", "--year", 2025, "--agency", name, "-o", out, "--lang", "zh")
    assert result.exit_code == 1
    assert "agency.name = 局" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize("command", ["fill", "blank"])
def test_nobody_s_workbook_is_overwritten_unasked(run: Run, tmp_path: Path, command: str) -> None:
    out = tmp_path / "a.xlsx"
    out.write_bytes(b"somebody's numbers")
    rest = [SEED] if command == "fill" else ["--year", 2025, "--agency", "x"]
    assert run(command, *rest, "-o", out).exit_code == 2
    assert out.read_bytes() == b"somebody's numbers"
    assert run(command, *rest, "-o", out, "--force").exit_code == 0


BAD = [
    (["blank", "--year", 2025, "--agency", "x", "--edition", "1999", "-o", "a.xlsx"], "2021"),
    (["blank", "--year", 2025, "--agency", "x", "--edition", "2019", "-o", "a.xlsx"], "2025"),
    (["blank", "--year", 1900, "--agency", "x", "-o", "a.xlsx"], "1900"),
    (["blank", "--year", 2025, "--agency", "x", "--level", "省", "-o", "a.xlsx"], "省级"),
    (["blank", "--year", 2025, "--agency", "x", "-o", "a.pdf"], ".xlsx"),
    (["blank", "--year", 2025, "--agency", "x", "-o", "none/a.xlsx"], "none"),
    (["blank", "--year", 2025, "--agency", "x"], "-o"),
    (["cells", "--edition", "none.toml"], "none.toml"),
    (["check", "none.xlsx"], "none.xlsx"),
    (["check", "empty"], "empty"),
    (["read", "none.xlsx"], "none.xlsx"),
    (["fill", "none.xlsx", "-o", "a.xlsx"], "none.xlsx"),
    (["check", "--format", "odt", "none.xlsx"], "--format"),
]


@pytest.mark.parametrize(("arguments", "named"), BAD, ids=lambda x: " ".join(map(str, x)))
def test_bad_input_is_named_with_status_2_and_nothing_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list, named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    (Path("empty") / "notes.docx").write_bytes(b"x")
    result = run(*arguments, "--lang", "zh")
    assert result.exit_code == 2
    assert named in result.stderr
    assert result.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def not_ours(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "预算"
    book.save(path)


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.txt", "x")


REJECTED = {
    "not ours.xlsx": not_ours,
    "zip.xlsx": zipped,
    "old.xls": lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "empty.xlsx": lambda p: p.write_bytes(b""),
    "twice.json": lambda p: p.write_bytes(b'{"form": "annual-report", "form": "x"}'),
    "broken.json": lambda p: p.write_bytes(b'{"form": "annual-report", '),
    "nan.json": lambda p: p.write_bytes(b'{"form": "annual-report", "year": NaN}'),
    "array.json": lambda p: p.write_bytes(b"[]"),
    "unknown.json": lambda p: p.write_bytes(b'{"form": "other", "year": 2025, "values": {}}'),
    "shape.json": lambda p: p.write_bytes(b'{"form": "annual-report", "year": "x", "values": {}}'),
    "link.xlsx": lambda p: p.symlink_to(SEED),
}


@pytest.mark.parametrize("name", REJECTED)
def test_what_is_no_return_is_rejected_with_advice(run: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    try:
        REJECTED[name](path)
    except OSError:
        pytest.skip("this system makes no links")
    found = checked(run, path)["files"][0]
    assert found["verdict"] == "reject"
    assert (found["form"], found["agency"], found["rules"]["passed"]) == (None, None, [])
    (finding,) = found["findings"]
    assert finding["severity"] == "error"
    assert finding["message"].endswith("。")
    assert run("check", path).exit_code == 1
    assert run("read", path).exit_code == 1
    out = tmp_path / "out.xlsx"
    assert run("fill", path, "-o", out).exit_code == 1
    assert not out.exists()


def test_unknown_keys_and_fields_of_a_json_are_findings(run: Run, tmp_path: Path) -> None:
    source = json.loads(SEED.read_text("utf-8"))
    source["values"]["applications.recieved.total"] = 3
    source["remark"] = "x"
    path = tmp_path / "a.json"
    path.write_text(json.dumps(source), encoding="utf-8")
    found = checked(run, path)["files"][0]["findings"]
    assert {f["code"]: f["severity"] for f in found} == {
        "unknown-key": "error",
        "unknown-field": "note",
        "processing-fee": "warning",
    }
    assert "applications.received.total" in found[0]["message"]


def test_a_folder_gives_one_verdict_a_return_in_order_of_path_bytes(
    run: Run, tmp_path: Path
) -> None:
    names = ["乙/b.json", "甲/a.JSON", "z.json"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(SEED.read_bytes())
    for name in ("~$z.xlsx", ".z.xlsx", "z.docx", "other.json"):
        (tmp_path / name).write_bytes(b"{}")
    found = checked(run, tmp_path)
    paths = [os.fsencode(entry["path"]) for entry in found["files"]]
    assert len(paths) == 3
    assert paths == sorted(paths)
    assert found["summary"] == {
        "files": 3, "pass": 0, "warn": 3, "fail": 0, "reject": 0, "ignored": 4
    }  # fmt: skip


def test_jsonl_is_one_file_a_line_and_equals_json(run: Run) -> None:
    lines = run("check", REAL, "--format", "jsonl", "--lang", "zh").stdout.splitlines()
    assert [json.loads(line) for line in lines] == checked(run, REAL)["files"]


def test_read_prints_an_array_for_a_folder_and_long_csv(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(SEED.read_bytes())
    assert len(json.loads(run("read", tmp_path).stdout)) == 1
    assert json.loads(run("read", tmp_path / "a.json").stdout)["year"] == 2025
    rows = list(csv.reader(io.StringIO(run("read", tmp_path, "--format", "csv").stdout)))
    assert rows[0] == ["agency", "code", "year", "edition", "key", "value", "state"]
    by_key = {row[4]: (row[5], row[6]) for row in rows[1:]}
    assert by_key["applications.received.natural_person"] == ("2", "filled")
    assert by_key["applications.received.business"] == ("0", "zero")
    assert by_key["processing_fee.notices.count"] == ("", "unfilled")


def test_check_of_what_read_gives_finds_the_same(run: Run, tmp_path: Path) -> None:
    book, back = tmp_path / "a.xlsx", tmp_path / "b.json"
    run("blank", "--year", 2025, "--agency", "某局", "-o", book)
    run("read", book, "-o", back)
    first, second = (checked(run, path)["files"][0] for path in (book, back))
    assert first["findings"] == second["findings"]
    assert first["rules"] == second["rules"]


def test_last_year_reaches_the_check_and_the_blank_only_through_prior(
    run: Run, tmp_path: Path
) -> None:
    before, now = REAL / "suqian_city_2023.json", REAL / "suqian_city_2024.json"
    alone, chained = checked(run, now)["files"][0], checked(run, now, "--prior", before)["files"][0]
    waiting = {rule["code"] for rule in alone["rules"]["not_checked"]}
    assert "carried-in[natural_person]" in waiting
    assert "carried-in[natural_person]" in chained["rules"]["passed"]
    assert not [f for f in chained["findings"] if f["severity"] == "error"]
    name = json.loads(now.read_text("utf-8"))["agency"]["name"]
    out = tmp_path / "a.xlsx"
    made = run("blank", "--year", 2024, "--agency", name, "--prior", before, "-o", out)
    assert made.exit_code == 0, made.output
    values = json.loads(run("read", out).stdout)["values"]
    last = json.loads(before.read_text("utf-8"))["values"]
    carried = "applications.{}.natural_person"
    assert values[carried.format("carried_in")] == last[carried.format("carried_out")]
    assert run("blank", "--year", 2025, "--agency", name, "--prior", before, "-o",
               tmp_path / "b.xlsx").exit_code == 2  # fmt: skip


def test_another_last_year_in_the_workbook_than_given_is_an_error(run: Run, tmp_path: Path) -> None:
    before = REAL / "suqian_city_2023.json"
    source = json.loads(before.read_text("utf-8"))
    out, other = tmp_path / "a.xlsx", tmp_path / "b.json"
    run("blank", "--year", 2024, "--agency", source["agency"]["name"], "--prior", before, "-o", out)
    assert "prior-differs" not in json.dumps(checked(run, out, "--prior", before))
    source["values"]["disputes.review.pending"] += 5
    other.write_text(json.dumps(source), encoding="utf-8")
    found = checked(run, out, "--prior", other)["files"][0]["findings"]
    (differs,) = [f for f in found if f["code"] == "prior-differs"]
    assert differs["cells"][0]["key"] == "prior.disputes.review.pending"
    assert int(differs["expected"]) == int(differs["found"]) + 5


def test_text_output_cannot_drive_the_terminal(run: Run, tmp_path: Path) -> None:
    source = json.loads(SEED.read_text("utf-8"))
    source["agency"]["name"] = "\x1b[31m局\u202e\r\n"
    source["values"]["proactive.rules.issued"] = "\x1b]0;x\x07"
    path = tmp_path / "a.json"
    path.write_text(json.dumps(source), encoding="utf-8")
    shown = run("check", path, "--format", "text").stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\x1b[31m局\\u202e\\x0d\\x0a" in shown
