"""`gouji forms`: the forms and editions there are."""

from pathlib import Path

from .console import command, emit, options


@command("forms")
@options("templates")
def forms(templates: tuple[Path, ...], lang: str) -> None:
    from ..edition import edition as editions
    from ..output import rulebook

    named = (editions.named(*ident, templates) for ident in editions.known(templates))
    emit(iter([rulebook.forms(filter(None, named), lang)]), None)
