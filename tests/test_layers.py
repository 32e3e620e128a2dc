"""Imports run downwards only; each room imports only the rooms allowed."""

import ast
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from source import dotted, modules, tree

ROOMS = (
    *(
        "data",
        "escape",
        "identity",
        "lines",
        "shape",
        "parse",
        "grid",
        "kind",
        "insert",
        "balance",
        "hazard",
        "overlay",
        "edition",
        "strict",
        "contribution",
        "report",
        "national",
        "finding",
        "cover",
        "schema",
    ),
    *("case", "narrative", "rules", "check", "explain", "workbook", "documents"),
    *(
        "mail",
        "archive",
        "scratch",
        "folders",
        "examine",
        "output",
        "campaign",
        "workers",
        "excel",
        "addin",
        "page",
        "server",
        "saving",
        "console",
        "demo",
        "cli",
        "__main__",
    ),
)
"""From the bottom up; every module of the toolkit must be listed here."""
BESIDE = {"excel", "addin", "page", "server"}
"""Front ends, none of which imports another."""
LIBRARY = ROOMS[: ROOMS.index("campaign") + 1]
ALLOWED = {
    "jsonschema": set(LIBRARY),
    "jsonschema_rs": {"schema"},
    "openpyxl": {"workbook", "excel"},
    "xlwings": {"excel"},
    "click": {"cli", "console", "demo", "server"},
    "rich": {"cli", "demo", "server"},
    "pebble": {"workers"},
    "pyopenvba": {"addin"},
}
"""Rooms that may import an outside package."""


def imports(path: Path) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Yield (line, level, dotted name) of every import; level 0 is absolute."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, 0, tuple(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            base = tuple(node.module.split(".")) if node.module else ()
            for alias in node.names:
                yield node.lineno, node.level, (*base, alias.name)


def inner(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (line, module under toolkit) of every relative import."""
    known = {dotted(other) for other in modules()}
    package = dotted(path) if path.name == "__init__.py" else dotted(path)[:-1]
    for line, level, name in imports(path):
        if level:
            full = (*package[: len(package) - level + 1], *name)
            yield line, full if full in known else full[:-1]


def where(path: Path, line: int) -> str:
    return f"{'/'.join(dotted(path))}:{line}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: "/".join(dotted(path)) or "toolkit")
def test_imports_run_downwards_only(path):
    if not dotted(path):
        assert list(inner(path)) == []
        return
    room = dotted(path)[0]
    assert room in ROOMS, f"give {room} its place in ROOMS, and in DESIGN's order"
    wrong = [
        f"{where(path, line)} imports {'.'.join(target)}"
        for line, target in inner(path)
        if target
        and target[0] != room
        and (ROOMS.index(target[0]) > ROOMS.index(room) or {room, target[0]} <= BESIDE)
    ]
    assert wrong == []


def test_no_two_modules_import_each_other():
    graph = {dotted(path): {target for _, target in inner(path)} for path in modules()}
    for name, targets in graph.items():
        targets -= {name, (), name[:1]}
    list(TopologicalSorter(graph).static_order())


def test_all_imports_inside_the_toolkit_are_relative():
    wrong = [
        where(path, line)
        for path in modules()
        for line, level, name in imports(path)
        if not level and name[0] == "toolkit"
    ]
    assert wrong == []


def test_each_room_knows_only_the_packages_it_may():
    wrong = [
        f"{where(path, line)} imports {name[0]}"
        for path in modules()
        for line, level, name in imports(path)
        if not level and name[0] not in sys.stdlib_module_names
        if not dotted(path) or dotted(path)[0] not in ALLOWED.get(name[0], ())
    ]
    assert wrong == []
