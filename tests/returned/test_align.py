"""Moved rows and columns, found by the labels left; small sheets, every line listed."""

import pytest

from toolkit.returned.align import align, put_back
from toolkit.xlsx.sheet import Grid

LABELS = {(2, 2): "甲", (2, 4): "丙", (4, 2): "乙"}


def sheet(**cells: object) -> Grid:
    """Return a sheet of texts and numbers by r2c2 names."""
    found = {}
    for name, value in cells.items():
        row, column = map(int, name[1:].split("c"))
        kind = "text" if isinstance(value, str) else "number"
        found[row, column] = (kind, str(value), None, 0)
    return Grid(found, merges=["A1:B1"], hidden_rows={1}, hidden_columns=[(1, 1)])


def line(*places: int) -> dict[int, int]:
    """Return {1: first place, 2: second …}, a 0 left out."""
    return {number: place for number, place in enumerate(places, 1) if place}


@pytest.mark.parametrize(
    ("cells", "rows", "columns"),
    [
        # one row above all: everything below follows, also where no label stands
        ({"r3c2": "甲", "r3c4": "丙", "r5c2": "乙"}, line(2, 3, 4, 5, 6), line(1, 2, 3, 4, 5)),
        # two rows between two labels: nobody knows where the row between them went
        ({"r2c2": "甲", "r2c4": "丙", "r6c2": "乙"}, line(1, 2, 0, 6, 7), line(1, 2, 3, 4, 5)),
        # the first row deleted: there is no row 0
        ({"r1c2": "甲", "r1c4": "丙", "r3c2": "乙"}, line(0, 1, 2, 3, 4), line(1, 2, 3, 4, 5)),
        # a column between two labels
        ({"r2c2": "甲", "r2c5": "丙", "r4c2": "乙"}, line(1, 2, 3, 4, 5), line(1, 2, 0, 5, 6)),
        # the first column deleted
        ({"r2c1": "甲", "r2c3": "丙", "r4c1": "乙"}, line(1, 2, 3, 4, 5), line(0, 1, 2, 3, 4)),
        # a row without its label is where its neighbours say
        ({"r3c2": "甲", "r3c4": "丙"}, line(2, 3, 4, 5, 6), line(1, 2, 3, 4, 5)),
    ],
)
def test_rows_and_columns_are_where_their_labels_are(cells, rows, columns):
    assert align(LABELS, sheet(**cells), (5, 5)) == (rows, columns)


@pytest.mark.parametrize(
    "cells",
    [
        {"r2c2": "甲", "r2c4": "丙", "r4c2": "乙"},
        {"r2c2": "甲", "r2c4": "丙"},
        {"r2c2": "乙", "r2c4": "丙", "r4c2": "甲"},
        {"r4c2": "甲", "r4c4": "丙", "r2c2": "乙"},
        {"r3c2": "甲", "r3c4": "丙", "r3c6": "乙"},
        {"r3c4": "甲", "r3c2": "丙", "r5c4": "乙"},
        {"r9c9": "丁"},
        {},
    ],
)
def test_labels_that_only_changed_places_or_are_gone_move_nothing(cells):
    assert align(LABELS, sheet(**cells), (5, 5)) is None


def test_a_label_that_stands_twice_shows_no_row():
    labels = LABELS | {(5, 2): "甲"}
    cells = {"r3c2": "甲", "r3c4": "丙", "r5c2": "乙", "r6c2": "甲"}
    rows, columns = align(labels, sheet(**cells), (5, 5))
    assert rows == line(2, 3, 4, 5, 6)
    assert columns == line(1, 2, 3, 4, 5)


def test_cells_go_back_where_they_were_and_what_belongs_nowhere_is_told():
    grid = sheet(r3c2="甲", r3c5=7, r4c9="远", r9c1="下", r9c2="")
    back, strangers = put_back(grid, line(2, 3), line(1, 2, 3, 5))
    assert back.cells == {(2, 2): grid.cells[3, 2], (2, 4): grid.cells[3, 5]}
    assert strangers == [((4, 9), grid.cells[4, 9]), ((9, 1), grid.cells[9, 1])]
    assert (back.merges, back.hidden_rows, back.hidden_columns) == ([], set(), [])
