"""The share of a long walk that the gate takes; `GOUJI_LONG=1` takes the whole of it."""

import os
from collections.abc import Sequence
from typing import TypeVar

from toolkit.edition.edition import known

LONG = os.environ.get("GOUJI_LONG") == "1"
One = TypeVar("One")


def editions() -> list[tuple[str, str]]:
    """Return (form, name) of each form's newest edition, of every one in a long run.

    For what other programs compute and save: all editions are drawn by the same code.
    """
    every = sorted(known())
    return every if LONG else sorted(dict(every).items())


def spread(walk: Sequence[One], each: int) -> list[One]:
    """Return every so-manieth of a walk, all of it in a long run."""
    return list(walk if LONG else walk[::each])
