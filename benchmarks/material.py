"""Makes the files that two checkouts are compared on: one folder for each group.

    python -P benchmarks/material.py CHECKOUT SHARED FOLDER EVERY GROUP...

The checkout and its tests/ are on PYTHONPATH. CHECKOUT's tests give the cases and what makes forged
files; SHARED holds what is public. EVERY: each so-many-th file of a large set is taken.
What could not be had is printed. benchmarks/same.py starts this.
"""

import contextlib
import csv
import io
import json
import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

from toolkit.cli import main as command

CASES = ("numbers", "balances", "years", "form", "website")
SEED = "seed_jiguan_shiwu_2025"
CITY = "suqian_city_2024"
RANDOM, MUTANTS = 90, 200
"""Random returns of each edition; filled returns whose structure is changed at random."""
LARGEST = 2 * 10**6
"""Bytes of a forged file that is taken; larger ones are bombs, tried elsewhere."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the material comes from and how much of it is taken."""

    tests: Path
    shared: Path
    every: int

    def some(self, files: Iterable[Any], least: int = 1) -> Iterator[Any]:
        """Yield each so-many-th, and with `least` at least one in so many of those."""
        return islice(files, None, None, max(1, self.every // least))

    def data(self, name: str) -> Path:
        """Return a file or folder of tests/, wherever it lies there."""
        return next(
            path for path in sorted(self.tests.rglob(name)) if "__pycache__" not in str(path)
        )

    def cases(self, name: str) -> dict[str, Any]:
        """Return a file of cases; fractions are Decimal."""
        text = self.data(f"{name}.toml").read_text(encoding="utf-8")
        return tomllib.loads(text, parse_float=Decimal)


def main() -> None:
    """Make the groups asked for."""
    checkout, shared, folder, every, *groups = sys.argv[1:]
    source = Source(Path(checkout) / "tests", Path(shared), int(every))
    for group in groups:
        target = Path(folder) / group
        target.mkdir(parents=True)
        GROUPS[group](source, target)


def gouji(*words: object) -> int:
    """Run a command of the checkout; return its exit status."""
    sys.argv = ["gouji", *map(str, words)]
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nothing,
        contextlib.redirect_stdout(nothing),
        contextlib.redirect_stderr(nothing),
    ):
        try:
            command()
        except SystemExit as status:
            return status.code if isinstance(status.code, int) else 1
    return 0


def write(path: Path, content: bytes | str) -> None:
    """Write a file and the folders it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def copy(source: Path, target: Path, kept: Callable[[Path], bool] = Path.is_file) -> None:
    """Copy the files below a folder; say where there is none."""
    if not source.is_dir():
        print(f"skipped: no folder {source.name} in {source.parent}")
    for path in sorted(source.rglob("*")):
        if path.is_file() and kept(path):
            write(target / path.relative_to(source), path.read_bytes())


def as_text(report: Mapping[str, Any]) -> str:
    """Return a report as JSON; a Decimal keeps its digits."""
    text = json.dumps(report, ensure_ascii=False, default=lambda number: f"\0{number:f}")
    return re.sub(r'"\\u0000([^"]*)"', r"\1", text)


def described(report: Any) -> dict[str, Any]:
    """Return a report of the tests as report JSON."""
    return {
        "form": report.edition.form,
        "edition": report.edition.name,
        "year": report.year,
        "agency": dict(report.agency),
        "values": dict(report.values),
        "nil": list(report.nil),
        "texts": dict(report.texts),
        "origin": report.origin,
    }


def edition(form: str, name: str) -> Any:
    """Return an edition, as the tests' helper has it."""
    return import_module("forge").honest(form, name)[0]


# ── cases ─────────────────────────────────────────────────────────────────────────────────────────


def make_cases(source: Source, target: Path) -> None:
    """Write each case as report JSON with last year's beside it, and as a filled workbook."""
    for name in CASES:
        for number, case in enumerate(source.cases(name)["case"]):
            prior = case_report(source, case["prior"], -1) if "prior" in case else None
            write_case(source, target, f"{name}-{number:03d}", case_report(source, case), prior)
    texts = source.cases("texts")
    for number, case in enumerate(texts["case"]):
        write_case(source, target, f"texts-{number:03d}", text_report(texts["numbers"], case))
    for number, case in enumerate(source.cases("mistakes")["mistake"]):
        last = real(source, case["last"]) if "last" in case else None
        write_case(source, target, f"mistakes-{number:03d}", mistake(source, case), last)
    for path in sorted((target / "json").iterdir()):
        (target / "filled").mkdir(exist_ok=True)
        gouji("fill", path, "-o", target / "filled" / f"{path.stem}.xlsx")


def write_case(
    source: Source,
    target: Path,
    name: str,
    report: Mapping[str, Any],
    prior: Mapping[str, Any] | None = None,
) -> None:
    """Write one case; of a sample only each so-many-th."""
    if int(name.rpartition("-")[2]) % source.every == 0:
        write(target / "json" / f"{name}.json", as_text(report))
        if prior:
            write(target / "prior" / f"{name}.json", as_text(prior))


def real(source: Source, name: str) -> dict[str, Any]:
    """Return a real report, or the made-up one beside the cases."""
    text = source.data(f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text, parse_float=Decimal)
    return found


def case_report(source: Source, case: Mapping[str, Any], year: int = 0) -> dict[str, Any]:
    """Return the report a case describes; `year` is added to its base's."""
    base = real(source, case.get("base", SEED))
    form = edition(base["form"], base["edition"])
    values = {key: 0 for key, cell in form.cells.items() if cell.table not in form.statutory}
    values |= base["values"]
    for pattern in case.get("clear", ()):
        values |= {key: None for key in values if fnmatchcase(key, pattern)}
    level = case.get("level", "city" if "base" in case else "county")
    return base | {
        "year": case.get("year", base["year"] + year),
        "agency": base["agency"] | {"level": level},
        "values": values | case.get("set", {}),
        "nil": case.get("nil", []),
        "texts": case.get("texts", {}),
        "origin": case.get("origin", "json"),
        **case.get("field", {}),
    }


def text_report(numbers: Mapping[str, Any], case: Mapping[str, Any]) -> dict[str, Any]:
    """Return a report that is all 0 but for the case's numbers, with its text."""
    year = case.get("year", 2025)
    form = edition("annual-report", "2021" if year > 2020 else "2019")
    values: dict[str, Any] = dict.fromkeys(form.cells, 0)
    values |= {key: n for key, n in numbers.items() if key in values} | case.get("set", {})
    return {
        "form": form.form,
        "edition": form.name,
        "year": year,
        "agency": {"name": case.get("agency", "x"), "code": None, "level": None},
        "values": {key: None if value == "blank" else value for key, value in values.items()},
        "texts": {case.get("section", "overview"): case["text"]},
    }


def mistake(source: Source, case: Mapping[str, Any]) -> dict[str, Any]:
    """Return a city's report with one of the typical mistakes; "" leaves a cell blank."""
    base = real(source, CITY)
    changes = {key: None if value == "" else value for key, value in case["changes"].items()}
    more = {"values": base["values"] | changes, "nil": case.get("nil", [])}
    return base | more | {"origin": case["origin"]}


# ── editions ──────────────────────────────────────────────────────────────────────────────────────


def make_editions(source: Source, target: Path) -> None:
    """Write the editions and overlays of the tests, sound and contradicting themselves."""
    for name in ("editions", "overlays", "overlays-site"):
        cases = source.cases(name)
        write(target / name / "base.toml", cases["base"])
        for number, case in source.some(enumerate(cases["case"])):
            text = cases["base"]
            for old, new in case.get("change", ()):
                text = text.replace(old, new)
            write(target / name / f"{number:03d}.toml", text)
        if name != "editions":
            head = tomllib.loads(cases["base"])
            form = head["extends"].partition("/")[0]
            write(target / "templates" / form / f"{head['name']}.toml", cases["base"])


# ── files others have made ────────────────────────────────────────────────────────────────────────


def make_real(source: Source, target: Path) -> None:
    """Copy the real reports, and the workbooks of earlier versions."""
    copy(source.data("real"), target / "tests", lambda path: path.suffix == ".json")
    copy(source.data("versions"), target / "versions")
    copy(source.shared / "real", target / "shared")


def make_returns(source: Source, target: Path) -> None:
    """Copy the returns that people and programs sent."""
    copy(source.shared / "returns", target)


def make_documents(source: Source, target: Path) -> None:
    """Copy the published documents; they are no returns, but may be handed in as such."""
    copy(source.shared / "documents", target)


def make_workbooks(source: Source, target: Path) -> None:
    """Copy the public workbooks."""
    taken = set(source.some(sorted((source.shared / "workbooks").rglob("*"))))
    copy(source.shared / "workbooks", target, taken.__contains__)


# ── files made to harm ────────────────────────────────────────────────────────────────────────────


def make_forged(source: Source, target: Path) -> None:
    """Write every forged workbook, archive and mail, and returns changed at random."""
    forge, mutations = import_module("forge"), import_module("mutations")
    every = ((f"{name} {at}", make) for name, places in forge.cases().items()
             for at, make in places.items())  # fmt: skip
    for number, (name, make) in source.some(enumerate(every)):
        content = make()
        if len(content) <= LARGEST:
            kind = re.sub(r"\W+", "-", name.partition("/")[0])
            label = re.sub(r"[^A-Za-z0-9]+", "-", name)[:60].strip("-")
            write(target / "books" / kind / f"{number:04d}-{label}.xlsx", content)
    source_file = forge.honest(*forge.EDITIONS[0])[1]
    archives = import_module("forgezip").archives(source_file)
    for name, (content, _) in source.some(archives.items(), 4):
        write(target / "archives" / name, content)
    for seed in source.some(range(MUTANTS)):
        mutant = mutations.mutant(seed)
        write(target / "mutants" / f"{seed:03d}-{mutant.name}", mutant.content)


def make_random(source: Source, target: Path) -> None:
    """Write random returns of each edition, with last year's; and names and texts made to harm."""
    forge, returns = import_module("forge"), import_module("returns")
    for form, name in forge.EDITIONS:
        cases = returns.cases(edition(form, name), 7, RANDOM)
        for number, case in source.some(enumerate(cases), 2):
            label = f"{form}-{name}-{number:02d}-{case.kind}.json"
            write(target / "json" / label, as_text(described(case.report)))
            if case.prior:
                write(target / "prior" / label, as_text(described(case.prior)))
    base = real(source, SEED)
    for number, (name, evil) in enumerate(import_module("hazards").EVIL.items()):
        agency = {"name": evil, "code": evil, "level": "county"}
        report = base | {"agency": agency, "texts": {"overview": evil, "other": f"a{evil}"}}
        text = json.dumps(report, default=float)
        write(target / "json" / f"evil-{number:02d}-{name.replace(' ', '-')}.json", text)
    (target / "filled").mkdir()
    for path in sorted((target / "json").iterdir()):
        gouji("fill", path, "-o", target / "filled" / f"{path.stem}.xlsx")


# ── a season ──────────────────────────────────────────────────────────────────────────────────────


def make_season(_: Source, target: Path) -> None:
    """Write a district's season: roster, last year's, what was sent, what passes, waivers."""
    district = import_module("district")
    roster, year = target / "roster.xlsx", district.YEAR
    gouji("roster", "-o", roster)
    district.fill_roster(roster)
    gouji("blank", "--year", year, "--roster", roster, "-o", target / "blanks")
    names = range(len(district.NAMES))

    def blank(number: int) -> bytes:
        """Return the blank that an agency was handed."""
        found = sorted((target / "blanks").glob(f"{district.code(number)}-*.xlsx"))
        return found[0].read_bytes()

    for number in names:
        last = district.report(number, district.last_year(number), year - 1)
        write(target / "last" / f"{number:03d}.json", as_text(described(last)))
        sent = district.sent(blank(number), district.this_year(number))
        write(target / "fixed" / f"{number:03d}.xlsx", sent)
    district.post(target / "first", blank, lambda books: books)
    write_waivers(target, ("--roster", roster, "--prior", target / "last"))


def write_waivers(target: Path, beside: Sequence[object]) -> None:
    """Write waivers for some of the warnings there are: in force, out of date, not to be waived."""
    told = target / "told.csv"
    gouji("check", target / "fixed", *beside, "--format", "csv", "--lang", "en", "-o", told)
    rows = csv.DictReader(io.StringIO(told.read_text(encoding="utf-8-sig"), newline=""))
    found = [row for row in rows if row["severity"] in {"warning", "error"}]
    told.unlink()
    days = ("", "2020-01-31", "2999-12-31")
    with (target / "waivers.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("agency", "code", "cell", "reason", "by", "date", "until"))
        for number, row in enumerate(found[:60]):
            place = f"{row['sheet']} {row['at']}".strip()
            until = days[number % 3]
            lines.writerow((row["agency"], row["finding"], place, "r", "b", "2026-01-12", until))
    write(target / "waivers-bad.csv", "agency,code,cell,reason,by,date\nx,jump,,,b,2026-13-01\n")


GROUPS: Mapping[str, Callable[[Source, Path], None]] = {
    "cases": make_cases,
    "editions": make_editions,
    "real": make_real,
    "returns": make_returns,
    "documents": make_documents,
    "workbooks": make_workbooks,
    "forged": make_forged,
    "random": make_random,
    "season": make_season,
}
"""{group, as its folder is called: what makes it}."""

if __name__ == "__main__":
    main()
