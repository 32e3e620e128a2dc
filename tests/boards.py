"""Batches for the tests of output: real figures, planted mistakes, a roster."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

from source import REAL

from toolkit.check import check
from toolkit.explain import explain
from toolkit.finding import Batch, Finding, Result, Spot, Verdicts, verdict, with_more
from toolkit.report.report import Report, from_json, parse_json, recompute

VOID = {"meta", "col", "input", "br"}


def real(agency: str, changes: dict[str, Any] | None = None, *, nil: bool = False) -> Report:
    """Return a small office's published figures as another's workbook; `nil`: zeros are blank."""
    source = (REAL / "seed_jiguan_shiwu_2025.json").read_text(encoding="utf-8")
    report = from_json(parse_json(source))
    form = report.edition
    tables = form.statutory if nil else ()
    typed = {
        key: report.values[key] or (None if form.cells[key].table in tables else 0)
        for key in form.typed
    } | (changes or {})
    values = recompute(form, typed, tables)
    who = {"name": agency, "code": None, "level": "county"}
    texts = dict.fromkeys(form.texts, "本年无。")
    return replace(
        report, agency=who, values=values, nil=tables, texts=texts, origin="workbook", sent=1
    )


def result(path: str, report: Report, *found: Finding) -> Result:
    """Return the result of a check of the report."""
    done = check(report, None, found)
    return Result(path, "ab" * 32, verdict(done.findings), report, done.findings,
                  done.passed, done.failed, done.not_checked, explain(report))  # fmt: skip


def rejected(path: str, code: str = "empty") -> Result:
    """Return the result of a file that was not read."""
    return Result(path, None, "reject", None, (Finding(code, "error"),))


def member(name: str, state: str, path: str | None = None, older: tuple[str, ...] = ()) -> dict:
    """Return an agency's entry in a campaign."""
    return {"name": name, "code": f"11{name}", "level": "county", "kind": "department", "parent": None,
            "deadline": "2026-01-20", "state": state, "path": path, "superseded": list(older)}  # fmt: skip


NATURAL = "applications.{}.natural_person"
TWICE = Finding("duplicate-key", "error", figures={"name": "己局"})
BROKEN = {NATURAL.format("received"): 5, NATURAL.format("carried_in"): 1}


def season() -> Batch:
    """Return a batch with a roster: one of each state, one replaced, one twice, a stranger."""
    results = (
        result("a/甲.xlsx", real("甲局", BROKEN)),
        result("a/甲-旧.xlsx", real("甲局", {NATURAL.format("received"): 7})),
        result("a/乙.xlsx", real("乙局", nil=True)),
        rejected("a/丙.xls"),
        result("a/丁.xlsx", real("丁局", {"processing_fee.notices.amount": 105})),
        result("a/外.xlsx", real("外单位")),
        result("a/己1.xlsx", real("己局"), TWICE),
        result("a/己2.xlsx", real("己局", {NATURAL.format("received"): 2}), TWICE),
    )
    agencies = [
        member("甲局", "fail", "a/甲.xlsx", ("a/甲-旧.xlsx",)),
        member("乙局", "pass", "a/乙.xlsx"),
        member("丙局", "reject", "a/丙.xls"),
        member("戊局", "missing"),
        member("丁局", "warn", "a/丁.xlsx"),
        member("己局", "fail"),
    ]
    campaign = {"expected": 6, "missing": [{"name": "戊局", "code": "11戊局"}],
                "duplicates": [{"name": "己局", "paths": ["a/己1.xlsx", "a/己2.xlsx"]}],
                "strangers": [{"name": "外单位", "path": "a/外.xlsx"}], "agencies": agencies}  # fmt: skip
    return Batch(results, 2, campaign)


def reasoned(state: str, at: str = "D7", figures: str | None = "70 | 7") -> Finding:
    """Return a warning with a reason; state: of the reason."""
    said = {"reason": "集中办理了往年的积案", "figures": figures, "state": state}
    spot = Spot(NATURAL.format("received"), "表三", at, "自然人")
    waived = {"reason": said["reason"], "by": "", "date": ""} if state == "accepted" else None
    return Finding("prior-jump", "warning", (spot,), "70", "7", explained=said, waived=waived,
                   words={"zh": f"表三 {at} 与上年相差很大：70，上年 7。",
                          "en": f"表三 {at} is far from last year: 70, last year 7."})  # fmt: skip


