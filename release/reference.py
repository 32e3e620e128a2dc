"""Pages of the Python API: every public function and class with its docstring, read without running it."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def pages(package: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of each page: one a room of the package, and one above them."""
    rooms: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package)
        if not any(part.startswith("_") and part != "__init__.py" for part in place.parts):
            rooms[place.parts[0].removesuffix(".py")].append(path)
    rows = []
    for room in sorted(set(rooms) - {"__init__"}):
        texts = [text for path in rooms[room] if (text := _module(path, package))]
        if texts:
            first = rooms[room][0]
            about = _first(ast.get_docstring(ast.parse(first.read_text(encoding="utf-8"))) or "")
            rows.append(f"| [{room}]({room}.md) | {about} |")
            yield room, f"# {room}\n\n" + "\n".join(texts)
    yield (
        "index",
        (
            "# Python API\n\n"
            "Names that other programs may rely on are listed in "
            "[Design](../docs/design.md#what-other-programs-rely-on); all others may change. The import "
            "package is `toolkit`.\n\n| room | holds |\n|---|---|\n" + "\n".join(rows) + "\n"
        ),
    )


def _module(path: Path, package: Path) -> str:
    """Return the part of a page on a module; '' where it defines nothing public."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [node for node in tree.body if isinstance(node, Definition) and node.name[0] != "_"]
    if not public:
        return ""
    place = path.relative_to(package.parent).with_suffix("")
    name = ".".join(place.parts).removesuffix(".__init__")
    parts = [f"## {name}\n", f"```{{py:module}} {name}\n```\n", _text(ast.get_docstring(tree))]
    return "\n".join([*parts, *(_entry(node) for node in public)])


def _entry(node: Definition, *, inside: bool = False) -> str:
    """Return a function, or a class with its public methods."""
    kind = "class" if isinstance(node, ast.ClassDef) else "method" if inside else "function"
    inner, fence = "", ":::" if inside else "::::"
    if isinstance(node, ast.ClassDef):
        fields = [
            f"{part.target.id}: {ast.unparse(part.annotation)}"
            for part in node.body
            if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            and part.target.id[0] != "_"
        ]  # fmt: skip
        inner += "```python\n" + "\n".join(fields) + "\n```\n" if fields else ""
        methods = [one for one in node.body if isinstance(one, Definition) and one.name[0] != "_"]
        inner += "".join(_entry(one, inside=True) for one in methods)
    return (
        f"{fence}{{py:{kind}}} {_signature(node)}\n\n{_text(ast.get_docstring(node))}\n{inner}"
        f"{fence}\n"
    )


def _signature(node: Definition) -> str:
    if isinstance(node, ast.ClassDef):
        return node.name
    back = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{node.name}({ast.unparse(node.args)}){back}".replace("\n", " ")


def _first(text: str) -> str:
    return _escaped(text.partition("\n\n")[0].replace("\n", " ")).replace("|", "\\|")


def _text(docstring: str | None) -> str:
    """Return a docstring in Markdown: examples as code, everything else letter for letter."""
    lines: list[str] = []
    code = False
    for line in (docstring or "").splitlines():
        begins = line.lstrip().startswith(">>>") or line.startswith("    ")
        if begins and not code:
            lines += ["", "```python"]
        elif code and not line.strip():
            lines.append("```")
        code = begins or (code and bool(line.strip()))
        lines.append(line if code else _escaped(line))
    return "\n".join([*lines, *(["```"] if code else []), ""])


def _escaped(line: str) -> str:
    """Return a line whose signs mean nothing in Markdown, but for words in `code`."""
    pieces = line.split("`")
    if len(pieces) % 2 == 0:
        pieces = [line.replace("`", "\\`")]
    for at in range(0, len(pieces), 2):
        for sign in "\\*_[]<>{}#$~":
            pieces[at] = pieces[at].replace(sign, f"\\{sign}")
    return "`".join(pieces)
