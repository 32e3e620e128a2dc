"""Agency and year of a drawn form, from the words above its grid or from the file's name."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import PurePath

from .. import data
from ..check import cover
from ..edition.edition import Edition
from ..report import identity
from ..report.report import YEARS
from ..xlsx.address import Place
from .drawn import DrawnPage

LONGEST = 80
"""Most characters of a line that names an agency or a year."""


def whose(
    edition: Edition, texts: Iterable[Sequence[str]], file: str
) -> tuple[str | None, int | None]:
    """Return agency and year of a form, each None where neither texts nor file name give one.

    texts: lines above the grid, then other lines. file: the file's name, empty where there is none.
    """
    stem = PurePath(file.replace("\\", "/")).stem
    agency = year = None
    for lines in texts:
        agency = agency or _as_written(_agency(edition, lines), lines)
        year = year or _year(edition, lines, "year")
    return agency or _of_file(edition, stem), year or _year(edition, [stem], "file_year")


def _as_written(name: str | None, lines: Iterable[str]) -> str | None:
    """Return a name that was compared with the signs of the line it is in: （） and not ()."""
    for line in lines if name else ():
        signs = [(plain, sign) for sign in line if (plain := _compared(sign))]
        ends = list(accumulate(len(plain) for plain, _ in signs))
        place = "".join(plain for plain, _ in signs).find(name or "")
        first, last = place, place + len(name or "")
        if place >= 0 and last in ends and (not first or first in ends):
            inside = zip(signs, ends, strict=True)
            return "".join(sign for (_, sign), end in inside if first < end <= last)
    return name


def above(page: DrawnPage, place: Place | None) -> Iterator[str]:
    """Yield the texts above a place of a page, row by row, all where it is None.

    A text that ends with a colon and the text right of it are one.
    """
    texts = sorted((p, text) for p, text in page.cells.items() if place is None or p[0] < place[0])
    last: Place | None = None
    for (row, column), text in texts:
        if last and last[0] == row and _is_open(page.cells[last]):
            yield page.cells[last] + text
        yield text
        last = row, column


def _is_open(text: str) -> bool:
    return unicodedata.normalize("NFKC", text.strip())[-1:] == ":"


def _words(name: str) -> str:
    pattern: str = data.narrative()["heading"][name]
    return pattern


def _short(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines that may be a heading, as they are compared."""
    for text in lines:
        if len(text) <= LONGEST:
            yield _compared(text)


def _compared(text: str) -> str:
    return unicodedata.normalize("NFKC", identity.name(text))


def _year(edition: Edition, lines: Iterable[str], pattern: str) -> int | None:
    """Return the only year in lines; if there are several, the only one beside the form's title."""
    short = list(_short(lines))
    titled = [text for text in short if _title(edition, text)]
    for texts in (short, titled):
        years = {year for text in texts for year in _years(text, pattern)}
        if len(years) == 1:
            return years.pop()
    return None


def _years(text: str, pattern: str) -> Iterator[int]:
    for found in re.finditer(_words(pattern), text):
        year = cover.numeral(found[1])
        if year is not None and YEARS[0] <= year <= YEARS[1]:
            yield year


def _title(edition: Edition, text: str) -> tuple[str, str] | None:
    """Return what is before and after the form's title in a text, None where it is not there.

    Words that people leave out of the title are not compared.
    """
    optional = _words("optional")
    bare = re.sub(optional, "", re.sub(_words("year"), "", text))
    before, found, after = bare.partition(re.sub(optional, "", identity.name(edition.title)))
    return (before, after) if found else None


def _agency(edition: Edition, lines: Sequence[str]) -> str | None:
    """Return the agency that lines name: in a field, before the title, or alone on a line."""
    short = list(_short(lines))
    fields = [found[1] for text in short if (found := re.fullmatch(_words("field"), text))]
    titles = [told for text in short if (told := _title(edition, text))]
    before = [bare for told in titles if (bare := _cleaned(told[0]))]
    alone = [text for text in short if re.fullmatch(_words("agency"), text)]
    for names in (fields, before, alone):
        if len(set(names)) == 1:
            return names[0]
    return None


def _cleaned(text: str) -> str:
    """Return a text without the words and signs around an agency's name."""
    return re.sub(_words("around"), "", text)


def _of_file(edition: Edition, stem: str) -> str | None:
    """Return the agency in a file's name, None where none can be told from other words."""
    agency = named(edition, stem)
    return agency if re.fullmatch(_words("agency"), agency) else None


def named(edition: Edition, stem: str) -> str:
    """Return what is left of a file's name without year and title, empty for a long name."""
    for text in _short([stem]):
        bare = re.sub(_words("file_year"), "", text)
        told = _title(edition, bare)
        return _cleaned(told[0] if told else re.sub(_words("tail"), "", bare))
    return ""
