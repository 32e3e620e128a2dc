"""`gouji page`: gouji.html, built."""

import hashlib

import click

from ..data import say
from ..escape import inert
from ..files.saving import write_file
from .arguments import new_file
from .console import Inputs, command, options, stop


@command("page")
@options("output", "force")
def page(inputs: Inputs) -> None:
    from ..page.bundle import build
    from ..page.downloads import PartError

    path = new_file(inputs, ".html")
    try:
        content = build()
    except PartError as error:
        stop(error.sentence, inputs.lang, 2, **error.figures)
    write_file(path, content)
    digest = hashlib.sha256(content).hexdigest()
    figures = {"size": f"{len(content) / 1e6:.1f}", "sha256": digest}
    path_shown = inert(inputs.output or "")
    click.echo(say("cli", "page-written", inputs.lang, path=path_shown, **figures))
