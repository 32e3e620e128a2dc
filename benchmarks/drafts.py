"""Forms drafted and measured: round trips of our blanks, and strangers' forms labelled by hand.

    python -m benchmarks.drafts [--workbooks FOLDER] [--document FILE.docx] [--office]

Round trip: each edition's blank, as built and as other programs save it, is drafted again and held
against its edition: cells, labels, merges, kinds. With --office LibreOffice saves it, too. The
document is the official form of the annual report. FOLDER: the collections of public workbooks that
benchmarks/strangers.toml names; nothing of them is kept here but the places a person would fill in.
"""

import argparse
import io
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT / "tests"))

from openpyxl import load_workbook  # noqa: E402
from rewriters import excel, wps  # noqa: E402 - of the tests
from rewriters.saving import saved  # noqa: E402

from toolkit.documents.convert import converted, office  # noqa: E402
from toolkit.draft.classes import FILL, LEAVE, MOST  # noqa: E402
from toolkit.draft.drafted import Drafted, drafted  # noqa: E402
from toolkit.draft.original import original  # noqa: E402
from toolkit.draft.written import DraftHead, edition_text  # noqa: E402
from toolkit.edition.edition import Edition, Section, named, resolve  # noqa: E402
from toolkit.edition.parse import parse_text  # noqa: E402
from toolkit.edition.signs import comparable  # noqa: E402
from toolkit.xlsx.address import Place, corners  # noqa: E402
from toolkit.xlsx.zip import Rejected  # noqa: E402

BLANKS = (("annual-report", "2021"), ("annual-report", "2019"), ("site-report", "2017"))


@dataclass(slots=True)
class Score:
    """Right ones of all: cells, labels, merges, kinds."""

    cells: tuple[int, int] = (0, 0)
    labels: tuple[int, int] = (0, 0)
    merges: tuple[int, int] = (0, 0)
    kinds: tuple[int, int] = (0, 0)

    def line(self) -> str:
        """Return the four shares."""
        return "  ".join(f"{name} {self.share(name):6.1%}" for name in self.__slots__)

    def share(self, name: str) -> float:
        """Return one of the shares."""
        right, whole = getattr(self, name)
        return right / whole if whole else 0.0


# ── round trips ───────────────────────────────────────────────────────────────────────────────────


def again(source: bytes, only: tuple[str, ...] = ()) -> Edition:
    """Return the edition that a form becomes, all questions answered as proposed."""
    text = edition_text(
        drafted(original(source, only)), {}, DraftHead("form", "draft", 2025, "form")
    )
    return resolve(parse_text(text, "draft.toml"))


def held(edition: Edition, draft: Edition, *, document: bool = False) -> Score:
    """Return how much of an edition a draft has, table by table in their order.

    document: the official one, which says the facts of section six in words.
    """
    score = Score()
    drawn = list(draft.tables.values())
    mates = {table: drawn[n] for n, table in enumerate(edition.tables) if n < len(drawn)}
    for table, section in edition.tables.items():
        if table in mates:
            _compare(score, edition, section, draft, mates[table])
        elif section.statutory or not document:
            score.cells = _plus(score.cells, 0, len(section.keys))
    return score


def _plus(pair: tuple[int, int], right: int, whole: int) -> tuple[int, int]:
    return pair[0] + right, pair[1] + whole


def _compare(
    score: Score, edition: Edition, section: Section, draft: Edition, other: Section
) -> None:
    places = section.keys.keys() | other.keys.keys()
    common = section.keys.keys() & other.keys.keys()
    score.cells = _plus(score.cells, len(common), len(places))
    words = {p: comparable(text) for p, text in section.labels.items()}
    read = {p: comparable(text) for p, text in other.labels.items()}
    same = sum(read.get(p) == text for p, text in words.items())
    score.labels = _plus(score.labels, same, len(words.keys() | read.keys()))
    merges = set(section.merges), set(other.merges)
    score.merges = _plus(score.merges, len(merges[0] & merges[1]), len(merges[0] | merges[1]))
    kinds = sum(
        edition.cells[section.keys[p]].kind == draft.cells[other.keys[p]].kind for p in common
    )
    score.kinds = _plus(score.kinds, kinds, len(section.keys))


