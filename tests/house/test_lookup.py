"""The index in docs/design.md: every module is there, and every name is defined in it."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from source import CHECKOUT, TOOLKIT, tree

DESIGN = (CHECKOUT / "docs" / "design.md").read_text(encoding="utf-8")
SECTION = DESIGN.partition("\n## Where to look\n")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| (?!where is it decided)(.*) \| (.*) \|$", SECTION, re.MULTILINE)


def path_of(module: str) -> Path:
    """Return the file of a module under toolkit/, or of something beside it."""
    beside = module.startswith(("templates/", "schemas/"))
    return CHECKOUT / module if beside else TOOLKIT / f"{module}.py"


def named(cell: str) -> dict[str, list[str]]:
    """Return {module: names in it} of a row; a module stands first in a part of the row."""
    found: dict[str, list[str]] = {}
    module = ""
    for part in cell.split("; "):
        for place, word in enumerate(re.findall(r"`([^`]+)`", part)):
            if place == 0 and ("/" in word or path_of(word).is_file()):
                module = word
                found.setdefault(module, [])
            else:
                found[module].append(word)
    return found


INDEX = [(module, names) for _, cell in ROWS for module, names in named(cell).items()]


def defined(body: list[ast.stmt], owner: str = "") -> Iterator[str]:
    """Yield the names that statements define; those in a class follow its name and a point."""
    for node in body:
        match node:
            case ast.ClassDef(name=name):
                yield owner + name
                yield from defined(node.body, f"{owner}{name}.")
            case ast.FunctionDef(name=name):
                yield owner + name
            case ast.Assign() | ast.AnnAssign():
                yield from (owner + name for name in assigned(node))


def assigned(node: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    """Yield the names that get a value."""
    for one in ast.walk(node):
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id


def holds(module: str, name: str) -> bool:
    """Return whether a name is defined in a module; in other files, whether it stands there."""
    path = path_of(module)
    if path.suffix == ".py":
        return name in set(defined(tree(path).body))
    text = path.read_text(encoding="utf-8")
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def test_the_index_has_rows_and_asks_nothing_twice():
    asked = Counter(question for question, _ in ROWS)
    assert len(ROWS) >= 120
    assert [question for question, times in asked.items() if times > 1] == []


@pytest.mark.parametrize("module", sorted({module for module, _ in INDEX}))
def test_a_module_of_the_index_is_there_and_defines_the_names(module):
    assert path_of(module).is_file()
    wanted = {name for own, names in INDEX if own == module for name in names}
    assert [name for name in sorted(wanted) if not holds(module, name)] == []
