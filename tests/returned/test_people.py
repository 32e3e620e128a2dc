"""Who filled a return in: read from its cover, never a finding, filled in again."""

from dataclasses import replace

import pytest
from source import TESTS
from tamper import cell, changed, edition, filled, gone, replacing
from test_read import facts

from toolkit.blank import slots
from toolkit.blank.build import build
from toolkit.blank.stamp import stamp
from toolkit.campaign.handout import alone, empty
from toolkit.edition.edition import named
from toolkit.returned.fill import NoPlace, fill
from toolkit.returned.read import read
from toolkit.xlsx.address import at

PEOPLE = {
    "filled_by": "张三",
    "phone": "0527-84388888",
    "reviewed_by": "李 四",
    "filled_on": "2026-01-15",
}
COVER = "填报说明"
AT = {name: at(place) for name, place in slots.people_places(edition()).items()}


def text(words):
    return {"inner": f"<is><t>{words}</t></is>", "t": "inlineStr"}


def typed(name, **content):
    """Return a return whose field of the cover is typed, with its style."""
    return changed(filled(), COVER, cell(AT[name], content.pop("inner"), **content))


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("filled_by", text("张三"), "张三"),
        ("filled_by", text("  张\n三 "), "张 三"),
        ("filled_by", text("   "), None),
        ("filled_by", {"inner": "<v>1</v>", "t": "b"}, "TRUE"),
        ("filled_by", {"inner": "<v>#N/A</v>", "t": "e"}, None),
        ("phone", {"inner": "<v>84388888</v>"}, "84388888"),
        ("phone", text("0527-84388888转3"), "0527-84388888转3"),
        ("filled_on", {"inner": "<v>46037</v>"}, "2026-01-15"),
        ("filled_on", {"inner": "<v>46037.5</v>"}, "2026-01-15"),
        ("filled_on", text("2026年1月15日"), "2026-01-15"),
        ("filled_on", text("2026/1/15"), "2026-01-15"),
        ("filled_on", text("1月中旬"), "1月中旬"),
        ("filled_on", {"inner": "<v>20260115</v>"}, "20260115"),
        ("filled_on", {"inner": "<v>2026</v>"}, "2026"),
        ("filled_on", {"inner": "<f>TODAY()</f><v>46037</v>"}, "2026-01-15"),
        ("filled_on", {"inner": "<f>TODAY()</f>"}, None),
    ],
)
def test_a_field_is_read_and_gives_no_finding(name, content, taken):
    reading = read(typed(name, **content))
    assert reading.report.cover == ({name: taken} if taken else {})
    assert facts(reading) == []


def test_a_field_may_look_otherwise_but_not_reach_out():
    grey = changed(typed("phone", **text("1")), "xl/styles.xml",
                   replacing("yyyy-mm-dd", "d"))  # fmt: skip
    assert [fact for fact in facts(read(grey)) if fact[2].startswith(COVER)] == []
    formula = typed("phone", inner="<f>WEBSERVICE(&quot;http://x&quot;)</f><v>1</v>", t="str")
    assert [fact[0] for fact in facts(read(formula))] == ["active-formula"]


@pytest.mark.parametrize("epoch", [False, True])
def test_a_day_is_read_by_the_workbooks_calendar(epoch):
    source = typed("filled_on", inner="<v>46037</v>")
    if epoch:
        source = changed(
            source, "xl/workbook.xml", replacing("<workbookPr", '<workbookPr date1904="1"', 1)
        )
    day = "2030-01-16" if epoch else "2026-01-15"
    assert read(source).report.cover == {"filled_on": day}


def test_without_its_label_a_field_is_not_read():
    place = slots.people_places(edition())["phone"]
    source = changed(typed("phone", **text("1")), COVER, gone(at((place[0], place[1] - 1))))
    assert read(source).report.cover == {}


def test_a_field_is_found_by_its_label_in_another_row():
    row = slots.people_places(edition())["phone"][0]
    source = changed(typed("phone", **text("1")), COVER, gone(at((row, 4))))
    for place, words in (("D10", "联系电话"), ("E10", "2")):
        content = text(words)
        source = changed(source, COVER, cell(place, content.pop("inner"), **content))
    assert read(source).report.cover == {"phone": "2"}


def test_a_blank_of_version_0_1_has_none():
    source = (TESTS / "versions" / "gouji-0.1.0-annual-report-2021.xlsx").read_bytes()
    source = changed(source, COVER, cell("E10", "<is><t>李四</t></is>", t="inlineStr"))
    reading = read(source)
    assert reading.report.cover == {}
    assert reading.report.sent is None


# ── filled in again ───────────────────────────────────────────────────────────────────────────────


def test_what_was_read_is_filled_into_a_fresh_form():
    report = replace(read(filled()).report, cover=PEOPLE)
    reading = read(fill(report, edition()).workbook)
    assert reading.report.cover == PEOPLE
    assert reading.report.sent == 2
    unsent = fill(replace(report, sent=None), edition()).workbook
    assert read(unsent).report.sent is None
    assert facts(reading) == []


def test_a_day_in_words_stays_as_it_was_given():
    report = replace(read(filled()).report, cover={"filled_on": "1月中旬"})
    assert read(fill(report, edition()).workbook).report.cover == {"filled_on": "1月中旬"}


@pytest.mark.parametrize(
    ("cover", "fields"),
    [({"phone": "\x01"}, ("phone", "filled_by")), ({"filled_by": "张三"}, ("phone",))],
)
def test_what_the_cover_cannot_hold_is_refused_and_listed(cover, fields):
    form = replace(edition(), cover={name: edition().cover[name] for name in fields})
    with pytest.raises(NoPlace) as error:
        fill(replace(read(filled()).report, cover=cover), form)
    assert error.value.values == {f"cover.{name}": text for name, text in cover.items()}


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", [("annual-report", "2019"), ("annual-report", "2021"),
                                   ("site-report", "2017")])  # fmt: skip
def test_a_blank_is_the_first_sending_and_its_number_may_be_changed(ident):
    form = named(*ident)
    report = empty(form, {"name": "某局", "code": "1", "level": None}, form.years[0])
    for blank in (build(form), build(form, report), stamp(report), alone(report, None)):
        reading = read(blank)
        assert (reading.report.sent, reading.report.cover) == (1, {})
        assert all(fact[0] != "cover" for fact in facts(reading))
