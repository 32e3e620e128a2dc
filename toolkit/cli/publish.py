"""`gouji publish`: returns as documents to publish, Word, web page, PDF or text."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..data import say
from ..escape import inert
from .arguments import progress
from .console import Inputs, command, help_text, options, say_failed, say_refused, stop

if TYPE_CHECKING:
    from ..campaign.publishing import Publication
    from ..finding import Result


@command("publish")
@options("templates", "prior", "output", "force")
@click.argument("paths", nargs=-1, required=True)
@click.option("--format", "styles", type=click.Choice(["docx", "html", "pdf", "txt"]), multiple=True,
              default=["docx"], help=help_text("publish-format"))  # fmt: skip
@click.option("--draft", is_flag=True, help=help_text("publish-draft"))
def publish(inputs: Inputs, *, styles: tuple[str, ...], draft: bool) -> None:
    from ..campaign.publishing import names, publications, publishable, remarks
    from ..documents.convert import office
    from .batch import Terms, checked

    lang = inputs.lang
    folder, program = _folder(inputs), office()
    if "pdf" in styles and program is None:
        stop("no-office", lang)
    with checked(replace(inputs, output=None), Terms(together=False)) as done:
        results = list(done.batch.results)
    published = publications(results, draft=draft)
    for one in published:
        for name in names(one, styles):
            if (folder / name).exists() and not inputs.force:
                stop("exists", lang, path=str(folder / name))
    count = sum(len(list(names(one, styles))) for one in published)
    if published:
        _write(
            inputs,
            folder,
            progress(_files(published, styles, program, lang), count, lang, "writing"),
        )
    for one in published:
        for name in names(one, styles):
            click.echo(say("cli", "written", lang, path=inert(str(folder / name))))
        for line in remarks(one, lang):
            click.echo(f"  {inert(line)}", err=True)
    refused = [result for result in results if not publishable(result, draft=draft)]
    for result in refused:
        _say_refused(result, lang)
    sys.exit(1 if refused else 0)


def _folder(inputs: Inputs) -> Path:
    """Return the folder to write into, which may exist."""
    if not inputs.output:
        stop("publish-folder", inputs.lang)
    folder = Path(inputs.output)
    if folder.exists() and not folder.is_dir():
        stop("not-a-folder", inputs.lang, path=inputs.output)
    if not folder.parent.is_dir():
        stop("no-path", inputs.lang, path=folder.parent)
    return folder


def _files(
    published: "Sequence[Publication]", styles: Sequence[str], program: str | None, lang: str
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of all returns; exit where LibreOffice makes no PDF."""
    from ..campaign.publishing import files
    from ..xlsx.zip import Rejected

    for one in published:
        try:
            yield from files(one, styles, program)
        except Rejected:
            stop("no-pdf", lang, path=one.path)


def _write(inputs: Inputs, folder: Path, files: Iterator[tuple[str, bytes]]) -> None:
    """Write the files, all or none; exit where that would replace an input, or the system refuses."""
    from ..files.saving import OverError, write_folder

    try:
        write_folder(folder, files, inputs.files)
    except OverError as error:
        stop("over", inputs.lang, path=error)
    except OSError as error:
        say_failed(error, inputs.lang)


def _say_refused(result: "Result", lang: str) -> None:
    """Print that a return is not published: its first error, and their number."""
    errors = [
        finding
        for finding in result.findings
        if finding.severity == "error" and finding.follows is None and not finding.waived
    ]
    first = inert(next((finding.message(lang) for finding in errors), ""))
    path = inert(result.path)
    if result.report is None:
        say_refused("unpublished-unread", lang, path=path, first=first)
    else:
        say_refused("unpublished", lang, path=path, n=str(len(errors)), first=first)
