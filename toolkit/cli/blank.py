"""`gouji blank`: a locked blank workbook for an agency, or for each of a roster."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..data import say
from ..escape import inert
from ..files.saving import OverError, write_file, write_folder
from .arguments import (
    agency_of,
    last_years,
    members_of,
    new_file,
    new_folder,
    progress,
    say_homeless,
    the_edition,
    unaddressed,
)
from .console import Inputs, command, help_text, options, say_failed, stop

if TYPE_CHECKING:
    from ..campaign.roster import Member
    from ..edition.edition import Edition


@command("blank")
@options("edition", "templates", "prior", "output", "force")
@click.option("--year", type=click.IntRange(1000, 2999), required=True, help=help_text("year"))
@click.option("--agency", help=help_text("agency"))
@click.option("--code", help=help_text("code"))
@click.option("--level", help=help_text("level"))
@click.option("--roster", help=help_text("rosterfile"))
@click.option("--mail", is_flag=True, help=help_text("blank-mail"))
def blank(
    inputs: Inputs, *, agency: str | None, code: str | None, level: str | None, mail: bool
) -> None:
    lang, output, year = inputs.lang, inputs.output, inputs.year or 0
    edition = the_edition(inputs)
    if not edition.covers(year):
        stop("edition-year", lang, edition=edition.name, year=year)
    if (agency is None) == (inputs.roster is None) or (inputs.roster and (code or level)):
        stop("agency-or-roster", lang)
    if mail and inputs.roster is None:
        stop("no-roster-mail", lang)
    if not output:
        stop("no-folder" if inputs.roster else "no-output", lang, ending=".xlsx")
    if inputs.roster is not None:
        folder = new_folder(output, lang, force=inputs.force)
        _many(inputs, members_of(inputs.roster, lang), edition, year, folder, mail=mail)
    else:
        _one(inputs, agency_of(agency or "", code, level, lang), edition, year, new_file(inputs))


def _one(
    inputs: Inputs, agency: "dict[str, str | None]", edition: "Edition", year: int, path: Path
) -> None:
    """Write the blank of a single agency."""
    from ..campaign.handout import alone, empty
    from ..report.report import Report
    from ..returned.fill import NoPlace

    lang, blank = inputs.lang, empty(edition, agency, year)
    with last_years(inputs) as (last, _):
        prior = last.of(blank) if last else None
    if last and not isinstance(prior, Report):
        stop("no-prior", lang, agency=agency["name"], year=year - 1, path=inputs.prior)
    try:
        workbook = alone(blank, prior if isinstance(prior, Report) else None)
    except NoPlace as error:
        say_homeless(error.values, lang)
    write_file(path, workbook)
    click.echo(say("cli", "written", lang, path=inert(str(path))))


def _many(
    inputs: Inputs,
    members: "tuple[Member, ...]",
    edition: "Edition",
    year: int,
    folder: Path,
    *,
    mail: bool,
) -> None:
    """Write a blank and a covering text for each agency of a roster; mail: and a mail of both."""
    from ..campaign.envelope import without_address
    from ..campaign.handout import chain_sentences, each, files

    lang = inputs.lang
    with last_years(inputs, members) as (last, _):
        chained = last.chained(edition.form, year - 1) if last else None
    if chained and not (chained.last or chained.several or chained.strangers):
        stop("no-last-year", lang, path=inputs.prior, year=year - 1)
    contents = files(members, edition, year, chained.last if chained else {}, mail=mail)
    try:
        shown = progress(contents, each(mail=mail) * len(members), lang, "writing")
        write_folder(folder, shown, inputs.files)
    except OverError as error:
        stop("over", lang, path=error)
    except OSError as error:
        say_failed(error, lang)
    click.echo(say("handout", "written", lang, folder=inert(str(inputs.output)), n=len(members)))
    if mail:
        for line in unaddressed(without_address(members), lang):
            click.echo(line, err=True)
    for line in chain_sentences(members, chained, lang) if chained else ():
        click.echo(inert(line))
