"""The roster: the agencies that send a return, and the match of a return with its agency."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from itertools import islice
from pathlib import Path

from ..check import cover
from ..data import CHINESE, ENGLISH, reason, refused, say, texts
from ..edition.days import written_day
from ..report import identity
from ..xlsx.zip import Rejected
from . import flat, foot
from .flat import Field, Rows
from .parents import circles

COLUMNS = (
    *("name", "code", "level", "aliases", "parent", "kind", "deadline"),
    *("email", "contact", "phone", "url"),
)
_SHARED = ("level", "parent", "kind", "deadline")
"""Columns in which a merged cell says the same of each of its rows."""
_HEAD_ROWS = 10
"""Number of first rows that may hold the heads."""
_ROWS = 20
"""Maximum number of rows listed; more are counted."""
_NEAR_HEAD = 0.7
_UNFIT = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LONGEST = 500
"""Maximum characters of a cell; a longer one is reported, and its rest is not read."""
ASKED, _AMONG, _NEAR_LONGEST = 20, 5_000, 50
"""Limits of the search for near names: unknown names, names of the roster, characters."""
_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:[/?#]\S*)?$", re.IGNORECASE)
_BETWEEN = re.compile("[;；、|｜\r\n]")


@dataclass(frozen=True, slots=True)
class Member:
    """A row of a roster.

    code, level, parent, kind: None where the roster does not say. level, kind: by their keys.
    parent: the name of another member. deadline: a day like 2026-01-20. row: its number.
    email: as typed; contact, phone: of the person who reports.
    """

    name: str
    code: str | None = None
    level: str | None = None
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    kind: str | None = None
    deadline: str | None = None
    row: int = 0
    email: str | None = None
    contact: str | None = None
    phone: str | None = None
    url: str | None = None

    @property
    def agency(self) -> dict[str, str | None]:
        """Return the agency in the form of a report: name, code, level."""
        return {"name": self.name, "code": self.code, "level": self.level}


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """A problem of a roster; rows: their numbers, empty for the whole file."""

    code: str
    rows: tuple[int, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """Return the sentence: the rows, their content, the action needed."""
        figures = dict(self.figures)
        if "why" in figures:
            figures["why"] = reason(figures["why"], lang, None)
        what = say("roster_error", self.code, lang, **figures)
        what += identity.remark(lang, self.figures.get("typed"))
        if not self.rows:
            return what
        rows = say("place", "comma", lang).join(map(str, self.rows[:_ROWS]))
        if len(self.rows) > _ROWS:
            rows = say("roster_error", "many", lang, rows=rows, n=len(self.rows))
        name = "row" if len(self.rows) == 1 else "rows"
        return say("roster_error", name, lang, **{name: rows, "what": what})


class RosterError(Exception):
    """An unusable roster, with everything that is wrong with it."""

    def __init__(self, *problems: RosterProblem) -> None:
        super().__init__(problems)
        self.problems = problems

    def lines(self, lang: str) -> tuple[str, ...]:
        """Return a sentence for each problem, in order of rows."""
        return tuple(problem.message(lang) for problem in self.problems)


# ── reading ───────────────────────────────────────────────────────────────────────────────────────


def load(path: str | Path) -> tuple[Member, ...]:
    """Return the members of a roster, xlsx or csv, in its order.

    Raises RosterError with all that is wrong.
    """
    file = Path(path)
    try:
        if file.exists() and not file.is_file():
            raise RosterError(RosterProblem("not-a-file"))
        source = file.read_bytes()
    except OSError as error:
        raise RosterError(RosterProblem("unreadable", (), {"why": refused(error)})) from None
    return members(source)


def members(source: bytes) -> tuple[Member, ...]:
    """Return the members a roster's bytes name; raises RosterError."""
    try:
        return of_rows(flat.rows(source))
    except Rejected as error:
        raise RosterError(_unread(error)) from None


def of_rows(rows: Rows) -> tuple[Member, ...]:
    """Return the members that the rows of a list name; raises RosterError."""
    head, columns = _heads(rows)
    members: list[Member] = []
    problems: list[RosterProblem] = []
    for row, line in rows.items():
        cells = {name: line[i] for name, i in columns.items() if i < len(line) and line[i].text}
        cells = {n: c for n, c in cells.items() if not c.merged or n in _SHARED}
        typed = (cell.text[: 2 * _LONGEST] for cell in cells.values() if not cell.merged)
        if row > head and any(map(identity.line, typed)):
            _take(row, cells, members, problems)
    problems += _contradictions(members)
    if not members and not problems:
        problems.append(RosterProblem("empty"))
    if problems:
        raise RosterError(*_merged(problems))
    names = {identity.name(member.name): member.name for member in members}
    return tuple(
        replace(m, parent=names[identity.name(m.parent)]) if m.parent else m for m in members
    )


