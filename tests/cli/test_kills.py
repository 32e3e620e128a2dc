"""A command killed while it writes leaves no partial file, and gives the same bytes when rerun."""

import kills
import pytest
import share


@pytest.mark.parametrize(("number", "name"), list(enumerate(kills.COMMANDS)))
def test_a_killed_command_leaves_nothing_half_and_goes_on_to_the_same_bytes(number, name, tmp_path):
    line, names = kills.COMMANDS[name]
    expected = kills.clean(tmp_path / "s", line, names)
    assert expected[2], expected[0]
    points = (expected[1] // 2, expected[1] - 1)
    for at in share.spread(points[number % 2 :], 2):
        count = kills.point(name, at, expected)
        assert count["killed"] == 1
        wrong = ("half files", "scratch read", "other bytes", "scratch not swept")
        assert {word: count[word] for word in wrong} == dict.fromkeys(wrong, 0), at
