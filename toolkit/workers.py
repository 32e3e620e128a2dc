"""Examination of files in worker processes: a crash costs the verdict of a file, not the batch."""

import math
import os
import pickle
import signal
import stat
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from copyreg import dispatch_table
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from .campaign.bulk import Given, Lost, Task, guarded, one_by_one, reads
from .edition import edition as editions
from .edition.edition import Edition
from .edition.shape import EditionError
from .files.archive import is_archive, unpacked
from .files.examine import Read
from .files.gathering import Listing, listing, sifted

if TYPE_CHECKING:
    from concurrent.futures import Future

    from pebble import ProcessPool

    from .files.published import Published

__all__ = ["Given", "Limits", "Lost", "Task", "Workers", "workers"]

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


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for a file: seconds by the clock, seconds of a processor, bytes of memory.

    The last two hold where the system can set them, not on Windows; memory not on macOS.
    """

    wall: float = 5.0
    cpu: int = 3
    memory: int = 512 * 2**20


@dataclass(slots=True)
class Workers:
    """Processes that examine files; they are started when there is enough to do.

    jobs: their number; None for one per processor, or none at all for a few small files.
    """

    given: Given = field(default_factory=Given)
    jobs: int | None = None
    limits: Limits = Limits()
    _pool: "ProcessPool | None" = field(default=None, init=False)

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
                    under_way.append(pool.schedule(work, (task, path), {}, self.limits.wall))
            except RuntimeError:  # the pool came to harm meanwhile; another one takes the rest
                break
        yield from under_way

    def _started(self, tasks: int) -> "ProcessPool":
        from multiprocessing import get_context  # noqa: PLC0415 - a small file is read faster

        from pebble import ProcessPool  # noqa: PLC0415

        if self._pool is None:
            self._pool = ProcessPool(
                max_workers=min(self.jobs or processors(), tasks),
                initializer=begin,
                initargs=(self.limits, packed(self.given, self.given.extra)),
                context=get_context("spawn"),
            )
        return self._pool

    def close(self, *, at_once: bool = False) -> None:
        """End the workers when they are done, or at once."""
        if self._pool is not None:
            end: Callable[[], None] = self._pool.stop if at_once else self._pool.close
            end()
            self._pool.join()
            self._pool = None


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

held: list[tuple[Given, Limits]] = []
"""The arguments and limits a worker was started with."""


def listed(path: str, _: Given) -> Listing:
    """Return the content of an archive."""
    return listing(path)


def sift(path: str, given: Given) -> str:
    """Return whether a document in a folder is a report, as `sifted` does."""
    return sifted(path, given.extra)


def document_at(path: str, given: Given, ident: tuple[str, str] | None) -> "Published":
    """Return a published document as read; ident: form and name of the edition to read it by."""
    from .files.published import load_document  # noqa: PLC0415 - few commands read documents

    only = editions.named(*ident, given.extra) if ident else None
    return load_document(path, given.extra, only, given.saved)


def begin(limits: Limits, given: bytes) -> None:
    """Limit this worker's memory, and store the arguments for all files."""
    bound(limits.memory)
    held[:] = [(pickle.loads(given), limits)]  # noqa: S301 - from our own parent


def work(task: Task, path: str) -> bytes:
    """Return a task's answer, packed; out of memory, exit this worker: the next starts afresh."""
    given, limits = held[0]
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


# ── across ────────────────────────────────────────────────────────────────────────────────────────


def packed(content: object, extra: tuple[Path, ...]) -> bytes:
    """Return pickled data; an edition is stored by its name, as each process loads its own."""
    target = BytesIO()
    pickler = pickle.Pickler(target)
    reducers = {Edition: lambda edition: (by_name, (edition.form, edition.name, extra))}
    pickler.dispatch_table = cast("Any", dispatch_table | reducers)
    pickler.dump(content)
    return target.getvalue()


def by_name(form: str, name: str, extra: tuple[Path, ...]) -> Edition:
    """Return this process's own edition, by the name from another process."""
    edition = editions.named(form, name, extra)
    if edition is None:
        raise EditionError(f"{form}/{name}: no such edition; it was there a moment ago")
    return edition
