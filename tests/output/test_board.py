"""The board shows every finding and its place, and no content of it is executed."""

import base64
import hashlib
import json
import re
import weakref
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest
from boards import (
    BROKEN,
    NATURAL,
    Element,
    fact,
    member,
    parsed,
    real,
    rejected,
    result,
    season,
    talk,
)
from click.testing import CliRunner
from hazards import EVIL, hostile, still
from source import CHECKOUT, HAN, TEMPLATES, editions, form_words, messages

from toolkit import data
from toolkit.campaign.accepting import cell_of
from toolkit.campaign.settled import name_of
from toolkit.cli import gouji
from toolkit.edition.edition import named
from toolkit.explain import Answer, Broken, Change, Correction
from toolkit.finding import Batch, Finding, Result, Spot, Verdicts, verdict
from toolkit.output import FORMATS, board, breach
from toolkit.output import tables as drawn
from toolkit.report.report import as_json, dumps

FORM = named("annual-report", "2021")
LANGS = ("zh", "en")


@cache
def season_page(lang: str = "zh") -> Element:
    return parsed("".join(board.write(season(), lang)))


def page_of(one: Result, lang: str = "zh") -> Element:
    return parsed("".join(board.page(one, lang)))


def broken() -> Result:
    """Return a return with errors, a warning, a word for a number and a structural finding."""
    report = real(
        "甲局",
        BROKEN | {"disputes.review.upheld": "３件", "processing_fee.notices.amount": 105},
        nil=True,
    )
    label = Finding("label", "error", (Spot(None, "表三", "B9", ""),), "甲", "乙")
    return result("甲.xlsx", report, label)


def test_in_another_page_one_return_is_shown_open_as_on_a_page_of_its_own():
    one = broken()
    (section,) = parsed("".join(board.inside(Batch((one,)), "zh"))).all("section", "entry")
    (alone,) = page_of(one).all("section", "entry")
    assert (section["id"], section.classes) == ("f0", {"entry", "open"})
    assert section.text == alone.text


def by_id(page: Element) -> dict[str, Element]:
    found = [e for e in page.walk() if e.get("id")]
    assert len({e["id"] for e in found}) == len(found)
    return {e["id"]: e for e in found}


# ── alone ─────────────────────────────────────────────────────────────────────────────────────────


def pages() -> dict[str, Element]:
    return {"board": season_page(), "page": page_of(broken())}


@pytest.mark.parametrize("name", ["board", "page"])
def test_a_page_asks_for_nothing_from_outside(name):
    page = pages()[name]
    for element in page.walk():
        assert element.name not in {"link", "img", "iframe", "object", "base", "form", "embed"}
        assert not {"src", "style", "action", "srcset", "data"} & set(element.attributes)
        assert not [a for a in element.attributes if a.startswith(("on", "xlink"))]
        assert element.get("href").startswith("#") or "href" not in element.attributes
    style, script = (page.all(name) for name in ("style", "script"))
    assert "url(" not in style[0].text
    assert "@import" not in style[0].text
    assert len(style) == 1
    assert len(script) == (name == "board")


