"""The outline of a row or column of labels: what stands under what, by merges, numbering, indent.

Which words say so is in templates/sums.toml.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from .. import data

_WIDE = "\u3000"
_BRACKETS = re.compile(r"[（(\[【〔][^（）()\[\]【】〔〕]*[）)\]】〕]\s*$")
"""A bracket at the end of a label: a unit, the numbers of its parts."""
_CODE = re.compile(r"[0-9A-Za-z]{1,6}(?:\.[0-9]{1,3})*[.、．]?")
"""A label that is a serial number or a code, and names nothing."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """The beginning of a label: blanks before it, and its numbering.

    style: which of the numberings, -1 for none. numbers: of 1.2.1 (1, 2, 1). first: it begins one.
    """

    indent: int
    style: int
    numbers: tuple[str, ...]
    first: bool


@dataclass(slots=True)
class Node:
    """A label of the outline: its place in the line where it has a cell, and what is under it.

    inner: for a total, what it may sum up besides: nodes that are open where it stands.
    """

    label: str
    item: int | None
    mark: Numbering
    children: "list[Node]" = field(default_factory=list)
    inner: "tuple[Node, ...]" = ()
    aside: bool = False

    @property
    def total(self) -> bool:
        """Whether its words say that it is a sum."""
        return says("total", self.label)

    def parts(self, *, all_of: bool = False) -> list[int]:
        """Return the places that stand for it: its own, its total's, or those of all below it."""
        if self.item is not None:
            return [self.item]
        sums = [child for child in self.children if child.total and child.item is not None]
        if sums and sums[0] in (self.children[0], self.children[-1]):
            return sums[0].parts()
        return front(self.children, all_of=all_of)


def front(nodes: Sequence[Node], *, all_of: bool = False) -> list[int]:
    """Return the places that stand for nodes; all_of: with those that need not add up."""
    return [
        item
        for node in nodes
        if not node.total and (all_of or not node.aside)
        for item in node.parts(all_of=all_of)
    ]


def outlined(paths: Sequence[tuple[str, ...]]) -> list[Node]:
    """Return the outline of the items of a line, given the labels of each, outermost first."""
    cleaned = [_named(path) for path in paths]
    return _nested([(path, at) for at, path in enumerate(cleaned)], 0)


def walk(nodes: Sequence[Node]) -> Iterator[tuple[Node | None, list[Node]]]:
    """Yield every list of siblings with the node above it, outermost first."""
    waiting: list[tuple[Node | None, list[Node]]] = [(None, list(nodes))]
    for above, siblings in waiting:
        yield above, siblings
        waiting += [(node, node.children) for node in siblings if node.children]


def own(path: tuple[str, ...]) -> str:
    """Return the words that name an item, comparable with those of another."""
    named = _named(path)
    return bare(named[-1]) if named else ""


def bare(label: str) -> str:
    """Return a label without blanks, numbering and bracket at its end.

    >>> bare(" (3) Total (cases)")
    'Total'
    """
    text = label.strip().strip(_WIDE)
    found = _numbered(text)
    text = text[found[1] :] if found else text
    while (short := _BRACKETS.sub("", text)) and short != text:
        text = short
    return re.sub(r"[\s\u3000]+", "" if not text.isascii() else " ", text).strip("：: ")


def says(name: str, label: str) -> bool:
    """Tell whether the words of a label are of a kind in templates/sums.toml."""
    return any(pattern.fullmatch(bare(label)) for pattern in _patterns(name))


# ── building ──────────────────────────────────────────────────────────────────────────────────────


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text, re.IGNORECASE) for text in data.sum_words()[name])


@cache
def _numberings() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(text) for text in data.sum_words()["numbering"])


def _numbered(text: str) -> tuple[int, int, str] | None:
    """Return the numbering a text begins with: which one, its length, what is counted."""
    for style, pattern in enumerate(_numberings()):
        found = pattern.match(text)
        if found and found.end() < len(text):
            return style, found.end(), found[1]
    return None


