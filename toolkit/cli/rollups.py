"""Commands that add up and compare returns: rollup, diff."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import data
from ..console import command, crew_of, emit, help_text, options, refuse_over, stop
from ..escape import inert
from ..saving import write_file
from .given import gathered, last_years, level_key, members_of, new_file, say_homeless
from .season import checked

if TYPE_CHECKING:
    from ..examine import Read
    from ..workers import Workers


@command("rollup")
@options("templates", "prior", "waivers", "store", "output", "force")
@click.argument("paths", nargs=-1, required=True)
@click.option("--agency", required=True, help=help_text("region"))
@click.option("--code", help=help_text("code"))
@click.option("--level", help=help_text("level"))
@click.option("--roster", help=help_text("rollup-roster"))
@click.option("--partial", is_flag=True, help=help_text("partial"))
@click.option("--jobs", type=click.IntRange(min=1), help=help_text("jobs"))
def rollup(
    paths: tuple[str, ...],
    templates: tuple[Path, ...],
    prior: str | None,
    waivers: str | None,
    store: str | None,
    output: str | None,
    force: bool,
    agency: str,
    code: str | None,
    level: str | None,
    roster: str | None,
    partial: bool,
    jobs: int | None,
    lang: str,
) -> None:
    from ..campaign.region import DiffersError, region
    from ..campaign.rollup import Refused
    from ..workbook.fill import NoPlace

    if not output:
        stop("no-output", lang)
    inputs = (*paths, *templates, prior, roster, waivers, store)
    path = new_file(output, force, lang, inputs=inputs)
    who = {"name": agency.strip(), "code": code and code.strip(), "level": level_key(level, lang)}
    members = members_of(roster, lang) if roster else None
    priors = last_years(prior, templates, lang)
    with checked(
        paths,
        lang,
        templates,
        prior=prior,
        roster=roster,
        waivers=waivers,
        store=store,
        jobs=jobs,
        output=output,
        together=False,
    ) as batch:
        results = tuple(batch.results)
    try:
        done = region(results, who, members, priors, partial=partial)
    except Refused as refused:
        click.echo(data.messages()["cli"]["not-rolled-up"][lang], err=True)
        for note in refused.notes:
            click.echo(f"  {inert(note.message(lang))}", err=True)
        sys.exit(1)
    except NoPlace as error:
        say_homeless(error.values, lang)
    except DiffersError:
        stop("rollup-differs", lang, 1)
    write_file(path, done.workbook)
    told = data.messages()["cli"]["rolled-up"][lang]
    click.echo(inert(told.format(path=output, notice=done.notice(lang))))
    for note in done.notes:
        click.echo(f"· {inert(note.message(lang))}")
    for finding in done.findings:
        click.echo(f"! {inert(finding.message(lang))}")


@command("diff")
@options("templates", "output")
@click.argument("old")
@click.argument("new")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text",
              help=help_text("format"))  # fmt: skip
def diff(
    old: str, new: str, templates: tuple[Path, ...], output: str | None, style: str, lang: str
) -> None:
    from ..campaign import telling
    from ..campaign.changes import compare

    refuse_over(lang, (old, new, *templates), output)
    with crew_of(lang, templates) as crew:
        before, after = (_one(path, lang, crew) for path in (old, new))
    if before.report is None or after.report is None:
        bad = before if before.report is None else after
        stop("no-report", lang, path=bad.path, why=bad.findings[0].message(lang))
    changes = compare(before.report, after.report)
    if style == "json":
        sides = [(one.path, one.sha256, one.report) for one in (before, after) if one.report]
        emit(telling.as_json(sides[0], sides[1], changes), output)
    else:
        told = (before.path, before.report), (after.path, after.report)
        emit(telling.lines(*told, changes, lang), output)
    for one in (before, after):
        for finding in one.findings:
            if finding.severity == "error":
                click.echo(f"{inert(one.path)}: {inert(finding.message(lang))}", err=True)
    sys.exit(1 if changes else 0)


def _one(path: str, lang: str, crew: "Workers") -> "Read":
    """Return the single return of a path; else exit with status 2."""
    found, _ = gathered((path,), lang, crew)
    if len(found) > 1:
        stop("one-return", lang, path=path, n=len(found), first=found[0])
    return next(iter(crew.loads(found)))
