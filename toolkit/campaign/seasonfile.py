"""A season as a file, season.toml: roster, year and so on given once, and the office's decisions."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from ..data import CHINESE, refused, say
from ..edition.days import written_day
from .settled import STATES, Settled, is_name

PATHS = ("roster", "prior", "waivers", "store", "templates")
"""Keys whose values are paths, relative to the file."""
_TEXTS = ("region", "sender", *PATHS)
_TABLES = ("prefer", "reasons")
_YEARS = range(1000, 3000)
_SHA256 = re.compile("[0-9a-f]{64}")
_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class SeasonProblem:
    """A fault of a season's file: the name of its sentence in [season], and figures."""

    sentence: str
    figures: Mapping[str, str] = field(default_factory=dict)

    def message(self, lang: str) -> str:
        """Return the sentence."""
        return say("season", self.sentence, lang, **self.figures)


class SeasonError(Exception):
    """A season's file that cannot be used, with everything that is wrong with it."""

    def __init__(self, *problems: SeasonProblem) -> None:
        super().__init__(problems)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class SeasonFile:
    """What a season's file holds; paths as they are written there.

    prefer: {agency or code: SHA-256 of the return that counts}. reasons: {agency, code and cell:
    accepted or refused}.
    """

    year: int | None = None
    region: str | None = None
    roster: str | None = None
    prior: str | None = None
    waivers: str | None = None
    store: str | None = None
    sender: str | None = None
    due: date | None = None
    templates: str | None = None
    prefer: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def settled(self) -> Settled:
        """The office's decisions."""
        return Settled(self.prefer, self.reasons, self.sender or self.region or "")

    def resolved(self, folder: Path) -> "SeasonFile":
        """Return the season with its paths from the working folder; folder: of its file."""
        given = {name: getattr(self, name) for name in PATHS}
        paths: dict[str, Any] = {
            name: str(folder / path) for name, path in given.items() if path is not None
        }
        return replace(self, **paths)


# ── reading ───────────────────────────────────────────────────────────────────────────────────────


def load(path: Path) -> SeasonFile:
    """Return the season of a file; raises SeasonError with all that is wrong."""
    try:
        return parsed(path.read_bytes())
    except OSError as error:
        raise SeasonError(SeasonProblem("unreadable", {"why": refused(error)})) from None


def parsed(source: bytes) -> SeasonFile:
    """Return the season that a file's bytes hold; raises SeasonError with all that is wrong."""
    try:
        content = tomllib.loads(source.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SeasonError(SeasonProblem("no-toml", {"why": str(error)})) from None
    problems = tuple(_wrong(content))
    if problems:
        raise SeasonError(*problems)
    due = content.get("due")
    return SeasonFile(**{**content, "due": _day(due) if due else None})


def _wrong(content: Mapping[str, Any]) -> Iterator[SeasonProblem]:
    """Yield everything that is wrong with the content of a file."""
    known = {each.name for each in fields(SeasonFile)}
    for name, value in content.items():
        if name not in known:
            names = ", ".join(each.name for each in fields(SeasonFile))
            yield SeasonProblem("unknown", {"name": name, "names": names})
        elif name in _TABLES:
            yield from _wrong_table(name, value)
        elif name == "year":
            if type(value) is not int or value not in _YEARS:
                yield SeasonProblem("no-year", {"text": _shown(value)})
        elif name == "due":
            if not _day(value):
                yield SeasonProblem("no-day", {"text": _shown(value)})
        elif not isinstance(value, str) or not value.strip():
            yield SeasonProblem("no-text", {"name": name, "text": _shown(value)})


def _wrong_table(table: str, rows: object) -> Iterator[SeasonProblem]:
    if not isinstance(rows, dict):
        yield SeasonProblem("no-table", {"name": table})
        return
    for name, value in rows.items():
        figures = {"name": name, "text": _shown(value)}
        if table == "prefer" and not (isinstance(value, str) and _SHA256.fullmatch(value)):
            yield SeasonProblem("no-digest", figures)
        if table == "reasons" and not is_name(name):
            yield SeasonProblem("no-reason-name", figures)
        if table == "reasons" and value not in STATES:
            yield SeasonProblem("no-state", figures)


def _day(value: object) -> date | None:
    """Return the day of a value, a TOML date or a text; None where it is none."""
    if isinstance(value, str):
        return written_day(value)
    return value if type(value) is date else None


def _shown(value: object) -> str:
    return value if isinstance(value, str) else str(value)


# ── writing ───────────────────────────────────────────────────────────────────────────────────────


def written(season: SeasonFile, lang: str) -> str:
    """Return a season as the text of a new file, each key with a line on what it is for."""
    lines = [f"# {say('season', 'head', lang)}"]
    for each in fields(SeasonFile):
        value = getattr(season, each.name)
        lines += ["", f"# {say('season', f'for-{each.name}', lang)}"]
        if each.name in _TABLES:
            rows = (f"{quoted(name)} = {quoted(text)}" for name, text in value.items())
            lines += [f"[{each.name}]", *rows]
        else:
            example = say("season", f"like-{each.name}", lang)
            lines.append(f"{each.name} = {_toml(value)}" if value else f"# {each.name} = {example}")
    return "\n".join(lines) + "\n"


def with_row(text: str, table: str, name: str, value: str) -> str:
    """Return a file's text with a row of a table set, all else in it kept.

    A new row stands below the table's last one. Where the table is written in another way, as
    in braces, the whole file is written anew. Raises SeasonError where the text is no season.
    """
    before = parsed(text.encode())
    tables: dict[str, Any] = {table: {**getattr(before, table), name: value}}
    after, end = replace(before, **tables), "\r\n" if "\r\n" in text else "\n"
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip("\n").split("\n")
    new = end.join((*_with_row(lines, table, name, value), ""))
    return new if _same(new, after) else written(after, CHINESE)


def _with_row(lines: Sequence[str], table: str, name: str, value: str) -> list[str]:
    """Return a file's lines with a row of a table set, and the comment behind it kept."""
    names = "|".join(map(re.escape, {name, quoted(name), f"'{name}'"}))
    row = re.compile(rf"""(\s*(?:{names})\s*=\s*)(?:"[^"]*"|'[^']*')(.*)""")
    last, inside, apart = None, False, False
    for number, old in enumerate(lines):
        header = _HEADER.match(old)
        inside = header[1] == table if header else inside
        if not inside:
            continue
        if there := row.fullmatch(old):
            return [*lines[:number], f"{there[1]}{quoted(value)}{there[2]}", *lines[number + 1 :]]
        apart = not old.strip() or (apart and old.lstrip().startswith("#"))
        last = last if apart else number
    new = f"{quoted(name)} = {quoted(value)}"
    if last is None:
        return [*lines, "", f"[{table}]", new]
    return [*lines[: last + 1], new, *lines[last + 1 :]]


def _same(text: str, season: SeasonFile) -> bool:
    try:
        return parsed(text.encode()) == season
    except SeasonError:
        return False


def _toml(value: object) -> str:
    return quoted(value) if isinstance(value, str) else str(value)


def quoted(text: str) -> str:
    """Return a text as a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
