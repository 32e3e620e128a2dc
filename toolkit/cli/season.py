"""Checks many returns and gives what was found: for check, and for all that goes on from there."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..console import crew_of, refuse_over, stop
from .given import gathered, last_years, progress

if TYPE_CHECKING:
    from ..finding import Batch


@contextmanager
def checked(
    paths: tuple[str, ...],
    lang: str,
    templates: Sequence[Path] = (),
    *,
    prior: str | None = None,
    store: str | None = None,
    jobs: int | None = None,
    output: str | None = None,
) -> "Iterator[Batch]":
    """Give the batch of all returns; its results are read from the store while this lasts."""
    from ..campaign import bulk
    from ..campaign.store import StoreError, opened, rules_of

    priors = last_years(prior, templates, lang) if prior else None
    try:
        with opened(
            Path(store) if store else None, rules_of(templates), "", tuple(templates)
        ) as kept:
            known = kept.known()
            with crew_of(lang, templates, jobs, store, priors=priors, known=known) as crew:
                found, ignored = gathered(paths, lang, crew)
                refuse_over(output, found, lang)
                refuse_over(store, found, lang)
                given = crew.given
                answers = bulk.answers(found, given, crew.each)
                for position, one in enumerate(progress(answers, len(found), lang)):
                    kept.add(position, one)
            kept.finish()
            yield bulk.batch(kept, found, ignored)
    except StoreError as error:
        stop(error.sentence, lang, path=store or "", why=error.why)
