"""Checks of returns on an S3-compatible server here: by this computer, and by a Dask cluster of it.

    python -m benchmarks.far FOLDER [--count 2000] [--workers 2] [--lose]

The server is moto's (pip install "moto[server]" s3fs), the returns are those of `benchmarks.speed`,
written into FOLDER and kept. Both runs write a store; their bytes are compared. --lose: one of the
cluster's workers is killed on the way.
"""

import argparse
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, perf_counter
from urllib.request import urlopen

from .speed import fills

BUCKET = "returns"
_PATIENCE = 60


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--lose", action="store_true")
    given = parser.parse_args()
    paths = fills(given.folder / "returns", given.count)[: given.count]
    with served() as address:
        os.environ |= {
            "FSSPEC_S3_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        put(paths)
        local, kept = checked(given.folder, "local", given.workers)
        with cluster(given.workers) as (scheduler, pids):
            if given.lose:
                killer = threading.Timer(local / 3, os.kill, (pids[0], signal.SIGKILL))
                killer.start()
            spread, there = checked(given.folder, scheduler, given.workers)
    load = " ".join(f"{share:.1f}" for share in os.getloadavg())
    print(f"load of the machine: {load}; {len(paths)} returns, {given.workers} workers")
    print(f"local: {local:.1f} s; dask: {spread:.1f} s, {spread / local:.2f} times")
    print(f"stores: {'the same rows' if kept == there else 'they differ'}")


@contextmanager
def served() -> Iterator[str]:
    """Give the address of an S3-compatible server with nothing in it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address, end = f"http://127.0.0.1:{port}", monotonic() + _PATIENCE
    try:
        while True:
            try:
                urlopen(address).close()
                break
            except OSError:
                if monotonic() > end:
                    sys.exit("the server does not start; is moto[server] installed?")
        yield address
    finally:
        server.terminate()
        server.wait()


def put(paths: list[Path]) -> None:
    """Put the files into the bucket."""
    import fsspec  # noqa: PLC0415 - an extra

    system = fsspec.filesystem("s3")
    system.mkdir(BUCKET)
    system.put([str(path) for path in paths], [f"{BUCKET}/{path.name}" for path in paths])


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[int]]]:
    """Give the address of a cluster on this computer, and its workers' processes."""
    from distributed import Client, LocalCluster  # noqa: PLC0415 - an extra

    with (
        LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, silence_logs=60
        ) as local,
        Client(local) as client,
    ):
        pids = list(client.run(os.getpid).values())
        yield local.scheduler_address.replace("tcp://", "dask://"), pids


def checked(folder: Path, engine: str, workers: int) -> tuple[float, list[tuple[object, ...]]]:
    """Return the seconds of a check of the bucket, and the rows of its store."""
    import sqlite3  # noqa: PLC0415 - only here

    store = folder / "far.store"
    store.unlink(missing_ok=True)
    command = [sys.executable, "-m", "toolkit", "check", f"s3://{BUCKET}", "--engine", engine]
    start = perf_counter()
    subprocess.run(
        [*command, "--jobs", str(workers), "--store", str(store), "--format", "json"],
        cwd=Path(__file__).resolve().parent.parent,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    taken = perf_counter() - start
    with sqlite3.connect(store) as db:
        rows = db.execute("SELECT * FROM result ORDER BY id").fetchall()
    return taken, rows


if __name__ == "__main__":
    main()
