"""The season at the page's desk: decisions on reasons and sendings, rosters with all columns."""

import json
import os
import zipfile
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from casebook import balanced
from source import TESTS
from test_page_desk import question

from toolkit.campaign import roster, waivers
from toolkit.files.examine import examine
from toolkit.page.desk import Desk
from toolkit.report.explanation import Explanation
from toolkit.report.report import as_json, dumps, from_json
from toolkit.report.strict import parse_json

SEED = "seed_jiguan_shiwu_2025"
FORCE = ("proactive.rules.issued", "proactive.rules.in_force", "proactive.rules.repealed")
CODE = "in-force-floor"
NAMES = ("甲局", "乙局")
DAY = date(2026, 1, 20)
ROSTER = "机关名称,统一社会信用代码,层级,截止日期,联系人,联系电话\n甲局,,县级,2026-01-15,王一,1\n乙局,,县级,,,\n"
AGENCY = {"name": "甲局", "code": None, "level": "county"}
REASON = "规章由上级统一废止"


def report(name: str, reason: str | None = REASON, sent: int = 1, **changes: int):
    """Return a return with a warning that has a reason, of an agency."""
    one = balanced(SEED, proactive__rules__issued=3, proactive__rules__in_force=1, **changes)
    given = () if reason is None else (Explanation(CODE, FORCE, reason, None),)
    who = {"name": name, "code": None, "level": "county"}
    return replace(one, agency=who, explained=given, sent=sent, origin="json")


def put(desk: Desk, name: str, one) -> Path:
    path = Path(desk.home, "returns", name)
    path.write_text(dumps(as_json(one)), "utf-8")
    noon = datetime(DAY.year, DAY.month, DAY.day, 12).timestamp()  # noqa: DTZ001 - the office's
    os.utime(path, (noon, noon))
    return path


@pytest.fixture
def desk(tmp_path) -> Desk:
    """Return a desk that examined a return of each agency, compared with a roster."""
    desk = Desk(str(tmp_path), "1")
    for folder in ("returns", "roster"):
        (tmp_path / folder).mkdir()
    (tmp_path / "roster" / "名册.csv").write_text(ROSTER, "utf-8")
    for name in NAMES:
        put(desk, f"{name}.json", report(name))
    question(desk, "rostered", name="名册.csv")
    return desk


def looked(desk: Desk) -> dict:
    for path in question(desk, "listed")["left"]:
        question(desk, "examined", path=path)
    return question(desk, "campaign", lang="zh")


def result(desk: Desk) -> dict:
    return json.loads(question(desk, "written", style="json", lang="zh"))


def test_a_reason_waits_until_it_is_accepted_and_may_be_taken_back(desk):
    before = looked(desk)
    names = list(before["reasons"])
    assert names == [f"{name}|{CODE}|表二 B6" for name in sorted(NAMES)]
    assert set(before["reasons"].values()) == {REASON}
    assert before["settled"] == {}
    question(desk, "settled", prefer={}, reasons={names[0]: "accepted"}, by="区政务公开办")
    after = question(desk, "campaign", lang="zh")
    assert (list(after["reasons"]), after["settled"]) == (names[1:], {names[0]: REASON})
    (finding,) = (f for f in result(desk)["files"][0]["findings"] if f["code"] == CODE)
    assert finding["explained"]["state"] == "accepted"
    assert finding["waived"] == {"reason": REASON, "by": "区政务公开办", "date": ""}
    question(desk, "settled", prefer={}, reasons={}, by="")
    assert question(desk, "campaign", lang="zh")["reasons"] == before["reasons"]


def test_accepted_reasons_are_saved_as_waivers_that_the_command_takes(desk, tmp_path):
    names = list(looked(desk)["reasons"])
    question(desk, "settled", prefer={}, reasons=dict.fromkeys(names, "accepted"), by="办公室")
    path = tmp_path / "豁免.xlsx"
    path.write_bytes(question(desk, "accepted", by="办公室", date="2026-02-01"))
    rows = waivers.load(path)
    assert {(row.agency, row.code, row.reason, row.by, row.date) for row in rows} == {
        (name, CODE, REASON, "办公室", "2026-02-01") for name in NAMES
    }
    used = waivers.waivers(rows, "2026-02-02")
    done = examine(str(Path(desk.home, "returns", "甲局.json")))
    (finding,) = (f for f in used.applied(done, rows).findings if f.code == CODE)
    assert finding.waived["by"] == "办公室"


def test_a_reason_whose_figures_changed_is_nothing_to_decide_on(desk):
    one = report("甲局")
    (given,) = one.explained
    put(desk, "甲局.json", replace(one, explained=(replace(given, figures="7 | 8"),)))
    assert list(looked(desk)["reasons"]) == [f"乙局|{CODE}|表二 B6"]


