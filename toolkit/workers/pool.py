"""Examination of files in worker processes: a crash costs the verdict of a file, not the batch."""

import math
import os
import pickle
import signal
import stat
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..campaign.bulk import Given, Lost, Task, guarded, one_by_one, reads
from ..edition import edition as editions
from ..files.archive import is_archive, unpacked
from ..files.distant import is_address
from ..files.examine import Read
from ..files.gathering import Listing, listing, sifted
from .copies import examined
from .packing import packed

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pebble import ProcessPool

    from ..files.published import Published

__all__ = ["Given", "Limits", "Lost", "Task", "Workers", "workers"]

Sort = tuple["Limits", int, Path, frozenset[tuple[str, str]]]
"""Limits of workers, their number, working folder and environment."""
Spread = Callable[["Workers", Task, Sequence[str]], Iterator[Any]]
"""Function from workers, a task and paths to the answers of a cluster."""
HANDFUL, SMALL, UNPACKED = 8, 2**20, 4 * 2**20
"""Most files, and bytes of each, packed and unpacked, that are examined in this process.

Starting another process takes longer.
"""
AHEAD = 32
"""Files per worker that are handed out ahead of the next answer."""
LONGER = 3
"""The limit by the clock, in times of the first, when a file is tried once more."""
PATIENCE = 60.0
"""Seconds without any answer after which the workers are stopped."""
_PDF, _HEAD = b"%PDF", 1024
"""First bytes of a PDF, within so many of the file."""
_NO_MEMORY = 86
"""The exit status of a worker that ran out of memory."""


