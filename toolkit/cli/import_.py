"""`gouji import`: published reports as numbers, each with its place, and what was not taken."""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..data import say
from ..escape import inert
from .arguments import (
    edition_file,
    level_key,
    new_file,
    progress,
    say_homeless,
    the_edition,
)
from .console import command, crew_of, emit, help_text, options, refuse_over, stop

if TYPE_CHECKING:
    from ..edition.edition import Edition
    from ..files.published import Published
    from ..report.report import Report


@command("import")
@options("edition", "templates", "output", "force")
@click.argument("paths", nargs=-1, required=True)
@click.option("--agency", help=help_text("agency"))
@click.option("--code", help=help_text("code"))
@click.option("--level", help=help_text("level"))
@click.option("--year", type=click.IntRange(1000, 2999), help=help_text("year"))
@click.option("--blanks-are-zero", is_flag=True, help=help_text("blanks-are-zero"))
@click.option("--format", "style", type=click.Choice(["text", "json", "html"]), default="text",
              help=help_text("format"))  # fmt: skip
def import_(
    paths: tuple[str, ...],
    edition: str | None,
    templates: tuple[Path, ...],
    output: str | None,
    force: bool,
    agency: str | None,
    code: str | None,
    level: str | None,
    year: int | None,
    blanks_are_zero: bool,
    style: str,
    lang: str,
) -> None:
    from ..documents import account
    from ..files.published import documents

    refuse_over(lang, (*paths, *templates), output)
    target = _target(output, style, force, lang, (*paths, *templates))
    only = the_edition(edition, year, templates, lang) if edition else None
    given = {"name": agency, "code": code, "level": level_key(level, lang)}
    for path in paths:
        if not Path(path).exists():
            stop("no-path", lang, path=path)
    files = documents(paths)
    if not files:
        stop("no-documents", lang, path=", ".join(paths))
    read = list(_read(files, only, edition_file(edition) is not None, templates, lang))
    read = [_named(one, given, year, blanks_are_zero) for one in read]
    outcomes = [(one.path, one.imported, one.finding) for one in read]
    if style == "html":
        from ..output import sidebyside

        emit(sidebyside.write(outcomes, lang), output)
    elif style == "json":
        emit(account.as_json(outcomes, lang), None)
    else:
        for outcome in outcomes:
            click.echo("\n".join(map(inert, account.lines(*outcome, lang))))
    if target is not None and style != "html":
        reports = [one.imported.report for one in read if one.imported]
        _write(target, reports, templates, lang)
    if target is not None:
        click.echo(say("cli", "written", lang, path=inert(str(target))), err=True)
    whole = all(one.imported and account.is_whole(one.imported) for one in read)
    sys.exit(0 if whole else 1)


def _target(
    output: str | None,
    style: str,
    force: bool,
    lang: str,
    inputs: Sequence[str | Path],
) -> Path | None:
    """Return the file to write, None without one; exit where its ending is none it can have."""
    if output is None:
        return None
    ending = ".json" if Path(output).suffix.lower() == ".json" else ".xlsx"
    return new_file(output, force, lang, ".html" if style == "html" else ending, inputs)


def _read(
    files: Sequence[str],
    only: "Edition | None",
    own: bool,
    templates: tuple[Path, ...],
    lang: str,
) -> "Iterator[Published]":
    """Yield each document as read, in worker processes; by an edition file in this one.

    Documents that only LibreOffice opens are converted before: it takes longer than a worker may.
    """
    from ..files import published
    from ..workers import Lost, document_at

    ident = (only.form, only.name) if only else None
    with tempfile.TemporaryDirectory(prefix="gouji-") as folder, crew_of(lang, templates) as crew:
        ready = [published.converted(path, Path(folder), n) for n, path in enumerate(files)]
        there = [one for one in ready if isinstance(one, str)]
        if own:
            answers: Iterator[Any] = (published.load_document(p, templates, only) for p in there)
        else:
            answers = crew.each(partial(document_at, ident=ident), there)
        told = iter(progress(answers, len(there), lang))
        for path, one in zip(files, ready, strict=True):
            found = next(told) if isinstance(one, str) else one
            found = published.lost(path, found.code) if isinstance(found, Lost) else found
            yield replace(found, path=path)


def _named(
    one: "Published",
    given: dict[str, str | None],
    year: int | None,
    zero: bool,
) -> "Published":
    """Return a document with the agency and year given by options, and its blanks declared."""
    if one.imported is None:
        return one
    report = one.imported.report
    agency = {part: given[part] or report.agency[part] for part in given}
    statutory = report.edition.statutory
    nil = tuple(table for table in one.imported.tables if table in statutory) if zero else ()
    changed = replace(report, agency=agency, year=year or report.year, nil=nil)
    return replace(one, imported=replace(one.imported, report=changed))


def _write(
    target: Path, reports: "Sequence[Report]", templates: tuple[Path, ...], lang: str
) -> None:
    """Write the reports as JSON, or the only one as a locked workbook."""
    from ..files.saving import write_file
    from ..report.report import as_json, dumps
    from ..returned.fill import NoPlace, differing, fill, fitting

    if target.suffix.lower() == ".json":
        found = [as_json(report) for report in reports]
        write_file(target, [(dumps(found[0] if len(found) == 1 else found) + "\n").encode()])
    else:
        if len(reports) != 1:
            stop("one-report", lang, 1, n=len(reports))
        try:
            done = fill(reports[0], fitting(reports[0], templates))
        except NoPlace as error:
            say_homeless(error.values, lang)
        write_file(target, done.workbook)
        for line in differing(done, lang):
            click.echo(line, err=True)
