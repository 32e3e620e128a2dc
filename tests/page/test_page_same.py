"""gouji.html gives the command line's results, to the byte; a harmful file costs one verdict."""

import json

import browser
import forge
import pytest
import sheaf
from click.testing import CliRunner

from toolkit import cli
from toolkit.files.examine import examine, lost, rejected

EXAMINE = "officeDesk.examine(new AbortController().signal, () => {})"


@pytest.fixture(scope="module")
def open_page(chromium, built):
    """Give a page shared by all tests here: each test replaces the files of the one before."""
    with browser.opened(chromium, built) as found:
        yield found


def examined(page):
    """Return the page's check result for the files laid."""
    page.evaluate(EXAMINE)
    return browser.ask(page, "written", {"style": "json", "lang": "zh"})


def test_the_page_gives_the_bytes_that_the_command_line_gives(open_page, tmp_path, monkeypatch):
    sheaf.fill(tmp_path)
    monkeypatch.chdir(tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    told = CliRunner().invoke(cli.gouji, ["check", *names, "--lang", "zh", "--format", "json"])
    browser.lay(open_page, "returns", [tmp_path / name for name in names])
    found = examined(open_page)
    entries, wanted = ({one["path"]: one for one in json.loads(text)["files"]}
                       for text in (found, told.stdout_bytes))  # fmt: skip
    assert [path for path in wanted if entries.get(path) != wanted[path]] == []
    assert found == told.stdout_bytes
    verdicts = {one["verdict"] for one in wanted.values()}
    assert verdicts == {"pass", "warn", "fail", "reject"}
    assert len(wanted) > 250


def test_files_of_megabytes_are_answered_as_the_ledger_has_it(open_page, tmp_path):
    paths = {}
    for name, places in forge.cases().items():
        for at, make in places.items() if name.startswith(("bomb/", "container/60,000")) else ():
            if len(content := make()) >= sheaf.LARGEST:
                path = tmp_path / f"{len(paths)}.xlsx"
                path.write_bytes(content)
                paths[path.name] = (path, at)
    browser.lay(open_page, "returns", [path for path, _ in paths.values()])
    found = {one["path"]: one for one in json.loads(examined(open_page))["files"]}
    assert len(found) == len(paths) > 10
    for name, (path, at) in paths.items():
        result = examine(str(path))
        assert found[name]["verdict"] == result.verdict
        assert [one["code"] for one in found[name]["findings"]] == [
            finding.code for finding in result.findings
        ], at
    assert open_page.evaluate("engine.memory()") < 1024 * 2**20


def harmful(page, tmp_path, code):
    """Return the page's findings for three files, the second of which is given up with a code."""
    for number in range(3):
        shown = forge.honest(*forge.EDITIONS[0])[1] + bytes(number)
        (tmp_path / f"{number}.xlsx").write_bytes(shown)
    browser.lay(page, "returns", sorted(tmp_path.iterdir()))
    found = json.loads(examined(page))["files"]
    wanted = rejected(lost(str(tmp_path / "1.xlsx"), code))
    (finding,) = found[1]["findings"]
    assert (finding["code"], finding["message"]) == (code, wanted.findings[0].message("zh"))
    assert found[1]["sha256"] == wanted.sha256
    assert [one["verdict"] for one in found] == ["pass", "reject", "reject"]
    return found


def harm(page, act):
    """Replace the examination of the second file by a harmful act, until the engine restarts."""
    page.workers[0].evaluate(
        """(act) => {
            const real = desks, done = new Function(act);
            desks = (...given) => given[2].includes("1.xlsx") ? done() : real(...given);
        }""",
        act,
    )


def test_a_file_that_never_ends_costs_its_own_verdict(page, tmp_path):
    page.evaluate("""() => {
        const asked = engine.ask;
        engine.ask = (name, given, limit, desk) =>
            asked(name, given, given?.path === "1.xlsx" && name === "examined" ? 900 : limit, desk);
    }""")
    harm(page, "for (;;);")
    harmful(page, tmp_path, "too-slow")


@pytest.mark.parametrize("error", ["RangeError('too deep')", "WebAssembly.RuntimeError('trap')"])
def test_an_engine_that_dies_costs_one_verdict(page, tmp_path, error):
    harm(page, f"throw new {error}")
    harmful(page, tmp_path, "crashed")
