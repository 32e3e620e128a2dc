"""Every command and every code has its page, and the pages agree with the toolkit."""

import ast
import re
import subprocess
import sys
from functools import cache
from urllib.parse import unquote

import click
import pytest
from click.testing import CliRunner
from source import CHECKOUT, editions, messages, modules, tree

from toolkit.check.rules import KINDS
from toolkit.cli import gouji
from toolkit.cli.read import PARQUET
from toolkit.output import FORMATS, REPORT_FORMATS

DOCS = CHECKOUT / "docs"
PAGES = [*sorted(DOCS.rglob("*.md")), *sorted(CHECKOUT.glob("*.md"))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
SEVERITY = {"error": "错误 error", "warning": "提醒 warning", "note": "说明 note"}


def entries() -> list[dict]:
    """Return every balance and edit of every edition."""
    return [
        entry
        for edition in editions().values()
        for kind in ("balance", "edit")
        for entry in edition.get(kind, ())
    ]


def own_codes() -> set[str]:
    """Return the codes with a sentence in templates/messages, without the kinds of edits."""
    kinds = {entry["kind"] for entry in entries() if "kind" in entry}
    named = {name.partition("/")[0] for name in messages()["finding"]}
    return named - (kinds - edition_codes())


def edition_codes() -> set[str]:
    return {entry["code"] for entry in entries()}


CODES = sorted(own_codes() | edition_codes())


@cache
def sentences(code: str) -> tuple[re.Pattern[str], ...]:
    """Return patterns for all sentences of a code, in both languages."""
    kinds = {entry.get("kind", code) for entry in entries() if entry["code"] == code} | {code}
    words = [
        entry["message"] for entry in entries() if entry["code"] == code and "message" in entry
    ]
    words += [w for n, w in messages()["finding"].items() if n.partition("/")[0] in kinds]
    words += messages()["passed_over"].values() if code == "not-a-workbook" else ()
    return tuple(
        re.compile(".*".join(re.escape(part) for part in re.split(r"\{\w+\}", sentence)))
        for word in words
        for sentence in word.values()
    )


def page_of(code: str) -> str:
    return (DOCS / "codes" / f"{code}.md").read_text(encoding="utf-8")


def test_there_is_a_page_for_every_code_and_for_nothing_else():
    pages = {path.stem for path in (DOCS / "codes").glob("*.md")} - {"README"}
    assert pages == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_codes_page_quotes_sentences_the_toolkit_prints(code):
    quotes = re.findall(r"^> (.*)$", page_of(code), re.MULTILINE)
    assert quotes
    assert [q for q in quotes if not any(s.fullmatch(q) for s in sentences(code))] == []


@pytest.mark.parametrize("code", CODES)
def test_a_codes_page_says_what_it_means_and_what_to_do_in_both_languages(code):
    page = page_of(code)
    assert page.startswith(f"# {code} ")
    assert all(f"**{word}**" in page for word in ("意思", "怎么办", "Meaning", "What to do"))


@pytest.mark.parametrize("code", sorted(edition_codes()))
def test_a_codes_page_gives_the_severity_of_the_edition(code):
    severities = {entry.get("severity", "error") for entry in entries() if entry["code"] == code}
    given = page_of(code).splitlines()[2]
    assert all(SEVERITY[severity] in given for severity in severities)


def test_the_list_of_codes_names_every_code_once():
    listed = re.findall(r"\]\(([\w-]+)\.md\)", (DOCS / "codes" / "README.md").read_text("utf-8"))
    assert sorted(listed) == CODES


def test_every_code_has_a_title_of_a_few_words_in_both_languages():
    titles = messages()["title"]
    assert sorted(titles) == CODES
    assert max(len(words["zh"]) for words in titles.values()) <= 20


def raised() -> set[str]:
    """Return the codes written in the toolkit: of exceptions, and beside a severity."""
    calls = [
        node
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    found = set()
    for call in calls:
        given = [arg.value if isinstance(arg, ast.Constant) else None for arg in call.args]
        named = call.func.id in {"ReportError", "Rejected"}
        if given and isinstance(given[0], str) and (named or set(given[1:2]) & set(SEVERITY)):
            found.add(given[0])
    return found


def test_every_code_that_is_raised_has_a_sentence():
    assert {"bad-json", "too-large"} <= raised()
    assert raised() - set(messages()["finding"]) - set(CODES) == set()


@pytest.mark.parametrize("name", sorted(gouji.commands))
def test_a_command_has_a_page_that_names_its_options(name):
    page = (DOCS / "commands" / f"{name}.md").read_text(encoding="utf-8")
    assert page.startswith(f"# gouji {name}\n")
    command = gouji.commands[name]
    options = [
        option
        for each in (command, *getattr(command, "commands", {}).values())
        for parameter in each.params
        if isinstance(parameter, click.Option)
        for option in parameter.opts
    ]
    assert [option for option in options if option not in page] == []


def test_no_page_is_about_a_command_that_is_gone():
    assert {path.stem for path in (DOCS / "commands").glob("*.md")} == set(gouji.commands)


@pytest.mark.parametrize("name", sorted(gouji.commands))
def test_the_index_and_both_readmes_name_every_command(name):
    for page in ("docs/index.md", "README.md", "README.zh-CN.md"):
        assert f"gouji {name}" in (CHECKOUT / page).read_text(encoding="utf-8"), page


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_of_edit_and_its_figures_are_in_the_page_on_editions(kind):
    page = (DOCS / "editions.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| {kind} \|.*$", page, re.MULTILINE)
    known = {"code", "part", "kind", "cells", "levels", "severity", "source", "rule", "message"}
    figures = {name for entry in entries() if entry.get("kind") == kind for name in entry} - known
    assert [name for name in figures if f"`{name}`" not in row] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(CHECKOUT)))