def _merged(problems: Sequence[RosterProblem]) -> list[RosterProblem]:
    """Return the problems with equal sentences merged into one, in order of rows."""
    rows: dict[tuple[str, tuple[tuple[str, str], ...]], list[int]] = {}
    for p in problems:
        rows.setdefault((p.code, tuple(p.figures.items())), []).extend(p.rows)
    merged = (RosterProblem(code, tuple(at), dict(figures)) for (code, figures), at in rows.items())
    return sorted(merged, key=lambda problem: problem.rows[:1])


def _unread(error: Rejected) -> RosterProblem:
    """Return the problem of a file that is no list at all."""
    code, why = flat.refusal(error)
    if code in texts("roster_error", ENGLISH):
        return RosterProblem(code, (), error.figures)
    return RosterProblem("no-list", (), {"why": why})


def _heads(rows: Rows) -> tuple[int, dict[str, int]]:
    """Return the row of the heads and {column: its index}; raises RosterError."""
    names = flat.keys("roster")
    for row, line in list(rows.items())[:_HEAD_ROWS]:
        heads = [flat.head(cell.text) for cell in line]
        columns = {names[head]: i for i, head in enumerate(heads) if head in names}
        if COLUMNS[0] in columns:
            _refuse_heads(row, heads, names, columns)
            return row, columns
    raise RosterError(RosterProblem("heads") if rows else RosterProblem("empty"))


def _refuse_heads(
    row: int, heads: Sequence[str], names: Mapping[str, str], columns: Mapping[str, int]
) -> None:
    """Raise RosterError for a column that is there twice, or nearly one that is missing."""
    problems = []
    for place, head in enumerate(heads):
        if head in names and columns[names[head]] != place:
            problems.append(RosterProblem("twice", (row,), {"column": head}))
        near = get_close_matches(head, names, 1, _NEAR_HEAD) if head not in names else []
        if near and names[near[0]] not in columns:
            problems.append(RosterProblem("near", (row,), {"column": head, "meant": near[0]}))
    if problems:
        raise RosterError(*problems)


def _take(
    row: int, cells: Mapping[str, Field], members: list[Member], problems: list[RosterProblem]
) -> None:
    """Add a row's member to `found`, and the row's problems to `problems`; skip example lines."""
    texts = {name: identity.line(cell.text[:_LONGEST]) for name, cell in cells.items()}
    texts |= {name: identity.unguarded(text) for name, text in texts.items() if name == "code"}
    texts |= {name: _unguarded(text) for name, text in texts.items()}
    name = texts.get("name")
    if name in (shown := examples()):
        if any(texts.get(other, "") != text for other, text in shown[name].items()):
            problems.append(RosterProblem("example", (row,), {"name": name}))
        return
    if name and foot.is_foot(name):
        problems.append(RosterProblem("foot", (row,), {"text": name}))
        return
    wrong = [*_wrong(cells, texts), *([] if name else [RosterProblem("no-name")])]
    problems += [replace(problem, rows=(row,)) for problem in wrong]
    members.append(
        Member(
            name=name or "",
            code=texts.get("code") or None,
            level=identity.levels().get(identity.word(texts.get("level", ""))),
            aliases=_aliases(cells["aliases"].text[:_LONGEST], name) if "aliases" in cells else (),
            parent=texts.get("parent") or None,
            kind=_kinds().get(identity.word(texts.get("kind", ""))),
            deadline=_day(texts.get("deadline", "")),
            email=texts.get("email") or None,
            contact=texts.get("contact") or None,
            phone=texts.get("phone") or None,
            url=texts.get("url") or None,
            row=row,
        )
    )


def _unguarded(text: str) -> str:
    """Return a cell's text without the guard ="…" of a csv."""
    return identity.unguarded(text) if text.startswith(("=", "＝")) else text


def _wrong(cells: Mapping[str, Field], typed: Mapping[str, str]) -> Iterator[RosterProblem]:
    """Yield the problems of the cells of one row; typed: their texts."""
    for name, cell in cells.items():
        yield from _unreadable(name, cell)
    if "code" in cells:
        number = cells["code"].kind in ("number", "date")
        if how := cover.lost(typed["code"], number=number):
            yield RosterProblem(how, figures={"code": typed["code"]})
    for name, words, printed in (
        ("level", identity.levels(), texts("level", CHINESE).values()),
        ("kind", _kinds(), kind_names()),
    ):
        if typed.get(name) and identity.word(typed[name]) not in words:
            yield RosterProblem(name, figures={"text": typed[name], "words": ", ".join(printed)})
    for name, fitting in (("deadline", _day), ("url", _ADDRESS.match)):
        if typed.get(name) and fitting(typed[name]) is None:
            yield RosterProblem(name, figures={"text": typed[name]})


def _unreadable(name: str, cell: Field) -> Iterator[RosterProblem]:
    column = head_of(name)
    if cell.kind == "formula":
        yield RosterProblem("formula", figures={"column": column})
    if cell.kind in ("error", "boolean"):
        yield RosterProblem("cell", figures={"column": column, "text": cell.text})
    if _UNFIT.search(cell.text) or len(cell.text) > _LONGEST:
        yield RosterProblem("unfit", figures={"column": column})


