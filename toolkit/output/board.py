"""The board: a batch as a self-contained HTML file; and a single return as such a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from .. import __version__, data
from ..data import say
from ..finding import Batch, Result
from . import assessment, breach, chart, entry, tables
from .result import ruleset
from .tags import digest, esc, opened, tag, titles
from .tally import STATES, Contested, Line, Tally, owners, tally, twins

_HEADS = ("number", "agency", "state", "errors", "warnings", "problem")
_TO_DO = ("reject", "fail", "warn")


def write(batch: Batch, lang: str) -> Iterator[str]:
    """Yield the board of a batch, or the page of the only return."""
    totals = tally(batch, lang)
    if len(totals.lines) == 1 and totals.lines[0].file is not None and not batch.passed_over:
        yield from page(next(iter(batch.results)), lang)
        return
    title = (say("board", "heading", lang), _subject(totals, lang))
    yield from head(" · ".join(filter(None, title)), lang)
    yield from body(batch, totals, lang)
    yield "</html>\n"


def page(result: Result, lang: str, lead: Sequence[str] = ()) -> Iterator[str]:
    """Yield a return as a page of its own without scripts: to print, to send along.

    lead: paragraphs above it, such as the addressee; then nothing on it is folded, every cell named.
    """
    report = result.report
    seen = entry.view(result, 0, None, lang)
    yield from head(seen.name, lang, script=False)
    about = _about(report.edition.title, report.year, lang) if report else ""
    paragraphs = (tag("p", esc(line), class_="lead") for line in lead)
    header = tag(
        "header", tag("h1", esc(say("board", "heading", lang))), tag("p", esc(about)), *paragraphs
    )
    shown = "".join(entry.entry(result, replace(seen, whole=bool(lead))))
    yield tag("body", header, tag("main", _section(0, shown)))
    yield "</html>\n"


def body(batch: Batch, totals: Tally, lang: str) -> Iterator[str]:
    """Yield the board's body: totals, the list, pictures, then every return."""
    yield opened("body", **entry.words_of(lang))
    yield tag("a", esc(say("board", "skip", lang)), href="#list", class_="skip")
    yield from _within(batch, totals, lang)
    yield "</body>"


def _within(batch: Batch, totals: Tally, lang: str, *, whole: bool = True) -> Iterator[str]:
    """Yield the content of a board; whole: as the page's own header, main and footer."""
    head, main, foot = ("header", "main", "footer") if whole else ("div", "div", "div")
    yield opened(head, class_=None if whole else "head")
    yield from _top(batch, totals, lang, "h1" if whole else "h2")
    yield f"</{head}>\n"
    yield tag("noscript", tag("p", esc(say("board", "no-script", lang)), class_="remark"))
    yield opened(main)
    yield opened("div", class_="halves")
    yield from _list(batch, totals, lang)
    yield opened("div", class_="pictures")
    yield from chart.bars(totals, lang)
    yield from chart.heats(totals, lang)
    yield "</div></div>\n"
    yield from _changed(batch, lang)
    yield from assessment.section(totals, lang)
    yield from breach.section(totals.breaches, lang)
    yield from _entries(batch, totals, lang)
    rules, tool = ruleset(totals.editions.values()), f"gouji {__version__}"
    words = say("board", "ruleset", lang, ruleset=rules, tool=tool)
    yield tag(foot, esc(words), class_=None if whole else "foot")
    yield f"</{main}>"


def inside(batch: Batch, lang: str) -> Iterator[str]:
    """Yield a batch as a part of another page, which has the board's style and script."""
    totals = tally(batch, lang)
    yield opened("div", class_="board", **entry.words_of(lang))
    if len(totals.lines) == 1 and totals.lines[0].file is not None:
        result = next(iter(batch.results))
        owner = owners(batch).get(result.path, {}).get("name")
        shown = "".join(entry.entry(result, entry.view(result, 0, owner, lang)))
        yield _section(0, shown, "entry open")
        yield from _passed_over(batch, lang)
    else:
        yield from _within(batch, totals, lang, whole=False)
    yield "</div>"


