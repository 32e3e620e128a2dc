"""Status lines of a red copy: they count what a check found, survive, and are read as such."""

import re
from pathlib import Path

import pytest
import tamper
from office import need_office, resave, session

from toolkit.blank.live import result_range
from toolkit.blank.plan import plan
from toolkit.blank.slots import FAILING_FIRST, RESULT, STAMP, word
from toolkit.finding import Finding, Spot
from toolkit.returned.read import read
from toolkit.returned.results import noticed
from toolkit.xlsx.address import at

FIRST = result_range(tamper.edition())[0]
COVER, RESULTS, TABLE = word("cover"), word("results"), "表三"
STATE = next(at(p) for p, slot in plan(tamper.edition())[0].slots.items() if slot.role == "state")
PANELS = {
    target: at((place[0], place[1] + 1))
    for place, (target, _) in plan(tamper.edition())[0].links.items()
}
FOUND = "✗ 检查发现 2 处需要改正，见《校验结果》，改好后再报。"
WRONG = (
    Finding("jump", "error", (Spot("k", TABLE, "D7", ""),), words={"zh": "…"}),
    Finding("cover", "error", (Spot(None, COVER, "B4", ""),), words={"zh": "…"}),
    Finding("jump", "warning", (Spot("k", "表二", "B6", ""),), words={"zh": "…"}),
)
"""Errors that no live row of the workbook knows."""


def copy(source: bytes, findings=WRONG, note="") -> bytes:
    return noticed(source, read(source).report, findings, note)


