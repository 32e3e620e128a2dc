"""A blank for all agencies, and returns on it."""

from functools import cache

from tamper import cell, changed

from toolkit.blank.build import build
from toolkit.blank.directory import Listed
from toolkit.blank.mark import seed_of
from toolkit.blank.slots import prior_keys
from toolkit.edition.edition import named
from toolkit.report.report import Report

EDITION = named("annual-report", "2021")
KEYS = prior_keys(EDITION)
NAMES = ("甲局", "Ｂ局（本级）", "丙局", "ding局")
YEAR = 2025
NUMBERS = {key: 100 + place for place, key in enumerate(KEYS)}


def listed(name):
    place = NAMES.index(name)
    return Listed(
        name=name,
        code=f"0{place}" if place else None,
        level=("市级", "县级", None, "县级")[place],
        deadline="2026年1月15日前" if place == 1 else None,
        seed=seed_of(EDITION, str(YEAR), name, ""),
        prior={} if place == 2 else {key: number + place for key, number in NUMBERS.items()},
    )


@cache
def blank(*names):
    nobody = dict.fromkeys(("name", "code", "level"))
    report = Report(EDITION, nobody, YEAR, dict.fromkeys(EDITION.cells), origin="workbook")
    return build(EDITION, report, None, None, [listed(name) for name in names or NAMES])


def typed(text, at="B4", sheet="填报说明", source=None):
    """Return the blank with a text typed into a cell, by default the agency."""
    inner = f'<is><t xml:space="preserve">{text}</t></is>'
    return changed(source or blank(), sheet, cell(at, inner, t="inlineStr"))


def filled(source):
    return changed(source, "表三", cell("D7", "<v>5</v>"))
