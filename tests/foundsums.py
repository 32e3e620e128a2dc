"""Editions without their rules, returns on them, and how much of the rules is found again."""

from dataclasses import replace
from random import Random

import returns
from nested import NOUNS

from toolkit.draft.linear import basis_of, follow
from toolkit.edition.edition import build
from toolkit.report.report import Report

NOBODY = {"name": None, "code": None, "level": None}


def bare(edition):
    """Return an edition without rules."""
    return replace(edition, balances=(), edits=())


def truth(edition):
    """Return the equations of an edition, without those with last year's numbers."""
    return [(b.left, b.right) for b in edition.balances if b.relation == "=" and not b.prior]


def filled(edition, count, seed, sizes, slips=0.0):
    """Return random returns on an edition in which its balances hold; all cells are data.

    sizes: the share of cells that are not 0, the largest number. slips: the share of returns with
    one wrong cell.
    """
    rng = Random(f"{edition.form} {edition.name} {seed} {sizes}")  # noqa: S311 - reproducible, no secret
    return [_filled(edition, rng, sizes, rng.random() < slips) for _ in range(count)]


def _filled(edition, rng, sizes, slip):
    density, most = sizes
    numbers = {key: cell for key, cell in edition.cells.items() if cell.numeric}
    typed = {
        key: returns.draw(numbers[key], rng, most) if rng.random() < density else 0
        for key in edition.typed
        if key in numbers
    }
    returns.balance(edition, typed)
    values = dict(returns.report_of(edition, 2023, typed, (), NOBODY).values)
    if slip:
        key = rng.choice(sorted(numbers))
        values[key] = max(0, (values[key] or 0) + rng.choice((-7, -1, 1, 2, 9, 30)))
    return Report(bare(edition), NOBODY, 2023, values)


def score(families, sums):
    """Return the share of true sums that follow from those found, and whether each family is right."""
    true, found = basis_of(sums), basis_of(line for one in families for line in one.equations)
    recall = sum(follow([line], found) for line in sums) / len(sums)
    return recall, [follow(family.equations, true) for family in families]


def drawn(grid, **more):
    """Return an edition of one table."""
    section = {"caption": "表", "sheet": "表", "table": "made", "unit": "件", "grid": grid, **more}
    head = dict.fromkeys(("title", "source", "citation"), "表")
    years = {"from": 2020}
    return build(
        {"form": "made", "name": "1", **head, "years": years, "section": [section]}, "x.toml"
    )


def flat(rows, columns):
    """Return an edition with rows and columns whose names say nothing, and without sums."""
    words = iter(f"{one}{other}" for one in NOUNS for other in NOUNS[:9])
    heads = ["项目", *(next(words) for _ in range(columns))]
    lines = [
        [next(words), *(f"@r{row}.c{column}" for column in range(columns))] for row in range(rows)
    ]
    return drawn([heads, *lines])


def noise(edition, count, seed, sizes):
    """Return returns with independent numbers."""
    rng = Random(f"{len(edition.cells)} {count} {seed} {sizes}")  # noqa: S311 - reproducible, no secret
    density, most = sizes
    return [
        of(
            edition,
            {key: rng.randint(1, most) if rng.random() < density else 0 for key in edition.cells},
        )
        for _ in range(count)
    ]


def of(edition, values, **more):
    """Return a return with these numbers."""
    return Report(edition, NOBODY, 2023, {**dict.fromkeys(edition.cells), **values}, **more)
