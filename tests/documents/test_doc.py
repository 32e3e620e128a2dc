import random
import struct
import time
from pathlib import Path

import olddoc
import papers
import pytest
from olddoc import INSIDE, cells, doc, row

from toolkit.documents import binary, compound
from toolkit.documents.candidate import REPORT, needs_office, sorted_out
from toolkit.documents.doc import read_doc
from toolkit.documents.document import Paragraph
from toolkit.documents.docx import read_docx
from toolkit.documents.importing import import_document
from toolkit.edition import edition as editions
from toolkit.xlsx.zip import Rejected

HIDDEN, DELETED, SHOWN = b"\x3c\x08\1", b"\0\x08\1", b"\x3c\x08\0"
SYMBOL = b"\x09\x6a\0\0\0\0"


def drawn(source):
    return [
        block.text
        if isinstance(block, Paragraph)
        else [(c.row, c.column, c.rows, c.columns, c.text) for c in block.cells]
        for block in read_doc(source).blocks
    ]


def refused(source):
    with pytest.raises(Rejected) as caught:
        read_doc(source)
    return caught.value.code, caught.value.figures.get("why") or caught.value.figures.get("case")


def paper():
    form = editions.named("annual-report", "2021")
    return papers.paper(form, papers.numbers(form))


# ── what is read ──────────────────────────────────────────────────────────────────────────────────


def test_a_report_is_read_as_its_docx_is():
    source = olddoc.as_doc(paper())
    assert read_doc(source).blocks == read_docx(papers.as_docx(paper())).blocks
    read = import_document(source).report
    assert {key: read.values[key] for key in paper().truth} == paper().truth
    assert (sorted_out(source), needs_office(source)) == (REPORT, False)


@pytest.mark.parametrize("options", [{"narrow": True}, {"second": True}, {"flags": 0}])
def test_text_of_either_width_in_pieces_is_read(options):
    assert drawn(doc([("ab\r", b""), ("c\x0bd\f", b"")], **options)) == ["ab", "c", "d"]


def test_pairs_of_units_are_one_sign_and_control_signs_are_none():
    text = "\U00020000\1a\x1eb\x1f\tc\r"
    assert drawn(doc([(text, b"")])) == ["\U00020000a-b\tc"]


@pytest.mark.parametrize("hidden", [HIDDEN, DELETED, SYMBOL, b"\x3c\x08\x81"])
def test_what_is_hidden_or_deleted_is_left_out(hidden):
    marks = [(1, 2, hidden), (3, 4, SHOWN), (4, 5, hidden)]
    assert drawn(doc([("a7b1(c\r", b"")], hidden=marks)) == ["ab1c"]


def test_results_of_fields_are_read_and_their_instructions_are_not():
    text = "a\x13IF\x13 X\x14 7\x15\r 8\x14 9\x15b\x13 Y\x15\x14\x15\r"
    assert drawn(doc([(text, b"")])) == ["a 9b"]


def test_cells_get_their_columns_by_the_edges_of_all_rows():
    parts = [
        *cells("a", "b"), row([0, 1000, 3000], [0x60, 0]),
        *cells("", "c", "d"), row([5, 1000, 2000, 3000], [0x20, 0, 0]),
        *cells("e"), row([1000, 3000]),
        ("end\r", b""),
    ]  # fmt: skip
    table = [(1, 1, 2, 1, "a"), (1, 2, 1, 2, "b"), (2, 2, 1, 1, "c"), (2, 3, 1, 1, "d"),
             (3, 1, 1, 1, ""), (3, 2, 1, 2, "e")]  # fmt: skip
    assert drawn(doc(parts)) == [table, "end"]


@pytest.mark.parametrize(
    ("flags", "more"),
    [((1, 2, 0), b""), ((2, 1, 0), b""), ((), struct.pack("<HBB", 0x5624, 0, 2))],
)
def test_cells_joined_side_by_side_are_one(flags, more):
    edges = [0, 1000, 2000, 3000]
    parts = [
        *cells("a", "b", "c"),
        row(edges, flags, more),
        *cells(*"def"),
        row(edges),
        ("\r", b""),
    ]
    assert drawn(doc(parts)) == [
        [(1, 1, 1, 2, "a\nb"), (1, 3, 1, 1, "c"), *((2, n, 1, 1, "cdef"[n]) for n in (1, 2, 3))]
    ]


def test_a_cell_may_be_joined_by_a_change_and_have_lines():
    joined = struct.pack("<HBBB", 0xD62B, 2, 0, 1)
    parts = [("a\r", INSIDE), *cells("b"), row([0, 100]), *cells(""), row([0, 100], (), joined)]
    assert drawn(doc(parts)) == [[(1, 1, 2, 1, "a\nb")]]


