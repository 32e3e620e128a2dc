"""`gouji forms`: the list of forms and editions; open points of an edition file."""

from pathlib import Path

import click

from ..data import say
from ..escape import inert
from .console import Inputs, command, emit, help_text, options, stop


@command("forms")
@options("templates")
@click.option("--check", "file", metavar="EDITION.toml", help=help_text("forms-check"))
def forms(inputs: Inputs, *, file: str | None) -> None:
    from ..edition import edition as editions
    from ..output import rulebook

    if file is not None:
        _check(file, inputs.lang)
        return
    folders = inputs.templates
    named = (editions.named(*ident, folders) for ident in editions.known(folders))
    emit(iter([rulebook.forms(filter(None, named), inputs.lang)]), None)


def _check(file: str, lang: str) -> None:
    """Print the open points of an edition file; exit with status 2 for a wrong file."""
    from ..draft.checklist import checklist
    from ..draft.remarks import RemarksError, remarks_in
    from ..edition import edition as editions

    path = Path(file)
    if not path.is_file():
        stop("no-path", lang, path=file)
    edition = editions.load(path)
    try:
        remarks = remarks_in(path.read_text(encoding="utf-8-sig"))
    except RemarksError as error:
        stop("draft-remarks", lang, path=file, why=error)
    lines = list(checklist(edition, remarks, lang)) or [say("draft", "check-done", lang)]
    click.echo("\n".join(map(inert, lines)))
