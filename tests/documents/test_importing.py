from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import misprints
import papers
import pytest

from toolkit.documents.glued import parted
from toolkit.documents.importing import READERS, import_document, imported, read_document
from toolkit.documents.taking import NotTaken
from toolkit.edition import edition as editions
from toolkit.report.report import recompute
from toolkit.report.strict import parse_json
from toolkit.xlsx.zip import Rejected

TWO, THREE, FOUR = (
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
)
FORMATS = (
    papers.as_html, papers.as_mhtml, papers.as_docx, papers.as_text, papers.as_markdown,
    papers.as_pdf,
)  # fmt: skip


def form(name="2021"):
    edition = editions.named("annual-report", name)
    return papers.paper(edition, papers.numbers(edition))


def told(read):
    return [(one.table, one.text.split(" | ")[0], one.why) for one in read.not_taken]


def refused(source):
    with pytest.raises(Rejected) as caught:
        import_document(source)
    return caught.value.code, caught.value.figures


@pytest.mark.parametrize("name", ["2019", "2021"])
@pytest.mark.parametrize("write", FORMATS)
def test_every_number_of_every_edition_is_read_from_every_format(write, name):
    read = import_document(write(form(name)))
    assert read.report.edition.name == name
    assert read.report.values == {**dict.fromkeys(read.report.edition.cells), **form(name).truth}
    assert read.not_taken == ()
    assert set(read.tables) == set(read.report.edition.statutory)
    assert read.report.agency == {"name": papers.AGENCY, "code": None, "level": None}
    assert (read.report.year, read.report.origin) == (papers.YEAR, "document")
    assert read.report.texts == dict.fromkeys(read.report.edition.texts, "无其他情况。")


@pytest.mark.parametrize("change", [{"white": True}, {"open_end": True}])
def test_white_boxes_and_a_missing_last_line_change_nothing_in_a_pdf(change):
    read = import_document(papers.as_pdf(form(), **change))
    assert read.report.values == {**dict.fromkeys(read.report.edition.cells), **form().truth}


def test_evidence_says_where_what_and_how():
    read = import_document(papers.as_html(form()))
    one = read.report.evidence["proactive.rules.repealed"]
    assert (one.where, one.how, one.taken) == ("t.1 r.3 c.3", "grid", True)
    assert one.raw == papers.shown(form().truth["proactive.rules.repealed"])
    lines = import_document(papers.as_text(form()))
    one = lines.report.evidence["proactive.rules.repealed"]
    assert (one.where[:2], one.how, one.taken) == ("l.", "order", True)


def test_a_form_of_another_kind_is_read_by_the_same_alignment():
    edition = editions.named("site-report", "2017")
    truth = papers.numbers(edition)
    read = import_document(papers.as_html(papers.paper(edition, truth)))
    numeric = [key for key, cell in edition.cells.items() if cell.numeric]
    assert read.report.edition is edition
    assert {key: read.report.values[key] for key in numeric} == {k: truth[k] for k in numeric}


def test_an_edition_may_be_given():
    edition = editions.named("annual-report", "2019")
    read = import_document(papers.as_html(form()), only=edition)
    assert read.report.edition is edition
    assert any(one.why == "column" for one in read.not_taken)


# ── what is not taken ─────────────────────────────────────────────────────────────────────────────


def changed(change, write=papers.as_html, name="2021"):
    """Return what is read of a report whose rows of tables were changed."""
    paper = form(name)
    change([rows for _, _, rows in paper.sections if rows])
    read = import_document(write(paper))
    wrong, unnamed = misprints.judged(paper, read)
    assert (wrong, unnamed) == ({}, [])
    return read


def at(rows, text):
    """Return the number of the row with a label."""
    return next(n for n, row in enumerate(rows) if any(text in box.text for box in row))


def test_a_row_that_is_not_there_is_named_and_the_others_are_taken():
    read = changed(lambda tables: tables[1].pop(at(tables[1], "2.重复申请")))
    assert told(read) == [(THREE, "2.重复申请", "row")]
    assert read.tables == ("proactive", "disputes")
    assert sum(one.taken for one in read.report.evidence.values()) == 193