def head(title: str, lang: str, *, script: bool = True, style: str = "") -> Iterator[str]:
    """Yield the document's head; its policy lets nothing in and only our own script run.

    style: rules behind those of the board.
    """
    style, code = data.asset("board.css") + style, data.asset("board.js") if script else ""
    policy = f"default-src 'none'; style-src {digest(style)}; base-uri 'none'; form-action 'none'"
    policy += f"; script-src {digest(code)}" if script else ""
    yield f'<!doctype html>\n<html lang="{say("board", "language", lang)}">\n<head>\n'
    yield '<meta charset="utf-8">\n'
    yield f'<meta name="generator" content="gouji {__version__}">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="color-scheme" content="light dark">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield tag("title", esc(title))
    yield f"\n<style>{style}</style>\n"
    yield f"<script>{code}</script>\n" if script else ""
    yield "</head>\n"


def _about(title: str, year: int | None, lang: str) -> str:
    return say("board", "about", lang, title=title, year=year) if year else title


def _subject(totals: Tally, lang: str) -> str:
    """Return the form and year of most returns."""
    years = [line.year for line in totals.lines if line.year]
    year = max(sorted(set(years)), key=years.count) if years else None
    return _about(totals.main.title, year, lang) if totals.main else ""


# ── totals and the list ───────────────────────────────────────────────────────────────────────────


def _top(batch: Batch, totals: Tally, lang: str, heading: str) -> Iterator[str]:
    """Yield heading and totals; each total is a button that filters the list."""
    yield tag(heading, esc(say("board", "heading", lang)))
    facts = [_subject(totals, lang)]
    if nobodys := batch.ignored - len(batch.passed_over):
        facts.append(say("board", "passed-over", lang, n=nobodys))
    yield tag("p", *(tag("span", esc(fact)) for fact in facts), tag("span", id="created"))
    states = [state for state in STATES if batch.campaign or state != "missing"]
    yield opened("div", class_="totals", role="group", aria_label=say("board", "state", lang))
    for state in ("all", *states):
        count = len(totals.lines) if state == "all" else totals.states[state]
        yield tag(
            "button",
            tag("b", str(count)),
            " ",
            tag("span", entry.MARKS.get(state, ""), aria_hidden="true"),
            " " if state in entry.MARKS else "",
            esc(say("board", state, lang)),
            type="button",
            class_=state,
            data_filter=state,
            aria_pressed="true" if state == "all" else "false",
        )
    yield "</div>"
    yield chart.shares(totals, lang)


def _list(batch: Batch, totals: Tally, lang: str) -> Iterator[str]:
    name = say("board", "list" if batch.campaign else "list-files", lang)
    yield opened("section", class_="listing", aria_labelledby="list")
    yield tag("h2", esc(name), id="list", tabindex="-1")
    yield opened("div", class_="tools")
    words = say("board", "search", lang)
    yield opened("input", type="search", id="search", aria_label=words, placeholder=words)
    for action in ("open-shown", "close-all", "print"):
        yield tag("button", esc(say("board", action, lang)), type="button", data_do=action)
    yield tag("p", role="status", id="shown", class_="remark")
    yield "</div>\n"
    yield opened("table", class_="lines", aria_labelledby="list")
    heads = (tag("button", esc(say("board", head, lang)), type="button") for head in _HEADS)
    yield tag("thead", tag("tr", *(tag("th", h, scope="col", aria_sort="none") for h in heads)))
    yield "<tbody>\n"
    lines = sorted(enumerate(totals.lines, 1), key=lambda pair: STATES.index(pair[1].state))
    for number, line in lines:
        yield _line(number, line, totals.contested, lang)
    yield "</tbody></table>\n"
    yield from _campaign(batch, totals, lang)
    yield from _passed_over(batch, lang)
    yield "</section>\n"


