"""Separation of independent answers: a wrong cell becomes an item of its own."""

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from .model import Problem
from .search import ENOUGH, ChangeSet

Block = tuple[tuple[int, ...], list[ChangeSet]]
"""Broken constraints and all answers that correct exactly these."""


def apart(
    problem: Problem, broken: tuple[int, ...], answers: Sequence[ChangeSet]
) -> Iterator[Block]:
    """Yield (broken constraints, their answers) for each independent part of the answers.

    Parts are separated only where every combination of their answers is an answer.
    """
    blocks = _blocks(problem, broken, answers) if answers else [frozenset(broken)]
    parts = [_answers(problem, block, answers) for block in blocks]
    combined = prod(map(len, parts))
    if len(blocks) == 1 or combined != len(answers) or len(answers) >= ENOUGH:
        yield broken, list(answers)
        return
    for block, part in zip(blocks, parts, strict=True):
        yield tuple(number for number in broken if number in block), part


def _blocks(
    problem: Problem, broken: tuple[int, ...], answers: Sequence[ChangeSet]
) -> list[frozenset[int]]:
    """Return the broken constraints in groups: those corrected by the same changed cells.

    Cells that share any constraint belong together, whether it was broken or not.
    """
    home = {number: number for number in broken}

    def root(number: int) -> int:
        while home.setdefault(number, number) != number:
            number = home[number]
        return number

    for changes in answers:
        for cell in changes:
            first, *others = (number for number, _ in problem.model.touching[cell])
            for number in others:
                home[root(number)] = root(first)
    groups: dict[int, set[int]] = {}
    for number in broken:
        groups.setdefault(root(number), set()).add(number)
    return [frozenset(group) for group in groups.values()]


def _answers(
    problem: Problem, block: frozenset[int], answers: Sequence[ChangeSet]
) -> list[ChangeSet]:
    """Return the distinct parts of the answers that change cells of a group of constraints."""
    parts: dict[tuple[tuple[int, int], ...], ChangeSet] = {}
    for changes in answers:
        part: Mapping[int, int] = {
            cell: value
            for cell, value in changes.items()
            if any(number in block for number, _ in problem.model.touching[cell])
        }
        parts.setdefault(tuple(sorted(part.items())), part)
    return list(parts.values())
