"""The plans of released versions are those of their blanks, and their returns are held to them."""

import pytest
from committed import regenerated
from releases import RELEASED, filled, plan_of, returns
from source import TESTS
from tamper import cell, changed, gone, replacing, style_of
from test_read import cached, facts
from test_version import NOTE, marked, written

from toolkit import __version__, data
from toolkit.blank.build import build
from toolkit.blank.mark import plan_facts
from toolkit.edition.edition import known, named
from toolkit.report.report import Report
from toolkit.returned.read import read
from toolkit.returned.released import packed, plans, released_forms, unpacked

OLD = (TESTS / "versions" / "gouji-0.1.0-annual-report-2021.xlsx").read_bytes()


@pytest.mark.parametrize("path", returns(), ids=lambda path: path.stem)
def test_a_packed_plan_is_that_of_the_blanks(path):
    plan = plan_of(path.read_bytes())
    target = returns()[path]
    if regenerated():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(packed(*plan))
    assert unpacked(target.read_bytes()) == unpacked(packed(*plan))
    assert target.stat().st_size < 45_000


def test_nothing_is_packed_that_no_blank_has():
    assert sorted(RELEASED.rglob("*.plan")) == sorted(returns().values())
    assert data.released("annual-report", "nothing") == ()


def test_each_edition_has_a_plan_without_a_digest_that_of_0_1_0_and_two_with_two_each():
    for ident in (("annual-report", "2019"), ("annual-report", "2021"), ("site-report", "2017")):
        first, *others = plans(named(*ident))
        assert first == ""
        assert [both.split()[1] for both in others[::2]] == others[1::2]
        assert len(others) == 4