class ClusterError(Exception):
    """A cluster that cannot be used: the name of the sentence that says why, and its words."""

    def __init__(self, sentence: str, why: str = "") -> None:
        super().__init__(sentence, why)
        self.sentence, self.why = sentence, why


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for a file: seconds by the clock, seconds of a processor, bytes of memory.

    The last two hold where the system can set them, not on Windows; memory not on macOS.
    """

    wall: float = 5.0
    cpu: int = 3
    memory: int = 512 * 2**20


USUAL = Limits()


@dataclass(slots=True)
class Workers:
    """Processes that examine files; they are started when there is enough to do.

    jobs: their number; None for one per processor, or none at all for a few small files. spread:
    the function by which a cluster examines files instead of them.
    """

    given: Given = field(default_factory=Given)
    jobs: int | None = None
    limits: Limits = Limits()
    spread: "Spread | None" = None
    _pool: "ProcessPool | None" = field(default=None, init=False)
    _brief: str = field(default="", init=False)
    """The file that holds `given` for the workers."""
    _under_way: int = field(default=0, init=False)

    def listings(self, archives: Sequence[str]) -> Iterator[Listing]:
        """Yield the content of each archive; one that cannot be listed is itself a return."""
        for path, content in zip(archives, self.each(listed, archives), strict=True):
            yield Listing((path,)) if isinstance(content, Lost) else content

    def sifts(self, paths: Sequence[str]) -> Iterator[str]:
        """Yield for each document whether it is a report; "lost" where that took too much."""
        for found in self.each(sift, paths):
            yield "lost" if isinstance(found, Lost) else found

    def loads(self, paths: Sequence[str]) -> Iterator[Read]:
        """Yield each file as read."""
        return reads(paths, self.each)

    def each(self, task: Task, paths: Sequence[str]) -> Iterator[Any]:
        """Yield a task's answer for each path, or Lost, in the order of the paths.

        Raises errors in the toolkit's own data: EditionError, DataError.
        """
        if self.spread:
            return self.spread(self, task, paths)
        if any(map(is_address, paths)):
            return examined(self.each, task, paths)
        if self.jobs is None and self._pool is None and few(paths):
            return iter(one_by_one(self.given)(task, paths))
        return self._apart(task, paths)

    def _apart(self, task: Task, paths: Sequence[str]) -> Iterator[Any]:
        left = deque(paths)
        while left:
            count = len(left)
            for future in self._futures(task, tuple(left)):
                answer = outcome(future)
                if answer is None:
                    break
                path = left.popleft()
                sure = not isinstance(answer, Lost) or len(paths) == 1
                yield answer if sure else self._alone(task, path)
            if left:
                self.close(at_once=True)
            if len(left) == count:
                left.popleft()
                yield Lost("crashed")

    def _alone(self, task: Task, path: str) -> Any:
        """Return the answer for a path from a worker that is given nothing else, and longer.

        The pool may put a worker's end down to the file before the one that caused it, and a
        machine with other work to do may be slow where the file is not.
        """
        with workers(self.given, 1, replace(self.limits, wall=LONGER * self.limits.wall)) as crew:
            return next(crew.each(task, [path]))

    def _futures(self, task: Task, paths: Sequence[str]) -> "Iterator[Future[bytes]]":
        """Yield a future for each path; at most AHEAD per worker are under way."""
        pool = self._started(len(paths))
        ahead = AHEAD * (self.jobs or processors())
        under_way: deque[Future[bytes]] = deque()
        for path in paths:
            if len(under_way) == ahead:
                yield under_way.popleft()
            try:
                with _undisturbed():
                    order = (task, path, self._brief)
                    under_way.append(pool.schedule(work, order, {}, self.limits.wall))
                    self._under_way = len(under_way)
            except RuntimeError:  # the pool came to harm meanwhile; another one takes the rest
                break
        yield from under_way
        self._under_way = 0

    def _started(self, tasks: int) -> "ProcessPool":
        from multiprocessing import get_context  # noqa: PLC0415 - a small file is read faster

        from pebble import ProcessPool  # noqa: PLC0415

        if self._pool is None:
            self._brief = written(packed(self.given, self.given.extra))
            kept = shelves[-1].get(self._sort) if shelves else None
            self._pool = kept.pop() if kept else None
        if self._pool is None:
            most = self.jobs or processors()
            self._pool = ProcessPool(
                max_workers=most if shelves else min(most, tasks),
                initializer=begin,
                initargs=(self.limits,),
                context=get_context("spawn"),
            )
        return self._pool

    @property
    def _sort(self) -> Sort:
        """What another crew's workers must have in common with these to be taken over."""
        return self.limits, self.jobs or processors(), Path.cwd(), frozenset(os.environ.items())

    def close(self, *, at_once: bool = False) -> None:
        """End the workers when they are done, or at once; kept for the next crew while `warm`."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        if self._brief:
            Path(self._brief).unlink(missing_ok=True)
        if shelves and not at_once and not self._under_way and pool.active:
            shelves[-1].setdefault(self._sort, []).append(pool)
        else:
            _end(pool, at_once=at_once)


def written(content: bytes) -> str:
    """Return the path of a new file with a content, which only this user can read."""
    number, path = tempfile.mkstemp(prefix="gouji-")
    os.close(number)
    Path(path).write_bytes(content)
    return path


def _end(pool: "ProcessPool", *, at_once: bool) -> None:
    end: Callable[[], None] = pool.stop if at_once else pool.close
    end()
    pool.join()


shelves: "list[dict[Sort, list[ProcessPool]]]" = []
"""Workers that wait for the next crew."""


@contextmanager
def warm() -> Iterator[None]:
    """Keep workers for the next command of this process meanwhile: each start takes a second.

    They have the same limits, working folder and environment; all end here, also after an error.
    """
    shelves.append({})
    try:
        yield
    finally:
        shut(shelves.pop())


def shut(shelf: "dict[Sort, list[ProcessPool]]") -> None:
    """End the workers of a shelf."""
    for pool in chain.from_iterable(shelf.values()):
        _end(pool, at_once=True)


@contextmanager
def workers(given: Given, jobs: int | None = None, limits: Limits = Limits()) -> Iterator[Workers]:
    """Yield workers that are stopped at the end, also after an error."""
    crew = Workers(given, jobs, limits)
    try:
        yield crew
        crew.close()
    finally:
        crew.close(at_once=True)


def processors() -> int:
    """Return the number of processors that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def few(paths: Sequence[str]) -> bool:
    """Tell whether files are so few and so small that they are examined in this process.

    Archives never are, nor PDFs, which code that is not Python reads: their content is untrusted.
    """
    return len(paths) <= HANDFUL and all(_small(path) for path in paths)


