"""Identity of agencies: names and codes that look alike are the same, everywhere."""

from dataclasses import replace

import pytest
import tamper

from toolkit.campaign import across, chain, roster, waivers
from toolkit.diff import changes, telling
from toolkit.edition.edition import named
from toolkit.files.examine import of_last_year
from toolkit.finding import Finding, Result
from toolkit.report import identity
from toolkit.report.contribution import Contribution
from toolkit.report.report import Report
from toolkit.returned.read import read
from toolkit.rollup import governing, rollup

FORM = named("annual-report", "2021")
OWN = {"name": "示例区自然资源局", "code": "11320000014345678X", "level": "county"}


def report(year=2025, **agency):
    values = dict.fromkeys(FORM.cells, 0) | {"applications.received.natural_person": 3525}
    return Report(FORM, {"name": None, "code": None, "level": None} | agency, year, values)


def result(path, **agency):
    return Result(path, path, "pass", report(**agency), ())


ALIKE = {
    "blanks": " 示例区\u3000自然 资源局（本级）",
    "narrow brackets": "示例区自然资源局(本级)",
    "small brackets": "示例区自然资源局﹙本级﹚",
    "zero width": "示例区\u200b自然资源局（本级）\u200d",
    "byte order mark": "\ufeff示例区自然资源局（本级）",
    "direction": "\u202d示例区自然资源局（本级）\u202c\u2066\u2069\u200e",
    "variation": "示例\ufe00区\U000e0101自然资源局（本级）",
    "soft hyphen": "示例区自然\xad资源局（本级）",
    "Kangxi": "示例区⾃然资源局（本级）",
    "compatibility": "示例區自然".replace("區", "区") + "资源局（本级）",
}


@pytest.mark.parametrize("text", ALIKE.values(), ids=ALIKE)
def test_names_that_look_alike_are_one_name(text):
    assert identity.name(text) == "示例区自然资源局(本级)"


def test_radicals_are_the_characters_they_look_like():
    assert identity.name("⺠政局⻄⽅⻔⻢⻩⻥⻓⻳金\uf90a") == "民政局西方门马黄鱼长龟金金"


def test_other_signs_stay():
    assert identity.name("第一局") != identity.name("第二局")
    assert identity.name("A局") != identity.name("a局")


@pytest.mark.parametrize(
    "text",
    [
        "11320000014345678x",
        "11320000 014345678X",
        "１１３２００００014345678Ｘ",
        '="11320000014345678X"',
        '＝"11320000014345678X"',
        "'11320000014345678X",
        "’11320000014345678x’",
        "\ufeff11320000014345678X\u200b",
    ],
)
def test_a_code_is_compared_without_case_width_blanks_and_guards(text):
    assert identity.code(text) == "11320000014345678X"


def test_a_hyphen_in_a_code_counts():
    assert identity.code("1132-0000") == "1132-0000"


@pytest.mark.parametrize(
    "text", [" " * 20_000, "局\n" * 20_000, "'" * 20_000, "\u0301\u0316" * 20_000]
)
def test_a_long_name_is_compared_in_linear_time(text):
    for compared in (identity.name, identity.code, identity.word, identity.line):
        compared(f"某{text}局")


def test_a_roster_with_twenty_thousand_blanks_in_a_name_is_read_at_once():
    with pytest.raises(roster.RosterError) as caught:
        roster.members(f"机关名称\n某{' ' * 20_000}局".encode())
    assert [(p.code, p.rows) for p in caught.value.problems] == [("unfit", (2,))]


def test_blanks_inside_long_names_do_not_count():
    assert identity.name(f"某{' ' * 20_000}局") == "某局"
    assert identity.name(f"{'某' * 600}（") != identity.name(f"{'某' * 600}(")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"code": "1x"}, {"code": "1 X"}, True),
        ({"name": "甲局", "code": "1"}, {"name": "甲局", "code": "2"}, False),
        ({"name": "甲局", "code": "1"}, {"name": "甲 局"}, True),
        ({"name": "甲局（本级）"}, {"name": "甲局(本级)"}, True),
        ({"name": "甲局"}, {"name": "乙局"}, False),
        ({}, {}, False),
    ],
)
def test_one_agency_is_told_by_code_else_by_name(one, other, same):
    assert identity.same(one, other) is same


def test_a_sentence_names_the_signs_nobody_sees():
    typed = ("某局\u200b\ufeff", None, "⺠政局")
    said = "名称或代码里有看不见的或形近的字符：U+200B, U+FEFF, U+2EA0。"
    assert identity.remark("zh", *typed) == said
    words = {"zh": "甲。", "en": "A."}
    finding = Finding("x", "error", figures=identity.hidden(*typed), words=words)
    assert finding.message("zh") == f"甲。{said}"
    assert finding.message("en") == (
        "A. It holds invisible or look-alike signs: U+200B, U+FEFF, U+2EA0."
    )
    assert (identity.remark("zh", "某局（本级）"), identity.hidden("某局（本级）")) == ("", {})


# ── everywhere ────────────────────────────────────────────────────────────────────────────────────

CODES = ["11320000014345678X", "11320000014345678x", "11320000 014345678X", '="11320000014345678x"']


