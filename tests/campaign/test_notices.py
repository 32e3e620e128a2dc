"""Notices: the agency's own workbook with red cells, a short text, a page; her data unchanged."""

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
import tamper
from casebook import balanced
from click.testing import CliRunner
from office import convert, need_office, resave
from tamper import shifted

from toolkit.blank.live import result_range
from toolkit.blank.looks import RED
from toolkit.blank.slots import RESULT_ROWS, STAMP, word
from toolkit.campaign import notices as module
from toolkit.campaign.notices import Changed, due, unsent
from toolkit.campaign.notices import files as written
from toolkit.campaign.sending import TEXT_LIMIT, Sending
from toolkit.check import check
from toolkit.cli import gouji
from toolkit.files.examine import content, judge, load
from toolkit.finding import Batch, Finding, Spot
from toolkit.report.report import Report, as_json, dumps, from_json
from toolkit.returned.read import read
from toolkit.returned.results import LONGEST, NoRoom, noticed, rows
from toolkit.xlsx.address import at
from toolkit.xlsx.splice import spliced

FIRST = result_range(tamper.edition())[0]


def wrong() -> bytes:
    """Return a return with a broken balance and a word in place of a number."""
    source = tamper.put("表三", "D9", "<v>6</v>", t="n")
    text = tamper.cell("E20", "<is><t>3件</t></is>", t="inlineStr")
    return tamper.changed(source, "表三", text)


def sent_back(source: bytes) -> bytes:
    reading = read(source)
    return noticed(source, reading.report, check(reading.report, None, reading.findings).findings)


def cells(source: bytes, sheet: str) -> dict[str, str]:
    """Return {place: the cell as stored} of a sheet."""
    parts = tamper.unpack(source)
    text = parts[tamper.part_of(parts, sheet)].decode()
    return {m[1]: m[0] for m in re.finditer(r'<c r="([A-Z]+\d+)"[^>]*?(?:/>|>.*?</c>)', text)}


# ── the workbook ──────────────────────────────────────────────────────────────────────────────────


def test_every_byte_but_the_result_area_and_the_sending_is_as_it_came():
    before, after = (tamper.unpack(one) for one in (wrong(), sent_back(wrong())))
    changed = {tamper.part_of(before, name) for name in (word("results"), word("cover"))}
    assert {name for name in before if before[name] != after[name]} == changed
    own = cells(wrong(), word("results"))
    result = cells(sent_back(wrong()), word("results"))
    rest = {place for place in own if int(re.sub(r"\D", "", place)) < FIRST - 2} - {"A2"}
    assert {place: own[place] for place in rest} == {place: result[place] for place in rest}
    fields, sent = (cells(source, word("cover")) for source in (wrong(), sent_back(wrong())))
    assert {place for place in sent if sent[place] != fields[place]} == {"B10"}
    assert sent["B10"] == fields["B10"].replace(' t="n"><v>2</v>', "><v>3</v>")
    table, back = (cells(source, "表三") for source in (wrong(), sent_back(wrong())))
    assert back == table


@pytest.mark.parametrize("name", ["中".encode("gbk"), "中".encode()[:2]])
def test_a_picture_whose_name_is_in_no_known_encoding_goes_back_too(name):
    source = tamper.pack(tamper.unpack(wrong()) | {"xl/media/XX.png": b"x"})
    source = source.replace(b"xl/media/XX.png", b"xl/media/" + name + b".png")
    assert read(sent_back(source)).report.values == read(source).report.values


def test_the_numbers_the_findings_and_the_sending_read_back():
    first, second = read(wrong()), read(sent_back(wrong()))
    assert second.report.values == first.report.values
    assert (first.report.sent, second.report.sent) == (2, 3)
    assert second.findings == first.findings


def test_the_result_area_has_a_line_a_finding_errors_first():
    shown = cells(sent_back(wrong()), word("results"))
    assert '<t xml:space="preserve">balance</t>' in shown[f"A{FIRST}"]
    assert "表三 D7、表三 D8、表三 D30、表三 D31、" in shown[f"B{FIRST}"]
    assert "相差 1。" in shown[f"G{FIRST}"]
    assert "表三 E20、" in shown[f"B{FIRST + 1}"]
    assert "如果是 3，请改填 3" in shown[f"G{FIRST + 1}"]


