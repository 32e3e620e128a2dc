"""Balances (勾稽关系) and edits: rules over cells, built from the entries of an edition file."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from string import Formatter
from typing import Any

from .. import data
from .kind import Cell
from .lines import Where
from .parse import Parsed, entries
from .shape import EditionError, hint
from .signs import pattern_of

RELATIONS = {"<=": "≤", ">=": "≥", "=": "=", "≤": "≤", "≥": "≥"}
PRIOR = "prior."
Words = Mapping[str, str]
"""The same sentence in each language: {zh, en}."""


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance edit (勾稽关系): a relation (=, ≤ or ≥) between the sums of left and right cells.

    left, right: keys of cells of one unit; a key may begin with `prior.` (last year's).
    names: {word of the equation: its keys}, for messages.
    table, row, column: the place it is about; None where it spans several.
    computes: the single left cell is a formula in the workbook.
    implied: ids of the balances that add up to this one when the totals hold.
    source: the clause it comes from.
    """

    id: str
    code: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    relation: str
    severity: str
    source: str
    rule: Words
    message: Words
    names: Mapping[str, tuple[str, ...]]
    table: str | None
    row: str | None
    column: str | None
    computes: bool
    waivable: bool
    implied: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """This year's keys, in the order of the equation."""
        return tuple(key for key in (*self.left, *self.right) if not key.startswith(PRIOR))

    @property
    def prior(self) -> tuple[str, ...]:
        """Last year's keys, without `prior.`."""
        both = (*self.left, *self.right)
        return tuple(key.removeprefix(PRIOR) for key in both if key.startswith(PRIOR))


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit that is no balance: its kind, cells and figures.

    kind: a generator in rules.py. figures: its numbers, by the names the generator takes.
    rule: its demand, figures filled in. message: empty where the sentence is that of the kind.
    """

    id: str
    code: str
    kind: str
    cells: tuple[str, ...]
    severity: str
    source: str
    rule: Words
    message: Words
    levels: tuple[str, ...]
    figures: Mapping[str, Any]


def balances(parsed: Parsed, cells: Mapping[str, Cell]) -> tuple[Balance, ...]:
    """Return the balances of all entries, one for each row or column of an entry."""
    placed = list(entries(parsed, "balance"))
    plain = [balance for entry, where in placed for balance in _of_entry(entry, cells, where)]
    claims = claimed(plain)
    by_name = {ident(entry): where for entry, where in placed}
    for key in claims:
        _refuse_cycle(key, claims, (), by_name)
    return tuple(_with_implied(balance, plain, claims) for balance in plain)


def claimed(balances: Iterable[Balance]) -> dict[str, Balance]:
    """Return {computed key: the first balance in file order that computes it}."""
    claims: dict[str, Balance] = {}
    for balance in balances:
        if balance.computes:
            claims.setdefault(balance.left[0], balance)
    return claims


def ident(entry: Mapping[str, Any]) -> str:
    """Return the name of a rule's entry: code, or code/part."""
    return "/".join(filter(None, (entry["code"], entry.get("part"))))


def _of_entry(
    entry: Mapping[str, Any], cells: Mapping[str, Cell], where: Where
) -> Iterator[Balance]:
    table, each = entry.get("table"), entry.get("each")
    if (table is None) != (each is None):
        raise EditionError(f"{where}: `table` and `each` come together; give both or none")
    if table is None:
        yield _balance(entry, None, {key: key for key in cells}, cells, where)
        return
    lines = _lines(table, str(each), cells)
    if not lines:
        tables = dict.fromkeys(cell.table for cell in cells.values())
        raise EditionError(f"{where.at('table')}: no table {table!r}{hint(table, tables)}")
    for line in entry.get(f"{each}s", lines):
        if line not in lines:
            raise EditionError(f"{where.at(f'{each}s')}: no {each} {line!r}{hint(line, lines)}")
        yield _balance(entry, line, lines[line], cells, where)


def _lines(table: str, each: str, cells: Mapping[str, Cell]) -> dict[str, dict[str, str]]:
    """Return {row: {column: key}} of a table, or {column: {row: key}}, in form order."""
    lines: dict[str, dict[str, str]] = {}
    for key, cell in cells.items():
        if cell.table == table:
            row, column = cell.row, cell.column
            line, name = (row, column) if each == "row" else (column, row)
            lines.setdefault(line, {})[name] = key
    return lines


