"""The commands that README and docs give as examples run as they stand, block by block."""

import re
import shlex
import shutil
from contextlib import chdir
from functools import cache
from pathlib import Path

import click
import papers
import pytest
import tamper
from casebook import balanced
from click.testing import CliRunner
from source import CHECKOUT

from toolkit.campaign.handout import roster_file
from toolkit.campaign.roster import Member
from toolkit.cli import gouji
from toolkit.report.report import as_json, dumps

PAGES = [
    CHECKOUT / "README.md",
    CHECKOUT / "README.zh-CN.md",
    *sorted(CHECKOUT.glob("docs/**/*.md")),
]
APART = {"addin", "demo", "fetch", "page"}
"""Commands that write into Excel's folders, need a network or are played in tests/cli: here their
words are parsed only."""
ELSEWHERE = {
    "docs/far.md": "tests/workers/test_cluster.py",
    "docs/new-edition.md": "tests/edition/test_walk.py",
    "docs/new-form.md": "tests/draft/test_newform.py",
}
"""Pages whose examples another test walks."""


@cache
def blocks(page: Path) -> tuple[tuple[str, ...], ...]:
    """Return the commands of each block, without those that stand for many (with brackets or …)."""
    text = page.read_text(encoding="utf-8")
    fenced = re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    found = [*fenced, *re.findall(r"(?:^    gouji .*\n)+", text, re.MULTILINE)]
    kept = (
        tuple(
            line.strip()
            for line in block.splitlines()
            if line.strip().startswith("gouji ") and not re.search(r"\[|…|FILE|\|", line)
        )
        for block in found
    )
    return tuple(filter(None, kept))


def named(page: Path) -> str:
    return page.relative_to(CHECKOUT).as_posix()


BLOCKS = [
    pytest.param(named(page), block, id=f"{named(page)}-{number}")
    for page in PAGES
    for number, block in enumerate(blocks(page))
]


def test_examples_are_found():
    commands = {line.split()[1] for one in BLOCKS for line in one.values[1]}
    assert commands >= {"blank", "check", "read", "rollup", "season", "roster", "import", "diff"}


@pytest.mark.parametrize(("page", "block"), BLOCKS)
def test_the_words_of_every_example_are_those_of_its_command(page, block):
    for line in block:
        name, *words = shlex.split(line)[1:]
        command = gouji.commands[name]
        while isinstance(command, click.Group):
            command = command.commands[words.pop(0)]
        assert command.make_context(name, words).params is not None, page


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    """Return a folder with everything that the examples name."""
    home = tmp_path_factory.mktemp("examples")
    member = Member("某某局", "11320000", "county", kind="own")
    for name in ("名册.xlsx", "roster.xlsx"):
        (home / name).write_bytes(roster_file([member]))
    for name in ("returns", "报回的表", "报回"):
        (home / name).mkdir()
        (home / name / "某某局.xlsx").write_bytes(tamper.filled())
    for name in ("某局.xlsx", "报回的表.xlsx"):
        (home / name).write_bytes(tamper.filled())
    last = dumps(as_json(balanced("suqian_city_2024")))
    for name in ("last-year", "去年的表"):
        (home / name).mkdir()
        (home / name / "某某局.json").write_text(last, encoding="utf-8")
    with chdir(home):
        ran("check", "last-year", "--store", "2024.store")
    form = tamper.edition()
    page = papers.as_html(papers.paper(form, papers.numbers(form)))
    (home / "已公布").mkdir()
    for name in ("公布.html", "已公布/某某局.html"):
        (home / name).write_bytes(page)
    return home


def ran(*words: str) -> str:
    """Run a command and return what it says; it may find mistakes, but not refuse its words."""
    done = CliRunner().invoke(gouji, words)
    assert done.exit_code in {0, 1}, (words, done.output)
    assert done.exception is None or isinstance(done.exception, SystemExit), words
    return done.output


@pytest.mark.no_cover
@pytest.mark.parametrize(("page", "block"), [b for b in BLOCKS if b.values[0] not in ELSEWHERE])
def test_every_example_runs(page, block, material, tmp_path):
    desk = tmp_path / "desk"
    shutil.copytree(material, desk)
    with chdir(desk):
        for line in block:
            name, *words = shlex.split(line)[1:]
            if name in APART:
                continue
            written = [Path(words[at + 1]) for at, word in enumerate(words) if word == "-o"]
            for path in filter(Path.is_file, written):
                path.unlink()
            said = ran(name, *words)
            assert [path for path in written if not path.exists()] == [], (page, line, said)


def test_the_pages_that_another_test_walks_are_named_there():
    for page, test in ELSEWHERE.items():
        assert page.rpartition("/")[2] in (CHECKOUT / test).read_text(encoding="utf-8")
