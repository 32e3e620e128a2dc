"""`gouji demo`: a small district played through."""

import click

from .console import command, options


@command("demo")
@options()
@click.argument("folder", required=False)
def demo(folder: str | None, lang: str) -> None:
    from .district import play

    play(folder, lang)
