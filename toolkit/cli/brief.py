"""`gouji brief`: the returns of a region written up as a yearly analysis with charts."""

import sys
from pathlib import Path

import click

from ..data import say
from ..escape import inert
from ..files.saving import write_file
from .arguments import agency_of, new_file, say_passed
from .batch import Terms, checked
from .console import Inputs, command, help_text, missing, options, say_refused, stop
from .season import seasoned


@command("brief")
@options("templates", "prior", "waivers", "store", "output", "force")
@click.argument("paths", nargs=-1, required=True)
@click.option("--agency", help=help_text("region"))
@click.option("--code", help=help_text("code"))
@click.option("--level", help=help_text("level"))
@click.option("--roster", help=help_text("brief-roster"))
@click.option("--jobs", type=click.IntRange(min=1), help=help_text("jobs"))
def brief(inputs: Inputs, *, agency: str | None, code: str | None, level: str | None) -> None:
    from ..campaign.settled import OPEN, without_others
    from ..output.papers import PAPERS
    from ..rollup.briefing import NoAnalysis, briefing
    from ..rollup.prose import paper
    from ..rollup.rollup import Refused

    lang, ending = inputs.lang, Path(inputs.output or "").suffix.lower()
    inputs, used = seasoned(inputs)
    settled = used.season.settled if used else OPEN
    agency = agency or (used.season.region if used else None)
    if not agency:
        raise missing("--agency")
    if inputs.output and ending not in PAPERS:
        stop("not-brief", lang, path=inputs.output)
    path = new_file(inputs, ending or ".docx", read=(inputs.store,))
    region = agency_of(agency, code, level, lang)
    try:
        with checked(inputs, Terms(together=False, both=True, settled=settled)) as done:
            results = without_others(done.batch.results, done.members or (), settled)
            say_passed(done.batch.passed_over, lang)
            told = briefing(results, done.whole or done.batch, region, done.members, done.last)
    except Refused as refused:
        say_refused("not-briefed", lang, [note.message(lang) for note in refused.notes])
        sys.exit(1)
    except NoAnalysis as error:
        click.echo(inert(error.message(lang)), err=True)
        sys.exit(2)
    write_file(path, PAPERS[ending](paper(told, lang), lang))
    click.echo(say("cli", "written", lang, path=inert(inputs.output or "")))
    for note in told.notes:
        click.echo(f"· {inert(note.message(lang))}")