def swap(tables):
    rows = tables[1]
    one, other = at(rows, "2.重复申请"), at(rows, "3.要求提供公开出版物")
    rows[one], rows[other] = rows[other], rows[one]


@pytest.mark.parametrize("write", [papers.as_html, papers.as_text])
def test_rows_in_another_order_are_proposals(write):
    read = changed(swap, write)
    assert told(read) == [(THREE, "2.重复申请", "order"), (THREE, "3.要求提供公开出版物", "order")]
    proposals = [key for key, one in read.report.evidence.items() if not one.taken]
    assert len(proposals) == 14
    assert all(read.report.values[key] is None for key in proposals)


def test_a_table_that_is_a_picture_is_named():
    read = changed(lambda tables: tables[1].clear())
    edition = read.report.edition
    keys = tuple(cell.key for cell in edition.of_table("applications"))
    assert read.not_taken == (NotTaken(THREE, "", "", "table", keys),)


def test_a_label_written_differently_is_taken_and_told():
    def change(tables):
        tables[1][at(tables[1], "2.重复申请")][0].text = "2．申请人重覆申请"
        tables[1][at(tables[1], "属于行政查询")][0].text = "8.属于行政査询事项"

    read = changed(change)
    how = {one.how for key, one in read.report.evidence.items() if "refused_inquiry" in key}
    assert how == {"label-differs"}
    assert told(read)[0] == (THREE, "2.重复申请", "row")


def test_a_label_of_another_row_is_not_taken_for_this_one():
    def change(tables):
        row = tables[1][at(tables[1], "本年新收政府信息公开申请数量")]
        row[0].text = "二、上年结转政府信息公开申请数量"

    read = changed(change)
    assert told(read)[0] == (THREE, "一、本年新收政府信息公开申请数量", "row")
    assert (THREE, "二、上年结转政府信息公开申请数量", "twice") in told(read)


def test_a_label_written_differently_with_another_unit_is_not_the_label():
    def change(tables):
        tables[0][at(tables[0], "本年收费金额")][1].text = "本年收费总金额（单位：元）"

    assert told(changed(change)) == [(TWO, "行政事业性收费", "column")]


def test_heads_in_two_tables_and_heads_that_lie_over_one_another_are_no_heads():
    paper = form()
    caption, text, rows = paper.sections[2]
    paper.sections[2:3] = [[caption, text, rows[:2]], ["", "", rows[2:]]]
    read = import_document(papers.as_html(paper))
    assert {why for table, _, why in told(read) if table == THREE} == {"column"}

    def under(tables):
        tables[1][2][0].columns = 2
        tables[1][1][0].columns = 2

    assert misprints.judged(form(), changed(under)) == ({}, [])


def test_a_piece_of_a_label_is_not_the_label():
    def change(tables):
        tables[0][at(tables[0], "行政规范性文件")][0].text = "规范性文件"

    assert told(changed(change))[0] == (TWO, "行政规范性文件", "row")


@pytest.mark.parametrize("write", [papers.as_html, papers.as_text, papers.as_docx])
def test_a_cell_more_or_less_leaves_the_row_untaken(write):
    def more(tables):
        row = tables[1][at(tables[1], "2.重复申请")]
        row.append(papers.Box("7"))

    def less(tables):
        tables[1][at(tables[1], "2.重复申请")].pop(3)

    assert told(changed(more, write)) == [(THREE, "2.重复申请", "count")]
    assert told(changed(less, write)) == [(THREE, "2.重复申请", "count")]


def test_a_column_added_with_a_head_of_its_own_leaves_the_others_taken():
    def change(tables):
        first, second, _, *rows = tables[1]
        first[1].columns += 1
        second.insert(2, papers.Box("合作社", 2))
        for row in rows:
            row.insert(-1, papers.Box("7"))

    read = changed(change)
    assert {one.how for key, one in read.report.evidence.items() if key.startswith("app")} == {
        "header"
    }
    assert {why for _, _, why in told(read)} == {"no-slot"}