def _balance(
    entry: Mapping[str, Any],
    line: str | None,
    words: Mapping[str, str],
    cells: Mapping[str, Cell],
    where: Where,
) -> Balance:
    """Return the balance of an entry and a line; words: {name its equation may use: key}."""
    equation = where.at("equation")
    relation, sides = _parse(entry["equation"], equation)
    each = entry.get("each")
    names = _resolve([word for side in sides for word in side], words, each, line, equation)
    left, right = (tuple(key for word in side for key in names[word]) for side in sides)
    place = {each: line}
    balance = Balance(
        id=ident(entry) + (f"[{line}]" if line else ""),
        code=entry["code"],
        left=left,
        right=right,
        relation=RELATIONS[relation],
        severity=entry.get("severity", "error"),
        source=entry["source"],
        rule=entry["rule"],
        message=entry["message"],
        names=names,
        table=entry.get("table"),
        row=place.get("row"),
        column=place.get("column"),
        computes=entry.get("computes", False),
        waivable=entry.get("waivable", False),
    )
    _refuse_nonsense(balance, cells, equation)
    plain = (word for word in names if word.isidentifier())
    figures = {"place", "label", "left", "right", "difference", *plain, *filter(None, [each])}
    refuse_placeholders(entry["rule"], (), where.at("rule"))
    refuse_placeholders(entry["message"], figures, where.at("message"))
    return balance


def _parse(equation: str, where: str) -> tuple[str, list[list[str]]]:
    """Return the relation and the words on its two sides."""
    relation = next((sign for sign in RELATIONS if sign in equation), None)
    if relation is None:
        wide = any(unicodedata.east_asian_width(sign) == "F" for sign in equation)
        how = "write its signs in half width" if wide else "add one"
        raise EditionError(f"{where}: equation {equation!r} has no =, <= or >=; {how}")
    sides = [[word.strip() for word in side.split("+")] for side in equation.split(relation, 1)]
    for word in (*sides[0], *sides[1]):
        if not word.removeprefix(PRIOR).translate(_WORD).isidentifier():
            raise EditionError(
                f"{where}: {word!r} is no name; an equation is names and + around one {relation}"
            )
    return relation, sides


_WORD = str.maketrans(".*", "__")


def _resolve(
    words: list[str], keys: Mapping[str, str], each: str | None, line: str | None, where: str
) -> dict[str, tuple[str, ...]]:
    """Return {word of an equation: its keys}.

    A pattern fits all names except those that the equation itself contains: `total = *`.
    """
    names: dict[str, tuple[str, ...]] = {}
    for word in words:
        prior, bare = (PRIOR, word[len(PRIOR) :]) if word.startswith(PRIOR) else ("", word)
        fit = [
            name
            for name in (keys if "*" in bare else {bare: None})
            if name in keys and pattern_of(bare)(name) and (name == bare or name not in words)
        ]
        if not fit:
            kind = {"row": "column", "column": "row"}.get(each or "", "cell")
            inside = f" in {each} {line!r}" if line else ""
            raise EditionError(f"{where}: no {kind} {bare!r}{inside}{hint(bare, keys)}")
        names[word] = tuple(prior + keys[name] for name in fit)
    return names


def _refuse_nonsense(balance: Balance, cells: Mapping[str, Cell], where: str) -> None:
    """Raise EditionError for a repeated cell, several units, a text, or a total that cannot be."""
    both = (*balance.left, *balance.right)
    twice = next((key for key, times in Counter(both).items() if times > 1), None)
    if twice:
        raise EditionError(f"{where}: {twice!r} stands in the equation twice; take one out")
    operands = [cells[key.removeprefix(PRIOR)] for key in both]
    words = next((cell for cell in operands if not cell.numeric), None)
    if words:
        raise EditionError(f"{where}: balances {words.key!r}, which is no number; take it out")
    unit = operands[0].unit
    other = next((cell for cell in operands if cell.unit != unit), None)
    if other:
        raise EditionError(
            f"{where}: balances {operands[0].key!r} in {unit or 'no unit'} and"
            f" {other.key!r} in {other.unit or 'no unit'}; balance cells of one unit only"
        )
    if balance.computes and (len(balance.left) != 1 or balance.relation != "=" or balance.prior):
        raise EditionError(
            f"{where}: a balance that computes has one cell left of = and only this year's cells"
        )


def refuse_placeholders(sentence: Words, figures: Iterable[str], where: str) -> None:
    """Raise EditionError for a {figure} of a sentence that is not in `figures`."""
    allowed = sorted(figures)
    for lang, text in sentence.items():
        try:
            names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        except ValueError as error:
            fact = f"{where}: sentence {lang}: {error}; double a brace meant as one"
            raise EditionError(fact) from None
        for name in names:
            if name not in allowed:
                fact = f"sentence {lang}: no figure {{{name}}}{hint(name, allowed)}"
                raise EditionError(f"{where}: {fact}")


def _refuse_cycle(
    key: str, claims: Mapping[str, Balance], path: tuple[str, ...], places: Mapping[str, Where]
) -> None:
    if key in path:
        where = places[claims[key].id.partition("[")[0]].at("equation")
        chain = " → ".join((*path[path.index(key) :], key))
        raise EditionError(f"{where}: a cycle of totals: {chain}; type one of them")
    for part in claims[key].right:
        if part in claims:
            _refuse_cycle(part, claims, (*path, key), places)


