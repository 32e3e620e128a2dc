"""Every formula of a blank is within the limits of the oldest programs that open it."""

import re
from html import unescape

import pytest
from forall import blank as blank_for_all
from test_build import NAMES, OURS, blank, filled

from toolkit.blank import parts
from toolkit.blank.directory import MOST
from toolkit.blank.plan import plan
from toolkit.edition.edition import named
from toolkit.xlsx.formula import tokens

ARGUMENTS, CHARACTERS, LEVELS = 30, 1024, 7
"""Excel 97 to 2003: arguments of a function, characters of a formula, functions within another."""
FORMULA = re.compile(r"<(f|formula|formula1|formula2|definedName)(?: [^>]*)?>([^<]+)</")
KINDS = {"f": 200, "formula": 10, "formula1": 5, "definedName": 20}
"""Elements that hold a formula, and the least number of them in a blank of the annual report."""


def over(formula: str) -> list[str]:
    """Return the limits that a formula exceeds.

    >>> over("SUM(" * 8 + "A1" + ")" * 8), over(f"SUM({','.join(['A1'] * 31)})")
    (['8 levels'], ['31 arguments'])
    >>> over("SUM(((((((((A1)))))))))"), over('IF(A1=",(,(",1)')
    ([], [])
    """
    found = [f"{len(formula)} characters"] if len(formula) > CHARACTERS else []
    parts, calls, deepest, most = tokens(formula), [], 0, 0
    for before, part in zip(("", *parts), parts, strict=False):
        if part == "(":
            calls.append(1 if re.fullmatch(r"[A-Z][A-Z.]*", before) else 0)
            deepest = max(deepest, sum(map(bool, calls)))
        elif part == "," and calls[-1]:
            calls[-1] += 1
        elif part == ")":
            most = max(most, calls.pop())
    found += [f"{deepest} levels"] if deepest > LEVELS else []
    return found + ([f"{most} arguments"] if most > ARGUMENTS else [])


def formulas(source: bytes) -> list[tuple[str, str, str]]:
    """Return (part, element, formula) of everything that is calculated in a workbook."""
    return [
        (name, kind, unescape(formula))
        for name, part in parts.members(source).items()
        if name == "xl/workbook.xml" or name.startswith("xl/worksheets/sheet")
        for kind, formula in FORMULA.findall(part.decode())
    ]


@pytest.mark.parametrize("name", [*NAMES, *(name for name in OURS if name not in NAMES)])
def test_every_formula_is_one_of_the_oldest_programs(name):
    found = formulas(blank(name))
    assert len(found) > 50
    assert {(at, kind, f): over(f) for at, kind, f in found if over(f)} == {}


@pytest.mark.parametrize("source", [filled, blank_for_all], ids=["filled", "for all"])
def test_so_is_every_formula_of_a_filled_blank_and_of_that_for_all(source):
    found = formulas(source())
    counts = {kind: sum(kind == other for _, other, _ in found) for kind in KINDS}
    assert {kind: count for kind, count in counts.items() if count < KINDS[kind]} == {}
    assert {(at, kind, f): over(f) for at, kind, f in found if over(f)} == {}


@pytest.mark.parametrize("name", ["2019", "2021"])
def test_the_largest_directory_and_a_roll_up_stay_within_them(name):
    edition = named("annual-report", name)
    for sheets in (plan(edition, shared=MOST), plan(edition, rollup=True)):
        held = [slot.formula for sheet in sheets for slot in sheet.slots.values() if slot.formula]
        assert len(held) > 200
        assert [(f, over(f)) for f in held if over(f)] == []


# ── truth values ──────────────────────────────────────────────────────────────────────────────────

COMPARES = {"<", ">", "=", "<=", ">=", "<>"}
TRUTH = re.compile(r"IS[A-Z]+|AND|OR|NOT")


def truths_compared(formula: str) -> list[str]:
    """Return the truth values that a formula compares: in Excel FALSE>0, in LibreOffice not.

    >>> truths_compared("IF((A1>0)>0,1,2)"), truths_compared("IF(ISTEXT(A1)>0,1,2)")
    (['(A1>0)'], ['ISTEXT(A1)'])
    >>> truths_compared("IF((A1>0)+ISTEXT(A2)>0,(A1+1)*(B1>0),SUM(A1)=0)")
    []
    """
    found, terms, stack = [], [[]], []
    for part in tokens(formula):
        if part == "(":
            stack.append(terms[-1][-1:] if re.match("[A-Z]", "".join(terms[-1][-1:])) else [])
            terms.append([])
        elif part == ")":
            inner = terms.pop()
            if called := stack.pop():
                terms[-1].pop()
            truth = bool(TRUTH.fullmatch(called[0])) if called else bool(COMPARES & {*inner})
            terms[-1].append(("?" if truth else "#") + "".join([*called, "(", *inner, ")"]))
        elif part == ",":
            terms[-1].clear()
        elif part in COMPARES:
            if len(terms[-1]) == 1 and terms[-1][0].startswith("?"):
                found.append(terms[-1][0].replace("?", "").replace("#", ""))
            terms[-1].append(part)
        else:
            terms[-1].append(part)
    return found


@pytest.mark.parametrize("name", [*NAMES, *(name for name in OURS if name not in NAMES)])
def test_no_formula_compares_a_truth_value(name):
    for at, _, formula in formulas(blank(name)):
        assert truths_compared(formula) == [], (at, formula)