def test_heads_in_another_order_or_doubled_leave_the_table_untaken():
    def order(tables):
        row = tables[1][2]
        row[0].text, row[1].text = row[1].text, row[0].text

    def twice(tables):
        tables[1][2].insert(1, papers.Box("商业企业"))

    assert {why for table, _, why in told(changed(order)) if table == THREE} == {"column"}
    whys = {why for table, _, why in told(changed(twice)) if table == THREE}
    assert whys & {"twice", "column"}


def test_a_unit_of_another_size_is_another_head():
    def change(tables):
        tables[0][at(tables[0], "本年收费金额")][1].text = "本年收费金额（单位：元）"

    assert told(changed(change)) == [(TWO, "行政事业性收费", "column")]


def test_a_row_there_twice_is_taken_only_where_its_numbers_are_the_same():
    def same(tables):
        rows = tables[1]
        rows.insert(at(rows, "3.要求提供"), [replace(b) for b in rows[at(rows, "2.重复申")]])

    def other(tables):
        same(tables)
        tables[1][at(tables[1], "2.重复申请")][1].text = "77777"

    assert {why for _, _, why in told(changed(same))} <= {"no-slot"}
    assert (THREE, "2.重复申请", "twice") in told(changed(other))


def test_values_on_two_rows_beside_one_label_are_not_taken():
    def change(tables):
        rows = tables[1]
        place = at(rows, "2.重复申请")
        rows[place][0].rows = 2
        rows.insert(place + 1, [papers.Box("7") for _ in range(7)])

    assert (THREE, "2.重复申请", "several") in told(changed(change))


def test_a_number_that_reaches_into_the_next_row_is_not_taken():
    def change(tables):
        rows = tables[1]
        rows[at(rows, "2.重复申请")][3].rows = 2
        rows[at(rows, "3.要求提供")].pop(3)

    read = changed(change)
    assert (THREE, "2.重复申请", "merged") in told(read)
    assert (THREE, "3.要求提供公开出版物", "count") in told(read)


def test_a_total_that_differs_is_not_taken_where_only_order_tells_the_cells():
    def change(tables):
        tables[1][at(tables[1], "2.重复申请")][-1].text = "1"

    assert told(changed(change, papers.as_text)) == [(THREE, "2.重复申请", "sum")]
    paper = form()
    change([rows for _, _, rows in paper.sections if rows])
    assert import_document(papers.as_html(paper)).report.values[
        "applications.declined_repeat.total"] == 1  # fmt: skip


def test_words_and_signs_stay_as_they_are_printed():
    def change(tables):
        row = tables[1][at(tables[1], "2.重复申请")]
        for box, text in zip(row[1:], ["/", "２２", " 1 2 ", "3件", "1,234", ""], strict=False):
            box.text = text

    paper = form()
    change([rows for _, _, rows in paper.sections if rows])
    values = import_document(papers.as_html(paper)).report.values
    row = [values[f"applications.declined_repeat.{name}"] for name in (
        "natural_person", "business", "research", "social_org", "legal_service", "other_org")]  # fmt: skip
    assert row == ["/", 22, 12, "3件", "1,234", None]


@pytest.mark.parametrize("write", [papers.as_html, papers.as_text])
def test_a_row_without_a_label_needs_all_its_heads_and_as_many_numbers(write):
    read = changed(lambda tables: tables[2][3].pop(2), write)
    assert {why for table, _, why in told(read) if table == FOUR} >= {"count"}
    read = changed(lambda tables: tables[2][2].pop(2), write)
    assert {why for table, _, why in told(read) if table == FOUR} >= {"column"}
    read = changed(lambda tables: tables[2].pop(), write)
    assert told(read)[0][2] in {"row", "count"}


def test_two_different_rows_of_numbers_under_heads_are_not_taken():
    def change(tables):
        tables[2].append([papers.Box("7") for _ in range(15)])

    assert (FOUR, "several") in {(table, why) for table, _, why in told(changed(change))}


