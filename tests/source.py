"""Reads the toolkit's own code and forms, for the tests of the house rules."""

import ast
import os
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from toolkit.edition.derived import whole
from toolkit.edition.parse import parse

CHECKOUT = Path(__file__).resolve().parent.parent
TOOLKIT = CHECKOUT / "toolkit"
TEMPLATES = CHECKOUT / "templates"
TESTS = CHECKOUT / "tests"
REAL = TESTS / "real"
SHARED = Path(os.environ.get("GOUJI_WORKBOOKS", CHECKOUT.parent / "shared" / "workbooks"))
"""1,493 public workbooks, where they are at hand."""
HAN = re.compile(r"[\u3400-\u9fff]")


@cache
def modules() -> tuple[Path, ...]:
    """Return every Python file of the toolkit."""
    return tuple(sorted(TOOLKIT.rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def dotted(path: Path) -> tuple[str, ...]:
    """Return a module's name under toolkit, in parts; a package's __init__ is the package."""
    parts = path.relative_to(TOOLKIT).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of every string that is no docstring."""
    docs = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def names(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line, name) of every variable, argument, attribute and function."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.keyword(arg=str(name)):
                yield node.value.lineno, name


@cache
def editions() -> dict[str, dict[str, Any]]:
    """Return {form/edition: its TOML, with what it has from another edition}."""
    paths = {
        (path.parent.name, path.stem): path
        for path in sorted(TEMPLATES.glob("*/*.toml"))
        if path.parent.name != "messages"
    }
    return {"/".join(name): whole(parse(path), lambda: paths).content
            for name, path in paths.items()}  # fmt: skip


@cache
def messages() -> dict[str, Any]:
    """Return the sentences of templates/messages: {section: {name: {zh, en}}}."""
    files = {path.stem: path for path in sorted((TEMPLATES / "messages").iterdir())}
    told = {lang: tomllib.loads(path.read_text(encoding="utf-8")) for lang, path in files.items()}
    return {
        section: {name: {lang: told[lang][section][name] for lang in told} for name in names}
        for section, names in told["en"].items()
    }


def form_words() -> tuple[set[str], set[str]]:
    """Return (every table, row and column key; every `table.row` and `row.column`)."""
    words, paths = set(), set()
    for edition in editions().values():
        for section in edition["section"]:
            table, columns = section.get("table"), section.get("columns", ())
            spots = [
                item[1:].split(".")
                for line in section.get("grid", ())
                for item in line
                if item.startswith("@")
            ]
            words |= {*filter(None, (table, section.get("text"))), *columns}
            for row, column in spots:
                words |= {row, column} - {"*"}
                paths |= {f"{table}.{row}"} | ({f"{row}.{column}"} if column != "*" else set())
    return words, paths
