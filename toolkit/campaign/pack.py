"""Results packed as JSON without sentences in any language; unpacking trusts no bytes."""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from pathlib import Path
from sys import intern
from typing import Any, TypeVar

from ..data import Message
from ..edition import edition as editions
from ..edition.edition import Edition, Words
from ..explain import Answer, Broken, Change, Correction, Reason
from ..finding import Finding, Result, Spot
from ..report import provenance
from ..report.contribution import Contribution
from ..report.report import Report, ReportError, Value, dumps, parse_json, plain, to_decimal

T = TypeVar("T")

LIMIT = 64 * 2**20
"""Maximum bytes of an unpacked result."""


_PART = tuple(one.name for one in fields(Contribution))


class PackError(ValueError):
    """Bytes that are no packed result, or one of an edition that is not here."""


@dataclass(frozen=True, slots=True)
class Head:
    """The part of a result that other returns are compared with: agency, form, digest of numbers.

    ruleset: form/name@fingerprint. numbers: a digest of the typed cells. nonzero: how many of
    them are not 0. fits: its edition is for its year. drawn: read of a document, not of a blank.
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


def head(result: Result) -> Head:
    """Return the head of a result."""
    report: Report | None = result.report
    if report is None:
        return Head(result.verdict)
    own = report.edition
    typed = [report.numbers[k] if own.cells[k].numeric else report.values[k] for k in own.typed]
    shown = [report.values[k] if n is None else n for k, n in zip(own.typed, typed, strict=True)]
    return Head(
        verdict=result.verdict,
        ruleset=f"{own.form}/{own.name}@{own.fingerprint[:12]}",
        form=own.form,
        edition=own.name,
        year=report.year,
        name=report.agency.get("name"),
        code=report.agency.get("code"),
        level=report.agency.get("level"),
        sent=report.sent,
        numbers=_digest(map(_comparable, shown)),
        nonzero=sum(isinstance(n, int | Decimal) and n != 0 for n in typed),
        fits=report.year is not None and own.covers(report.year),
        drawn=report.origin == "document",
    )


def _comparable(value: Value) -> Value:
    """Return a value so that equal numbers have equal text: 1.50 is 1.5."""
    return plain(value.normalize()) if isinstance(value, Decimal) else value


def _digest(values: Iterable[Value]) -> str:
    return hashlib.sha256(json.dumps(list(values)).encode("ascii")).hexdigest()


def head_text(one: Head) -> str:
    """Return a head as text in ASCII."""
    return json.dumps([getattr(one, field.name) for field in fields(Head)])


def head_of(text: str) -> Head:
    """Return the head that a text holds, with shared strings interned; raises PackError."""
    return _guarded(lambda: Head(*_shared(json.loads(text))))


def _shared(values: Any) -> Any:
    return [intern(one) if isinstance(one, str) else one for one in values]


# ── a whole result ────────────────────────────────────────────────────────────────────────────────


def pack(result: Result) -> bytes:
    """Return a result as bytes, without its path and digest."""
    return _packed(
        {
            "verdict": result.verdict,
            "report": result.report and _from_report(result.report),
            "findings": [_from_finding(finding) for finding in result.findings],
            "passed": result.passed,
            "failed": result.failed,
            "not_checked": {name: _from_words(why) for name, why in result.not_checked.items()},
            "explanations": [_from_correction(one) for one in result.explanations],
        }
    )


def unpack(content: bytes, path: str, sha256: str | None, extra: tuple[Path, ...]) -> Result:
    """Return the result that bytes hold; `extra` are more template folders. Raises PackError."""

    def made() -> Result:
        source = _unpacked(content, LIMIT)
        return Result(
            path=path,
            sha256=sha256,
            verdict=source["verdict"],
            report=_to_report(source["report"], extra) if source["report"] else None,
            findings=tuple(_to_finding(one) for one in source["findings"]),
            passed=tuple(source["passed"]),
            failed=tuple(source["failed"]),
            not_checked={name: _to_words(why) for name, why in source["not_checked"].items()},
            explanations=tuple(_to_correction(one) for one in source["explanations"]),
        )

    return _guarded(made)


def pack_report(report: Report) -> bytes:
    """Return a report alone as bytes."""
    return _packed({"report": _from_report(report)})


def unpack_report(content: bytes, extra: tuple[Path, ...], limit: int | None = None) -> Report:
    """Return the report that bytes hold, of a whole result too; raises PackError.

    limit: bytes they may unfold to, if fewer than LIMIT.
    """
    return _guarded(lambda: _to_report(_unpacked(content, limit or LIMIT)["report"], extra))


def _packed(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, default=_exact, separators=(",", ":"))
    if len(text) > LIMIT:
        raise PackError("too large")
    return zlib.compress(text.encode("ascii"), 1)


def _exact(value: object) -> list[str]:
    """Return a Decimal for JSON, exactly: a list of its text."""
    if isinstance(value, Decimal):
        return [str(value)]
    raise TypeError(f"{value!r} has no place in a store")


def _unpacked(content: bytes, limit: int) -> Any:
    unfolding = zlib.decompressobj()
    text = unfolding.decompress(content, limit)
    if not unfolding.eof:
        raise PackError("cut off, or too large")
    return json.loads(text)


def _guarded(make: Callable[[], T]) -> T:
    try:
        return make()
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError,
            zlib.error, ReportError) as error:  # fmt: skip
        raise PackError(str(error)) from error


def _from_report(report: Report) -> dict[str, Any]:
    return {
        "form": report.edition.form,
        "edition": report.edition.name,
        "agency": dict(report.agency),
        "year": report.year,
        "values": dict(report.values),
        "nil": report.nil,
        "texts": dict(report.texts),
        "origin": report.origin,
        "extra": dumps(report.extra, indent=None),
        "fields": report.fields,
        "prior": dict(report.prior),
        "sent": report.sent,
        "evidence": provenance.as_json(report.evidence),
        "sources": [[getattr(one, name) for name in _PART] for one in report.sources],
    }


def _to_report(source: Mapping[str, Any], extra: tuple[Path, ...]) -> Report:
    own = _edition(source["form"], source["edition"], extra)
    if own is None:
        raise PackError(f"{source['form']}/{source['edition']}")
    values = source["values"]
    return Report(
        edition=own,
        agency={part: source["agency"].get(part) for part in source["agency"]},
        year=source["year"],
        values={key: _value(values.get(key)) for key in own.cells},
        nil=tuple(source["nil"]),
        texts=dict(source["texts"]),
        origin=source["origin"],
        extra=parse_json(source["extra"]),
        fields=tuple(source["fields"]),
        prior={key: _value(number) for key, number in source["prior"].items()},
        sent=source["sent"],
        sources=tuple(map(_to_contribution, source.get("sources", ()))),
        evidence=provenance.from_json(source.get("evidence", {})),
    )


def _to_contribution(source: list[Any]) -> Contribution:
    given = dict(zip(_PART, source, strict=True))
    values = {key: _value(value) for key, value in given.pop("values").items()}
    return Contribution(**given, values=values)


def _value(value: Any) -> Any:
    return to_decimal(value[0]) if isinstance(value, list) else value


@cache
def _edition(form: str, name: str, extra: tuple[Path, ...]) -> Edition | None:
    return editions.named(form, name, extra)


def _from_finding(finding: Finding) -> list[Any]:
    return [
        finding.code,
        finding.severity,
        [_from_spot(spot) for spot in finding.cells],
        finding.found,
        finding.expected,
        finding.source,
        finding.follows,
        {name: _from_words(figure) for name, figure in finding.figures.items()},
        finding.words and _from_words(finding.words),
    ]


def _from_words(words: str | Words | Message) -> Any:
    """Return a text as it is, an edition's words as an object, a sentence as a list."""
    if isinstance(words, Message):
        figures = {name: _from_words(figure) for name, figure in words.figures.items()}
        return [words.section, words.name, figures, [_from_words(one) for one in words.more]]
    return words if isinstance(words, str) else dict(words)


