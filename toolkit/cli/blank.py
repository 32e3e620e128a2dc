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
    refuse_roster,
    say_homeless,
    the_edition,
    unaddressed,
)
from .console import Inputs, command, help_text, missing, options, say_failed, stop
from .season import seasoned

if TYPE_CHECKING:
    from ..campaign.chain import Chain
    from ..campaign.roster import Member
    from ..edition.edition import Edition


@command("blank")
@options("edition", "templates", "prior", "output", "force")
@click.option("--year", type=click.IntRange(1000, 2999), help=help_text("year"))
@click.option("--agency", help=help_text("agency"))
@click.option("--code", help=help_text("code"))
@click.option("--level", help=help_text("level"))
@click.option("--roster", help=help_text("rosterfile"))
@click.option("--shared", is_flag=True, help=help_text("blank-shared"))
@click.option("--mail", is_flag=True, help=help_text("blank-mail"))
def blank(
    inputs: Inputs,
    *,
    agency: str | None,
    code: str | None,
    level: str | None,
    shared: bool,
    mail: bool,
) -> None:
    inputs, _ = seasoned(inputs, alone=agency is not None)
    if inputs.year is None:
        raise missing("--year")
    lang, output, year = inputs.lang, inputs.output, inputs.year
    edition = the_edition(inputs)
    if not edition.covers(year):
        stop("edition-year", lang, edition=edition.name, year=year)
    if (agency is None) == (inputs.roster is None) or (inputs.roster and (code or level)):
        stop("agency-or-roster", lang)
    if mail and inputs.roster is None:
        stop("no-roster-mail", lang)
    if shared and (inputs.roster is None or mail):
        stop("shared-roster", lang)
    if inputs.roster is not None and shared:
        path = new_file(inputs)
        _for_all(inputs, members_of(inputs.roster, lang), edition, year, path)
        return
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


def _for_all(
    inputs: Inputs, members: "tuple[Member, ...]", edition: "Edition", year: int, path: Path
) -> None:
    """Write a single blank for all agencies of a roster."""
    from ..campaign.handout import chain_sentences, for_all
    from ..campaign.roster import RosterError

    lang, chained = inputs.lang, _chained(inputs, members, edition, year)
    try:
        workbook = for_all(members, edition, year, chained.last if chained else {})
    except RosterError as error:
        refuse_roster(error, inputs.roster or "", lang)
    write_file(path, workbook)
    click.echo(say("handout", "written-shared", lang, path=inert(str(path)), n=len(members)))
    for line in chain_sentences(members, chained, lang) if chained else ():
        click.echo(inert(line))


def _chained(
    inputs: Inputs, members: "tuple[Member, ...]", edition: "Edition", year: int
) -> "Chain | None":
    """Return last year's reports by the roster, None where none are given; stop if it has none."""
    with last_years(inputs, members) as (last, _):
        chained = last.chained(edition.form, year - 1) if last else None
    if chained and not (chained.last or chained.several or chained.strangers):
        stop("no-last-year", inputs.lang, path=inputs.prior, year=year - 1)
    return chained


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

    lang, chained = inputs.lang, _chained(inputs, members, edition, year)
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