def _line(number: int, line: Line, contested: Mapping[int, Contested], lang: str) -> str:
    """Return a line of the list, with a link to its return."""
    name = tag("bdi", esc(line.name or say("board", "nobody" if line.edition else "unread", lang)))
    small = [*_open(line, contested, lang)]
    names = (line.code, (line.path or "").replace("\\", "/").rpartition("/")[2])
    small += (tag("span", tag("bdi", esc(text))) for text in names if text)
    if line.state == "missing" and line.member.get("deadline"):
        small.append(tag("span", esc(say("board", "due", lang, day=line.member["deadline"]))))
    small += _facts(line, lang)
    if line.older:
        said = esc(say("board", "instead", lang, n=len(line.older)))
        small.append(tag("span", said, " ".join(_link(n, contested) for n in line.older)))
    if line.stranger:
        small.append(tag("span", esc(say("board", "stranger", lang)), class_="remark"))
    link = name if line.file is None else tag("a", name, href=f"#f{line.file}")
    cells = (
        tag("td", str(number)),
        tag("th", link, tag("small", *small), scope="row"),
        tag("td", entry.badge(line.state, lang), data_sort=STATES.index(line.state)),
        tag("td", str(line.errors or "")),
        tag("td", str(line.warnings or "")),
        tag("td", tag("div", esc(line.first)) if line.first else ""),
    )
    return tag("tr", *cells, data_state=line.state) + "\n"


def _open(line: Line, contested: Mapping[int, Contested], lang: str) -> Iterator[str]:
    """Yield which returns of an agency wait for the office to say whether they count."""
    if line.twins:
        links = " ".join(_link(n, contested) for n in line.twins)
        said = esc(say("board", "twin", lang, n=len(line.twins)))
        yield tag("span", said, links, class_="open")
    yield from (tag("span", _link(n, contested, lang), class_="open") for n in line.waiting)
    if line.member.get("preferred"):
        yield tag("span", esc(say("board", "preferred", lang)), class_="preferred")


def _link(number: int, contested: Mapping[int, Contested], lang: str = "") -> str:
    """Return a link to a return; where the office may prefer it, with its digest and agency.

    lang: of the sentence that it waits; without it the link is its number.
    """
    one = contested.get(number)
    words = say("board", "waiting", lang, n=one.sent) if one and lang else str(number + 1)
    link = tag("a", esc(words), href=f"#f{number}")
    return tag("span", link, data_prefer=one.sha256, data_agency=one.agency) if one else link


def _facts(line: Line, lang: str) -> Iterator[str]:
    """Yield on an agency when its return came, how late, how often it went back, whom to ask."""
    facts = line.member
    if day := facts.get("received"):
        late = facts.get("days_late")
        words = "received-late" if late else "received"
        yield tag("span", esc(say("board", words, lang, day=day, n=late)))
    if times := facts.get("sent_back"):
        yield tag("span", esc(say("board", "sent-back", lang, n=times)))
    if contact := facts.get("contact"):
        whom = " ".join(filter(None, (contact.get("name"), contact.get("phone"))))
        yield tag("span", tag("bdi", esc(say("board", "contact", lang, whom=whom))))


def _changed(batch: Batch, lang: str) -> Iterator[str]:
    """Yield the returns whose verdict is another than in the run before, with the rules that did it."""
    if not batch.changed:
        return
    yield opened("section", class_="picture whole", aria_labelledby="verdicts")
    heading = say("board", "changed", lang, n=len(batch.changed))
    yield tag("h2", esc(heading), id="verdicts")
    numbers = {result.path: number for number, result in enumerate(batch.results)}
    yield opened("ul", class_="changes")
    for one in batch.changed:
        name = tag("bdi", esc(one.agency or one.path))
        link = tag("a", name, href=f"#f{numbers[one.path]}") if one.path in numbers else name
        badges = (entry.badge(state, lang) for state in (one.before, one.after))
        codes = {"gone": titles(one.gone, lang), "new": titles(one.new, lang)}
        told = [
            say("board", f"changed-{how}", lang, codes=said) for how, said in codes.items() if said
        ]
        yield tag("li", link, " ", " → ".join(badges), " ", esc(" ".join(told)))
    yield "</ul></section>\n"