JUMP = Finding("jump", "error", (Spot("k", "表三", "D7", ""),), words={"zh": "字"})


def test_a_line_is_as_high_as_its_longest_text_and_one_that_is_gone_as_before():
    report = read(wrong()).report
    source = noticed(wrong(), report, [replace(JUMP, words={"zh": "字" * 200}), JUMP])
    gone = noticed(source, report, [JUMP])
    assert 5 * 10 < float(row(source, FIRST)["ht"]) < 10 * 20
    assert 10 < float(row(source, FIRST + 1)["ht"]) < 30
    assert "customHeight" not in row(source, FIRST)
    assert row(gone, FIRST) == {**row(source, FIRST + 1), "r": str(FIRST)}
    assert "ht" not in row(gone, FIRST + 1)


def test_a_line_of_many_places_shows_four_lines_of_them_and_holds_all():
    many = tuple(Spot("k", "表三", f"D{row}", "") for row in range(7, 200))
    source = noticed(wrong(), read(wrong()).report, [replace(JUMP, cells=many)])
    assert 4 * 10 < float(row(source, FIRST)["ht"]) < 4 * 20
    assert row(source, FIRST)["customHeight"] == "1"
    assert "表三 D199、" in cells(source, word("results"))[f"B{FIRST}"]


def row(source: bytes, number: int) -> dict[str, str]:
    """Return the attributes of a row of the results sheet."""
    parts = tamper.unpack(source)
    text = parts[tamper.part_of(parts, word("results"))].decode()
    return dict(re.findall(r'(\w+)="([^"]*)"', re.search(f'<row r="{number}"[^>]*>', text)[0]))


def test_findings_of_an_earlier_notice_are_gone():
    again = tamper.changed(sent_back(wrong()), "表三", tamper.cell("E20", "<v>0</v>", t="n"))
    shown = cells(sent_back(again), word("results"))
    assert "balance" in shown[f"A{FIRST}"]
    assert re.fullmatch(rf'<c r="A{FIRST + 1}"[^>]*/>', shown[f"A{FIRST + 1}"])
    assert read(sent_back(again)).report.sent == 4


def test_a_warnings_places_are_named_and_not_painted():
    spots = tuple(Spot("k", "表三", place, "") for place in ("D7", "D8"))
    found = [
        Finding("jump", severity, spots, words={"zh": "…"}) for severity in ("warning", "error")
    ]
    assert [line[3] for line in rows(found, read(wrong()).report)] == [
        "表三 D7、表三 D8、",
        "表三 D7，表三 D8",
    ]


def test_what_follows_is_waived_or_a_note_has_no_line():
    finding = Finding("jump", "error", words={"zh": "…"})
    rest = [replace(finding, follows=0), replace(finding, waived={"reason": "…"}),
            replace(finding, severity="note")]  # fmt: skip
    assert len(rows([finding, *rest], read(wrong()).report)) == 1


def test_places_that_have_no_room_in_a_line_are_left_out_whole():
    spots = tuple(Spot("k", "表三", at((row, 4)), "") for row in range(1, 900))
    found = [Finding("unfilled", "error", spots, words={"zh": "…"})]
    (line,) = rows(found, read(wrong()).report)
    assert LONGEST - 9 < len(line[3]) <= LONGEST
    assert line[3].endswith("、")


def test_more_findings_than_rows_are_counted():
    finding = Finding("number", "error", (Spot("k", "表三", "D7", ""),), words={"zh": "…"})
    report = read(wrong()).report
    source = noticed(wrong(), report, [finding] * (RESULT_ROWS + 3))
    assert read(source).findings == read(wrong()).findings
    shown = cells(source, word("results"))
    assert "还有 3 条" in shown[at((FIRST - 2, STAMP["overflow"]))]
    assert "number" in shown[f"A{FIRST + RESULT_ROWS - 1}"]


