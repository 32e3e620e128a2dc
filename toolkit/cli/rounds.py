"""A season of the demo's district by its commands: blanks, returns, corrections, the region's report."""

import json
from collections.abc import Mapping
from contextlib import chdir, suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from .. import data
from ..campaign.handout import roster_file
from ..campaign.roster import Member
from ..data import filled, texts
from ..edition import edition
from ..report.explanation import Explanation
from ..report.report import Report
from ..workers import warm
from .console import gouji
from .district import FIGURES, report_of, write_json, write_return

Script = Mapping[str, Any]
"""What the demo plays: figures, agencies, their mistakes and corrections."""


def play_season(target: Path, lang: str) -> None:
    """Play a season of a district in a folder of its own by the commands that an office types."""
    for path in sorted(data.home("templates").rglob(FIGURES)):
        script = json.loads(path.read_text("utf-8"), parse_float=Decimal)
        if "season" in script:
            with warm():
                _play(target, path, script, texts("demo", lang), lang)


def _play(target: Path, path: Path, script: Script, words: Mapping[str, str], lang: str) -> None:
    form, wish = edition.load(path.with_name(f"{script['edition']}.toml")), script["season"]
    home = target / words["season"]
    returns, last = home / words["returns"], home / words["last"]
    for folder in (home, returns, last):
        folder.mkdir()
    entries = [entry for entry in script["returns"] if entry["agency"] in wish["right"]]
    prior = report_of(form, wish["prior"], script)
    write_json(last / f"{prior.agency['name']}.json", prior)
    members = [_member(entry, "department") for entry in entries]
    members.insert(0, _member(wish["own"], "own"))
    (home / words["roster"]).write_bytes(roster_file(members))
    region = ("--year", str(entries[0]["year"]), "--agency", wish["region"])
    given = ("--sender", wish["sender"], "--roster", words["roster"], "--prior", words["last"])
    board = ("--format", "html", "-o")

    def sent(entry: Script) -> None:
        report = report_of(form, entry, script)
        its = prior if prior.agency["name"] == entry["agency"] else None
        write_return(returns / _name(entry), _explained(report, wish["reasons"]), its, entry)

    with chdir(home):
        click.echo("\n" + filled(words["season-start"], folder=home))
        _run(lang, "season", "new", *region, *given)
        _run(lang, "blank", "-o", words["blanks"])
    click.echo(filled(words["season-first"], n=len(entries)))
    for entry in entries:
        sent(entry)
    with chdir(home):
        _run(
            lang, "check", words["returns"], *board, words["board"], "--notices", words["sent-back"]
        )
    click.echo(filled(words["season-again"]))
    for entry in (wish["own"], *entries):
        if right := wish["right"].get(entry["agency"], {}):
            sent({**entry, **right})
    with chdir(home):
        waivers = words["waivers"]
        better = f"{words['returns']}/{_name(wish['prior'] | wish['right'][wish['prior']['agency']])}.xlsx"
        _run(lang, "check", words["returns"], "--prefer", better, "--accept", waivers, *board,
             words["board-again"])  # fmt: skip
        _run(lang, "check", words["returns"], "--waivers", waivers, "--format", "xlsx", "-o",
             words["result"])  # fmt: skip
        _run(lang, "rollup", words["returns"], "--waivers", waivers, "-o", words["total"])
    click.echo(filled(words["season-next"], folder=home, board=words["board-again"]))


def _name(entry: Script) -> str:
    """Return the name of the file of a return, without its ending."""
    return f"{entry['agency']}-{entry.get('sent', 1)}"


def _member(entry: Script, kind: str) -> Member:
    return Member(entry["agency"], level=entry["level"], kind=kind)


def _explained(report: Report, reasons: Script) -> Report:
    """Return a report with the reason that its agency gives beside a live row, if any."""
    rule, reason = reasons.get(str(report.agency["name"]), ("", ""))
    given = Explanation(rule.partition("[")[0], (), reason, rule=rule)
    return replace(report, explained=(given,)) if reason else report


def _run(lang: str, *words: str) -> None:
    """Print a command and run it, as if it had been typed here."""
    typed = (f'"{word}"' if " " in word else word for word in words)
    click.echo(f"\n$ gouji {' '.join(typed)}")
    with suppress(SystemExit):
        gouji.main([*words, "--lang", lang], prog_name="gouji", standalone_mode=False)
