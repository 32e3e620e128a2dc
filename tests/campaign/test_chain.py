"""Last year's reports: found by code, name or a roster's aliases, wherever they are kept."""

import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from source import REAL
from test_across import MEMBERS, filled

from toolkit.blank.build import build
from toolkit.campaign import bulk, store
from toolkit.campaign.bulk import Given
from toolkit.campaign.chain import TwiceError, built
from toolkit.campaign.roster import Member
from toolkit.campaign.store import opened
from toolkit.check.case import Open
from toolkit.edition import edition
from toolkit.files.examine import Read, judge, of_last_year
from toolkit.report.report import as_json, dumps, from_json, parse_json

OUT = "applications.carried_out.natural_person"


def last_of(tmp_path, *reports, members=()):
    """Return last year's reports; a report paired with a number is of that run of a store."""
    path = tmp_path / f"last{len(list(tmp_path.iterdir()))}"
    pairs = [one if isinstance(one, tuple) else (0, one) for one in reports]
    return built(path, pairs, (), members)


def prior(name, code=None, **more):
    return filled(name, code, **{"year": 2024, **more})


def names(tmp_path, report, *reports, members=()):
    found = last_of(tmp_path, *reports, members=members)[0].of(report)
    return found.agency["name"] if found and not isinstance(found, Open) else found


# ── whose ─────────────────────────────────────────────────────────────────────────────────────────


def test_without_a_roster_code_goes_before_name(tmp_path):
    given = (prior("甲局", "A1"), prior("乙局", "B2"), prior("丙镇"))
    assert names(tmp_path, filled("新甲局", "A1"), *given) == "甲局"
    assert names(tmp_path, filled("甲局", "B2"), *given) == "乙局"
    assert names(tmp_path, filled("甲局"), *given) == "甲局"
    assert names(tmp_path, filled("丙镇", "C3"), *given) == "丙镇"
    assert names(tmp_path, filled("甲局", "C3"), *given) is None
    assert names(tmp_path, filled("甲局", year=2026), *given) is None
    assert names(tmp_path, filled("甲局", year=None), *given) is None


def test_of_two_codes_under_one_name_none_is_taken_for_a_return_that_gives_no_code(tmp_path):
    given = (prior("教育局", "A1"), prior("教育局", "B2"))
    assert names(tmp_path, filled("教育局", "B2"), *given) == "教育局"
    why = names(tmp_path, filled("教育局"), *given).why["zh"]
    assert why.startswith("上年度有不止一份报告对应本单位（教育局 A1, 教育局 B2）")
    assert of_last_year(filled("教育局"), given) is None
    assert of_last_year(filled("教育局", "B2"), given) is given[1]
    assert of_last_year(filled("甲局", "A1"), (prior("甲局"), given[0])) is given[0]


def test_a_name_that_is_no_text_is_looked_up_too(tmp_path):
    assert names(tmp_path, filled("\ud800"), prior("\ud800")) == "\ud800"


def test_a_renamed_agency_is_found_by_the_rosters_alias(tmp_path):
    assert names(tmp_path, filled("甲局", "A1"), prior("老甲局"), members=MEMBERS) == "老甲局"
    assert names(tmp_path, filled("甲局", "A1"), prior("老甲局")) is None
    assert names(tmp_path, filled("外人"), prior("外人"), members=MEMBERS) == "外人"
    assert names(tmp_path, filled("外人"), prior("甲局"), members=MEMBERS) is None


def test_two_that_became_one_are_not_added_up_and_it_says_why(tmp_path):
    given = (prior("甲局"), prior("老甲局", first=2))
    found, _ = last_of(tmp_path, *given, members=MEMBERS)
    why = found.of(filled("甲局"))
    assert isinstance(why, Open)
    assert why.why["zh"] == "上年度有不止一份报告对应本单位（甲局, 老甲局），没有相加，请人工核对"
    result = judge(Read("p", None, filled("甲局"), ()), why)
    assert result.not_checked["carried-in[total]"] == why.why
    assert result.not_checked["in-force-chain[rules]"] == why.why
    assert [f.code for f in result.findings] == []


def test_another_form_is_not_last_years_return(tmp_path):
    site = edition.named("site-report", "2017")
    assert names(tmp_path, filled("甲局"), prior("甲局", form=site), members=MEMBERS) is None
    assert names(tmp_path, filled("甲局"), prior("甲局", form=site)) is None


# ── which ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_highest_sending_of_the_newest_run_counts(tmp_path):
    def count(*given):
        found = last_of(tmp_path, *given)[0]
        return [one.values["proactive.rules.issued"] for one in found.reports()]

    assert count(prior("甲局", sent=1, first=1), prior("甲局", sent=2, first=2)) == [2]
    assert count(prior("甲局", sent=2, first=2), prior("甲局", sent=1, first=1)) == [2]
    assert count((2, prior("甲局", first=5)), (1, prior("甲局", sent=9, first=1))) == [5]
    assert count(prior("甲局"), prior("甲局")) == [0]
    assert count(prior("甲局", "A1"), prior("甲局", "A2", first=1)) == [0, 1], "two agencies"
    assert count(prior("甲局"), prior("甲局", year=2023, first=4)) == [0, 4]


