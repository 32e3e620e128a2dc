"""`gouji schema`: the JSON Schema of a return."""

from pathlib import Path

import click

from .arguments import edition_file, the_edition
from .console import command, emit, help_text, options, refuse_over


@command("schema")
@options("edition", "templates", "output")
@click.option("--year", type=int, help=help_text("year"))
def schema(
    edition: str | None,
    templates: tuple[Path, ...],
    output: str | None,
    year: int | None,
    lang: str,
) -> None:
    from ..report.report import dumps
    from ..report.schema import report_schema

    refuse_over(lang, (edition_file(edition), *templates), output)

    found = the_edition(edition, year, templates, lang)
    emit(iter([dumps(report_schema(found)), "\n"]), output)
