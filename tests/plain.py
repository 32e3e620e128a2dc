"""The printed rules of the annual report 2021, written a second time from the documents alone.

    python tests/plain.py --count 5000

The rules are those of the form and of docs/codes, the names of cells those of `gouji cells`. Nothing
here uses the editions, the checks or the JSON Schema of the toolkit: `judge` takes plain numbers and
returns what is broken. `main` makes random reports from a seed and holds the toolkit's findings
against it. Each difference is one of two mistakes, and the form decides whose.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from operator import eq, ge, le
from random import Random

COLUMNS = ["natural_person", "business", "research", "social_org", "legal_service", "other_org"]
RESULTS = [
    "granted", "partly_granted", "refused_state_secret", "refused_law", "refused_safety",
    "refused_third_party", "refused_internal", "refused_process", "refused_enforcement_file",
    "refused_inquiry", "unable_not_held", "unable_not_compiled", "unable_unclear",
    "declined_petition", "declined_repeat", "declined_publication", "declined_excessive",
    "declined_confirmation", "other_uncorrected", "other_fee_unpaid", "other_rest",
]  # fmt: skip
ROWS = ["received", "carried_in", *RESULTS, "concluded", "carried_out"]
OUTCOMES = ["upheld", "corrected", "other", "pending"]
PROCEEDINGS = ["review", "suit_direct", "suit_after_review"]
DOCUMENTS = ["rules", "normative_documents"]


def documents(kind):
    return [f"proactive.{kind}.{what}" for what in ("issued", "repealed", "in_force")]


NOTICES, CHARGED, PAID = (
    f"processing_fee.{name}" for name in ("notices.count", "notices.amount", "collected.amount")
)
FEE = "proactive.fees.collected"
TABLES = {
    "proactive": [
        *(key for kind in DOCUMENTS for key in documents(kind)),
        *(f"proactive.{kind}.decided" for kind in ("licences", "penalties", "coercion")),
        FEE,
    ],
    "applications": [f"applications.{row}.{col}" for row in ROWS for col in [*COLUMNS, "total"]],
    "disputes": [f"disputes.{one}.{end}" for one in PROCEEDINGS for end in [*OUTCOMES, "total"]],
    "processing_fee": [ NOTICES, CHARGED, PAID],
}  # fmt: skip
CELLS = [key for keys in TABLES.values() for key in keys]
MONEY = {FEE, CHARGED, PAID}
COMPUTED = {key for key in CELLS if key.endswith(".total") or ".concluded." in key}
LARGEST = 10**12
Broken = tuple[str, frozenset[str], str, str]
"""Code of the rule, its cells of this year, and for sums what stands left and right."""


def empty(value):
    return value is None or (isinstance(value, str) and not value.strip())


def number(key, value):
    """Return the number of a cell, None where it is blank or no number that the form takes."""
    if isinstance(value, str):
        form = r"[0-9]+(\.[0-9]+)?" if key in MONEY else "[0-9]+"
        value = Decimal(value.strip()) if re.fullmatch(form, value.strip()) else None
    if value is None or value < 0 or value > (LARGEST * 1000 if key in COMPUTED else LARGEST):
        return None
    return None if value * (10**6 if key in MONEY else 1) % 1 else value


def read(values, nil):
    """Return {key: number or None}; a blank is 0 where its table declares its blanks."""
    return {
        key: Decimal(0)
        if empty(values.get(key)) and key.partition(".")[0] in nil
        else number(key, values.get(key))
        for key in CELLS
    }


def judge(values, nil, level, last, last_nil):
    """Return all that is broken; last: the values of the year before."""
    here = read(values, nil)
    before = read(last, last_nil) if last is not None else None
    found = [*cells(values, here), *sums(here), *comparisons(here, before)]
    if level in {"county", "town"}:
        wrong = [key for key in documents("rules") if here[key]]
        found += [("rules-level", frozenset([key]), plain(here[key]), "0") for key in wrong]
    return found


def cells(values, here) -> Iterator[Broken]:
    """Yield what is wrong with cells alone: blanks, misfits, fees."""
    blank = {key for key in CELLS if empty(values.get(key)) and here[key] is None}
    for table in ("proactive", "applications", "disputes"):
        if missing := blank & set(TABLES[table]):
            yield "unfilled", frozenset(missing), "", ""
    if missing := blank & set(TABLES["processing_fee"]):
        yield "processing-fee", frozenset(missing), "", ""
    for key in CELLS:
        if here[key] is None and key not in blank:
            yield "number", frozenset([key]), "", ""
    if here[FEE] is not None and here[FEE] > 300_000:
        yield "fee-unit", frozenset([FEE]), "", ""
    for key in (CHARGED, PAID):
        if here[key] is not None and here[key] % 10:
            yield "processing-fee", frozenset([key]), "", ""


def held(code, sides, here, fits, last=()) -> Iterator[Broken]:
    """Yield a sum or a bound that does not hold; one with an open cell is not looked at.

    sides: the cells on the left and on the right. last: a number of last year, added on the right.
    """
    left, right = sides
    numbers = [*(here[key] for key in (*left, *right)), *last]
    if all(one is not None for one in numbers):
        a, b = sum(numbers[: len(left)]), sum(numbers[len(left) :])
        if not fits(a, b):
            yield code, frozenset((*left, *right)), plain(a), plain(b)


def sums(here) -> Iterator[Broken]:
    """Yield the printed sums and bounds that do not hold."""
    table = "applications"
    for col in [*COLUMNS, "total"]:
        get = [f"{table}.{row}.{col}" for row in ("received", "carried_in")]
        out = [f"{table}.{row}.{col}" for row in ("concluded", "carried_out")]
        yield from held("balance", (get, out), here, eq)
        every = [f"{table}.{row}.{col}" for row in RESULTS]
        yield from held("concluded", (out[:1], every), here, eq)
    for row in ROWS:
        parts = [f"{table}.{row}.{col}" for col in COLUMNS]
        yield from held("row-total", ([f"{table}.{row}.total"], parts), here, eq)
    for one in PROCEEDINGS:
        parts = [f"disputes.{one}.{end}" for end in OUTCOMES]
        yield from held("dispute-total", ([f"disputes.{one}.total"], parts), here, eq)
    for kind in DOCUMENTS:
        issued, repealed, force = documents(kind)
        yield from held("in-force-floor", ([issued], [force, repealed]), here, le)
    unpaid = "applications.other_fee_unpaid.total"
    yield from held("processing-fee", ([unpaid], [NOTICES]), here, le)
    yield from held("processing-fee", ([PAID], [CHARGED]), here, le)


def comparisons(here, before) -> Iterator[Broken]:
    """Yield what does not follow from last year."""
    if before is None:
        return
    for col in [*COLUMNS, "total"]:
        into, out = (f"applications.{row}.{col}" for row in ("carried_in", "carried_out"))
        yield from held("carried-in", ([into], []), here, eq, [before[out]])
    for kind in DOCUMENTS:
        issued, repealed, force = documents(kind)
        sides = ([force, repealed], [issued])
        yield from held("in-force-chain", sides, here, eq, [before[force]])
    for one in PROCEEDINGS:
        total, pending = (f"disputes.{one}.{end}" for end in ("total", "pending"))
        yield from held("pending-chain", ([total], []), here, ge, [before[pending]])
    tables = [key for table in ("proactive", "applications", "disputes") for key in TABLES[table]]
    for key in tables:
        now, then = here[key], before[key]
        if now is None or then is None or max(now, then) < 20:
            continue
        if now > 5 * then or 5 * now < then:
            yield "jump", frozenset([key]), "", ""
    now, then = here[FEE], before[FEE]
    if now and then and any(2500 <= ratio <= 40_000 for ratio in (now / then, then / now)):
        yield "fee-unit", frozenset([FEE]), "", ""
    same = all(here[key] is not None and here[key] == before[key] for key in tables)
    if same and sum(here[key] != 0 for key in tables) >= 10:
        yield "jump", frozenset(), "", ""


def plain(value):
    return f"{Decimal(value).normalize():f}"


# ── random reports ────────────────────────────────────────────────────────────────────────────────

ODD = ("", " ", "/", "—", "无", "12", " 7 ", "１２", "3件", "+5", "-2", "1.5", "1,234", "251000元")


def right(rng, last):
    """Return the values of a report in which every printed sum holds, and every cell is filled."""
    most = rng.choice((2, 30, 4000))
    full = rng.choice((0.05, 0.3, 0.9))

    def some(most=most):
        return rng.randrange(most + 1) if rng.random() < full else 0

    values = {key: some() for key in TABLES["proactive"] if key != FEE}
    values[FEE] = rng.choice((0, Decimal(rng.randrange(10**6)) / 10 ** rng.randrange(5)))
    for col in COLUMNS:
        cell = {row: some() for row in RESULTS}
        cell["concluded"] = sum(cell.values())
        cell["carried_out"] = min(some(), 20)
        both = cell["concluded"] + cell["carried_out"]
        key = f"applications.carried_out.{col}"
        cell["carried_in"] = min(last[key], both) if last else min(some(), both)
        cell["received"] = both - cell["carried_in"]
        values |= {f"applications.{row}.{col}": number for row, number in cell.items()}
    for row in ROWS:
        parts = [values[f"applications.{row}.{col}"] for col in COLUMNS]
        values[f"applications.{row}.total"] = sum(parts)
    for one in PROCEEDINGS:
        parts = {end: some() for end in OUTCOMES}
        values |= {f"disputes.{one}.{end}": number for end, number in parts.items()}
        values[f"disputes.{one}.total"] = sum(parts.values())
    values |= {NOTICES: some(9), CHARGED: 10 * some(90), PAID: 10 * some(40)}
    return values


def slip(rng, values):
    """Change one thing in the values, as people and programs do."""
    key, other = rng.choice(CELLS), rng.choice(CELLS)
    old = values[key] if isinstance(values[key], int | Decimal) else 0
    kind = rng.randrange(9)
    if kind == 0:
        values[key] = None
    elif kind == 1:
        values[key] = rng.choice(ODD)
    elif kind == 2:
        values[key] = rng.choice(
            (-1, -old, Decimal("0.5"), Decimal("1.2500000"), Decimal("1.1234567"))
        )
    elif kind == 3:
        values[key], values[other] = values[other], values[key]
    elif kind == 4:
        values[key] = old + rng.choice((1, -1, 9, 10, 90, 10**13))
    elif kind == 5:
        values[FEE] = (Decimal(rng.randrange(1, 400_000))) * rng.choice((1, 10_000))
    elif kind == 6:
        for blank in CELLS:
            values[blank] = None if not values[blank] else values[blank]
    elif kind == 7:
        values[key] = old * 10
    else:
        values[key] = 0


def reports(seed, count):
    """Yield random reports: values, tables declared, level; last year's values or None, and tables."""
    for n in range(count):
        rng = Random(f"plain {seed} {n}")  # noqa: S311 - reproducible, no secret
        last = right(rng, None) if n % 3 else None
        values = dict(last) if last and n % 17 == 1 else right(rng, last)
        for _ in range(n % 5):
            slip(rng, values)
        if last and n % 4 == 0:
            slip(rng, last)
        nil = [table for table in ("proactive", "applications", "disputes") if rng.random() < 0.4]
        last_nil = [table for table in nil if rng.random() < 0.5]
        yield values, nil, rng.choice(("county", "town", "city", "province", None)), last, last_nil