def shown(source: bytes, sheet: str, place: str) -> tuple[str, str]:
    """Return formula and stored text of a cell."""
    parts = tamper.unpack(source)
    text = parts[tamper.part_of(parts, sheet)].decode()
    cell = re.search(rf'<c r="{place}"[^>]*?(?:/>|>(.*?)</c>)', text)[1] or ""
    pieces = (re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", cell) for tag in ("f", "v"))
    return tuple(match[1] if match else "" for match in pieces)


@pytest.fixture(scope="module")
def saved(tmp_path_factory) -> bytes:
    """Return a passing return as LibreOffice saved it, with every result stored."""
    need_office()
    folder = tmp_path_factory.mktemp("saved")
    (folder / "a.xlsx").write_bytes(tamper.filled())
    (path,) = resave([folder / "a.xlsx"], folder / "out")
    return path.read_bytes()


def test_the_lines_of_cover_results_and_tables_say_what_was_found(saved):
    back = copy(saved)
    assert shown(saved, COVER, STATE)[1].startswith("✓")
    assert shown(back, COVER, STATE)[1] == FOUND
    assert shown(back, RESULTS, "A2")[1] == FOUND
    assert shown(back, TABLE, "A1")[1].startswith(
        "✗ 检查发现 1 处需要改正，见《校验结果》；现在：✓"
    )
    assert shown(back, COVER, PANELS[TABLE])[1] == "✗ 检查发现 1 处需要改正"
    assert shown(back, COVER, PANELS["表二"])[1] == "※ 有提醒，请核实"
    assert shown(back, COVER, PANELS["表四"]) == shown(saved, COVER, PANELS["表四"])
    for sheet in ("表二", "表四"):
        assert shown(back, sheet, "A1") == shown(saved, sheet, "A1")
    lines = [shown(back, RESULTS, f"A{FAILING_FIRST + i}")[1] for i in range(4)]
    assert lines == ["✗ …", "✗ …", "※ …", ""]


def test_a_workbook_without_results_gets_none():
    back, bare = copy(tamper.filled()), tamper.filled()
    for sheet, place in ((COVER, STATE), (TABLE, "A1"), (COVER, PANELS[TABLE])):
        assert shown(back, sheet, place) == shown(bare, sheet, place)
        assert shown(back, sheet, place)[1] == ""


def test_a_copy_is_read_without_findings_and_so_is_its_copy(saved):
    first = copy(saved)
    assert read(first).findings == read(saved).findings
    second = copy(first, WRONG[:1])
    assert read(second).findings == read(saved).findings
    assert shown(second, TABLE, "A1") == shown(first, TABLE, "A1")
    assert shown(second, COVER, STATE)[1] == FOUND.replace("2", "1")
    none = copy(first, ())
    assert read(none).findings == read(saved).findings
    assert shown(none, COVER, STATE) == shown(saved, COVER, STATE)
    assert shown(none, TABLE, "A1")[1].startswith("✓")


def test_a_line_that_is_not_the_blanks_stays_as_it_is(saved):
    other = tamper.changed(saved, COVER, tamper.cell(STATE, "<f>1+1</f><v>2</v>"))
    assert shown(copy(other), COVER, STATE) == ("1+1", "2")
    shared = tamper.changed(saved, COVER, lambda xml: re.sub(
        rf'(<c r="{STATE}"[^>]*><f)[^>]*>', rf'\1 t="shared" ref="{STATE}" si="7">', xml))  # fmt: skip
    assert shown(copy(shared), COVER, STATE) == (shown(shared, COVER, STATE)[0], FOUND)
    gone = tamper.changed(saved, TABLE, tamper.gone("A1"))
    assert "检查发现" in shown(copy(gone), COVER, STATE)[1]


def test_a_table_under_another_name_is_left_alone(saved):
    renamed = tamper.changed(
        saved, "xl/workbook.xml", tamper.replacing('name="表三"', 'name="表3"', 1)
    )
    parts = tamper.unpack(copy(renamed)), tamper.unpack(renamed)
    table = tamper.part_of(parts[1], "表3")
    assert parts[0][table] == parts[1][table]


def test_a_forged_line_of_a_copy_is_told(saved):
    forged = tamper.changed(copy(saved), COVER, tamper.replacing(FOUND, "✓ 即可报送"))
    (finding,) = read(forged).findings
    assert (finding.code, finding.expected) == ("stale-value", FOUND)


def test_where_the_digest_is_gone_nothing_is_known_of_the_line(saved):
    digest = at((FIRST - 2, STAMP["digest"]))
    emptied = tamper.changed(copy(saved), RESULTS, lambda xml: re.sub(
        rf'(<c r="{digest}"[^>]*><f.*?</f>)<v>[^<]*</v>', r"\1", xml))  # fmt: skip
    forged = tamper.changed(emptied, COVER, tamper.replacing(FOUND, "✓ 即可报送"))
    assert read(forged).findings == ()


def test_a_line_above_the_findings_says_by_when_and_to_whom(saved):
    back = copy(saved, note="请改好后于2026年3月5日前原路发回。")
    parts = tamper.unpack(back)
    text = parts[tamper.part_of(parts, RESULTS)].decode()
    assert f'<c r="{at((FIRST, RESULT["message"]))}"' in text
    row = re.search(rf'<row r="{FIRST}".*?</row>', text)[0]
    assert "2026年3月5日前" in row
    assert "退回说明" in row
    assert shown(back, COVER, STATE)[1] == FOUND


def test_recalculated_the_lines_say_the_same_until_the_data_change(saved, tmp_path):
    path, out = tmp_path / "copy.xlsx", tmp_path / "corrected.xlsx"
    path.write_bytes(copy(saved))
    steps = [
        ["recalculate"],
        ["strings", COVER, STATE],
        ["strings", TABLE, "A1"],
        ["type", TABLE, {"D7": 8, "D9": 6}],
        ["recalculate"],
        ["strings", COVER, STATE],
        ["strings", TABLE, "A1"],
        ["save", str(out)],
    ]
    need_office(session=True)
    with session() as run:
        (told,) = run([{"open": str(path), "steps": steps}])
    first, table, then, after = (rows[0][0] for rows in told if rows)
    assert first == FOUND
    assert table.startswith("✗ 检查发现 1 处需要改正，见《校验结果》；现在：✓")
    assert then.startswith("✓ 各表已填妥")
    assert after.startswith("✓ 本表已填妥")
    again = read(Path(out).read_bytes())
    assert again.findings == read(saved).findings
    assert again.report.sent == 3


def test_only_warnings_leave_the_state_green_and_are_counted(saved):
    text = shown(copy(saved, WRONG[2:]), COVER, STATE)[1]
    assert text.startswith("✓")
    assert "检查发现 1 项提醒" in text
