"""Mutation study: small changes in the toolkit, and how many of them its tests notice.

`python -m tests.mutants [MODULE...] [--sample 60] [--seed N] [--list]`, MODULE like check/rules.
The modules, the tests that must notice and the equivalents are in tests/mutants.toml. A mutant is
killed when a test fails, or when its time is over. Tests run in a private copy of the checkout:
first those that pass through the changed line, then all of the module's if none of them failed.
"""

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage import CoverageData

ROOT = Path(__file__).parent.parent
COPIED = ("toolkit", "tests", "templates", "schemas", "docs", "benchmarks", "pyproject.toml")
LIMIT = 120
"""Seconds that the tests of a mutant may take."""
FAILED = {1, 2}
"""Codes of pytest for tests that failed or could not be loaded; 4 is a test it does not find."""
_COMPARED: Mapping[type, tuple[type, ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt), ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
}  # fmt: skip
_COUNTED: Mapping[type, type] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
}  # fmt: skip
_SIGNED = (ast.Compare, ast.BoolOp, ast.UnaryOp)
"""Conditions with a sign that is changed itself."""
_SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True)
class Mutant:
    """A changed line of a module: its number, its text before and after, the whole new source."""

    line: int
    was: str
    became: str
    source: str


def mutants(source: str) -> list[Mutant]:
    """Return all mutants of a source, in the order of its lines.

    >>> [(m.was, m.became) for m in mutants("x = a < 3")]
    [('x = a < 3', 'x = (a <= 3)'), ('x = a < 3', 'x = (a >= 3)'), ('x = a < 3', 'x = a < 4'), \
('x = a < 3', 'x = a < 2')]
    """
    every = (_mutant(source, node, text) for node, text in _changes(ast.parse(source)))
    found = {mutant.source: mutant for mutant in every}
    return sorted(found.values(), key=lambda mutant: mutant.line)


def _mutant(source: str, node: Any, text: str) -> Mutant:
    lines = source.encode().splitlines(keepends=True)
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
    whole = source.encode()
    changed = (whole[:start] + text.encode() + whole[end:]).decode()
    was, became = source.splitlines(), changed.splitlines()
    parts = was[node.lineno - 1 : node.end_lineno], became[node.lineno - 1 :]
    after = parts[1][: len(parts[1]) - (len(was) - node.end_lineno)]
    texts = (" ".join(" ".join(lines).split()) for lines in (parts[0], after))
    return Mutant(node.lineno, *texts, changed)


def _changes(tree: ast.AST) -> Iterator[tuple[Any, str]]:
    """Yield (node, the text instead of it) for a tree without what is never mutated."""
    for node in _mutable(tree):
        if isinstance(node, ast.expr):
            for changed in _expressions(node):
                bare = isinstance(changed, (ast.Constant, ast.Call))
                yield node, ast.unparse(changed) if bare else f"({ast.unparse(changed)})"
        if isinstance(node, (ast.If, ast.While, ast.IfExp)) and not isinstance(node.test, _SIGNED):
            yield node.test, f"(not {ast.unparse(node.test)})"
        if isinstance(node, ast.stmt):
            yield from ((node, text) for text in _statements(node))