@pytest.mark.parametrize("name", ["board", "page"])
def test_the_policy_lets_our_own_style_and_script_run_and_nothing_else(name):
    page = pages()[name]
    metas = page.all("meta")
    policy = next(m["content"] for m in metas if m.get("http-equiv") == "Content-Security-Policy")
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))

    def called(element: Element) -> str:
        digest = hashlib.sha256(element.text.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    kinds = {"style": "style-src"} | ({"script": "script-src"} if name == "board" else {})
    asked = {rule: called(page.all(kind)[0]) for kind, rule in kinds.items()}
    nothing = {"default-src": "'none'", "base-uri": "'none'", "form-action": "'none'"}
    assert rules == nothing | asked


def skeleton_of(page: Element) -> list[tuple[str, dict]]:
    """Return a page's tags with their attributes, without texts."""
    ours = ("id", "class", "href", "type", "data-looks", "data-marks", "data-state")
    return [(e.name, {k: v for k, v in e.attributes.items() if k in ours}) for e in page.walk()]


@pytest.mark.no_cover
@pytest.mark.parametrize("text", EVIL.values(), ids=EVIL)
def test_a_text_from_outside_is_text_wherever_it_stands(text):
    def batch(said: str) -> Batch:
        report = hostile(said)
        words = {"reason": said, "by": said, "date": said}
        given = {"reason": said, "figures": said, "state": "stands"}
        found = Finding("balance", "error", (Spot(None, said, said, said),), said, said,
                        waived=words, words={"zh": "{found}{label}", "en": "{found}{label}"},
                        explained=given)  # fmt: skip
        one = Result(said, said, "fail", report, (found, *result("x", report).findings))
        no = Result(said + ".", None, "reject", None, (found,), not_checked={said: found.words})
        contact = {"name": said, "phone": said}
        members = [fact(said, "fail", said, contact=contact, kind=said), member(said, "missing")]
        changed = (Verdicts(said, said, "pass", "fail", (said,), (said,)),)
        twins = [{"name": said, "paths": [said]}]
        campaign = {"expected": 2, "agencies": members, "duplicates": twins, "strangers": []}
        return Batch((one, no), 0, campaign, changed=changed)

    for write in (board.write, lambda b, lang: board.page(b.results[0], lang)):
        lines = len([line for line in text.splitlines() if line.strip()])
        plain = "\n".join(["3个"] * lines)
        html, plain = ("".join(write(batch(said), "zh")) for said in (text, plain))
        assert still(html.replace("\t", " "))
        assert skeleton_of(parsed(html)) == skeleton_of(parsed(plain))


def test_a_tab_in_a_cell_does_not_move_the_cells_behind_it():
    cells = list(drawn.order(FORM))
    report = real("甲局", {cells[0].key: "a\tb", cells[1].key: 7})
    packed = drawn.packed(report, (), {})
    values = packed["data_values"].split("\t")
    assert len(values) == len(cells) == len(packed["data_looks"])
    assert values[:2] == ["a\\x09b", "7"]
    assert packed["data_looks"][:2] == "mf"


def test_the_pages_own_files_name_no_cell_and_no_printed_word():
    words, paths = form_words()
    for path in sorted((TEMPLATES / "board").iterdir()):
        text = path.read_text(encoding="utf-8")
        assert not HAN.search(text), path
        assert not [key for key in paths if key in text], path
        assert not {word for word in words if "_" in word} & set(re.findall(r"\w+", text)), path


def test_the_english_words_are_english():
    for section in ("board", "sheets", "title"):
        chinese = [name for name, words in messages()[section].items() if HAN.search(words["en"])]
        assert chinese == []


# ── the tables ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", sorted(editions()))
def test_tables_are_drawn_as_printed(name):
    form = named(*name.split("/"))
    tables = parsed(drawn.skeleton(form, "zh")).all("table")
    assert len(tables) == len(form.tables)
    for number, (table, section) in enumerate(zip(tables, form.tables.values(), strict=True)):
        assert table.all("caption")[0].text == section.caption
        covered: Counter[tuple[int, int]] = Counter()
        for row, line in enumerate(table.all("tr")):
            for box in line.children:
                column = next(c for c in range(99) if not covered[row, c])
                high, wide = (int(box.get(side) or 1) for side in ("rowspan", "colspan"))
                covered.update((row + r, column + c) for r in range(high) for c in range(wide))
                assert box.text == section.labels.get((row, column), "")
                assert (box.name == "td") == ((row, column) in section.keys)
                at = form.cells[section.keys[row, column]].at if box.name == "td" else ""
                assert box["data-at"].startswith(f"t{number}{at}")
        height, width = section.size
        assert covered == Counter((r, c) for r in range(height) for c in range(width))


def cells_of(page: Element, ident: str = "f0") -> dict[str, Element]:
    """Return {key: the cell on the page}."""
    there = by_id(page)
    return {key: there[ident + drawn.places(FORM)[key]] for key in FORM.cells}


def bare(cell: Element) -> str:
    return "".join(child for child in cell.children if isinstance(child, str))


def test_a_declared_blank_is_seen_to_be_no_typed_zero():
    report = real("甲局", {NATURAL.format("refused_law"): 0}, nil=True)
    cells = cells_of(page_of(result("a.xlsx", report)))
    shown = {key: (bare(cell), *sorted(cell.classes)) for key, cell in cells.items()}
    assert shown[NATURAL.format("carried_in")] == ("0", "n")
    assert shown[NATURAL.format("refused_law")] == ("0", "f")
    assert shown[NATURAL.format("received")] == ("2", "f")
    assert shown["applications.received.total"] == ("2", "f", "sum")


def test_a_blank_stays_blank_and_what_is_no_number_stays_as_typed():
    report = real(
        "甲局", {NATURAL.format("granted"): None, NATURAL.format("carried_in"): "３\u202e件"}
    )
    cells = cells_of(page_of(result("a.xlsx", report)))
    shown = {key: (bare(cell), *sorted(cell.classes)) for key, cell in cells.items()}
    assert shown[NATURAL.format("granted")] == ("", "error", "u")
    assert shown[NATURAL.format("carried_in")] == ("３\\u202e件", "error", "m")
    assert shown["applications.carried_in.total"] == ("", "sum", "u")


def test_exactly_the_bad_cells_are_marked_and_not_by_colour_alone():
    one = broken()
    page = page_of(one)
    cells = cells_of(page)
    marked = {k: (*sorted(c.classes & set(drawn.WORST)), *(a["data-n"] for a in c.all("a", "mark")))
              for k, c in cells.items() if c.classes & set(drawn.WORST) or c.all("a")}  # fmt: skip
    column, total = (
        {k for k in FORM.cells if k.endswith(end) and k.split(".")[1] in rows}
        for end, rows in (
            (".natural_person", ("received", "carried_in", "concluded", "carried_out")),
            (".total", ("received", "carried_in", "concluded", "carried_out")),
        )
    )
    column, total = ({k for k in side if k.startswith("applications")} for side in (column, total))
    assert marked == {
        **dict.fromkeys(column, ("error", "2")),
        **dict.fromkeys(total, ("follows", "2.1")),
        "disputes.review.upheld": ("error", "3"),
        "processing_fee.notices.amount": ("warning", "4"),
    }
    labels = [e for e in page.all("th") if e.all("a", "mark")]
    assert [(e["id"], sorted(e.classes)) for e in labels] == [("f0t1B9", ["error"])]


def test_cells_and_messages_lead_to_each_other():
    page = page_of(broken())
    there = by_id(page)
    findings = {i: e for i, e in there.items() if re.fullmatch(r"f0m[\d.]+", i)}
    assert sorted(findings) == ["f0m1", "f0m2", "f0m2.1", "f0m3", "f0m4"]
    there_and_back = set()
    for ident, element in findings.items():
        own = element.all("p", "cells")[0].all("a")
        assert own
        for link in own:
            cell = there[link["href"][1:]]
            assert link.text.split(" ")[1] == re.sub(r"^f0t\d", "", cell["id"])
            assert f"#{ident}" in [mark["href"] for mark in cell.all("a", "mark")]
            there_and_back.add((ident, cell["id"]))
    marks = {(m["href"][1:], e["id"]) for e in there.values() for m in e.all("a", "mark")
             if e.name in ("td", "th")}  # fmt: skip
    assert marks == there_and_back


def test_what_follows_is_folded_under_its_cause():
    page = page_of(broken())
    there = by_id(page)
    (fold,) = there["f0m2"].all("details")
    assert [e["id"] for e in fold.all("li")] == ["f0m2.1"]
    assert "还有 1 项由它带出" in fold.all("summary")[0].text


def test_a_chain_of_causes_is_folded_under_its_root():
    found = [Finding("empty", "error", follows=follows) for follows in (None, 0, 1, None, 3)]
    assert drawn.numbers(found) == ("1", "1.1", "1.2", "2", "2.1")


def test_many_cells_are_all_marked_and_the_first_ones_named():
    report = real("甲局", {key: None for key in FORM.typed if key.startswith("disputes")})
    page = page_of(result("a.xlsx", report))
    links = by_id(page)["f0m1"].all("p", "cells")[0]
    assert len(links.all("a")) == 6
    assert "等 12 格" in links.text
    cells = cells_of(page)
    assert {k for k, c in cells.items() if "error" in c.classes} == {
        k for k in FORM.typed if k.startswith("disputes")
    }
    numbered = [cell for cell in cells.values() if cell.all("a", "mark")]
    assert [(cell["id"], cell.text, "u" in cell.classes) for cell in numbered] == [
        (links.all("a")[0]["href"][1:], "", True)
    ]


def test_the_text_of_a_cell_is_what_was_typed_whatever_was_found_of_it():
    one = broken()
    page = page_of(one)
    report = one.report
    for key, cell in cells_of(page).items():
        assert cell.text == drawn.shown(report, report.edition.cells[key])[0]
    assert {link.text for link in page.all("a", "mark")} == {""}
    dots = [
        link for item in page.all("ul", "legend")[0].all("li") for link in item.all("b", "mark")
    ]
    assert len(dots) == 1


def test_a_waived_finding_says_why_and_is_no_error_any_more():
    words = {"reason": "清理", "by": "王", "date": "2026-01-05"}
    spot = Spot.of(FORM.cells[NATURAL.format("received")])
    one = Result("a.xlsx", None, "warn", real("甲局"),
                 (Finding("carried-in", "error", (spot,), waived=words, words={"zh": "差", "en": ""}),))  # fmt: skip
    page = page_of(one)
    assert page.all("p", "waived")[0].text == "已说明原因：清理（王，2026-01-05）"
    assert cells_of(page)[NATURAL.format("received")].classes == {"f", "note"}


@pytest.mark.parametrize("lang", LANGS)
def test_the_script_fills_the_same_tables_that_a_page_without_script_has(lang):
    results = (broken(), result("b.xlsx", real("乙局", nil=True)))
    page = parsed("".join(board.write(Batch(results), lang)))
    (template,) = page.all("template")
    for number, one in enumerate(results):
        box = by_id(page)[f"f{number}"].all("div", "tables")[0]
        assert box["data-skeleton"] == template["id"]
        values, looks = box["data-values"].split("\t"), iter(box["data-looks"])
        known = dict(mark.split(" ", 1) for mark in box["data-marks"].split(";") if mark)
        leads = [lead.split(" ") for lead in box["data-proposed"].split(";") if lead]
        places = [e for e in template.walk() if e.get("data-at")]
        drawn_here = [e for e in page_of(one, lang).all("table", "form") for e in e.walk()
                      if e.get("id")]  # fmt: skip
        assert len(places) == len(drawn_here)
        for place, cell in zip(places, drawn_here, strict=True):
            assert cell["id"] == f"f0{place['data-at']}"
            look, *marks = known.get(place["data-at"], "").split(" ")
            typed = cell.name == "td"
            assert bare(cell) == (values.pop(0) if typed else place.text)
            assert cell.classes == place.classes | ({next(looks)} if typed else set()) | (
                {look} - {""}
            )
            assert [link["data-n"] for link in cell.all("a", "mark")] == marks
            assert [(a["href"], a.text) for a in cell.all("a", "to")] == [
                (f"#f0c{number}", f"→{to}") for at, number, to in leads if at == place["data-at"]
            ]
        assert (values, list(looks)) == ([], [])


# ── which cell it may be ──────────────────────────────────────────────────────────────────────────


def imported(changes):
    """Return a small office's figures as an imported report, where every cell may be wrong."""
    whole = real("甲局")
    return result("a.json", replace(whole, values={**whole.values, **changes}, origin="json"))


@pytest.mark.parametrize("lang", LANGS)
def test_a_correction_marks_both_the_cell_and_the_message_and_says_from_what_to_what(lang):
    key = NATURAL.format("granted")
    one = imported({key: 41})
    page = page_of(one, lang)
    (item,) = page.all("ol", "corrections")[0].all("li")
    (old,) = (str(real("甲局").values[key]),)
    assert [a["href"] for a in item.all("a", "mark")] == ["#f0m1", "#f0m2"]
    (link,) = item.all("p", "cells")[0].all("a")
    assert link.text.endswith(f"41 → {old}")
    cell = by_id(page)[link["href"][1:]]
    assert cell is cells_of(page)[key]
    assert [(a["href"], a.text) for a in cell.all("a", "to")] == [(f"#{item['id']}", f"→{old}")]


def test_a_lead_that_is_only_a_bound_says_so_and_a_cell_that_is_not_drawn_is_named():
    spot = Spot("x", "别表", "B4", "件数")
    change = Change(spot, None, 7, "≥")
    broken_ = (Broken("balance[natural_person]", "自然人", 7),)
    one = Correction(broken_, 1, 1, (Answer((change,), (), 1),))
    page = page_of(replace(result("a.xlsx", real("甲局", BROKEN)), explanations=(one,)))
    (named,) = page.all("ol", "corrections")[0].all("p", "cells")
    assert (named.text, named.all("a")) == ("别表 B4：空白 → ≥7", [])


def test_where_nobody_can_tell_no_cell_is_marked():
    page = page_of(result("a.xlsx", real("甲局", BROKEN)))
    assert "无法判断是哪一格" in page.all("ol", "corrections")[0].text
    assert page.all("a", "to") == []
    (named,) = page.all("ol", "corrections")[0].all("p", "cells")
    assert len(named.all("a")) > 3
    assert all("→" in link.text for link in named.all("a"))


def test_where_no_few_cells_correct_it_none_is_named():
    broken_ = (Broken("balance[natural_person]", "自然人", 7),)
    many = Correction(broken_, None, 0, ())
    page = page_of(replace(result("a.xlsx", real("甲局", BROKEN)), explanations=(many,)))
    assert page.all("ol", "corrections")[0].all("p", "cells") == []


# ── the whole ─────────────────────────────────────────────────────────────────────────────────────


def test_every_link_of_the_board_leads_somewhere():
    page = season_page()
    there = set(by_id(page))
    places = {e["data-at"] for e in page.walk() if e.get("data-at")}
    for section in page.all("section", "entry"):
        if section.all("div", "tables"):
            there |= {section["id"] + place for place in places}
    links = [e["href"][1:] for e in page.walk() if "href" in e.attributes]
    assert len(links) > 20
    assert [link for link in links if link not in there] == []


def test_the_list_has_the_rosters_agencies_what_can_be_mended_first():
    rows = season_page().all("table", "lines")[0].all("tbody")[0].all("tr")
    assert [(r.all("td")[0].text, r.all("bdi")[0].text, r["data-state"]) for r in rows] == [
        ("3", "丙局", "reject"),
        ("1", "甲局", "fail"),
        ("6", "己局", "fail"),
        ("5", "丁局", "warn"),
        ("4", "戊局", "missing"),
        ("2", "乙局", "pass"),
        ("7", "外单位", "pass"),
    ]
    told = {r.all("bdi")[0].text: r for r in rows}
    assert [a["href"] for a in told["甲局"].all("a")] == ["#f0", "#f1"]
    assert [td.text for td in told["甲局"].all("td")[2:4]] == ["1", ""]
    assert told["甲局"].all("td")[4].text.startswith("表三 D7–D31 自然人：新收 5 + 上年结转 1 = 6")
    assert [a["href"] for a in told["己局"].all("a")] == ["#f6", "#f7"]
    assert "有 2 份，不知以哪份为准" in told["己局"].text
    assert told["戊局"].all("a") == []
    assert "截止 2026-01-20" in told["戊局"].text
    assert "不在名册上" in told["外单位"].text
    assert "不在名册上" not in told["丁局"].text


@pytest.mark.parametrize("lang", LANGS)
def test_the_totals_count_agencies_and_filter_the_list(lang):
    buttons = season_page(lang).all("div", "totals")[0].all("button")
    counts = {b["data-filter"]: int(b.all("b")[0].text) for b in buttons}
    assert counts == {"all": 7, "reject": 1, "fail": 2, "warn": 1, "missing": 1, "pass": 2}
    assert [b["data-filter"] for b in buttons if b["aria-pressed"] == "true"] == ["all"]


def test_without_a_roster_every_file_has_its_line_and_nobody_is_missing():
    batch = season()
    page = parsed("".join(board.write(Batch(batch.results, 2), "zh")))
    buttons = {b["data-filter"] for b in page.all("button") if b.get("data-filter")}
    assert buttons == {"all", "reject", "fail", "warn", "pass"}
    rows = page.all("table", "lines")[0].all("tbody")[0].all("tr")
    assert len(rows) == len(batch.results)
    assert "未报" not in page.all("main")[0].text


def test_a_rejected_file_goes_by_the_rosters_name_and_a_replaced_one_says_so():
    there = by_id(season_page())
    assert there["f3h"].text == "⊘ 退回 丙局"
    assert "已被新的一份代替" in there["f1"].text
    assert "已被新的一份代替" not in there["f0"].text


def test_missing_agencies_and_undecided_ones_are_listed():
    listing = season_page().all("section", "listing")[0].text
    assert "未报的 1 个单位戊局" in listing
    assert "己局：a/己1.xlsx、a/己2.xlsx" in listing


def test_a_roster_of_whom_all_sent_one_return_each_lists_nobody():
    one, *_ = season().results
    two = result("b.xlsx", real("乙局"))
    agencies = [member("甲局", "fail", one.path), member("乙局", "pass", "b.xlsx")]
    campaign = {"expected": 2, "duplicates": [], "strangers": [], "agencies": agencies}
    page = parsed("".join(board.write(Batch((one, two), 0, campaign), "zh")))
    listing = page.all("section", "listing")[0]
    assert listing.all("details") + listing.all("h3") == []


def test_links_lead_from_one_return_with_problems_to_the_next():
    there = by_id(season_page())
    following = {}
    for ident, section in there.items():
        if "entry" in section.classes:
            links = [a["href"][1:] for a in section.all("div", "links")[0].all("a")]
            following[ident] = links[1] if len(links) > 1 else None
    steps = ["f3"]
    while following[steps[-1]]:
        steps.append(following[steps[-1]])
    assert steps == ["f3", "f0", "f6", "f7", "f4"]


def test_a_return_says_what_was_not_checked_and_shows_its_texts_folded():
    page = page_of(broken())
    unchecked, texts = page.all("details", "unchecked")[0], page.all("details", "texts")[0]
    assert "没有给出上年度报告" in unchecked.text
    assert "carried-in" in unchecked.text
    assert [e.text for e in texts.all("h3")] == [s.caption for s in FORM.texts.values()]
    assert {e.text for e in texts.all("p")} == {"本年无。"}
    assert not {"open"} & (set(unchecked.attributes) | set(texts.attributes))


def test_a_return_says_whose_it_is_and_which_file():
    facts = page_of(broken()).all("dl", "facts")[0]
    told = dict(
        zip((e.text for e in facts.all("dt")), (e.text for e in facts.all("dd")), strict=True)
    )
    assert told == {"层级": "县级", "年度": "2025", "版本": "2021", "报送": "第 1 次",
                    "文件": "甲.xlsx", "SHA-256": "abababababab"}  # fmt: skip


def test_a_website_form_is_drawn_too():
    form = named("site-report", "2017")
    report = real("甲局")
    values = dict.fromkeys(form.cells)
    other = type(report)(form, report.agency, 2025, values, origin="workbook")
    page = page_of(result("w.xlsx", other))
    assert [t.all("caption")[0].text for t in page.all("table", "form")] == [
        part.caption for part in form.tables.values()
    ]
    assert page.all("details", "texts") == []


# ── pictures ──────────────────────────────────────────────────────────────────────────────────────


def test_the_bars_count_returns_that_still_have_the_problem():
    page = season_page()
    rows = page.all("table", "bars")[0].all("tr")
    bars = {r.all("code")[0].text: (r.all("td")[-1].text, r.all("rect")[0]["width"]) for r in rows}
    ones = dict.fromkeys(("balance", "empty", "processing-fee"), ("1", "50.00%"))
    assert bars == {"duplicate-key": ("2", "100.00%")} | ones
    assert rows[1].all("th")[0].text == "申请数不平 balance"
    assert [r.all("rect")[0]["class"] for r in rows] == ["error", "error", "error", "warning"]


def test_the_map_counts_returns_at_each_cell_without_what_follows():
    results = [result(f"{n}.xlsx", real(f"{n}局", BROKEN)) for n in range(3)]
    page = parsed("".join(board.write(Batch(tuple(results)), "zh")))
    (heat,) = page.all("table", "heat")
    lines = {r.all("th")[0].text: [td.text for td in r.all("td")] for r in heat.all("tr")[1:]}
    bad = {name for name, counts in lines.items() if any(counts)}
    named_rows = {FORM.rows[f"applications.{row}"]
                  for row in ("received", "carried_in", "concluded", "carried_out")}  # fmt: skip
    assert bad == named_rows
    assert all(lines[name] == ["3", "", "", "", "", "", ""] for name in named_rows)
    assert {td["class"] for td in heat.all("td") if td.text} == {"h3"}


def test_nothing_wrong_is_no_picture():
    batch = Batch((result("a.xlsx", real("甲局")), result("b.xlsx", real("乙局"))))
    page = parsed("".join(board.write(batch, "zh")))
    assert page.all("section", "picture") == []
    shares = page.all("svg", "shares")[0]
    assert shares["aria-label"].endswith("退回 0、不通过 0、提醒 0、未报 0、通过 2")
    assert [r["width"] for r in shares.all("rect")] == ["100.00%"]


def test_a_batch_of_rejected_files_has_a_board():
    page = parsed("".join(board.write(Batch((rejected("a.xls"), rejected("b.xls"))), "en")))
    assert page.all("title")[0].text == "What the check found"
    assert len(page.all("section", "entry")) == 2


# ── how it is made ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("style", ["html", "csv", "xlsx"])
def test_no_more_reports_are_held_than_one_needs(style):
    seen, peaks = [], []

    class Stream:
        def __iter__(self):
            for number in range(5):
                one = result(f"{number}.xlsx", real(f"{number}局", BROKEN))
                seen.append(weakref.ref(one.report))
                yield one
                del one
                peaks.append(sum(report() is not None for report in seen))

        def __len__(self):
            return 5

    assert list(FORMATS[style](Batch(Stream()), "zh"))
    assert len(peaks) >= 5
    assert max(peaks) <= 2


def test_the_command_line_offers_exactly_the_formats_there_are():
    option = next(p for p in gouji.commands["check"].params if "--format" in p.opts)
    assert list(option.type.choices) == list(FORMATS)


def test_check_writes_the_board_of_files(tmp_path):
    for name, changes in (("甲", BROKEN), ("乙", {})):
        source = dumps(as_json(real(f"{name}局", changes)))
        (tmp_path / f"{name}.json").write_text(source, encoding="utf-8")
    out = tmp_path / "out" / "board.html"
    out.parent.mkdir()
    arguments = ["check", str(tmp_path), "--format", "html", "--lang", "zh", "-o", str(out)]
    done = CliRunner().invoke(gouji, arguments)
    assert done.exit_code == 1
    page = parsed(out.read_text(encoding="utf-8"))
    rows = page.all("table", "lines")[0].all("tbody")[0].all("tr")
    assert [(r.all("bdi")[0].text, r["data-state"]) for r in rows] == [
        ("甲局", "fail"),
        ("乙局", "pass"),
    ]
    assert page.all("footer")[0].text.startswith("规则：annual-report/2021@")


def test_the_only_return_of_a_batch_is_its_own_page():
    one = broken()
    assert list(board.write(Batch((one,)), "zh")) == list(board.page(one, "zh"))
    assert verdict(one.findings) == "fail"
    assert (CHECKOUT / "templates" / "board" / "board.css").read_text("utf-8") == data.asset(
        "board.css"
    )


# ── a season: who, when, what is decided ──────────────────────────────────────────────────────────


@cache
def talk_page(lang: str = "zh") -> Element:
    return parsed("".join(board.write(talk(), lang)))


def line_of(page: Element, name: str) -> Element:
    return next(
        row for row in page.all("tr") if row.get("data-state") and row.all("bdi")[0].text == name
    )


def test_beside_an_agency_stand_the_day_how_late_how_often_and_whom_to_ask():
    small = {
        name: line_of(talk_page(), name).all("small")[0]
        for name in ("甲局", "乙局", "丙局", "己局")
    }
    said = {name: [span.text for span in one.all("span")] for name, one in small.items()}
    assert said["甲局"] == [
        "★ 以这份为准（收表单位定的）", "11甲局", "甲.xlsx", "2026-01-23 收到，迟 3 天", "退回过 1 次",
        "联系 王某某 0000-1234567",
    ]  # fmt: skip
    assert said["乙局"][2:] == ["11乙局", "乙.xlsx", "2026-01-23 收到", "联系 王某某 0000-1234567"]
    assert "2026-01-23 收到" in said["丙局"]
    assert said["己局"][-1] == "联系 0000-7654321"


def test_what_the_office_may_prefer_has_its_digest_and_its_agency():
    page = talk_page()
    found = [
        (e.name, e["data-prefer"], e["data-agency"]) for e in page.walk() if e.get("data-prefer")
    ]
    wanted = [(f"{n:064x}", name) for n, name in ((4, "己局"), (5, "己局"), (2, "乙局"))]
    spans = [("span", *one) for one in wanted]
    sections = [("section", *one) for one in sorted(wanted)]
    assert found == spans + sections
    waiting = line_of(page, "乙局").all("span", "open")
    assert [(one.text, one.all("a")[0]["href"]) for one in waiting] == [
        ("第 2 次报送等你定", "#f2")
    ]


def test_a_reason_to_decide_on_has_the_name_of_the_decision():
    batch = talk()
    found = [e["data-reason"] for e in talk_page().walk() if e.get("data-reason")]
    wanted = [
        name_of(str(result.report.agency["name"]), one.code, cell_of(one))
        for result in batch.results
        for one in result.findings
        if one.explained and one.explained["state"] != "void"
    ]
    assert found == wanted == [
        "甲局|prior-jump|表三 D7", "甲局|prior-jump|表三 E7", "乙局|prior-jump|表三 D7",
    ]  # fmt: skip


def test_a_decision_goes_by_the_rosters_name_else_by_name_or_code():
    def keys(agency: dict, campaign: dict | None = None) -> list[str]:
        report = replace(real("甲局"), agency=agency)
        given = {"reason": "…", "figures": "1", "state": "stands"}
        places = ((Spot("k", None, None, ""),), ())
        found = [
            Finding("hidden", "warning", cells, words={"zh": "…"}, explained=given)
            for cells in places
        ]
        one = result("a/甲.xlsx", report)
        batch = Batch((replace(one, findings=(*found, *one.findings)),), 0, campaign)
        html = "".join(board.inside(batch, "zh"))
        return [e["data-reason"] for e in parsed(html).walk() if e.get("data-reason")]

    named = {"name": "甲某局", "code": "11", "level": None}
    campaign = {"expected": 1, "missing": [], "duplicates": [], "strangers": [],
                "agencies": [member("甲局", "warn", "a/甲.xlsx")]}  # fmt: skip
    assert keys(named, campaign) == ["甲局|hidden|k", "甲局|hidden|"]
    assert keys(named) == ["甲某局|hidden|k", "甲某局|hidden|"]
    assert keys({**named, "name": None}) == ["11|hidden|k", "11|hidden|"]
    assert keys({"name": None, "code": None, "level": None}) == []


def test_each_format_shows_reason_figures_and_state():
    batch = talk()
    states = (
        "按 70 | 7 写的，数没有变",
        "按 70 | 7 写的，已认可",
        "没有认可，请改正或另作说明",
        "说明失效",
    )
    for name in ("text", "csv", "html"):
        said = "".join(FORMATS[name](batch, "zh"))
        assert all("集中办理了往年的积案（" in said and state in said for state in states), name
    files = json.loads("".join(FORMATS["json"](batch, "zh")))["files"]
    given = [one["explained"] for file in files for one in file["findings"] if one["explained"]]
    assert [(one["figures"], one["state"]) for one in given] == [
        ("70 | 7", "stands"), ("70 | 7", "refused"), ("70 | 7", "accepted"), (None, "void"),
    ]  # fmt: skip


def section_of(page: Element, ident: str) -> Element:
    return next(e for e in page.all("section") if e.get("aria-labelledby") == ident)


def test_each_rule_that_fails_names_the_agencies_with_sums_and_reasons():
    section = section_of(talk_page(), "by-rule")
    rules = [
        (one.all("code")[0].text, one.all("summary")[0].text.split()[-2:])
        for one in section.all("details")
    ]
    assert rules == [
        ("prior-jump", ["3", "份"]), ("balance", ["2", "份"]), ("duplicate", ["2", "份"]),
        ("passing-superseded", ["1", "份"]),
    ]  # fmt: skip
    first, second, third, _ = (
        [[cell.text for cell in row.children] for row in one.all("tr")]
        for one in section.all("table")
    )
    assert first == [
        ["单位", "格", "现在是", "应为", "单位说明", "说明状态"],
        ["甲局", "表三 D7", "70", "7", "集中办理了往年的积案", "等收表单位看"],
        ["甲局", "表三 E7", "70", "7", "集中办理了往年的积案", "没有认可"],
        ["乙局", "表三 D7", "70", "7", "集中办理了往年的积案", "已认可"],
        ["丙局", "表三 D7", "70", "7", "集中办理了往年的积案", "数改了，失效"],
    ]  # fmt: skip
    assert second == [
        ["单位", "格", "现在是", "应为"],
        ["乙局", "表三 D7–D31", "7", "2"],
        ["丙局", "表三 D7–D31", "6", "2"],
    ]
    assert third == [["单位"], ["己局"], ["己局"]]
    ids = by_id(talk_page())
    links = [link["href"].removeprefix("#") for link in section.all("a")]
    assert all(link in ids for link in links)


def test_of_a_rule_that_fails_very_often_the_first_are_listed_and_the_rest_counted(monkeypatch):
    monkeypatch.setattr(breach, "LISTED", 2)
    section = section_of(parsed("".join(board.write(talk(), "zh"))), "by-rule")
    first = section.all("details")[0]
    assert len(first.all("tr")) == 3
    assert first.all("p")[0].text == "其余 2 处见 xlsx 结果。"


def test_a_waiver_without_a_reason_of_the_agency_stands_in_the_list_of_its_rule():
    waived = {"reason": "核实无误", "by": "李某某", "date": "2026-02-01"}
    one = result(
        "甲.xlsx", real("甲局"), Finding("hidden", "warning", words={"zh": "…"}, waived=waived)
    )
    section = section_of(
        parsed("".join(board.write(Batch((one, replace(one, path="乙.xlsx"))), "zh"))), "by-rule"
    )
    assert [cell.text for cell in section.all("tr")[1].children] == ["甲局", "核实无误", "已豁免"]


def test_where_nothing_is_wrong_there_is_no_list_by_rule():
    batch = Batch((result("a.xlsx", real("甲局")), result("b.xlsx", real("乙局"))))
    page = parsed("".join(board.write(batch, "zh")))
    assert not [
        e for e in page.all("section") if e.get("aria-labelledby") in {"by-rule", "appraisal"}
    ]


def test_the_table_for_the_appraisal_has_a_line_for_each_agency_of_the_roster():
    section = section_of(talk_page(), "appraisal")
    head, *found = ([cell.text for cell in row.children] for row in section.all("tr"))
    assert head == ["单位", "统一社会信用代码", "类别", "状态", "收到日期", "截止日期", "迟报天数", "退回次数",
                    "提醒数", "有说明的", "联系人", "电话"]  # fmt: skip
    assert found == [
        ["甲局", "11甲局", "部门", "! 提醒", "2026-01-23", "2026-01-20", "3", "1", "2", "2",
         "王某某", "0000-1234567"],
        ["乙局", "11乙局", "部门", "! 提醒", "2026-01-23", "2026-01-20", "0", "0", "1", "1",
         "王某某", "0000-1234567"],
        ["丙局", "11丙局", "部门", "✗ 不通过", "2026-01-23", "2026-01-31", "", "1", "1", "1",
         "王某某", "0000-1234567"],
        ["戊局", "11戊局", "本级", "○ 未报", "", "2026-03-31", "", "", "", "", "", ""],
        ["己局", "11己局", "部门", "✗ 不通过", "2026-01-23", "2026-01-20", "3", "1", "0", "0",
         "", "0000-7654321"],
    ]  # fmt: skip


def test_an_agency_without_a_day_of_its_own_has_none_where_no_return_was_read():
    lonely = fact("甲局", "missing", None, deadline=None, received=None)
    other = fact("乙局", "missing", None, deadline="2026-01-20", received=None)
    campaign = {
        "expected": 2,
        "missing": [],
        "duplicates": [],
        "strangers": [],
        "agencies": [lonely, other],
    }
    section = section_of(parsed("".join(board.write(Batch((), 0, campaign), "zh"))), "appraisal")
    assert [row.children[5].text for row in section.all("tr")[1:]] == ["", "2026-01-20"]


def test_whose_verdict_changed_is_named_with_the_rules_that_did_it():
    section = section_of(talk_page(), "verdicts")
    assert section.all("h2")[0].text == "规则改了以后，结论变了的 2 份"
    first, second = section.all("li")
    assert (
        first.text
        == "丙局 ! 提醒 → ✗ 不通过 不再有：prior-jump (prior-jump)。 新有：申请数不平 (balance)。"
    )
    assert first.all("a")[0]["href"] == "#f3"
    assert second.text == "b/走了.xlsx ✗ 不通过 → ✓ 通过 不再有：申请数不平 (balance)。"
    assert not second.all("a")
