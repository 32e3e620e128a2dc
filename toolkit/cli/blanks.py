"""Commands that write workbooks: blank, fill."""

import sys
from pathlib import Path
from typing import NoReturn

import click

from .. import data
from ..console import command, crew_of, help_text, options, stop, write_file
from ..escape import inert
from .given import gathered, last_years, level_key, new_file, the_edition


@command("blank")
@options("edition", "templates", "prior", "output", "force")
@click.option("--year", type=click.IntRange(1000, 2999), required=True, help=help_text("year"))
@click.option("--agency", required=True, help=help_text("agency"))
@click.option("--code", help=help_text("code"))
@click.option("--level", help=help_text("level"))
def blank(
    edition: str | None,
    templates: tuple[Path, ...],
    prior: str | None,
    output: str | None,
    force: bool,
    year: int,
    agency: str,
    code: str | None,
    level: str | None,
    lang: str,
) -> None:
    from ..examine import of_last_year, prior_numbers
    from ..report import Report
    from ..workbook.build import build
    from ..workbook.fill import NoPlace, prefilled, refuse_lost

    found = the_edition(edition, year, templates, lang)
    if not found.covers(year):
        stop("edition-year", lang, edition=found.name, year=year)
    if not output:
        stop("no-output", lang)
    path = new_file(output, force, lang)
    who = {"name": agency.strip(), "code": code and code.strip(), "level": level_key(level, lang)}
    empty = Report(found, who, year, dict.fromkeys(found.cells), origin="workbook")
    last = of_last_year(empty, last_years(prior, templates, lang)) if prior else None
    if prior and last is None:
        stop("no-prior", lang, agency=agency, year=year - 1, path=prior)
    try:
        refuse_lost(empty, found)
    except NoPlace as error:
        _say_homeless(error.values, lang)
    write_file(path, build(found, prefilled(empty, last), prior_numbers(found, last)))
    click.echo(data.messages()["cli"]["written"][lang].format(path=inert(output)))


@command("fill")
@options("templates", "output", "force")
@click.argument("file")
def fill(
    file: str, templates: tuple[Path, ...], output: str | None, force: bool, lang: str
) -> None:
    from .. import edition as editions
    from ..workbook.fill import NoPlace
    from ..workbook.fill import fill as filled

    if not output:
        stop("no-output", lang)
    path = new_file(output, force, lang)
    with crew_of(lang, templates) as crew:
        found, _ = gathered((file,), lang, crew)
        if len(found) > 1:
            stop("one-return", lang, path=file, n=len(found), first=found[0])
        (read,) = crew.loads(found)
    if read.report is None:
        stop("refused", lang, 1, path=file, why=read.findings[0].message(lang))
    own, year = read.report.edition, read.report.year
    fits = own if year is None or own.covers(year) else None
    target = fits or editions.for_year(own.form, year or 0, templates) or own
    try:
        done = filled(read.report, target)
    except NoPlace as error:
        _say_homeless(error.values, lang)
    write_file(path, done.workbook)
    click.echo(data.messages()["cli"]["written"][lang].format(path=inert(output)))
    for cell, given, shown in done.differs:
        words = data.messages()["cli"]["total-given"][lang]
        told = {"at": cell.at, "sheet": cell.sheet, "label": cell.label, "given": given}
        click.echo(inert(words.format(**told, shown="—" if shown is None else shown)), err=True)
    wrong = [finding for finding in read.findings if finding.severity == "error"]
    for finding in wrong:
        click.echo(inert(finding.message(lang)), err=True)
    sys.exit(1 if done.differs or wrong else 0)


def _say_homeless(values: dict[str, str], lang: str) -> NoReturn:
    """Say which values no workbook can take, and leave."""
    click.echo(data.messages()["cli"]["no-place"][lang].format(n=len(values)), err=True)
    for name, value in values.items():
        click.echo(f"  {inert(name)} = {inert(value)}", err=True)
    sys.exit(1)