def _to_words(source: Any) -> Any:
    if not isinstance(source, list):
        return source
    section, name, figures, more = source
    told = {one: _to_words(figure) for one, figure in figures.items()}
    return Message(section, name, told, tuple(map(_to_words, more)))


def _from_spot(spot: Spot) -> list[str | None]:
    return [spot.key, spot.sheet, spot.at, spot.label]


def _to_finding(source: list[Any]) -> Finding:
    code, severity, cells, found, expected, clause, follows, figures, words = source
    return Finding(
        code=code,
        severity=severity,
        cells=tuple(Spot(*cell) for cell in cells),
        found=found,
        expected=expected,
        source=clause,
        follows=follows,
        figures={name: _to_words(figure) for name, figure in figures.items()},
        words=_to_words(words),
    )


def _from_correction(one: Correction) -> list[Any]:
    broken = [[b.rule, b.line, b.difference] for b in one.broken]
    return [broken, one.size, one.count, [_from_answer(answer) for answer in one.answers]]


def _from_answer(answer: Answer) -> list[Any]:
    changes = [[_from_spot(c.spot), c.before, c.after, c.bound] for c in answer.changes]
    return [changes, [[r.kind, r.sentence, r.figures] for r in answer.reasons], answer.rank]


def _to_correction(source: list[Any]) -> Correction:
    broken, size, count, answers = source
    return Correction(
        broken=tuple(Broken(rule, line, _value(number)) for rule, line, number in broken),
        size=size,
        count=count,
        answers=tuple(_to_answer(*answer) for answer in answers),
    )


def _to_answer(changes: list[Any], reasons: list[Any], rank: int) -> Answer:
    return Answer(
        changes=tuple(
            Change(Spot(*spot), _value(before), _value(after), bound)
            for spot, before, after, bound in changes
        ),
        reasons=tuple(
            Reason(kind, sentence, tuple((name, text) for name, text in figures))
            for kind, sentence, figures in reasons
        ),
        rank=rank,
    )
