"""`gouji blank`: a locked blank workbook for an agency, or for each of a roster."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..data import say
from ..escape import inert
from ..files.saving import OverError, write_file, write_folder
from .arguments import (
    Inputs,
    edition_file,
    inputs,
    last_years,
    level_key,
    members_of,
    new_file,
    new_folder,
    progress,
    say_homeless,
    the_edition,
)
from .console import command, help_text, options, say_failed, stop

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
@inputs
def blank(
    given: Inputs,
    *,
    edition: str | None,
    force: bool,
    year: int,
    agency: str | None,
    code: str | None,
    level: str | None,
) -> None:
    lang, output = given.lang, given.output
    found = the_edition(edition, year, given.templates, lang)
    if not found.covers(year):
        stop("edition-year", lang, edition=found.name, year=year)
    if (agency is None) == (given.roster is None) or (given.roster and (code or level)):
        stop("agency-or-roster", lang)
    if not output:
        stop("no-folder" if given.roster else "no-output", lang)
    if given.roster is not None:
        folder = new_folder(output, lang, force=force)
        _many(given, members_of(given.roster, lang), found, year, folder)
    else:
        who = {
            "name": (agency or "").strip(),
            "code": code and code.strip(),
            "level": level_key(level, lang),
        }
        path = new_file(output, force, lang, inputs=(*given.files, edition_file(edition)))
        _one(given, who, found, year, path)


def _one(
    given: Inputs, who: "dict[str, str | None]", edition: "Edition", year: int, path: Path
) -> None:
    """Write the blank of a single agency."""
    from ..campaign.handout import alone, empty
    from ..report.report import Report
    from ..returned.fill import NoPlace

    lang, blank = given.lang, empty(edition, who, year)
    with last_years(given) as (last, _):
        prior = last.of(blank) if last else None
    if last and not isinstance(prior, Report):
        stop("no-prior", lang, agency=who["name"], year=year - 1, path=given.prior)
    try:
        made = alone(blank, prior if isinstance(prior, Report) else None)
    except NoPlace as error:
        say_homeless(error.values, lang)
    write_file(path, made)
    click.echo(say("cli", "written", lang, path=inert(str(path))))


def _many(
    given: Inputs, members: "tuple[Member, ...]", edition: "Edition", year: int, folder: Path
) -> None:
    """Write a blank and a covering text for each agency of a roster."""
    from ..campaign.handout import files, told

    lang = given.lang
    with last_years(given, members) as (last, _):
        chained = last.chained(edition.form, year - 1) if last else None
    if chained and not (chained.last or chained.several or chained.strangers):
        stop("no-last-year", lang, path=given.prior, year=year - 1)
    made = files(members, edition, year, chained.last if chained else {})
    try:
        shown = progress(made, 2 * len(members), lang, "writing")
        write_folder(folder, shown, [one for one in given.files if one])
    except OverError as error:
        stop("over", lang, path=error)
    except OSError as error:
        say_failed(error, lang)
    click.echo(say("handout", "written", lang, folder=inert(str(given.output)), n=len(members)))
    for line in told(members, chained, lang) if chained else ():
        click.echo(inert(line))
