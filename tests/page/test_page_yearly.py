"""The season of 120 agencies by clicks, decided as by commands, with the same outcome."""

import io
import json
import zipfile

import browser
import pytest
import yearly
from test_page_settling import put, settled, until
from yearly import BROKEN, CODE, COUNT, DOUBLE, EXPLAINED, REFUSED, VOIDED, name

from toolkit.returned.read import read

pytestmark = pytest.mark.no_cover


def result(page) -> dict:
    return json.loads(browser.saved(page, lambda: page.click("[data-get=json]"))[1])


def reasons(found: dict) -> dict[str, str]:
    """Return {agency: state of its reason} of the returns that count."""
    counting = {agency["path"]: agency["name"] for agency in found["campaign"]["agencies"]}
    return {
        counting[file["path"]]: finding["explained"]["state"]
        for file in found["files"]
        for finding in file["findings"]
        if file["path"] in counting and finding["explained"] and finding["code"] == CODE
    }


def shown(page, agency: str) -> None:
    """Show a single agency's line: whoever looks for it types its name."""
    page.fill("#search", agency)


def test_the_season_is_decided_by_clicks(chromium, built):
    with browser.opened(chromium, built, viewport={"width": 1366, "height": 900}) as page:
        page.click("#season > summary")
        page.fill("#season-region", "某某市")
        page.fill("#season-sender", "政务公开办")
        page.locator("#season-roster input[type=file]").first.set_input_files(
            browser.uploads({"名册.csv": yearly.roster()})
        )
        page.click("#season > summary")
        page.click("#tab-check")
        put(page, yearly.first())
        assert f"有 {len(EXPLAINED)} 条单位的说明等你定" in page.inner_text("#check-said")
        assert f"有 {len(DOUBLE)} 个单位报了几份" in page.inner_text("#check-said")

        for n in DOUBLE:
            shown(page, name(n))
            page.locator(".lines tr:visible button:text-is('以这份为准')").first.click()
            settled(page)
        for n in REFUSED:
            shown(page, name(n))
            page.click(".lines tr:visible th > a")
            page.click(f".entry.open [data-reason^='{name(n)}|{CODE}'] button:text-is('不认可')")
            settled(page)
        shown(page, "")
        page.click("#settle-all")
        settled(page)
        assert "等你定" not in page.inner_text("#check-said")

        page.click("#tab-notices")
        until(page, "!work.busy()")
        _, notices = browser.saved(page, lambda: page.click("#notices-get"))
        texts = [n for n in zipfile.ZipFile(io.BytesIO(notices)).namelist() if n.endswith(".txt")]
        assert len(texts) == len(BROKEN) + len(REFUSED)

        page.click("#tab-check")
        put(page, yearly.later())
        for n in VOIDED:
            shown(page, name(n))
            page.locator(".lines tr:visible button:text-is('以这份为准')").first.click()
            settled(page)
        shown(page, "")
        expected = {name(n): "accepted" for n in EXPLAINED}
        expected |= {name(n): "void" for n in VOIDED} | {name(n): "refused" for n in REFUSED}
        found = result(page)
        assert reasons(found) == expected
        counting = {agency["name"]: agency["path"] for agency in found["campaign"]["agencies"]}
        assert all(counting[name(n)].endswith("-2.json") for n in (*BROKEN, *VOIDED))

        page.click("#tab-rollup")
        until(page, "!work.busy()")
        _, workbook = browser.saved(page, lambda: page.click("#rollup-run"))
    rows = {row.name: row for row in read(workbook).report.sources}
    assert len(rows) == COUNT
    assert all(rows[name(n)].sent == 2 for n in (*BROKEN, *VOIDED))
    assert {who for who, row in rows.items() if "warned" in row.caveats} >= {
        name(n) for n in (*VOIDED, *REFUSED)
    }
