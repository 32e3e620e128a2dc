"""Questions about a form of one's own: its grids, the answers left open, its edition file."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from ..data import CHINESE, filled, say, texts
from ..draft.adopt import adopted
from ..draft.adopting import with_families
from ..draft.asking import every_offer, every_page
from ..draft.classes import ANSWERS
from ..draft.drafted import Drafted, DraftTable, drafted
from ..draft.families import Adopted, FamilyError, adopted_in
from ..draft.field import FormField
from ..draft.original import Original, original, saved_as
from ..draft.proof import proof, refused_line
from ..draft.remarks import remarks_in
from ..draft.review import AnswerError, answers_in, where
from ..draft.written import FORM_NAME, DraftHead, edition_text, head_of, printed
from ..edition import edition as editions
from ..edition.kind import GridPlace
from ..edition.parse import parse_text
from ..edition.shape import EditionError
from ..files.gathering import bytes_of
from ..files.refusal import refusal
from ..output.lists import written
from ..output.tags import esc, opened, tag
from ..report.report import ReportError
from ..xlsx.zip import Rejected
from .desk import Desk

OWN, ANSWERED, FILLED = "maker/form", "maker/replies", "maker/returns"
"""Folders of the form, of a filled 勾稽.xlsx, of returns on the form."""
FormChoices = Mapping[str, Any]
"""What somebody chose: `sheets` to look at, None for all; `answers` by the numbers of questions;
`head`: title, form, year, source and citation, each proposed where it is empty; `sums`: those
ticked, by `id`, with `formula` where the total is to be one."""


class NoDraftError(Exception):
    """A form of which nothing is made; its text says why."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A form read and drafted; text: its edition file."""

    form: Original
    found: Drafted
    head: DraftHead
    answers: Mapping[int, str]
    sums: Sequence[Adopted]
    text: str

    @property
    def file(self) -> str:
        """Return the name of its edition file."""
        return f"{self.head.form}-{self.head.name}.toml"


def drawn(desk: Desk, wanted: FormChoices, lang: str) -> dict[str, Any]:
    """Return a form as it was read: its sheets, its questions, its grids as HTML; or `why` not."""
    try:
        draft = _draft(desk, wanted, lang)
    except NoDraftError as error:
        return {"why": str(error)}
    tables, cells = draft.found.tables, draft.found.filled(draft.answers)
    figures = {"tables": len(tables), "sums": len(draft.found.sums)}
    head = draft.head
    return {
        "head": {
            "title": draft.found.title,
            "form": head.form,
            "year": str(head.year),
            "source": head.source,
            "citation": head.citation,
        },
        "sheets": _sheets(draft, wanted["sheets"]),
        "refused": _refused(draft, wanted["sheets"], lang),
        "asked": _asked(draft, lang),
        "grids": "".join(_grid(draft.found, table, cells[table.number], lang) for table in tables),
        "told": say("page", "maker-told", lang, cells=sum(map(len, cells)), **figures),
        "adopted": len(draft.sums),
        "file": draft.file,
    }


def saved(desk: Desk, wanted: FormChoices, what: str, lang: str) -> dict[str, Any]:
    """Return a file and its name; what: edition, proof or asked.

    Without content nothing is asked. told: the returns that are none, with the reason.
    """
    draft = _draft(desk, wanted, lang)
    if what == "edition":
        return {"name": draft.file, "content": draft.text.encode()}
    if what == "proof":
        content = proof(draft.found, draft.answers)
        return {"name": say("draft", "proof-file", CHINESE), "content": content}
    edition = editions.resolve(parse_text(draft.text, draft.file))
    returned = [str(path) for path in _laid(desk, FILLED)]
    pages, refused = every_page(edition, remarks_in(draft.text), returned)
    told = [_unread(Path(path).name, why.message(lang), lang) for path, why in refused]
    content = written(pages) if pages else b""
    return {"name": say("sums", "file", CHINESE), "content": content, "told": told}


def answered(desk: Desk, wanted: FormChoices, lang: str) -> dict[str, Any]:
    """Return the answers in the filled 勾稽.xlsx of its folder; or `why` it is not taken."""
    try:
        asked = remarks_in(_draft(desk, wanted, lang).text).asked
        given = answers_in(_laid(desk, ANSWERED)[0].read_bytes(), asked)
    except NoDraftError as error:
        return {"why": str(error)}
    except AnswerError as error:
        return {"why": _no_answer(error.number, error.given, lang)}
    return {"replies": [given.get(number, one.answer) for number, one in enumerate(asked)]}


