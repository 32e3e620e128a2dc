"""The server's gate: limits on requests and their bodies, and the queue for the workers."""

import asyncio
import os
import re
import tempfile
import time
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from functools import partial
from math import ceil
from pathlib import Path

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from ..campaign.bulk import Given, Lost
from ..data import CHINESE, ENGLISH
from ..workers import Limits, Workers
from .order import Order, Refusal, Reply, done, given_up, ready

_FORM = "multipart/form-data"
_SEPARATOR = re.compile(r"[/\\]")
_CONTROL = re.compile("[\x00-\x1f\x7f]")
_LONGEST = 255
"""Most bytes of a file name."""
_OWN = {"", ".", ".."}
_REMEMBERED = 4096
"""Addresses whose requests are counted; the one that has been silent longest is forgotten."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of a server.

    body: bytes of a request. files, fields: parts of it. seconds: until it is here. reading:
    requests whose bodies come at a time. waiting: orders at a time, those under way among them.
    minute, burst: requests from an address, in the long run and at once. each: orders after which a
    worker is replaced.
    """

    body: int = 16 * 2**20
    files: int = 2
    fields: int = 4
    seconds: float = 30.0
    reading: int = 64
    waiting: int = 32
    minute: int = 120
    burst: int = 30
    each: int = 500


class ProblemError(Exception):
    """A request that is not answered: status, sentence of section [serve], seconds to wait."""

    def __init__(
        self, status: int, sentence: str, retry: int | None = None, **figures: str
    ) -> None:
        super().__init__(status, sentence)
        self.status, self.sentence, self.retry, self.figures = status, sentence, retry, figures


@dataclass(slots=True)
class Rate:
    """Requests by address: a bucket that fills with time, a drop for each request."""

    bounds: Bounds
    buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, address: str, now: float) -> None:
        """Count a request of an address; raises ProblemError where there were too many."""
        speed = self.bounds.minute / 60
        drops, before = self.buckets.pop(address, (float(self.bounds.burst), now))
        drops = min(self.bounds.burst, drops + (now - before) * speed)
        self.buckets[address] = max(drops - 1, 0) if drops >= 1 else drops, now
        while len(self.buckets) > _REMEMBERED:
            self.buckets.popitem(last=False)
        if drops < 1:
            raise ProblemError(429, "too-many", ceil((1 - drops) / speed))


@dataclass(slots=True)
class Gate:
    """The gate of a server, which counts the requests and reads their bodies."""

    bounds: Bounds
    rate: Rate
    reading: int = 0

    async def received(self, request: Request) -> dict[str, tuple[str, bytes]]:
        """Return {name of a part: name and bytes of its file}; raises ProblemError."""
        self.rate.take(request.client.host if request.client else "", time.monotonic())
        if not request.headers.get("content-type", "").lower().startswith(_FORM):
            raise ProblemError(415, "not-a-form")
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > self.bounds.body:
            raise self._too_large()
        if self.reading >= self.bounds.reading:
            raise ProblemError(503, "busy", 2)
        self.reading += 1
        try:
            async with asyncio.timeout(self.bounds.seconds):
                return await self._parts(request)
        except TimeoutError:
            raise ProblemError(408, "too-slow-sent", seconds=f"{self.bounds.seconds:g}") from None
        except (MultiPartException, ClientDisconnect):
            raise ProblemError(400, "bad-form") from None
        finally:
            self.reading -= 1

    async def _parts(self, request: Request) -> dict[str, tuple[str, bytes]]:
        """Return the files of a body, none of it ever on a disk."""
        bounds = self.bounds
        most = {"max_files": bounds.files, "max_fields": bounds.fields, "max_part_size": 1024}
        parser = MultiPartParser(request.headers, self._counted(request), **most)
        parser.spool_max_size = bounds.body + 1
        ended: list[str] = []
        parser.on_end = partial(ended.append, "end")  # type: ignore[method-assign]
        form = await parser.parse()
        try:
            if not ended:
                raise ProblemError(400, "bad-form")
            given = [(key, one) for key, one in form.multi_items() if isinstance(one, UploadFile)]
            return {key: (plain_name(one.filename), await one.read()) for key, one in given}
        finally:
            await form.close()

    async def _counted(self, request: Request) -> AsyncGenerator[bytes, None]:
        """Yield a body's pieces; raises ProblemError where they are too many."""
        size = 0
        async for piece in request.stream():
            size += len(piece)
            if size > self.bounds.body:
                raise self._too_large()
            yield piece

    def _too_large(self) -> ProblemError:
        return ProblemError(413, "too-large", most=f"{self.bounds.body >> 20}")


@dataclass(slots=True)
class Crew:
    """A worker process, and the number of orders it did."""

    workers: Workers
    count: int = 0


@dataclass(slots=True)
class Office:
    """The workers of a server, and those orders that wait for one."""

    bounds: Bounds
    free: "asyncio.Queue[Crew]" = field(default_factory=asyncio.Queue)
    waiting: int = 0

    async def start(self, count: int, limits: Limits) -> list[Crew]:
        """Return the workers, started and ready for a first order."""
        crews = [Crew(Workers(Given(), 1, limits)) for _ in range(count)]
        for crew in crews:
            await asyncio.to_thread(list, crew.workers.each(ready, [""]))
            self.free.put_nowait(crew)
        return crews

    async def done(self, order: Order, files: Mapping[str, bytes]) -> Reply | Refusal:
        """Return the answer to an order; raises ProblemError where too many wait."""
        if self.waiting >= self.bounds.waiting:
            raise ProblemError(503, "busy", 2)
        self.waiting += 1
        try:
            crew = await self.free.get()
            try:
                return await asyncio.to_thread(self._served, crew, order, files)
            finally:
                self.free.put_nowait(crew)
        finally:
            self.waiting -= 1

    def _served(self, crew: Crew, order: Order, files: Mapping[str, bytes]) -> Reply | Refusal:
        """Return a worker's answer; a file that costs a worker is answered by the next one."""
        crew.count += 1
        if crew.count > self.bounds.each:
            crew.workers.close()
            crew.count = 1
        with tempfile.TemporaryDirectory(prefix="gouji-", ignore_cleanup_errors=True) as home:
            for place, content in files.items():
                path = Path(home, place)
                path.parent.mkdir(exist_ok=True)
                try:
                    path.write_bytes(content)
                except (OSError, ValueError):
                    raise ProblemError(422, "bad-name") from None
            task = partial(done, order)
            (answer,) = crew.workers.each(task, [home])
            if answer == Lost("crashed"):  # the system may have ended the worker, not the file
                (answer,) = crew.workers.each(task, [home])
            if isinstance(answer, Lost):
                (answer,) = crew.workers.each(partial(given_up, order, answer.code), [home])
        if isinstance(answer, Lost):
            raise ProblemError(503, "busy", 5)
        told: Reply | Refusal = answer
        return told


def plain_name(name: str | None) -> str:
    r"""Return the last step of a file's name; raises ProblemError for one that no file can have.

    >>> plain_name(r"C:\表\某某局.xlsx"), plain_name("../a.xlsx")
    ('某某局.xlsx', 'a.xlsx')
    """
    last = _SEPARATOR.split(name or "")[-1]
    if last in _OWN or _CONTROL.search(last) or len(os.fsencode(last)) > _LONGEST:
        raise ProblemError(422, "bad-name")
    return last


def wanted_lang(query: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """Return the language of a request: as asked, else as its browser says, else Chinese."""
    asked = query.get("lang", "")
    if asked in (CHINESE, ENGLISH):
        return asked
    return ENGLISH if headers.get("accept-language", "").lower().startswith("en") else CHINESE
