"""Results packed as JSON without sentences in any language; unpacking trusts no bytes."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from sys import intern
from typing import Any, TypeVar

from ..data import Message
from ..edition import edition as editions
from ..edition.edition import Edition
from ..edition.naming import PEOPLE
from ..explain import Answer, Broken, Change, Correction, Reason
from ..files.arrival import arrived
from ..finding import Cure, Finding, Result, Spot
from ..report.contribution import Contribution
from ..report.explanation import Explanation
from ..report.provenance import Evidence
from ..report.report import Report, ReportError, Value, dumps, parse_json, plain, to_decimal

T = TypeVar("T")

LIMIT = 64 * 2**20
"""Maximum bytes of an unpacked result."""


class PackError(ValueError):
    """Bytes that are no packed result, or one of an edition that is not here."""


@dataclass(frozen=True, slots=True)
class Head:
    """The part of a result that other returns are compared with: agency, form, digest of numbers.

    ruleset: form/name@fingerprint. numbers: a digest of the typed cells. nonzero: how many of
    them are not 0. fits: its edition is for its year. drawn: read of a document, not of a blank.
    undated: whether it has a reason for a finding without the figures that it was given for.
    person, phone: who filled it in. codes: of the errors and warnings not waived, in order.
    """

    verdict: str
    ruleset: str | None = None
    form: str | None = None
    edition: str | None = None
    year: int | None = None
    name: str | None = None
    code: str | None = None
    level: str | None = None
    sent: int | None = None
    numbers: str = ""
    nonzero: int = 0
    fits: bool = False
    drawn: bool = False
    undated: bool = False
    person: str | None = None
    phone: str | None = None
    codes: str = ""


def head(result: Result) -> Head:
    """Return the head of a result."""
    report: Report | None = result.report
    wrong = {f.code for f in result.findings if f.severity != "note" and not f.waived}
    codes = " ".join(sorted(wrong))
    if report is None:
        return Head(result.verdict, codes=codes)
    edition = report.edition
    typed = [
        report.numbers[key] if edition.cells[key].numeric else report.values[key]
        for key in edition.typed
    ]
    pairs = zip(edition.typed, typed, strict=True)
    shown = [report.values[key] if value is None else value for key, value in pairs]
    return Head(
        verdict=result.verdict,
        ruleset=f"{edition.form}/{edition.name}@{edition.fingerprint[:12]}",
        form=edition.form,
        edition=edition.name,
        year=report.year,
        name=report.agency.get("name"),
        code=report.agency.get("code"),
        level=report.agency.get("level"),
        sent=report.sent,
        numbers=_digest(shown),
        nonzero=sum(isinstance(value, int | Decimal) and value != 0 for value in typed),
        fits=report.year is not None and edition.covers(report.year),
        drawn=report.origin == "document",
        undated=any(f.explained and not f.explained["figures"] for f in result.findings),
        person=report.cover.get(PEOPLE[0]),
        phone=report.cover.get(PEOPLE[1]),
        codes=codes,
    )


def _digest(values: Iterable[Value]) -> str:
    """Return a digest that is the same for equal numbers: 1.50 is 1.5."""
    texts = [plain(v.normalize()) if isinstance(v, Decimal) else v for v in values]
    return hashlib.sha256(json.dumps(texts).encode("ascii")).hexdigest()


def head_text(head: Head) -> str:
    """Return a head as text in ASCII."""
    return json.dumps(head, default=_plain)


@contextmanager
def _guarded() -> Iterator[None]:
    """Convert every error of unpacking to PackError."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError,
            zlib.error, ReportError) as error:  # fmt: skip
        raise PackError(str(error)) from error


@_guarded()
def head_of(text: str) -> Head:
    """Return the head that a text holds, with shared strings interned; raises PackError."""
    return Head(*map(_shared, json.loads(text)))


def _shared(value: Any) -> Any:
    return intern(value) if isinstance(value, str) else value


# ── packing ───────────────────────────────────────────────────────────────────────────────────────


def pack(result: Result) -> bytes:
    """Return a result as bytes, without its path and digest."""
    names = ("verdict", "report", "findings", "passed", "failed", "not_checked", "explanations",
             "prior", "check_code")  # fmt: skip
    return _packed({name: getattr(result, name) for name in names})


def pack_report(report: Report) -> bytes:
    """Return a report alone as bytes."""
    return _packed({"report": report})


def _packed(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, default=_plain, separators=(",", ":"))
    if len(text) > LIMIT:
        raise PackError("too large")
    return zlib.compress(text.encode("ascii"), 1)


def _plain(value: Any) -> Any:
    """Return an object for JSON: a Decimal as a list of its text, others by their fields."""
    if isinstance(value, Decimal):
        return [str(value)]
    if isinstance(value, Report):
        form = {"form": value.edition.form, "edition": value.edition.name}
        extra = dumps(value.extra, indent=None)
        return form | {name: getattr(value, name) for name in _REPORT} | {"extra": extra}
    if is_dataclass(value):
        return [getattr(value, name) for name in _names(value.__class__)]
    raise TypeError(f"{value!r} has no place in a store")


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """Return the names of the packed fields of a dataclass; a result is packed before waivers."""
    return tuple(field.name for field in fields(kind) if field.name != "waived")