def _campaign(batch: Batch, totals: Tally, lang: str) -> Iterator[str]:
    """Yield the roster's facts below the list: missing agencies, returns in conflict."""
    if not batch.campaign:
        return
    missing = [line.name or "" for line in totals.lines if line.state == "missing"]
    if missing:
        yield "<details>"
        yield tag("summary", esc(say("board", "missing-names", lang, n=len(missing))))
        yield tag("p", esc(say("board", "comma", lang).join(missing)))
        yield "</details>"
    if several := twins(batch):
        comma, colon = say("board", "comma", lang), say("board", "colon", lang)
        lines = (f"{name}{colon}{comma.join(paths)}" for name, paths in several.items())
        yield tag("h3", esc(say("board", "twins", lang)))
        yield tag("ul", *(tag("li", esc(line)) for line in lines))


def _passed_over(batch: Batch, lang: str) -> Iterator[str]:
    """Yield the files that may hold a return and were not read, each with what to do."""
    if batch.passed_over:
        yield opened("section", class_="unread", aria_labelledby="unread")
        heading = say("board", "unread-files", lang, n=len(batch.passed_over))
        yield tag("h3", esc(heading), id="unread")
        lines = ((tag("bdi", esc(file.path)), file.message(lang)) for file in batch.passed_over)
        yield tag("ul", *(tag("li", tag("b", path), " ", esc(why)) for path, why in lines))
        yield "</section>\n"


# ── every return ──────────────────────────────────────────────────────────────────────────────────


def _entries(batch: Batch, totals: Tally, lang: str) -> Iterator[str]:
    """Yield the tables' skeletons, then every return.

    With scripts a return is raw text until it is opened: thousands open as fast as a list.
    """
    skeletons = {fingerprint: f"e{n}" for n, fingerprint in enumerate(totals.editions)}
    for fingerprint, ident in skeletons.items():
        yield tag("template", tables.skeleton(totals.editions[fingerprint], lang), id=ident)
    ordered = sorted(totals.lines, key=lambda line: STATES.index(line.state))
    todo = (line for line in ordered if line.state in _TO_DO)
    following = dict(
        pairwise(n for line in todo for n in (line.file, *line.twins) if n is not None)
    )
    older = {number for line in totals.lines for number in line.older}
    agencies = owners(batch)
    for number, result in enumerate(batch.results):
        seen = entry.view(result, number, agencies.get(result.path, {}).get("name"), lang)
        edition_id = result.report.edition.fingerprint if result.report else ""
        links = tag("a", esc(say("board", "to-list", lang)), href="#list")
        if number in following:
            links += tag("a", esc(say("board", "to-next", lang)), href=f"#f{following[number]}")
        links += tag("button", esc(say("board", "print-one", lang)), type="button", data_alone=True)
        shown = tag("div", links, class_="links")
        if number in older:
            shown += tag("p", esc(say("board", "superseded", lang)), class_="remark")
        shown += "".join(entry.entry(result, replace(seen, skeleton=skeletons.get(edition_id))))
        yield _section(number, tag("noscript", shown), prefer=totals.contested.get(number))


def _section(number: int, shown: str, look: str = "entry", prefer: Contested | None = None) -> str:
    """Return the section of a return; its id is the prefix of its cells' and findings' ids.

    prefer: its facts where the office may prefer it.
    """
    facts = {"data_prefer": prefer.sha256, "data_agency": prefer.agency} if prefer else {}
    return tag("section", shown, class_=look, id=f"f{number}", tabindex="-1", **facts) + "\n"
