"""Hazards a file must never cause: tasks that harm a worker, texts that harm their reader."""

import os
import signal
import time
import unicodedata
from pathlib import Path

from toolkit.edition.edition import EditionError, named
from toolkit.report.report import Report, recompute
from toolkit.workers.pool import Given

EVIL = {
    "formula": "=1+1",
    "command": "=cmd|' /C calc'!A1",
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(A1)",
    "full width": "＝1+1",
    "blank before": " =1+1",
    "tab before": "\t=1+1",
    "newline before": "\n=1+1",
    "html": "<script>alert(1)</script>",
    "quotes": '";=1+1;"',
    "terminal": "局\x1b[2J\x1b]0;x\x07\x9b31m",
    "bidi": "局\u202exslx.\u2066\u200f",
    "lines": "局\r\n✓ 通过  b.xlsx\u2028\x85x",
    "nothing": "a\x00b\ufeff\u200b",
    "braces": "{0} {name} %s %(x)s",
    "markup": "[red]x[/red] **b** `c` | d",
    "surrogate": "a\udc80b\ud800",
    "tab at": "\t@SUM(A1)",
    "return before": "\r=1+1",
    "full-width plus": "＋1+1",
    "full-width minus": "－1+1",
    "full-width at": "＠SUM(A1)",
    "full-width blank before": "\u3000=1+1",
    "zero width before": "\u200b=1+1",
    "event": "<img src=x onerror=alert(1)>",
    "attribute": "\" onmouseover=alert(1) x='",
    "entity": "&lt;b&gt;&#27;",
    "long": "=" + "局" * 400,
}
"""Texts that must have no effect in any name, value, text or path that is written or shown."""


def do(path: str, given: Given) -> object:
    """Run the hazard that the path names, or return the worker's arguments."""
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
    """Write a file beside the path as a sign of the start, and sleep."""
    Path(path).with_suffix(".begun").touch()
    time.sleep(600)


def lose(path: str, given: Given) -> object:
    """End the process that started this one: once, or each time for a path named evil."""
    name, done = Path(path).stem, Path(path).with_suffix(".done")
    if name == "evil" or (name == "once" and not done.exists()):
        done.write_text(str(os.getpid()), encoding="utf-8")
        os.kill(os.getppid(), signal.SIGKILL)
    return do(path, given)


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


MOVES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
"""Categories of signs that move a cursor or turn a line around."""


def still(text: str, *, lines: bool = True) -> bool:
    """Tell whether a text has no character that moves a cursor or reverses a line."""
    kept = "\r\n" if lines else ""
    return not [sign for sign in text if unicodedata.category(sign) in MOVES and sign not in kept]


def hostile(text: str) -> Report:
    """Return a report with a text in every field for text."""
    form = named("annual-report", "2021")
    typed = dict.fromkeys(form.typed, 0)
    first, *_ = (key for key in form.typed if form.cells[key].kind == "count")
    typed[first] = text
    agency = {"name": text, "code": text, "level": text}
    texts = dict.fromkeys(form.texts, text)
    values = recompute(form, typed, ())
    return Report(form, agency, 2025, values, texts=texts, extra={text: text}, fields=(text,))
