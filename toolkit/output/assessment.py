"""Facts on each agency's return for the yearly appraisal, as a table: when, how late, how often."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from ..data import say, texts
from ..edition.deadline import days_of
from ..report.report import Value
from . import entry
from .tags import esc, opened, tag
from .tally import Line, Tally

COLUMNS = ("agency", "code", "kind", "verdict", "received", "due", "late", "sent-back",
           "hints", "reasons", "contact", "phone")  # fmt: skip
"""Names of the columns; their headings are in section [sheets] of templates/messages."""
Appraised = tuple[Value, ...]


def rows(totals: Tally, lang: str) -> Iterator[tuple[Line, Appraised]]:
    """Yield each agency of the roster with its facts, in the order of COLUMNS."""
    year = _year(totals)
    for line in totals.lines:
        if line.member:
            contact = line.member.get("contact") or {}
            returned = line.path is not None
            yield (
                line,
                (
                    line.name,
                    line.code,
                    kind_in_words(line.member.get("kind"), lang),
                    say("board", line.state, lang),
                    line.member.get("received"),
                    _due(line, totals, year),
                    line.member.get("days_late"),
                    line.member.get("sent_back") if returned else None,
                    line.hints if returned else None,
                    line.reasons if returned else None,
                    contact.get("name"),
                    contact.get("phone"),
                ),
            )


def kind_in_words(kind: str | None, lang: str) -> str | None:
    """Return the words of a kind of agency, any other text unchanged."""
    kinds = texts("agency_kind", lang)
    return kinds[kind].split()[0] if kind and kind in kinds else kind


def _year(totals: Tally) -> int | None:
    """Return the year of most returns, the later of two."""
    years = Counter(line.year for line in totals.lines if line.year)
    return max(years, key=lambda year: (years[year], year), default=None)


def _due(line: Line, totals: Tally, year: int | None) -> str | None:
    """Return the last day for an agency: the roster's, else the edition's for its kind."""
    if line.member.get("deadline") or year is None or totals.main is None:
        return line.member.get("deadline")
    days = days_of(totals.main, line.year or year, line.member.get("kind"))
    last: date | None = max(days.values(), default=None)
    return last.isoformat() if last else None


def section(totals: Tally, lang: str) -> Iterator[str]:
    """Yield the folded section of a board; it is printed across."""
    if not any(line.member for line in totals.lines):
        return
    yield opened("section", class_="picture whole across", aria_labelledby="appraisal")
    yield tag("h2", esc(say("board", "appraisal", lang)), id="appraisal")
    yield "<details>"
    yield tag("summary", esc(say("board", "appraisal-note", lang)))
    yield opened("div", class_="scroll", tabindex="0", role="group",
                 aria_label=say("board", "appraisal", lang))  # fmt: skip
    heads = (tag("th", esc(say("sheets", name, lang)), scope="col") for name in COLUMNS)
    yield opened("table", class_="facts-of")
    yield tag("thead", tag("tr", *heads))
    yield "<tbody>\n"
    for line, facts in rows(totals, lang):
        shown = ["" if fact is None else esc(fact) for fact in facts]
        shown[COLUMNS.index("verdict")] = entry.badge(line.state, lang)
        name = shown[0] if line.file is None else tag("a", shown[0], href=f"#f{line.file}")
        cells = (tag("td", text) for text in shown[1:])
        yield tag("tr", tag("th", tag("bdi", name), scope="row"), *cells) + "\n"
    yield "</tbody></table></div></details></section>\n"
