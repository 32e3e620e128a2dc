"""`gouji rollup`: the returns of a region added up in its own workbook."""

import sys

import click

from ..data import say
from ..escape import inert
from ..files.saving import write_file
from .arguments import agency_of, new_file, say_homeless, say_passed
from .batch import Terms, checked
from .console import Inputs, command, help_text, missing, options, say_refused, stop
from .season import seasoned


@command("rollup")
@options("templates", "prior", "waivers", "store", "output", "force")
@click.argument("paths", nargs=-1, required=True)
@click.option("--agency", help=help_text("region"))
@click.option("--code", help=help_text("code"))
@click.option("--level", help=help_text("level"))
@click.option("--roster", help=help_text("rollup-roster"))
@click.option("--partial", is_flag=True, help=help_text("partial"))
@click.option("--jobs", type=click.IntRange(min=1), help=help_text("jobs"))
def rollup(
    inputs: Inputs, *, agency: str | None, code: str | None, level: str | None, partial: bool
) -> None:
    from ..campaign.settled import OPEN, without_others
    from ..returned.fill import NoPlace
    from ..rollup.region import DiffersError, region
    from ..rollup.rollup import Refused

    lang = inputs.lang
    inputs, used = seasoned(inputs)
    settled = used.season.settled if used else OPEN
    agency = agency or (used.season.region if used else None)
    if not agency:
        raise missing("--agency")
    path = new_file(inputs, read=(inputs.store,))
    region_agency = agency_of(agency, code, level, lang)
    try:
        with checked(inputs, Terms(together=False, settled=settled)) as done:
            results = without_others(done.batch.results, done.members or (), settled)
            say_passed(done.batch.passed_over, lang)
            total = region(results, region_agency, done.members, done.last, partial=partial)
    except Refused as refused:
        say_refused("not-rolled-up", lang, [note.message(lang) for note in refused.notes])
        sys.exit(1)
    except NoPlace as error:
        say_homeless(error.values, lang)
    except DiffersError:
        stop("rollup-differs", lang, 1)
    write_file(path, total.workbook)
    click.echo(inert(say("cli", "rolled-up", lang, path=inputs.output, notice=total.notice(lang))))
    for note in total.notes:
        click.echo(f"· {inert(note.message(lang))}")
    for finding in total.findings:
        click.echo(f"! {inert(finding.message(lang))}")
