"""`gouji rollup`: the returns of a region added up in its own workbook."""

import sys
from pathlib import Path

import click

from ..data import say
from ..escape import inert
from ..files.saving import write_file
from .arguments import (
    last_years,
    level_key,
    members_of,
    new_file,
    say_homeless,
    say_passed,
)
from .batch import checked
from .console import command, help_text, options, stop


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
    from ..returned.fill import NoPlace
    from ..rollup.region import DiffersError, region
    from ..rollup.rollup import Refused

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
        say_passed(batch.passed_over, lang)
    try:
        done = region(results, who, members, priors, partial=partial)
    except Refused as refused:
        click.echo(say("cli", "not-rolled-up", lang), err=True)
        for note in refused.notes:
            click.echo(f"  {inert(note.message(lang))}", err=True)
        sys.exit(1)
    except NoPlace as error:
        say_homeless(error.values, lang)
    except DiffersError:
        stop("rollup-differs", lang, 1)
    write_file(path, done.workbook)
    click.echo(inert(say("cli", "rolled-up", lang, path=output, notice=done.notice(lang))))
    for note in done.notes:
        click.echo(f"· {inert(note.message(lang))}")
    for finding in done.findings:
        click.echo(f"! {inert(finding.message(lang))}")
