"""The toolkit keeps to what every Python from 3.11 to 3.14 has; only 3.11 runs these tests here."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from source import CHECKOUT, modules

OLDEST = (3, 11)
GONE = {
    *("asynchat", "asyncore", "distutils", "imp", "smtpd"),  # 3.12
    *("aifc", "audioop", "cgi", "cgitb", "chunk", "crypt", "imghdr", "lib2to3", "mailcap"),  # 3.13
    *("msilib", "nis", "nntplib", "ossaudiodev", "pipes", "sndhdr", "spwd", "sunau"),  # 3.13
    *("telnetlib", "uu", "xdrlib"),  # 3.13
}
"""Modules that are no longer there, by the version that took them out."""
RENAMED = {
    *("ast.Num", "ast.Str", "ast.Bytes", "ast.NameConstant", "ast.Ellipsis"),  # 3.14
    *("configparser.SafeConfigParser", "locale.format", "locale.resetlocale"),  # 3.12, 3.13
    *("pkgutil.find_loader", "pkgutil.get_loader", "pkgutil.ImpImporter"),  # 3.14, 3.12
    *("ssl.wrap_socket", "unittest.makeSuite", "typing.io", "typing.re"),  # 3.12, 3.13
    *("asyncio.get_child_watcher", "datetime.utcnow", "importlib.find_loader"),  # 3.14, 3.12
}
"""Names that are no longer there or warn, which is an error in our tests."""
CODE = [*modules(), *sorted((CHECKOUT / "release").glob("*.py"))]


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the first part of every absolute import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield str(node.module).partition(".")[0]


def used(tree: ast.AST) -> Iterator[str]:
    """Yield what is taken from a module by its name, as module.name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def parsed(path: Path) -> ast.AST:
    """Return a file's tree by the grammar of the oldest Python."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=OLDEST)


@pytest.mark.parametrize("path", CODE, ids=lambda path: path.relative_to(CHECKOUT).as_posix())
def test_a_file_is_of_the_oldest_grammar_and_asks_for_nothing_that_newer_ones_lack(path):
    tree = parsed(path)
    assert set(imported(tree)) & GONE == set()
    assert set(used(tree)) & RENAMED == set()


def test_the_lists_would_be_noticed():
    tree = ast.parse("import cgi.x\nfrom imp import y\nfrom . import uu\nssl.wrap_socket()")
    assert set(imported(tree)) == {"cgi", "imp"}
    assert set(used(tree)) == {"imp.y", "ssl.wrap_socket"}