def _small(path: str) -> bool:
    if any(is_archive(step) for step in path.split("/")):
        return False
    try:
        status = os.lstat(path)
        if status.st_size > SMALL or not stat.S_ISREG(status.st_mode):
            return status.st_size <= SMALL
        source = Path(path).read_bytes()
        return unpacked(source) <= UNPACKED and _PDF not in source[:_HEAD]
    except OSError:
        return True


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ignore Ctrl-C meanwhile, also in the workers that are started."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def outcome(future: "Future[bytes]") -> Any:
    """Return a worker's answer, Lost where the worker failed, None where the pool gives none."""
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

    from pebble import ProcessExpired  # noqa: PLC0415

    try:
        return pickle.loads(future.result(PATIENCE))  # noqa: S301 - from our own worker
    except TimeoutError:
        return Lost("too-slow") if future.done() else None
    except ProcessExpired as error:
        return Lost(cause(error.exitcode))
    except BrokenProcessPool:
        return None


def cause(status: int | None) -> str:
    """Return the code for a worker that ended with an exit status, negative for a signal."""
    slow = -signal.SIGXCPU if sys.platform != "win32" else None
    return {_NO_MEMORY: "out-of-memory", slow: "too-slow"}.get(status, "crashed")


# ── in the worker ─────────────────────────────────────────────────────────────────────────────────

held: list[Limits] = []
"""The limits a worker was started with."""


def listed(path: str, _: Given) -> Listing:
    """Return the content of an archive."""
    return listing(path)


def sift(path: str, given: Given) -> str:
    """Return whether a document in a folder is a report, as `sifted` does."""
    return sifted(path, given.extra)


def document_at(path: str, given: Given, ident: tuple[str, str] | None) -> "Published":
    """Return a published document as read; ident: form and name of the edition to read it by."""
    from ..files.published import load_document  # noqa: PLC0415 - few commands read documents

    only = editions.named(*ident, given.extra) if ident else None
    return load_document(path, given.extra, only, given.saved)


def begin(limits: Limits) -> None:
    """Limit this worker's memory, and store the limits for all files."""
    bound(limits.memory)
    held[:] = [limits]


@lru_cache(maxsize=1)
def given_in(brief: str) -> Given:
    """Return the arguments common to all files that a file of our own parent holds."""
    given: Given = pickle.loads(Path(brief).read_bytes())  # noqa: S301 - from our own parent
    return given


def work(task: Task, path: str, brief: str) -> bytes:
    """Return a task's answer, packed; out of memory, exit this worker: the next starts afresh."""
    given, limits = given_in(brief), held[0]
    allow(limits.cpu)
    try:
        return packed(guarded(task, path, given, leave=True), given.extra)
    except MemoryError:
        os._exit(_NO_MEMORY)
    finally:
        allow(None)


if sys.platform != "win32":
    import resource

    def bound(memory: int) -> None:
        """Limit the memory of this process, and write no core files."""
        for kind, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CORE, 0)):
            with suppress(ValueError, OSError):  # macOS refuses to bound memory
                _bound(kind, most)

    def allow(seconds: int | None) -> None:
        """Limit this process to so many more seconds of a processor; None for no limit."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        spent = math.ceil(used.ru_utime + used.ru_stime)
        _bound(resource.RLIMIT_CPU, math.inf if seconds is None else spent + seconds)

    def _bound(kind: int, most: float) -> None:
        """Set a resource limit of this process, at most its hard limit."""
        hard = resource.getrlimit(kind)[1]
        bounded = min(most, math.inf if hard == resource.RLIM_INFINITY else hard)
        resource.setrlimit(kind, (hard if bounded == math.inf else int(bounded), hard))

else:  # pragma: no cover

    def bound(memory: int) -> None:
        """Do nothing: Windows has no such limits."""

    def allow(seconds: int | None) -> None:
        """Do nothing: Windows has no such limits."""
