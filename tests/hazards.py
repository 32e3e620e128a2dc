"""What a file must never be able to do to the program, as tasks that do it, for workers to run."""

import os
import signal
import time
from pathlib import Path

from toolkit.edition import EditionError
from toolkit.workers import Given


def do(path: str, given: Given) -> object:
    """Do what the path says, or give back what the worker was given."""
    name = Path(path).stem.rstrip("0123456789")
    return HAZARDS[name](given) if name in HAZARDS else (Path(path).name, given)


def _spin(_: Given) -> None:
    while True:
        pass


def _fill(_: Given) -> None:
    bytearray(2**32)


def _raise(_: Given) -> None:
    raise ZeroDivisionError


def _ours(_: Given) -> None:
    raise EditionError("2021.toml: broken")


def begin_and_sleep(path: str, _: Given) -> None:
    """Say beside the file that it was begun, and sleep."""
    Path(path).with_suffix(".begun").touch()
    time.sleep(600)


HAZARDS = {
    "sleep": lambda _: time.sleep(600),
    "spin": _spin,
    "fill": _fill,
    "abort": lambda _: os.abort(),
    "exit": lambda _: os._exit(0),
    "kill": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "raise": _raise,
    "recurse": lambda given: do("recurse", given),
    "ours": _ours,
    "pid": lambda _: os.getpid(),
}
