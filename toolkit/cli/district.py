"""A small district in one command: blanks out, returns in, some broken, all checked."""

import io
import json
import re
import sys
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from itertools import chain, count
from pathlib import Path
from typing import Any

import click

from .. import data
from ..blank.build import build
from ..blank.plan import plan
from ..data import filled, reason, refused, say, texts
from ..edition import edition
from ..edition.edition import Edition
from ..escape import inert
from ..files.examine import examine, prior_numbers
from ..finding import Batch
from ..output import text
from ..report.report import Report, as_json, dumps, recompute
from ..returned.fill import prefilled
from .console import INTERRUPTED

FIGURES = "demo.json"


def play(folder: str | None, lang: str) -> Path:
    """Build, fill, break and check a district's returns in `folder`; print the next steps.

    Return the folder.
    """
    words = texts("demo", lang)
    target = _target(folder, words)
    try:
        _play(target, words, lang)
    except (OSError, KeyboardInterrupt) as error:
        stopped = isinstance(error, KeyboardInterrupt)
        why = say("cli", "stopped", lang) if stopped else reason(refused(error), lang)
        click.echo(say("cli", "demo-stopped", lang, why=why, folder=inert(str(target))), err=True)
        sys.exit(2 if isinstance(error, OSError) else INTERRUPTED)
    return target


def _play(target: Path, words: Mapping[str, str], lang: str) -> None:
    """Build, fill, break and check a district's returns in a folder."""
    blanks, returns, before = (target / words[part] for part in ("blanks", "returns", "last"))
    for part in (target, blanks, returns, before):
        part.mkdir(exist_ok=True)
    scripts = [(path, json.loads(path.read_text("utf-8"), parse_float=Decimal))
               for path in sorted(data.home("templates").rglob(FIGURES))]  # fmt: skip
    click.echo(filled(words["start"], n=sum(len(script["returns"]) for _, script in scripts)))
    names: list[tuple[Path, list[Report]]] = []
    for path, script in scripts:
        form = edition.load(path.with_name(f"{script['edition']}.toml"))
        priors = [report_of(form, entry, script) for entry in script["prior"]]
        for prior in priors:
            write_json(before / f"{prior.agency['name']}-{prior.year}.json", prior)
        for entry in script["returns"]:
            name = f"{len(names) + 1:02d}-{entry['agency']}-{entry['year']}"
            report = report_of(form, entry, script)
            last = next((p for p in priors if p.agency["name"] == entry["agency"]), None)
            _blank(blanks / f"{name}.xlsx", report, last)
            names.append((write_return(returns / name, report, last, entry), priors))
    click.echo(filled(words["checking"], folder=returns) + "\n")
    results = tuple(examine(str(path), priors) for path, priors in names)
    colour = sys.stdout.isatty()
    click.echo("".join(text.lines(Batch(results), lang, colour=colour)), color=colour)
    first = next(r.path for r in results if r.verdict == "fail" and r.path.endswith("xlsx"))
    click.echo(filled(words["next"], first=first, folder=returns, blanks=blanks, last=before))


def _blank(path: Path, report: Report, last: Report | None) -> None:
    """Write the blank workbook for the agency of a report."""
    form = report.edition
    empty = Report(form, report.agency, report.year, dict.fromkeys(form.cells))
    path.write_bytes(build(form, prefilled(empty, last), prior_numbers(form, last)))


def write_return(path: Path, report: Report, last: Report | None, entry: Mapping[str, Any]) -> Path:
    """Write an agency's return, a workbook or JSON; return its path with the ending."""
    form = report.edition
    if entry.get("json"):
        path = path.with_name(f"{path.name}.json")
        write_json(path, report)
    else:
        path = path.with_name(f"{path.name}.xlsx")
        workbook = build(form, report, prior_numbers(form, last))
        path.write_bytes(_tampered(form, workbook, entry.get("tamper", {})))
    return path


def write_json(path: Path, report: Report) -> None:
    """Write a report as JSON."""
    path.write_text(dumps(as_json(report)), encoding="utf-8")


def _target(folder: str | None, words: Mapping[str, str]) -> Path:
    """Return a new or empty folder for the demo; exits where `folder` holds files."""
    if folder is not None:
        target = Path(folder)
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            click.echo(filled(words["occupied"], folder=folder), err=True)
            sys.exit(2)
        target.parent.mkdir(parents=True, exist_ok=True)
        return target
    names = chain(("gouji-demo",), (f"gouji-demo-{number}" for number in count(2)))
    return next(path for path in map(Path, names) if not path.exists())


def report_of(form: Edition, entry: Mapping[str, Any], script: Mapping[str, Any]) -> Report:
    """Return the report an entry of the script describes: figures, rest 0 or blank, changes."""
    rest = None if entry.get("blank") else 0
    counted = {key for key, cell in form.cells.items() if cell.numeric}
    values = {
        key: rest if key in counted and form.cells[key].table in form.statutory else None
        for key in form.typed
    }
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
        sent=entry.get("sent"),
    )


def _tampered(form: Edition, workbook: bytes, changes: Mapping[str, Mapping[str, int]]) -> bytes:
    """Return a workbook with formulas replaced by numbers; changes: {sheet: {cell: number}}."""
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
