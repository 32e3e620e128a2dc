"""The evidence sheet: the document's tables beside the form, each number with its place."""

from dataclasses import replace

import papers
import pytest
from boards import parsed
from hazards import EVIL, still

from toolkit.documents.account import counts
from toolkit.documents.document import DocumentTable, TableCell
from toolkit.documents.importing import import_document
from toolkit.edition import edition as editions
from toolkit.finding import Finding
from toolkit.output import sidebyside
from toolkit.report.report import plain


def made(change=None):
    edition = editions.named("annual-report", "2021")
    paper = papers.paper(edition, papers.numbers(edition))
    if change:
        change(paper)
    return paper


def read_of(write=papers.as_html, change=None):
    return import_document(write(made(change)))


def sheet(*outcomes, lang="zh"):
    return parsed("".join(sidebyside.write(outcomes, lang)))


def entries(page):
    return page.all("section", "entry")


def by_id(page):
    found = [one for one in page.walk() if one.get("id")]
    assert len({one["id"] for one in found}) == len(found)
    return {one["id"]: one for one in found}


def swapped(paper):
    """Print two rows of the third table in the other order."""
    rows = paper.sections[2][2]
    rows[9], rows[10] = rows[10], rows[9]


@pytest.mark.parametrize("write", [papers.as_html, papers.as_docx, papers.as_text, papers.as_pdf])
def test_every_cell_has_its_value_and_leads_to_its_place_and_back(write):
    read = read_of(write)
    page = sheet(("a", read, None))
    places = by_id(page)
    cells = [td for box in page.all("div", "taken") for td in box.all("td")]
    assert len(cells) == len(read.report.evidence) == 200
    values = {plain(value) for value in read.report.values.values() if value is not None}
    for td in cells:
        (link,) = td.all("a")
        there = places[link["href"][1:]]
        value = td.text.removesuffix(td.all("small")[0].text)
        assert value in values
        assert value in there.text
        assert [a for a in there.all("a") if a["href"].startswith("#d0t")]
    assert "全部取到" in entries(page)[0].text


def test_what_was_not_taken_and_proposals_are_marked_and_come_first():
    read = read_of(change=swapped)
    page = sheet(("a", read, None))
    (own,) = entries(page)
    assert len(own.all("ol", "findings")[0].all("li")) == len(read.not_taken) == 2
    first, *_ = own.all("div", "pair")
    assert first.all("div", "taken")[0].all("caption")[0].text.startswith("三、")
    asked = first.all("div", "taken")[0].all("td", "warning")
    assert len(asked) == counts(read)["asked"] == 14
    assert all(td.all("q") for td in asked)
    document = first.all("div", "source")[0]
    assert len(document.all("td", "error")) == 2
    assert {td.text for td in asked} & {"t.3"} == set()


def test_numbers_without_a_cell_and_lines_beyond_the_first_are_listed():
    def change(paper):
        for row in paper.sections[2][2][3:20]:
            row.append(papers.Box("77"))

    read = read_of(change=change)
    (own,) = entries(sheet(("a", read, None)))
    lines = [li for ol in own.all("ol", "findings") for li in ol.all("li")]
    assert len(lines) == len(read.not_taken) > sidebyside.FIRST
    assert len(own.all("details")[0].all("li")) == len(lines) - sidebyside.FIRST
    assert "77" in own.text


def test_documents_with_most_to_look_at_come_first_and_refused_ones_before():
    refused = Finding("not-our-form", "error")
    page = sheet(("whole", read_of(), None), ("part", read_of(change=swapped), None),
                 ("none", None, refused), ("unknown", None, None), lang="en")  # fmt: skip
    heads = [one.all("h2")[0].text for one in entries(page)]
    assert [head.split("  ")[0].split(" ")[0:2] for head in heads] == [
        ["not", "read"], ["not", "read"], ["not", "all"], ["all", "taken"]]  # fmt: skip
    assert refused.message("en") in entries(page)[0].text


def test_a_table_that_is_nowhere_is_said_and_texts_written_differently_are_marked():
    def change(paper):
        paper.sections[1][2] = []
        box = paper.sections[2][2][4][0]
        box.text = box.text.replace("结转", "接转")

    read = read_of(change=change)
    assert "label-differs" in {one.how for one in read.report.evidence.values()}
    page = sheet(("a", read, None))
    first, second, *_ = page.all("div", "pair")
    assert first.all("div", "source")[0].text == "文件里文件里没有找到这张表。"
    assert {td.text for td in first.all("div", "taken")[0].all("td", "u")} == {""}
    assert len(second.all("div", "taken")[0].all("td", "note")) == 7


def test_a_value_that_is_no_number_stays_as_printed():
    def change(paper):
        next(box for box in paper.sections[2][2][3] if box.key).text = "3 件"

    page = sheet(("a", read_of(change=change), None))
    (cell,) = page.all("td", "m")
    assert cell.text.startswith("3 件第4行")
    assert [td.text for td in page.all("td", "f") if "件" in td.text] == ["3 件"]


def test_long_documents_are_shown_in_part(monkeypatch):
    monkeypatch.setattr(sidebyside, "BLOCKS", 5)
    (own,) = entries(sheet(("a", read_of(papers.as_text), None)))
    assert {len(box.all("p", "line")) for box in own.all("div", "source")} == {5}
    monkeypatch.setattr(sidebyside, "CELLS", 5)
    (own,) = entries(sheet(("a", read_of(), None)))
    assert {len(table.all("td")) for table in own.all("table", "printed")} == {5}
    assert "后面还有" in own.text


def test_rows_without_cells_of_their_own_are_empty_rows():
    read = read_of()
    table = next(one for one in read.document.blocks if isinstance(one, DocumentTable))
    far = TableCell(table.cells[-1].row + 3, 1, 1, 1, "远")
    endless = TableCell(far.row + 60_000, 1, 1, 1, "更远")
    blocks = tuple(
        replace(table, cells=(*table.cells, far, endless)) if block is table else block
        for block in read.document.blocks
    )
    read = replace(read, document=replace(read.document, blocks=blocks))
    rows = next(
        t for t in sheet(("a", read, None)).all("table", "printed") if "更远" in t.text
    ).all("tr")
    assert len(rows) == table.cells[-1].row + 3 + sidebyside.GAP
    assert [row.text for row in rows[table.cells[-1].row :][:3]] == ["", "", "远"]


@pytest.mark.no_cover
@pytest.mark.parametrize("name", EVIL)
def test_any_text_is_inert(name):
    text = EVIL[name]
    written = text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")

    def change(paper):
        paper.sections[2][2][3][-1].text = written
        paper.title = f"{written}2024年政府信息公开工作年度报告"

    read = import_document(papers.as_html(made(change)))
    page = "".join(sidebyside.write([(text, read, None)], "zh"))
    assert still(page)
    own = parsed(page)
    assert {one.name for one in own.walk()} & {"script", "img", "b"} <= {"b"}
    assert not [key for one in own.walk() for key in one.attributes if key.startswith("on")]
    assert "script-src" not in page
    assert "default-src 'none'" in page
