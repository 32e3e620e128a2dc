"""Seasons with numbers of their own for each agency, last year's beside them, and their sums.

The sums are added up here from plain values, without the toolkit's own code.
"""

import random
from dataclasses import replace

from casebook import balanced
from yearly import SEED, name

from toolkit.report.report import Report, as_json, dumps, recompute

APPLICANTS = ("natural_person", "business", "research", "social_org", "legal_service", "other_org")
GROUPS = {
    "予以公开": ("granted",),
    "部分公开": ("partly_granted",),
    "不予公开": ("refused_state_secret", "refused_law", "refused_safety", "refused_third_party",
             "refused_internal", "refused_process", "refused_enforcement_file", "refused_inquiry"),
    "无法提供": ("unable_not_held", "unable_not_compiled", "unable_unclear"),
    "不予处理": ("declined_petition", "declined_repeat", "declined_publication", "declined_excessive",
             "declined_confirmation"),
    "其他处理": ("other_uncorrected", "other_fee_unpaid", "other_rest"),
}  # fmt: skip
OUTCOMES = tuple(row for rows in GROUPS.values() for row in rows if row != "other_fee_unpaid")
CASES = {"行政复议": ("review",), "行政诉讼": ("suit_direct", "suit_after_review")}
PEOPLE = dict(
    zip(("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他组织"), APPLICANTS,
        strict=True)
)  # fmt: skip


def report(number: int, year: int = 2025, sent: int = 1, **changes: int | None) -> Report:
    """Return an agency's report with numbers drawn for it; last year's leads to this year's."""
    blank = balanced(SEED)
    values = {key: 0 for key, cell in blank.edition.cells.items() if cell.numeric}
    values |= _drawn(number, year)
    if year == 2024:
        for column in APPLICANTS:
            key = f"applications.carried_out.{column}"
            more = _drawn(number, 2025)[f"applications.carried_in.{column}"] - values[key]
            values[key] += more
            values[f"applications.received.{column}"] += more
    values |= {key.replace("__", "."): value for key, value in changes.items()}
    typed = recompute(blank.edition, values, ())
    who = {"name": name(number), "code": f"{number:03d}", "level": "city"}
    return replace(blank, agency=who, year=year, values=typed, texts={}, sent=sent, origin="json")


def _drawn(number: int, year: int) -> dict[str, int]:
    """Return numbers that balance, the same each time."""
    draw = random.Random(f"{number} {year}")  # noqa: S311 - no secret
    values = dict[str, int]()
    most = draw.choice((0, 0, 1, 3, 8, 40))
    for column in APPLICANTS:
        received = draw.randint(0, most) if column in APPLICANTS[:2] or most > 3 else 0
        over, before = (draw.randint(0, 1) if received else 0 for _ in range(2))
        values[f"applications.received.{column}"] = received
        values[f"applications.carried_in.{column}"] = before
        values[f"applications.carried_out.{column}"] = over
        for _ in range(received + before - over):
            key = f"applications.{draw.choice((*OUTCOMES, *['granted'] * 20))}.{column}"
            values[key] = values.get(key, 0) + 1
    for row in ("review", "suit_direct"):
        for ending in ("upheld", "corrected", "other"):
            values[f"disputes.{row}.{ending}"] = draw.choice((0, 0, 0, 1, 4))
        values[f"disputes.{row}.pending"] = draw.choice((0, 0, 1))
        if year == 2024:
            values[f"disputes.{row}.pending"] = 0
    return values


def source(one: Report) -> bytes:
    return dumps(as_json(one)).encode()


def roster(count: int) -> bytes:
    rows = (f"{name(n)},{n:03d},市级,{'部门' if n else '本级'},2999-01-31" for n in range(count))
    return "\n".join(["机关名称,统一社会信用代码,层级,类别,截止日期", *rows, ""]).encode()


def summed(reports: list[Report]) -> dict[str, int]:
    """Return {name in the analysis: number}, added up from the typed values alone."""
    typed = [one.values for one in reports]

    def count(rows: tuple[str, ...], columns: tuple[str, ...] = APPLICANTS) -> int:
        return sum(values[f"applications.{row}.{column}"] for values in typed for row in rows
                   for column in columns)  # fmt: skip

    def cases(rows: tuple[str, ...], endings: tuple[str, ...]) -> int:
        return sum(values[f"disputes.{row}.{ending}"] for values in typed for row in rows
                   for ending in endings)  # fmt: skip

    every = tuple(row for rows in GROUPS.values() for row in rows)
    sums = {"新收申请": count(("received",)), "上年结转": count(("carried_in",)),
            "办理结果总计": count(every), "结转下年度": count(("carried_out",))}  # fmt: skip
    sums |= {group: count(rows) for group, rows in GROUPS.items()}
    sums |= {who: count(("received",), (column,)) for who, column in PEOPLE.items()}
    for what, rows in CASES.items():
        ended = ("corrected", "upheld", "other")
        sums |= {what: cases(rows, (*ended, "pending")), f"{what}已审结": cases(rows, ended),
                 f"{what}纠正": cases(rows, ("corrected",))}  # fmt: skip
    return sums
