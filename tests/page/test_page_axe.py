"""No serious fault of accessibility on any tab, wide and narrow, light and dark, by axe-core."""

import hashlib
import os
import tarfile
from typing import Any

import browser
import pytest
from test_page_office import check, fill, made  # noqa: F401 - a fixture

from toolkit.page.downloads import PartError, npm

AXE = "axe-core@4.14.1"
SHA256 = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
TABS = ("agency", "blanks", "check", "notices", "rollup", "maker", "forms", "about")
LOOKS = (
    {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    {"viewport": {"width": 390, "height": 800}, "color_scheme": "dark"},
)


@pytest.fixture(scope="module")
def axe(tmp_path_factory) -> str:
    """Give the script of axe-core, fetched as the page's engine is."""
    folder = tmp_path_factory.mktemp("axe")
    try:
        archive = npm(AXE, folder)
    except PartError as error:
        if os.environ.get("GOUJI_REQUIRE_ALL") == "1":
            raise
        pytest.skip(str(error))
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == SHA256
    with tarfile.open(archive) as packed:
        return packed.extractfile("package/axe.min.js").read().decode()


def faults(page: Any) -> list[str]:
    """Return the serious findings of axe-core: rule and first place."""
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")["violations"]
    grave = (one for one in found if one["impact"] in ("serious", "critical"))
    return [
        f"{one['id']}: {one['nodes'][0]['target']} {one['nodes'][0]['html'][:160]}" for one in grave
    ]


def test_axe_sees_a_fault_where_there_is_one(chromium, built, axe):
    with browser.opened(chromium, built) as page:
        page.evaluate(axe)
        page.evaluate("document.body.append(page.make('input', { type: 'text' }))")
        assert any(one.startswith("label:") for one in faults(page))


@pytest.mark.parametrize("look", LOOKS, ids=["wide light", "narrow dark"])
def test_no_tab_has_a_serious_fault_before_and_after_a_check(chromium, built, axe, made, look):  # noqa: F811
    with browser.opened(chromium, built, **look) as page:
        page.evaluate(axe)
        found = {}
        for state in ("empty", "checked"):
            for tab in TABS:
                page.click(f"#tab-{tab}")
                if wrong := faults(page):
                    found[state, tab] = wrong
            if state == "empty":
                page.click("#tab-check")
                fill(page, made)
                check(page)
        assert found == {}