def test_every_link_leads_somewhere(page):
    targets = [unquote(target) for target in LINK.findall(page.read_text(encoding="utf-8"))]
    inside = [target for target in targets if "://" not in target]
    assert [target for target in inside if not (page.parent / target).exists()] == []


def test_every_link_inside_a_page_leads_to_a_heading():
    lost = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        heads = {anchor(head) for head in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
        asked = (unquote(one) for one in re.findall(r"\]\(#([^)\s]+)\)", text))
        lost += [(page.name, one) for one in asked if one not in heads]
    assert lost == []


def anchor(head: str) -> str:
    """Return the name that a heading has in links, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-")


def test_every_picture_is_small_and_shown_on_a_page():
    shown = {
        (page.parent / unquote(target)).resolve()
        for page in PAGES
        for target in LINK.findall(page.read_text(encoding="utf-8"))
    }
    pictures = {path for end in ("png", "gif") for path in DOCS.glob(f"pictures/*.{end}")}
    assert sorted(path.name for path in pictures - shown) == []
    most = {".png": 120_000, ".gif": 1_500_000}
    assert [path.name for path in pictures if path.stat().st_size > most[path.suffix]] == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_shows_the_page_the_board_a_red_cell_and_the_recording(name):
    shown = LINK.findall((CHECKOUT / name).read_text(encoding="utf-8"))
    pictures = {f"docs/pictures/{one}" for one in
                ("season.gif", "page-board.png", "board-return.png", "table3.png")}  # fmt: skip
    assert pictures <= set(shown)


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_is_short_and_has_a_picture_and_two_commands(name):
    text = (CHECKOUT / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    installing = [block for block in blocks if "pip install" in block]
    assert len(text.splitlines()) <= 150
    assert "](docs/pictures/" in text
    assert [block.splitlines()[-1].split()[0] for block in installing] == ["gouji", "python"]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_three_lines_of_python_in_a_readme_run(name, tmp_path, monkeypatch, capsys):
    text = (CHECKOUT / name).read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    blank = ["blank", "--year", "2025", "--agency", "某某局", "-o", "return.xlsx"]
    assert CliRunner().invoke(gouji, blank).exit_code == 0
    exec(compile(code, name, "exec"), {})  # noqa: S102
    assert "fail" in capsys.readouterr().out
    assert len(code.splitlines()) == 3


@pytest.mark.parametrize(
    ("command", "formats"),
    [("check", FORMATS), ("read", [*REPORT_FORMATS, PARQUET])],
    ids=["check", "read"],
)
def test_a_commands_page_names_its_formats(command, formats):
    text = (DOCS / "commands" / f"{command}.md").read_text(encoding="utf-8")
    assert f"[--format {'|'.join(formats)}]" in text
    assert [name for name in formats if not re.search(rf"`(?:--format )?{name}\b", text)] == []


def test_the_script_that_makes_the_pictures_starts():
    script = [sys.executable, str(DOCS / "pictures" / "make.py"), "--help"]
    done = subprocess.run(script, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert "sheets pages boards recording" in done.stdout
