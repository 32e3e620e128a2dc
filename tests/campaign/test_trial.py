"""真机检查.xlsx: the check sheet for real Excel and WPS, written, tried in LibreOffice, read back."""

import json
import re
from io import BytesIO

import openpyxl
import pytest
from click.testing import CliRunner
from office import convert, need_office, session
from source import TEMPLATES, messages
from tamper import pack, unpack

from toolkit import cli
from toolkit.blank.build import build
from toolkit.blank.parts import differing
from toolkit.campaign import trial
from toolkit.campaign.trial import TrialError, check_sheet, read_back
from toolkit.edition.edition import for_year
from toolkit.files.examine import examine
from toolkit.output import checksheet

DECLARED = "本表其余空白均为0（已核对）"
WORDS = {name: words["zh"] for name, words in messages()["trial"].items()}


@pytest.fixture(scope="module")
def written() -> bytes:
    return check_sheet(for_year("annual-report", trial.YEAR))


def gouji(*arguments: object, lang: str = "zh"):
    return CliRunner().invoke(cli.gouji, [*map(str, arguments), "--lang", lang])


def filled(path, source: bytes, cells: dict[str, object], sheet: str = "真机检查"):
    """Write the check sheet with cells filled in, and return its path."""
    path.write_bytes(source)
    book = openpyxl.load_workbook(path)
    for at, value in cells.items():
        book[sheet][at] = value
    book.save(path)
    return path


def problems(source: bytes) -> list[tuple[str, str | None]]:
    with pytest.raises(TrialError) as refused:
        read_back(source)
    return [(one.name, one.figures.get("at")) for one in refused.value.problems]


# ── written ───────────────────────────────────────────────────────────────────────────────────────