def test_the_plan_of_each_edition_is_kept_for_the_version_that_is_out_next():
    """An edition added since has one from the next version on: until then it is unreleased."""
    added = []
    for ident in known():
        edition = named(*ident)
        path = RELEASED / __version__ / ident[0] / f"{ident[1]}.plan"
        if not path.exists() and not data.released(*ident):
            added.append("/".join(ident))
            continue
        kept = unpacked(path.read_bytes())
        assert kept[0] == plan_facts(edition)["plan"], "see docs/versions.md, A new version"
    log = (TESTS.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    unreleased = log.partition("## [Unreleased]\n")[2].partition("\n## [")[0]
    assert [ident for ident in added if ident.partition("/")[0] not in unreleased] == []


def test_an_edition_that_no_version_had_gets_a_return_and_a_plan_of_its_own():
    added = {path.stem: content for path, content in filled()}
    assert sorted(added) == [f"gouji-{__version__}-{form}-{name}" for form, name in sorted(known())]
    digest, sheets = plan_of(added[f"gouji-{__version__}-enforcement-2021"])
    assert unpacked(packed(digest, sheets))[0] == plan_facts(named("enforcement", "2021"))["plan"]


FORGED = {
    "a label": ("填报说明", cell("A5", "<is><t>代号</t></is>", t="inlineStr"), "label", "error"),
    "a total": ("表三", cell("J7", "<f>SUM(D7:I7)*10</f>"), "formula", "error"),
    "a published cell": ("发布表三", cell("D5", "<f>表三!D7*10</f>"), "formula", "error"),
    "a live row": ("校验结果", cell("F6", "<f>1</f>"), "formula", "warning"),
    "a label of the results": ("校验结果", gone("B75"), "label", "error"),
    "a lock": ("表三", replacing("<sheetProtection", "<x"), "unprotected", "warning"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_return_on_an_older_blank_is_compared_cell_by_cell(name):
    sheet, change, code, severity = FORGED[name]
    found = facts(read(changed(OLD, sheet, change)))
    assert [fact[:2] for fact in found] == [("other-version", "note"), (code, severity)]
    assert facts(read(OLD)) == [NOTE]


def test_the_stored_results_of_an_older_blank_are_compared_where_its_formulas_are_ours():
    for sheet, at, told in (
        ("发布表三", "D5", True),
        ("表二", "A1", True),
        ("表三", "A1", False),
        ("校验结果", "G12", False),
    ):
        formula = next(f for form in released_forms(named("annual-report", "2021"), "", rollup=False)
                       if form.sheet.name == sheet for p, f in form.formulas.items()
                       if f"{chr(64 + p[1])}{p[0]}" == at)  # fmt: skip
        inner = f"<f>{formula.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</f><v>x</v>"
        found = facts(read(changed(OLD, sheet, cell(at, inner, t="str"))))
        assert ("stale-value" in [fact[0] for fact in found]) == told, at


def test_what_needs_a_formula_without_a_result_is_not_compared_in_an_older_blank():
    known = cached(OLD, "填报说明", "A12", "<v>x</v>", t="str")
    assert "stale-value" in [fact[0] for fact in facts(read(known))]
    source = changed(OLD, "表三", cell("D7", "<f>3+4</f>"))
    for at in ("A12", "E7"):
        source = cached(source, "填报说明", at, "<v>x</v>", t="str")
    assert "stale-value" not in [fact[0] for fact in facts(read(source))]


def test_a_mark_whose_plan_was_taken_out_is_not_an_older_blank():
    edition = named("annual-report", "2021")
    report = Report(edition, {"name": "某某局"}, 2025, dict.fromkeys(edition.typed, 0))
    source = marked(build(edition, report, {}), "plan", "")
    found = facts(read(source))
    assert found[0] == NOTE
    assert {"label"} <= {fact[0] for fact in found if fact[1] == "error"}


def test_a_roll_up_on_an_older_blank_has_a_place_for_its_notice():
    edition = named("annual-report", "2021")
    forms = {rollup: released_forms(edition, "", rollup=rollup)[0] for rollup in (False, True)}
    notice = {slot.name for slot in forms[True].sheet.slots.values()} - {
        slot.name for slot in forms[False].sheet.slots.values()
    }
    assert notice == {"notice"}


# ── a local edition, whose older blanks nobody keeps ──────────────────────────────────────────────

LOCAL = [('name = "2021"', 'name = "2041"'), ("years = { from = 2021 }", "years = { from = 2041 }")]


@pytest.fixture
def local(tmp_path):
    """Return a return on a local edition, and the folder of its file."""
    text = (TESTS.parent / "templates" / "annual-report" / "2021.toml").read_text(encoding="utf-8")
    for old, new in LOCAL:
        assert text.count(old) == 1
        text = text.replace(old, new)
    folder = tmp_path / "templates"
    (folder / "annual-report").mkdir(parents=True)
    (folder / "annual-report" / "2041.toml").write_text(text, encoding="utf-8")
    edition = named("annual-report", "2041", (folder,))
    values = dict.fromkeys(edition.typed, 0)
    report = Report(edition, {"name": "某某局"}, 2041, values, origin="workbook")
    return build(edition, report, {"applications.carried_out.natural_person": 4}), folder


def test_an_older_blank_of_a_local_edition_is_held_to_what_the_edition_says(local):
    source, folder = local
    worded = changed(source, "填报说明", cell("A14", "<is><t>旧的文字</t></is>", t="inlineStr"))
    old = marked(worded, "plan", "")
    assert [fact[:2] for fact in facts(read(old, (folder,)))] == [("other-version", "warning")]
    amended = marked(marked(worded, "plan", "0f"), "fingerprint", "00")
    assert [fact[:2] for fact in facts(read(amended, (folder,)))] == [("mark-differs", "warning")]
    words = "<is><t>旧的说明</t></is>"
    for style, told in ((style_of(old, "表三", "A7"), 0), (style_of(old, "表三", "D7"), 1)):
        below = changed(old, "表三", written(60, "A60", f' s="{style}" t="inlineStr">{words}'))
        outside = [fact for fact in facts(read(below, (folder,))) if fact[0] == "outside"]
        assert len(outside) == told
    odd = changed(old, "填报说明", cell("B9", "<f>EVALUATE(A1)</f>"))
    assert ("formula", "error") in [fact[:2] for fact in facts(read(odd, (folder,)))]
    forged = changed(old, "表三", cell("J7", "<f>SUM(D7:I7)*10</f>"))
    assert ("formula", "error") in [fact[:2] for fact in facts(read(forged, (folder,)))]
    unknown = marked(worded, "plan", "0f")
    assert ("other-version", "warning") in [fact[:2] for fact in facts(read(unknown, (folder,)))]