def test_empty_cells_and_rows_at_the_end_stay_where_they_are():
    source = (
        b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
        b"<sheetData><row r='1'><c r='A1'/><c r='B1' s='2'/></row><row r='2' s='4'/></sheetData>"
        b"</worksheet>"
    )
    done = spliced(source, "x", {(1, 1): 1, (2, 1): 2}, {}, {})
    rows = b"<row r='1'><c r=\"A1\"><v>1</v></c><c r='B1' s='2'/></row>"
    rows += b"<row r='2' s='4'><c r=\"A2\" s=\"4\"><v>2</v></c></row></sheetData></worksheet>"
    assert done.endswith(b"<sheetData>" + rows)


def test_the_stamp_is_the_digest_that_the_program_stored():
    place, stamp = at((FIRST - 2, STAMP["digest"])), at((FIRST - 2, STAMP["stamp"]))
    saved = tamper.changed(
        wrong(),
        word("results"),
        lambda text: re.sub(f'(<c r="{place}".*?)<v */>', r"\1<v>12.5</v>", text),
    )
    shown = cells(sent_back(saved), word("results"))
    assert "<v>12.5</v>" in shown[stamp]
    assert word("result_fresh") in shown[f"A{FIRST - 2}"]
    assert word("result_undated") in cells(sent_back(wrong()), word("results"))[f"A{FIRST - 2}"]
    nothing = noticed(wrong(), read(wrong()).report, ())
    assert word("result_none") in cells(nothing, word("results"))[f"A{FIRST - 2}"]


@pytest.mark.parametrize(
    ("sheet", "change"),
    [
        (word("results"), tamper.cell(f"C{FIRST - 1}", "<is><t>x</t></is>", t="inlineStr")),
        (word("mark"), tamper.gone("A8")),
    ],
    ids=["heads elsewhere", "another version"],
)
def test_a_workbook_whose_result_area_is_elsewhere_has_no_room(sheet, change):
    if sheet == word("mark"):
        parts = tamper.unpack(wrong())
        text = parts[tamper.part_of(parts, sheet)].decode()
        plan = re.search(r"plan</t></is></c><c [^>]*><is><t>([0-9a-f]{64})", text)
        changed = tamper.changed(wrong(), sheet, tamper.replacing(plan[1], "0" * 64))
    else:
        changed = tamper.changed(wrong(), sheet, change)
    with pytest.raises(NoRoom):
        noticed(changed, read(wrong()).report, ())


@pytest.mark.parametrize("first", [1, 9])
def test_a_cover_whose_rows_moved_has_no_room_for_the_next_sending(first):
    moved = tamper.changed(wrong(), word("cover"), lambda xml: shifted(xml, first, 1))
    with pytest.raises(NoRoom):
        sent_back(moved)


@pytest.mark.parametrize("name", ["results", "cover"])
def test_a_sheet_in_another_encoding_has_no_room(name):
    parts = tamper.unpack(wrong())
    part = tamper.part_of(parts, word(name))
    text = parts[part].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    parts[part] = text.encode("utf-16")
    with pytest.raises(NoRoom):
        noticed(tamper.pack(parts), read(wrong()).report, ())


PREFIXED = (
    b'<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<x:sheetData><x:row r="2" s="4" a="&gt;"/><x:row r="5" ht="9" customHeight="1">'
    b'<x:c r="A5" s="7"><x:v>1</x:v></x:c><x:c r="C5"><x:f>1</x:f></x:c></x:row></x:sheetData></x:worksheet>'
)