def _mutable(node: ast.AST) -> Iterator[ast.AST]:
    """Yield nodes, without annotations, decorators, texts with figures and lists of exports."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "type_comment", "type_params"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _spared(child):
                yield from _mutable(child)


def _spared(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        return ast.unparse(node.targets[0]) == "__all__"
    typing = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    return typing or isinstance(node, ast.JoinedStr)


def _expressions(node: ast.expr) -> Iterator[ast.expr]:
    """Yield changed copies of an expression."""
    if isinstance(node, ast.Compare):
        for number, sign in enumerate(node.ops):
            for other in _COMPARED[type(sign)]:
                ops = [*node.ops[:number], other(), *node.ops[number + 1 :]]
                yield ast.Compare(node.left, ops, node.comparators)
    elif _is(node, int, float):
        yield from (ast.Constant(node.value + 1), ast.Constant(node.value - 1))
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _COUNTED and not _words(node):
        yield ast.BinOp(node.left, _COUNTED[type(node.op)](), node.right)
    elif isinstance(node, ast.Call):
        yield from _calls(node)


def _words(node: ast.BinOp) -> bool:
    """Whether a sum is one of texts or lists, for which another sign is only an error."""
    kinds = (ast.List, ast.Tuple, ast.JoinedStr)
    return any(isinstance(s, kinds) or _is(s, str) for s in (node.left, node.right))


def _is(node: ast.AST, *kinds: type) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in kinds


def _calls(node: ast.Call) -> Iterator[ast.expr]:
    if isinstance(node.func, ast.Name) and node.func.id in _SWAPPED:
        yield ast.Call(ast.Name(_SWAPPED[node.func.id]), node.args, node.keywords)
    for number, keyword in enumerate(node.keywords):
        if keyword.arg:
            left = [*node.keywords[:number], *node.keywords[number + 1 :]]
            yield ast.Call(node.func, node.args, left)


def _statements(node: ast.stmt) -> Iterator[str]:
    """Yield what may stand instead of a statement."""
    if isinstance(node, ast.Return) and node.value:
        if not isinstance(node.value, ast.Constant) or node.value.value:
            yield "return None"
    elif isinstance(node, ast.Continue | ast.Break):
        yield "break" if isinstance(node, ast.Continue) else "continue"
    elif isinstance(node, ast.Expr):
        yield from [] if isinstance(node.value, ast.Constant) else ["pass"]
    elif isinstance(node, ast.AugAssign | ast.Raise):
        yield "pass"
    elif isinstance(node, ast.Assign):
        yield from ["pass"] if isinstance(node.targets[0], ast.Subscript) else []


class Checkout:
    """A private copy of the checkout, in which a module of the toolkit is changed.

    tests: the module's files of tests. through: {line of the module: tests that pass it}.
    """

    def __init__(self, home: Path, module: str, tests: list[str]) -> None:
        """Run the tests as they are; raises SystemExit where one of them fails."""
        self.home, self.file = home, home / "toolkit" / f"{module}.py"
        self.tests = [*tests, f"toolkit/{module}.py"]
        self.through: dict[int, list[str]] = {}
        package = module.replace("/", ".").removesuffix(".__init__")
        measure = f"--cov=toolkit.{package}", "--cov-context=test", "--cov-fail-under=0"
        if self._run(self.tests, *measure, "--cov-report=", limit=LIMIT * 5) != 0:
            raise SystemExit(f"{module}: its tests fail without any change")
        data = CoverageData(str(self.home / ".coverage"))
        data.read()
        measured = {Path(name).resolve(): name for name in data.measured_files()}
        lines = data.contexts_by_lineno(measured.get(self.file.resolve(), ""))
        for line, names in lines.items():
            if "" not in names:
                self.through[line] = sorted({name.rpartition("|")[0] for name in names})

    def kills(self, mutant: Mutant) -> bool:
        """Whether a test fails with the mutant in the module's place."""
        before = self.file.read_text(encoding="utf-8")
        for stale in self.file.parent.glob(f"__pycache__/{self.file.stem}.*"):
            stale.unlink()
        self.file.write_text(mutant.source, encoding="utf-8")
        near = self.through.get(mutant.line, [])
        try:
            return (bool(near) and self._run(near) in FAILED) or self._run(self.tests) != 0
        finally:
            self.file.write_text(before, encoding="utf-8")

    def _run(self, tests: list[str], *options: str, limit: int = LIMIT) -> int:
        """Return pytest's code, that of a failed test where the time is over."""
        chosen = self.home / "chosen.txt"
        chosen.write_text("\n".join(tests), encoding="utf-8")
        python = [sys.executable, *([] if options else ["-B"]), "-m", "pytest", "-x", "-q"]
        plain = ["-p", "no:cacheprovider", "-p", "no:xdist", *(options or ["--no-cov"])]
        where: Any = {"cwd": self.home, "env": os.environ | {"PYTHONPATH": str(self.home)}}
        command = [*python, *plain, f"@{chosen}"]
        try:
            done = subprocess.run(command, **where, capture_output=True, timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            return 1
        return done.returncode


def source_of(module: str) -> str:
    return (ROOT / "toolkit" / f"{module}.py").read_text(encoding="utf-8")


def shown(module: str, mutant: Mutant) -> str:
    return f"{module}:{mutant.line}\n  - {mutant.was}\n  + {mutant.became}"


def study(module: str, table: Mapping[str, Any], sample: int, seed: int) -> str:
    """Print the survivors of a sample of a module's mutants; return the row of the table."""
    known = {(e["line"], e["became"]) for e in table["equivalent"] if e["module"] == module}
    everything = mutants(source_of(module))
    rng = random.Random(f"{seed}{module}")  # noqa: S311 - reproducible, no secret
    chosen = rng.sample(everything, min(sample, len(everything)))
    chosen.sort(key=lambda mutant: mutant.line)
    equal = [mutant for mutant in chosen if (mutant.was, mutant.became) in known]
    killed, survived = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for name in COPIED:
            kind = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            kind(ROOT / name, Path(folder, name))
        checkout = Checkout(Path(folder), module, table["tests"][module])
        for mutant in (one for one in chosen if one not in equal):
            died = checkout.kills(mutant)
            killed, survived = killed + died, survived + (not died)
            if not died:
                print(shown(module, mutant), flush=True)
    share = 100 * killed / max(1, killed + survived)
    tried = f"{len(chosen)} of {len(everything)}"
    return f"| {module} | {tried} | {killed} | {len(equal)} | {survived} | {share:.0f} % |"


def main() -> None:
    """Study the modules asked for, or all."""
    table = tomllib.loads((ROOT / "tests" / "mutants.toml").read_text(encoding="utf-8"))
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("modules", nargs="*", metavar="MODULE")
    asked.add_argument("--sample", type=int, default=60, help="mutants of a module")
    asked.add_argument("--seed", type=int, default=26)
    asked.add_argument("--list", action="store_true", help="print all mutants, run nothing")
    options = asked.parse_args()
    for module in options.modules or table["tests"]:
        if options.list:
            print("\n".join(shown(module, mutant) for mutant in mutants(source_of(module))))
        else:
            print(study(module, table, options.sample, options.seed), flush=True)


if __name__ == "__main__":
    main()
