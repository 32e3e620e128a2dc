"""All sheets of a workbook: cover, sections, results, published tables, last year, mark."""

from functools import cache

from ..data import CHINESE, texts
from ..edition.edition import Edition
from ..report.contribution import notice, partial
from ..report.report import Report
from .coversheet import cover_sheet
from .marksheet import mark_sheet
from .resultsheet import results_sheet
from .sections import prior_sheet, published_sheet, section_sheet
from .slots import Sheet, Slot, prior_places


def plan(
    edition: Edition, report: Report | None = None, *, rollup: bool = False, shared: int = 0
) -> tuple[Sheet, ...]:
    """Return every sheet in order, but a directory and those of a roll-up's sources.

    With a report its cover fields, but for the sending, are locked and the rows of its paragraphs
    have the height they need; places, roles and formulas are the same for every report. shared: the
    number of agencies of a blank for all of them, 0 for any other.
    """
    if shared:
        fixed = frozenset(stated(report)) if report else frozenset()
        notice_line = Slot("notice", name="notice") if rollup else None
        return cover_sheet(edition, fixed, notice_line, shared), *_blank(edition, shared)[1:]
    if report is None:
        notice_line = Slot("notice", name="notice") if rollup else None
        return cover_sheet(edition, frozenset(), notice_line), *_blank(edition)[1:]
    texts = {name: text for name, text in report.texts.items() if name in edition.texts}
    role = "notice" if partial(report.sources) else "notice_whole"
    line = Slot(role, notice(report.sources)) if report.sources else None
    cover = cover_sheet(edition, frozenset(stated(report)) - {"sent"}, line)
    changed = {cover.name: cover}
    for name in texts:
        sheet = section_sheet(edition, edition.texts[name], texts)
        changed[sheet.name] = sheet
    return tuple(changed.get(sheet.name, sheet) for sheet in _blank(edition))


@cache
def _blank(edition: Edition, shared: int = 0) -> tuple[Sheet, ...]:
    statutory = [edition.tables[name] for name in edition.statutory]
    return (
        cover_sheet(edition, frozenset(), None, shared),
        *(section_sheet(edition, section, {}) for section in edition.sections),
        results_sheet(edition),
        *(published_sheet(edition, section) for section in statutory),
        *([prior_sheet(edition, shared)] if prior_places(edition) else []),
        mark_sheet(edition, shared),
    )


def stated(report: Report) -> dict[str, str | int]:
    """Return {field: value as printed} of the cover fields that a report has.

    An unknown level is unchanged.
    """
    level = report.agency.get("level")
    fields: dict[str, str | int | None] = {
        "agency": report.agency.get("name"),
        "code": report.agency.get("code"),
        "level": texts("level", CHINESE).get(level or "", level),
        "year": report.year,
        "sent": report.sent,
    }
    return {name: value for name, value in fields.items() if value not in (None, "")}
