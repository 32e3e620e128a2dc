"""Nested forms of our own making, by seed: trees of labels, of-which items, totals both ways."""

from dataclasses import dataclass, replace
from functools import partial
from random import Random

from toolkit.edition.edition import Edition, build
from toolkit.report.report import Report

NOUNS = [
    "许可",
    "处罚",
    "强制",
    "征收",
    "确认",
    "给付",
    "检查",
    "裁决",
    "奖励",
    "备案",
    "信访",
    "复议",
    "诉讼",
    "调解",
    "仲裁",
    "培训",
    "宣传",
    "巡查",
    "抽查",
    "督办",
    "审批",
    "核准",
    "登记",
    "公示",
    "听证",
    "评估",
    "鉴定",
    "监测",
    "检验",
    "认证",
    "招标",
    "采购",
    "建设",
    "维修",
    "管护",
    "绿化",
    "供水",
    "供电",
    "供气",
    "环卫",
]
STYLES = ("numbered", "decimal", "indent", "merged")
HEADS = ("flat", "total-last", "total-first", "grouped", "flow", "rate")
_UPPER = "一二三四五六七八九十"

Sum = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the form: labels, key, and the rows it is the sum of (none: a leaf).

    within: the row of which it is an of-which part.
    """

    labels: tuple[str, ...]
    key: str
    parts: tuple[str, ...] = ()
    within: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A form without its rules, the sums that hold in it, its rows and columns."""

    edition: Edition
    sums: tuple[Sum, ...]
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    free: tuple[str, ...]


def form(seed: int, style: str = "", heads: str = "") -> Form:
    """Return the form of a seed."""
    rng = Random(f"form {seed}")  # noqa: S311 - reproducible, no secret
    style, heads = style or rng.choice(STYLES), heads or rng.choice(HEADS)
    rows = _rows(rng, style)
    columns, top, free = _columns(rng, heads)
    depth = max(len(line.labels) for line in rows)
    grid = [[*(["项目"] + ["<"] * (depth - 1)), *line] for line in top]
    grid[1:] = [["^", *["<"] * (depth - 1), *line[depth:]] for line in grid[1:]]
    above: tuple[str, ...] = ()
    for line in rows:
        labels = list(line.labels) + ["<"] * (depth - len(line.labels))
        if above[:1] == line.labels[:1] and len(line.labels) > 1:
            labels[0] = "^"
        above = line.labels
        grid.append([*labels, *(f"@{line.key}.{column.key}" for column in columns)])
    source = {
        "form": "made",
        "name": "1",
        "title": "表",
        "source": "表",
        "citation": "表",
        "years": {"from": 2020},
        "section": [
            {
                "caption": "表",
                "sheet": "表",
                "table": "made",
                "unit": "件",
                "grid": grid,
                "cells": {f"*.{name}": {"unit": "%", "kind": "money"} for name in free},
            }
        ],
    }
    if not free:
        del source["section"][0]["cells"]
    edition = build(source, "made.toml")
    return Form(edition, tuple(_sums(rows, columns, free)), tuple(rows), tuple(columns), free)


def _sums(rows, columns, free):
    def key(row, column):
        return f"made.{row}.{column}"

    for row in rows:
        for column in columns:
            if row.parts and column.key not in free:
                yield (key(row.key, column.key),), tuple(key(p, column.key) for p in row.parts)
    for column in columns:
        for row in rows:
            if column.parts and not column.within:
                yield (key(row.key, column.key),), tuple(key(row.key, p) for p in column.parts)
            elif column.parts:
                left = (key(row.key, column.within), key(row.key, column.parts[0]))
                yield left, (key(row.key, column.parts[1]), key(row.key, column.key))


def _columns(rng, heads):
    """Return the columns, the lines of heads, and the columns that add up in no direction."""
    words = rng.sample(NOUNS, 8)
    leaves = [Line((word,), f"c{at}") for at, word in enumerate(words[: rng.randint(2, 5)])]
    keys = tuple(line.key for line in leaves)
    names = [line.labels[0] for line in leaves]
    total = rng.choice(("合计", "总计", "合 计（件）"))
    if heads == "flat":
        return leaves, [names], ()
    if heads == "total-last":
        return [*leaves, Line((total,), "all", keys)], [[*names, total]], ()
    if heads == "total-first":
        return [Line((total,), "all", keys), *leaves], [[total, *names]], ()
    if heads == "rate":
        return [*leaves, Line((total,), "all", keys), Line(("比率",), "rate")], [[*names, total, "办结率（%）"]], ("rate",)  # fmt: skip
    if heads == "flow":
        names = ["上年结转", "本年新收", "本年办结", "结转下年"]
        lines = [Line((name,), f"f{at}") for at, name in enumerate(names[:3])]
        return [*lines, Line((names[3],), "f3", ("f1", "f2"), within="f0")], [names], ()
    first, second, lines, sums = [], [], [], []
    for group in range(rng.randint(2, 3)):
        parts = [
            Line((f"组{words[group]}", words[3 + at]), f"g{group}c{at}")
            for at in range(rng.randint(2, 3))
        ]
        lines += parts
        lines.append(Line(("", "小计"), f"g{group}", tuple(part.key for part in parts)))
        sums.append(f"g{group}")
        first += [f"{words[group]}", *["<"] * len(parts)]
        second += [*(part.labels[1] for part in parts), "小计"]
    lines.append(Line(("总计",), "all", tuple(sums)))
    return lines, [[*first, "总计"], [*second, "^"]], ()


