"""`gouji check`: returns against their edition, last year and each other."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from ..data import filled, reason, refused, say, texts
from ..escape import inert
from ..output import FORMATS
from .arguments import new_folder, say_passed, sending_of, unaddressed
from .batch import checked
from .console import Inputs, command, emit, help_text, options, stop

if TYPE_CHECKING:
    from ..campaign.sending import Sending
    from ..finding import Batch


@command("check")
@options("templates", "prior", "roster", "waivers", "store", "output")
@click.argument("paths", nargs=-1)
@click.option("--open", "live", is_flag=True, help=help_text("open"))
@click.option("--format", "style", default="text", help=help_text("format"),
              type=click.Choice(list(FORMATS)))  # fmt: skip
@click.option("--year", type=click.IntRange(1000, 2999), help=help_text("campaign-year"))
@click.option("--notices", help=help_text("send-back"))
@click.option("--sender", help=help_text("sender"))
@click.option("--due", help=help_text("due"))
@click.option("--mail", is_flag=True, help=help_text("mail"))
@click.option("--explain", is_flag=True, help=help_text("explain"))
@click.option("--jobs", type=click.IntRange(min=1), help=help_text("jobs"))
def check(
    inputs: Inputs,
    *,
    live: bool,
    style: str,
    notices: str | None,
    explain: bool,
    sender: str | None,
    due: str | None,
    mail: bool,
) -> None:
    lang, output = inputs.lang, inputs.output
    if not notices and (sender or due or mail):
        stop("no-notices-folder", lang)
    sending = sending_of(sender, due, lang, mail=mail)
    if live:
        alone = Inputs(lang=lang, templates=inputs.templates, output=output)
        if inputs != alone or notices:
            stop("both", lang)
    elif not inputs.paths:
        stop("neither", lang)
    if inputs.year is not None and not inputs.roster:
        stop("no-roster-year", lang)
    if style == "xlsx" and output is None:
        stop("no-output", lang, ending=".xlsx")
    if live:
        _check_open(inputs, style, explain=explain)
    folder = new_folder(notices, lang) if notices else None
    with checked(inputs, notices=notices) as done:
        batch = replace(done.batch, explained=explain)
        _show(batch, style, output, lang)
        if folder:
            from ..campaign.sending import by_name

            terms = replace(sending, members=by_name(done.members), year=inputs.year)
            _send_back(batch, folder, terms, lang, alone=output is None)
    sys.exit(1 if batch.failing else 0)


def _show(batch: "Batch", style: str, output: str | None, lang: str) -> None:
    """Print the results, in colours on a terminal, or write them to a file."""
    from ..output import text

    if style == "text" and output is None and sys.stdout.isatty():
        emit(text.lines(batch, lang, colour=True), None)
    else:
        emit(FORMATS[style](batch, lang), output, csv=style == "csv")
    if style in ("csv", "jsonl"):
        say_passed(batch.passed_over, lang)


def _check_open(inputs: Inputs, style: str, *, explain: bool) -> NoReturn:
    """Check the workbook that is open in Excel, as its button would, and exit."""
    lang = inputs.lang
    try:
        from ..excel import active
    except ImportError:
        stop("no-xlwings", lang)
    from ..finding import Batch

    result = active(inputs.templates, lambda line: click.echo(line, err=True), lang)
    if result is None:
        sys.exit(2)
    _show(Batch((result,), explained=explain), style, inputs.output, lang)
    sys.exit(1 if result.verdict == "fail" else 0)


def _send_back(batch: "Batch", folder: Path, sending: "Sending", lang: str, *, alone: bool) -> None:
    """Write the notices and reminders; print their numbers, or that there are none.

    alone: nothing else was written.
    """
    from ..campaign.notices import Changed, addressed, due, files
    from ..files.examine import content
    from ..files.saving import NotSavedError, write_folder

    words = texts("sent_back", lang)
    agencies: list[str] = []
    written: list[str] = []

    def counted() -> Iterator[tuple[str, bytes]]:
        for item in due(batch, sending):
            agencies.append(addressed(item))
            for name, source in files(item, content, sending):
                written.append(name)
                yield name, source

    if not batch.failing and not (batch.campaign and batch.campaign["missing"]):
        none = words["none-to-send" if batch.campaign else "none"]
        click.echo(filled(none, folder=inert(str(folder))), err=True)
        return
    try:
        write_folder(folder, counted())
    except Changed as error:
        stop("changed", lang, path=error)
    except (NotSavedError, KeyboardInterrupt) as error:
        if alone:
            raise
        stopped = isinstance(error, KeyboardInterrupt)
        why = say("cli", "stopped", lang) if stopped else reason(refused(error), lang)
        stop("no-notices", lang, path=str(folder), why=why)
    figures = {"folder": inert(str(folder)), "n": len(written), "agencies": len(agencies)}
    click.echo(filled(words["written"], **figures), err=True)
    for line in _told(batch, sending, agencies, lang):
        click.echo(line, err=True)


def _told(batch: "Batch", sending: "Sending", agencies: Sequence[str], lang: str) -> Iterator[str]:
    """Yield the lines on reminders, drafts without an address, and returns nobody is told of."""
    from ..campaign.envelope import without_address
    from ..campaign.notices import unsent

    words = texts("sent_back", lang)
    if batch.campaign and (missing := batch.campaign["missing"]):
        yield filled(words["reminded"], n=len(missing))
    told = filter(None, map(sending.members.get, agencies))
    yield from unaddressed(without_address(told) if sending.mail else (), lang)
    if sending.due and sending.due < sending.today:
        yield filled(words["passed"], day=sending.due.isoformat())
    if nobodys := unsent(batch):
        names = say("text", "comma", lang).join(map(inert, nobodys))
        yield filled(words["unsent"], n=len(nobodys), names=names)
