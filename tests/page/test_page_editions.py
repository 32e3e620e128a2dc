"""The page's local editions: checked, used at every desk, gone after removal."""

import json
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from source import TESTS

from toolkit.check import resolved
from toolkit.edition.edition import known, named
from toolkit.page.desk import Desk
from toolkit.page.forms import LIMIT
from toolkit.page.questions import ask

BASE = tomllib.loads((TESTS / "cases" / "overlays.toml").read_text(encoding="utf-8"))["base"]


@pytest.fixture
def desks(tmp_path):
    return {name: Desk(str(tmp_path / "desk" / name)) for name in ("", "agency")}


def asked(desks, name, desk="", **given):
    return ask(desks, desk, name, json.dumps(given))


def lay(desks, **files):
    place = Path(desks[""].home, "overlays")
    place.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (place / f"{name}.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return asked(desks, "overlays", files=[f"{name}.toml" for name in files], lang="zh")


def names(desks, desk=""):
    return [one["name"] for one in asked(desks, "forms_listed", desk, lang="zh")]


def test_a_local_edition_is_used_at_every_desk_until_it_is_taken_out(desks):
    own = tomllib.loads(BASE)["name"]
    assert own not in names(desks)
    found = lay(desks, x=BASE)
    assert found["wrong"] == []
    assert [(one["file"], one["name"], one["base"]) for one in found["loaded"]] == [
        ("x.toml", own, "2021")
    ]
    assert own in names(desks)
    assert own in names(desks, "agency")
    assert lay(desks) == {"loaded": [], "wrong": []}
    assert own not in names(desks)
    assert own not in names(desks, "agency")


def test_local_editions_stand_behind_those_of_their_form_and_examples_last(desks):
    own = tomllib.loads(BASE)["name"]
    site = 'extends = "site-report/2017"\nname = "2017-own"\nsource = "某文"\n'
    assert lay(desks, x=BASE, y=site)["wrong"] == []
    assert names(desks) == ["2021", "2019", own, "2021", "2018", "2017", "2017-own"]
    found = asked(desks, "forms_listed", lang="zh")
    assert [one["confirmed"] for one in found] == [*[True] * 5, False, False]
    lay(desks)


def test_a_changed_local_edition_replaces_all_that_was_known_of_it(desks):
    lay(desks, x=BASE)
    own, rules = tomllib.loads(BASE)["name"], desks[""].rules
    before = asked(desks, "forms_shown", form="annual-report", edition=own, lang="zh")
    desks[""].answers["a"] = desks["agency"].answers["a"] = None
    title = tomllib.loads(BASE).get("title")
    changed = BASE.replace(title, "改过的表") if title else f'title = "改过的表"\n{BASE}'
    lay(desks, x=changed)
    after = asked(desks, "forms_shown", form="annual-report", edition=own, lang="zh")
    assert "改过的表" in after
    assert "改过的表" not in before
    assert desks[""].rules != rules
    assert desks[""].answers == {}
    asked(desks, "forms_listed", "agency", lang="zh")
    assert desks["agency"].answers == {}
    lay(desks, x=BASE)
    assert desks[""].rules == rules
    assert asked(desks, "forms_shown", form="annual-report", edition=own, lang="zh") == before


def test_the_same_local_edition_once_more_changes_nothing(desks):
    lay(desks, x=BASE)
    desks[""].answers["a"] = None
    lay(desks, x=BASE)
    assert desks[""].answers == {"a": None}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = [", "x.toml line 1"),
        (BASE.replace("annual-report/2021", "annual-report/2012"), "no official edition"),
        (b'name = "\xb1\xed"', "x.toml line 1: is not UTF-8"),
        (b"#" * (LIMIT + 1), "1 MB"),
        ("a = " + "[" * 100_000, "嵌套太深"),
        (BASE.replace(f'name = "{tomllib.loads(BASE)["name"]}"', 'name = "../../x"'), "name"),
        (
            Path(known()["annual-report", "2021"]).read_text("utf-8"),
            "annual-report/2021 是自带的官方表式",
        ),
    ],
)
def test_a_wrong_local_edition_is_named_with_line_and_hint_and_not_used(desks, text, said):
    found = lay(desks, x=text)
    assert found["loaded"] == []
    assert [one["file"] for one in found["wrong"]] == ["x.toml"]
    assert said in found["wrong"][0]["why"]
    assert found["wrong"][0]["why"].startswith("x.toml")
    assert desks[""].given.extra == ()


def test_two_files_of_one_edition_are_not_both_used(desks):
    found = lay(desks, x=BASE, y=f"{BASE}\n# again\n")
    assert [one["file"] for one in found["loaded"]] == ["x.toml"]
    assert "x.toml" in found["wrong"][0]["why"]


# ── an edition to look up ─────────────────────────────────────────────────────────────────────────


class Texts(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.parts = []
        self.feed(html)

    def handle_data(self, data):
        self.parts.append(data)


@pytest.mark.parametrize("ident", sorted(known()))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_editions_pages_name_every_cell_label_and_rule(desks, ident, lang):
    html = asked(desks, "forms_shown", form=ident[0], edition=ident[1], lang=lang)
    text = "".join(Texts(html).parts)
    edition = named(*ident)
    for cell in edition.cells.values():
        assert f"{cell.at}{cell.key}" in text
    for part in edition.sections:
        assert all(label.split("\n")[0] in text for label in part.labels.values())
    for rule in (*edition.balances, *edition.edits):
        assert rule.rule[lang] in text
        assert rule.source in text
        assert rule.id.partition("[")[0] in text
    assert html.count("<article") == len({r["id"].partition("[")[0] for r in resolved(edition)})


def test_what_a_local_edition_says_stays_text(desks):
    own = tomllib.loads(BASE)["name"]
    text = f'title = "<img src=x onerror=alert(1)>"\n{BASE}'
    if "title" in tomllib.loads(BASE):
        text = BASE.replace(tomllib.loads(BASE)["title"], "<img src=x onerror=alert(1)>")
    lay(desks, x=text)
    html = asked(desks, "forms_shown", form="annual-report", edition=own, lang="zh")
    assert "<img" not in html
    assert "&lt;img" in html
