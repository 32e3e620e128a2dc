"""Reasons that are accepted: rows of a list of waivers, in whatever form the list has."""

import openpyxl
import pytest
from tamper import pack, unpack
from test_across import MEMBERS, filled, season
from test_settled import CELLS, OWN, given

from toolkit.campaign import accepting
from toolkit.campaign.accepting import accepted, cell_of, with_rows
from toolkit.campaign.settled import Settled
from toolkit.campaign.waivers import COLUMNS, Waiver, WaiverError, load, waivers
from toolkit.finding import Finding, Spot

NEW = Waiver(0, "甲局", OWN, "表二 B6", "由上级废止", "办公室", "2026-02-01", year=2025)
OTHER = Waiver(0, "乙局", OWN, "表二 B6", '=1+1, "x"；y', "办公室", "2026-02-01", year=2025)
HEADS = ("单位", "提示代码", "单元格", "理由", "批准人", "日期", "有效期至", "年度")


def essence(row: Waiver) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in COLUMNS)


def added(path, *rows):
    """Write a list with rows added; return the rows it then has."""
    source, count = with_rows(path, rows)
    path.write_bytes(source)
    assert count == len(rows)
    return [essence(row) for row in load(path)]


# ── which reasons ─────────────────────────────────────────────────────────────────────────────────


def test_each_reason_that_stands_becomes_a_row_under_the_rosters_name():
    settled = Settled({}, {f"乙局|{OWN}|{CELLS}": "refused"}, "x")
    batch = season(
        given(name="老甲局"), given(name="乙局", code="B2", first=1),
        given(name="丙镇", code=None, proactive__rules__issued=4), filled("某局"), None,
        given(name="外来局", code=None), settled=settled)  # fmt: skip
    rows = accepted(batch, "办公室", "2026-02-01")
    assert [essence(row) for row in rows] == [
        ("甲局", OWN, "表二 B6", "由上级废止", "办公室", "2026-02-01", None, 2025),
        ("外来局", OWN, "表二 B6", "由上级废止", "办公室", "2026-02-01", None, 2025),
    ]
    used = waivers(rows, "2026-02-01", MEMBERS)
    again = season(given(name="老甲局"), waivers=used)
    (finding,) = [f for f in again.results[0].findings if f.explained]
    assert (finding.waived["reason"], finding.explained["state"]) == ("由上级废止", "accepted")
    assert accepted(again, "办公室", "2026-02-02") == []


def test_what_another_return_replaced_is_left_out_and_an_agency_may_have_a_code_only():
    batch = season(given(), given(sent=2))
    assert len(accepted(batch, "x", "2026-02-01")) == 1
    nameless = season(given(name=None), members=None)
    assert [row.agency for row in accepted(nameless, "x", "2026-02-01")] == ["A1"]
    nobody = season(given(name=None, code=None), members=None)
    assert [row.agency for row in accepted(nobody, "x", "2026-02-01")] == []


def test_a_finding_is_named_by_its_first_cell():
    assert cell_of(Finding("x", "warning")) == ""
    assert cell_of(Finding("x", "warning", (Spot("a.b.c", None, None, ""),))) == "a.b.c"
    assert cell_of(Finding("x", "warning", (Spot("a.b.c", "表二", "B6", ""),))) == "表二 B6"


# ── into which list ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["豁 免.csv", "豁 免.xlsx", "豁免.XLSX"])
def test_a_list_is_made_where_there_is_none_and_goes_on(tmp_path, name):
    path = tmp_path / name
    assert added(path, NEW) == [essence(NEW)]
    assert with_rows(path, [NEW]) == (with_rows(path, [])[0], 0)
    both = [row[:3] for row in added(path, OTHER)]
    assert both == [essence(NEW)[:3], essence(OTHER)[:3]]
    assert load(path)[1].reason.lstrip("'") == OTHER.reason
    assert with_rows(path, [OTHER, NEW])[1] == 0


