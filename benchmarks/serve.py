"""`gouji serve` under load, on this machine alone: many agencies at once, misuse, killed workers.

    python -m benchmarks.serve [--agencies 100] [--uploads 10000] [--kills 100] [--fuzz]

Starts the command as an office does, and uploads returns over loopback, each agency from an address
of its own (as a proxy on the same computer would tell it). Slow and oversized uploads come between
them; workers are killed while they work. Whoever is told to come again does, when told. --fuzz also
lets schemathesis (installed by hand) send what OpenAPI allows.

The exit status is 1 where an answer was 500, 502 or 504, or a 503 came without Retry-After.
"""

import argparse
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import quantiles
from threading import Lock
from urllib.parse import urlsplit

from toolkit.edition import edition

from .bench import FORM, YEAR
from .campaign import stamper

_EDGE = "gouji-bench"
_BIG = 32 * 2**20
_TRIES = 200
_CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance"
_HALF = 2000
"""Bytes of an upload that is never finished."""


@dataclass(slots=True)
class Told:
    """What was answered: statuses, seconds of good answers, faults; memory in MiB by uploads."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    memory: list[tuple[int, float]] = field(default_factory=list)
    verdicts: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def note(self, status: int, retry: str | None, seconds: float, body: bytes) -> None:
        """Note an answer."""
        with self.lock:
            self.statuses[status] += 1
            if status == 200:
                self.seconds.append(seconds)
                start = body.find(b'"verdict": "') + 12
                self.verdicts[body[start : start + 6].partition(b'"')[0].decode()] += 1
            if status in (500, 502, 504) or (status in (429, 503) and not retry):
                self.faults.append(f"{status}, Retry-After {retry}: {body[:200]!r}")


@contextmanager
def served() -> Iterator[tuple[str, int, int]]:
    """Give host, port and process of a server."""
    words = [sys.executable, "-m", "toolkit", "serve", "--port", "0", "--lang", "en"]
    with subprocess.Popen(words, stderr=subprocess.PIPE, encoding="utf-8") as process:
        line = process.stderr.readline() if process.stderr else ""
        url = urlsplit(next(word for word in line.split() if word.startswith("http")))
        try:
            _until_ready(url.hostname or "", url.port or 0)
            yield url.hostname or "", url.port or 0, process.pid
        finally:
            process.send_signal(signal.SIGINT)
            print(process.communicate()[1].strip())


def _until_ready(host: str, port: int) -> None:
    for _ in range(_TRIES):
        link = http.client.HTTPConnection(host, port, timeout=10)
        with suppress(OSError), closing(link):
            link.request("GET", "/healthz")
            if link.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise TimeoutError(f"{host}:{port}")


def form(source: bytes) -> bytes:
    """Return the body of an upload."""
    head = (
        f'--{_EDGE}\r\nContent-Disposition: form-data; name="file"; filename="return.xlsx"\r\n\r\n'
    )
    return head.encode() + source + f"\r\n--{_EDGE}--\r\n".encode()


def upload(host: str, port: int, body: bytes, agency: int, told: Told) -> int:
    """Upload a return; come again when told. Returns the last status."""
    headers = {
        "Content-Type": f"multipart/form-data; boundary={_EDGE}",
        "X-Forwarded-For": f"10.{agency >> 16 & 255}.{agency >> 8 & 255}.{agency & 255}",
    }
    status = 0
    for _ in range(_TRIES):
        began = time.perf_counter()
        link = http.client.HTTPConnection(host, port, timeout=120)
        try:
            link.request("POST", "/v1/check", body, headers)
            answer = link.getresponse()
            content = answer.read()
        except OSError:  # an upload refused before it is whole may end the connection
            with told.lock:
                told.statuses[0] += 1
            return 0
        finally:
            link.close()
        status, retry = answer.status, answer.headers["Retry-After"]
        told.note(status, retry, time.perf_counter() - began, content)
        if status not in (429, 503):
            break
        time.sleep(float(retry or 1))
    return status


def trickle(host: str, port: int, body: bytes, told: Told) -> None:
    """Begin an upload, wait, and leave without an end."""
    head = (
        f"POST /v1/check HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: multipart/form-data; boundary={_EDGE}\r\n\r\n"
    )
    with socket.create_connection((host, port)) as link:
        link.sendall(head.encode())
        for place in range(0, _HALF, 200):
            link.sendall(body[place : place + 200])
            time.sleep(0.05)
    with told.lock:
        told.statuses[-1] += 1


def children(process: int) -> list[int]:
    """Return the processes below one, as Linux tells them."""
    below: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            parent = int(path.read_text(encoding="utf-8").rpartition(") ")[2].split()[1])
            if parent == process:
                below.append(int(path.parent.name))
    return below


def kill_one(process: int) -> bool:
    """Kill a worker of the server; the one that only watches over shared memory is left alone."""
    for worker in children(process):
        with suppress(OSError):
            if b"spawn_main" in Path(f"/proc/{worker}/cmdline").read_bytes():
                os.kill(worker, signal.SIGKILL)
                return True
    return False


def memory(process: int) -> float:
    """Return the memory of a process and of those below it, in MiB."""
    kib = 0
    for each in (process, *children(process)):
        with suppress(OSError):
            status = Path(f"/proc/{each}/status").read_text(encoding="utf-8")
            kib += int(status.partition("VmRSS:")[2].split()[0]) if "VmRSS:" in status else 0
    return kib / 1024


def run(agencies: int, uploads: int, kills: int, misuses: int) -> Told:
    """Return what a server answered to so many uploads of so many agencies at once."""
    found = edition.for_year(FORM, YEAR)
    if found is None:
        raise LookupError(FORM)
    stamp = stamper(found)
    bodies = [form(stamp(number)) for number in range(min(agencies, 50))]
    told, done = Told(), count(1)
    every = max(uploads // 20, 1)
    with served() as (host, port, process), ThreadPoolExecutor(agencies) as pool:

        def work(number: int) -> None:
            body = bodies[number % len(bodies)]
            upload(host, port, body, number % agencies + (number // agencies << 8), told)
            if kills and number % max(uploads // kills, 1) == 0:
                kill_one(process)
            if misuses and number % max(uploads // misuses, 1) == 1:
                trickle(host, port, body, told)
                upload(host, port, form(bytes(_BIG)), 2**20 + number, told)
            finished = next(done)
            if finished % every == 0:
                told.memory.append((finished, memory(process)))

        list(pool.map(work, range(uploads)))
    return told


def fuzz() -> int:
    """Return the exit status of schemathesis against a server; raises LookupError without it."""
    program = shutil.which("schemathesis")
    if program is None:
        raise LookupError("pip install schemathesis")
    with served() as (host, port, _):
        url = f"http://{host}:{port}/openapi.json"
        words = [program, "run", url, "--max-examples", "40", "--rate-limit", "100/m"]
        return subprocess.run([*words, "--checks", _CHECKS], check=False).returncode


def main() -> int:
    """Print what was answered; return the exit status."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--agencies", type=int, default=100)
    asked.add_argument("--uploads", type=int, default=10_000)
    asked.add_argument("--kills", type=int, default=100)
    asked.add_argument("--misuses", type=int, default=40)
    asked.add_argument("--fuzz", action="store_true")
    given = asked.parse_args()
    began = time.perf_counter()
    told = run(given.agencies, given.uploads, given.kills, given.misuses)
    print(f"{time.perf_counter() - began:8.1f} s for {given.uploads} uploads of {given.agencies}")
    for status, number in sorted(told.statuses.items()):
        name = {0: "connection ended early", -1: "left without an end"}.get(status, str(status))
        print(f"{number:8}  {name}")
    print(f"verdicts: {dict(told.verdicts)}")
    if len(told.seconds) > 1:
        cuts = quantiles(told.seconds, n=100)
        print(f"{cuts[49]:8.2f} s median, {cuts[94]:.2f} s for 95 of 100, of good answers")
    for finished, mib in sorted(told.memory):
        print(f"{mib:8.0f} MiB after {finished}")
    for fault in told.faults[:20]:
        print(fault)
    return 1 if told.faults or (given.fuzz and fuzz()) else 0


if __name__ == "__main__":
    sys.exit(main())