def test_numbers_beside_the_columns_of_their_heads_must_add_up():
    def shifted(text):
        lines = papers.as_markdown(form()).decode().split("\n")
        place = next(n for n, line in enumerate(lines) if "（七）总计" in line)
        lines[place] = text.join(lines[place].rsplit(lines[place].split("|")[6], 1))
        return import_document("\n".join(lines).replace("||", "|").encode())

    assert told(shifted("")) == [(THREE, "（七）总计", "count")]

    def extra(tables):
        for row in tables[1][3:]:
            row[-8:-7] = [replace(row[-8], columns=row[-8].columns + 1)]

    read = changed(extra)
    assert {one.how for key, one in read.report.evidence.items() if key.startswith("app")} == {
        "order"
    }

    def wrong(tables):
        extra(tables)
        tables[1][at(tables[1], "2.重复申请")][-1].text = "1"

    assert told(changed(wrong)) == [(THREE, "2.重复申请", "sum")]


# ── tables that are split ─────────────────────────────────────────────────────────────────────────


def split(paper, *, heads):
    """Split the long table in two after its thirteenth row."""
    caption, text, rows = paper.sections[2]
    first, rest = rows[:13], rows[13:]
    first[5][0].rows = 8
    rest[0] = [papers.Box("三、本年度办理结果", 14), papers.Box("（三）不予公开", 2), *rest[0]]
    first[7][0].rows = 6
    paper.sections[2:3] = [
        [caption, text, first],
        ["- 3 -", "", [[replace(box) for box in row] for row in rows[:3]] + rest]
        if heads
        else ["- 3 -", "", rest],
    ]
    return paper


@pytest.mark.parametrize("heads", [True, False])
@pytest.mark.parametrize("write", [papers.as_html, papers.as_docx])
def test_a_table_split_in_two_is_read_with_and_without_its_heads(write, heads):
    read = import_document(write(split(form(), heads=heads)))
    assert read.report.values == {**dict.fromkeys(read.report.edition.cells), **form().truth}


def test_heads_repeated_in_another_order_leave_their_rows_untaken():
    paper = split(form(), heads=True)
    row = paper.sections[3][2][2]
    row[0].text, row[1].text = row[1].text, row[0].text
    read = import_document(papers.as_html(paper))
    assert {why for _, _, why in told(read)} == {"column"}
    assert misprints.judged(paper, read) == ({}, [])


def test_a_label_cut_by_the_end_of_a_page_is_joined():
    paper = split(form(), heads=False)
    first, rest = paper.sections[2][2], paper.sections[3][2]
    label = first[12][0].text
    first[12][0].text = label[:4]
    for row in first[5:]:
        row[0].rows = min(row[0].rows, 13 - first.index(row))
    rest.insert(
        0, [papers.Box("", 1, 2), papers.Box(label[4:]), *(papers.Box("") for _ in range(7))]
    )
    read = import_document(papers.as_html(paper))
    assert read.report.values == {**dict.fromkeys(read.report.edition.cells), **form().truth}


# ── lines ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.no_cover
def test_cells_glued_to_one_line_give_numbers_only_where_there_is_one():
    text = papers.as_text(form()).decode().replace("\n", "")
    read = import_document(text.encode())
    taken = {key for key, one in read.report.evidence.items() if one.taken}
    assert taken == {
        "proactive.licences.decided", "proactive.penalties.decided", "proactive.coercion.decided",
        "proactive.fees.collected",
    }  # fmt: skip
    assert misprints.judged(form(), read) == ({}, [])