def test_cells_are_written_in_the_parts_own_prefix_into_rows_there_are_and_are_not():
    done = spliced(
        PREFIXED,
        "x",
        {(2, 2): "<a>", (3, 1): 7, (5, 1): None, (9, 2): "_x000D_"},
        {(5, 3): "&"},
        {2: {"ht": "14.5"}, 3: {"ht": "30"}, 5: {}},
    ).decode()
    assert '<x:row r="2" s="4" a="&gt;" ht="14.5"><x:c r="B2" s="4" t="inlineStr">' in done
    assert "&lt;a&gt;</x:t></x:is></x:c></x:row>" in done
    assert '<x:row r="3" ht="30"><x:c r="A3"><x:v>7</x:v></x:c>' in done
    assert '<x:row r="5"><x:c r="A5" s="7"/><x:c r="C5" t="str">' in done
    assert "<x:f>1</x:f><x:v>&amp;</x:v></x:c>" in done
    assert '<x:row r="9"><x:c r="B9" t="inlineStr">' in done
    assert "_x005F_x000D_" in done


def test_a_formula_that_shows_nothing_keeps_no_stored_text():
    shown = PREFIXED.replace(b'<x:c r="C5">', b'<x:c r="C5" t="str">').replace(
        b"</x:f>", b"</x:f><x:v>7</x:v>"
    )
    done = spliced(shown, "x", {}, {(5, 3): None}, {})
    assert done.count(b"C5") == 1
    assert b'<x:c r="C5"><x:f>1</x:f></x:c></x:row>' in done


