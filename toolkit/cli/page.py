"""`gouji page`: gouji.html, built; or its place, where it was built before."""

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
    from ..files.installed import advice, without_page
    from ..page.bundle import build, made
    from ..page.downloads import PartError

    if not inputs.output:
        path = made()
        if path is None:
            stop("no-page", inputs.lang, 2, do=advice("page")[inputs.lang])
        _tell("page-made", str(path), path.read_bytes(), inputs.lang)
        return
    path = new_file(inputs, ".html")
    try:
        content = build()
    except PartError as error:
        do = without_page(error.sentence)[inputs.lang]
        stop(error.sentence, inputs.lang, 2, do=do, **error.figures)
    write_file(path, content)
    _tell("page-written", inputs.output, content, inputs.lang)


def _tell(sentence: str, path: str, content: bytes, lang: str) -> None:
    """Print the place of a page, its size and its digest."""
    digest = hashlib.sha256(content).hexdigest()
    figures = {"path": inert(path), "size": f"{len(content) / 1e6:.1f}", "sha256": digest}
    click.echo(say("cli", sentence, lang, **figures))
