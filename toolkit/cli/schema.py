"""`gouji schema`: the JSON Schema of a return."""

from .arguments import the_edition
from .console import Inputs, command, emit, options, refuse_over


@command("schema")
@options("year", "edition", "templates", "output")
def schema(inputs: Inputs) -> None:
    from ..report.report import dumps
    from ..report.schema import report_schema

    refuse_over(inputs)
    emit(iter([dumps(report_schema(the_edition(inputs))), "\n"]), inputs.output)
