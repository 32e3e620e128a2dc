"""Questions of an agency about its own return: verdict, marked copy, new form."""

import time
from contextlib import chdir
from pathlib import Path
from typing import Any

from ..blank.build import BuildError
from ..campaign import letters, notices
from ..campaign.publishing import files, publications
from ..campaign.publishing import remarks as said_of
from ..check.case import Open
from ..data import ENGLISH, say
from ..edition.edition import for_year
from ..files.examine import Read, content, judge, load
from ..files.refusal import refusal
from ..finding import Result
from ..output.text import remarks
from ..report.report import Report
from ..returned import into as filling
from ..returned.fill import NoPlace, differing, fill, fitting, homeless
from ..returned.version import printed
from ..xlsx.zip import Rejected
from .desk import RETURNS, Desk

INTO = "into"
"""Folder of the file that takes the numbers."""


def warmed(desk: Desk) -> None:
    """Prepare the slowest parts of a first return: this year's edition, its form and rules."""
    form = say("default", "form", ENGLISH)
    edition = for_year(form, time.localtime().tm_year - 1, desk.given.extra)
    if edition is None:
        return
    printed(edition)
    who: dict[str, str | None] = dict.fromkeys(("name", "code", "level"))
    empty = Report(edition, who, None, dict.fromkeys(edition.cells), origin="workbook")
    judge(Read("", None, empty, ()), None)


def told(desk: Desk, lang: str) -> dict[str, Any] | None:
    """Return the verdict of a single return with its figures, None for any other number of returns.

    why: the message about a file that was not read. drawn: whether it is a document.
    """
    result = _only(desk)
    if result is None:
        return None
    shown = [f for f in result.findings if f.follows is None and not f.waived]
    return {
        "verdict": result.verdict,
        "mend": letters.to_mend(result),
        "warnings": sum(finding.severity == "warning" for finding in shown),
        "open": len(result.not_checked),
        "why": None if result.report else result.findings[0].message(lang),
        "prior": _prior(desk, result),
        "remarks": list(remarks(result, lang)),
        "drawn": result.report is not None and result.report.origin == "document",
    }


def _only(desk: Desk) -> Result | None:
    if len(desk.paths) != 1:
        return None
    with desk.batch() as batch:
        return next(iter(batch.results))


def _prior(desk: Desk, result: Result) -> str:
    """Return the state of last year's report for this return: none, other, several, used."""
    if not desk.given.last or not result.report:
        return "none"
    last = desk.given.last.of(result.report)
    if isinstance(last, Open):
        return "several"
    return "used" if last else "other"


def copied(desk: Desk) -> dict[str, Any]:
    """Return a copy of the single return with its findings, bad cells red, and the kind of copy."""
    result = _only(desk)
    if result is None:
        return {"copy": None, "how": "plain"}
    with chdir(Path(desk.home, RETURNS)):
        copy, how = notices.workbook(result, content, again=False)
    return {"copy": copy, "how": how}


def published(desk: Desk, style: str, lang: str) -> dict[str, Any]:
    """Return the files that the single return is in a format, with their names, and remarks on them;

    no file where it has errors.
    """
    result = _only(desk)
    found = publications([result] if result else [], draft=False)
    return {
        "files": [file for one in found for file in files(one, [style], None)],
        "said": [line for one in found for line in said_of(one, lang)],
    }


def fresh(desk: Desk, lang: str) -> dict[str, Any]:
    """Return a new form with the numbers of the single return, and notes on differences.

    Without a form, the notes are the reasons.
    """
    with chdir(Path(desk.home, RETURNS)):
        read = load(desk.paths[0], desk.given.extra)
    if read.report is None:
        return {"form": None, "said": [read.findings[0].message(lang)]}
    try:
        done = fill(read.report, fitting(read.report, desk.given.extra))
    except NoPlace as error:
        return {"form": None, "said": list(homeless(error.values, lang))}
    except BuildError as error:
        return {"form": None, "said": [str(error)]}
    return {"form": done.workbook, "said": list(differing(done, lang))}


def into(desk: Desk, lang: str) -> dict[str, Any]:
    """Return somebody's file with the numbers of the single return, its ending, and the sentences.

    Without a file, the reasons.
    """
    with chdir(Path(desk.home, RETURNS)):
        read = load(desk.paths[0], desk.given.extra)
    (target,) = Path(desk.home, INTO).iterdir()
    source = target.read_bytes()
    wrong = [f.message(lang) for f in read.findings if f.severity == "error"]
    if read.report is None:
        return {"file": None, "said": wrong}
    try:
        done = filling.into(read.report, source, target.name, desk.given.extra)
    except NoPlace as error:
        return {"file": None, "said": list(homeless(error.values, lang))}
    except Rejected as error:
        return {"file": None, "said": [refusal(error.code, error.figures).message(lang)]}
    except filling.UnfitError as error:
        return {"file": None, "said": list(filling.refused(error, target.name, lang))}
    said = [*filling.lines(done, lang), *filling.warnings(done, lang), *wrong]
    return {"file": done.content, "ending": filling.ending(source), "said": said}
