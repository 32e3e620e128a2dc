"""Questions of an agency about its own return: what is wrong, a copy to mend, a fresh form.

They have folders of their own, and keep nothing: what came of each file comes back with a question.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

from .. import data
from ..campaign import notices
from ..campaign.bulk import Given
from ..campaign.chain import Last, TwiceError, built
from ..campaign.store import Answer
from ..case import Open
from ..examine import content, gather, load
from ..finding import Finding, Result
from ..workbook.build import BuildError
from ..workbook.fill import NoPlace, differing, fill, fitting, homeless
from . import returns
from .desk import Desk

OWN, LAST = "agency", "last"
"""The folder of this side of the page; in it stand those of the returns and of last year's."""
Answers = Mapping[str, Mapping[str, Any]]
"""{path: what `own-examined` gave}."""


@contextmanager
def _aside(desk: Desk, answers: Answers | None = None) -> Iterator[Desk]:
    """Give a desk beside the page's: its names are those in its own folder."""
    own = Desk(f"{desk.home}/{OWN}", given=Given(extra=desk.given.extra))
    for folder in (returns.RETURNS, LAST):
        Path(own.home, folder).mkdir(parents=True, exist_ok=True)
    own.paths = tuple(answers or ())
    own.answers = {path: _unpacked(one) for path, one in (answers or {}).items()}
    with chdir(Path(own.home, returns.RETURNS)):
        yield own


def _unpacked(one: Mapping[str, Any]) -> Answer:
    return Answer(one["sha256"], one["head"], base64.b64decode(one["content"]), one["kept"])


def _packed(one: Answer) -> dict[str, Any]:
    packed = base64.b64encode(one.content).decode("ascii")
    return {"sha256": one.sha256, "head": one.head, "content": packed, "kept": one.kept}


# ── last year ─────────────────────────────────────────────────────────────────────────────────────


def _last(own: Desk) -> tuple[Last | None, list[tuple[str, Finding]]]:
    """Return last year's reports, and (path, why) of what was not read; raises TwiceError."""
    with chdir(Path(own.home, LAST)):
        found, _ = gather(sorted(path.name for path in Path().iterdir()))
        read = [load(path, own.given.extra) for path in found]
    reports = [(0, one.report) for one in read if one.report]
    refused = [(one.path, one.findings[0]) for one in read if not one.report]
    if not reports:
        return None, refused
    file = Path(own.home, "last.sqlite")
    file.unlink(missing_ok=True)
    return built(file, reports, own.given.extra)[0], refused


def last(desk: Desk, lang: str) -> dict[str, Any]:
    """Return whether last year's reports can be used, whose they are, and what is in the way."""
    cli = data.messages()["cli"]
    with _aside(desk) as own:
        try:
            found, refused = _last(own)
        except TwiceError as error:
            figures = {"path": "", "agency": error.agency or "", "year": error.year or ""}
            return {"used": [], "said": [cli["prior-twice"][lang].format_map(figures).strip()]}
        used = [
            {"name": one.agency.get("name") or "", "year": str(one.year or "")}
            for one in (found.reports() if found else ())
        ]
        said = [cli["refused"][lang].format(path=path, why=why.message(lang)) for path, why in refused]
        return {"used": used, "said": said}


# ── what came of it ───────────────────────────────────────────────────────────────────────────────


def listed(desk: Desk) -> dict[str, Any]:
    """Return the paths to examine."""
    with _aside(desk) as own:
        return returns.listed(own)


def examined(desk: Desk, path: str) -> dict[str, Any]:
    """Return what came of one file, last year's held against it."""
    with _aside(desk) as own:
        found, _ = _last(own)
        own.given = Given(extra=own.given.extra, last=found)
        returns.examined(own, path)
        return _packed(own.answers[path])


def lost(desk: Desk, path: str, code: str) -> dict[str, Any]:
    """Return what comes instead of an answer that had to be given up."""
    with _aside(desk) as own:
        returns.lost(own, path, code)
        return _packed(own.answers[path])


def shown(desk: Desk, answers: Answers, ignored: int, lang: str) -> dict[str, Any]:
    """Return what is to be seen of all, and of an only return what is to be said of it."""
    with _aside(desk, answers) as own:
        own.ignored = ignored
        with own.batch() as batch:
            results = list(batch.results) if len(answers) == 1 else []
        told = _told(own, results[0], lang) if results else None
        return {"html": returns.shown(own, lang)["html"], "told": told}


def _told(own: Desk, result: Result, lang: str) -> dict[str, Any]:
    """Return the verdict and its figures; why: what to do about a file that was not read."""
    report = result.report
    own_findings = [one for one in result.findings if one.follows is None and not one.waived]
    return {
        "verdict": result.verdict,
        "mend": notices.to_mend(result),
        "warnings": sum(one.severity == "warning" for one in own_findings),
        "open": len(result.not_checked),
        "why": None if report else result.findings[0].message(lang),
        "prior": _prior(own, result),
    }


def _prior(own: Desk, result: Result) -> str:
    """Return whether last year's report was held against: none, other, several, used."""
    found, _ = _last(own)
    if not found or not result.report:
        return "none"
    last = found.of(result.report)
    if isinstance(last, Open):
        return "several"
    return "used" if last else "other"


# ── what comes out ────────────────────────────────────────────────────────────────────────────────


def copied(desk: Desk, answers: Answers) -> dict[str, Any]:
    """Return a copy of the only return with the findings in it, its bad cells red; and which."""
    with _aside(desk, answers) as own, own.batch() as batch:
        copy, how = notices.workbook(next(iter(batch.results)), content, again=False)
        return {"copy": copy, "how": how}


def fresh(desk: Desk, path: str, lang: str) -> dict[str, Any]:
    """Return a fresh form with the numbers of a return, and what to look at in it.

    Without a form (None) it is said why.
    """
    with _aside(desk) as own:
        read = load(path, own.given.extra)
        if read.report is None:
            return {"form": None, "said": [read.findings[0].message(lang)]}
        try:
            done = fill(read.report, fitting(read.report, own.given.extra))
        except NoPlace as error:
            return {"form": None, "said": list(homeless(error.values, lang))}
        except BuildError as error:
            return {"form": None, "said": [str(error)]}
        return {"form": done.workbook, "said": list(differing(done, lang))}


QUESTIONS: Mapping[str, Callable[..., Any]] = {
    "own-last": last,
    "own-listed": listed,
    "own-examined": examined,
    "own-lost": lost,
    "own-shown": shown,
    "own-copied": copied,
    "own-fresh": fresh,
}
