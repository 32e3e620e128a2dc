"""The button on a return on the blank for all agencies: the same report as from its file."""

import openpyxl
import pytest
from desktop import excel, imitated
from forall import NAMES, filled, listed, typed
from test_excel import now

from toolkit.blank.slots import word
from toolkit.returned.read import read

UNLOCKED = imitated("a real Excel does not let a locked sheet be written to")


def pressed(path, source, change=None):
    """Return the result of the button on a workbook, changed with openpyxl before."""
    path.write_bytes(source)
    if change:
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)
    with excel(path):
        return now()


@pytest.mark.parametrize("name", NAMES[:3])
def test_the_button_takes_the_chosen_agencys_facts_from_the_directory(tmp_path, name):
    source = filled(typed(name))
    result = pressed(tmp_path / "甲.xlsx", source)
    expected = read(source).report
    assert result.report.agency == expected.agency
    assert result.report.prior == expected.prior == listed(name).prior
    assert "identity" not in {finding.code for finding in result.findings}


def test_the_button_tells_a_name_that_is_not_listed(tmp_path):
    told = [
        f
        for f in pressed(tmp_path / "甲.xlsx", filled(typed("戊局"))).findings
        if f.code == "identity"
    ]
    assert [(f.cells[0].at, f.found) for f in told] == [("B4", "戊局")]


@pytest.mark.no_cover
@UNLOCKED
def test_the_button_tells_a_changed_directory_and_one_that_is_gone(tmp_path):
    def change(book):
        book[word("agencies")]["F7"] = 55

    def remove(book):
        del book[word("agencies")]

    source = filled(typed("甲局"))
    for act, code in ((change, "label"), (remove, "sheet-missing")):
        result = pressed(tmp_path / "甲.xlsx", source, act)
        assert [f.cells[0].sheet for f in result.findings if f.code == code] == ["名册"]
    assert result.report.prior == {}
