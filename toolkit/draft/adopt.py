"""Other answers written into an edition file: cells of its grids, their facts, sums, remarks."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from ..edition.edition import resolve
from ..edition.lines import Lines, scan
from ..edition.parse import parse_text
from . import toml
from .classes import FILL
from .equations import block, entries
from .remarks import BEGIN, END, SIGN, Asked, Remarks, Spare, lines, remarks_in

_LINE = re.compile(r"line (\d+)$")
_FACTS = re.compile(r'\s*cells\."([^"]+)"\s*=')


class AdoptError(Exception):
    """An edition file that was changed so that an answer has no place; line: where, 0 for nowhere."""

    def __init__(self, line: int, key: str) -> None:
        super().__init__(line, key)
        self.line, self.key = line, key


def adopted(source: str, answers: Mapping[int, str], file: str) -> str:
    """Return an edition file with other answers to its questions, by number from 0.

    Everything else in the file stays. Raises AdoptError, RemarksError, EditionError.
    """
    remarks = remarks_in(source)
    written = source.replace("\r\n", "\n").split("\n")
    asked = list(remarks.asked)
    for number, answer in answers.items():
        if asked[number].answer != answer:
            asked[number] = replace(asked[number], answer=answer)
            _turn(written, asked[number], file)
    written = list(_without_idle("\n".join(written)))
    changed = replace(remarks, asked=tuple(asked))
    return _with_sums(_with_remarks(written, changed), changed, file)


def renamed(source: str, was: str, form: str, name: str) -> str:
    """Return an edition file under another form and name, where its name was that of its file."""
    written = source.split("\n")
    for field, old, new in (("form", "", form), ("name", was, name)):
        found = [n for n, line in enumerate(written) if re.match(rf'{field} = "', line)]
        first = found[0] if found else -1
        if first >= 0 and (not old or written[first] == f"{field} = {toml.text(old)}"):
            written[first] = f"{field} = {toml.text(new)}"
    return "\n".join(written)


# ── grids ─────────────────────────────────────────────────────────────────────────────────────────


def _turn(written: list[str], asked: Asked, file: str) -> None:
    """Change the cells of a question in the lines of a file."""
    text = "\n".join(written)
    content, where = tomllib.loads(text), scan(text, file)
    added: dict[int, list[str]] = {}
    grids: dict[int, list[str]] = {}
    for cell in asked.cells:
        number, grid = _grid_of(content, cell)
        row, column = cell.place
        line = _line_of(where, number, row)
        if line not in grids and not _is_line(written[line], grid[row]):
            raise AdoptError(line + 1, cell.key)
        fills = asked.answer == FILL
        grids.setdefault(line, grid[row])[column] = f"@{cell.key}" if fills else cell.printed
        if fills and cell.facts and not _has_facts(content["section"][number], cell):
            end = next(n for n in range(line, len(written)) if written[n].strip() == "]")
            facts = f"cells.{toml.text(cell.key)} = {toml.value(cell.facts)}"
            added.setdefault(end, []).append(facts)
    for line, items in grids.items():
        written[line] = f"  {toml.value(items)},"
    for end in sorted(added, reverse=True):
        written[end + 1 : end + 1] = added[end]


def _grid_of(content: Mapping[str, Any], cell: Spare) -> tuple[int, list[list[str]]]:
    """Return the number of a cell's section and its grid; raises AdoptError where it has no place."""
    sheets = [part.get("sheet") for part in content.get("section", ())]
    number = sheets.index(cell.sheet) if cell.sheet in sheets else -1
    grid: list[list[str]] = content["section"][number].get("grid", []) if number >= 0 else []
    row, column = cell.place
    if row >= len(grid) or column >= len(grid[row]):
        raise AdoptError(0, cell.key)
    return number, grid


def _is_line(line: str, items: list[str]) -> bool:
    """Tell whether a line of a file is a line of a grid, and that alone."""
    with suppress(tomllib.TOMLDecodeError):
        return bool(tomllib.loads(f"line = {line.strip().rstrip(',')}")["line"] == items)
    return False


def _has_facts(section: Mapping[str, Any], cell: Spare) -> bool:
    """Tell whether a section has the facts of a cell already."""
    return any(
        fnmatchcase(cell.key, pattern) and facts == cell.facts
        for pattern, facts in section.get("cells", {}).items()
    )


def _line_of(where: Lines, number: int, row: int) -> int:
    """Return the number of a grid's line in the file, from 0."""
    match = _LINE.search(where.at("section", number, "grid", row))
    return int(match[1]) - 1 if match else 0


def _without_idle(source: str) -> Iterator[str]:
    """Yield the lines of a file but facts of cells that its grids no longer have."""
    content = tomllib.loads(source)
    idle = []
    for section in content.get("section", ()):
        names = [item[1:] for line in section.get("grid", ()) for item in line if item[:1] == "@"]
        columns = section.get("columns", ())
        names += [f"{name[:-1]}{part}" for name in names if name.endswith(".*") for part in columns]
        idle.append({p for p in section.get("cells", {})
                     if not any(fnmatchcase(name, p) for name in names)})  # fmt: skip
    number = -1
    for line in source.split("\n"):
        number += line.strip() == "[[section]]"
        match = _FACTS.match(line)
        if not (match and 0 <= number < len(idle) and match[1] in idle[number]):
            yield line


# ── sums and remarks ──────────────────────────────────────────────────────────────────────────────


def _with_remarks(written: Sequence[str], remarks: Remarks) -> list[str]:
    """Return a file's lines with its remarks written anew, where they were."""
    first = next(n for n, line in enumerate(written) if line.startswith(SIGN))
    kept = [line for line in written if not line.startswith(SIGN)]
    before = sum(not line.startswith(SIGN) for line in written[:first])
    return [*kept[:before], *lines(remarks), *kept[before:]]


def _with_sums(written: Sequence[str], remarks: Remarks, file: str) -> str:
    """Return a file's text with the balances that stand for formulas written anew."""
    if BEGIN not in written or END not in written:
        return "\n".join(written)
    first, last = written.index(BEGIN), written.index(END)
    bare = [*written[:first], *written[last + 1 :]]
    cells = resolve(parse_text("\n".join(bare), file)).cells
    printed = frozenset(
        key
        for asked in remarks.asked
        if asked.answer != FILL
        for cell in asked.cells
        if any(sign in cell.printed for sign in "123456789")
        for key in _whole(cell.key, remarks)
    )
    sums = block(entries(remarks.stated, cells, printed))
    return "\n".join([*written[:first], *sums, *written[last + 1 :]])


def _whole(key: str, remarks: Remarks) -> Iterator[str]:
    """Yield the keys of formulas that end with row.column."""
    for stated in remarks.stated:
        yield from (name for name in stated.terms if name.partition(".")[2] == key)