def test_what_the_sums_leave_of_glued_numbers_is_a_proposal():
    edition = editions.named("annual-report", "2021")
    typed = dict.fromkeys(edition.cells, 0)
    for row in ("received", "granted", "carried_in", "unable_not_held"):
        typed[f"applications.{row}.natural_person"] = 12
    paper = papers.paper(edition, recompute(edition, typed, ()))
    read = import_document(papers.as_text(paper).decode().replace("\n", "").encode())
    proposals = {key: one for key, one in read.report.evidence.items() if not one.taken}
    assert len(proposals) > 170
    assert {one.how for one in proposals.values()} == {"glued"}
    assert {key: one.raw for key, one in proposals.items()} == {
        key: papers.shown(paper.truth[key]) for key in proposals
    }
    assert {why for _, _, why in told(read)} <= {"glued", "count"}
    assert all(read.report.values[key] is None for key in proposals)


KEYS = tuple(
    f"applications.received.{name}"
    for name in (
        "natural_person", "business", "research", "social_org", "legal_service", "other_org", "total",
    )
)  # fmt: skip


@pytest.mark.parametrize(
    ("pieces", "cells"),
    [
        (["1000001"], ("1", "0", "0", "0", "0", "0", "1")),
        (["230", "000023"], ("23", "0", "0", "0", "0", "0", "23")),
        (["640020470"], ("64", "0", "0", "2", "0", "4", "70")),
        (["1000002"], None),
        (["100000"], None),
        (["1a00001"], None),
        (["1" * 61], None),
        (["123456789" * 5], None),
    ],
)
def test_digits_are_parted_where_the_sums_leave_one_reading(pieces, cells):
    edition = editions.named("annual-report", "2021")
    assert parted(edition, {KEYS: pieces}).get(KEYS) == cells


def test_sums_over_rows_choose_among_the_readings_of_one():
    edition = editions.named("annual-report", "2021")
    names = ("received", "carried_in", "concluded", "carried_out")
    rows = {
        tuple(key.replace("received", name) for key in KEYS): [text]
        for name, text in zip(names, ("220000022", "0000000", "220000022", "0000000"), strict=True)
    }
    assert KEYS not in parted(edition, {KEYS: ["220000022"]})
    assert KEYS not in parted(edition, rows)
    rows[tuple(key.replace("received", "concluded") for key in KEYS)] = ["22", "00000", "22"]
    assert parted(edition, rows)[KEYS] == ("22", "0", "0", "0", "0", "0", "22")


def test_labels_broken_over_lines_are_joined():
    text = papers.as_text(form()).decode().replace("商业企业", "商业\n企业").replace(
        "（区分处理的，", "（区分\n处理的，").replace("结果维持", "结果\n维持")  # fmt: skip
    read = import_document(text.encode())
    assert read.not_taken == ()


def test_a_label_right_behind_another_has_no_numbers_of_its_own():
    text = papers.as_text(form()).decode().replace("\n2.重复申请\n", "\n", 1)
    text = text.replace("\n3.要求提供公开出版物\n", "\n2.重复申请\n3.要求提供公开出版物\n", 1)
    read = import_document(text.encode())
    assert misprints.judged(form(), read) == ({}, [])
    assert (THREE, "3.要求提供公开出版物", "order") in told(read)


def test_numbers_behind_a_label_outside_a_table_end_with_the_next_table():
    source = papers.as_html(form()).replace("2.重复申请".encode(), b"", 1)
    source = source.replace(b"<h1>", "<p>2.重复申请</p><h1>".encode(), 1)
    read = import_document(source)
    assert misprints.judged(form(), read) == ({}, [])


def test_pieces_that_only_begin_a_label_are_not_joined():
    text = papers.as_text(form()).decode()
    line = next(line for line in text.split("\n") if line.startswith("（二）部分公开"))
    read = import_document(text.replace(line, "部分\t公开", 1).encode())
    assert misprints.judged(form(), read) == ({}, [])
    assert (THREE, line, "row") in told(read)


def test_lines_of_a_very_long_text_are_not_cut():
    paper = form()
    glued = papers.as_text(paper).decode().replace("\n2.重复申请\n", "2.重复申请", 1)
    long = glued.replace("无其他情况。", ("字" * 99 + "。\n") * 2_100, 1)
    read = import_document(long.encode())
    assert misprints.judged(paper, read) == ({}, [])
    assert (THREE, "2.重复申请", "row") in told(read)


