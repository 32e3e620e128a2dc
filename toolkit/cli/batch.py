"""Check of many returns, for the commands that use the results."""

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
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
    from ..campaign.settled import Settled
    from ..campaign.store import Store
    from ..campaign.waivers import WaiverProblem, Waivers
    from ..finding import Batch


@dataclass(frozen=True, slots=True)
class Checked:
    """The batch of all returns, the roster and last year's reports it was checked with.

    preferred: {agency: SHA-256 of its return that counts from now on}.
    whole: the batch compared with roster and each other, where both batches were asked for.
    """

    batch: "Batch"
    members: "tuple[Member, ...] | None"
    last: "Last | None"
    preferred: "Mapping[Member, str]"
    whole: "Batch | None" = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms of a check besides its inputs.

    together: as bulk.Season has it. both: the batch with it is given besides the one without.
    settled: the office's decisions. prefer: files to count for their agencies from now on.
    notices: the folder they are written to.
    """

    together: bool = True
    both: bool = False
    settled: "Settled | None" = None
    prefer: tuple[str, ...] = ()
    notices: str | None = None


USUAL = Terms()


@contextmanager
def checked(inputs: Inputs, terms: Terms = USUAL) -> "Iterator[Checked]":
    """Give the batch of all returns; its results are read from the store within the context."""
    from ..campaign import bulk
    from ..campaign.store import StoreError, opened, rules_of

    lang, store, extra = inputs.lang, inputs.store, inputs.templates
    refuse_over(inputs, store if _may_be_store(store) else None, folder=terms.notices)
    members = members_of(inputs.roster, lang) if inputs.roster else None
    waived = the_waivers(inputs.waivers, members or (), lang) if inputs.waivers else None
    with last_years(inputs, members or ()) as (last, digest):
        try:
            rules = rules_of(extra) if store else ""
            with opened(Path(store) if store else None, rules, digest, extra) as kept:
                digests, names = kept.known(), bulk.names_of(members or ())
                with crew_of(inputs, last=last, known=digests, names=names) as crew:
                    files = gathered(inputs.paths, lang, crew, inputs.left)
                    answers = bulk.answers(files.paths, crew.each)
                    shown = progress(answers, len(files.paths), lang)
                    for position, answer in enumerate(shown):
                        kept.add(position, answer)
                kept.finish()
                settled, preferred = _settled(terms, kept, members, lang)
                season = bulk.Season(members, inputs.year, waived, settled, terms.together)
                batch = bulk.batch(kept, files.paths, files.ignored, season)
                whole = replace(season, together=True) if terms.both else None
                every = bulk.batch(kept, files.paths, files.ignored, whole) if whole else None
                _refuse_unused(batch, preferred, lang)
                if terms.together and store and isinstance(batch.results, bulk.Results):
                    batch = replace(batch, changed=bulk.changed(batch.results))
                if inputs.waivers and waived:
                    _say("idle-waivers", inputs.waivers, tuple(waived.idle()), lang)
                batch = replace(batch, passed_over=files.passed)
                yield Checked(batch, members, last, preferred, every)
        except StoreError as error:
            sentence = error.sentence if store else "no-scratch"
            stop(sentence, lang, path=store or "", why=error.why)


def _settled(
    terms: Terms, store: "Store", members: "Sequence[Member] | None", lang: str
) -> "tuple[Settled | None, dict[Member, str]]":
    """Return the office's decisions with those of this run, and {agency: digest} of these alone."""
    if not terms.prefer:
        return terms.settled, {}
    from ..campaign.roster import matcher
    from ..campaign.settled import OPEN
    from ..files.examine import content
    from ..report.report import ReportError
    from ..xlsx.zip import Rejected

    match, preferred = matcher(members or ()), dict["Member", str]()
    for path in terms.prefer:
        try:
            digest = hashlib.sha256(content(path)).hexdigest()
        except (ReportError, Rejected):
            stop("no-path", lang, path=path)
        heads = (head for _, sha256, head in store.heads() if sha256 == digest and head.form)
        owners = (match({"name": head.name, "code": head.code}).member for head in heads)
        member = next(filter(None, owners), None)
        if member is None:
            stop("prefer-none", lang, path=path)
        if preferred.setdefault(member, digest) != digest:
            stop("prefer-twice", lang, agency=member.name)
    settled = terms.settled or OPEN
    for member, digest in preferred.items():
        settled = settled.preferring(member, digest)
    return settled, preferred


def _refuse_unused(batch: "Batch", preferred: "Mapping[Member, str]", lang: str) -> None:
    """Exit where a return to be preferred does not count all the same, being of another year."""
    agencies = batch.campaign["agencies"] if batch.campaign else ()
    counting = {agency["name"]: agency["preferred"] for agency in agencies}
    for member, digest in preferred.items():
        if counting[member.name] != digest:
            stop("prefer-unused", lang, agency=member.name)


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
