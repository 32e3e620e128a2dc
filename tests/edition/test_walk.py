"""docs/new-edition.md, followed literally: its commands work and print the output shown."""

import re
import shutil
import sys
import tomllib
from dataclasses import replace

import pytest
from office import need_office, resave
from source import CHECKOUT
from walks import blocks, run

from toolkit.files.examine import examine, load
from toolkit.report.official import national

PAGE = (CHECKOUT / "docs" / "new-edition.md").read_text(encoding="utf-8")
LOCAL, OFFICIAL = PAGE.split("## A new official edition")
NAME = "2021-east"


@pytest.fixture
def own(tmp_path, need):
    """Return a folder with the page's first file saved in its place."""
    need(sys.platform == "linux" and shutil.which("bash"), "the page is for a POSIX shell")
    (edition,) = blocks(LOCAL, "toml")
    run(blocks(LOCAL, "sh")[0], tmp_path)
    (tmp_path / "mine" / "annual-report" / f"{NAME}.toml").write_text(edition, encoding="utf-8")
    return tmp_path


def test_the_overlay_is_short_and_has_two_rows_a_rule_and_earlier_deadlines():
    (text,) = blocks(LOCAL, "toml")
    content = tomllib.loads(text)
    assert len(text.splitlines()) <= 25
    assert len(content["row"]) == 2
    assert len(content["balance"]) == 1
    assert content["deadlines"] == {"agency": "01-20", "region": "03-15"}


@pytest.mark.no_cover
def test_the_walk_to_an_edition_of_ones_own_goes_as_it_says(own, monkeypatch, need):
    need_office()
    need(shutil.which("pdftoppm"), "pdftoppm is not installed (poppler-utils)")
    _, look, blank, check = blocks(LOCAL, "sh")
    shown = run(look, own)
    assert NAME in shown
    assert "proactive.readings.issued" in shown
    assert "readings-floor" in shown
    run(blank, own)
    assert (own / "page-01.png").is_file()
    said = run(check, own)
    (quoted,) = re.findall(r"speaks: `(.*?)`", LOCAL)
    assert quoted in said
    assert "不通过" in said
    (code,) = blocks(LOCAL, "python")
    monkeypatch.chdir(own)
    exec(compile(code, "new-edition.md", "exec"), {})  # noqa: S102


@pytest.mark.no_cover
def test_a_return_on_an_overlay_comes_back_from_libreoffice_with_the_national_keys_unchanged(own):
    need_office()
    run(blocks(LOCAL, "sh")[2].splitlines()[0], own)
    run("\n".join(blocks(LOCAL, "sh")[3].splitlines()[:-1]), own)
    folder = own / "mine"
    (again,) = resave([own / "return.xlsx"], own / ".commands")
    sent, back = (load(str(path), (folder,)).report for path in (own / "return.xlsx", again))
    assert back.edition.name == NAME
    assert replace(back, prior=sent.prior) == sent
    assert [
        f.code for f in examine(str(again), None, (folder,)).findings if f.severity == "error"
    ] == ["readings-floor"]
    assert national(back).values == national(sent).values
    assert set(national(back).values) == set(national(sent).edition.cells)
    assert national(back).numbers["applications.concluded.natural_person"] == 3


def test_without_the_folder_a_return_on_an_overlay_says_what_to_do(own):
    run(blocks(LOCAL, "sh")[2].splitlines()[0], own)
    result = examine(str(own / "blank.xlsx"))
    assert (result.verdict, [f.code for f in result.findings]) == ("reject", ["unknown-edition"])
    assert result.findings[0].message("zh") == (
        "这里没有“annual-report 2021-east”这种表式，没有读取。请核对表式的名称；"
        "是本地表式的，请连同下发单位的表式文件一起检查。"
    )


def test_the_walk_to_a_new_official_edition_goes_as_it_says(tmp_path, need):
    need(sys.platform == "linux" and shutil.which("bash"), "the page is for a POSIX shell")
    for name in ("toolkit", "templates", "schemas"):
        shutil.copytree(CHECKOUT / name, tmp_path / name)
    draw, look, _ = blocks(OFFICIAL, "sh")
    run(draw, tmp_path, tmp_path)
    shown = run(look, tmp_path, tmp_path)
    assert "applications.refused_trade_secret.total" in shown
    assert "国办公开办函〔2031〕1号" in shown
    listed = run("gouji forms", tmp_path, tmp_path)
    assert re.search(r"2031 +2031 on +210 +175 +35 +59 ", listed)
    assert (tmp_path / "new.xlsx").is_file()
