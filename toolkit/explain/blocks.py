"""Answers that are independent of each other, told apart: one wrong cell is one item."""

from collections.abc import Iterator, Mapping, Sequence

from .model import Problem
from .search import ENOUGH, Changes

Part = tuple[tuple[int, ...], list[Changes]]
"""Broken constraints and all answers that mend just these."""


def apart(problem: Problem, broken: tuple[int, ...], answers: Sequence[Changes]) -> Iterator[Part]:
    """Yield broken constraints with their answers, in as many parts as the answers are made of.

    Parts are told apart only where every combination of their answers is an answer.
    """
    blocks = _blocks(problem, broken, answers) if answers else [frozenset(broken)]
    parts = [_answers(problem, block, answers) for block in blocks]
    combined = 1
    for part in parts:
        combined *= len(part)
    if len(blocks) == 1 or combined != len(answers) or len(answers) >= ENOUGH:
        yield broken, list(answers)
        return
    for block, part in zip(blocks, parts, strict=True):
        yield tuple(number for number in broken if number in block), part


def _blocks(
    problem: Problem, broken: tuple[int, ...], answers: Sequence[Changes]
) -> list[frozenset[int]]:
    """Return the broken constraints in groups: those that one changed cell mends together.

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


def _answers(problem: Problem, block: frozenset[int], answers: Sequence[Changes]) -> list[Changes]:
    """Return what the answers do to one group of constraints, each once."""
    found: dict[tuple[tuple[int, int], ...], Changes] = {}
    for changes in answers:
        own: Mapping[int, int] = {
            cell: value
            for cell, value in changes.items()
            if any(number in block for number, _ in problem.model.touching[cell])
        }
        found.setdefault(tuple(sorted(own.items())), own)
    return list(found.values())