def test_the_same_row_is_added_once():
    assert len(accepting._added(b"", COLUMNS, [NEW]).splitlines()) == 2  # noqa: SLF001


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_csv_keeps_its_encoding_its_delimiter_and_its_columns(tmp_path, encoding, between, end):
    heads = ("备注", "日期", "单位", "提示代码", "位置", "理由", "批准人")
    old = ("旧的", "2026-01-05", "丙镇", "jump", "表二 B7", "属实", "张三")
    text = f"{between.join(heads)}\n{between.join(old)}{end}"
    path = tmp_path / "豁免.csv"
    path.write_bytes(text.encode(encoding))
    rows = added(path, NEW, OTHER)
    assert [row[:2] for row in rows] == [("丙镇", "jump"), ("甲局", OWN), ("乙局", OWN)]
    assert rows[2][3].lstrip("'") == OTHER.reason
    assert rows[1][:6] == essence(NEW)[:6]
    assert path.read_bytes().decode(encoding).startswith(text)


def test_a_sign_that_gbk_lacks_makes_the_list_utf_8(tmp_path):
    path = tmp_path / "豁免.csv"
    path.write_bytes((",".join(HEADS) + "\n").encode("gbk"))
    rare = Waiver(0, "𠮷局", OWN, "表二 B6", "因\udc80", "x", "2026-02-01")
    assert [row[0] for row in added(path, rare)] == ["𠮷局"]
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_workbook_keeps_its_own_sheets_columns_and_rows(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("清单")
    sheet["A1"] = "豁免清单（自用）"
    sheet.append(["序号", "单位", "提示代码", "单元格", "理由", "批准人", "日期", "备注"])
    sheet.append([1, "丙镇", "jump", "表二 B7", "属实", "张三", "2026-01-05", "=1+1"])
    sheet["A9"] = ""
    path = tmp_path / "豁免.xlsx"
    book.save(path)
    rows = added(path, NEW, OTHER)
    assert [row[0] for row in rows] == ["丙镇", "甲局", "乙局"]
    assert rows[2][3] == OTHER.reason
    kept = openpyxl.load_workbook(path)
    assert kept.sheetnames == ["说明", "清单"]
    assert [cell.value for cell in kept["清单"][3]][-1] == "=1+1"
    assert kept["清单"]["E5"].data_type == "s", "no text becomes a formula"
    assert kept["清单"]["A4"].value is None


def test_what_a_file_is_decides_not_its_name(tmp_path):
    path = tmp_path / "豁免.csv"
    path.write_bytes(with_rows(tmp_path / "x.xlsx", [NEW])[0])
    assert len(added(path, OTHER)) == 2
    assert path.read_bytes().startswith(b"PK")


def test_a_waiver_that_has_run_out_is_written_anew(tmp_path):
    path = tmp_path / "豁免.csv"
    line = f"甲局,{OWN},表二 B6,由上级废止,办公室,2026-01-05,2026-01-31,2025"
    path.write_text(f"{','.join(HEADS)}\n{line}\n", "utf-8")
    assert len(added(path, NEW)) == 2


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"a,b\n1,2\n", "heads"),
        (("单位,提示代码,理由,批准人,日期\n" * 1).encode(), "heads"),
        (b"PK\3\4", "damaged"),
        (b"\0\0", "unreadable"),
        ((",".join(HEADS) + "\n甲局,,,,,,,\n").encode(), "blank"),
    ],
)
def test_what_is_no_list_of_waivers_is_refused(tmp_path, source, sentence):
    path = tmp_path / "豁免.csv"
    path.write_bytes(source)
    with pytest.raises(WaiverError) as caught:
        with_rows(path, [NEW])
    assert caught.value.problems[0].sentence == sentence


def test_a_workbook_in_an_old_encoding_is_refused(tmp_path):
    path = tmp_path / "豁免.xlsx"
    path.write_bytes(with_rows(path, [NEW])[0])
    part = "xl/worksheets/sheet1.xml"

    def wide(source: bytes) -> bytes:
        text = source.decode().partition("?>")[2] or source.decode()
        return f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")

    parts = unpack(path.read_bytes())
    path.write_bytes(pack({**parts, part: wide(parts[part])}))
    assert len(load(path)) == 1
    with pytest.raises(WaiverError) as caught:
        with_rows(path, [OTHER])
    assert "另存为 csv 或 xlsx" in caught.value.problems[0].message("zh")
