"""A saved season is judged again when opened; a hostile file costs only a message."""

import json
from typing import Any

import browser
import pytest
from browser import saved, uploads
from district import NAMES
from test_page_desk import BROKEN, RIGHT, campaign
from test_page_office import check, inside, put, quiet, say

HEAD = b"gouji 1\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return campaign(tmp_path_factory.mktemp("campaign"))


@pytest.fixture
def page(chromium, built):
    with browser.opened(chromium, built) as found:
        found.click("#tab-check")
        yield found


def opened(page: Any, content: bytes) -> str:
    """Open a saved file, and return the message after all work has ended."""
    page.evaluate("document.getElementById('keep-told').textContent = ''")
    page.set_input_files("#keep-file", uploads({"存档.gouji": content}))
    page.wait_for_selector("#keep-told:not(:empty)", state="attached")
    quiet(page)
    quiet(page)
    return page.inner_text("#keep-told")


def taken_apart(content: bytes) -> tuple[dict[str, Any], bytes]:
    assert content.startswith(HEAD)
    line, _, blobs = content[len(HEAD) :].partition(b"\n")
    return json.loads(line), blobs


def together(told: dict[str, Any], blobs: bytes) -> bytes:
    return HEAD + json.dumps(told).encode() + b"\n" + blobs


def verdicts(page: Any) -> dict[str, str]:
    _, content = saved(page, lambda: page.click("[data-get=json]"))
    quiet(page)
    return {one["path"]: one["verdict"] for one in json.loads(content)["files"]}


def test_no_verdict_of_a_file_is_believed(page, made):
    put(page, "files", inside(made / "returns"))
    check(page)
    honest = verdicts(page)
    answers = page.evaluate("[...officeDesk.answers]")
    _, content = saved(page, lambda: page.click("#keep-save"))
    told, blobs = taken_apart(content)
    assert (told["state"]["office"]["answers"], told["state"]["office"]["reads"]) == ([], [])

    given = dict(answers)
    good, bad = f"{NAMES[RIGHT]}.xlsx", f"{NAMES[BROKEN]}.xlsx"
    assert (honest[good], honest[bad]) != (honest[bad], honest[good])
    forged = {**given[good], "sha256": given[bad]["sha256"]}
    told["state"]["office"]["answers"] = [*({**given, bad: forged}).items()]
    page.reload()
    page.wait_for_selector(browser.READY)
    quiet(page)
    page.click("#tab-check")
    assert opened(page, together(told, blobs)) == say("keep-loaded")
    assert page.inner_text("#pane-check .stands").startswith("查完 5 份")
    assert verdicts(page) == honest


def test_a_season_that_version_0_1_saved_is_opened(page, made):
    returns = inside(made / "returns")
    (roster,) = inside(made / "roster").values()
    sizes = [*map(len, returns.values()), len(roster)]
    files = [{"name": name, "data": {"blob": n}} for n, name in enumerate(returns)]
    office = {
        "files": files, "prior": [], "roster": None, "waivers": None, "year": "",
        "region": {"name": "云水区", "code": "", "level": "county", "partial": True},
        "reads": [], "answers": [["x", {"rules": "", "sha256": None}]], "changed": [],
        "checked": True,
    }  # fmt: skip
    blanks = {
        "year": "2023", "edition": "site-report/2017", "who": "typed",
        "roster": {"name": "名册.csv", "data": {"blob": len(returns)}},
        "rows": [["甲局", "", ""]], "single": ["", "", ""], "prior": [],
    }  # fmt: skip
    state = {"blanks": blanks, "office": office, "forms": {"overlays": []}}
    content = together({"state": state, "sizes": sizes}, b"".join((*returns.values(), roster)))
    assert opened(page, content) == say("keep-loaded")
    assert page.inner_text("#pane-check .stands").startswith("查完 5 份")
    assert page.input_value("#blanks-year") == "2023"
    assert page.evaluate("office.get().roster.name") == "名册.csv"
    assert page.input_value("#blanks-edition") == "site-report/2017"
    assert page.locator("#blanks-rows input").first.input_value() == "甲局"
    assert page.input_value("#rollup-name") == "云水区"


FOREIGN = {
    "a zip": b"PK\3\4" + bytes(1000),
    "nothing": b"",
    "no line": HEAD + b"[" * 3_000_000,
    "deep": HEAD + b"[" * 1_000_000 + b"\n",
    "deep and whole": HEAD + b'{"sizes": [], "state": ' + b"[" * 200_000 + b"]" * 200_000 + b"}\n",
    "sizes that lie": together({"state": {}, "sizes": [2**50]}, b"x"),
    "sizes below nothing": together({"state": {}, "sizes": [2, -1]}, b"x"),
    "no sizes": together({"state": {}}, b""),
}
ODD = {"name": "局/../../x.xlsx", "data": {"blob": 0}}
PARTLY = {
    "names that lead out": {"office": {"files": [ODD, {**ODD, "name": "/x"}, {**ODD, "name": 3}]}},
    "a file without bytes": {"office": {"files": [{"name": "a.xlsx", "data": {"blob": 7}}]}},
    "two of one name": {"office": {"files": [{**ODD, "name": "a"}] * 2}},
    "nothing as it should be": {"office": 1, "blanks": {"rows": 3, "single": 4}, "forms": [ODD]},
}


def test_a_file_made_to_harm_costs_a_sentence(page):
    for name, content in FOREIGN.items():
        assert opened(page, content) == say("keep-foreign"), name
    for name, state in PARTLY.items():
        told = opened(page, together({"state": state, "sizes": [1]}, b"x"))
        assert told in (say("keep-partly"), say("keep-loaded")), name
        assert all("/" not in one["name"] for one in page.evaluate("office.get().files")), name
    assert opened(
        page, together({"state": PARTLY["a file without bytes"], "sizes": [1]}, b"x")
    ) == say("keep-partly")
    page.fill("#check-year", "2024")
    assert page.evaluate("office.year()") == 2024