def test_properties_too_long_for_their_page_are_found():
    edges = [n * 400 for n in range(31)]
    parts = [*cells(*map(str, range(30))), row(edges, [0] * 30), ("end\r", b"\x49\x66\0\0\0\0")]
    (table, end) = drawn(doc(parts))
    assert (table, end) == ([(1, n + 1, 1, 1, str(n)) for n in range(30)], "end")


@pytest.mark.parametrize(
    ("properties", "title"),
    [
        (olddoc.properties("年报\0".encode("gbk")), "年报"),
        (olddoc.properties("年报\0".encode(), 65001), "年报"),
        (olddoc.properties("年报".encode("utf-16-le"), 1200), "年报"),
        (olddoc.properties(b"a\0b\0", kind=0x1F), "ab"),
        (olddoc.properties(b"a", 1), ""),
        (bytes(44) + struct.pack("<3L", 48, 8, 0), ""),
        (b"", ""),
    ],
)
def test_the_title_is_that_of_the_properties(properties, title):
    assert read_doc(doc([("a\r", b"")], title=properties)).title == title


def test_the_table_of_sectors_may_be_named_by_a_sector_and_an_own_storage_is_no_stream():
    found = olddoc.streams([("a\r", b"")])
    assert drawn(olddoc.compound(found, listed=True)) == ["a"]
    source = bytearray(olddoc.compound({"a": b"x"}))
    opened = compound.open_compound(bytes(source))
    assert (opened.stream("a"), opened.stream("b")) == (b"x", b"")
    assert compound.open_compound(olddoc.compound({})).entries == {}
    assert compound.open_compound(olddoc.compound({"a": b""})).stream("a") == b""


# ── what is refused ───────────────────────────────────────────────────────────────────────────────

NESTED = [("a\r", b"\x49\x66\2\0\0\0"), *cells("b"), row([0, 100])]
PART = [*cells("a"), row([0, 100])]


@pytest.mark.parametrize(
    ("parts", "options", "told"),
    [
        (NESTED, {}, ("not-a-workbook", "save-as")),
        (
            [*cells("a"), row([0, 100], (), struct.pack("<HH", 0x5622, 1))],
            {},
            ("not-a-workbook", "save-as"),
        ),
        ([*cells("a", "b"), row([0, 10, 100])], {}, ("not-a-workbook", "save-as")),
        ([("a\r", b"\x15\xc6\xff")], {}, ("not-a-workbook", "save-as")),
        ([("a\r", b"")], {"change": 3}, ("not-a-workbook", "save-as")),
        ([("a\r", b"")], {"flags": 0x300}, ("encrypted", None)),
        ([("a\r", b"\x15\xc6\x09")], {}, ("damaged", "properties")),
        ([*cells("a"), row([0, 50, 100])], {}, ("damaged", "row")),
        ([*cells("a"), ("\7", olddoc.ROW_END)], {}, ("damaged", "row")),
        ([*cells("a"), ("b\r", b"")], {}, ("damaged", "cell")),
        ([("a\7", b"")], {}, ("damaged", "cell")),
        ([("a\x13\7", INSIDE), row([0, 100])], {}, ("damaged", "field")),
        ([("a\x13\r", b"")], {}, ("damaged", "end")),
        ([*PART, ("\x13\r", INSIDE)], {}, ("damaged", "end")),
        ([*PART, ("b\r", INSIDE)], {}, ("damaged", "end")),
        ([*PART, *cells("a")], {}, ("damaged", "end")),
    ],
)
def test_what_is_not_followed_is_refused(parts, options, told):
    assert refused(doc(parts, **options)) == told