def test_the_check_sheet_lies_in_front_of_a_blank_that_is_as_usual(written, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(written)
    result = examine(str(path))
    assert {finding.code for finding in result.findings} == {
        "added", "outside", "processing-fee", "unfilled"
    }  # fmt: skip
    outside = [f for f in result.findings if f.code == "outside"]
    assert {cell.sheet for finding in outside for cell in finding.cells} == {"真机检查"}
    assert result.report.agency["name"] == "某某局"


def test_the_same_edition_gives_the_same_bytes(written):
    assert written == check_sheet(for_year("annual-report", trial.YEAR))
    assert len(written) < 200_000


def test_blanks_built_after_it_are_what_they_were_before(written):
    form = for_year("annual-report", trial.YEAR)
    before = build(form)
    assert check_sheet(form) == written
    assert build(form) == before
    committed = TEMPLATES / "annual-report" / f"{form.name}.xlsx"
    assert differing(before, committed.read_bytes()) == ()


def test_it_opens_on_the_check_sheet_and_no_other_sheet_is_selected_with_it(written):
    parts = unpack(written)
    selected = [name for name, part in parts.items() if b'tabSelected="1"' in part]
    assert len(selected) == 1
    book = openpyxl.load_workbook(BytesIO(written))
    assert book.sheetnames[:2] == ["真机检查", "填报说明"]
    assert book.active.title == "真机检查"
    assert book.security.lockStructure


def test_only_what_is_to_be_filled_in_is_unlocked(written):
    page = openpyxl.load_workbook(BytesIO(written))["真机检查"]
    assert page.protection.sheet
    free = {cell.coordinate for row in page for cell in row if not cell.protection.locked}
    steps = {f"{column}{row}" for column in "EF" for row in range(8, 23)}
    assert free == {"C3", "C4", "C5", "C6"} | steps
    (results,) = [one for one in page.data_validations.dataValidation if "E8" in one.sqref]
    assert results.formula1 == '"如所示,不一样,没试"'
    assert results.showErrorMessage


def test_there_are_at_most_15_steps_and_the_pictures_are_those_of_the_package(written):
    assert len(checksheet.STEPS) <= 15
    assert f"task-{len(checksheet.STEPS) + 1}" not in WORDS
    drawn = sorted(p.read_bytes() for p in (TEMPLATES / "trial").glob("*.png"))
    media = [part for name, part in unpack(written).items() if name.startswith("xl/media/")]
    assert sorted(media) == drawn
    assert len(drawn) == 4
    assert sum(map(len, drawn)) < 80_000


def test_the_steps_say_what_libreoffice_shows(written, tmp_path):
    need_office(session=True)
    source, saved = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    source.write_bytes(written)
    look = [["strings", "表三", "A1:J31"]]
    typed = [
        ["type", "表三", {"D7": 3}], ["recalculate"], *look,
        ["type", "表三", {"D2": DECLARED}], ["recalculate"], *look,
        ["type", "表三", {"D9": 3}], ["recalculate"], *look, ["save", str(saved)],
    ]  # fmt: skip
    texts = [
        ["strings", "总体情况", "A1:A1"], ["type", "总体情况", {"A4": "甲", "A5": "乙", "A6": "丙"}],
        ["recalculate"], ["strings", "总体情况", "A1:A1"],
    ]  # fmt: skip
    pasted = [["type", "表三", {"D10": 5, "D11": 6, "D12": 7}], ["recalculate"], *look]
    cut = [["cut", "表三", "D9", "E9"], ["recalculate"], *look]
    with session() as run:
        seen = [[step for step in job if step] for job in run(
            [{"open": str(source), "steps": typed}, {"open": str(saved), "steps": pasted},
             {"open": str(saved), "steps": cut}, {"open": str(source), "steps": texts}]
        )]  # fmt: skip
    first, declared, right = seen[0]
    for number, grid in {2: first, 3: declared, 4: right, 6: seen[1][0], 7: seen[2][0]}.items():
        quoted = re.findall("“([^”]*)", WORDS[f"expected-{number}"])
        parts = [part for quote in quoted for part in quote.split("……") if part]
        assert [part for part in parts if part not in grid[0][0]] == [], (number, grid[0][0])
    assert (first[6][9], declared[6][9]) == ("", "3")
    assert [row[9] for row in seen[1][0][9:12]] == ["5", "6", "7"]
    assert seen[2][0][8][9] == "3"
    assert ["待写" in grid[0][0] for grid in seen[3]] == [True, False]


# ── read back ─────────────────────────────────────────────────────────────────────────────────────


def test_a_sheet_that_comes_back_is_listed_with_program_and_version(written, tmp_path):
    facts = {"C3": "WPS 表格（Linux）", "C4": 12.1, "C5": "银河麒麟", "C6": "2026-03-01"}
    cells = {"E8": "如所示", "E9": "不一样", "F9": "状态行\n是 #NAME?", "E19": "没试"}
    path = filled(tmp_path / "真机检查.xlsx", written, {**facts, **cells})
    done = gouji("doctor", path)
    assert done.exit_code == 1
    lines = done.output.splitlines()
    assert "WPS 表格（Linux） 12.1，银河麒麟（2026-03-01）" in lines[0]
    assert lines[1].startswith("✓ 第 1 步")
    assert lines[1].endswith("：如所示")
    assert lines[2].startswith("✗ 第 2 步")
    assert lines[3] == "    备注：状态行 是 #NAME?"
    assert lines[-1] == "如所示 1，不一样 1，没试 1，没填 12。"
    told = json.loads(gouji("doctor", path, "--format", "json").output)
    assert told["version"] == "12.1"
    assert told["steps"][1] == {
        "step": 2, "task": WORDS["task-2"], "expected": WORDS["expected-2"], "seen": "differs",
        "remark": "状态行\n是 #NAME?",
    }  # fmt: skip
    assert [step["seen"] for step in told["steps"][2:4]] == [None, None]


def test_a_sheet_of_an_earlier_version_has_the_steps_it_had(written, tmp_path):
    path = tmp_path / "旧.xlsx"
    path.write_bytes(written)
    book = openpyxl.load_workbook(path)
    book["真机检查"].delete_rows(20, 3)
    book["真机检查"]["E8"] = "如所示"
    book.save(path)
    done = gouji("doctor", path)
    assert (done.exit_code, done.output.splitlines()[-1]) == (
        0,
        "如所示 1，不一样 0，没试 0，没填 11。",
    )


def test_a_sheet_without_differences_ends_with_0_and_is_told_in_english_too(written, tmp_path):
    path = filled(tmp_path / "a.xlsx", written, {"E8": "如所示"})
    done = gouji("doctor", path, lang="en")
    assert done.exit_code == 0
    assert "✓ step 1 Mail this file to yourself" in done.output
    assert "1 as shown, 0 differ, 0 not tried, 14 left open." in done.output


def test_steps_of_another_version_are_told_in_its_own_words(written, tmp_path):
    path = filled(tmp_path / "a.xlsx", written, {"B8": "做别的", "D3": "gouji 0.9"})
    told = gouji("doctor", path).output
    assert "第 1 步 做别的：没填" in told
    assert "由 gouji 0.9 生成" in told


def test_what_libreoffice_saves_is_read(written, tmp_path):
    need_office()
    path = filled(tmp_path / "a.xlsx", written, {"E8": "如所示", "C3": "其他"})
    (saved,) = convert([path], tmp_path / "out", "xlsx")
    tried = read_back(saved.read_bytes())
    assert (tried.facts["program"], tried.steps[0].seen) == ("其他", "as-shown")
    assert tried.made_by.startswith("gouji ")


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"E8": "一样"}, [("bad-seen", "E8")]),
        ({"E8": 1}, [("bad-seen", "E8")]),
        ({"F9": "=1+1", "C4": "=A1"}, [("bad-formula", "C4"), ("bad-formula", "F9")]),
        ({"A9": 7, "E7": None}, [("bad-label", "E7"), ("bad-label", "A9")]),
    ],
)
def test_a_cell_that_does_not_fit_is_named(written, tmp_path, cells, found):
    assert problems(filled(tmp_path / "a.xlsx", written, cells).read_bytes()) == found


