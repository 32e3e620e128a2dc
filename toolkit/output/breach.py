"""Breaches of a rule: the agencies where it fails, with both sums and the reason that was given."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..data import say, texts
from ..escape import shortened
from ..finding import Result, place
from ..report.report import Value
from .tables import numbers
from .tags import esc, opened, tag, title

SHOWN = 60
"""Maximum characters shown of a sum."""
LISTED = 200
"""Maximum number of breaches of a rule on a board; a workbook has all of them."""
_GROUPS = (("at",), ("found", "should"), ("explained", "state"))
"""Columns that a board shows where one of them has content."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A return in which a rule fails: its agency, its file's number in the batch, the place.

    mark: the finding's number on the page of the return. state: of the reason; waived without one.
    """

    agency: str
    file: int
    mark: str
    path: str
    at: str
    found: str
    expected: str
    reason: str
    state: str


def breaches(result: Result, number: int, agency: str) -> Iterator[tuple[str, Breach]]:
    """Yield (code, breach) of a return; what follows from another breach is left out.

    number: of the file in the batch.
    """
    marks = numbers(result.findings) if result.findings else ()
    for mark, finding in zip(marks, result.findings, strict=True):
        if finding.severity == "note" or finding.follows is not None:
            continue
        given, waived = finding.explained or {}, finding.waived or {}
        state = given.get("state") or ("waived" if waived else "")
        yield (
            finding.code,
            Breach(
                agency=agency,
                file=number,
                mark=mark,
                path=result.path,
                at=place(finding.cells),
                found=shortened(finding.found or "", SHOWN),
                expected=shortened(finding.expected or "", SHOWN),
                reason=given.get("reason") or waived.get("reason") or "",
                state=state,
            ),
        )


def ranked(
    found: Mapping[str, Sequence[Breach]],
) -> Iterator[tuple[str, int, Sequence[Breach]]]:
    """Yield (code, number of returns, breaches), the code of most returns first."""
    counts = {code: len({one.file for one in those}) for code, those in found.items()}
    for code in sorted(counts, key=lambda code: (-counts[code], code)):
        yield code, counts[code], found[code]


def rows(found: Mapping[str, Sequence[Breach]], lang: str) -> Iterator[tuple[Value, ...]]:
    """Yield a row for each breach: rule, code, number of returns, then the breach."""
    for code, count, those in ranked(found):
        for one in those:
            state = say("reason_state", one.state, lang) if one.state else None
            facts = (one.agency, one.at, one.found, one.expected, one.reason, state, one.path)
            yield (title(code, lang), code, count, *(fact or None for fact in facts))


def section(found: Mapping[str, Sequence[Breach]], lang: str) -> Iterator[str]:
    """Yield the section of a board: each rule that fails, with a line for each agency."""
    if not found:
        return
    yield opened("section", class_="picture whole", aria_labelledby="by-rule")
    yield tag("h2", esc(say("board", "by-rule", lang)), id="by-rule")
    yield tag("p", esc(say("board", "by-rule-note", lang)), class_="remark")
    for code, count, those in ranked(found):
        yield "<details>"
        many = tag("span", esc(say("board", "agencies", lang, n=count)), class_="remark")
        yield tag("summary", esc(title(code, lang)), " ", tag("code", esc(code)), " ", many)
        yield from _table(those, lang)
        if len(those) > LISTED:
            left = say("board", "more-breaches", lang, n=len(those) - LISTED)
            yield tag("p", esc(left), class_="remark")
        yield "</details>\n"
    yield "</section>\n"


def _table(those: Sequence[Breach], lang: str) -> Iterator[str]:
    """Yield a table of breaches without the groups of columns that are blank in all of them."""
    states = {"": "", **texts("reason_state", lang)}
    facts = [
        {"at": one.at, "found": one.found, "should": one.expected, "explained": one.reason,
         "state": states[one.state]}
        for one in those[:LISTED]
    ]  # fmt: skip
    shown = [group for group in _GROUPS if any(fact[name] for fact in facts for name in group)]
    kept = [name for group in shown for name in group]
    heads = (say("sheets", name, lang) for name in ("agency", *kept))
    yield opened("div", class_="scroll", tabindex="0", role="group",
                 aria_label=say("board", "by-rule", lang))  # fmt: skip
    yield opened("table", class_="facts-of")
    yield tag("thead", tag("tr", *(tag("th", esc(head), scope="col") for head in heads)))
    yield "<tbody>"
    for one, fact in zip(those, facts, strict=False):
        link = tag("a", tag("bdi", esc(one.agency)), href=f"#f{one.file}m{one.mark}")
        yield tag(
            "tr", tag("th", link, scope="row"), *(tag("td", esc(fact[name])) for name in kept)
        )
    yield "</tbody></table></div>"
