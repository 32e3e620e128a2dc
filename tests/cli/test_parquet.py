"""Cells of returns as Parquet: exact numbers, each with agency, parents, file and digest."""

import hashlib
import importlib.util
import json
from decimal import Decimal

import pytest
import tamper
from click.testing import CliRunner

from toolkit.cli import gouji

ROSTER = "机关名称,上级\n某某省,\n某某市,某某省\n某某局,某某市\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that runs a command in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def command(*words: object):
        return CliRunner().invoke(gouji, [*map(str, words), "--lang", "zh"])

    return command


def table(path, need) -> list[dict]:
    need(importlib.util.find_spec("pyarrow"), "pyarrow is not installed")
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    return parquet.read_table(path).to_pylist()


def returned(agency: str, **values: object) -> str:
    """Return report JSON with some values of table 2; a key is row__column."""
    named = {name.replace("__", "."): value for name, value in values.items()}
    content = {"form": "annual-report", "year": 2025, "agency": {"name": agency}, "values": named}
    return json.dumps(content).replace('"<', "").replace('>"', "")


def test_every_cell_is_a_row_with_its_agency_parents_file_and_digest(run, tmp_path, need):
    (tmp_path / "名册.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "报").mkdir()
    (tmp_path / "报" / "a.xlsx").write_bytes(tamper.filled())
    (tmp_path / "报" / "b.xlsx").write_bytes(b"no workbook")
    done = run("read", "报", "--format", "parquet", "--roster", "名册.csv", "-o", "o.parquet")
    assert done.exit_code == 1
    assert "b.xlsx" in done.stderr
    rows = table("o.parquet", need)
    edition = tamper.edition()
    assert [row["key"] for row in rows] == list(edition.cells)
    assert {row["file"] for row in rows} == {
        str(tmp_path.joinpath("报", "a.xlsx").relative_to(tmp_path))
    }
    assert {row["sha256"] for row in rows} == {hashlib.sha256(tamper.filled()).hexdigest()}
    cell = edition.cells[rows[9]["key"]]
    told = (rows[9]["table"], rows[9]["row"], rows[9]["column"], rows[9]["sheet"], rows[9]["cell"])
    assert told == (cell.table, cell.row, cell.column, cell.sheet, cell.at)
    assert (rows[9]["label"], rows[9]["unit"]) == (cell.label, cell.unit)
    read = json.loads(run("read", "报/a.xlsx").stdout, parse_float=Decimal)["values"]
    assert {row["key"]: row["value"] for row in rows} == read


@pytest.mark.parametrize(
    "case",
    [
        ("<12345678901.123456>", Decimal("12345678901.123456"), None),
        ("<0.1234567>", None, "0.1234567"),
        ("<1e40>", None, f"1{'0' * 40}"),
        ("<-0.0>", Decimal(0), None),
        ("12件\ud800", None, "12件\\ud800"),
        (None, None, None),
    ],
)
def test_numbers_are_exact_or_texts(run, tmp_path, need, case):
    typed, value, text = case
    key = tamper.edition().typed[-1]
    source = returned("某某局", **{key.replace(".", "__"): typed})
    (tmp_path / "a.json").write_text(source, encoding="utf-8")
    (tmp_path / "名册.csv").write_text(ROSTER, encoding="utf-8")
    done = run("read", "a.json", "--format", "parquet", "--roster", "名册.csv", "-o", "o.parquet")
    assert (done.exit_code, done.output) == (0, "")
    row = next(row for row in table("o.parquet", need) if row["key"] == key)
    assert (row["value"], row["text"]) == (value, text)
    assert (row["agency"], row["parents"], row["year"]) == ("某某局", ["某某省", "某某市"], 2025)


def test_a_file_that_is_refused_leaves_no_table(run, tmp_path):
    (tmp_path / "b.xlsx").write_bytes(b"no workbook")
    done = run("read", "b.xlsx", "--format", "parquet", "-o", "o.parquet")
    assert (done.exit_code, (tmp_path / "o.parquet").exists()) == (1, False)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--format", "parquet"), "请用 -o 指定要写的 .parquet 文件"),
        (("--format", "parquet", "-o", "a.xlsx"), "不是 .parquet"),
        (("--roster", "名册.csv"), "--roster 只和 --format parquet 一起用"),
    ],
)
def test_what_does_not_go_together_is_refused(run, tmp_path, words, sentence):
    (tmp_path / "a.json").write_text(returned("某某局"), encoding="utf-8")
    done = run("read", "a.json", *words)
    assert done.exit_code == 2
    assert sentence in done.stderr


def test_without_pyarrow_a_sentence_says_what_to_do(run, tmp_path, monkeypatch):
    (tmp_path / "a.json").write_text(returned("某某局"), encoding="utf-8")
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    done = run("read", "a.json", "--format", "parquet", "-o", "o.parquet")
    assert done.exit_code == 2
    assert 'pip install "gouji[parquet]"' in done.stderr
