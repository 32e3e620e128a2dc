"""Paths of Windows and of other systems: none is put together or cut by hand with one separator."""

import ast
import ntpath
import posixpath
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath, PureWindowsPath
from types import SimpleNamespace

import pytest
from source import modules, tree

from toolkit.campaign import notices
from toolkit.campaign.handout import file_names
from toolkit.campaign.roster import Member
from toolkit.documents.heading import whose
from toolkit.edition.edition import for_year
from toolkit.files import gathering
from toolkit.finding import Result

PATHS = ("path", "folder", "file", "home", "root", "parent")
"""Words in the names of variables that hold paths."""
CUTS = {"split", "rsplit", "partition", "rpartition", "removeprefix", "removesuffix"}
ALLOWED = {
    "files/distant.py": "addresses have / on every system",
    "files/gathering.py": "names in archives have /, behind the archive's own path on every system",
    "workers/pool.py": "a path into an archive: the step that is an archive",
    "campaign/fetching.py": "the path of an address",
    "page/returns.py": "names from a browser have /",
    "output/board.py": "both separators were made one before",
}
"""{module: why it may cut or join at a /}."""
FLAVOURS = {
    "windows": (ntpath, PureWindowsPath, "C:\\年报\\收表\\"),
    "posix": (posixpath, PurePosixPath, "/年报/收表/"),
}


@pytest.fixture(params=FLAVOURS)
def system(request, monkeypatch):
    """Return (path functions, class of paths, a folder) of a system, put in place of our own."""
    flavour, pure, folder = FLAVOURS[request.param]
    path = SimpleNamespace(**{name: getattr(flavour, name) for name in flavour.__all__})
    path.isfile = lambda name: name.endswith(".zip")
    monkeypatch.setattr(gathering, "os", SimpleNamespace(path=path))
    return path, pure, folder


# ── the code ──────────────────────────────────────────────────────────────────────────────────────


def separated(node: ast.AST) -> bool:
    """Tell whether a node is a text with a separator."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(
        {"/", "\\"} & set(node.value)
    )  # fmt: skip


def holds_path(node: ast.AST) -> bool:
    """Tell whether an expression is named like a path."""
    named = (one.id if isinstance(one, ast.Name) else one.attr for one in ast.walk(node)
             if isinstance(one, ast.Name | ast.Attribute))  # fmt: skip
    return any(name.rpartition("_")[2] in PATHS for name in named)


def by_hand(top: ast.AST) -> Iterator[int]:
    """Yield the lines where a path is joined or cut with a literal separator."""
    for node in ast.walk(top):
        match node:
            case ast.JoinedStr(values=[ast.FormattedValue(value=value), second, *_]):
                joined = separated(second) and second.value[0] in "/\\"
                if joined and holds_path(value):
                    yield node.lineno
            case ast.BinOp(op=ast.Add(), left=left, right=right):
                if (separated(right) and holds_path(left)) or (
                    separated(left) and holds_path(right)
                ):
                    yield node.lineno
            case ast.Call(func=ast.Attribute(value=value, attr=attr), args=[first, *_]):
                if attr in CUTS and separated(first) and holds_path(value):
                    yield node.lineno


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('f"{path}/a.xlsx"', True),
        ('f"{folder}\\\\{name}"', True),
        ('str(home) + "/a"', True),
        ('"C:\\\\" + file', True),
        ('path.split("/")', True),
        ('result.path.rpartition("/")', True),
        ('f"{name}/{part}"', False),
        ('f"{path}: not found"', False),
        ('key.partition("/")', False),
        ('path / "a.xlsx"', False),
        ('path.split(".")', False),
    ],
)
def test_a_path_joined_or_cut_by_hand_is_found(line, wrong):
    assert bool(list(by_hand(ast.parse(line)))) == wrong


def test_no_module_joins_or_cuts_paths_with_a_literal_separator():
    root = next(path for path in modules() if path.name == "data.py").parent
    found = {
        path.relative_to(root).as_posix(): lines
        for path in modules()
        if path.relative_to(root).parts[0] != "xlsx"  # parts of a workbook: always /
        and (lines := list(by_hand(tree(path))))
    }
    assert found.keys() == ALLOWED.keys(), found


# ── both systems ──────────────────────────────────────────────────────────────────────────────────


def test_a_files_ending_and_kind_are_told_alike(system):
    _, _, folder = system
    assert gathering._ending(f"{folder}甲.局.XLSX") == ".xlsx"  # noqa: SLF001
    assert gathering.is_document(f"{folder}报告.DOCX")
    assert not gathering.is_document(f"{folder}报告.docx.d\\a" if "\\" in folder else f"{folder}a")


def test_a_path_into_an_archive_leads_to_the_archive(system):
    _, _, folder = system
    assert gathering.file_of(f"{folder}收.zip/甲局/a.xlsx") == f"{folder}收.zip"
    assert gathering.file_of(f"{folder}a.xlsx") == f"{folder}a.xlsx"


def test_the_name_of_a_file_is_told_alike_in_notices_and_in_documents(system):
    _, _, folder = system
    result = Result(f"{folder}甲局.xlsx", None, "reject", None, ())
    assert notices._file_name(result) == "甲局.xlsx"  # noqa: SLF001
    assert notices._file_name(replace(result, path=f"{folder}收.zip/乙局.xlsx")) == "乙局.xlsx"  # noqa: SLF001
    form, name = for_year("annual-report", 2025), "甲局2025年政府信息公开工作年度报告.docx"
    assert whose(form, (), f"{folder}{name}") == whose(form, (), name) != (None, None)


def test_names_handed_out_are_one_step_of_a_path_on_both_systems(system):
    path, pure, folder = system
    names = ("甲/乙局", "C:\\丙局", "..", "CON", "丁局. ", "a:b", "~$戊局", "己\n局")
    given = file_names([Member(name) for name in names], 2025)
    assert len(set(given)) == len(names)
    for name in given:
        assert path.basename(name) == name
        assert path.splitdrive(name)[0] == ""
        assert str(pure(folder, name).parent) == folder[:-1]
        assert pure(folder, name).name == name
