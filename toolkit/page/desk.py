"""State of one page: files in folders of its own, answers by path."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..campaign import bulk
from ..campaign.bulk import Given, Season
from ..campaign.store import KeptResult, opened
from ..campaign.waivers import Waiver, waivers
from ..finding import Batch, PassedOver

RETURNS = "returns"
"""Folder of the returns; names in it are the paths in results."""


@dataclass(slots=True)
class Desk:
    """State of one page.

    home: the folder of its folders. build: identifies the version of the page.
    paths, ignored, passed_over: from the last listing. answers: {path: its answer}.
    known: {digest of a file: its answer}, under the current rules. prior: a digest of last
    year's reports. editions: a digest of the local editions. pieces: of a zip that is being made;
    each: the number of its files for an agency. sending: the running packing of notices.
    """

    home: str
    build: str = ""
    paths: tuple[str, ...] = ()
    ignored: int = 0
    passed_over: tuple[PassedOver, ...] = ()
    answers: dict[str, KeptResult] = field(default_factory=dict)
    known: dict[str, KeptResult] = field(default_factory=dict)
    given: Given = field(default_factory=Given)
    season: Season = field(default_factory=Season)
    waivers: Sequence[Waiver] = ()
    prior: str = ""
    editions: str = ""
    pieces: Iterator[bytes] | None = None
    each: int = 2
    sending: Iterator[dict[str, Any]] | None = None

    @property
    def rules(self) -> str:
        """Return a digest of the current rules; answers under other rules are not used."""
        return hashlib.sha256(f"{self.build}\n{self.prior}\n{self.editions}".encode()).hexdigest()

    def follow(self, other: "Desk") -> None:
        """Use the local editions of another desk."""
        if self.editions != other.editions:
            self.given = replace(self.given, extra=other.given.extra)
            self.editions = other.editions
            self.forget()

    def forget(self) -> None:
        """Delete all answers: the rules, an edition or last year changed."""
        self.answers.clear()
        self.known.clear()

    @contextmanager
    def batch(self, *, together: bool = True) -> Iterator[Batch]:
        """Give the batch of all examined returns; its results can be read only within the context.

        together: as bulk.Season has it.
        """
        members = self.season.members
        today = time.strftime("%Y-%m-%d")
        used = waivers(self.waivers, today, members or ()) if self.waivers else None
        season = replace(self.season, waivers=used, together=together)
        here = Path(self.home, RETURNS)
        within = chdir(here) if here.is_dir() else nullcontext()
        with within, opened(None, extra=self.given.extra) as store:
            for position, path in enumerate(self.paths):
                store.add(position, self.answers[path])
            store.finish()
            batch = bulk.batch(store, self.paths, self.ignored, season)
            yield replace(batch, passed_over=self.passed_over)
