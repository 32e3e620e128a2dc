"""Pictures of a batch: the most frequent problems, and their places."""

from collections import Counter
from collections.abc import Iterator

from ..data import say
from ..edition.edition import Edition, Section
from .tags import esc, opened, tag, title
from .tally import STATES, Tally

BARS = 12
"""Maximum number of kinds of problems shown as bars."""
HEATS = 5
"""Number of colours from few to many; with fewer wrong returns each is one step."""


def shares(totals: Tally, lang: str) -> str:
    """Return the states as one bar, drawn to scale."""
    whole = sum(totals.states.values())
    parts, left = [], 0.0
    for state in STATES:
        share = 100 * totals.states[state] / whole if whole else 0
        span = {"x": f"{left:.2f}%", "width": f"{share:.2f}%"}
        parts.append(tag("rect", **span, height="100%", class_=state) if share else "")
        left += share
    words = say("board", "comma", lang).join(
        f"{say('board', s, lang)} {totals.states[s]}" for s in STATES
    )
    label = f"{say('board', 'shares', lang)}{say('board', 'colon', lang)}{words}"
    return tag("svg", *parts, class_="shares", role="img", aria_label=label)


def bars(totals: Tally, lang: str) -> Iterator[str]:
    """Yield the kinds of problems that most returns have, each with a bar."""
    if not totals.codes:
        return
    ranked = sorted(totals.codes.items(), key=lambda item: (-item[1], item[0]))[:BARS]
    most = ranked[0][1]
    yield opened("section", class_="picture", aria_labelledby="most")
    yield tag("h2", esc(say("board", "most", lang)), id="most")
    yield tag("p", esc(say("board", "most-note", lang)), class_="remark")
    yield opened("table", class_="bars", aria_labelledby="most")
    for code, count in ranked:
        width, severity = f"{100 * count / most:.2f}%", totals.severities[code]
        bar = tag(
            "svg", tag("rect", width=width, height="100%", class_=severity), aria_hidden="true"
        )
        head = tag("th", esc(title(code, lang)), " ", tag("code", esc(code)), scope="row")
        yield tag("tr", head, tag("td", bar), tag("td", str(count)))
    yield "</table></section>\n"


def heats(totals: Tally, lang: str) -> Iterator[str]:
    """Yield a map of each statutory table with findings, the worst first."""
    edition = totals.main
    marks = totals.marks[edition.fingerprint] if edition else Counter[str]()
    if edition is None or not any(key in edition.cells for key in marks):
        return
    yield opened("section", class_="picture", aria_labelledby="heat")
    yield tag("h2", esc(say("board", "heat", lang)), id="heat")
    tables = {name: edition.of_table(name) for name in edition.statutory}
    wrong = {name: sum(marks[cell.key] for cell in cells) for name, cells in tables.items()}
    most = max(marks[key] for key in edition.cells)
    for name in sorted(wrong, key=lambda name: -wrong[name]):
        if wrong[name]:
            yield from _heat(edition, edition.tables[name], marks, most, lang)
    yield "</section>\n"


def _heat(
    edition: Edition, section: Section, marks: Counter[str], most: int, lang: str
) -> Iterator[str]:
    """Yield a table's rows and columns as a small map, a cell darker the more returns are wrong."""
    cells = edition.of_table(section.table or "")
    columns = list(dict.fromkeys(cell.column for cell in cells))
    drawn = {(cell.row, cell.column): cell for cell in cells}
    yield opened("div", class_="scroll", tabindex="0", role="region", aria_label=section.caption)
    yield opened("table", class_="heat")
    yield tag("caption", esc(say("board", "heat-note", lang, sheet=section.sheet)))
    heads = (edition.columns[f"{section.table}.{column}"] for column in columns)
    names = (tag("th", tag("span", esc(head)), scope="col") for head in heads)
    yield tag("thead", tag("tr", tag("td"), *names))
    for row in dict.fromkeys(cell.row for cell in cells):
        name = edition.rows[f"{section.table}.{row}"]
        head = tag("th", tag("span", esc(name)), scope="row", title=name)
        row_cells = (drawn.get((row, column)) for column in columns)
        counts = (marks[cell.key] if cell else None for cell in row_cells)
        yield tag("tr", head, *(_warmth(count, most) for count in counts))
    yield "</table></div>\n"


def _warmth(count: int | None, most: int) -> str:
    """Return a cell of the map; count: None where the form has no cell."""
    if count is None:
        return tag("td", class_="none")
    return tag("td", str(count or ""), class_=f"h{-(-HEATS * count // max(most, HEATS))}")