def _contradictions(members: Sequence[Member]) -> Iterator[RosterProblem]:
    """Yield problems: names, codes or aliases of several members, unknown or circular parents."""
    rows: dict[tuple[str, str], list[tuple[Member, str]]] = {}
    for member in members:
        rows.setdefault(("same-name", identity.name(member.name)), []).append((member, member.name))
        code = member.code or ""
        rows.setdefault(("same-code", identity.code(code)), []).append((member, code))
        for alias in member.aliases:
            rows.setdefault(("same-alias", identity.name(alias)), []).append((member, alias))
    for (kind, text), owners in rows.items():
        named = rows.get(("same-name", text), []) if kind == "same-alias" else []
        if text and len(owners) + len(named) > 1:
            yield _shared(kind, text, [*owners, *named])
    names = {identity.name(member.name): member for member in members if member.name}
    parents = {identity.name(m.parent): m.parent for m in members if m.parent}
    lost = [key for key in parents if key not in names]
    close = {key: near(members, parents[key]) for key in lost[:ASKED]}
    above = {m.row: names.get(identity.name(m.parent)) for m in members if m.parent}
    rings = circles({row: parent.row for row, parent in above.items() if parent})
    for member in members:
        if member.parent and above[member.row] is None:
            similar = close.get(identity.name(member.parent), ())
            figures = {"name": member.parent, "near": similar[0].name if similar else ""}
            yield RosterProblem("parent/near" if similar else "parent", (member.row,), figures)
        elif member.row in rings:
            yield RosterProblem("circle", (member.row,), {"name": member.parent or ""})


def _shared(kind: str, text: str, owners: Sequence[tuple[Member, str]]) -> RosterProblem:
    """Return the problem of a name, code or alias of several members, with all its spellings."""
    typed = list(dict.fromkeys(text for _, text in owners))
    shown = {"name": text, "code": owners[0][0].code or "", "typed": "\n".join(typed)}
    return RosterProblem(kind, tuple(sorted(member.row for member, _ in owners)), shown)


# ── words ─────────────────────────────────────────────────────────────────────────────────────────


def _aliases(text: str, name: str | None) -> tuple[str, ...]:
    """Return the names a cell lists, each once, without the agency's own name."""
    parts = {identity.name(part): identity.line(part) for part in _BETWEEN.split(text)}
    return tuple(part for key, part in parts.items() if key and key != identity.name(name))


@cache
def _kinds() -> dict[str, str]:
    return flat.keys("agency_kind")


def kind_names() -> tuple[str, ...]:
    """Return the printed kinds of agencies."""
    return tuple(words.split()[0] for words in texts("agency_kind", CHINESE).values())


def kind_name(kind: str | None) -> str | None:
    """Return the printed kind of agencies of a key."""
    return texts("agency_kind", CHINESE)[kind].split()[0] if kind else None


def head_of(name: str) -> str:
    """Return the printed head of a column."""
    return flat.printed_head("roster", name)


def _day(text: str) -> str | None:
    day = written_day(text)
    return day.isoformat() if day else None


@cache
def examples() -> dict[str, dict[str, str]]:
    """Return {name: texts by column} of the example lines of an empty roster."""
    words = texts("roster_file", CHINESE)
    lines = [words[name].split("|") for name in ("example_1", "example_2")]
    return {line[0]: dict(zip(COLUMNS, line, strict=True)) for line in lines}


# ── whose return ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Match:
    """Match of a return with the roster.

    member: by code where the roster has it, else by name, else by alias; None for a stranger.
    named: the member its name stands for. how: code, name, alias or "" for a stranger.
    """

    member: Member | None
    named: Member | None
    how: str

    @property
    def swapped(self) -> bool:
        """Tell whether code and name belong to two different members."""
        return bool(self.member and self.named and self.member.row != self.named.row)


def matcher(members: Sequence[Member]) -> Callable[[Mapping[str, str | None]], Match]:
    """Return a function from an agency {name, code, …} to its Match; near names never match."""
    codes = {identity.code(m.code): m for m in members if m.code}
    names = {identity.name(m.name): m for m in members}
    aliases = {identity.name(alias): m for m in members for alias in m.aliases}

    def match(agency: Mapping[str, str | None]) -> Match:
        name, code = identity.known(agency)
        named = names.get(name) or aliases.get(name)
        member = codes.get(code) or named
        how = "code" if code in codes else "name" if name in names else "alias"
        return Match(member, named, how if member else "")

    return match


def near(members: Sequence[Member], name: str) -> tuple[Member, ...]:
    """Return the members whose names or aliases look like a name, the nearest first.

    For questions to the user, never for matching.
    """
    named = ((identity.name(word), m) for m in members for word in (*m.aliases, m.name) if word)
    short = ((word, m) for word, m in named if len(word) <= _NEAR_LONGEST)
    by_name, wanted = dict(islice(short, _AMONG)), identity.name(name)
    close = get_close_matches(
        wanted, by_name if len(wanted) <= _NEAR_LONGEST else (), identity.SHOWN, identity.NEAR
    )
    return tuple(dict.fromkeys(by_name[word] for word in close))
