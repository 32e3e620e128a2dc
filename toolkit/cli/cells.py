"""`gouji cells`: an edition's cells, for proof-reading."""

from .arguments import the_edition
from .console import Inputs, command, emit, options


@command("cells")
@options("year", "edition", "templates")
def cells(inputs: Inputs) -> None:
    from ..output import rulebook

    emit(iter([rulebook.cells(the_edition(inputs), inputs.lang)]), None)
