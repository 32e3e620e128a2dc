"""`gouji blank`: a locked blank workbook for an agency, or for each of a roster."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..data import say
from ..escape import inert
from ..files.saving import OverError, write_file, write_folder
from .arguments import (
    edition_file,
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
    from ..edition.edition import Edition


@command("blank")
@options("edition", "templates", "prior", "output", "force")
@click.option("--year", type=click.IntRange(1000, 2999), required=True, help=help_text("year"))
@click.option("--agency", help=help_text("agency"))
@click.option("--code", help=help_text("code"))
@click.option("--level", help=help_text("level"))
@click.option("--roster", help=help_text("rosterfile"))
def blank(
    edition: str | None,
    templates: tuple[Path, ...],
    prior: str | None,
    output: str | None,
    force: bool,
    year: int,
    agency: str | None,
    code: str | None,
    level: str | None,
    roster: str | None,
    lang: str,
) -> None:
    found = the_edition(edition, year, templates, lang)
    if not found.covers(year):
        stop("edition-year", lang, edition=found.name, year=year)
    if (agency is None) == (roster is None) or (roster and (code or level)):
        stop("agency-or-roster", lang)
    if not output:
        stop("no-folder" if roster else "no-output", lang)
    if roster is not None:
        _many(roster, found, year, prior, templates, output, force, lang)
    else:
        who = {
            "name": (agency or "").strip(),
            "code": code and code.strip(),
            "level": level_key(level, lang),
        }
        path = new_file(output, force, lang, inputs=(prior, edition_file(edition), *templates))
        _one(who, found, year, prior, templates, path, lang)


def _one(
    who: "dict[str, str | None]",
    edition: "Edition",
    year: int,
    prior: str | None,
    templates: tuple[Path, ...],
    path: Path,
    lang: str,
) -> None:
    """Write the blank of a single agency."""
    from ..campaign.handout import alone, empty
    from ..files.examine import of_last_year
    from ..returned.fill import NoPlace

    blank = empty(edition, who, year)
    last = of_last_year(blank, last_years(prior, templates, lang)) if prior else None
    if prior and last is None:
        stop("no-prior", lang, agency=who["name"], year=year - 1, path=prior)
    try:
        made = alone(blank, last)
    except NoPlace as error:
        say_homeless(error.values, lang)
    write_file(path, made)
    click.echo(say("cli", "written", lang, path=inert(str(path))))


def _many(
    roster: str,
    edition: "Edition",
    year: int,
    prior: str | None,
    templates: tuple[Path, ...],
    output: str,
    force: bool,
    lang: str,
) -> None:
    """Write a blank and a covering text for each agency of a roster."""
    from ..campaign.handout import chain, files, told

    folder = new_folder(output, lang, force=force)
    members = members_of(roster, lang)
    chained = chain(members, last_years(prior, templates, lang), year)
    if prior and not (chained.last or chained.several or chained.strangers):
        stop("no-last-year", lang, path=prior, year=year - 1)
    made = files(members, edition, year, chained.last)
    try:
        shown = progress(made, 2 * len(members), lang, "writing")
        write_folder(folder, shown, (roster, *templates, *([prior] if prior else [])))
    except OverError as error:
        stop("over", lang, path=error)
    except OSError as error:
        say_failed(error, lang)
    click.echo(say("handout", "written", lang, folder=inert(output), n=len(members)))
    for line in told(members, chained, lang) if prior else ():
        click.echo(inert(line))