class Painted(HTMLParser):
    """Collects the texts of the cells with one background."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.texts = False, []

    def handle_starttag(self, tag, attrs):
        if tag == "td":
            self.open = dict(attrs).get("bgcolor", "").lower() == f"#{RED[-6:]}".lower()

    def handle_data(self, data):
        if self.open and data.strip():
            self.texts.append(data.strip())


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """Return a return saved by LibreOffice, with its notice."""
    need_office()
    folder = tmp_path_factory.mktemp("saved")
    (folder / "a.xlsx").write_bytes(wrong())
    (path,) = resave([folder / "a.xlsx"], folder / "out")
    back = folder / "back.xlsx"
    back.write_bytes(sent_back(path.read_bytes()))
    return path, back


@pytest.mark.no_cover
def test_what_libreoffice_saved_goes_back_as_it_came(saved):
    path, back = saved
    first, second = read(path.read_bytes()), read(back.read_bytes())
    assert (second.report.values, second.report.sent) == (first.report.values, 3)
    with zipfile.ZipFile(io.BytesIO(back.read_bytes())) as archive:
        assert archive.testzip() is None
    shown = cells(back.read_bytes(), word("results"))
    assert word("result_fresh") in shown[f"A{FIRST - 2}"]


def test_just_the_named_cells_are_red_in_libreoffice(saved, tmp_path):
    painted = Painted()
    (page,) = convert([saved[1]], tmp_path, "html")
    painted.feed(page.read_text(encoding="utf-8"))
    numbers = [text for text in painted.texts if text.isdecimal()]
    assert sorted(numbers) == ["0", "14", "2", "6", "7"]  # 14 is the cover's sample of the colour


# ── the folder ────────────────────────────────────────────────────────────────────────────────────


def batch(tmp_path, *sources, campaign=None):
    results = []
    for number, source in enumerate(sources):
        path = tmp_path / f"r{number}.xlsx"
        path.write_bytes(source)
        results.append(judge(load(str(path)), None))
    return Batch(tuple(results), campaign=campaign)


SENDING = Sending(today=date(2026, 1, 10))


def files(given, sending=SENDING, content=lambda path: Path(path).read_bytes()):
    """Return {name: content} of the files of all notices."""
    return dict(pair for item in due(given, sending) for pair in written(item, content, sending))


def test_each_failing_return_gets_a_workbook_a_text_and_a_page(tmp_path):
    found = files(batch(tmp_path, wrong(), tamper.filled(), b"nothing"))
    assert list(found) == [
        "某某局-退回修改.xlsx",
        "某某局-退回通知.txt",
        "某某局-退回通知.html",
        "r2-退回通知.txt",
        "r2-退回通知.html",
    ]
    assert read(found["某某局-退回修改.xlsx"]).report.sent == 3
    assert "某某局" in found["某某局-退回通知.html"].decode()


def test_the_text_says_whose_which_file_what_by_when_and_from_whom(tmp_path):
    sender = Sending("示例区政务公开办 010-12345678", date(2026, 3, 5), date(2026, 2, 10))
    text = files(batch(tmp_path, wrong()), sender)["某某局-退回通知.txt"].decode()
    assert "某某局：" in text
    assert "r0.xlsx" in text
    assert "“某某局-退回修改.xlsx”" in text
    assert "\r\n1. 表三 “自然人”相差 1：" in text
    assert "于2026年3月5日前原路发回" in text
    assert "联系：示例区政务公开办 010-12345678（2026年2月10日）\r\n" in text
    assert len(text) <= TEXT_LIMIT


def test_with_a_roster_only_the_return_that_counts_goes_back_with_its_own_deadline(tmp_path):
    path = str(tmp_path / "r1.xlsx")
    agency = {"name": "甲/局", "path": path, "deadline": "2026-01-20"}
    found = files(batch(tmp_path, wrong(), wrong(), campaign={"agencies": [agency]}))
    assert [name for name in found if name.endswith("xlsx")] == ["甲_局-退回修改.xlsx"]
    assert "2026年1月20日" in found["甲_局-退回通知.txt"].decode("utf-8-sig")


def test_no_notice_names_another_agency_that_sent_the_same_numbers(tmp_path):
    same = Finding("identical", "warning", (), "乙局, 丙局", figures={"others": "乙局, 丙局",
                                                                   "nonzero": "12"})  # fmt: skip
    one = batch(tmp_path, wrong())
    given = replace(one.results[0], findings=(*one.results[0].findings, same))
    assert "乙局" in same.message("zh")
    found = files(replace(one, results=(given,)))
    copy, text, page = found.values()
    lines = cells(copy, word("results"))
    assert any("与另一个单位完全相同，其中 12 格不是 0" in line for line in lines.values())
    assert "与另一个单位完全相同" in page.decode()
    for shown in (*(line for line in lines.values()), text.decode("utf-8-sig"), page.decode()):
        assert "乙局" not in shown


def reasoned(state: str, **more) -> Finding:
    """Return a warning with a reason."""
    said = {"reason": "集中办理积案", "figures": "7 | 70", "state": state}
    spot = Spot("applications.received.natural_person", "表三", "D7", "")
    return Finding("prior-jump", "warning", (spot,), "7", "70", explained=said,
                   words={"zh": "表三 D7 与上年相差很大。"}, **more)  # fmt: skip


def test_a_passing_return_goes_back_only_for_a_reason_that_the_office_sent_back(tmp_path):
    one = batch(tmp_path, wrong())
    kept = tuple(f for f in one.results[0].findings if f.severity == "note")
    for state in ("stands", "accepted", "void", "refused"):
        result = replace(one.results[0], findings=(*kept, reasoned(state)), verdict="warn")
        found = files(replace(one, results=(result,)))
        assert bool(found) is (state == "refused"), state
    copy, text, page = found.values()
    asked = "说明没有认可，请改正或另作说明。"
    assert f"与上年相差很大。{asked}" in cells(copy, word("results"))[f"G{FIRST + 1}"]
    said = "表三 D7 与上年相差很大。单位说明：集中办理积案（按 7 | 70 写的，没有认可，请改正或另作说明）"
    assert "有 1 项需要改正" in text.decode()
    assert f"1. {said}" in text.decode()
    assert "没有认可，请改正或另作说明" in page.decode()


def test_the_page_says_at_each_warning_that_a_reason_is_missing(tmp_path):
    one = batch(tmp_path, wrong())
    for finding, times in ((reasoned("stands"), 0), (replace(reasoned(""), explained=None), 1)):
        result = replace(one.results[0], findings=(*one.results[0].findings, finding))
        page = files(replace(one, results=(result,)))
        *_, last = page.values()
        assert last.decode().count("还没有说明。数确实无误的，请写明原因。") == times


def test_a_return_whose_agency_is_nothing_to_be_seen_gets_a_name_that_is_no_option(tmp_path):
    one = batch(tmp_path, wrong())
    who = {"name": " ", "code": None, "level": None}
    nameless = replace(one.results[0], report=replace(one.results[0].report, agency=who))
    assert {name[0] for name in files(replace(one, results=(nameless,)))} == {"_"}


def test_two_agencies_of_one_name_get_files_of_their_own(tmp_path):
    found = files(batch(tmp_path, wrong(), wrong()))
    assert [name for name in found if name.endswith("xlsx")] == [
        "某某局-退回修改.xlsx",
        "某某局 (2)-退回修改.xlsx",
    ]


def test_a_workbook_of_another_version_goes_back_as_a_fresh_one_with_its_numbers(tmp_path):
    parts = tamper.unpack(wrong())
    del parts["docProps/custom.xml"]
    changed = tamper.changed(wrong(), word("results"), tamper.cell(
        f"C{FIRST - 1}", "<is><t>x</t></is>", t="inlineStr"))  # fmt: skip
    found = files(batch(tmp_path, changed))
    report = read(found["某某局-退回修改.xlsx"]).report
    assert (report.values, report.sent) == (read(wrong()).report.values, 3)


def test_a_file_that_changed_meanwhile_stops_all(tmp_path):
    given = batch(tmp_path, wrong())
    (tmp_path / "r0.xlsx").write_bytes(tamper.filled())
    with pytest.raises(Changed):
        files(given)
    assert hashlib.sha256(tamper.filled()).hexdigest() != next(iter(given.results)).sha256


def test_a_file_that_vanished_meanwhile_stops_all(tmp_path):
    given = batch(tmp_path, wrong())
    (tmp_path / "r0.xlsx").unlink()
    with pytest.raises(Changed):
        files(given, content=content)


@pytest.mark.no_cover
@pytest.mark.parametrize("code", ["formula", "merge", "moved", "sheet-missing"])
def test_what_no_clerk_can_mend_in_a_locked_workbook_goes_back_as_a_new_one(tmp_path, code):
    source = tamper.put("表三", "J7", "<v>9</v>") if code == "formula" else wrong()
    (result,) = batch(tmp_path, source).results
    if code != "formula":
        result = replace(
            result, findings=(*result.findings, Finding(code, "error", words={"zh": "…"}))
        )
    found = files(Batch((result,)))
    book = read(found["某某局-退回修改.xlsx"])
    assert book.findings == ()
    assert (book.report.values, book.report.sent) == (result.report.values, 3)
    text = found["某某局-退回通知.txt"].decode("utf-8-sig")
    assert "新表，已填入读到的数" in text
    assert len(text) <= TEXT_LIMIT + 4


def test_what_does_not_count_goes_back_once_as_text_and_page_and_a_strangers_does_not(tmp_path):
    paths = [str(tmp_path / f"r{n}.xlsx") for n in range(3)]
    agency = {"name": "甲局", "path": None, "others": paths[:2], "superseded": []}
    given = batch(tmp_path, wrong(), wrong(), wrong(), campaign={"agencies": [agency]})
    found = files(given)
    assert list(found) == ["甲局-退回通知.txt", "甲局-退回通知.html"]
    assert "没有采用" in found["甲局-退回通知.txt"].decode("utf-8-sig")
    assert unsent(given) == paths[2:]


def slipped() -> Report:
    """Return a report with a total from which others follow, and a column of blanks."""
    blanks = dict.fromkeys(("upheld", "corrected", "other"))
    slips = {f"disputes__review__{name}": None for name in blanks}
    return balanced("suqian_city_2024", applications__granted__total=5, **slips)


def test_a_page_has_nothing_folded_and_names_every_cell_and_no_folder(tmp_path):
    (tmp_path / "a.json").write_text(dumps(as_json(slipped())), encoding="utf-8")
    result = judge(load(str(tmp_path / "a.json")), None)
    assert any(finding.follows is not None for finding in result.findings)
    assert any(len(finding.cells) > 6 for finding in result.findings)
    (page,) = (one.decode() for name, one in files(Batch((result,))).items() if "html" in name)
    assert page.count("<details") == page.count(" open>") > 2
    assert "<script" not in page
    assert str(tmp_path) not in page
    for finding in result.findings:
        for spot in finding.cells:
            assert f">{spot.sheet} {spot.at}<" in page or spot.at is None


def test_a_report_that_is_no_workbook_is_not_called_a_changed_one(tmp_path):
    (tmp_path / "a.json").write_text(dumps(as_json(slipped())), encoding="utf-8")
    made = files(Batch((judge(load(str(tmp_path / "a.json")), None),)))
    (text,) = (one.decode("utf-8-sig") for name, one in made.items() if name.endswith(".txt"))
    assert "报来的不是发放的空白表，请改用附件" in text


def test_a_page_says_to_whom_it_goes_what_to_open_and_by_when(tmp_path):
    page = files(batch(tmp_path, wrong()))["某某局-退回通知.html"].decode()
    first, what, last = re.findall('<p class="lead">(.*?)</p>', page)
    assert first.startswith("某某局：")
    assert "某某局-退回修改.xlsx" in what
    assert "1月31日前" in what
    assert "2026年1月10日" in last


def test_numbers_no_workbook_can_hold_go_back_without_one(tmp_path):
    report = from_json(
        {
            "form": "annual-report",
            "edition": "2021",
            "year": 2025,
            "agency": {"name": "某某局"},
            "values": {"proactive.fees.collected": Decimal("0.1234567890123456789")},
        }
    )
    path = tmp_path / "a.json"
    path.write_text(dumps(as_json(report)), encoding="utf-8")
    found = files(Batch((judge(load(str(path)), None),)))
    assert list(found) == ["某某局-退回通知.txt", "某某局-退回通知.html"]
    assert "请在原来发放的填报表中改正" in found["某某局-退回通知.txt"].decode("utf-8-sig")


def test_a_json_report_goes_back_as_a_workbook_and_without_a_year_asks_for_haste(tmp_path):
    path = tmp_path / "a.json"
    source = {"form": "annual-report", "edition": "2021", "agency": {"name": "某某局"},
              "origin": "workbook", "values": {}}  # fmt: skip
    path.write_text(json.dumps(source), encoding="utf-8")
    found = files(Batch((judge(load(str(path)), None),)))
    assert "改好后保存，尽快原路发回" in found["某某局-退回通知.txt"].decode("utf-8-sig")
    assert read(found["某某局-退回修改.xlsx"]).report.sent == 2


# ── the command ───────────────────────────────────────────────────────────────────────────────────


def run(*arguments):
    return CliRunner().invoke(gouji, ["check", *map(str, arguments), "--lang", "zh"])


def test_check_writes_the_folder_and_says_for_how_many(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.xlsx").write_bytes(wrong())
    done = run(tmp_path / "in", "--notices", tmp_path / "退回")
    assert done.exit_code == 1
    assert "3 个文件，给 1 个单位。" in done.output
    assert len(list((tmp_path / "退回").iterdir())) == 3


def test_where_nothing_fails_no_folder_is_written(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(tamper.filled())
    done = run(tmp_path / "a.xlsx", "--notices", tmp_path / "退回")
    assert "没有要退回的报表" in done.output
    assert not (tmp_path / "退回").exists()


def test_a_folder_with_somebodys_files_is_left_alone(tmp_path):
    (tmp_path / "a.xlsx").write_bytes(wrong())
    done = run(tmp_path / "a.xlsx", "--notices", tmp_path)
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [tmp_path / "a.xlsx"])
    assert "请换一个新文件夹。" in done.output


def test_each_of_20_000_notices_of_one_name_is_named_in_one_step(monkeypatch):
    asked = []
    monkeypatch.setattr(module, "alike", lambda name: asked.append(name) or name)
    taken: dict[str, int] = {}
    names = [module._free("甲", taken) for _ in range(20_000)]  # noqa: SLF001
    assert names[:2] + names[-1:] == ["甲", "甲 (2)", "甲 (20000)"]
    assert len(set(names)) == 20_000
    assert len(asked) < 20_000 * 6