def differing(seed, count):
    """Yield (number, what only the toolkit says, what only `judge` says) where they differ."""
    from toolkit.check import check  # noqa: PLC0415 - the other side, apart from the rules above
    from toolkit.report.report import from_json  # noqa: PLC0415

    def of_toolkit(values, nil, level, year):
        return from_json({
            "form": "annual-report", "edition": "2021", "year": year, "values": values,
            "nil": nil, "agency": {"name": "某某局", "code": None, "level": level},
        })  # fmt: skip

    for n, (values, nil, level, last, last_nil) in enumerate(reports(seed, count)):
        prior = of_toolkit(last, last_nil, level, 2024) if last else None
        theirs = Counter()
        for one in check(of_toolkit(values, nil, level, 2025), prior).findings:
            keys = frozenset(cell.key for cell in one.cells if not cell.key.startswith("prior."))
            summed = one.expected is not None and one.code not in {"number", "unfilled"}
            both = (
                (plain(Decimal(side)) for side in (one.found, one.expected)) if summed else ("", "")
            )
            theirs[(one.code, keys, *both)] += 1
        ours = Counter(judge(values, nil, level, last, last_nil))
        if theirs != ours:
            yield n, theirs - ours, ours - theirs


def main():
    """Print the number of reports that were judged twice, and each difference; 1 where there is one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = list(differing(given.seed, given.count))
    for n, theirs, ours in found:
        print(f"report {n}: only the toolkit {[*theirs]}, only here {[*ours]}")  # noqa: T201
    print(given.count, "reports judged twice,", len(found), "differ")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
