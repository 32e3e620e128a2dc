"""`gouji roster`: an empty roster to fill in."""

from ..files.saving import write_file
from .arguments import new_file, say_written
from .console import Inputs, command, options


@command("roster")
@options("output", "force")
def roster(inputs: Inputs) -> None:
    from ..campaign.handout import empty_roster

    write_file(new_file(inputs), empty_roster())
    say_written(inputs)
