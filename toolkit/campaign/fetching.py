"""Fetching of the pages that a roster lists, and of no others: politely and within limits."""

import ipaddress
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import TypeVar
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urljoin, urlsplit, urlunsplit
from urllib.robotparser import RobotFileParser

from .. import __version__
from ..data import Message
from ..documents.importing import kind_of
from ..files.saving import write_file
from .handout import alike, legal
from .roster import Member

T = TypeVar("T")

AGENT = f"gouji/{__version__}"
PAUSE, LONGEST_PAUSE = 2.0, 30.0
"""Seconds between two requests to a host; the most that its robots.txt may ask for."""
QUIET, SECONDS = 10.0, 60.0
"""Seconds without an answer, and for a whole page, after which it is given up."""
SIZE_LIMIT, ROBOTS_LIMIT = 10 * 2**20, 2**19
REDIRECTS = 5
_NAME_BYTES = 200
_ENDINGS = {"html": ".html", "mhtml": ".mhtml", "pdf": ".pdf", "docx": ".docx", "doc": ".doc",
            "odt": ".odt", "rtf": ".rtf", "text": ".txt"}  # fmt: skip
"""{format as `kind_of` names it: ending of the file that is saved}."""
_MOVED = (301, 302, 303, 307, 308)
_FORBIDDEN = (401, 403)
_SERVER = 500
_CLOSED = ("User-agent: *", "Disallow: /")


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A member's page: its file, or the reason why there is none; kept: it was there before."""

    member: Member
    path: Path | None
    why: Message | None = None
    kept: bool = False


class NotFetched(Exception):
    """A page that was not fetched; its sentence is in section [fetch] of templates/messages."""

    def __init__(self, name: str, **figures: str) -> None:
        super().__init__(name)
        self.message = Message("fetch", name, figures)


@dataclass(slots=True)
class Visitor:
    """A polite reader of pages.

    listed: hosts of the roster. robots: {scheme and host: its rules, or why they were not read}. last: {host: time of the last
    request}.
    """

    listed: frozenset[str]
    pause: float
    sleep: Callable[[float], object] = time.sleep
    robots: dict[str, RobotFileParser | NotFetched] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)

    def page(self, url: str) -> bytes:
        """Return the bytes of a page; raises NotFetched."""
        source, kind = self._follow(_ascii(url), SIZE_LIMIT, obey=True)
        told = kind_of(source) if source.strip() else ""
        if told not in _ENDINGS or (told == "text" and kind != "text/plain"):
            raise NotFetched("type", kind=kind or "?")
        return source

    def _follow(self, url: str, limit: int, *, obey: bool) -> tuple[bytes, str]:
        """Return the bytes behind an address and their type; redirects are followed.

        obey: ask robots.txt of each host first.
        """
        first = url
        for _ in range(REDIRECTS + 1):
            if obey:
                self._ask(url)
            self._wait(url)
            found = _within(SECONDS, partial(_got, url, limit))
            if not isinstance(found, str):
                return found
            url = self.redirected(first, urljoin(url, found))
        raise NotFetched("redirects", limit=str(REDIRECTS))

    def redirected(self, first: str, url: str) -> str:
        """Return the address that redirects from a first one lead to.

        Raises NotFetched where it must not be followed.
        """
        target = _ascii(url)
        host = urlsplit(target).hostname or ""
        inside = host not in self.listed and is_private(host)
        if inside and not is_private(urlsplit(first).hostname or ""):
            raise NotFetched("private", to=target)
        return target

    def _ask(self, url: str) -> None:
        """Raise NotFetched where robots.txt of the host does not allow an address, or is not read."""
        parts = urlsplit(url)
        home = f"{parts.scheme}://{parts.netloc}"
        if home not in self.robots:
            self.robots[home] = self._rules(f"{home}/robots.txt")
        rules = self.robots[home]
        if isinstance(rules, NotFetched):
            raise rules
        if not rules.can_fetch(AGENT, url):
            raise NotFetched("robots")

    def _rules(self, url: str) -> RobotFileParser | NotFetched:
        """Return the rules of a robots.txt, without one all is allowed; or why it was not read."""
        rules = RobotFileParser(url)
        try:
            source, _ = self._follow(url, ROBOTS_LIMIT, obey=False)
            rules.parse(source.decode("utf-8", "replace").splitlines())
        except NotFetched as error:
            status = int(str(error.message.figures.get("status", _SERVER)))
            if status >= _SERVER:
                return error
            rules.parse(_CLOSED if status in _FORBIDDEN else ())
        return rules

    def _wait(self, url: str) -> None:
        """Wait until a host may be asked again."""
        parts = urlsplit(url)
        rules = self.robots.get(f"{parts.scheme}://{parts.netloc}")
        asked = float(rules.crawl_delay(AGENT) or 0) if isinstance(rules, RobotFileParser) else 0.0
        pause = max(self.pause, min(asked, LONGEST_PAUSE))
        host = parts.hostname or ""
        if host in self.last:
            self.sleep(max(0.0, self.last[host] + pause - time.monotonic()))
        self.last[host] = time.monotonic()