def _rows(rng, style):
    """Return the rows of a tree of two or three levels, with of-which rows and a grand total."""
    words = iter(rng.sample(NOUNS, len(NOUNS)))
    count = iter(range(1000))
    rows: list[Line] = []

    def add(labels, parts=(), within=""):
        rows.append(Line(tuple(labels), f"r{next(count)}", tuple(parts), within))
        return rows[-1].key

    make = partial(_branch, rng, style, words=words, rows=rows, add=add)
    tops = [make((at,)) for at in range(rng.randint(2, 4))]
    if rng.random() < 0.8:
        total = Line((rng.choice(("合计", "总计")),), "grand", tuple(tops))
        rows.insert(len(rows) if rng.random() < 0.7 else 0, total)
    return rows


def _branch(rng, style, place, **made):
    """Add the rows of a branch; return the key of the row that stands for it."""
    words, rows, add = made["words"], made["rows"], made["add"]
    depth, word = len(place), next(words)
    leaf = depth == 3 or rng.random() < (0.15 if depth == 1 else 0.6)
    if style == "merged":
        parts = [add((word, f"{next(words)}")) for _ in range(rng.randint(2, 4))]
        return add((word, "小计"), parts)
    key = add((_label(style, place, word),))
    if leaf:
        if rng.random() < 0.3:
            for _ in range(rng.randint(1, 2)):
                blank = "\u3000" * depth if style == "indent" else ""
                add((f"{blank}其中：{next(words)}",), within=key)
        return key
    at = len(rows) - 1
    parts = [_branch(rng, style, (*place, number), **made) for number in range(rng.randint(2, 3))]
    rows[at] = replace(rows[at], parts=tuple(parts))
    return key


def _label(style, place, word):
    last = place[-1]
    if style == "decimal":
        return (
            ".".join(str(number + 1) for number in place)
            + ("、" if len(place) == 1 else " ")
            + word
        )
    if style == "indent":
        return "\u3000" * (len(place) - 1) + word
    return (f"{_UPPER[last]}、", f"（{_UPPER[last]}）", f"{last + 1}.")[len(place) - 1] + word


# ── returns ───────────────────────────────────────────────────────────────────────────────────────


def returns(made: Form, count: int, seed: int, sizes: tuple[float, int], slips: float = 0.0):
    """Return filled forms; sizes: share of cells above 0, largest number; slips: wrong returns."""
    rng = Random(f"returns {seed}")  # noqa: S311 - reproducible, no secret
    return [_return(made, rng, sizes, rng.random() < slips) for _ in range(count)]


def _return(made, rng, sizes, slip):
    rows = {line.key: line for line in made.rows}
    values: dict[str, dict[str, int]] = {}
    for line in sorted(made.rows, key=lambda line: bool(line.within)):
        if not line.parts:
            values[line.key] = _leaf(made, rng, sizes, values.get(line.within))

    def total(key):
        parts = [values.get(part) or total(part) for part in rows[key].parts]
        return {name: sum(part[name] for part in parts) for name in parts[0]}

    flat = {}
    for key in rows:
        numbers = _whole(made, values.get(key) or total(key))
        numbers |= {name: rng.randint(0, 100) for name in made.free}
        flat |= {f"made.{key}.{name}": number for name, number in numbers.items()}
    if slip:
        key = rng.choice(sorted(flat))
        flat[key] = max(0, flat[key] + rng.choice((-7, -1, 1, 2, 9, 30)))
    nobody = {"name": "某局", "code": None, "level": None}
    return Report(made.edition, nobody, 2024, {key: flat[key] for key in made.edition.cells})


def _leaf(made, rng, sizes, above):
    """Return the numbers of a row that is no sum, of the columns that are none."""
    density, most = sizes
    numbers = {}
    for column in made.columns:
        if not column.parts:
            number = rng.randint(1, most) if rng.random() < density else 0
            numbers[column.key] = rng.randint(0, above[column.key]) if above else number
    if any(column.within for column in made.columns):
        came = numbers["f0"] + numbers["f1"]
        numbers["f2"] = came if rng.random() < 0.7 else rng.randint(0, came)
        numbers["f3"] = came - numbers["f2"]
    return numbers


def _whole(made, numbers):
    """Return the numbers of a row with those of the columns that are sums."""
    numbers = dict(numbers)
    for column in made.columns:
        if column.parts and not column.within:
            numbers[column.key] = sum(numbers[part] for part in column.parts)
    return numbers
