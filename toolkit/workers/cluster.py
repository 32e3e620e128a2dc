"""Files examined by the workers of a Dask cluster; each keeps processes of its own for them.

A file harms only the process that examines it, under the same limits as on one computer. Answers
come back packed and in order of paths, and only the client writes them down.
"""

import atexit
import logging
import multiprocessing
import pickle
import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from ..campaign.bulk import Given, Lost, Task
from ..campaign.store import rules_of
from ..data import DataError
from ..edition.shape import EditionError
from .packing import packed
from .pool import (
    ClusterError,
    Limits,
    Spread,
    Workers,
    shelves,
    shut,
    workers,
)

SCHEME = "dask://"
BATCH = 200
"""Files of a task: a scheduler chokes on a task for each."""
_AHEAD = 3
"""Tasks for each thread of the cluster that are handed out ahead of the next answer."""
_PATIENCE = 20
"""Seconds to wait for the scheduler, and for a first worker."""


@contextmanager
def joined(engine: str, given: Given) -> Iterator[Spread]:
    """Give the function by which a cluster's workers examine files; raises ClusterError.

    engine: dask://HOST:PORT of its scheduler.
    """
    from distributed import Client  # noqa: PLC0415 - an extra

    address = engine.replace(SCHEME, "tcp://", 1)
    with _quiet():
        try:
            client = Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ClusterError("no-cluster", str(error)) from error
        with client:
            try:
                client.wait_for_workers(1, timeout=_PATIENCE)
                digests = set(client.run(rules_of, given.extra).values())
            except Exception as error:  # whatever a worker lacks
                raise ClusterError("cluster-strange", str(error)) from error
            if digests != {rules_of(given.extra)}:
                raise ClusterError("cluster-strange", "")
            try:
                yield _Cluster(client)
            finally:
                with suppress(Exception):
                    client.run(ended)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the client's reports on lost workers out of the terminal: they cost only a retry."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)


@dataclass(frozen=True, slots=True)
class _Cluster:
    """The function from a crew, a task and paths to the answers; client: of the scheduler."""

    client: Any

    def __call__(self, crew: Workers, task: Task, paths: Sequence[str]) -> Iterator[Any]:
        """Yield a task's answer for each path, or Lost, in the order of the paths."""
        brief = folded(crew.given)
        there = self._sent(brief)
        left = deque(paths[at : at + BATCH] for at in range(0, len(paths), BATCH))
        ahead = _AHEAD * max(1, sum(self.client.nthreads().values()))
        under_way: deque[tuple[Sequence[str], Any]] = deque()
        while left or under_way:
            while left and len(under_way) < ahead:
                chunk = left.popleft()
                under_way.append((chunk, self._given_out(task, chunk, there, crew.limits)))
            chunk, future = under_way.popleft()
            answers = _result(future)
            if answers is None:
                yield from self._alone(task, chunk, brief, crew.limits)
                there = self._sent(brief)  # it is lost with the workers that had it
            else:
                yield from answers

    def _sent(self, brief: bytes) -> Any:
        return self.client.scatter(brief, broadcast=True, hash=False)

    def _given_out(self, task: Task, chunk: Sequence[str], brief: Any, limits: Limits) -> Any:
        return self.client.submit(batch, task, chunk, brief, limits, pure=False)

    def _alone(
        self, task: Task, paths: Sequence[str], brief: bytes, limits: Limits
    ) -> Iterator[Any]:
        """Yield the answer for each path of a task that was lost for good, examined alone.

        Each is tried twice: its worker may have ended because of another one.
        """
        futures = [self._given_out(task, [path], brief, limits) for path in paths]
        for path, once in zip(paths, futures, strict=True):
            again = _result(once) or _result(self._given_out(task, [path], brief, limits))
            yield from again or [Lost("crashed")]


def _result(future: Any) -> list[Any] | None:
    """Return the answers of a task, None where its worker ended or the program failed there."""
    try:
        answers: list[Any] = pickle.loads(future.result())  # noqa: S301 - from our own workers
    except (EditionError, DataError):
        raise
    except Exception:  # noqa: BLE001 - that costs no more than the files of this task
        return None
    return answers


# ── in the cluster's worker ───────────────────────────────────────────────────────────────────────


_starting = Lock()
_folders: list[tempfile.TemporaryDirectory[str]] = []


def folded(given: Given) -> bytes:
    """Return the arguments for all files with the file of last year's reports, packed."""
    last = given.last.path.read_bytes() if given.last else None
    return packed((replace(given, saved=None), last), given.extra)


@lru_cache(maxsize=1)
def unfolded(brief: bytes) -> Given:
    """Return the arguments for all files; last year's reports are written to a folder here."""
    given: Given
    given, last = pickle.loads(brief)  # noqa: S301 - from our own client
    if given.last is None or last is None:
        return given
    folder = tempfile.TemporaryDirectory(prefix="gouji-")
    _folders.append(folder)
    path = Path(folder.name) / given.last.path.name
    path.write_bytes(last)
    return replace(given, last=replace(given.last, path=path))


def batch(task: Task, paths: Sequence[str], brief: bytes, limits: Limits) -> bytes:
    """Return the packed answers for some paths, from processes of this worker that are kept."""
    with _starting:
        multiprocessing.current_process().daemon = False  # or it may have no processes of its own
        if not shelves:
            shelves.append({})
            atexit.register(ended)
        given = unfolded(brief)
    with workers(given, 1, limits) as crew:
        return packed(list(crew.each(task, paths)), given.extra)


def ended() -> None:
    """End the processes that are kept, and delete their temporary files."""
    with _starting:
        atexit.unregister(ended)
        while shelves:
            shut(shelves.pop())
        unfolded.cache_clear()
        while _folders:
            _folders.pop().cleanup()