@pytest.mark.parametrize("code", CODES)
def test_last_year_s_report_is_found_by_its_code(code, tmp_path):
    now = report(**OWN)
    prior = report(2024, name="示例区规划局", code=code)
    assert of_last_year(now, [prior]) is prior
    last, _ = chain.built(tmp_path / "last", [(1, prior)], ())
    found = last.of(now)
    assert found.agency["code"] == code


def test_last_year_s_report_is_found_by_a_name_that_looks_the_same(tmp_path):
    prior = report(2024, name="示例区⾃然资源局\u200b")
    assert of_last_year(report(**OWN), [prior]) is prior
    last, _ = chain.built(tmp_path / "last", [(1, prior)], ())
    assert last.of(report(**OWN)).agency == prior.agency


@pytest.mark.parametrize("code", CODES)
def test_a_roster_knows_an_agency_by_its_code(code):
    quoted = '"' + code.replace('"', '""') + '"'
    (member,) = roster.members(f"机关名称,统一社会信用代码\n示例区规划局,{quoted}".encode())
    whose = roster.matcher((member,))(OWN)
    assert (whose.member, whose.how) == (member, "code")
    assert "=" not in member.code


def test_a_guarded_code_is_shown_without_its_guard():
    text = '机关名称,统一社会信用代码\n甲局,="011320000014345678"\n乙局,’011320000014345679'
    assert [m.code for m in roster.members(text.encode())] == [
        "011320000014345678",
        "011320000014345679",
    ]


def test_a_roster_says_why_two_names_that_look_alike_are_one():
    with pytest.raises(roster.RosterError) as caught:
        roster.members("机关名称\n示例区民政局\n示例区⺠政局".encode())
    (problem,) = caught.value.problems
    assert (problem.code, problem.rows) == ("same-name", (2, 3))
    assert problem.message("zh").endswith("名称或代码里有看不见的或形近的字符：U+2EA0。")


def test_one_agency_is_not_added_twice_under_two_widths_of_its_name():
    results = [result("a", name="某某局(本级)"), result("b", name="某某局（本级）")]
    (sent,) = governing.without_roster(results, 2025)
    assert [one.path for one in sent.last] == ["a", "b"]
    others = [*results, result("c", name="另一局")]
    done = rollup.roll_up(
        others, {"name": "某某区", "code": None, "level": "county"}, None, partial=True
    )
    assert done.report.values["applications.received.natural_person"] == 3525
    assert [(row.name, row.state) for row in done.report.sources] == [
        ("某某局(本级)", "duplicate"),
        ("另一局", "given"),
    ]
    assert [note.names for note in done.notes if "不知道以哪份为准" in note.message("zh")] == [
        ("某某局(本级) [a]",)
    ]


def test_roll_ups_are_compared_by_agency_however_its_name_is_typed():
    old, new = (
        replace(report(), sources=(Contribution(name, "given", values={"a": 1}),))
        for name in ("某某局(本级)", "某某局（本级）")
    )
    assert changes.compare(old, new).shares == ()


def test_a_waiver_holds_for_an_agency_however_its_code_is_typed():
    row = waivers.Waiver(2, "11320000 014345678x", "jump", "", "因", "某", "2026-01-20")
    used = waivers.waivers([row], "2026-01-20")
    assert used.of(governing.head(result("a", **OWN))) == [row]


def put(source, **cells):
    """Return the return with texts in cells of its cover."""
    for at, text in cells.items():
        inner = tamper.cell(at, f"<is><t>{text}</t></is>", t="inlineStr")
        source = tamper.changed(source, "填报说明", inner)
    return source


def test_the_mark_and_the_cover_are_compared_as_names_and_codes():
    source = put(tamper.filled(), B4="某\u200b某 局", B5="1132 0000")
    assert read(source).findings == ()


def test_another_name_on_the_cover_is_told_with_the_signs_nobody_sees():
    (finding,) = read(put(tamper.filled(), B4="另一局\u200b")).findings
    assert (finding.code, finding.cells[0].at, finding.found) == ("identity", "B4", "另一局\u200b")
    assert finding.expected == "某某局"
    assert "U+200B" in finding.message("zh")


def test_a_declaration_with_an_invisible_sign_is_one():
    inner = tamper.cell("D2", "<is><t>本表其余空白均为0（已核对）\u200b</t></is>", t="inlineStr")
    found = read(tamper.changed(tamper.filled(), "表三", inner))
    assert found.findings == ()
    assert found.report.nil == ("applications",)


def test_a_diff_names_the_signs_that_make_two_names_differ():
    old, new = (report(name=name) for name in ("某某局", "某某局\u200b"))
    told = "".join(telling.lines(("a", old), ("b", new), changes.compare(old, new), "zh"))
    assert "名称或代码里有看不见的或形近的字符：U+200B。" in told


def test_a_stranger_s_name_is_told_with_the_signs_nobody_sees():
    (member,) = roster.members("机关名称\n示例区自然资源局".encode())
    one = governing.head(result("a", name="示例区自然资源分局\u200b"))
    found = across.across((member,), [(0, "a", one)], ["a"])
    (finding,) = found.findings[0]
    assert (finding.code, finding.expected) == ("stranger", "示例区自然资源局")
    assert "U+200B" in finding.message("zh")
