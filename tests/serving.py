"""A server in this process, for tests: asked without a network, its workers' work done here."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from toolkit.campaign.bulk import Given, Lost, Task
from toolkit.server import app, gate


class Here:
    """Stands in for a worker process: does its work in this one. lost: codes of its next ends."""

    lost: ClassVar[list[str]] = []
    closed = 0

    def __init__(self, *_: object) -> None:
        pass

    def each(self, task: Task, paths: Sequence[str]) -> Iterator[Any]:
        for path in paths:
            yield Lost(self.lost.pop(0)) if self.lost else task(path, Given())

    def close(self, *, at_once: bool = False) -> None:
        Here.closed += not at_once


class Caller:
    """Asks a server."""

    def __init__(self, served: app.Tallied, portal: BlockingPortal) -> None:
        self.served, self.portal = served, portal

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            way = httpx.ASGITransport(self.served, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=way, base_url="http://gouji") as client:
                return await client.request(method, path, **more)

        return self.portal.call(asked)

    def post(self, path: str, **files: tuple[str, bytes]) -> httpx.Response:
        return self.ask("POST", path, files=files)


@contextmanager
def serving(patch: pytest.MonkeyPatch, **terms: Any) -> Iterator[Caller]:
    """Give somebody to ask a server; terms: of `create`."""
    patch.setattr(gate, "Workers", Here)
    patch.setattr(Here, "lost", [])
    served = app.create(**{"jobs": 1, "tell": lambda _: None} | terms)
    whole = served.app
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(whole.router.lifespan_context(whole)),
    ):
        yield Caller(served, portal)
