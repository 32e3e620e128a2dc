"""`gouji check`: returns against their edition, last year and each other."""

import re
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ..data import filled, reason, refused, say, texts
from ..escape import inert
from ..output import FORMATS
from .arguments import new_folder, say_passed, sending_of, unaddressed
from .batch import Terms, checked
from .console import Inputs, command, emit, help_text, options, refuse_over, stop
from .season import prefer as keep_preferred
from .season import seasoned

if TYPE_CHECKING:
    from ..campaign.roster import Member
    from ..campaign.sending import Sending
    from ..finding import Batch
    from .season import InUse

_CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Wish:
    """Options of `check` besides those that commands share."""

    style: str = "text"
    notices: str | None = None
    sender: str | None = None
    due: str | None = None
    mail: bool = False
    explain: bool = False
    accept: str | None = None
    prefer: tuple[str, ...] = ()


def _engine(_context: click.Context, _option: click.Parameter, name: str | None) -> str | None:
    """Return the address of a cluster, None for this computer; refuse anything else."""
    if name in (None, "local"):
        return None
    if not re.fullmatch(r"dask://[^/\s]+:[0-9]+", name):
        raise click.BadParameter(name)
    return name


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
@click.option("--accept", help=help_text("accept"))
@click.option("--prefer", multiple=True, help=help_text("prefer"))
@click.option("--explain", is_flag=True, help=help_text("explain"))
@click.option("--check-code", "code", help=help_text("check-code"))
@click.option("--engine", callback=_engine, help=help_text("engine"))
@click.option("--jobs", type=click.IntRange(min=1), help=help_text("jobs"))
def check(inputs: Inputs, *, live: bool, code: str | None, **terms: Any) -> None:
    lang, wish = inputs.lang, Wish(**terms)
    if code is not None:
        _compare_code(inputs, code, alone=not live and wish == Wish())
    if not wish.notices and ((wish.sender and not wish.accept) or wish.due or wish.mail):
        stop("no-notices-folder", lang)
    if wish.due:
        sending_of(wish.sender, wish.due, lang, mail=wish.mail)
    if live:
        only = Wish(style=wish.style, explain=wish.explain)
        alone = Inputs(lang=lang, templates=inputs.templates, output=inputs.output)
        if inputs != alone or wish != only:
            stop("both", lang)
    elif not inputs.paths:
        stop("neither", lang)
    asked = inputs.year
    inputs, used = (inputs, None) if live else seasoned(inputs)
    if asked is not None and not inputs.roster:
        stop("no-roster-year", lang)
    if wish.style == "xlsx" and inputs.output is None:
        stop("no-output", lang, ending=".xlsx")
    if live:
        _check_open(inputs, wish.style, explain=wish.explain)
    sys.exit(_check(inputs, wish, used))


def _check(inputs: Inputs, wish: Wish, used: "InUse | None") -> int:
    """Check returns, print the result, write files as asked; return the exit status.

    used: the season in use.
    """
    lang, season = inputs.lang, used.season if used else None
    sender = wish.sender or (season.sender if season else None)
    by = sender or (season.region if season else None) or ""
    if wish.prefer and not inputs.roster:
        stop("prefer-roster", lang)
    if wish.accept and not by:
        stop("accept-sender", lang)
    due = wish.due or (season.due.isoformat() if season and season.due else None)
    folder = new_folder(wish.notices, lang) if wish.notices else None
    if wish.accept:
        inputs = _for_list(inputs, wish.accept, wish.notices)
    terms = Terms(
        settled=season.settled if season else None, prefer=wish.prefer, notices=wish.notices
    )
    with checked(inputs, terms) as done:
        batch = replace(done.batch, explained=wish.explain)
        _show(batch, wish.style, inputs.output, lang)
        for member, sha256 in done.preferred.items():
            _remember(used, member, sha256, lang)
        if wish.accept:
            _accept(batch, Path(wish.accept), by, lang)
        if folder:
            from ..campaign.sending import by_name

            sending = sending_of(sender, due, lang, mail=wish.mail)
            sending = replace(sending, members=by_name(done.members), year=inputs.year)
            _send_back(batch, folder, sending, lang, alone=inputs.output is None)
    return 1 if batch.failing else 0


def _for_list(inputs: Inputs, path: str, notices: str | None) -> Inputs:
    """Return the inputs without the list of waivers to write; exit where it cannot be one.

    notices: the folder they are written to.
    """
    lang, file = inputs.lang, Path(path)
    if file.suffix.lower() not in (".csv", ".xlsx"):
        stop("not-a-list", lang, path=path)
    if not file.parent.is_dir():
        stop("no-path", lang, path=file.parent)
    named = tuple(each for each in inputs.paths if not Path(each).is_dir())
    written = replace(inputs, output=path, waivers=None, paths=named)
    refuse_over(written, inputs.output, inputs.store, folder=notices)
    return replace(inputs, left=(*inputs.left, path))


def _remember(used: "InUse | None", member: "Member", sha256: str, lang: str) -> None:
    """Write into the season which return counts for an agency; print that, or that it is not kept."""
    if used:
        keep_preferred(used, used.season.settled.name_of(member), sha256, lang)
    sentence = "preferred" if used else "preferred/once"
    click.echo(say("cli", sentence, lang, agency=inert(member.name)), err=True)


def _accept(batch: "Batch", path: Path, by: str, lang: str) -> None:
    """Add a waiver to a list for each reason that stands; print how many."""
    from ..campaign.accepting import accepted, with_rows
    from ..campaign.waivers import WaiverError
    from ..files.saving import write_file

    try:
        source, count = with_rows(path, accepted(batch, by, time.strftime("%Y-%m-%d")))
    except WaiverError as error:
        stop("not-accepted", lang, path=str(path), why=error.problems[0].message(lang))
    if count:
        write_file(path, [source])
    sentence = "accepted" if count else "accepted/none"
    click.echo(say("cli", sentence, lang, n=count, path=inert(str(path))), err=True)


def _compare_code(inputs: Inputs, code: str, *, alone: bool) -> NoReturn:
    """Compare the check code on paper with a return's, print both, and exit.

    alone: none of the options of `check` itself was given besides.
    """
    lang, paper = inputs.lang, "".join(code.split())
    only = Inputs(lang=lang, templates=inputs.templates, paths=inputs.paths)
    if not alone or inputs != only or len(inputs.paths) != 1:
        stop("code-alone", lang)
    if not _CODE.fullmatch(paper):
        stop("code-bad", lang, given=code)
    with checked(inputs) as done:
        results = list(done.batch.results)
    if len(results) != 1:
        stop("code-alone", lang)
    file, path = results[0].check_code, inert(results[0].path)
    sentence = "code-none" if file is None else "code-same" if file == paper else "code-differs"
    click.echo(say("cli", sentence, lang, paper=paper, file=file or "", path=path))
    sys.exit(0 if file == paper else 1)


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
        from ..files.installed import advice

        stop("no-xlwings", lang, do=advice("xlwings")[lang])
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
