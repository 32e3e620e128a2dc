"""The reader answers any bytes with a result or one kind of error."""

import os
import random
import re
from decimal import Decimal

import hypothesis
import pytest
import tamper
from hypothesis import strategies as st
from letters import mail, part

from toolkit.files.archive import open_archive
from toolkit.files.examine import examine
from toolkit.report.report import proposal
from toolkit.returned.read import read
from toolkit.xlsx import formula, render
from toolkit.xlsx.number import from_double
from toolkit.xlsx.numfmt import styles
from toolkit.xlsx.zip import Rejected, open_package

FLIPS = int(os.environ.get("GOUJI_FLIPS", "40"))
"""Bytes changed for each seed; 500 in a full run."""
PARTS = ("xl/worksheets/sheet4.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml",
         "xl/styles.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels")  # fmt: skip
PIECES = ("<", ">", "/>", "<c>", "</c>", "<v>9</v>", '<row r="7">', "</row>", "<f>1</f>", "&amp;", "&x;",
          "<is><t>x</t></is>", ' t="s"', ' t="inlineStr"', ' r="A1"', ' s="9"', "]]>", "<![CDATA[", "<!--",
          "-->", "<?x?>", "\0", "\u202e", "9" * 50, "</sheetData>", "<sheetData>", "-1", "1e9", "'", '"',
          "xmlns='u'", "<mergeCell ref='A1:B2'/>", "rId1", "..", "")  # fmt: skip
few = hypothesis.settings(max_examples=60)


@few
@hypothesis.given(
    st.binary(max_size=300), st.sampled_from([b"", b"PK\3\4", b"PK\5\6", b"\xd0\xcf"])
)
def test_any_bytes_are_refused(content, head):
    with pytest.raises(Rejected):
        open_package(head + content)


@few
@hypothesis.given(
    st.sampled_from(PARTS),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 60), st.sampled_from(PIECES)),
        min_size=1,
        max_size=4,
    ),
)
def test_a_part_with_any_pieces_put_in_is_read_or_refused(name, edits):
    parts = tamper.unpack(tamper.filled())
    text = parts[name].decode()
    for where, length, piece in edits:
        place = int(where * len(text))
        text = text[:place] + piece + text[place + length :]
    source = tamper.pack(parts | {name: text.encode("utf-8", "replace")}, 0)
    try:
        reading = read(source)
    except Rejected as error:
        assert re.fullmatch("[a-z-]+", error.code)  # noqa: PT017 - either answer is right
        return
    for finding in reading.findings:
        assert finding.message("zh")
        assert finding.message("en")


@hypothesis.given(st.text(alphabet="0123456789.eE+-_ １²\u0663\u200bNaINF", max_size=45))
def test_any_digits_are_a_finite_number_or_none(text):
    number = from_double(text)
    assert number is None or number.is_finite()
    assert number is None or text.isascii()
    assert number is None or bool(number) == bool(re.search("[1-9]", re.split("[eE]", text)[0]))


@hypothesis.given(st.text(alphabet="0123456789.,，、＋+-件元万 \u00a0\u200b无/—（）", max_size=20))
def test_a_proposal_is_a_number_above_zero_or_the_zero_that_was_written(text):
    number = proposal(text)
    assert number is None or number > 0 or "0" in text or "０" in text


FORMULA = st.text(alphabet="ABXFD$123:!'\"[]|()+-*/,. <>=\\_xlfn.SUM表三\n", max_size=60)


@hypothesis.given(FORMULA, st.tuples(st.integers(1, 99), st.integers(1, 99)))
def test_any_formula_is_told_apart_and_moved(text, to):
    assert formula.same(text, text.lower()) or '"' in text
    assert formula.moved(text, to, to) == text
    assert isinstance(formula.moved(text, (1, 1), to), str)
    assert formula.reaches(text) in {True, False}


@hypothesis.given(st.text(alphabet='0#?.,;"\\_*[]@ymdhsGeneral%件', max_size=40))
def test_any_number_format_is_rendered(code):
    assert render.is_day(code) in {True, False}
    assert isinstance(render.of_text(code, "7").text, str)
    for number in ("0", "7", "-3", "12.5", "1E308", "1E-300", "45000"):
        assert isinstance(render.of_number(code, Decimal(number)).text, str)


def test_a_number_format_of_a_million_brackets_is_judged_at_once():
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    code = "[" * 1_000_000
    form = f'<numFmts><numFmt numFmtId="300" formatCode="{code}"/></numFmts>'
    xml = f'<styleSheet xmlns="{main}">{form}<cellXfs><xf numFmtId="300"/></cellXfs></styleSheet>'
    assert styles(xml.encode(), "a.xml").number == 1


def test_a_text_of_a_hundred_thousand_signs_is_told_in_a_short_sentence(tmp_path):
    path = tmp_path / "a.xlsx"
    inner = f"<is><t>{'件' * 100_000}</t></is>"
    path.write_bytes(tamper.put("表三", "D7", inner, t="inlineStr"))
    (finding,) = [f for f in examine(str(path)).findings if f.code == "number"]
    assert finding.found == "件" * 100_000
    assert len(finding.message("zh")) < 500


@few
@hypothesis.given(st.binary(max_size=200), st.integers(0, 3000), st.sampled_from(["eml", "zip"]))
def test_any_mail_or_zip_gives_bytes_or_is_refused(content, place, kind):
    clean = (
        mail(part(b"x" * 99)) if kind == "eml" else tamper.pack({"a.json": b"{}", "b.zip": b"x"})
    )
    place %= len(clean)
    for source in (content, clean[:place] + content + clean[place:], clean[:place]):
        try:
            found = open_archive(f"a.{kind}", source)
        except Rejected:
            continue
        for give in found.values():
            try:
                assert isinstance(give(), bytes)
            except Rejected:
                continue


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_byte_turned_over_changes_what_is_read_without_a_finding(seed):
    source = tamper.filled()
    true = read(source).report
    rng = random.Random(seed)  # noqa: S311 - reproducible, no secret
    for _ in range(FLIPS):
        place, turned = rng.randrange(len(source)), rng.randrange(1, 256)
        try:
            found = read(tamper.poked(source, place, bytes([source[place] ^ turned])))
        except Rejected:
            continue
        same = found.report.values == true.values and found.report.texts == true.texts
        assert same or found.findings, (place, turned)
