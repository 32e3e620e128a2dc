"""`gouji read`: the numbers of returned workbooks as JSON, csv or Parquet."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import click

from ..output import REPORT_FORMATS
from .arguments import gathered, members_of, new_file, progress, say_passed, say_refused
from .console import Inputs, command, crew_of, emit, help_text, need, options, refuse_over, stop

if TYPE_CHECKING:
    from ..campaign.roster import Member
    from ..files.examine import Read
    from ..output.parquet import Sourced

PARQUET = "parquet"


@command("read")
@options("templates", "output")
@click.argument("paths", nargs=-1, required=True)
@click.option("--roster", help=help_text("read-roster"))
@click.option("--format", "style", type=click.Choice([*REPORT_FORMATS, PARQUET]), default="json",
              help=help_text("format"))  # fmt: skip
def read(inputs: Inputs, *, style: str) -> None:
    lang = inputs.lang
    refuse_over(inputs)
    if style == PARQUET:
        sys.exit(_write_parquet(inputs))
    if inputs.roster:
        stop("read-roster", lang)
    with crew_of(inputs) as crew:
        files = gathered(inputs.paths, lang, crew)
        reads = tuple(progress(crew.loads(files.paths), len(files.paths), lang))
    say_passed(files.passed, lang)
    reports = [file.report for file in reads if file.report is not None]
    refused = [file for file in reads if file.report is None]
    for file in refused:
        say_refused(file, lang)
    single = inputs.paths == (files.paths[0],)
    if reports or not single:
        emit(REPORT_FORMATS[style](reports, single), inputs.output, csv=style == "csv")
    sys.exit(1 if refused else 0)


def _write_parquet(inputs: Inputs) -> int:
    """Write the cells of returns as a Parquet file, some returns at a time; return the status."""
    from ..files.saving import write_file
    from ..output import parquet

    lang, path = inputs.lang, new_file(replace(inputs, force=True), f".{PARQUET}")
    need("pyarrow", "no-pyarrow", lang)
    above = _above(members_of(inputs.roster, lang) if inputs.roster else ())
    refused: list[Read] = []
    with crew_of(inputs) as crew:
        files = gathered(inputs.paths, lang, crew)
        reads = _readable(progress(crew.loads(files.paths), len(files.paths), lang), refused)
        first = next(reads, None)
        if first:
            write_file(path, parquet.write(chain([first], reads), above))
    say_passed(files.passed, lang)
    for file in refused:
        say_refused(file, lang)
    return 1 if refused else 0


def _readable(reads: "Iterator[Read]", refused: "list[Read]") -> "Iterator[Sourced]":
    """Yield path, digest and report of the files that were read; add the others to `refused`."""
    for file in reads:
        if file.report is None:
            refused.append(file)
        else:
            yield file.path, file.sha256, file.report


def _above(members: "Sequence[Member]") -> "Callable[[Mapping[str, str | None]], list[str]]":
    """Return the function from an agency to the names of its parents in a roster, the highest first."""
    from ..campaign.roster import matcher

    match, named = matcher(members), {member.name: member for member in members}

    def names(agency: "Mapping[str, str | None]") -> list[str]:
        member, found = match(agency).member, list[str]()
        while member and member.parent:
            found.insert(0, member.parent)
            member = named.get(member.parent)
        return found

    return names
