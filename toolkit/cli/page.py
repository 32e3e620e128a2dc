"""`gouji page`: gouji.html, built."""

import hashlib

import click

from ..data import say
from ..escape import inert
from ..files.saving import write_file
from .arguments import new_file
from .console import command, options, stop


@command("page")
@options("output", "force")
def page(output: str | None, force: bool, lang: str) -> None:
    from ..page.bundle import build
    from ..page.downloads import PartError

    if not output:
        stop("no-output", lang)
    path = new_file(output, force, lang, ".html")
    try:
        content = build()
    except PartError as error:
        stop(error.sentence, lang, 2, **error.figures)
    write_file(path, content)
    digest = hashlib.sha256(content).hexdigest()
    size = f"{len(content) / 1e6:.1f}"
    click.echo(say("cli", "page-written", lang, path=inert(output), size=size, sha256=digest))