def test_two_different_ones_of_one_sending_are_refused_by_name(tmp_path):
    with pytest.raises(TwiceError) as error:
        last_of(tmp_path, prior("甲局"), prior("甲局", first=1))
    assert (error.value.agency, error.value.year) == ("甲局", 2024)


def test_a_changed_report_or_owner_changes_the_digest(tmp_path):
    def digest(*given, members=()):
        return last_of(tmp_path, *given, members=members)[1]

    one, other = prior("甲局"), prior("乙局", first=1)
    assert digest(one, other) == digest(other, one)
    assert digest(one) != digest(one, other) != digest(one, prior("乙局", first=2))
    renamed = [replace(MEMBERS[0], aliases=()), *MEMBERS[1:]]
    assert digest(one, members=MEMBERS) != digest(one, members=renamed) != digest(one)
    deadline = [replace(MEMBERS[0], deadline=None), *MEMBERS[1:]]
    assert digest(one, members=MEMBERS) == digest(one, members=deadline)


# ── from anywhere ─────────────────────────────────────────────────────────────────────────────────


def kept_in(kind: str, folder: Path, report) -> Path:
    """Return a path that holds a report in one of the forms --prior takes."""
    text = dumps(as_json(report))
    path = folder / {"json": "a.json", "workbook": "a.xlsx", "zip": "a.zip", "folder": "last",
                     "store": "a.store"}[kind]  # fmt: skip
    if kind == "workbook":
        path.write_bytes(build(report.edition, replace(report, origin="workbook"), {}))
    elif kind == "zip":
        with zipfile.ZipFile(path, "w") as target:
            target.writestr("a.json", text)
    elif kind == "store":
        source = folder / "source.json"
        source.write_text(text, "utf-8")
        with opened(path, "rules of last year") as kept:
            kept.add(0, bulk.answer(str(source), Given()))
            kept.finish()
        source.unlink()
    else:
        path = path if kind == "json" else path / "a.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return path.parent if kind == "folder" else path


@pytest.mark.parametrize("kind", ["json", "workbook", "zip", "folder", "store"])
def test_real_years_chain_without_errors_and_a_broken_chain_is_found(tmp_path, kind):
    from toolkit.cli.arguments import Inputs, last_year  # noqa: PLC0415

    before, now = (from_json(parse_json((REAL / f"suqian_city_{year}.json").read_text("utf-8")))
                   for year in (2023, 2024))  # fmt: skip
    changed = {**before.values, OUT: before.values[OUT] + 1}
    for values, errors in ((before.values, []), (changed, ["carried-in"])):
        folder = tmp_path / str(len(errors))
        folder.mkdir()
        (folder / "db").mkdir()
        given = kept_in(kind, folder, replace(before, values=values))
        last, _ = last_year(folder / "db", Inputs(lang="zh"), str(given))
        result = judge(Read("p", None, now, ()), last.of(now))
        assert [
            f.code for f in result.findings if f.severity == "error" and f.follows is None
        ] == errors
        assert "no-prior" not in str(result.not_checked)
        assert {"in-force-chain[rules]", "pending-chain[review]"} <= {
            *result.passed,
            *result.failed,
        }
        if errors:
            (finding,) = (
                f for f in result.findings if f.code == "carried-in" and f.follows is None
            )
            assert finding.cells[0].key == "applications.carried_in.natural_person"
            assert (finding.found, finding.expected) == (
                str(before.values[OUT]), str(before.values[OUT] + 1))  # fmt: skip


def test_what_a_store_holds_that_cannot_be_read_is_said_and_passed_over(tmp_path, capsys):
    from toolkit.cli.arguments import Inputs, last_years  # noqa: PLC0415

    def agencies():
        with last_years(Inputs(lang="zh", prior=str(path))) as (last, _):
            return [one.agency["name"] for one in last.reports()]

    path = kept_in("store", tmp_path, prior("甲局"))
    assert agencies() == ["甲局"]
    with opened(path) as kept:
        kept.db.execute("UPDATE result SET content = x'00'")
        kept.db.commit()
    assert agencies() == []
    assert "有一份读不出来，没有采用（文件不完整或过大）" in capsys.readouterr().err
    assert next(iter(store.reports(path, ())))[1] is None


def test_the_same_report_under_an_old_and_a_new_name_is_one(tmp_path):
    given = (prior("甲局", first=3), prior("老甲局", first=3))
    assert names(tmp_path, filled("甲局"), *given, members=MEMBERS) == "甲局"


def test_a_roster_reaches_the_check_of_many_through_the_store(tmp_path):
    members = [Member("甲局", aliases=("老甲局",), row=2)]
    last, digest = last_of(tmp_path, prior("老甲局", first=40), members=members)
    path = tmp_path / "a.json"
    path.write_text(dumps(as_json(filled("甲局"))), "utf-8")
    with opened(None, "r", digest) as kept:
        for position, one in enumerate(
            bulk.answers([str(path)], bulk.one_by_one(Given(last=last)))
        ):
            kept.add(position, one)
        kept.finish()
        (result,) = bulk.batch(kept, [str(path)], 0).results
    assert [f.code for f in result.findings if f.code == "jump"] == ["jump"]
