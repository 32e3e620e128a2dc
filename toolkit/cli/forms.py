"""Commands that show forms, cells, rules and the schema."""

from pathlib import Path

import click

from ..console import command, emit, help_text, options, refuse_over
from .given import edition_file, the_edition


@command("forms")
@options("templates")
def forms(templates: tuple[Path, ...], lang: str) -> None:
    from .. import edition as editions
    from ..output import proof

    named = (editions.named(*ident, templates) for ident in editions.known(templates))
    emit(iter([proof.forms(filter(None, named), lang)]), None)


@command("cells")
@options("edition", "templates")
@click.option("--year", type=int, help=help_text("year"))
def cells(edition: str | None, templates: tuple[Path, ...], year: int | None, lang: str) -> None:
    from ..output import proof

    emit(iter([proof.cells(the_edition(edition, year, templates, lang), lang)]), None)


@command("rules")
@options("edition", "templates")
@click.option("--year", type=int, help=help_text("year"))
@click.option("--format", "style", type=click.Choice(["text", "json", "md"]), default="text",
              help=help_text("format"))  # fmt: skip
def rules(
    edition: str | None, templates: tuple[Path, ...], year: int | None, style: str, lang: str
) -> None:
    from ..output import proof

    found = the_edition(edition, year, templates, lang)
    emit(iter([proof.rules(found, lang, style)]), None)


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
    from ..report import dumps
    from ..schema import report_schema

    refuse_over(lang, (edition_file(edition), *templates), output)

    found = the_edition(edition, year, templates, lang)
    emit(iter([dumps(report_schema(found)), "\n"]), output)
