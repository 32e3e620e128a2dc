"""The verdict of a return by the state line of its cover, and by every front end."""

import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

from desktop import excel
from office import resave
from returns import cases
from tamper import added_style, cell, edited

from toolkit import excel as hooks
from toolkit.blank.build import build
from toolkit.blank.live import live_rows
from toolkit.blank.plan import plan
from toolkit.blank.slots import word
from toolkit.edition.edition import Edition
from toolkit.files.examine import examine
from toolkit.page import returns as page
from toolkit.page.desk import Desk
from toolkit.returned.read import sheets_of
from toolkit.xlsx.book import open_book
from toolkit.xlsx.zip import open_package

DAY = (
    '<xf numFmtId="{}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"'
    ' applyProtection="1"><protection locked="0"/></xf>'
)
DAYS, MOMENTS = (14, 15, 17, 22), (18, 20, 21)
"""Built-in number formats that show a day, and those that show a time."""
TYPED = ("day", "small day", "moment", "yes", "no", "error")
"""What is typed into a cell for a number besides the mistakes of `returns`."""


def saved(edition: Edition, seed: int, count: int, folder: Path) -> list[tuple[str, Path, Path]]:
    """Return (what was typed, path, path) of returns; the second as LibreOffice saved it.

    LibreOffice saves a truth value as a formula: the front ends read the first.
    """
    rng = Random(f"{edition.form} {edition.name} {seed} typed")  # noqa: S311 - reproducible
    names, paths = [], []
    for number, case in enumerate(cases(edition, seed, count)):
        source = build(edition, case.report, case.report.prior)
        kinds = [rng.choice(TYPED) for _ in range(rng.choice((0, 0, 1, 2)))]
        for kind in kinds:
            source = _typed(source, edition, rng, kind)
        names.append(" + ".join((case.kind, *kinds)))
        paths.append(folder / f"{number:04d}.xlsx")
        paths[-1].write_bytes(source)
    return list(zip(names, paths, resave(paths, folder / "saved"), strict=True))


def _typed(source: bytes, edition: Edition, rng: Random, kind: str) -> bytes:
    """Return the workbook with something typed into one of its cells for numbers."""
    target = edition.cells[rng.choice([k for k in edition.typed if edition.cells[k].numeric])]
    if kind in ("yes", "no"):
        change = cell(target.at, f"<v>{int(kind == 'yes')}</v>", t="b")
    elif kind == "error":
        change = cell(target.at, "<v>#N/A</v>", t="e")
    else:
        formats = MOMENTS if kind == "moment" else DAYS
        source, style = added_style(source, DAY.format(rng.choice(formats)))
        value = {"day": rng.randint(40_000, 46_000), "small day": rng.randint(0, 60)}.get(kind, 0.5)
        change = cell(target.at, f"<v>{value}</v>", s=style)
    return edited(source, target.sheet, change)


# ── verdicts ──────────────────────────────────────────────────────────────────────────────────────


def by_cover(edition: Edition, path: Path) -> str:
    """Return the verdict of the state line of the cover, as it is stored."""
    cover = plan(edition)[0]
    place = min(at for at, slot in cover.slots.items() if slot.role == "state" and slot.formula)
    package = open_package(path.read_bytes())
    grids = sheets_of(package, open_book(package)).grids((100, 30))
    said = grids[cover.name].cells[place][1] or ""
    hint = word("overall_hint").partition("{n}")[0]
    if said.startswith(("✗", word("overall_open"))):
        return "fail"
    assert said.startswith(word("overall_good")), said
    return "warn" if hint in said else "pass"


def of_rules(edition: Edition, failed: Sequence[str]) -> str:
    """Return the verdict by the rules that failed and have a live row."""
    live = {row.id if row.keys else row.id.partition("[")[0] for row in live_rows(edition)}
    severities = {rule.id: rule.severity for rule in (*edition.balances, *edition.edits)}
    found = {severities[ident] for ident in failed if ident in live}
    return "fail" if "error" in found else "warn" if "warning" in found else "pass"


def by_check(edition: Edition, path: Path) -> str:
    """Return the verdict of `check`."""
    return of_rules(edition, examine(str(path)).failed)


def by_hook(edition: Edition, path: Path) -> str:
    """Return the verdict of the button, on an imitation of Excel."""
    with excel(path):
        found = hooks.active((), _unexpected, patience=600)
    assert found is not None
    return of_rules(edition, found.failed)


def _unexpected(message: str) -> None:
    raise AssertionError(message)


def differing(edition: Edition, seed: int, count: int, folder: Path) -> tuple[list[str], int]:
    """Return the returns whose verdicts differ, and how many kinds of verdict there are."""
    there = saved(edition, seed, count, folder)
    pages = by_page(edition, [path for _, path, _ in there], folder / "desk")
    found, seen = [], set()
    for number, (name, path, after) in enumerate(there):
        verdicts = {
            "cover": by_cover(edition, after),
            "check": by_check(edition, path),
            "button": by_hook(edition, path),
            "page": pages[number],
        }
        seen.update(verdicts.values())
        if len(set(verdicts.values())) > 1:
            found.append(f"{number} {name}: {verdicts}")
    return found, len(seen)


def by_page(edition: Edition, paths: Sequence[Path], folder: Path) -> list[str]:
    """Return the verdicts of the page's Python, which has files in a folder of its own."""
    desk = Desk(str(folder), "1")
    place = folder / page.RETURNS
    place.mkdir(parents=True)
    for number, path in enumerate(paths):
        (place / f"{number:04d}.xlsx").write_bytes(path.read_bytes())
    for path in page.listed(desk)["paths"]:
        page.examined(desk, path)
    results = json.loads(page.written(desk, "json", "zh"))["files"]
    return [
        of_rules(edition, one["rules"]["failed"])
        for one in sorted(results, key=lambda r: r["path"])
    ]
