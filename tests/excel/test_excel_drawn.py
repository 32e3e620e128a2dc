"""The printed form, drawn by somebody in a workbook of their own, checked by the button in Excel."""

import io
from pathlib import Path

import openpyxl
import pytest
from desktop import excel
from openpyxl.workbook.defined_name import DefinedName
from printed import Style, draw, of

from toolkit import excel as hooks
from toolkit.edition.edition import named
from toolkit.excel.opened import examined
from toolkit.excel.wording import Plain
from toolkit.files.examine import examine
from toolkit.report.report import recompute

EDITION = named("annual-report", "2021")


def opened(path: Path, source: bytes):
    """Save a workbook so that the imitated Excel opens it: it asks for this name."""
    book = openpyxl.load_workbook(io.BytesIO(source))
    sheet = book.sheetnames[0]
    book.defined_names["gouji_digest"] = DefinedName("gouji_digest", attr_text=f"{sheet}!$ZZ$1")
    book.save(path)
    return excel(path)


def drawn(**style) -> bytes:
    values = recompute(EDITION, dict.fromkeys(EDITION.typed, 3), ())
    values["applications.received.business"] = 4
    return draw(of(EDITION, values), Style(**style))


def test_it_gets_the_answer_that_its_file_gets(tmp_path):
    path = tmp_path / "某某局2025年年报.xlsx"
    with opened(path, drawn(layout="stacked", at=(3, 2), title=())) as desk:
        before = desk.formulas()
        hooks.validate()
        found = examined(desk.book).result
        assert desk.formulas() == before
    alone = examine(str(path))
    assert found.report.agency["name"] == "某某局"
    assert found.report.origin == "document"
    assert found.report.values == alone.report.values
    assert [f.as_json("zh") for f in found.findings] == [f.as_json("zh") for f in alone.findings]
    ((mode, told),) = desk.alerts
    assert mode == "critical"
    assert "某某局" in told
    assert "这不是本系统发的空白表，里面没有写结果的位置" in told


def test_a_workbook_of_very_many_sheets_is_left_alone(tmp_path):
    book = openpyxl.Workbook()
    for number in range(64):
        book.create_sheet(f"s{number}")
    target = io.BytesIO()
    book.save(target)
    with opened(tmp_path / "many.xlsx", target.getvalue()) as desk, pytest.raises(Plain):
        examined(desk.book)
