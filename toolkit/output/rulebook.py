"""Pages to compare with the printed form: the editions, their cells, their rules."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from ..check import line_of, resolved
from ..check.rules import judged
from ..data import say, worded
from ..edition.balance import PRIOR, Balance, Edit
from ..edition.edition import Edition, Section
from ..edition.kind import Cell
from ..report.report import dumps

TextRow = Sequence[str]
RUN = 3
"""Minimum number of adjacent cells written as a range."""


def forms(editions: Iterable[Edition], lang: str) -> str:
    """Return the editions as a table, one line each; examples below it under a heading."""
    names = ("form", "edition", "years", "cells", "typed", "computed", "balances", "citation")
    lines: list[TextRow] = []
    examples: list[TextRow] = []
    for edition in editions:
        counts = map(str, _counts(edition).values())
        years = years_of(edition, lang)
        (lines if edition.confirmed else examples).append(
            (edition.form, edition.name, years, *counts, edition.citation)
        )
    table = _text_table([_head(names, lang), *lines, *examples])
    apart = ["", say("proof", "examples", lang)] if examples else []
    return "\n".join([*table[: len(lines) + 1], *apart, *table[len(lines) + 1 :]]) + "\n"


def cells(edition: Edition, lang: str) -> str:
    """Return every section with its cells: place, typed or computed, unit, key, printed label."""
    return "\n".join([*headings(edition, lang), *_sections(edition, lang)]) + "\n"


def rules(edition: Edition, lang: str, style: str) -> str:
    """Return every rule in one of the STYLES; JSON has both languages and every cell's key."""
    return STYLES[style](edition, lang)


def _as_text(edition: Edition, lang: str) -> str:
    """Return each rule's demand, severity, scope and source; then its sums."""
    lines = headings(edition, lang)
    for group in groups(edition):
        first = group[0]
        scope, source = reach(edition, group, lang), say("proof", "source", lang)
        lines += [
            "",
            f"{name_of(first)}  [{say('proof', first.severity, lang)}]  {scope}",
            f"    {worded(first.rule, lang)}",
            f"    {source}{say('proof', 'colon', lang)}{first.source}",
        ]
        sums = sums_of(edition, group, lang)
        lines += [f"      {line}" for line in _text_table(sums)]
    return "\n".join(lines) + "\n"


def _as_markdown(edition: Edition, lang: str) -> str:
    """Return the rules as Markdown: one table of all rules, then one of sums for each balance."""
    title, *facts = headings(edition, lang)
    names = ("code", "rule", "severity", "scope", "source")
    table = [
        (
            f"`{name_of(group[0])}`",
            worded(group[0].rule, lang),
            say("proof", group[0].severity, lang),
            reach(edition, group, lang),
            group[0].source,
        )
        for group in groups(edition)
    ]
    lines = [f"# {title}", "", *facts, "", *_markdown_table([_head(names, lang), *table])]
    for group in groups(edition):
        if sums := sums_of(edition, group, lang):
            lines += ["", f"## {name_of(group[0])}", "", worded(group[0].rule, lang), ""]
            lines += _markdown_table([("", "", ""), *sums])
    return "\n".join(lines) + "\n"


STYLES: Mapping[str, Callable[[Edition, str], str]] = {
    "text": _as_text,
    "json": lambda edition, _: dumps(resolved(edition)) + "\n",
    "md": _as_markdown,
}


def width(text: str) -> int:
    """Return the width of a text in terminal columns.

    >>> width("表三 D7"), width("e\u0301")
    (7, 1)
    """
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def _head(names: Iterable[str], lang: str) -> tuple[str, ...]:
    return tuple(say("proof", name, lang) for name in names)


def years_of(edition: Edition, lang: str) -> str:
    """Return the years of an edition, in words."""
    first, last = edition.years
    return say("proof", "until" if last else "since", lang, first=first, last=last)


def headings(edition: Edition, lang: str) -> list[str]:
    """Return the first lines of a page: title, source, counts, and that labels are not confirmed."""
    return [
        say("proof", "heading", lang, title=edition.title, name=edition.name),
        say("proof", "basis", lang, source=edition.source),
        say("proof", "counts", lang, **_counts(edition)),
        *([] if edition.confirmed else [say("proof", "unconfirmed", lang)]),
    ]


def _counts(edition: Edition) -> dict[str, int]:
    return {
        "cells": len(edition.cells),
        "typed": len(edition.typed),
        "computed": len(edition.computes),
        "balances": len(edition.balances),
    }


def _sections(edition: Edition, lang: str) -> Iterator[str]:
    for section in edition.sections:
        yield ""
        yield section.caption
        if section.text:
            yield text_of(section, lang)
        if section.table:
            lines = [
                (
                    f"{cell.sheet} {cell.at}",
                    say("proof", "computed" if cell.key in edition.computes else "typed", lang),
                    holds(cell, lang),
                    cell.key,
                    cell.label,
                )
                for cell in edition.of_table(section.table)
            ]
            head = _head(("at", "origin", "unit", "key", "label"), lang)
            yield from _text_table([head, *lines])


