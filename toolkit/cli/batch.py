"""Check of many returns, for the commands that use the results."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..data import say
from ..escape import inert
from .arguments import gathered, last_years, members_of, progress
from .console import Inputs, crew_of, refuse_over, stop

if TYPE_CHECKING:
    from ..campaign.chain import Last
    from ..campaign.roster import Member
    from ..campaign.waivers import WaiverProblem, Waivers
    from ..finding import Batch


@dataclass(frozen=True, slots=True)
class Checked:
    """The batch of all returns, the roster and last year's reports it was checked with."""

    batch: "Batch"
    members: "tuple[Member, ...] | None"
    last: "Last | None"


@contextmanager
def checked(
    inputs: Inputs, *, notices: str | None = None, together: bool = True
) -> "Iterator[Checked]":
    """Give the batch of all returns; its results are read from the store within the context.

    together: whether the returns are compared with each other too, where there is a roster.
    """
    from ..campaign import bulk
    from ..campaign.store import StoreError, opened, rules_of

    lang, store, extra = inputs.lang, inputs.store, inputs.templates
    refuse_over(inputs, store if _may_be_store(store) else None, folder=notices)
    members = members_of(inputs.roster, lang) if inputs.roster else None
    waived = the_waivers(inputs.waivers, members or (), lang) if inputs.waivers else None
    with last_years(inputs, members or ()) as (last, digest):
        try:
            with opened(Path(store) if store else None, rules_of(extra), digest, extra) as kept:
                digests, names = kept.known(), bulk.names_of(members or ())
                with crew_of(inputs, last=last, known=digests, names=names) as crew:
                    files = gathered(inputs.paths, lang, crew)
                    answers = bulk.answers(files.paths, crew.each)
                    shown = progress(answers, len(files.paths), lang)
                    for position, answer in enumerate(shown):
                        kept.add(position, answer)
                kept.finish()
                season = bulk.Season(members if together else None, inputs.year, waived)
                batch = bulk.batch(kept, files.paths, files.ignored, season)
                if inputs.waivers and waived:
                    _say("idle-waivers", inputs.waivers, tuple(waived.idle()), lang)
                yield Checked(replace(batch, passed_over=files.passed), members, last)
        except StoreError as error:
            sentence = error.sentence if store else "no-scratch"
            stop(sentence, lang, path=store or "", why=error.why)


def _may_be_store(path: str | None) -> bool:
    """Tell whether a path may be a store's: nothing yet, an empty file, or a store."""
    from ..campaign.store import is_store

    file = Path(path or "")
    return not (file.is_file() and file.stat().st_size) or is_store(file)


def the_waivers(waivers: str, members: "Sequence[Member]", lang: str) -> "Waivers":
    """Return the waivers of a list in use today; else print all that is wrong with it and exit."""
    from ..campaign.waivers import WaiverError, load
    from ..campaign.waivers import waivers as used

    try:
        rows = load(Path(waivers))
    except WaiverError as error:
        _say("bad-waivers", waivers, error.problems, lang)
        raise SystemExit(2) from None
    return used(rows, time.strftime("%Y-%m-%d"), members)


def _say(sentence: str, path: str, problems: "Sequence[WaiverProblem]", lang: str) -> None:
    """Print the problems of a list, a line each; nothing without problems."""
    if problems:
        click.echo(say("cli", sentence, lang, path=inert(path), n=len(problems)), err=True)
    for problem in problems:
        click.echo(f"  {inert(problem.message(lang))}", err=True)
