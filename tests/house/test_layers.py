"""The rooms of docs/design.md: imports run downwards only, between rooms and inside them."""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from source import CHECKOUT, TOOLKIT, dotted, modules, tree

DESIGN = CHECKOUT / "docs" / "design.md"
RESERVED: set[str] = set()
"""Rooms with a place in the table and no code yet."""
BESIDE = {"excel", "addin", "page", "server"}
"""Front ends: none of them imports another."""
FORWARDERS = {"examine", "national"}
"""Modules of one import, kept for programs that import them by their old path."""
ROOM_LIMIT, FLOOR_LIMIT, SHARE_LIMIT = 26, 12, 0.15
"""At most so many rooms and floors; at most so large a part of all lines in one room."""
_ROW = re.compile(r"^\| `([a-z_]+)` \| (.*) \|$", re.MULTILINE)


@cache
def rooms() -> dict[str, list[str]]:
    """Return {room: the packages it may import} in the order of docs/design.md."""
    text = DESIGN.read_text(encoding="utf-8").partition("\n## The rooms\n")[2]
    table = text.partition("\n### ")[0]
    rows = [(name, rest.split(" | ")) for name, rest in _ROW.findall(table)]
    return {name: [part for part in cells[-1].split(", ") if part] for name, cells in rows}


@cache
def listed() -> dict[str, dict[str, str]]:
    """Return {room: {module: its first line}} as docs/design.md lists them, in its order."""
    parts = re.split(r"^### (.+)\n", DESIGN.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        name: dict(_ROW.findall(text.partition("\n## ")[0]))
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def first_lines() -> dict[str, dict[str, str]]:
    """Return the expected `listed`: the order of the document, the first lines of the modules."""
    there: dict[str, dict[str, str]] = {}
    for path in modules():
        name = dotted(path)
        line = (ast.get_docstring(tree(path)) or "").partition("\n")[0]
        if path.parent == TOOLKIT:
            if name:
                there.setdefault("single modules", {})[name[0]] = line
        elif len(name) > 1 or path.read_text(encoding="utf-8").count("\n") > 1:
            there.setdefault(name[0], {})[name[1] if len(name) > 1 else "__init__"] = line
    return there


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


@cache
def _known() -> frozenset[tuple[str, ...]]:
    return frozenset(map(dotted, modules()))


def inner(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (line, module under toolkit) of every relative import."""
    known = _known()
    package = dotted(path) if path.name == "__init__.py" else dotted(path)[:-1]
    for line, level, name in imports(path):
        if level:
            full = (*package[: len(package) - level + 1], *name)
            yield line, full if full in known else full[:-1]


def where(path: Path, line: int) -> str:
    return f"{'/'.join(dotted(path))}:{line}"


def test_the_table_has_every_room_and_no_other():
    there = {dotted(path)[0] for path in modules() if dotted(path)}
    assert set(rooms()) - there == RESERVED
    assert there - set(rooms()) == set()


@pytest.mark.parametrize("path", modules(), ids=lambda path: "/".join(dotted(path)) or "toolkit")
def test_imports_run_downwards_only(path):
    if not dotted(path):
        assert list(inner(path)) == []
        return
    order, room = list(rooms()), dotted(path)[0]
    wrong = [
        f"{where(path, line)} imports {'.'.join(target)}"
        for line, target in inner(path)
        if target and target[0] != room
        if order.index(target[0]) > order.index(room) or {room, target[0]} <= BESIDE
    ]
    assert wrong == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: "/".join(dotted(path)) or "toolkit")
def test_inside_a_room_a_module_imports_only_modules_listed_above_it(path):
    room, *rest = dotted(path) or ("",)
    order = list(listed().get(room, ()))
    own = rest[0] if rest else "__init__"
    wrong = [
        f"{where(path, line)} imports {'.'.join(target)}"
        for line, target in inner(path)
        if target and target[0] == room and target != dotted(path)
        if order.index((*target, "__init__")[1]) >= order.index(own)
    ]
    assert wrong == []


def test_docs_design_lists_the_first_line_of_every_module(rewritten):
    rewritten(DESIGN, _with_first_lines)
    assert listed() == first_lines()
    assert {name: list(lines) for name, lines in listed().items()}.keys() == first_lines().keys()


def _with_first_lines(text: str) -> str:
    """Return the document with the first lines as they are in the modules, its order kept."""
    lines = first_lines()
    parts = re.split(r"^(### .+\n)", text, flags=re.MULTILINE)
    for number in range(1, len(parts), 2):
        there = lines.get(parts[number][4:-1], {})
        body, rest, tail = parts[number + 1].partition("\n## ")
        body = _ROW.sub(lambda row, there=there: f"| `{row[1]}` | {there.get(row[1], '?')} |", body)
        parts[number + 1] = body + rest + tail
    return "".join(parts)


@pytest.fixture
def rewritten():
    """Return a function that writes a document anew under GOUJI_REGENERATE=1."""
    from committed import regenerated  # noqa: PLC0415 - by this test alone

    def again(path: Path, change) -> None:
        if regenerated():
            text = path.read_text(encoding="utf-8")
            path.write_text(change(text), encoding="utf-8", newline="\n")
            listed.cache_clear()

    return again


def test_no_two_modules_import_each_other():
    graph = {dotted(path): {target for _, target in inner(path)} for path in modules()}
    for name, targets in graph.items():
        targets -= {name, (), name[:1]}
    list(TopologicalSorter(graph).static_order())


def floors() -> dict[str, int]:
    """Return {room: its floor}: one above the highest room it imports."""
    above: dict[str, set[str]] = {}
    for path in modules():
        if name := dotted(path):
            targets = {target[0] for _, target in inner(path) if target}
            above.setdefault(name[0], set()).update(targets - {name[0]})
    found: dict[str, int] = {}
    for room in TopologicalSorter(above).static_order():
        found[room] = 1 + max((found[target] for target in above[room]), default=0)
    return found


def test_there_are_few_rooms_on_few_floors_and_none_is_a_hall():
    lines = Counter[str]()
    for path in modules():
        lines[(*dotted(path), "")[0]] += path.read_text(encoding="utf-8").count("\n")
    assert len(floors()) <= ROOM_LIMIT
    assert max(floors().values()) <= FLOOR_LIMIT
    assert {room for room, n in lines.items() if n > SHARE_LIMIT * lines.total()} == set()


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
        if not dotted(path) or name[0] not in rooms()[dotted(path)[0]]
    ]
    assert wrong == []


def test_no_two_modules_have_one_name():
    """Leave out packages, the commands of cli and forwarders."""
    names = Counter(
        path.stem
        for path in modules()
        if path.name != "__init__.py" and dotted(path)[0] not in {"cli", *FORWARDERS}
    )
    assert [name for name, n in names.items() if n > 1] == []


def test_no_two_classes_or_types_have_one_name():
    names = Counter(name for path in modules() for name in _types(path))
    assert [name for name, n in names.items() if n > 1] == []


def _types(path: Path) -> Iterator[str]:
    """Yield the classes and type aliases that a module defines for others."""
    for node in tree(path).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name[0].isupper() and not name.isupper():
                yield name


@pytest.mark.parametrize("name", sorted(FORWARDERS))
def test_a_forwarder_is_one_import(name):
    kinds = [type(node).__name__ for node in tree(TOOLKIT / f"{name}.py").body]
    assert kinds == ["Expr", "ImportFrom", "Assign"]


def test_tests_lie_in_folders_as_the_rooms_do():
    folders = {path.parent.name for path in (CHECKOUT / "tests").rglob("test_*.py")}
    assert folders - set(rooms()) == {"house"}
