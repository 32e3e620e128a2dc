"""A file of every kind that the tests have, for the comparison of two ways of checking.

GOUJI_SHEAF=all takes all files instead, and public workbooks if present.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import forge
import forgezip
from casebook import cases, report_of
from source import CHECKOUT, REAL, SHARED

from toolkit.blank.build import build
from toolkit.report.report import as_json, dumps

WHOLE = os.environ.get("GOUJI_SHEAF") == "all"
LARGEST = 10**6
"""Maximum bytes of a file; larger ones are tested elsewhere."""
_EVERY = 6
"""Step between the cases taken, of those that differ only in place or form."""
_MANY = ("xml/", "active/", "container/", "truncated/", "annual-report 2019/", "site-report 2017/")
_NO_NAME = re.compile(r'[/\\:*?"<>|\x00-\x1f]')


def fill(folder: Path) -> None:
    """Write the files into a folder, side by side."""
    for name, content in contents():
        if len(content) < LARGEST:
            (folder / _NO_NAME.sub("·", name)).write_bytes(content)


def contents() -> Iterator[tuple[str, bytes]]:
    """Yield a name and the content of a file."""
    yield from _reports()
    yield from _forged()
    source = forge.honest(*forge.EDITIONS[0])[1]
    for name, (content, _) in forgezip.archives(source).items():
        yield name, content
    for path in sorted(SHARED.rglob("*.xl*")) if WHOLE else ():
        yield f"public {path.relative_to(SHARED)}", path.read_bytes()


def _reports() -> Iterator[tuple[str, bytes]]:
    """Yield the cases of tests/cases as JSON, one in six as a workbook too, and the real reports."""
    for number, param in enumerate(cases()):
        report = report_of(param.values[0])
        yield f"case {number} {param.id}.json", dumps(as_json(report)).encode()
        if report.year and (WHOLE or number % _EVERY == 0):
            yield f"case {number} {param.id}.xlsx", build(report.edition, report)
    for place, folder in (("real", REAL), ("shared", CHECKOUT.parent / "shared" / "real")):
        for path in sorted(folder.glob("*.json")):
            yield f"{place} {path.name}", path.read_bytes()


def _forged() -> Iterator[tuple[str, bytes]]:
    for number, (name, places) in enumerate(forge.cases().items()):
        if WHOLE or not name.startswith(_MANY) or number % _EVERY == 0:
            for at, make in list(places.items())[: None if WHOLE else 1]:
                yield f"{name} {at}.xlsx", make()