def test_all_that_is_wrong_is_said_at_once(written, tmp_path):
    path = filled(tmp_path / "a.xlsx", written, {"E8": "一样", "B3": "软件"})
    done = gouji("doctor", path)
    assert done.exit_code == 2
    assert f"{path} 不能当作真机检查表读，有 2 处不对" in done.output
    assert "E8：“一样”不是列表里的。请选：如所示, 不一样, 没试。" in done.output
    assert "B3：这里应该是“程序”，现在是“软件”。" in done.output


def test_a_file_that_is_no_check_sheet_is_refused(written, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"no workbook")
    assert problems(path.read_bytes()) == [("bad-file", None)]
    assert gouji("doctor", path).exit_code == 2
    parts = unpack(written)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        "真机检查".encode(), "别的".encode()
    )
    assert problems(pack(parts)) == [("bad-sheet", None)]
    missing = gouji("doctor", tmp_path / "none.xlsx")
    assert (missing.exit_code, "找不到" in missing.output) == (2, True)


# ── the command ───────────────────────────────────────────────────────────────────────────────────


def test_the_command_writes_it_once_and_says_what_to_do(written, tmp_path):
    path = tmp_path / "真机检查.xlsx"
    done = gouji("doctor", "-o", path)
    assert done.exit_code == 0
    assert f"gouji doctor {path}" in done.output
    assert path.read_bytes() == written
    again = gouji("doctor", "-o", path)
    assert (again.exit_code, "已存在" in again.output or "已有" in again.output) == (2, True)
    assert gouji("doctor", "-o", path, "--force").exit_code == 0


def test_a_sheet_is_not_read_into_a_workbook_nor_over_itself(written, tmp_path):
    path = filled(tmp_path / "a.xlsx", written, {})
    both = gouji("doctor", path, "-o", tmp_path / "b.xlsx")
    assert (both.exit_code, both.output) == (2, messages()["cli"]["doctor-both"]["zh"] + "\n")
    out = tmp_path / "out.txt"
    assert gouji("doctor", path, "-o", out).exit_code == 0
    assert "没填 15。" in out.read_text(encoding="utf-8")