def pages(
    members: Sequence[Member], folder: Path, visitor: Visitor, *, force: bool = False
) -> Iterator[FetchedPage]:
    """Yield the page of each member that has one, in roster order: fetched, kept or refused.

    A page whose file is there is not fetched again, unless forced.
    """
    taken: set[str] = set()
    for member in members:
        if member.url is None:
            continue
        name = legal(member.name, _NAME_BYTES)
        name = f"{name}-{member.row}" if alike(name) in taken else name
        taken.add(alike(name))
        there = [folder / f"{name}{ending}" for ending in _ENDINGS.values()]
        kept = next((path for path in there if path.exists()), None)
        if kept and not force:
            yield FetchedPage(member, kept, kept=True)
            continue
        try:
            source = visitor.page(member.url)
        except NotFetched as error:
            yield FetchedPage(member, None, error.message)
            continue
        path = folder / f"{name}{_ENDINGS[kind_of(source)]}"
        write_file(path, source)
        yield FetchedPage(member, path)


def hosts(members: Sequence[Member]) -> frozenset[str]:
    """Return the hosts that a roster lists."""
    found = (urlsplit(_ascii(one.url)).hostname for one in members if one.url)
    return frozenset(host for host in found if host)


def is_private(host: str) -> bool:
    """Tell whether a host has an address that is not of the public internet, or none."""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, None)}
    except (OSError, UnicodeError):
        return True
    return not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in found)


def _ascii(url: str) -> str:
    """Return an address with signs that may be sent; raises NotFetched for one that is no page's."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise NotFetched("address", to=url) from None
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        raise NotFetched("address", to=url)
    netloc = f"[{host}]{port}" if ":" in host else f"{host}{port}"
    path, query = (quote(part, safe="%/:=&?~#+!$,;'@()*[]") for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, netloc, path or "/", query, ""))


# ── one request ───────────────────────────────────────────────────────────────────────────────────


def _within(seconds: float, task: Callable[[], T]) -> T:
    """Return what a task returns, or raise what it raises; NotFetched where it takes too long."""
    done: list[T] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            done.append(task())
        except Exception as error:  # noqa: BLE001 - raised again by the caller
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    for error in failed:
        raise error
    for found in done:
        return found
    raise NotFetched("slow", seconds=f"{seconds:g}")


def _got(url: str, limit: int) -> tuple[bytes, str] | str:
    """Return the bytes of an address and their type, or where it is redirected to.

    Redirects are not followed: no handler for them is added.
    """
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())  # fmt: skip
    asked = request.Request(url, headers={  # noqa: S310 - http and https only, see _ascii
        "User-Agent": AGENT, "Accept-Encoding": "identity"})  # fmt: skip
    try:
        with opener.open(asked, timeout=QUIET) as answer:
            source = answer.read(limit + 1)
            return _unpacked(source, answer.headers.get("Content-Encoding", ""), limit), (
                answer.headers.get_content_type()
            )
    except HTTPError as error:
        with suppress(OSError):
            error.close()
        if error.code in _MOVED and (to := error.headers.get("Location")):
            return str(to)
        raise NotFetched("status", status=str(error.code)) from None
    except TimeoutError:
        raise NotFetched("slow", seconds=f"{QUIET:g}") from None
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise NotFetched("slow", seconds=f"{QUIET:g}") from None
        raise NotFetched("unreachable", why=str(error.reason)) from None
    except (OSError, HTTPException, ValueError) as error:
        raise NotFetched("unreachable", why=str(error) or type(error).__name__) from None


def _unpacked(source: bytes, packing: str, limit: int) -> bytes:
    """Return the bytes of an answer, unpacked; raises NotFetched beyond the limit."""
    if len(source) <= limit and packing.lower() in ("gzip", "x-gzip", "deflate"):
        try:
            source = zlib.decompressobj(47).decompress(source, limit + 1)
        except zlib.error as error:
            raise NotFetched("unreachable", why=str(error)) from None
    if len(source) > limit:
        raise NotFetched("large", limit=f"{limit // 2**20 or 1}")
    return source
