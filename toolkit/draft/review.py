"""The questions of a draft as a sheet of 勾稽.xlsx, and the answers read from it."""

from collections.abc import Mapping, Sequence

from ..data import CHINESE, filled, texts
from ..edition.kind import on_sheet
from ..output.lists import HEAD_ROW, Column, Page
from ..xlsx import sheet
from ..xlsx.address import at
from ..xlsx.book import open_book
from ..xlsx.zip import open_package
from .classes import ANSWERS
from .remarks import Asked, Remarks

_WIDTHS = {"number": 8.0, "question": 64.0, "count": 10.0, "where": 44.0, "answer": 14.0}
_BOX = (HEAD_ROW + 64, len(_WIDTHS))
_SHOWN = 4


class AnswerError(Exception):
    """An answer that is none; number: of the question, given: the words written."""

    def __init__(self, number: int, given: str) -> None:
        super().__init__(number, given)
        self.number, self.given = number, given


def pages(remarks: Remarks) -> list[Page]:
    """Return the sheet of questions about classes of cells; none where nothing is asked."""
    words = texts("draft", CHINESE)
    offered = tuple(words[f"answer-{name}"] for name in ANSWERS)
    columns = tuple(
        Column(words[f"column-{name}"], width, offered if name == "answer" else ())
        for name, width in _WIDTHS.items()
    )
    rows = tuple(_row(number, asked) for number, asked in enumerate(remarks.asked, 1))
    return [Page(words["ask"], words["ask-note"], columns, rows, tall=True)] if rows else []


def _row(number: int, asked: Asked) -> tuple[str | int, ...]:
    words = texts("draft", CHINESE)
    question = filled(words[f"ask-{asked.code}"], colour=asked.colour)
    return number, question, len(asked.cells), where(asked), words[f"answer-{asked.answer}"]


def where(asked: Asked) -> str:
    """Return the first cells of a question: places in the blank, and what is printed there."""
    shown = [
        f"{one.sheet} {at(on_sheet(one.place))}{f' ({one.printed.strip()})' if one.printed.strip() else ''}"
        for one in asked.cells[:_SHOWN]
    ]
    more = "…" if len(asked.cells) > _SHOWN else ""
    return texts("draft", CHINESE)["between"].join(shown) + more


def answers_in(source: bytes, asked: Sequence[Asked]) -> dict[int, str]:
    """Return {number of a question, from 0: answer} of a filled 勾稽.xlsx.

    Raises Rejected for no workbook, and AnswerError. A blank answer is the one proposed.
    """
    words = texts("draft", CHINESE)
    known = {words[f"answer-{name}"]: name for name in ANSWERS}
    found: dict[int, str] = {}
    for row in _rows(source, words):
        number, given = row.get(1, ""), row.get(_BOX[1], "").strip()
        if number.isdecimal() and 0 < int(number) <= len(asked) and given:
            if given not in known:
                raise AnswerError(int(number), given)
            found[int(number) - 1] = known[given]
    return found


def _rows(source: bytes, words: Mapping[str, str]) -> list[dict[int, str]]:
    """Return the rows of the sheet of questions below its heads: {column: text}."""
    package = open_package(source)
    book = open_book(package)
    part = next((entry.part for entry in book.sheets if entry.name == words["ask"]), "")
    if not part:
        return []
    cells = sheet.parse(package.part(part), part, book, _BOX).cells
    rows: dict[int, dict[int, str]] = {}
    for (row, column), raw in cells.items():
        if row > HEAD_ROW and raw[1]:
            rows.setdefault(row, {})[column] = raw[1]
    return [rows[row] for row in sorted(rows)]