def _named(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the labels without codes: one before a name becomes its numbering."""
    kept: list[str] = []
    for label in path:
        if kept and _CODE.fullmatch(kept[-1].strip()):
            kept[-1] = f"{kept[-1].strip().rstrip('.、．')} {label.strip()}"
        else:
            kept.append(label)
    if len(kept) > 1 and _CODE.fullmatch(kept[-1].strip()):
        kept.pop()
    return tuple(kept)


def _mark(label: str) -> Numbering:
    text = label.lstrip(f" \t\u00a0{_WIDE}")
    blanks = label[: len(label) - len(text)]
    indent = sum(2 if sign == _WIDE else 1 for sign in blanks)
    found = _numbered(text)
    if not found:
        return Numbering(indent, -1, (), first=False)
    style, _, counted = found
    numbers = tuple(counted.split("."))
    style = _plain()[0] if style in _plain() else style
    return Numbering(indent, style, numbers, numbers[-1] in data.sum_words()["first"])


@cache
def _plain() -> tuple[int, ...]:
    """Return the numberings 1. and 1.1 and 1 before a blank: one, of several depths."""
    samples = ("1.1 x", "1.x", "1 x")
    return tuple(found[0] for text in samples if (found := _numbered(text)))


def _nested(entries: Sequence[tuple[tuple[str, ...], int]], depth: int) -> list[Node]:
    """Return the nodes of items that share the labels above `depth`."""
    groups: list[list[tuple[tuple[str, ...], int]]] = []
    for path, at in entries:
        same = groups and groups[-1][0][0][depth : depth + 1] == path[depth : depth + 1]
        if same and path[depth : depth + 1]:
            groups[-1].append((path, at))
        else:
            groups.append([(path, at)])
    nodes = [_grouped(group, depth) for group in groups]
    return _ranked(nodes)


def _grouped(group: Sequence[tuple[tuple[str, ...], int]], depth: int) -> Node:
    """Return the node of items with one label, those with more labels below it."""
    label = (*group[0][0][depth : depth + 1], "")[0]
    here = [at for path, at in group if len(path) <= depth + 1]
    deeper = [(path, at) for path, at in group if len(path) > depth + 1 or at in here[1:]]
    node = Node(label, here[0] if here else None, _mark(label), aside=says("of_which", label))
    node.children = _nested(deeper, depth + 1) if deeper else []
    return node


def _ranked(nodes: Sequence[Node]) -> list[Node]:
    """Return siblings with those moved under others that numbering or indent puts there."""
    top: list[Node] = []
    chain: list[Node] = []
    for node in nodes:
        same = [at for at, other in enumerate(chain) if _equal(node.mark, other.mark)]
        del chain[same[-1] if same else len(chain) :]
        while not same and chain and not _deeper(node, chain):
            chain.pop()
        (chain[-1].children if chain else top).append(node)
        chain.append(node)
    _with_inner(top)
    _aside(top)
    return top


def _with_inner(nodes: Sequence[Node]) -> None:
    """Give totals what is open where they stand: the last branch before them, all its levels."""
    for before, node in pairwise(nodes):
        branch: list[Node] = []
        last = before
        while last.children:
            branch.append(last)
            last = last.children[-1]
        if node.total:
            node.inner = tuple(branch)


def _aside(nodes: Sequence[Node]) -> None:
    """Put aside what follows “of which” under the same node without a number of its own."""
    for _, siblings in walk(nodes):
        if siblings and siblings[0].aside and siblings is not nodes:
            for node in siblings:
                node.aside = node.aside or node.mark.style < 0


def _equal(mark: Numbering, other: Numbering) -> bool:
    """Tell whether two numberings are of one level."""
    level = (mark.indent, mark.style, len(mark.numbers))
    return mark.style >= 0 and level == (other.indent, other.style, len(other.numbers))


def _deeper(node: Node, chain: Sequence[Node]) -> bool:
    """Tell whether a node stands under the last open one."""
    top, mark = chain[-1], node.mark
    above = top.mark
    if mark.indent != above.indent:
        return mark.indent > above.indent
    if node.total and mark.style < 0:
        return False
    if node.aside != top.aside:
        return node.aside
    if mark.style == above.style:
        return mark.style >= 0 and mark.numbers[: len(above.numbers)] == above.numbers
    if top.total and top.mark.style < 0:
        return False
    return mark.first or mark.style < 0
