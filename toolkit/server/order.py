"""An order of the server, done in a worker: one upload checked, filled or published."""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from ..blank.build import BuildError
from ..campaign import bulk
from ..campaign.bulk import Given
from ..campaign.chain import Last, TwiceError, Unread, built, taken
from ..campaign.publishing import files, publications
from ..campaign.store import KeptResult, opened
from ..data import CHINESE, ENGLISH, say
from ..edition.edition import for_year
from ..files.examine import Read, judge, load
from ..files.gathering import collected
from ..finding import Batch
from ..output import FORMATS
from ..output.sidepane import sidepane
from ..report.report import Report
from ..returned.fill import NoPlace, fill, fitting, homeless
from ..returned.version import printed

RETURNS, PRIOR = "returns", "prior"
"""Folders of an order: of the return, and of last year's."""
_LAST = "last"


@dataclass(frozen=True, slots=True)
class Order:
    """An order: a file by its name, and the wish for it: check, pane, fill or publish.

    prior: the name of last year's file. style: of a published document.
    """

    wish: str
    name: str
    prior: str | None = None
    lang: str = CHINESE
    explain: bool = False
    style: str = "docx"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its bytes, and the name of a file, None for JSON."""

    content: bytes
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why there is no answer: a sentence of section [serve], and its figures."""

    sentence: str
    figures: dict[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """An order that cannot be done: the sentence that says why, and its figures."""

    def __init__(self, sentence: str, **figures: str) -> None:
        super().__init__(sentence, figures)
        self.refusal = Refusal(sentence, figures)


def ready(_folder: str, given: Given) -> None:
    """Prepare the slowest parts of a first order: this year's edition, its form and rules."""
    edition = for_year(say("default", "form", ENGLISH), time.localtime().tm_year - 1, given.extra)
    if edition:
        printed(edition)
        who: dict[str, str | None] = dict.fromkeys(("name", "code", "level"))
        empty = Report(edition, who, None, dict.fromkeys(edition.cells), origin="workbook")
        judge(Read("", None, empty, ()), None)


def done(order: Order, folder: str, given: Given) -> Reply | Refusal:
    """Return the answer to an order; folder: the one that holds its files."""
    try:
        last = _last(order, Path(folder), given) if order.prior else None
        with chdir(Path(folder, RETURNS)):
            return _WISHES[order.wish](order, replace(given, last=last))
    except RefusedError as error:
        return error.refusal


def given_up(order: Order, code: str, folder: str, given: Given) -> Reply | Refusal:
    """Return the answer to an order over which a worker was lost; code: of the finding."""
    if order.wish in ("fill", "publish"):
        return Refusal("given-up", {"why": say("finding", code, order.lang)})
    with chdir(Path(folder, RETURNS)):
        answers = [bulk.stopped(order.name, code)]
        with _kept(order, given, [order.name], answers) as batch:
            return _JUDGED[order.wish](order, batch)


def _last(order: Order, folder: Path, given: Given) -> Last:
    """Return last year's reports; raises RefusedError where there are none, or two that differ."""
    with chdir(folder / PRIOR):
        paths = collected([order.prior or ""]).paths
        reads = partial(bulk.reads, each=bulk.one_by_one(given))
        found = list(taken(paths, given.extra, reads))
    reports = [one for one in found if not isinstance(one, Unread)]
    unread = [one for one in found if isinstance(one, Unread)]
    if not reports:
        why = unread[0].reason(order.lang) if unread else say("serve", "no-return", order.lang)
        raise RefusedError("bad-prior", why=why)
    try:
        return built(folder / _LAST, reports, given.extra)[0]
    except TwiceError as error:
        figures = {"agency": error.agency or "", "year": str(error.year or "")}
        raise RefusedError("prior-twice", **figures) from None


@contextmanager
def _kept(
    order: Order, given: Given, paths: Sequence[str], answers: Iterable[KeptResult]
) -> Iterator[Batch]:
    """Give the batch of the answers for some paths, as `check` has it."""
    with opened(None, extra=given.extra) as store:
        for position, answer in enumerate(answers):
            store.add(position, answer)
        store.finish()
        season = bulk.Season(together=order.wish != "publish")
        batch = bulk.batch(store, paths, 0, season)
        yield replace(batch, explained=order.explain)


def _judged(order: Order, given: Given) -> Reply:
    """Return the answer that is made of the results of an upload."""
    files = collected([order.name])
    if not files.paths:
        raise RefusedError("no-return")

    def each(task: bulk.Task, paths: Sequence[str]) -> Iterator[Any]:
        return (bulk.guarded(task, path, given, leave=True) for path in paths)

    with _kept(order, given, files.paths, bulk.answers(files.paths, each)) as batch:
        whole = replace(batch, ignored=files.ignored, passed_over=files.passed)
        return _JUDGED[order.wish](order, whole)


def _check(order: Order, batch: Batch) -> Reply:
    """Return the bytes of `gouji check --format json`."""
    pieces = (str(piece) for piece in FORMATS["json"](batch, order.lang))
    return Reply("".join(pieces).encode())


def _pane(order: Order, batch: Batch) -> Reply:
    """Return the result of a single return as a pane shows it."""
    results = list(batch.results)
    if len(results) != 1:
        raise RefusedError("not-one", n=str(len(results)))
    return Reply(json.dumps(sidepane(results[0], order.lang)).encode())


def _publish(order: Order, batch: Batch) -> Reply:
    """Return a document to publish; raises RefusedError where the return has errors."""
    results = list(batch.results)
    found = publications(results, draft=False)
    if not found:
        wrong = (
            finding.message(order.lang)
            for finding in results[0].findings
            if finding.severity == "error" and finding.follows is None and not finding.waived
        )
        raise RefusedError("unpublished", why=next(wrong, ""))
    name, content = next(files(found[0], [order.style], None))
    return Reply(content, name)


def _fill(order: Order, given: Given) -> Reply:
    """Return a fresh workbook with the numbers of an upload; raises RefusedError without one."""
    read = load(order.name, given.extra)
    if read.report is None:
        raise RefusedError("unread", why=read.findings[0].message(order.lang))
    try:
        made = fill(read.report, fitting(read.report, given.extra))
    except NoPlace as error:
        why = "\n".join(homeless(error.values, order.lang))
        raise RefusedError("not-filled", why=why) from None
    except BuildError as error:
        raise RefusedError("not-filled", why=str(error)) from None
    return Reply(made.workbook, f"{Path(order.name).stem}.xlsx")


_JUDGED: Mapping[str, Callable[[Order, Batch], Reply]] = {
    "check": _check,
    "pane": _pane,
    "publish": _publish,
}
_WISHES: Mapping[str, Callable[[Order, Given], Reply]] = {
    **dict.fromkeys(_JUDGED, _judged),
    "fill": _fill,
}