def holds(cell: Cell, lang: str) -> str:
    """Return a number's unit, or the kind of content of a cell without a number."""
    if cell.numeric:
        return cell.unit
    words = say("kind", cell.kind, lang, words="/".join(cell.choices))
    return words + (say("kind", "optional", lang) if cell.optional else "")


def text_of(section: Section, lang: str) -> str:
    """Return the name of a section's text and the aspects it is to cover."""
    key = f"texts.{section.text}"
    if not section.aspects:
        return say("proof", "text", lang, key=key)
    return say(
        "proof", "aspects", lang, key=key, aspects=say("proof", "comma", lang).join(section.aspects)
    )


def groups(edition: Edition) -> list[list[Balance] | list[Edit]]:
    """Return balances and edits in file order, those of one entry together."""
    balances = [list(group) for _, group in groupby(edition.balances, name_of)]
    return [*balances, *([edit] for edit in edition.edits)]


def name_of(rule: Balance | Edit) -> str:
    """Return the identifier of a rule without its index in brackets."""
    return rule.id.partition("[")[0]


def reach(edition: Edition, group: list[Balance] | list[Edit], lang: str) -> str:
    """Return the scope of a rule, with counts."""
    first = group[0]
    if isinstance(first, Balance):
        if first.table is None:
            return say("proof", "across", lang, n=len(group))
        sheet = edition.tables[first.table].sheet
        return say("proof", "rows" if first.row else "columns", lang, sheet=sheet, n=len(group))
    sheets = groupby(judged(first, edition), lambda cell: cell.sheet)
    places = [
        say("proof", "places", lang, sheet=sheet, n=len(list(members))) for sheet, members in sheets
    ]
    texts = first.figures.get("texts", ())
    places += [say("proof", "passage", lang, sheet=edition.texts[name].sheet) for name in texts]
    scope = say("proof", "comma", lang).join(places) or say("proof", "report", lang)
    names = say("proof", "comma", lang).join(say("level", level, lang) for level in first.levels)
    return say("proof", "levels", lang, scope=scope, levels=names) if names else scope


def sums_of(edition: Edition, group: list[Balance] | list[Edit], lang: str) -> list[TextRow]:
    """Return a balance's sums: its row or column, its cells, further properties."""
    return [
        (line_of(rule, edition), _sum(edition, rule, lang), _marks(edition, rule, lang))
        for rule in group
        if isinstance(rule, Balance)
    ]


def _sum(edition: Edition, balance: Balance, lang: str) -> str:
    """Return a balance with its cells' places, such as `D7 + D8 = D30 + D31`."""
    sheet = balance.table is None and len(edition.tables) > 1
    left, right = (
        " + ".join(terms(edition, side, lang, sheet=sheet))
        for side in (balance.left, balance.right)
    )
    return f"{left} {balance.relation} {right}"


def terms(edition: Edition, keys: Iterable[str], lang: str, *, sheet: bool) -> Iterator[str]:
    """Yield the places of cells, last year's first, neighbours in a line as SUM of a range."""
    runs: list[list[Cell]] = []
    for key in keys:
        cell = edition.cells[key.removeprefix(PRIOR)]
        if key.startswith(PRIOR):
            yield say("proof", "prior", lang) + _at(cell, sheet=sheet)
        elif runs and _continues(runs[-1], cell):
            runs[-1].append(cell)
        else:
            runs.append([cell])
    for run in runs:
        yield from _written(run, sheet=sheet)


def _continues(run: Sequence[Cell], cell: Cell) -> bool:
    """Tell whether a cell is the next in the line of a run."""
    step = _step(run[-1], cell)
    return step in ((0, 1), (1, 0)) and (len(run) == 1 or step == _step(run[0], run[1]))


def _step(cell: Cell, following: Cell) -> tuple[int, int]:
    return following.place[0] - cell.place[0], following.place[1] - cell.place[1]


def _written(run: Sequence[Cell], *, sheet: bool) -> Iterator[str]:
    if len(run) < RUN:
        yield from (_at(cell, sheet=sheet) for cell in run)
    else:
        yield f"SUM({_at(run[0], sheet=sheet)}:{run[-1].at})"


def _at(cell: Cell, *, sheet: bool) -> str:
    return f"{cell.sheet}!{cell.at}" if sheet else cell.at


def _marks(edition: Edition, balance: Balance, lang: str) -> str:
    """Return further properties of a balance: formula, implied, waivable."""
    formula = balance.computes and edition.computes[balance.left[0]] is balance
    marks = {"computes": formula, "implied": balance.implied, "waivable": balance.waivable}
    return say("proof", "comma", lang).join(
        say("proof", name, lang) for name, holds in marks.items() if holds
    )


def _text_table(rows: Sequence[TextRow]) -> list[str]:
    """Return rows as lines with aligned columns, whatever the width of the characters."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = zip(row, widths, strict=True)
        lines.append("  ".join(text + " " * (wide - width(text)) for text, wide in cells).rstrip())
    return lines


def _markdown_table(rows: Sequence[TextRow]) -> list[str]:
    """Return rows as the lines of a Markdown table; the first is its head."""
    lines = ["| " + " | ".join(text.replace("|", "\\|") for text in row) + " |" for row in rows]
    return [lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]]
