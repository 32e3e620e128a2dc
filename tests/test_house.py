"""What stands around the code: how it is checked, how to take part, how to cite it."""

import importlib.util
import json
import re
import tomllib

import pytest
from source import CHECKOUT, TEMPLATES

import toolkit

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
    places = [".ci/run", "biome.jsonc", "docs/page.md"]
    named = {name: {"".join(found) for found in BIOME.findall(read(name))} for name in places}
    assert set(map(len, named.values())) == {1}
    assert len(set.union(*named.values())) == 1, named


@pytest.mark.parametrize("newer", NEWER)
def test_the_script_for_old_browsers_has_no_newer_syntax(newer):
    assert re.findall(NEWER[newer], code("templates/page/old.js")) == []


def test_every_script_is_linted():
    included = json.loads(re.sub(r"^\s*//.*", "", read("biome.jsonc"), flags=re.MULTILINE))
    endings = {pattern.rpartition(".")[2] for pattern in included["files"]["includes"]}
    scripts = {path.suffix[1:] for path in TEMPLATES.rglob("*.*js")}
    assert {"js", "mjs"} <= scripts <= endings


def project() -> dict:
    return tomllib.loads(read("pyproject.toml"))["project"]


@pytest.fixture
def parsed(need):
    """Return a function from a file's name to its YAML."""
    need(importlib.util.find_spec("yaml"), "PyYAML is not installed")
    import yaml  # noqa: PLC0415 - not everywhere installed

    return lambda name: yaml.safe_load(read(name))


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