def offered(desk: Desk, wanted: FormChoices, lang: str) -> dict[str, Any]:
    """Return the sums and bounds found in a form and its returns, to be ticked; or `why` not."""
    try:
        draft = _draft(desk, {**wanted, "sums": []}, lang)
    except NoDraftError as error:
        return {"why": str(error)}
    words = texts("sums", lang)
    shown = ("support", "idle", "against", "where")
    return {
        "sums": [
            {
                "id": _ident(row),
                "words": row["sum"],
                "class": row["class"],
                "facts": [
                    {"name": words[f"column-{name}"], "words": row[name]}
                    for name in shown
                    if row[name] != texts("sums", CHINESE)["none"]
                ],
                "stands": taken is None,
                "proposed": row["adopt"] == texts("sums", CHINESE)["yes"],
                "formula": bool(taken and taken.computes),
            }
            for row, taken in _offers(desk, draft.text, draft.file)
        ]
    }


# ── reading ───────────────────────────────────────────────────────────────────────────────────────


def _draft(desk: Desk, wanted: FormChoices, lang: str) -> _Draft:
    """Return the form in its folder as a draft; raises NoDraftError."""
    (path,) = _laid(desk, OWN)
    form, found = _read(path, wanted["sheets"], lang)
    if not found.tables:
        lines = [*_refused_grids(found, lang), *_without(form, path.name, lang)]
        raise NoDraftError("\n".join([*lines, say("cli", "draft-nothing", lang, path=path.name)]))
    found = replace(found, title=wanted["head"].get("title") or found.title)
    head = _head(desk, wanted["head"], found.title, path.name, lang)
    answers = {n: one for n, one in enumerate(wanted["replies"]) if one in ANSWERS}
    try:
        text = adopted(edition_text(found, {}, head), answers, path.name)
        sums = _sums(desk, lang) or _ticked(desk, wanted.get("sums", ()), text, path.name)
        text = with_families(text, sums, path.name)
    except EditionError as error:
        raise NoDraftError(str(error)) from error
    return _Draft(form, found, head, answers, sums, text)


def _laid(desk: Desk, folder: str) -> list[Path]:
    """Return the files of a folder, in order; none where nothing was laid there."""
    return sorted(path for path in Path(desk.home, folder).rglob("*") if path.is_file())


def _read(path: Path, sheets: Sequence[str] | None, lang: str) -> tuple[Original, Drafted]:
    """Return a form read and drafted; raises NoDraftError."""
    try:
        source = bytes_of(str(path))
        if saved_as(path.suffix.lower(), source):
            raise NoDraftError(say("page", "maker-office", lang, path=path.name))
        return _drafted(source, tuple(sheets or ()))
    except (Rejected, ReportError) as error:
        why = refusal(error.code, error.figures).message(lang)
        raise NoDraftError(_unread(path.name, why, lang)) from error


@lru_cache(maxsize=1)
def _drafted(source: bytes, sheets: tuple[str, ...]) -> tuple[Original, Drafted]:
    """Return a form as read; the last one is kept, since each answer asks for it again."""
    form = original(source, sheets)
    return form, drafted(form)


def _head(desk: Desk, given: Mapping[str, str], title: str, file: str, lang: str) -> DraftHead:
    """Return the head of a draft as given, else as proposed; raises NoDraftError."""
    proposed = head_of("", "", title, file)
    year = given.get("year") or str(proposed.year)
    if not (year.isascii() and year.isdigit() and len(year) == len("2025")):
        raise NoDraftError(say("page", "maker-year-wrong", lang))
    form = given.get("form") or _free(desk, proposed.form, year)
    if not FORM_NAME.fullmatch(form):
        raise NoDraftError(say("page", "maker-form-wrong", lang))
    return DraftHead(
        form, year, int(year), file, given.get("source", ""), given.get("citation", "")
    )


def _free(desk: Desk, form: str, year: str) -> str:
    """Return a name of a form that no edition of the year has yet."""
    known = editions.known(desk.given.extra)
    names = (form if number == 1 else f"{form}-{number}" for number in count(1))
    return next(name for name in names if (name, year) not in known)


def _sums(desk: Desk, lang: str) -> list[Adopted]:
    """Return the sums that the filled 勾稽.xlsx adopts; raises NoDraftError."""
    file = say("sums", "file", CHINESE)
    try:
        return [one for path in _laid(desk, ANSWERED) for one in adopted_in(path.read_bytes())]
    except FamilyError as error:
        raise NoDraftError(_no_answer(error.name, error.given, lang)) from error
    except Rejected as error:
        why = refusal(error.code, error.figures).message(lang)
        raise NoDraftError(_unread(file, why, lang)) from error


