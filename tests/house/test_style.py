"""Rules about the code that a machine can test."""

import ast

import pytest
from source import CHECKOUT, HAN, TOOLKIT, dotted, form_words, modules, names, strings, tree

SAYS_NOTHING = {"utils", "helpers", "common", "base", "constants", "types", "misc"}
CONTRACT = {"other", "total", "rules", "items", "count", "received"}
"""Keys of a form that are also words of Python or of the public contracts."""


def where(path, line: int, found: str) -> str:
    return f"{path.relative_to(CHECKOUT)}:{line} {found!r}"


def test_the_forms_have_the_keys_this_file_looks_for():
    words, paths = form_words()
    assert {"applications", "natural_person", "carried_out", "overview", "fees"} <= words
    assert {"applications.received", "fees.collected"} <= paths


def test_no_python_file_names_a_key_of_any_form():
    words, paths = form_words()
    telling = {word for word in words if "_" in word}
    wrong = [
        where(path, line, text)
        for path in modules()
        for line, text in strings(path)
        if text in words - CONTRACT or any(key in text for key in paths)
    ]
    wrong += [
        where(path, line, name)
        for path in modules()
        for line, name in names(path)
        if name in telling
    ]
    assert wrong == []


def test_no_other_file_of_the_toolkit_names_a_cell():
    _, paths = form_words()
    wrong = [
        f"{path.relative_to(CHECKOUT)}: {key}"
        for path in sorted(TOOLKIT.rglob("*"))
        if path.is_file() and path.suffix in {".js", ".html", ".css", ".bas", ".xml", ".json"}
        for key in sorted(paths)
        if key in path.read_text(encoding="utf-8")
    ]
    assert wrong == []


def test_printed_words_live_in_the_templates_not_in_python():
    wrong = [
        where(path, line, text)
        for path in modules()
        for line, text in strings(path)
        if HAN.search(text)
    ]
    assert wrong == []


def test_no_function_is_longer_than_60_lines():
    wrong = [
        f"{path.relative_to(CHECKOUT)}:{node.lineno} {node.name} {node.end_lineno - node.lineno + 1}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= 60
    ]
    assert wrong == []


def test_no_file_is_longer_than_400_lines():
    lengths = {
        str(path.relative_to(CHECKOUT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in modules()
    }
    assert {name: lines for name, lines in lengths.items() if lines > 400} == {}


@pytest.mark.parametrize("path", modules(), ids=lambda path: "/".join(dotted(path)) or "toolkit")
def test_a_module_is_one_word_that_says_something(path):
    parts = [part.strip("_") for part in dotted(path)]
    assert all(part.isalpha() and part not in SAYS_NOTHING for part in parts)


def test_no_class_inherits_but_exceptions_and_typed_tuples():
    wrong = [
        where(path, node.lineno, node.name)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
        if not ast.unparse(base).endswith(("Error", "Exception", "NamedTuple", "TypedDict"))
        and "click." not in ast.unparse(base)
    ]
    assert wrong == []


def test_files_are_read_and_written_as_utf_8():
    wrong = [
        where(path, node.lineno, node.func.attr)
        for path in (*modules(), *sorted((CHECKOUT / "tests").glob("*.py")))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"read_text", "write_text"}
        and not any(keyword.arg == "encoding" for keyword in node.keywords)
        and len(node.args) <= (node.func.attr == "write_text")
    ]
    assert wrong == []


def test_every_text_file_ends_its_lines_with_lf():
    suffixes = {".py", ".toml", ".md", ".json", ".html", ".js", ".css"}
    folders = ("toolkit", "templates", "schemas", "tests", "docs", "benchmarks")
    wrong = [
        str(path.relative_to(CHECKOUT))
        for folder in folders
        for path in sorted((CHECKOUT / folder).rglob("*"))
        if path.suffix in suffixes and b"\r" in path.read_bytes()
    ]
    assert wrong == []