def _with_implied(
    balance: Balance, balances: Iterable[Balance], claims: Mapping[str, Balance]
) -> Balance:
    """Return a balance with `implied`: balances of its code that add up to it, totals resolved."""
    left = sorted(part for key in balance.left for part in _parts(key, claims, balance))
    right = sorted(part for key in balance.right for part in _parts(key, claims, balance))
    inside = {*left, *right}
    siblings = [
        other
        for other in balances
        if other.code == balance.code
        and other is not balance
        and inside.issuperset((*other.left, *other.right))
    ]
    sums = (
        sorted(key for other in siblings for key in other.left),
        sorted(key for other in siblings for key in other.right),
    )
    if balance.relation != "=" or len(siblings) < 2 or sums != (left, right):  # noqa: PLR2004
        return balance
    return replace(balance, implied=tuple(other.id for other in siblings))


def _parts(key: str, claims: Mapping[str, Balance], balance: Balance) -> tuple[str, ...]:
    """Return the direct parts of a total of another code; any other key itself."""
    bare = key.removeprefix(PRIOR)
    total = claims.get(bare)
    if total is None or total.code == balance.code:
        return (key,)
    return tuple(key[: -len(bare)] + part for part in total.right)


def edits(parsed: Parsed, cells: Mapping[str, Cell], texts: Iterable[str]) -> Iterator[Edit]:
    """Yield the edits in file order; `texts` are the names of the form's texts."""
    common = {"code", "part", "kind", "cells", "levels", "severity", "source", "rule", "message"}
    names_of_cells = dict.fromkeys((*cells, *(f"{cell.table}.*" for cell in cells.values())))
    for entry, where in entries(parsed, "edit"):
        sums = [word.strip() for words in entry.get("equals", ()) for word in words.split("+")]
        refuse_strangers(entry.get("cells", ()), cells, names_of_cells, where.at("cells"))
        refuse_strangers(sums, cells, cells, where.at("equals"))
        _refuse_needed(entry.get("one_of", ()), cells, where.at("one_of"))
        _refuse_unknown("text", entry.get("texts", ()), texts, where.at("texts"))
        phrases = data.narrative()["phrase"]
        _refuse_unknown("phrase", entry.get("says", ()), phrases, where.at("says"))
        _refuse_answer(entry, cells, where)
        figures = {name: value for name, value in entry.items() if name not in common}
        refuse_placeholders(entry["rule"], figures, where.at("rule"))
        provided = {"place", "sheet", "first", "label", "found", "expected", *figures}
        refuse_placeholders(entry.get("message", {}), provided, where.at("message"))
        yield Edit(
            id=ident(entry),
            code=entry["code"],
            kind=entry["kind"],
            cells=tuple(entry.get("cells", ())),
            severity=entry.get("severity", "error"),
            source=entry["source"],
            rule={lang: data.filled(text, **figures) for lang, text in entry["rule"].items()},
            message=entry.get("message", {}),
            levels=tuple(entry.get("levels", ())),
            figures=figures,
        )


def fitting(patterns: Iterable[str], keys: Iterable[str]) -> list[str]:
    """Return the keys that fit one of the patterns, in their order."""
    fits = tuple(map(pattern_of, patterns))
    return [key for key in keys if any(one(key) for one in fits)]


def refuse_strangers(
    patterns: Iterable[str], cells: Iterable[str], suggestions: Iterable[str], where: str
) -> None:
    """Raise EditionError for a pattern that fits no cell; suggestions: names for the hint."""
    for pattern in patterns:
        if not any(map(pattern_of(pattern), cells)):
            raise EditionError(f"{where}: no cell {pattern!r}{hint(pattern, suggestions)}")


def _refuse_unknown(kind: str, names: Iterable[str], allowed: Iterable[str], where: str) -> None:
    for name in names:
        if name not in allowed:
            raise EditionError(f"{where}: no {kind} {name!r}{hint(name, allowed)}")


def _refuse_needed(keys: Iterable[str], cells: Mapping[str, Cell], where: str) -> None:
    """Raise EditionError where a cell that an edit's cells need is not there or is no number."""
    _refuse_unknown("cell", keys, cells, where)
    for key in keys:
        if not cells[key].numeric:
            raise EditionError(f"{where}: needs {key!r}, which is no number; take it out")


def _refuse_answer(entry: Mapping[str, Any], cells: Mapping[str, Cell], where: Where) -> None:
    """Raise EditionError where an edit's `on` is no cell or its `value` no choice of that cell."""
    if "on" not in entry:
        return
    on, value = entry["on"], entry["value"]
    if on not in cells:
        raise EditionError(f"{where.at('on')}: no cell {on!r}{hint(on, cells)}")
    if value not in cells[on].choices:
        words = ", ".join(cells[on].choices) or "nothing to choose"
        raise EditionError(f"{where.at('value')}: {on!r} never is {value!r}; it has {words}")