def test_rows_with_one_label_need_their_neighbours_labels():
    edition = editions.named("site-report", "2017")
    paper = papers.paper(edition, papers.numbers(edition))
    (rows,) = [rows for _, _, rows in paper.sections if rows]
    box = next(box for row in rows for box in row if box.text.startswith("信息发布"))
    box.text = ""
    read = import_document(papers.as_html(paper))
    assert misprints.judged(paper, read) == ({}, [])
    assert "order" in {why for _, _, why in told(read)}


def test_the_only_row_of_a_table_may_begin_a_table_of_its_own():
    source = papers.as_html(form()).decode()
    head, tail = source[: source.rindex("<tr>")], source[source.rindex("<tr>") :]
    read = import_document(f"{head}</table><table>{tail}".encode())
    assert misprints.judged(form(), read) == ({}, [])
    assert not read.not_taken


def test_signs_of_a_pdf_without_a_place_are_left_out(monkeypatch):
    raw = pytest.importorskip("pypdfium2").raw
    monkeypatch.setattr(raw, "FPDFText_GetCharBox", lambda *_: 0)
    blocks = read_document(papers.as_pdf(form())).blocks
    assert {cell.text for table in blocks for cell in table.cells} == {""}


# ── whole documents ───────────────────────────────────────────────────────────────────────────────


def test_two_reports_in_one_document_are_refused():
    both = form()
    both.sections += form("2021").sections
    assert refused(papers.as_html(both)) == ("not-our-form", {"case": "two-reports"})


@pytest.mark.parametrize("text", ["通知", "一、总体情况", "行政许可 总计 其他", "中" * 5_000])
def test_a_document_of_something_else_is_refused(text):
    assert refused(text.encode()) == ("not-our-form", {"case": "document"})


def test_a_list_of_captions_does_not_move_the_texts():
    paper = form()
    paper.sections.insert(0, ["目录", "\n".join(c for c, _, _ in paper.sections), []])
    read = import_document(papers.as_html(paper))
    assert read.report.texts["overview"] == "无其他情况。"
    assert read.not_taken == ()


def test_a_section_with_nothing_but_its_caption_has_no_text():
    paper = form()
    for section in paper.sections:
        section[1] = ""
    read = import_document(papers.as_html(paper))
    assert set(read.report.texts.values()) <= {None}
    assert read.not_taken == ()


def test_agency_and_year_are_not_those_of_the_site():
    source = papers.as_html(form()).replace(
        b"<h1>",
        "<table><tr><td>名称<td>2020年年度报告<td>发布机关：某某省政府</table><h1>".encode(),
    )
    read = import_document(source)
    assert (read.report.agency["name"], read.report.year) == (papers.AGENCY, papers.YEAR)


def test_a_title_on_two_lines_names_the_agency():
    text = papers.as_text(form()).decode().replace("工作年度报告", "工作年\n度报告", 1)
    assert import_document(text.encode()).report.agency["name"] == papers.AGENCY


def test_the_name_of_the_file_names_agency_and_year():
    text = papers.as_text(form()).decode().partition("\n")[2]
    read = import_document(text.encode(), "某某区财政局2023年年报.txt")
    assert (read.report.agency["name"], read.report.year) == ("某某区财政局", 2023)


# ── mutations and damage ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("start", range(0, 120, 20))
def test_no_changed_document_gives_a_wrong_number(start):
    for seed in range(start, start + 20):
        paper = form("2019" if seed % 3 == 0 else "2021")
        what, done = misprints.mutated(paper, seed)
        write = (papers.as_html, papers.as_text, papers.as_docx)[seed % 7 % 3]
        try:
            read = import_document(write(done))
        except Rejected:
            continue
        assert misprints.judged(done, read) == ({}, []), (seed, what)


