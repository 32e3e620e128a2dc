"""Waivers: a person accepts a finding; unused waivers and those not allowed are reported."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from test_across import MEMBERS, filled, season

from toolkit.campaign.waivers import Waiver, WaiverError, load, waivers
from toolkit.output import result as results
from toolkit.output import text

HEADS = "单位,提示代码,单元格,理由,批准人,日期,有效期至,年度"
LINE = "甲局,rules-level,表二 B7,市政府委托,张三,2026-01-05,,"


def listed(tmp_path: Path, *lines: str, heads: str = HEADS, encoding: str = "utf-8") -> Path:
    path = tmp_path / "豁免.csv"
    path.write_text("\n".join((heads, *lines)), encoding)
    return path


def row(**more) -> Waiver:
    """Return a waiver for the finding of `broken`."""
    told = {"row": 2, "agency": "甲局", "code": "rules-level", "cell": "proactive.rules.issued",
            "reason": "市政府委托", "by": "张三", "date": "2026-01-05"}  # fmt: skip
    return Waiver(**{**told, **more})


def broken(**more):
    """Return a report with a warning at its first cell, 表二 B7."""
    return filled("甲局", "A1", first=3, level="county", **more)


def with_waivers(report, *rows, members=MEMBERS, today="2026-02-01"):
    """Return (the waived codes, the first result, the messages about idle rows)."""
    used = waivers(rows, today, members or ())
    batch = season(report, members=members, waivers=used)
    first = batch.results[0]
    told = [f.code for f in first.findings if f.waived]
    return told, first, [problem.message("zh") for problem in used.idle()]


# ── what is waived ────────────────────────────────────────────────────────────────────────────────


def test_a_waived_warning_stays_listed_with_reason_name_and_day():
    told, first, idle = with_waivers(broken(), row())
    assert (told, first.verdict, idle) == (["rules-level"], "warn", [])
    (finding,) = (f for f in first.findings if f.waived)
    entry = finding.as_json("zh")
    assert entry["waived"] == {"reason": "市政府委托", "by": "张三", "date": "2026-01-05"}
    batch = season(broken(), waivers=waivers([row()], "2026-02-01", MEMBERS))
    shown = "".join(text.write(batch, "zh"))
    assert "[rules-level]\n      └ 已豁免：市政府委托（张三，2026-01-05）\n" in shown
    assert results.summary(batch)["warn"] == 1


@pytest.mark.parametrize(
    "cell",
    ["proactive.rules.issued", "表二 B7", "表二!b7", "'表二'!$B$7", "表二B7"],
)
def test_a_cell_is_named_by_its_key_or_its_place(cell):
    place = first_place()
    told, _, _ = with_waivers(broken(), row(cell=cell.replace("B7", place).replace("b7",
        place.lower()).replace("$B$7", f"${place[0]}${place[1:]}")))  # fmt: skip
    assert told == ["rules-level"]


def first_place() -> str:
    """Return the address of the first cell."""
    _, first, _ = with_waivers(broken())
    return next(f.cells[0].at for f in first.findings if f.code == "rules-level")


@pytest.mark.parametrize("agency", ["甲局", " 甲 局", "A1", "老甲局"])
def test_an_agency_is_named_by_name_code_or_alias(agency):
    assert with_waivers(broken(), row(agency=agency))[0] == ["rules-level"]


def test_without_a_roster_name_and_code_are_those_of_the_return():
    for agency, told in (("甲局", ["rules-level"]), ("A1", ["rules-level"]), ("老甲局", [])):
        assert with_waivers(broken(), row(agency=agency), members=None)[0] == told


def test_carried_in_may_be_waived_although_it_is_an_error(tmp_path):
    from toolkit.files.examine import examine  # noqa: PLC0415
    from toolkit.report.report import as_json, dumps  # noqa: PLC0415

    report = filled("甲局")
    key = "applications.carried_out.natural_person"
    last = replace(report, year=2024, values={**report.values, key: 2})
    path = tmp_path / "a.json"
    path.write_text(dumps(as_json(report)), "utf-8")
    result = examine(str(path), [last])
    used = waivers([row(code="carried-in", cell="表三 D8")], "2026-02-01")
    done = used.applied(result, used.rows)
    assert [f.code for f in done.findings if f.waived] == ["carried-in"]
    (cell,) = [f.cells[0].key for f in done.findings if f.waived]
    assert cell == "applications.carried_in.natural_person"


def test_a_finding_across_returns_names_no_cell_and_neither_does_its_waiver():
    report = filled("甲局", level="city")
    one = row(code="roster-differs", cell="")
    assert with_waivers(report, one)[0] == ["roster-differs"]
    assert with_waivers(report, replace(one, cell="表二 B7"))[0] == []
    assert with_waivers(broken(), row(cell=""))[0] == []


# ── what is not ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"until": "2026-01-31"}, "第 2 行：“甲局”的 rules-level（proactive.rules.issued）已于 2026-01-31 到期"),
        ({"year": 2024}, "没有 rules-level（proactive.rules.issued）这样的提示"),
        ({"agency": "乙局"}, "“乙局”没有 rules-level"),
        ({"agency": "火星"}, "“火星”没有 rules-level"),
        ({"code": "jump"}, "“甲局”没有 jump"),
        ({"cell": "proactive.rules.repealed"}, "没有 rules-level（proactive.rules.repealed）"),
    ],
)  # fmt: skip
def test_a_waiver_that_waived_nothing_is_named(change, said):
    told, first, idle = with_waivers(broken(), row(**change))
    assert (told, first.verdict) == ([], "warn")
    assert len(idle) == 1
    assert said in idle[0]


def test_the_last_day_still_holds():
    assert with_waivers(broken(), row(until="2026-02-01", year=2025))[0] == ["rules-level"]


def test_an_error_cannot_be_waived_and_the_row_is_named():
    report = filled("甲局")
    report = replace(report, values={**report.values, "disputes.review.upheld": "无"})
    told, first, idle = with_waivers(report, row(code="number", cell="表四 A5"))
    place = next(f.cells[0].at for f in first.findings if f.code == "number")
    told, first, idle = with_waivers(report, row(code="number", cell=f"表四 {place}"))
    assert (told, first.verdict) == ([], "fail")
    assert "不能豁免：只有提醒和上年结转不符可以" in idle[0]


def test_the_first_of_two_waivers_for_one_finding_is_told():
    told, first, idle = with_waivers(broken(), row(), row(row=3, by="李四"))
    assert (told, idle) == (["rules-level"], [])
    assert next(f.waived["by"] for f in first.findings if f.waived) == "张三"


# ── the list ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_list_is_read_in_what_offices_save(tmp_path, encoding):
    path = listed(tmp_path, LINE, "", "A1,[jump],,核实无误,李四,2026/1/6,2026年12月31日,2025",
                  encoding=encoding)  # fmt: skip
    one, other = load(path)
    assert one == Waiver(2, "甲局", "rules-level", "表二 B7", "市政府委托", "张三", "2026-01-05")
    assert (other.code, other.cell, other.date, other.until, other.year) == (
        "jump", "", "2026-01-06", "2026-12-31", 2025)  # fmt: skip
    english = listed(tmp_path, LINE, heads="agency,code,cell,reason,by,date,until,year")
    assert load(english) == (one,)


def test_a_list_may_be_a_workbook_with_a_title_above(tmp_path):
    import datetime as dt  # noqa: PLC0415

    book = Workbook()
    book.active.append(["2025 年度豁免"])
    book.active.append(HEADS.split(","))
    book.active.append(["甲局", "jump", "表三 D7", "x", "张三", dt.date(2026, 1, 5), None, 2025])
    target = BytesIO()
    book.save(target)
    path = tmp_path / "豁免.xlsx"
    path.write_bytes(target.getvalue())
    (one,) = load(path)
    assert (one.row, one.date, one.until, one.year) == (3, "2026-01-05", None, 2025)


def test_everything_wrong_with_a_list_is_named_at_once(tmp_path):
    path = listed(tmp_path, LINE, "甲局,jump,,,,昨天,2026-13-01,去年", ",jump,,x,张三,2026-01-05,,")
    with pytest.raises(WaiverError) as error:
        load(path)
    assert [problem.message("zh") for problem in error.value.problems] == [
        "第 3 行：“理由”是空的。请补填。",
        "第 3 行：“批准人”是空的。请补填。",
        "第 3 行：“日期”写的是“昨天”，不是日期。请写成 2026-01-20 的样子。",
        "第 3 行：“有效期至”写的是“2026-13-01”，不是日期。请写成 2026-01-20 的样子。",
        "第 3 行：年度写的是“去年”。请写四位数字，或空着。",
        "第 4 行：“单位”是空的。请补填。",
    ]


def test_a_list_that_is_none_says_so(tmp_path):
    for path, said in (
        (listed(tmp_path, LINE, heads="单位,代码,单元格"), "找不到这些列：理由, 批准人, 日期"),
        (tmp_path / "nothing.csv", "无法读取"),
    ):
        with pytest.raises(WaiverError) as error:
            load(path)
        assert said in error.value.problems[0].message("zh")
    path.write_bytes(b"PK\3\4")
    with pytest.raises(WaiverError, match="damaged"):
        load(path)
    path.write_bytes(b"")
    with pytest.raises(WaiverError, match="heads"):
        load(path)
