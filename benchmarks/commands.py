"""The commands that two checkouts run on the same material, in every output format.

Each is a list of words; {out} is a folder of its own. Stores are written by one command and used by
the next, so that what is costly, the checking, is done once and every format is made of it.
Of a sample (`every` is more than 1) languages and explanations take turns.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise, product
from pathlib import Path

Words = list[str]
FORMATS = ("text", "json", "jsonl", "csv", "html", "xlsx")
LANGS = ("zh", "en")
LEVELS = ("", "central", "province", "city", "county", "town", "x")
EDITIONS = {"2021": "2025", "2019": "2020", "site-report/2017": "2025"}
"""{an edition that comes with gouji: a year of it}."""
COMMANDS = ("", "addin", "addin build", "blank", "cells", "check", "demo", "diff", "fill", "forms", "page",
            "read", "roll", "rollup", "roster", "rules", "schema")  # fmt: skip
TEMPLATES = ("--templates", "editions/templates")
WAYS = (("zh", False), ("en", True), ("zh", True), ("en", False))
"""Languages, with and without explanations; the two first have all four."""
BOARD = "board.xlsx"
"""What the workbook of check --format xlsx is called: it alone has the time in it."""
FILES = ("html", "xlsx")
"""Formats that are written with -o; csv is too, and then begins with a mark."""


def commands(material: Path, groups: Sequence[str], every: int) -> Iterator[Words]:
    """Yield the commands for groups of material; paths are as seen from inside `material`."""
    for group in groups:
        for words in GROUPS[group](material, every):
            asks = {"--lang", "--help", "--version"} & set(words)
            yield words if asks else [*words, "--lang", "zh"]


def files(material: Path, folder: str, ending: str = "") -> list[str]:
    """Return the files below a folder of the material, in order."""
    found = (path for path in (material / folder).rglob(f"*{ending}") if path.is_file())
    return sorted(path.relative_to(material).as_posix() for path in found)


def folders(material: Path, folder: str) -> list[str]:
    """Return the folders right below a folder of the material, in order."""
    inside = (material / folder).iterdir() if (material / folder).is_dir() else ()
    return sorted(path.relative_to(material).as_posix() for path in inside if path.is_dir())


# ── check and read ────────────────────────────────────────────────────────────────────────────────


def checks(path: str, *more: str, ways: int = 2) -> Iterator[Words]:
    """Yield a check without a store, then every format from a store.

    ways: of languages with and without explanations, how many for each format; 4 are all.
    """
    store = ("--store", f"out/{'-'.join((path, *more)).translate(_PLAIN)}.store")
    yield ["check", path, *more, "--format", "jsonl", "--jobs", "2"]
    for number, style in enumerate(FORMATS):
        for way in range(ways):
            lang, why = WAYS[(way + number * (ways == 1)) % len(WAYS)]
            words = ["check", path, *more, *store, "--format", style, "--lang", lang]
            yield [*words, *(["--explain"] if why else []), *output(style)]
    yield ["check", path, *more, *store, "--format", "csv", "-o", "{out}/a.csv"]


_PLAIN = str.maketrans("/. ", "---")


def ways(every: int, most: int = 2) -> int:
    """Return how many ways each format is written in: one of a sample."""
    return most if every == 1 else 1


def output(style: str) -> Words:
    """Return the option for a file where a format is written to one."""
    return ["-o", f"{{out}}/{BOARD if style == 'xlsx' else 'a.html'}"] if style in FILES else []


def reads(path: str, ways: int = 2) -> Iterator[Words]:
    """Yield every format of read; one of a sample."""
    if ways == 1:
        yield ["read", path, "--format", "jsonl"]
        return
    for style in ("json", "jsonl", "csv"):
        yield ["read", path, "--format", style, "--lang", "en"]
    yield ["read", path, "--format", "csv", "-o", "{out}/a.csv"]


def alone(path: str, *more: str) -> Iterator[Words]:
    """Yield what is written about one return only: its page, its text, its notice."""
    yield ["check", path, *more, "--format", "html", "-o", "{out}/a.html", "--explain"]
    yield ["check", path, *more, "--explain", "--notices", "{out}/notices", "--lang", "en"]


def fills(path: str) -> Words:
    """Return a fill of one return."""
    return ["fill", path, "-o", "{out}/a.xlsx"]


def diffs(paths: Sequence[str]) -> Iterator[Words]:
    """Yield a comparison of each file with the next, in both formats and languages."""
    for number, (old, new) in enumerate(pairwise(paths)):
        yield ["diff", old, new, "--lang", LANGS[number % 2]]
        yield ["diff", new, old, "--format", "json", "--lang", LANGS[number // 2 % 2]]


# ── groups ────────────────────────────────────────────────────────────────────────────────────────


def forms(_: Path, __: int) -> Iterator[Words]:
    """Yield what needs no returns: help, what there is, blanks, rosters, the demo, the add-in."""
    for name, lang in product(COMMANDS, LANGS):
        yield [*name.split(), "--lang", lang, "--help"]
    yield ["--version"]
    for lang in LANGS:
        yield ["forms", "--lang", lang]
        yield ["roster", "-o", "{out}/roster.xlsx", "--lang", lang]
        yield ["demo", "{out}/demo", "--lang", lang]
        yield ["addin", "build", "-o", "{out}/gouji.xlam", "--lang", lang]
        yield ["rules", "--edition", "nowhere", "--lang", lang]
        yield ["check", "nowhere.xlsx", "--lang", lang]
    for name, year in EDITIONS.items():
        yield from form(name, year)


def form(name: str, year: str, *more: str) -> Iterator[Words]:
    """Yield what there is to say about an edition, and its blanks for each level."""
    given = ("--edition", name, *more)
    for lang in LANGS:
        yield ["cells", *given, "--lang", lang]
        for style in ("text", "json", "md"):
            yield ["rules", *given, "--format", style, "--lang", lang]
    yield ["schema", *given]
    yield ["schema", *given, "-o", "{out}/a.json"]
    for level in LEVELS:
        words = ["blank", *given, "--year", year, "--agency", "a b", "-o", "{out}/a.xlsx"]
        yield [*words, *(["--level", level, "--code", "0001"] if level else [])]


def editions(material: Path, _: int) -> Iterator[Words]:
    """Yield what is said about editions that contradict themselves, and about overlays."""
    for path in files(material, "editions", ".toml"):
        yield ["cells", "--edition", path]
        yield ["rules", "--edition", path, "--format", "json", "--lang", "en"]
    yield ["forms", *TEMPLATES]
    yield ["forms", "--templates", "editions/overlays", "--lang", "en"]
    for path in files(material, "editions/templates", ".toml"):
        name = "/".join(Path(path).with_suffix("").parts[-2:])
        yield from form(name, "2025", *TEMPLATES)


def cases(material: Path, every: int) -> Iterator[Words]:
    """Yield the commands for reports in JSON and as workbooks, each with last year's or without."""
    yield from returns_of(material, "cases", ways(every))


