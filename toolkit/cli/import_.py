"""`gouji import`: published reports as numbers, each with its place, and the parts not taken."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..data import say
from ..escape import inert
from .arguments import agency_of, convert, new_file, progress, say_homeless, the_edition
from .console import Inputs, command, crew_of, emit, help_text, options, refuse_over, stop

if TYPE_CHECKING:
    from ..edition.edition import Edition
    from ..files.published import Published
    from ..report.report import Report


@command("import")
@options("edition", "year", "templates", "output", "force")
@click.argument("paths", nargs=-1, required=True)
@click.option("--agency", help=help_text("agency"))
@click.option("--code", help=help_text("code"))
@click.option("--level", help=help_text("level"))
@click.option("--blanks-are-zero", is_flag=True, help=help_text("blanks-are-zero"))
@click.option("--format", "style", type=click.Choice(["text", "json", "html"]), default="text",
              help=help_text("format"))  # fmt: skip
def import_(
    inputs: Inputs,
    *,
    agency: str | None,
    code: str | None,
    level: str | None,
    blanks_are_zero: bool,
    style: str,
) -> None:
    from ..documents import account
    from ..files.published import documents

    lang = inputs.lang
    refuse_over(inputs)
    target = _target(inputs, style)
    only = the_edition(inputs) if inputs.edition else None
    given = agency_of(agency or "", code, level, lang)
    for path in inputs.paths:
        if not Path(path).exists():
            stop("no-path", lang, path=path)
    files = documents(inputs.paths)
    if not files:
        stop("no-documents", lang, path=", ".join(inputs.paths))
    read = [_named(one, given, inputs.year, blanks_are_zero) for one in _read(files, only, inputs)]
    outcomes = [(one.path, one.imported, one.finding) for one in read]
    if style == "html":
        from ..output import sidebyside

        emit(sidebyside.write(outcomes, lang), inputs.output)
    elif style == "json":
        emit(account.as_json(outcomes, lang), None)
    else:
        for outcome in outcomes:
            click.echo("\n".join(map(inert, account.lines(*outcome, lang))))
    if target is not None and style != "html":
        reports = [one.imported.report for one in read if one.imported]
        _write(target, reports, inputs)
    if target is not None:
        click.echo(say("cli", "written", lang, path=inert(str(target))), err=True)
    whole = all(one.imported and account.is_whole(one.imported) for one in read)
    sys.exit(0 if whole else 1)


def _target(inputs: Inputs, style: str) -> Path | None:
    """Return the file to write, None without one; exit where its ending is none it can have."""
    if inputs.output is None:
        return None
    ending = ".json" if Path(inputs.output).suffix.lower() == ".json" else ".xlsx"
    return new_file(inputs, ".html" if style == "html" else ending)


def _read(files: Sequence[str], only: "Edition | None", inputs: Inputs) -> "Iterator[Published]":
    """Yield each document as read, in worker processes; by an edition file in this one."""
    from ..files import published
    from ..workers import Lost, document_at

    ident = (only.form, only.name) if only else None
    with crew_of(inputs) as crew:
        saved = crew.given.saved
        convert(files, inputs.lang, crew)
        if inputs.edition_file:
            answers: Iterator[Any] = (
                published.load_document(path, inputs.templates, only, saved) for path in files
            )
        else:
            answers = crew.each(partial(document_at, ident=ident), files)
        shown = progress(answers, len(files), inputs.lang)
        for path, answer in zip(files, shown, strict=True):
            yield published.lost(path, answer.code) if isinstance(answer, Lost) else answer


def _named(
    document: "Published",
    given: dict[str, str | None],
    year: int | None,
    zero: bool,
) -> "Published":
    """Return a document with the agency and year given by options, and its blanks declared."""
    imported = document.imported
    if imported is None:
        return document
    report = imported.report
    agency = {part: given[part] or report.agency[part] for part in given}
    statutory = report.edition.statutory
    nil = tuple(
        table
        for table in (imported.tables if zero else ())
        if table in statutory
        and any(cell.key not in report.inapplicable for cell in report.edition.of_table(table))
    )
    changed = replace(report, agency=agency, year=year or report.year, nil=nil)
    return replace(document, imported=replace(imported, report=changed))


def _write(target: Path, reports: "Sequence[Report]", inputs: Inputs) -> None:
    """Write the reports as JSON, or the only one as a locked workbook."""
    from ..files.saving import write_file
    from ..report.report import as_json, dumps
    from ..returned.fill import NoPlace, differing, fill, fitting

    if target.suffix.lower() == ".json":
        written = [as_json(report) for report in reports]
        content = dumps(written[0] if len(written) == 1 else written)
        write_file(target, [f"{content}\n".encode()])
        return
    if len(reports) != 1:
        stop("one-report", inputs.lang, 1, n=len(reports))
    try:
        done = fill(reports[0], fitting(reports[0], inputs.templates))
    except NoPlace as error:
        say_homeless(error.values, inputs.lang)
    write_file(target, done.workbook)
    for line in differing(done, inputs.lang):
        click.echo(line, err=True)