Offers = Sequence[tuple[dict[str, str | int], Adopted | None]]


def _offers(desk: Desk, text: str, file: str) -> Offers:
    """Return the sums and bounds found by a draft's text and the returns laid."""
    edition = editions.resolve(parse_text(text, file))
    return every_offer(edition, [str(path) for path in _laid(desk, FILLED)])


def _ident(row: Mapping[str, str | int]) -> str:
    """Return a name of a sum that stays when others are found: its words and its tables."""
    return f"{row['sum']} | {row['where']}"


def _ticked(desk: Desk, ticks: Sequence[Mapping[str, Any]], text: str, file: str) -> list[Adopted]:
    """Return the sums ticked, of those found."""
    if not ticks:
        return []
    formulas = {tick["id"]: bool(tick["formula"]) for tick in ticks}
    return [
        replace(taken, computes=formulas[_ident(row)])
        for row, taken in _offers(desk, text, file)
        if taken and _ident(row) in formulas
    ]


def _no_answer(number: object, given: str, lang: str) -> str:
    figures = {"path": say("sums", "file", CHINESE), "number": number, "given": given}
    return say("cli", "draft-answer", lang, **figures)


def _unread(file: str, why: str, lang: str) -> str:
    return say("cli", "refused", lang, path=file, why=why)


# ── showing ───────────────────────────────────────────────────────────────────────────────────────


def _sheets(draft: _Draft, wanted: Sequence[str] | None) -> list[dict[str, Any]]:
    """Return the sheets of a form; ticked: those wanted, else those that have a table."""
    ticked = wanted or {table.grid.sheet for table in draft.found.tables}
    return [{"name": name, "ticked": name in ticked} for name in draft.form.names]


def _refused(draft: _Draft, wanted: Sequence[str] | None, lang: str) -> list[str]:
    """Return the sentences on tables left out, as the command prints them."""
    without = _without(draft.form, draft.head.file, lang) if wanted else []
    return [*_refused_grids(draft.found, lang), *without]


def _refused_grids(found: Drafted, lang: str) -> list[str]:
    return [refused_line(grid.sheet, roles.why, roles.row, lang) for grid, roles in found.refused]


def _without(form: Original, file: str, lang: str) -> list[str]:
    return [say("draft", "why-lines", lang, sheet=name or file) for name in form.without]


def _asked(draft: _Draft, lang: str) -> list[dict[str, Any]]:
    words = texts("draft", lang)
    return [
        {
            "words": filled(words[f"ask-{one.code}"], colour=one.colour),
            "colour": one.colour,
            "count": len(one.cells),
            "where": where(one),
            "answer": one.answer,
            "options": [{"value": name, "words": words[f"answer-{name}"]} for name in ANSWERS],
        }
        for one in remarks_in(draft.text).asked
    ]


def _grid(found: Drafted, table: DraftTable, chosen: AbstractSet[GridPlace], lang: str) -> str:
    """Return a table as HTML: printed cells, and those to fill in, by the numbers of questions."""
    numbers = {
        place: number
        for number, question in enumerate(found.asked, 1)
        for grid, place in question.cells
        if grid == table.number
    }
    rows: list[list[str]] = [[] for _ in range(table.grid.size[0])]
    for place, one in table.grid.fields.items():
        rows[place[0]].append(_cell(one, place in chosen, numbers.get(place), lang))
    lines = "".join(tag("tr", *row) for row in rows)
    head = tag("h3", esc(table.caption))
    start = opened("div", class_="scroll", tabindex="0", role="region", aria_label=table.caption)
    return f"{head}{start}{tag('table', tag('tbody', lines), class_='drafted')}</div>"


def _cell(one: FormField, chosen: bool, number: int | None, lang: str) -> str:  # noqa: FBT001 - one fact of a cell
    """Return a printed cell; a formula or number that is not printed in the blank stands small."""
    was = f"={one.formula}" if one.formula is not None else one.text
    content = [tag("b", esc(say("draft", "proof-cell", lang)))] if chosen else [esc(printed(one))]
    if chosen and was.strip():
        content.append(tag("small", esc(was)))
    if number is not None:
        content.append(tag("sup", esc(number)))
    kind = "fill" if chosen else "gone" if one.blank else None
    spans = {"rowspan": one.span[0], "colspan": one.span[1]}
    return tag("td", *content, class_=kind, **{k: n for k, n in spans.items() if n > 1})
