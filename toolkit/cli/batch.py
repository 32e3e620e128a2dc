"""Check of many returns, for the commands that use the results."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..data import say
from ..escape import inert
from .arguments import Inputs, gathered, last_years, members_of, progress
from .console import crew_of, refuse_over, stop

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
    given: Inputs, *, year: int | None = None, notices: str | None = None, together: bool = True
) -> "Iterator[Checked]":
    """Give the batch of all returns; its results are read from the store within the context.

    together: whether the returns are compared with each other too, where there is a roster.
    """
    from ..campaign import bulk
    from ..campaign.store import StoreError, opened, rules_of

    lang, store = given.lang, given.store
    written = (given.output, store if _may_be_store(store) else None)
    refuse_over(lang, given.files, *written, folder=notices)
    members = members_of(given.roster, lang) if given.roster else None
    waived = the_waivers(given.waivers, members or (), lang) if given.waivers else None
    extra = given.templates
    with last_years(given, members or ()) as (last, digest):
        try:
            with opened(Path(store) if store else None, rules_of(extra), digest, extra) as kept:
                known = kept.known()
                terms: dict[str, Any] = {
                    "last": last,
                    "known": known,
                    "names": bulk.names_of(members or ()),
                }
                with crew_of(lang, extra, given.jobs, store, **terms) as crew:
                    found = gathered(given.paths, lang, crew)
                    answers = bulk.answers(found.paths, crew.given, crew.each)
                    for position, one in enumerate(progress(answers, len(found.paths), lang)):
                        kept.add(position, one)
                kept.finish()
                season = bulk.Season(members if together else None, year, waived)
                batch = bulk.batch(kept, found.paths, found.ignored, season)
                if given.waivers and waived:
                    _say("idle-waivers", given.waivers, tuple(waived.idle()), lang)
                yield Checked(replace(batch, passed_over=found.passed), members, last)
        except StoreError as error:
            sentence = error.sentence if store else "no-scratch"
            stop(sentence, lang, path=store or "", why=error.why)


def _may_be_store(path: str | None) -> bool:
    """Tell whether a path may be a store's: nothing yet, an empty file, or a store."""
    from ..campaign.store import is_store

    there = path is not None and Path(path).is_file() and Path(path).stat().st_size > 0
    return not there or is_store(Path(path or ""))


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
