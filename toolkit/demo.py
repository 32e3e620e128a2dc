"""A small district in one command: blanks out, returns in, some broken, all checked."""

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from . import data, edition
from .edition import Edition
from .examine import examine, prior_numbers
from .finding import Batch
from .output import text
from .report import Report, as_json, dumps, recompute
from .workbook.build import build
from .workbook.fill import prefilled
from .workbook.sheets import plan

FIGURES = "demo.json"


def play(folder: str | None, lang: str) -> None:
    """Build, fill, break and check a district's returns in `folder`; say where to look next."""
    path = next(data.home("templates").rglob(FIGURES))
    script = json.loads(path.read_text("utf-8"), parse_float=Decimal)
    words = {name: choice[lang] for name, choice in data.messages()["demo"].items()}
    target = _target(folder, words)
    form = edition.load(path.with_name(f"{script['edition']}.toml"))
    blanks, returns, before = (target / words[part] for part in ("blanks", "returns", "last"))
    for part in (target, blanks, returns, before):
        part.mkdir(exist_ok=True)
    click.echo(words["start"].format(n=len(script["returns"])))
    priors = [_report(form, entry, script) for entry in script["prior"]]
    for report in priors:
        path = before / f"{report.agency['name']}-{report.year}.json"
        path.write_text(dumps(as_json(report)), encoding="utf-8")
    names = []
    for number, entry in enumerate(script["returns"], 1):
        report = _report(form, entry, script)
        name = f"{number:02d}-{entry['agency']}-{report.year}"
        last = next((p for p in priors if p.agency["name"] == entry["agency"]), None)
        numbers = prior_numbers(form, last)
        empty = Report(form, report.agency, report.year, dict.fromkeys(form.cells))
        (blanks / f"{name}.xlsx").write_bytes(build(form, prefilled(empty, last), numbers))
        if entry.get("json"):
            path = returns / f"{name}.json"
            path.write_text(dumps(as_json(report)), encoding="utf-8")
        else:
            path = returns / f"{name}.xlsx"
            path.write_bytes(_tampered(form, build(form, report, numbers), entry.get("tamper", {})))
        names.append(path)
    click.echo(words["checking"].format(folder=returns) + "\n")
    results = tuple(examine(str(path), priors) for path in names)
    colour = sys.stdout.isatty()
    click.echo("".join(text.lines(Batch(results), lang, colour=colour)), color=colour)
    first = next(r.path for r in results if r.verdict == "fail" and r.path.endswith("xlsx"))
    click.echo(words["next"].format(first=first, folder=returns, blanks=blanks, last=before))


def _target(folder: str | None, words: Mapping[str, str]) -> Path:
    """Return an empty folder to play in; nobody's files are touched."""
    if folder is not None:
        target = Path(folder)
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            click.echo(words["occupied"].format(folder=folder), err=True)
            sys.exit(2)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target
    return next(path for path in _numbered(Path("gouji-demo")) if not path.exists())


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    for number in range(2, 10_000):
        yield path.with_name(f"{path.name}-{number}")


def _report(form: Edition, entry: Mapping[str, Any], script: Mapping[str, Any]) -> Report:
    """Return the report an entry of the script describes: figures, rest 0 or blank, changes."""
    rest = None if entry.get("blank") else 0
    values = {key: rest if form.cells[key].table in form.statutory else None for key in form.typed}
    values |= script["figures"][entry["figures"]] | entry.get("set", {})
    full = recompute(form, values, tuple(entry.get("nil", ())))
    is_json = entry.get("json", False)
    return Report(
        edition=form,
        agency={"name": entry["agency"], "code": None, "level": entry["level"]},
        year=entry["year"],
        values=full | entry.get("totals", {}),
        nil=tuple(entry.get("nil", ())),
        texts=script["texts"],
        origin="json" if is_json else "workbook",
    )


def _tampered(form: Edition, workbook: bytes, changes: Mapping[str, Mapping[str, int]]) -> bytes:
    """Return a workbook whose formulas somebody replaced by numbers: {sheet: {cell: number}}."""
    names = [sheet.name for sheet in plan(form)]
    parts = {f"xl/worksheets/sheet{names.index(name) + 1}.xml": c for name, c in changes.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            text = old.read(entry)
            for at, number in parts.get(entry.filename, {}).items():
                cell = rf'(<c r="{at}"[^>]*>)<f>.*?</c>'
                text = re.sub(cell.encode(), rf"\g<1><v>{number}</v></c>".encode(), text)
            new.writestr(entry, text)
    return out.getvalue()