def test_a_refused_reason_goes_back_with_a_notice(desk):
    _, name = looked(desk)["reasons"]
    question(desk, "settled", prefer={}, reasons={name: "refused"}, by="")
    (finding,) = (f for f in result(desk)["files"][1]["findings"] if f["code"] == CODE)
    assert finding["explained"]["state"] == "refused"
    assert [one["agency"] for one in question(desk, "due")["due"]] == ["甲局"]
    assert REASON in question(desk, "letter", path="甲局.json", wanted={})


def test_an_agency_that_sent_two_is_chosen_for_and_rolled_up_so(desk):
    put(desk, "甲局2.json", report("甲局", applications__received__natural_person=9))
    assert looked(desk)["to_choose"] == 1
    (sha256,) = (f["sha256"] for f in result(desk)["files"] if f["path"] == "甲局2.json")
    question(desk, "settled", prefer={"甲局": sha256}, reasons={}, by="")
    found = question(desk, "campaign", lang="zh")
    assert found["to_choose"] == 0
    (agency, _) = result(desk)["campaign"]["agencies"]
    assert (agency["path"], agency["preferred"]) == ("甲局2.json", sha256)


def test_the_day_of_a_file_is_the_day_it_came_and_says_how_late(desk):
    with zipfile.ZipFile(Path(desk.home, "returns", "乙局.zip"), "w") as packed:
        entry = zipfile.ZipInfo("乙局.json", (2026, 1, 9, 8, 0, 0))
        packed.writestr(entry, Path(desk.home, "returns", "乙局.json").read_bytes())
    Path(desk.home, "returns", "乙局.json").unlink()
    looked(desk)
    one, other = result(desk)["campaign"]["agencies"]
    assert (one["received"], one["days_late"], one["contact"]) == (
        "2026-01-20", 5, {"name": "王一", "phone": "1"})  # fmt: skip
    assert (other["received"], other["contact"]) == ("2026-01-09", None)


# ── rosters ───────────────────────────────────────────────────────────────────────────────────────


TYPED = [
    ["区政府办", "01", "县级", "", "", "本级", "", "", "", "", ""],
    [
        "甲局",
        "02",
        "县级",
        "甲委",
        "区政府办",
        "部门",
        "2026-01-20",
        "a@b.cn",
        "王",
        "1",
        "http://a.cn",
    ],
]


def test_typed_agencies_are_saved_as_a_roster_with_all_columns(tmp_path):
    desk = Desk(str(tmp_path), "1")
    answer = question(desk, "blanks_saved", rows=TYPED, lang="zh")
    (tmp_path / "名册.xlsx").write_bytes(answer["content"])
    own, member = roster.load(tmp_path / "名册.xlsx")
    assert (own.kind, own.deadline) == ("own", None)
    assert (member.aliases, member.parent, member.kind) == (("甲委",), "区政府办", "department")
    assert (member.deadline, member.email, member.contact) == ("2026-01-20", "a@b.cn", "王")
    (tmp_path / "名册.csv").write_bytes(
        question(desk, "blanks_typed", rows=TYPED, lang="zh")["file"]
    )
    assert [replace(one, row=0) for one in roster.load(tmp_path / "名册.csv")] == [
        replace(one, row=0) for one in (own, member)
    ]


def test_a_wrong_list_is_not_saved(tmp_path):
    answer = question(
        Desk(str(tmp_path), "1"), "blanks_saved", rows=[["甲局", "", "镇里"]], lang="zh"
    )
    assert (answer["count"], "content" in answer) == (0, False)


def test_pasted_rows_are_put_under_their_heads_in_any_order(tmp_path):
    desk = Desk(str(tmp_path), "1")
    rows = [["类别", "单位名称", "备注", "联系电话"], ["部门", "甲局", "x", "1"], ["部门", "乙局"]]
    assert question(desk, "blanks_pasted", rows=rows) == [
        ["甲局", "", "", "", "", "部门", "", "", "", "1", ""],
        ["乙局", "", "", "", "", "部门", "", "", "", "", ""],
    ]
    for plain in ([["甲局", "01", "县级", ""]], [["机关名称", "代码"], ["甲局", "1"]], []):
        assert question(desk, "blanks_pasted", rows=plain) == plain


def test_the_analysis_of_a_region_is_a_file_or_says_why_there_is_none(desk):
    region = {"name": " 云水区 ", "code": "", "level": "county"}
    looked(desk)
    written = question(desk, "briefed", region=region, style=".html", lang="zh")
    assert (written["stem"], written["year"]) == ("云水区", 2025)
    assert "云水区" in written["file"].decode()
    for path in Path(desk.home, "returns").iterdir():
        path.write_text("{}", "utf-8")
    looked(desk)
    assert question(desk, "briefed", region=region, style=".html", lang="zh")["refused"]
    other = from_json(parse_json((TESTS / "cases" / "website.json").read_text("utf-8")))
    for name in NAMES:
        put(desk, f"{name}.json", replace(other, agency={**AGENCY, "name": name}, year=2025))
    looked(desk)
    (line,) = question(desk, "briefed", region=region, style=".html", lang="zh")["refused"]
    assert other.edition.title in str(line)
