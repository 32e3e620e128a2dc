"""`gouji forms`: the forms and editions there are."""

from .console import Inputs, command, emit, options


@command("forms")
@options("templates")
def forms(inputs: Inputs) -> None:
    from ..edition import edition as editions
    from ..output import rulebook

    folders = inputs.templates
    named = (editions.named(*ident, folders) for ident in editions.known(folders))
    emit(iter([rulebook.forms(filter(None, named), inputs.lang)]), None)