def random(material: Path, every: int) -> Iterator[Words]:
    """Yield the same for random reports, and for those that hold words made to harm."""
    yield from returns_of(material, "random", ways(every))


def returns_of(material: Path, group: str, ways: int) -> Iterator[Words]:
    """Yield the commands for json/, filled/ and prior/ of a group."""
    for kind in ("json", "filled"):
        yield from checks(f"{group}/{kind}", ways=ways)
        yield from reads(f"{group}/{kind}", ways)
        yield from diffs(files(material, f"{group}/{kind}")[:: 1 if kind == "json" else 6])
    for path in files(material, f"{group}/json"):
        name = Path(path).name
        last = f"{group}/prior/{name}"
        more = ("--prior", last) if (material / last).is_file() else ()
        yield from alone(path, *more)
        yield fills(path)
        book = f"{group}/filled/{Path(name).stem}.xlsx"
        if more and (material / book).is_file():
            yield ["check", book, *more, "--format", "json"]
            yield ["blank", "--year", "2025", "--agency", "a", *more, "-o", "{out}/a.xlsx"]


def real(material: Path, every: int) -> Iterator[Words]:
    """Yield the commands for real reports: also each with any other as last year's."""
    for folder in folders(material, "real"):
        yield from checks(folder, ways=ways(every, 4))
        yield from reads(folder)
        yield from diffs(files(material, folder))
        for path in files(material, folder):
            yield from alone(path)
            yield fills(path)
            yield ["read", path]
    reports = files(material, "real/tests")
    for path, last in product(reports, reports):
        yield ["check", path, "--prior", last, "--explain", "--format", "json"]
    for last in reports:
        words = ["blank", "--year", "2025", "--agency", "a", "--prior", last]
        yield [*words, "-o", "{out}/a.xlsx"]