def changed(name, place, value):
    """Return a document in whose stream a number is another."""
    found = olddoc.streams([("abc\r", b""), ("d\r", b"")])
    stream = bytearray(found[name])
    struct.pack_into("<L", stream, place % len(stream), value)
    return olddoc.compound({**found, name: bytes(stream)})


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (changed("WordDocument", 0, 0), ("not-a-workbook", "save-as")),
        (changed("WordDocument", 0, 0x65A5EC), ("not-a-workbook", "save-as")),
        (changed("WordDocument", 0x4C, 99), ("damaged", "pieces")),
        (changed("WordDocument", 0x4C, 4_000_001), ("too-large", None)),
        (changed("WordDocument", 0x1A6, 4), ("damaged", "truncated")),
        (changed("1Table", -20, 3), ("damaged", "pieces")),
        (changed("1Table", -16, 6), ("damaged", "pieces")),
        (changed("1Table", -6, 9_999), ("damaged", "pieces")),
        (changed("1Table", -6, 0), ("damaged", "end")),
        (changed("WordDocument", 2048, 1031), ("damaged", "runs")),
        (changed("1Table", -40, 9_999), ("damaged", "runs")),
        (changed("WordDocument", 2048, 9_999), ("damaged", "runs")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ("damaged", "truncated")),
        (bytes(600), ("damaged", "sector size")),
        (olddoc.compound({}), ("not-a-workbook", "save-as")),
        (olddoc.compound({"EncryptedPackage": b"1"}), ("encrypted", None)),
        (olddoc.compound({"\tDRMContent": b"1"}), ("encrypted", "rights")),
    ],
)
def test_damage_and_locks_are_told(source, told):
    assert refused(source) == told
    ours = told[0] in ("encrypted", "too-large") or not source.startswith(b"\xd0\xcf")
    assert needs_office(source) != ours


def forged(place, value):
    """Return a small compound file in which a number is another."""
    source = bytearray(olddoc.compound({"WordDocument": b"x" * 5000, "a": b"y"}))
    struct.pack_into("<L", source, place % len(source), value)
    return bytes(source)


def test_chains_that_run_in_circles_or_outside_are_damage():
    assert refused(forged(-512, 0)) == ("damaged", "sector chain")
    assert refused(forged(-512, 70)) == ("damaged", "sector chain")
    assert refused(forged(68, 1)) == ("damaged", "sector list")
    assert refused(forged(68, 9_999)) == ("damaged", "sector list")
    source = olddoc.compound({"WordDocument": b"x" * 5000})
    at = struct.unpack_from("<L", source, 48)[0] * 512 + 512
    for place, value, why in (
        (76, 9, "entries"),
        (128 + 68, 1, "entries"),
        (128 + 120, 99_999, "stream"),
    ):
        other = bytearray(source)
        struct.pack_into("<L", other, at + place, value)
        assert refused(bytes(other)) == ("damaged", why)


@pytest.mark.parametrize(
    ("module", "name"),
    [(compound, "FILE_LIMIT"), (binary, "TEXT_LIMIT"), (binary, "RUN_LIMIT")],
)
def test_limits_hold(monkeypatch, module, name):
    source = doc([("a\r", INSIDE), ("\7", INSIDE), row([0, 100])])
    monkeypatch.setattr(module, name, 2 if name != "TEXT_LIMIT" else 3)
    assert refused(source)[0] == "too-large"


def test_properties_have_a_limit_of_their_own(monkeypatch):
    monkeypatch.setattr(binary, "TEXT_LIMIT", 5)
    assert refused(doc([("a\r", INSIDE * 3)])) == ("too-large", None)


# ── damage by chance ──────────────────────────────────────────────────────────────────────────────


def damaged(source, seed):
    """Return a document with bits, numbers or its end changed."""
    rng, found = random.Random(seed), bytearray(source)  # noqa: S311 - nothing secret
    for _ in range(rng.choice((1, 3, 30))):
        place = rng.randrange(len(found) - 4)
        what = rng.randrange(4)
        if what == 0:
            found[place] ^= 1 << rng.randrange(8)
        elif what == 1:
            value = rng.choice((0, 1, 2, 0xFFFFFFFE, 0x7FFFFFFF, rng.randrange(400)))
            struct.pack_into("<L", found, rng.choice((place, place % 600)), value)
        elif what == 2:
            code = rng.choice((0xD608, 0x6646, 0x2417, 7, 13, 0x13))
            struct.pack_into("<H", found, place, code)
        elif rng.random() < 0.1:
            del found[max(place, 600) :]
    return bytes(found)


def test_damaged_documents_are_read_or_refused_at_once():
    source = olddoc.as_doc(paper())
    codes = set()
    for seed in range(300):
        before = time.process_time()
        try:
            read_doc(damaged(source, seed))
            codes.add("read")
        except Rejected as error:
            codes.add(error.code)
        assert time.process_time() - before < 1
    assert codes >= {"read", "damaged"}


SHARED = Path(__file__).resolve().parents[3] / "shared" / "documents" / "made"


@pytest.mark.parametrize("name", ["seed", "shuyang", "suqian23", "suqian24"])
def test_what_libreoffice_saves_is_read_as_its_docx_is(name):
    path = SHARED / f"{name}.doc"
    if not path.exists():
        pytest.skip("the published documents are not beside this checkout")
    own, other = read_doc(path.read_bytes()), read_docx(path.with_suffix(".docx").read_bytes())
    assert own.blocks == other.blocks