def saves(source: bytes, *, by_office: bool) -> Iterator[tuple[str, bytes]]:
    """Yield a workbook as several programs save it."""
    yield "as built", source
    yield "like Excel", saved(source, excel.EXCEL_2016, 1)
    yield "like WPS", saved(source, wps.WPS_12, 1)
    yield "openpyxl", _by_openpyxl(source)
    program = office() if by_office else None
    if program:
        yield "LibreOffice", converted(source, "xlsx", program, "xlsx")


def _by_openpyxl(source: bytes) -> bytes:
    out = io.BytesIO()
    load_workbook(io.BytesIO(source)).save(out)
    return out.getvalue()


# ── strangers' forms ──────────────────────────────────────────────────────────────────────────────


def strangers(folder: Path) -> Iterator[tuple[Mapping[str, Any], str, int, int, int]]:
    """Yield (form, result, right, all, questions) of each form of the list."""
    listing = tomllib.loads((CHECKOUT / "benchmarks" / "strangers.toml").read_text("utf-8"))
    for form in listing["form"]:
        path = folder / form["file"]
        if not path.is_file():
            yield form, "missing", 0, 0, 0
            continue
        try:
            found = drafted(original(path.read_bytes(), (form["sheet"],)))
        except Rejected as error:
            yield form, error.code, 0, 0, 0
            continue
        yield form, *_judged(form, found)


def _judged(form: Mapping[str, Any], found: Drafted) -> tuple[str, int, int, int]:
    """Return result, right cells, all cells, questions of a form."""
    if "refused" in form:
        reasons = {roles.why for _, roles in found.refused} or {"lines"}
        return ("refused" if not found.tables and form["refused"] in reasons else "TAKEN"), 0, 0, 0
    wanted = set(_places(form["fill"]))
    answers = {
        number: FILL if form.get("answers", {}).get(question.code, "") == FILL else LEAVE
        for number, question in enumerate(found.asked[:MOST])
        if question.code in form.get("answers", {})
    }
    taken: set[Place] = set()
    every: set[Place] = set()
    for table, filled in zip(found.tables, found.filled(answers), strict=True):
        every |= {one.at for one in table.grid.fields.values()}
        taken |= {table.grid.fields[place].at for place in filled}
    every |= wanted
    right = len(every) - len(wanted ^ taken)
    return "drafted", right, len(every), min(len(found.asked), MOST)


def _places(ranges: str) -> Iterator[Place]:
    for span in ranges.split():
        box = corners(span)
        if box is None:
            raise SystemExit(f"strangers.toml: {span!r} is no range")
        for row in range(box[0], box[2] + 1):
            yield from ((row, column) for column in range(box[1], box[3] + 1))


def _edition(form: str, name: str) -> Edition:
    edition = named(form, name)
    if edition is None:
        raise SystemExit(f"no edition {form}/{name}")
    return edition


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--workbooks", type=Path)
    parser.add_argument("--document", type=Path)
    parser.add_argument("--office", action="store_true")
    given = parser.parse_args()
    for form, name in BLANKS:
        edition = _edition(form, name)
        source = (CHECKOUT / "templates" / form / f"{name}.xlsx").read_bytes()
        for program, content in saves(source, by_office=given.office):
            print(f"{form}/{name:5} {program:12} {held(edition, again(content)).line()}")
    if given.document:
        score = held(_edition("annual-report", "2021"), again(given.document.read_bytes()),
                     document=True)  # fmt: skip
        print(f"official document       {score.line()}")
    right = whole = 0
    for entry, result, good, cells, asked in strangers(given.workbooks) if given.workbooks else ():
        share = f"{good / cells:6.1%} of {cells:4} cells, {asked} questions" if cells else ""
        print(f"{result:8} {entry['what']:58} {share}")
        right, whole = right + good, whole + cells
    if whole:
        print(f"strangers together      {right / whole:.1%} of {whole} cells")


if __name__ == "__main__":
    main()
