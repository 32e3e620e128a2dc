"""`gouji demo`: a small district played through."""

import click

from .console import Inputs, command, options


@command("demo")
@options()
@click.argument("folder", required=False)
def demo(inputs: Inputs, *, folder: str | None) -> None:
    from .district import play
    from .rounds import play_season

    play_season(play(folder, inputs.lang), inputs.lang)
