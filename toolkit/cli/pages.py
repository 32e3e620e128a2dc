"""Command that builds gouji.html."""

import hashlib

import click

from .. import data
from ..console import command, options, stop
from ..escape import inert
from ..saving import write_file
from .given import new_file


@command("page")
@options("output", "force")
def page(output: str | None, force: bool, lang: str) -> None:
    from ..page.build import build
    from ..page.parts import PartError

    if not output:
        stop("no-output", lang)
    path = new_file(output, force, lang, ".html")
    try:
        content = build()
    except PartError as error:
        stop(error.sentence, lang, 2, **error.figures)
    write_file(path, content)
    digest = hashlib.sha256(content).hexdigest()
    told = data.messages()["cli"]["page-written"][lang]
    click.echo(told.format(path=inert(output), size=f"{len(content) / 1e6:.1f}", sha256=digest))