DAMAGED = 60
"""Damaged documents of each kind; `python -m benchmarks.documents --fuzz 5000` reads many more."""
DAMAGE = {
    "html": (papers.as_html, misprints.damaged),
    "mhtml": (papers.as_mhtml, misprints.saved_anew),
    "docx": (papers.as_docx, misprints.repacked),
    "text": (papers.as_text, misprints.damaged),
    "pdf": (papers.as_pdf, misprints.damaged),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_damaged_documents_are_read_or_refused(kind):
    write, damage = DAMAGE[kind]
    paper = form()
    paper.sections = paper.sections[:2] if kind in {"pdf", "text"} else paper.sections
    source = write(paper)
    for seed in range(DAMAGED):
        with suppress(Rejected):
            assert imported(READERS[kind](damage(source, seed))).report.origin == "document"


# ── published documents ───────────────────────────────────────────────────────────────────────────

SHARED = Path(__file__).resolve().parents[3] / "shared" / "documents"


def against(name, truth):
    """Return (right, wrong, missing, kind of refusal) of a document beside its true numbers."""
    path = SHARED / name
    if not path.exists():
        pytest.skip("the published documents are not beside this checkout")
    true = parse_json((SHARED / "TRUTH" / f"{truth}.json").read_text(encoding="utf-8"))["values"]
    read = import_document(path.read_bytes(), path.name)
    right = wrong = missing = 0
    for key, value in true.items():
        if key not in read.report.values:
            continue
        found = read.report.values[key]
        number = isinstance(found, int | Decimal)
        right += number and found == value
        wrong += number and found != value
        missing += not number
    return right, wrong, missing, sorted({one.why for one in read.not_taken})


@pytest.mark.parametrize(
    ("name", "truth", "expected"),
    [
        ("real/seed.txt", "seed_2025", (200, 0, 0, [])),
        ("real/hzq2023_working.pdf", "hongze_2023", (179, 0, 0, ["no-slot", "row"])),
        ("quirks/last_row_no_rule_and_white_boxes.pdf", "hongze_2023", (179, 0, 0, ["no-slot",
         "row"])),
        ("quirks/q.blank.html", "suqian_2024", (96, 0, 104, [])),
        ("quirks/q.colspan.html", "suqian_2024", (200, 0, 0, [])),
        ("quirks/q.commas.html", "suqian_2024", (191, 0, 9, [])),
        ("quirks/q.fullwidth.html", "suqian_2024", (200, 0, 0, [])),
        ("quirks/q.gbk.html", "suqian_2024", (200, 0, 0, [])),
        ("quirks/q.hidden.html", "suqian_2024", (200, 0, 0, [])),
        ("quirks/q.image.html", "suqian_2024", (25, 0, 175, ["table"])),
        ("quirks/q.page.mhtml", "suqian_2024", (200, 0, 0, [])),
        ("quirks/q.row_missing.html", "suqian_2024", (193, 0, 7, ["row"])),
        ("quirks/q.rows_swapped.html", "suqian_2024", (186, 0, 14, ["order"])),
        ("quirks/q.rowspan_over.html", "suqian_2024", (200, 0, 0, [])),
        ("quirks/q.script.html", "suqian_2024", (200, 0, 0, [])),
        ("quirks/q.slash.html", "suqian_2024", (96, 0, 104, [])),
        ("quirks/q.spaces.html", "suqian_2024", (200, 0, 0, [])),
        ("quirks/q.split_header.html", "suqian_2024", (200, 0, 0, [])),
        ("quirks/q.split_plain.html", "suqian_2024", (200, 0, 0, [])),
        ("quirks/q.unclosed.html", "suqian_2024", (200, 0, 0, [])),
        ("quirks/q.units.html", "suqian_2024", (1, 0, 199, [])),
    ],
)  # fmt: skip
def test_published_documents_give_the_numbers_that_are_printed(name, truth, expected):
    assert against(name, truth) == expected


def test_a_scan_is_told():
    path = SHARED / "quirks" / "scanned.pdf"
    if not path.exists():
        pytest.skip("the published documents are not beside this checkout")
    with pytest.raises(Rejected) as caught:
        read_document(path.read_bytes())
    assert caught.value.figures == {"case": "scan"}