def fact(name: str, state: str, path: str | None, **more: Any) -> dict:
    """Return an agency's entry in a campaign, with when its return came and whom to ask."""
    contact = {"name": "王某某", "phone": "0000-1234567"}
    facts = {"preferred": None, "others": [], "received": "2026-01-23", "days_late": 3,
             "sent_back": 1, "contact": contact}  # fmt: skip
    return {**member(name, state, path), **facts, **more}


def talk() -> Batch:
    """Return a batch with reasons in each state, a chosen return, one that waits, two of a kind."""
    later = Finding(
        "passing-superseded",
        "warning",
        figures={"name": "乙局"},
        words={"zh": "乙局第 1 次报送的表已经通过，仍以那份为准。", "en": "the first counts"},
    )
    twice = Finding(
        "duplicate",
        "error",
        figures={"name": "己局"},
        words={"zh": "己局报来 2 份不同的表。", "en": "two returns"},
    )
    files = {
        "a/甲.xlsx": (real("甲局"), reasoned("stands"), reasoned("refused", "E7")),
        "a/乙.xlsx": (real("乙局"), reasoned("accepted")),
        "a/乙-2.xlsx": (replace(real("乙局", {NATURAL.format("received"): 7}), sent=2), later),
        "a/丙.xlsx": (real("丙局", BROKEN), reasoned("void", figures=None)),
        "a/己1.xlsx": (real("己局"), twice),
        "a/己2.xlsx": (real("己局", {NATURAL.format("received"): 2}), twice),
    }
    results = []
    for number, (path, (report, *found)) in enumerate(files.items()):
        one = result(path, report)
        told = with_more(one, found)
        results.append(replace(told, sha256=f"{number:064x}", received=date(2026, 1, 23)))  # fmt: skip
    agencies = [
        fact("甲局", "warn", "a/甲.xlsx", preferred=f"{0:064x}"),
        fact("乙局", "warn", "a/乙.xlsx", others=["a/乙-2.xlsx"], days_late=0, sent_back=0),
        fact("丙局", "fail", "a/丙.xlsx", days_late=None, deadline=None),
        fact("戊局", "missing", None, received=None, days_late=None, sent_back=0, contact=None,
             deadline=None, kind="own"),
        fact("己局", "fail", None, others=["a/己1.xlsx", "a/己2.xlsx"],
             contact={"name": None, "phone": "0000-7654321"}),
    ]  # fmt: skip
    campaign = {"expected": 5, "missing": [{"name": "戊局", "code": "11戊局"}],
                "duplicates": [{"name": "己局", "paths": ["a/己1.xlsx", "a/己2.xlsx"]}],
                "strangers": [], "agencies": agencies}  # fmt: skip
    changed = (
        Verdicts("a/丙.xlsx", "丙局", "warn", "fail", ("prior-jump",), ("balance",)),
        Verdicts("b/走了.xlsx", None, "fail", "pass", ("balance",), ()),
    )
    return Batch(tuple(results), 0, campaign, changed=changed)


class Element:
    """An element of a page, with its attributes and children; texts are children too."""

    def __init__(self, name: str, attributes: dict[str, str | None]) -> None:
        self.name, self.attributes, self.children = name, attributes, []

    def __getitem__(self, name: str) -> str:
        return self.attributes[name] or ""

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""

    @property
    def classes(self) -> set[str]:
        return set(self.get("class").split())

    @property
    def text(self) -> str:
        return "".join(c if isinstance(c, str) else c.text for c in self.children)

    def all(self, name: str = "", cls: str = "") -> list["Element"]:
        """Return its descendants, by name and class."""
        return [e for e in self.walk() if name in ("", e.name) and (not cls or cls in e.classes)]

    def walk(self) -> Iterator["Element"]:
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()


class Tree(HTMLParser):
    """Builds the elements of a page, as a browser without scripts; wrong nesting fails."""

    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        assert len(element.attributes) == len(attrs)
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parsed(html: str) -> Element:
    """Return a page's elements."""
    tree = Tree()
    tree.feed(html)
    tree.close()
    assert len(tree.open) == 1
    return tree.open[0]
