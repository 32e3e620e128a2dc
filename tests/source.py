"""Reads the toolkit's own code and forms, for the tests of the house rules."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
TOOLKIT = CHECKOUT / "toolkit"
TEMPLATES = CHECKOUT / "templates"


def modules() -> list[Path]:
    """Return every Python file of the toolkit."""
    return sorted(TOOLKIT.rglob("*.py"))


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
    """Return {form/edition: its TOML}."""
    return {
        f"{path.parent.name}/{path.stem}": tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted(TEMPLATES.glob("*/*.toml"))
    }


@cache
def messages() -> dict[str, Any]:
    """Return templates/messages.toml."""
    return tomllib.loads((TEMPLATES / "messages.toml").read_text(encoding="utf-8"))
