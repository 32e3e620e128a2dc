"""What one page works on: files lie in folders of its own, answers are kept by path."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..campaign import bulk
from ..campaign.bulk import Given, Season
from ..campaign.store import Answer, opened
from ..finding import Batch


@dataclass(slots=True)
class Desk:
    """What one page works on.

    answers: {path: what came of it}, of the files that were examined. paths, ignored: what
    `gather` found last.
    """

    home: str
    paths: tuple[str, ...] = ()
    ignored: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    known: dict[str, Answer] = field(default_factory=dict)
    given: Given = field(default_factory=Given)
    season: Season = field(default_factory=Season)

    @contextmanager
    def batch(self) -> Iterator[Batch]:
        """Give the batch of all that was examined; its results are read while this lasts."""
        with opened(None, extra=self.given.extra) as store:
            for position, path in enumerate(self.paths):
                store.add(position, self.answers[path])
            store.finish()
            yield bulk.batch(store, self.paths, self.ignored, self.season)
