"""An edition as HTML for reference: its tables as printed, every rule in words."""

from collections.abc import Iterable, Iterator

from ..data import say, texts, worded
from ..edition.balance import Balance, Edit
from ..edition.edition import Edition
from . import rulebook, tables
from .tags import esc, opened, tag, title


def manual(edition: Edition, lang: str, ident: str = "e") -> Iterator[str]:
    """Yield an edition's pages; every id begins with `ident`."""
    heading, *facts = rulebook.headings(edition, lang)
    yield tag("h3", esc(heading))
    yield tag("p", esc(" ".join(facts)), class_="remark")
    yield opened("section", class_="printed")
    yield tag("h4", esc(say("manual", "tables", lang)))
    yield tag("p", esc(say("manual", "key-hint", lang)), class_="remark")
    yield tables.keyed(edition, ident, lang)
    cells = (cell for cell in edition.cells.values() if cell.help)
    yield from _list("helps", ((f"{cell.sheet} {cell.at}", cell.help) for cell in cells), lang)
    parts = edition.texts.values()
    yield from _list("texts", ((p.caption, rulebook.text_of(p, lang)) for p in parts), lang)
    yield "</section>\n"
    yield opened("section", class_="rules")
    yield tag("h4", esc(say("manual", "rules", lang)))
    for group in rulebook.groups(edition):
        yield from _rule(edition, group, lang)
    yield "</section>\n"


def _list(heading: str, entries: Iterable[tuple[str, str]], lang: str) -> Iterator[str]:
    """Yield a list of names with their texts under a heading, nothing without entries."""
    lines = [
        tag("li", tag("b", esc(name)), f" {esc(text)}", class_="item") for name, text in entries
    ]
    if lines:
        yield tag("h4", esc(say("manual", heading, lang))) + tag("ul", *lines)


def _rule(edition: Edition, group: list[Balance] | list[Edit], lang: str) -> Iterator[str]:
    """Yield a rule's demand, severity, scope and source; then its sums."""
    first = group[0]
    name = rulebook.name_of(first)
    yield opened("article", class_=f"rule {first.severity}")
    severity = tag("span", esc(say("proof", first.severity, lang)), class_="severity")
    words = f"{esc(title(first.code, lang))} " if first.code in texts("title", lang) else ""
    yield tag("h5", severity, f" {words}", tag("code", esc(name)))
    yield tag("p", esc(worded(first.rule, lang)))
    source = f"{say('proof', 'source', lang)}{say('proof', 'colon', lang)}{first.source}"
    where = f"{say('proof', 'scope', lang)}{say('proof', 'colon', lang)}{rulebook.reach(edition, group, lang)}"
    yield tag("p", tag("span", esc(where)), " ", tag("span", esc(source)), class_="remark")
    if sums := rulebook.sums_of(edition, group, lang):
        yield opened("details")
        yield tag("summary", esc(say("manual", "sums", lang, n=len(sums))))
        yield opened("table", class_="sums")
        for line, equation, marks in sums:
            boxes = (tag("td", esc(text)) for text in (equation, marks))
            yield tag("tr", tag("th", esc(line), scope="row"), *boxes)
        yield "</table></details>"
    yield "</article>\n"