def returns(material: Path, every: int) -> Iterator[Words]:
    """Yield the commands for returns that were sent, and for each list that may be a roster."""
    for folder in folders(material, "returns"):
        yield from checks(folder, ways=ways(every, 4))
        yield from reads(folder, ways(every))
    rosters = [path for path in files(material, "returns") if "roster" in Path(path).name]
    for roster in rosters:
        beside = str(Path(roster).parent.as_posix())
        yield ["blank", "--year", "2025", "--roster", roster, "-o", "{out}/blanks"]
        yield ["check", beside, "--roster", roster, "--year", "2025", "--format", "json"]
    for path in files(material, "returns")[:: min(every, 6)]:
        yield from alone(path)
        yield fills(path)
    for last in files(material, "returns/public/F07-last-year-by-code", ".json"):
        yield from alone("returns/public/F07-last-year-by-code/return-2025.xlsx", "--prior", last)


def documents(material: Path, _: int) -> Iterator[Words]:
    """Yield the commands for documents, each of which is named."""
    found = files(material, "documents")
    if found:
        yield ["check", "documents", "--format", "json"]
        yield ["check", *found, "--format", "jsonl"]
        yield ["check", *found, "--lang", "en"]
        yield ["read", *found]
    for path in found:
        yield fills(path)


def workbooks(material: Path, _: int) -> Iterator[Words]:
    """Yield the commands for public workbooks."""
    for folder in folders(material, "workbooks"):
        yield from checks(folder, ways=1)
        yield ["read", folder, "--format", "csv"]
    for path in files(material, "workbooks")[::10]:
        yield fills(path)


def forged(material: Path, every: int) -> Iterator[Words]:
    """Yield the commands for forged workbooks, archives and mails, and for random changes."""
    for folder in ("forged/books", "forged/archives", "forged/mutants"):
        yield from checks(folder, ways=ways(every))
        yield from reads(folder, ways(every))
    for path in files(material, "forged/archives"):
        yield ["check", path, "--format", "json"]
        yield fills(path)
    for path in files(material, "forged/books")[::4]:
        yield from alone(path)
        yield fills(path)


def season(_: Path, every: int) -> Iterator[Words]:
    """Yield a season: what was sent, sent back, mended, added up, and held against last year's."""
    roster, prior = ("--roster", "season/roster.xlsx"), ("--prior", "season/last")
    waivers = ("--waivers", "season/waivers.csv")
    for last in ((), prior):
        words = ["blank", "--year", "2025", *roster, *last]
        yield [*words, "-o", "{out}/blanks"]
    yield from checks("season/first", *roster, *prior, "--year", "2025", ways=ways(every))
    if every == 1:
        yield from checks("season/fixed", *roster, *prior, *waivers, ways=1)
    yield from reads("season/first", ways(every))
    yield ["check", "season/last", "--store", "out/last.store", "--format", "json"]
    stored = ("--prior", "out/last.store")
    for last in (prior, stored):
        yield ["check", "season/first", *roster, *last, "--notices", "{out}/notices", "--explain"]
    yield ["check", "season/fixed", *roster, "--waivers", "season/waivers-bad.csv"]
    yield ["check", "season/first", "--notices", "{out}/notices", "--lang", "en"]
    yield from rollups((*roster, *prior), stored, waivers, LANGS[: ways(every)])


def rollups(
    beside: Sequence[str], stored: Sequence[str], waivers: Sequence[str], langs: Sequence[str]
) -> Iterator[Words]:
    """Yield roll-ups of what passes and of what does not, and what is done with a roll-up."""
    store = ("--store", "out/rollup.store")
    for folder, lang in product(("season/fixed", "season/first"), langs):
        whole = ["rollup", folder, "--agency", "A", "-o", "{out}/a.xlsx", "--lang", lang]
        yield [*whole, *beside, *store]
        yield [*whole, *beside, *store, "--partial"]
        yield [*whole, *store, "--partial", "--level", "county", "--code", "1"]
        yield [*whole, *beside[:2], *stored, *store, *waivers, "--partial"]
    made = [f"out/{name}.xlsx" for name in ("old", "new")]
    for path, folder in zip(made, ("season/fixed", "season/first"), strict=True):
        words = ["rollup", folder, "--agency", "A", *beside, *store, "--partial"]
        yield [*words, "-o", path]
        yield from alone(path)
        yield ["read", path]
        yield fills(path)
    yield from diffs(made)


GROUPS: Mapping[str, Callable[[Path, int], Iterator[Words]]] = {
    "forms": forms,
    "editions": editions,
    "real": real,
    "cases": cases,
    "random": random,
    "returns": returns,
    "documents": documents,
    "season": season,
    "forged": forged,
    "workbooks": workbooks,
}
"""{group: its commands}; all but forms have a folder of that name in the material."""
