"""A workbook edited and saved by LibreOffice keeps its looks and its locks."""

import pytest
from office import need_office, session

from toolkit.blank.build import build
from toolkit.blank.slots import declaration, word
from toolkit.edition.edition import known, named
from toolkit.report.report import Report
from toolkit.returned.read import read
from toolkit.xlsx.address import at


@pytest.mark.no_cover
@pytest.mark.parametrize("ident", known(), ids="/".join)
def test_declaring_every_table_and_saving_restyles_no_cell(ident, tmp_path):
    """A plain General number format crashed LibreOffice 7.4 here, or moved other cells' styles."""
    need_office(session=True)
    edition = named(*ident)
    agency = {"name": "某某局", "code": None, "level": "county"}
    blank = tmp_path / "blank.xlsx"
    empty = Report(edition, agency, edition.years[0], dict.fromkeys(edition.cells))
    blank.write_bytes(build(edition, empty))
    sections = [edition.tables[table] for table in edition.statutory]
    steps = [["type", s.sheet, {at(declaration(s)): word("declaration")}] for s in sections]
    saved = tmp_path / "saved.xlsx"
    with session() as run:
        run([{"open": str(blank), "steps": [*steps, ["save", str(saved)]]}])
    reading = read(saved.read_bytes())
    assert reading.report.nil == tuple(edition.statutory)
    assert reading.findings == ()
