"""The project around the code: its gate, how to take part, how to cite it."""

import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib

import click
import pytest
from source import CHECKOUT, TEMPLATES

import toolkit
from toolkit.cli import gouji

BIOME = re.compile(r"@biomejs/biome@([\w.]+)|biomejs\.dev/schemas/([\w.]+)/")
NEWER = {
    "arrow function": r"=>",
    "let, const or class": r"\b(let|const|class|async|await|import|export)\b",
    "template": r"`",
    "optional chain or default": r"\?\.|\?\?",
    "spread": r"\.\.\.",
    "catch without a name": r"\bcatch \{",
    "comma after the last argument": r",\s*[)\]}]",
}
"""Syntax that came after ES5."""


def read(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


def code(name: str) -> str:
    """Return a script without its comments and strings."""
    return re.sub(r'//[^\n]*|"[^"\n]*"', "", read(name))


# ── JavaScript ────────────────────────────────────────────────────────────────────────────────────


def test_one_version_of_the_linter_is_named_everywhere():
    places = [".ci/run", "biome.jsonc", "docs/page.md", "CONTRIBUTING.md"]
    named = {name: {"".join(found) for found in BIOME.findall(read(name))} for name in places}
    assert set(map(len, named.values())) == {1}
    assert len(set.union(*named.values())) == 1, named


@pytest.mark.parametrize("newer", NEWER)
def test_the_scripts_for_old_browsers_have_no_newer_syntax(newer):
    for name in ("page/old.js", "pane/old.js", "pane/addin.js"):
        assert re.findall(NEWER[newer], code(f"templates/{name}")) == [], name


def test_every_script_is_linted():
    included = json.loads(re.sub(r"^\s*//.*", "", read("biome.jsonc"), flags=re.MULTILINE))
    endings = {pattern.rpartition(".")[2] for pattern in included["files"]["includes"]}
    scripts = {path.suffix[1:] for path in TEMPLATES.rglob("*.*js")}
    assert {"js", "mjs"} <= scripts <= endings


# ── taking part ───────────────────────────────────────────────────────────────────────────────────

GUIDE = "CONTRIBUTING.md"
KNOWN = {"gouji", "mypy", "npx", "python", "python3", "ruff", "."}


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", read(GUIDE), re.DOTALL)


def commands() -> list[list[str]]:
    """Return the words of every command in the guide, without settings of the environment."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    lines += re.findall(r"`((?:gouji|python|GOUJI_\w+=1) [^`]*)`", read(GUIDE))
    split = [shlex.split(line) for line in lines]
    return [[word for word in words if not re.match(r"[A-Z_]+=", word)] for words in split]


def test_the_guide_is_short():
    assert len(read(GUIDE).splitlines()) <= 120


def test_the_guides_commands_are_known():
    assert {words[0] for words in commands()} == KNOWN


def test_the_guides_gouji_commands_and_their_options_exist():
    lines = [words[1:] for words in commands() if words[0] == "gouji"]
    assert {"cells", "rules", "page"} <= {words[0] for words in lines}
    for name, *words in lines:
        options = {
            option
            for parameter in gouji.commands[name].params
            if isinstance(parameter, click.Option)
            for option in parameter.opts
        }
        assert {word for word in words if word.startswith("-")} <= options


def test_the_guides_pytest_commands_name_files_that_exist():
    lines = [words for words in commands() if words[:3] == ["python", "-m", "pytest"]]
    named = [word for words in lines for word in words if word.startswith("tests/")]
    assert len(named) >= 7
    assert [name for name in named if not (CHECKOUT / name).is_file()] == []


def test_the_guides_extra_is_one_of_the_projects():
    extras = set(re.findall(r'-e "\.\[(\w+)\]"', read(GUIDE)))
    assert extras == {"test"}
    assert extras <= set(project()["optional-dependencies"])


def project() -> dict:
    return tomllib.loads(read("pyproject.toml"))["project"]


@pytest.fixture
def example(tmp_path):
    """Return a copy of what the guide's example changes and runs."""
    left_out = shutil.ignore_patterns("__pycache__")
    for name in ("toolkit", "templates", "schemas", "tests", "docs"):
        shutil.copytree(CHECKOUT / name, tmp_path / name, ignore=left_out)
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    return tmp_path


def run(line: str, folder) -> subprocess.CompletedProcess:
    """Run a pytest command of the guide in a folder, apart from the tests that run here."""
    words = shlex.split(line)
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTEST", "COV", "GOUJI"))
    }
    while "=" in words[0]:
        name, _, value = words.pop(0).partition("=")
        own[name] = value
    return subprocess.run(
        [sys.executable, *words[1:], "-p", "no:cacheprovider"],
        cwd=folder,
        env=own | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_guides_example_goes_as_it_says(example):
    (case,) = blocks("toml")
    (change,) = blocks("diff")
    old, new = (line[1:] for line in change.splitlines())
    (look,) = [block for block in blocks("sh") if "-k 260000" in block]
    (again,) = [block for block in blocks("sh") if "GOUJI_REGENERATE" in block]
    numbers = example / "tests" / "cases" / "numbers.toml"
    form = example / "templates" / "annual-report" / "2021.toml"
    rules = example / "schemas" / "annual-report-2021.rules.json"

    numbers.write_text(numbers.read_text(encoding="utf-8") + "\n" + case, encoding="utf-8")
    failed = run(look, example)
    assert failed.returncode == 1
    assert "assert [] == ['fee-unit']" in failed.stdout

    text = form.read_text(encoding="utf-8")
    assert text.count(f"{old}\n") == 1
    form.write_text(text.replace(f"{old}\n", f"{new}\n"), encoding="utf-8", newline="\n")
    assert run(look, example).returncode == 0

    before = rules.read_text(encoding="utf-8").splitlines()
    done = run(again, example)
    assert done.returncode == 0, done.stdout
    after = rules.read_text(encoding="utf-8").splitlines()
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 3
    derived = {
        path.relative_to(CHECKOUT)
        for name in ("schemas", "templates")
        for path in (CHECKOUT / name).rglob("*")
        if path.is_file()
        and (example / path.relative_to(CHECKOUT)).read_bytes() != path.read_bytes()
    }
    blank = form.with_suffix(".xlsx")
    assert derived == {path.relative_to(example) for path in (form, rules, blank)}


# ── issues ────────────────────────────────────────────────────────────────────────────────────────

FORMS = sorted(path.stem for path in (CHECKOUT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
ATTRIBUTES = {
    "markdown": ({"value"}, set()),
    "textarea": ({"label"}, {"description", "placeholder", "value", "render"}),
    "input": ({"label"}, {"description", "placeholder", "value"}),
    "dropdown": ({"label", "options"}, {"description", "multiple", "default"}),
    "checkboxes": ({"label", "options"}, {"description"}),
}
"""{type of a field: (attributes it must have, those it may have)}, by GitHub's documentation."""
HAN, LATIN = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[A-Za-z]{3}")


@pytest.fixture
def parsed(need):
    """Return a function from a file's name to its YAML."""
    need(importlib.util.find_spec("yaml"), "PyYAML is not installed")
    import yaml  # noqa: PLC0415 - not everywhere installed

    return lambda name: yaml.safe_load(read(name))


@pytest.fixture(params=[name for name in FORMS if name != "config"])
def form(request, parsed):
    return parsed(f".github/ISSUE_TEMPLATE/{request.param}.yml")


def test_there_is_a_form_for_findings_editions_and_bugs(parsed):
    assert FORMS == ["bug", "config", "edition", "finding"]
    names = {parsed(f".github/ISSUE_TEMPLATE/{name}.yml").get("name") for name in FORMS}
    assert len(names) == len(FORMS)
    assert parsed(".github/ISSUE_TEMPLATE/config.yml") == {"blank_issues_enabled": True}


def test_a_form_has_what_github_asks_for(form):
    assert {"name", "description", "body"} <= set(form) <= {"name", "description", "title", "body"}
    for field in form["body"]:
        must, may = ATTRIBUTES[field["type"]]
        assert must <= set(field["attributes"]) <= must | may
        assert set(field) <= {"type", "id", "attributes", "validations"}
        assert set(field.get("validations", ())) <= {"required"}
    ids = [field["id"] for field in form["body"] if field["type"] != "markdown"]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[\w-]+", one) for one in ids)


def test_a_forms_choices_are_texts_that_differ(form):
    for field in form["body"]:
        options = field["attributes"].get("options", [])
        labels = [one["label"] if field["type"] == "checkboxes" else one for one in options]
        assert all(isinstance(one, str) and one.casefold() != "none" for one in labels)
        assert len(set(labels)) == len(labels)


def test_a_form_speaks_both_languages(form):
    texts = [form["name"], form["description"]]
    for field in form["body"]:
        given = field["attributes"]
        texts += [given[name] for name in ("label", "description", "value") if name in given]
        texts += [one if isinstance(one, str) else one["label"] for one in given.get("options", ())]
    assert [text for text in texts if not (HAN.search(text) and LATIN.search(text))] == []


def test_a_form_warns_of_personal_data_and_asks_that_there_are_none(form):
    (box,) = [field for field in form["body"] if field["type"] == "checkboxes"]
    assert [one["required"] for one in box["attributes"]["options"]] == [True]
    assert "个人信息" in str(box)
    assert "personal data" in str(box)


def test_the_form_for_findings_asks_what_is_needed_to_repeat_one(parsed):
    fields = {one.get("id"): one for one in parsed(".github/ISSUE_TEMPLATE/finding.yml")["body"]}
    asked = {"what", "code", "edition", "shown", "expected", "version", "saved"}
    assert {name for name, one in fields.items() if one.get("validations")} == asked
    assert "SECURITY.md" in fields[None]["attributes"]["value"]


# ── citing, security ──────────────────────────────────────────────────────────────────────────────


def test_the_citation_is_of_this_version_and_of_these_authors(parsed):
    cited = parsed("CITATION.cff")
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert (cited["cff-version"], cited["type"]) == ("1.2.0", "software")
    assert cited["version"] == toolkit.__version__
    assert cited["authors"] == project()["authors"]
    assert cited["keywords"] == project()["keywords"]
    assert cited["license"] == project()["license"]
    assert cited["abstract"].strip(".") == project()["description"]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_a_readme_leads_to_taking_part_security_and_citing(name):
    assert all(f"]({page})" in read(name) for page in (GUIDE, "SECURITY.md", "CITATION.cff"))


@pytest.mark.parametrize("name", [GUIDE, "SECURITY.md", "CITATION.cff"])
def test_no_address_or_person_is_named(name):
    text = re.sub(r"@biomejs/biome@[\d.]+", "", read(name))
    assert re.findall(r"\S*@\S*|https?://\S+", text) == []