_REPORT = tuple(name for name in _names(Report) if name not in ("edition", "summed"))


# ── unpacking ─────────────────────────────────────────────────────────────────────────────────────


@_guarded()
def unpack(content: bytes, path: str, sha256: str | None, extra: tuple[Path, ...]) -> Result:
    """Return the result that bytes hold; `extra` are more template folders. Raises PackError."""
    source = _unpacked(content, LIMIT)
    return Result(
        path=path,
        sha256=sha256,
        verdict=source["verdict"],
        report=_to_report(source["report"], extra) if source["report"] else None,
        findings=_all(Finding)(source["findings"]),
        passed=tuple(source["passed"]),
        failed=tuple(source["failed"]),
        not_checked=_to_figures(source["not_checked"]),
        explanations=_all(Correction)(source["explanations"]),
        prior=source.get("prior"),
        check_code=source.get("check_code"),
        received=arrived(path),
    )


@_guarded()
def unpack_report(content: bytes, extra: tuple[Path, ...], limit: int | None = None) -> Report:
    """Return the report that bytes hold, of a whole result too; raises PackError.

    limit: bytes they may unfold to, if fewer than LIMIT.
    """
    return _to_report(_unpacked(content, limit or LIMIT)["report"], extra)


def _unpacked(content: bytes, limit: int) -> Any:
    unfolding = zlib.decompressobj()
    text = unfolding.decompress(content, limit)
    if not unfolding.eof:
        raise PackError("cut off, or too large")
    return json.loads(text)


def _to_report(source: dict[str, Any], extra: tuple[Path, ...]) -> Report:
    form, name = source["form"], source["edition"]
    edition = _edition(form, name, extra)
    if edition is None:
        raise PackError(f"{form}/{name}")
    values = _to_values(source["values"])
    return Report(
        edition=edition,
        agency=dict(source["agency"]),
        year=source["year"],
        values={key: values.get(key) for key in edition.cells},
        nil=tuple(source["nil"]),
        texts=dict(source["texts"]),
        origin=source["origin"],
        extra=parse_json(source["extra"]),
        fields=tuple(source["fields"]),
        prior=_to_values(source["prior"]),
        sent=source["sent"],
        cover=dict(source.get("cover", {})),
        sources=_all(Contribution)(source.get("sources", ())),
        evidence={key: Evidence(*one) for key, one in source.get("evidence", {}).items()},
        explained=_all(Explanation)(source.get("explained", ())),
    )


@cache
def _edition(form: str, name: str, extra: tuple[Path, ...]) -> Edition | None:
    return editions.named(form, name, extra)


def _value(value: Any) -> Any:
    return to_decimal(value[0]) if isinstance(value, list) else value


def _to_values(source: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _value(value) for key, value in source.items()}


def _to_words(source: Any) -> Any:
    """Return a text, the words of an edition or, from a list, a sentence."""
    return _to(Message, source) if isinstance(source, list) else source


def _to_figures(source: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _to_words(figure) for name, figure in source.items()}


def _to(kind: Any, source: list[Any]) -> Any:
    """Return the dataclass of which a list holds the fields."""
    values = dict(zip(_names(kind), source, strict=True))
    for name, read in _READ.get(kind, {}).items():
        values[name] = read(values[name])
    return kind(**values)


def _to_cure(source: list[Any] | None) -> Cure | None:
    return _to(Cure, source) if source else None


def _to_changes(source: Iterable[tuple[list[Any], str]]) -> tuple[tuple[Spot, str], ...]:
    return tuple((_to(Spot, spot), to) for spot, to in source)


def _all(kind: type[T]) -> Callable[[Iterable[Any]], tuple[T, ...]]:
    """Return a function from the lists of fields of several dataclasses to these."""
    return lambda sources: tuple(_to(kind, source) for source in sources)


_Readers = dict[str, Callable[[Any], Any]]
_READ: Mapping[type, _Readers] = {
    Message: _Readers(figures=_to_figures, more=_all(Message)),
    Finding: _Readers(cells=_all(Spot), figures=_to_figures, words=_to_words, cure=_to_cure),
    Cure: _Readers(
        changes=_to_changes, breaks=lambda source: _to(Finding, source) if source else None
    ),
    Contribution: _Readers(values=_to_values, caveats=tuple),
    Explanation: _Readers(cells=tuple),
    Correction: _Readers(broken=_all(Broken), answers=_all(Answer)),
    Broken: _Readers(difference=_value),
    Answer: _Readers(changes=_all(Change), reasons=_all(Reason)),
    Change: _Readers(spot=lambda source: _to(Spot, source), before=_value, after=_value),
    Reason: _Readers(figures=lambda source: tuple(map(tuple, source))),
}
"""{dataclass: {field: how it is read from JSON}}; other fields are as in JSON."""
