"""Grids by the lines around cells: each drawing of lines beside the printed cells in it."""

from toolkit.draft.enclosed import enclosed, placed

ALL = frozenset(("left", "right", "top", "bottom"))


def box(rows, columns, lines=ALL):
    return {(r, c): lines for r in rows for c in columns}


def grids(lines, merges=(), filled=(), rows=range(1, 9), columns=range(1, 7)):
    return enclosed(list(rows), list(columns), merges, filled, lambda p: lines.get(p, frozenset()))


def singles(rows, columns):
    return sorted((r, c, r, c) for r in rows for c in columns)


def test_cells_with_lines_all_around_are_a_grid():
    assert grids(box((2, 3), (2, 3))) == [singles((2, 3), (2, 3))]


def test_two_grids_are_two_and_a_line_or_a_pair_of_cells_is_none():
    lines = box((1, 2), (1, 2)) | box((4, 5), (1, 2)) | box((7,), (1, 2, 3, 4)) | box((1,), (5, 6))
    assert [len(grid) for grid in grids(lines)] == [4, 4]


def test_the_line_of_a_neighbour_counts():
    lines = box((1, 2), (1, 2, 3)) | {(1, 2): frozenset(), (2, 2): frozenset(("bottom",))}
    lines |= {(1, 2): frozenset(("top", "bottom"))}
    assert grids(lines) == [singles((1, 2), (1, 2, 3))]


def test_a_grid_that_is_open_at_its_sides_is_closed():
    inner = {(r, c): frozenset(("top", "bottom", *(("left",) if c > 1 else ()))) for r in (1, 2)
             for c in (1, 2, 3)}  # fmt: skip
    assert grids(inner) == [singles((1, 2), (1, 2, 3))]


def test_a_grid_without_a_line_at_its_foot_is_closed():
    lines = box((1, 2), (1, 2)) | box((3,), (1, 2), frozenset(("left", "right")))
    assert grids(lines) == [singles((1, 2, 3), (1, 2))]


def test_cells_without_a_line_between_them_are_one():
    lines = box((1, 2), (1, 2, 3))
    lines |= {(1, 2): ALL - {"right"}, (1, 3): ALL - {"left"}}
    assert (1, 2, 1, 3) in grids(lines, filled=[(1, 2)])[0]


def test_lines_of_text_without_a_rule_between_them_are_cut():
    tall = frozenset(("left", "right"))
    lines = (
        box((1,), (1, 2))
        | box((2, 3, 4), (1, 2), tall)
        | {(4, c): tall | {"bottom"} for c in (1, 2)}
    )
    lines |= {(2, c): tall | {"top"} for c in (1, 2)}
    found = grids(lines, filled=[(1, 1), (2, 1), (3, 1), (4, 1)])
    assert found == [singles((1, 2, 3, 4), (1, 2))]


def test_words_beside_one_another_without_an_upright_line_are_cut():
    level = frozenset(("top", "bottom"))
    lines = box((1, 2, 3), (1, 2, 3), level)
    found = grids(lines, filled=[(r, c) for r in (1, 2, 3) for c in (1, 2, 3)])
    assert found == [singles((1, 2, 3), (1, 2, 3))]


def test_a_merge_is_one_cell_although_only_its_first_place_has_lines():
    lines = box((1, 2, 3), (1, 2, 3)) | {(1, 2): ALL - {"right"}, (1, 3): frozenset()}
    found = grids(lines, merges=[(1, 2, 1, 3)])
    assert (1, 2, 1, 3) in found[0]
    assert len(found[0]) == 8


def test_a_merge_between_lines_of_text_stays_whole():
    tall = frozenset(("left", "right"))
    lines = box((1,), (1, 2, 3)) | {(r, c): tall for r in (2, 3) for c in (1, 2, 3)}
    lines |= {(r, 2): ALL for r in (2, 3)} | {(3, c): tall | {"bottom"} for c in (1, 3)}
    found = grids(lines, [(2, 1, 3, 1)], [(1, 1), (2, 1), (2, 3), (3, 3)])
    assert found == [[(1, 1, 1, 1), (1, 2, 1, 2), (1, 3, 1, 3), (2, 1, 3, 1), (2, 2, 2, 2),
                      (2, 3, 2, 3), (3, 2, 3, 2), (3, 3, 3, 3)]]  # fmt: skip


def test_a_merge_inside_a_cut_area_is_one_piece():
    lines = {(r, c): frozenset() for r in (1, 2, 3) for c in (1, 2)}
    for r in (1, 2, 3):
        lines[r, 1] |= {"left"}
        lines[r, 2] |= {"right"}
    for c in (1, 2):
        lines[1, c] |= {"top"}
        lines[3, c] |= {"bottom"}
    lines |= box((4, 5), (1, 2))
    found = grids(lines, [(1, 1, 1, 2)], [(1, 1), (2, 1), (3, 2)])
    assert found[0][:5] == [(1, 1, 1, 2), (2, 1, 2, 1), (2, 2, 2, 2), (3, 1, 3, 1), (3, 2, 3, 2)]


def test_an_area_that_is_no_box_is_cut_into_its_cells():
    lines = box((1, 2, 3), (1, 2, 3))
    for place, sides in (((1, 1), ALL - {"bottom"}), ((2, 1), ALL - {"top", "right"}),
                         ((2, 2), ALL - {"left"})):  # fmt: skip
        lines[place] = sides
    assert grids(lines) == [singles((1, 2, 3), (1, 2, 3))]


def test_a_hole_in_a_grid_is_a_cell_of_its_own():
    lines = box((1, 2, 3, 4), (1, 2, 3))
    lines[1, 3] = frozenset()
    lines[1, 2] = ALL - {"right"}
    lines[2, 3] = ALL - {"top"}
    found = grids(lines)[0]
    assert len(found) in (11, 12)
    assert (4, 3, 4, 3) in found


def test_closed_cells_far_apart_are_no_grid():
    lines = box((1,), range(1, 7)) | box(range(2, 9), (1,))
    assert grids(lines) == []


def test_hidden_rows_and_columns_are_left_out():
    found = grids(
        box((1, 2, 3), (1, 2, 3)), [(1, 1, 2, 1), (2, 2, 2, 3)], rows=(1, 3, 4), columns=(1, 3)
    )
    assert found == [singles((1, 3), (1, 3))]


def test_rows_at_which_no_cell_begins_are_left_out():
    size, places = placed([(1, 1, 2, 1), (1, 3, 2, 3), (3, 1, 3, 3)])
    assert size == (2, 2)
    assert places == {
        (1, 1, 2, 1): (0, 0, 1, 1),
        (1, 3, 2, 3): (0, 1, 1, 1),
        (3, 1, 3, 3): (1, 0, 1, 2),
    }
