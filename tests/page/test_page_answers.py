"""Answers of the page's questions in cases that no click of the other tests leads to."""

import shutil
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.blank.build import build
from toolkit.check.case import Open, because
from toolkit.edition.edition import named
from toolkit.page import about, agency, blanks, bundle, downloads, forms, outcome, returns, season
from toolkit.page.desk import Desk
from toolkit.page.downloads import PartError
from toolkit.report.report import Report
from toolkit.returned.fill import NoPlace
from toolkit.rollup.region import DiffersError

AGENCY = {"name": "某某局", "code": "11320000", "level": "county"}
FORM = named("annual-report", "2021")
WANTED = {"form": "annual-report", "name": "2021", "year": 2025}
ROWS = [["甲局", "A1", "县级"]]


@pytest.fixture
def desk(tmp_path) -> Desk:
    (tmp_path / "returns").mkdir()
    return Desk(str(tmp_path), "1")


def put(desk: Desk, name: str, content: bytes) -> None:
    Path(desk.home, "returns", name).write_bytes(content)
    returns.listed(desk)


def whole(**changes: object) -> Report:
    report = Report(FORM, AGENCY, 2025, dict.fromkeys(FORM.typed, 0), origin="workbook")
    return replace(report, **changes)


def test_every_licence_is_told_with_the_part_it_is_for(desk, tmp_path, monkeypatch):
    part = tmp_path / "wheels" / "attrs-1.dist-info"
    (part / "licenses").mkdir(parents=True)
    (part / "METADATA").write_text("no licence", encoding="utf-8")
    (part / "licenses" / "LICENSE").write_text("MIT", encoding="utf-8")
    monkeypatch.setattr(about, "__file__", str(tmp_path / "wheels" / "toolkit" / "page" / "a.py"))
    found = {one["name"]: one["text"] for one in about.terms(desk)}
    assert found["attrs: LICENSE"] == "MIT"
    assert "CPython" in found
    assert len(found) >= 3


def test_the_engine_is_warmed_where_the_year_has_an_edition(desk, monkeypatch):
    judged = []
    monkeypatch.setattr(agency, "judge", lambda *given: judged.append(given))
    agency.warmed(desk)
    assert len(judged) == 1
    monkeypatch.setattr(agency, "for_year", lambda *_: None)
    agency.warmed(desk)
    assert len(judged) == 1


def test_several_returns_have_no_verdict_and_no_copy_of_their_own(desk):
    for name in ("a.xlsx", "b.xlsx"):
        put(desk, name, build(FORM, whole()))
    assert agency.told(desk, "zh") is None
    assert agency.copied(desk) == {"copy": None, "how": "plain"}


def test_a_file_that_is_no_return_gets_no_new_form_but_the_reason(desk):
    put(desk, "a.xlsx", b"PK\3\4")
    done = agency.fresh(desk, "zh")
    assert done["form"] is None
    assert done["said"][0].endswith("。")


def test_a_report_that_fits_into_no_form_says_so(desk, monkeypatch):
    put(desk, "a.xlsx", build(FORM, whole()))

    def refused(*_: object) -> None:
        raise agency.BuildError("表三!D7: too long")

    monkeypatch.setattr(agency, "fill", refused)
    assert agency.fresh(desk, "zh") == {"form": None, "said": ["表三!D7: too long"]}


def test_several_reports_of_last_year_are_said_to_be_several(desk, monkeypatch):
    put(desk, "a.xlsx", build(FORM, whole()))
    returns.examined(desk, "a.xlsx")

    class Last:
        def of(self, _: Report) -> Open:
            return because("prior-several", names="甲局、乙局")

    monkeypatch.setattr(desk, "given", replace(desk.given, last=Last()))
    with desk.batch() as batch:
        (result,) = batch.results
    assert agency._prior(desk, result) == "several"  # noqa: SLF001


def test_a_typed_roster_whose_rows_are_wrong_is_told_by_rows(desk):
    heads = [["机关名称", "统一社会信用代码", "层级"], ["甲局", "A1", "村级"]]
    assert "村级" in blanks.begun(desk, WANTED, heads, None, "zh")["wrong"]["roster"][0]
    assert "村级" in blanks.single(desk, WANTED, heads[1:], None, "zh")["wrong"]["roster"][0]


def test_levels_are_named_in_the_order_of_their_ranks(desk):
    assert blanks.levels(desk, "zh") == ["国家级", "省级", "市级", "县级", "乡级"]


def test_an_edition_that_is_not_for_the_year_is_no_question_of_the_page(desk):
    with pytest.raises(LookupError):
        blanks.single(desk, {**WANTED, "year": 2019}, ROWS, None, "zh")


def test_an_agency_whose_names_fit_no_workbook_is_said(desk, monkeypatch):
    def refused(*_: object) -> None:
        raise NoPlace({})

    monkeypatch.setattr(blanks.handout, "alone", refused)
    done = blanks.single(desk, WANTED, ROWS, None, "zh")
    assert done["wrong"]["roster"][0].endswith("。")


def test_the_licence_comes_from_the_installed_package_where_no_checkout_is(tmp_path, monkeypatch):
    (tmp_path / "templates").mkdir()
    monkeypatch.setattr(bundle.data, "home", lambda name: tmp_path / name)

    class Installed:
        def read_text(self, _: str) -> str:
            return "MIT License"

    monkeypatch.setattr(bundle, "distribution", lambda _: Installed())
    assert bundle._licence() == "MIT License"  # noqa: SLF001


def test_folders_of_an_archive_are_left_out(tmp_path):
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "a.js").write_text("1", encoding="utf-8")
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as packed:
        packed.add(tmp_path / "package", "package")
    downloads._unpack(tmp_path / "a.tgz", tmp_path / "out")  # noqa: SLF001
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.js"]


def test_a_package_that_is_not_one_file_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "_run", lambda *_: None)
    monkeypatch.setattr(shutil, "which", lambda name: name)
    with pytest.raises(PartError):
        downloads.npm("pyodide@1", tmp_path)


def test_every_code_of_a_finding_has_its_title(desk):
    chinese, english = forms.codes(desk, "zh"), forms.codes(desk, "en")
    assert [one["code"] for one in chinese] == [one["code"] for one in english]
    assert {"balance", "total-differs"} <= {one["code"] for one in chinese}
    assert all(one["title"].isascii() for one in english)


@pytest.mark.parametrize(
    ("error", "answer"),
    [(NoPlace({"a.b.c": 7}), {"homeless": ["a.b.c = 7"]}), (DiffersError(), {"differs": True})],
)
def test_a_roll_up_that_cannot_be_written_says_why(desk, monkeypatch, error, answer):
    put(desk, "a.xlsx", build(FORM, whole()))
    returns.examined(desk, "a.xlsx")

    def refused(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(outcome, "region", refused)
    assert outcome.rolled_up(desk, "某区", "", "", partial=False) == answer


def test_the_editions_in_use_have_a_digest(desk):
    assert season.editions(desk) == desk.editions
