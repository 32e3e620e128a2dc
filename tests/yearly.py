"""A season of 120 agencies: 30 explain a warning, 5 of them change numbers later, 4 send twice.

Reasons are for `in-force-floor`. What an office decides: three reasons are refused, the others
accepted; of those who sent twice the return with nine licences counts.
"""

from dataclasses import replace

from casebook import balanced

from toolkit.report.explanation import Explanation
from toolkit.report.report import Report, as_json, dumps

COUNT = 120
EXPLAINED = range(10, 40)
VOIDED = range(10, 15)
REFUSED = range(15, 18)
DOUBLE = range(40, 44)
BROKEN = range(44, 56)
"""Returns that fail at first."""
SEED = "seed_jiguan_shiwu_2025"
CODE = "in-force-floor"
CELLS = ("proactive.rules.issued", "proactive.rules.in_force", "proactive.rules.repealed")
LICENCES = "proactive.licences.decided"
REASON = "规章由上级统一废止"
FIGURES = "3 | 1"


def name(number: int) -> str:
    return f"第{number:03d}局"


def roster() -> bytes:
    rows = (f"{name(n)},{n:03d},市级,{'部门' if n else '本级'},2026-01-31" for n in range(COUNT))
    return "\n".join(["机关名称,统一社会信用代码,层级,类别,截止日期", *rows, ""]).encode()


def first() -> dict[str, bytes]:
    """Return {name of a file: its bytes} of what is sent first, two files of some agencies."""
    files = {f"{name(n)}.json": _source(n) for n in range(COUNT)}
    return files | {f"{name(n)}-另.json": _source(n, {LICENCES: 9}) for n in DOUBLE}


def later() -> dict[str, bytes]:
    """Return what is sent again: what failed, corrected, and numbers that a reason was given for."""
    voided = {"proactive.rules.repealed": 1}
    return {f"{name(n)}-2.json": _source(n, {}, 2) for n in BROKEN} | {
        f"{name(n)}-2.json": _source(n, voided, 2) for n in VOIDED
    }


def _source(number: int, changes: dict[str, int] | None = None, sent: int = 1) -> bytes:
    return dumps(as_json(_report(number, changes or {}, sent))).encode()


def _report(number: int, changes: dict[str, int], sent: int) -> Report:
    one = balanced(SEED)
    values = one.values | {LICENCES: number} | changes
    if number in EXPLAINED:
        values |= {CELLS[0]: 3, CELLS[1]: 1}
    if number in BROKEN and sent == 1:
        values |= {"applications.granted.natural_person": 7}
    given = (Explanation(CODE, CELLS, REASON, FIGURES),) if number in EXPLAINED else ()
    who = {"name": name(number), "code": f"{number:03d}", "level": "city"}
    return replace(one, values=values, agency=who, explained=given, sent=sent, origin="json")
