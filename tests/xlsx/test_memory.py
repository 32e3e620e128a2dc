"""What was read before is read faster, and never otherwise: each row in every context."""

import re
from random import Random

import contexts
import pytest
import tamper
from contexts import BASE, BOOKS, PROLOGUE, SPACE
from rewriters import excel
from rewriters.saving import saved

from toolkit.files.examine import examine
from toolkit.xlsx import cutting, items, joined, memory, sheet, xml
from toolkit.xlsx.address import Place
from toolkit.xlsx.book import Book
from toolkit.xlsx.memory import MEMORY, SWITCH, Kept, Memory
from toolkit.xlsx.number import from_double
from toolkit.xlsx.runs import runs_of
from toolkit.xlsx.sheet import Grid
from toolkit.xlsx.strings import shared_strings
from toolkit.xlsx.zip import Package, Rejected

PART = "xl/worksheets/sheet1.xml"
BOX = (40, 8)
SST = (
    f'{PROLOGUE}<sst xmlns="{SPACE}" count="9" uniqueCount="4"><si><t>甲</t></si><si><t>b</t></si>'
    "<si><r><rPr><b/></rPr><t>c</t></r><r><t>d</t></r></si>\n<si><t>e</t></si></sst>"
).encode()


@pytest.fixture(autouse=True)
def forgotten(monkeypatch):
    """Begin and end without anything remembered."""
    monkeypatch.delenv(SWITCH, raising=False)
    MEMORY.clear()
    yield
    MEMORY.clear()


def answer(parse, source: bytes, around: Book, box: Place) -> Grid | tuple[str, dict[str, str]]:
    """Return a sheet, or why it is rejected."""
    try:
        return parse(source, around, box)
    except Rejected as error:
        return error.code, error.figures


def remembered(source: bytes, around: Book, box: Place) -> Grid:
    return joined.parse(Package((), {PART: source}), PART, around, box)


def plain(source: bytes, around: Book, box: Place) -> Grid:
    return sheet.parse(source, PART, around, box)


def agree(
    source: bytes, around: Book | None = None, box: Place = BOX
) -> Grid | tuple[str, dict[str, str]]:
    """Return a sheet's answer from memory, which is the parser's own; also of its cells' order."""
    around = around or BOOKS[0]
    found, true = (answer(parse, source, around, box) for parse in (remembered, plain))
    assert found == true
    if isinstance(found, Grid) and isinstance(true, Grid):
        assert list(found.cells) == list(true.cells)
    return found


def learnt(times: int = 3) -> None:
    """Have the sheet and its strings learnt."""
    for _ in range(times):
        agree(BASE)


# ── sheets ────────────────────────────────────────────────────────────────────────────────────────


def test_known_sheet_is_not_parsed(monkeypatch):
    learnt()
    monkeypatch.setattr(sheet, "parse", None)
    grid = remembered(
        BASE.replace(b"<v>17</v>", b"<v>99.5</v>").replace("甲 5".encode(), b"other"), BOOKS[0], BOX
    )
    assert grid.cells[2, 2] == ("number", "99.5", None, 2)
    assert grid.cells[5, 1] == ("text", "other", '"甲"', 0)
    assert grid.cells[2, 1] == ("text", "text 4", None, 1)
    assert grid.cells[8, 1] == ("number", "12", "B8*2", 0)


@pytest.mark.parametrize("name", contexts.EDITS)
def test_changed_sheet_after_the_known_one_and_before(name):
    """A sheet with the same rows in another context is what the parser says, however often."""
    changed = contexts.EDITS[name](BASE)
    learnt()
    for source in (changed, changed, changed, BASE, changed):
        agree(source)
    MEMORY.clear()
    for source in (changed, changed, BASE, BASE, changed, BASE):
        agree(source)


def test_every_change_of_the_base_changes_something():
    """Without that they would test nothing; what a sheet without a section has is left out."""
    same = [name for name, edit in contexts.EDITS.items() if edit(BASE) == BASE]
    assert same == []


def test_other_books_and_boxes():
    """Strings, pieces, styles and the box belong to the context."""
    learnt()
    for _ in range(3):
        for around in BOOKS:
            for box in (BOX, (2, 2), (80, 8), (4, 1)):
                agree(BASE, around, box)


def test_random_orders():
    """Whatever was read before, in any order, with any strings and styles."""
    sources = [BASE, *(edit(BASE) for edit in contexts.EDITS.values())]
    for seed in range(12):
        dice = Random(seed)  # noqa: S311 - reproducible, no secret
        MEMORY.clear()
        for source in dice.choices(sources, k=60):
            agree(source, dice.choice(BOOKS), dice.choice((BOX, (2, 2))))


def test_cursor_zoom_and_mark_are_no_other_sheet(monkeypatch):
    """Excel writes them anew in each save."""
    learnt()
    other = BASE.replace(b'zoomScale="100"', b'zoomScale="70"').replace(b'"B2"', b'"F7"', 2)
    other = re.sub(rb"\{0{8}", b"{0A9F0000", other)
    true = plain(other, BOOKS[0], BOX)
    monkeypatch.setattr(sheet, "parse", None)
    assert remembered(other, BOOKS[0], BOX) == true


def test_row_is_known_on_another_sheet_with_the_same_root(monkeypatch):
    """Rows are learnt one by one: a new one among known ones is parsed alone."""
    learnt()
    new = BASE.replace(b'<row r="60">', b'<row r="30"><c r="A30"><v>1</v></c></row><row r="60">')
    parsed: list[bytes] = []

    def noted(source: bytes, *rest):
        parsed.append(source)
        return real(source, *rest)

    real = sheet.parse
    monkeypatch.setattr(sheet, "parse", noted)
    assert remembered(new, BOOKS[0], BOX) == real(new, PART, BOOKS[0], BOX)
    assert len(parsed) == 1
    assert len(parsed[0]) < len(BASE) / 2


def test_shared_formulas_too_long_together():
    """The limit of a sheet holds for rows from memory, too."""
    formula = f'B6&amp;"{"x" * 7_000}"'
    row = '<row r="{0}"><c r="A{0}"><f t="shared" si="0"/></c></row>'
    first = f'<row r="1"><c r="A1"><f t="shared" ref="A1:A99" si="0">{formula}</f></c></row>'
    low, high, both = (
        f'<worksheet xmlns="{SPACE}"><sheetData>{first}{"".join(map(row.format, lines))}'
        "</sheetData></worksheet>".encode()
        for lines in (range(2, 32), range(40, 70), (*range(2, 32), *range(40, 70)))
    )
    for source in (low, low, low, high, high, high, both, both, low):
        agree(source)
    code, _ = agree(both)
    assert code == "too-large"


def test_formula_beyond_the_box_beside_a_rule_that_reaches():
    """Their order is the parser's: such a sheet is parsed as a whole."""
    both = contexts.EDITS["rule that reaches"](BASE)
    for _ in range(4):
        agree(both)


def test_switched_off(monkeypatch):
    monkeypatch.setenv(SWITCH, "0")
    learnt()
    assert items.texts_of(SST, "sst")[0] == ("甲", "b", "cd", "e")
    assert not MEMORY.entries
    assert not MEMORY.met


def test_numbers_in_keys_are_numbers():
    """What is taken out of a row is a finite double in every case."""
    for text in (
        "0",
        "-0",
        "9" * 15,
        "0." + "9" * 17,
        "1E+99",
        "9" * 15 + "E+99",
        "-1.5E-99",
        "007",
        "1E-99",
    ):
        assert cutting.NUMBER.fullmatch(b"<v>%b</v>" % text.encode())
        assert from_double(text) is not None
    for text in ("1e5", "+1", ".5", "1.", "1E+100", "9" * 16, "", " 1"):
        assert not cutting.NUMBER.fullmatch(b"<v>%b</v>" % text.encode())


# ── shared strings ────────────────────────────────────────────────────────────────────────────────


def texts(source: bytes):
    try:
        return items.texts_of(source, "sst")
    except Rejected as error:
        return error.code, error.figures


def true_texts(source: bytes):
    try:
        return shared_strings(source, "sst"), runs_of(source, "sst")
    except Rejected as error:
        return error.code, error.figures


@pytest.mark.parametrize("name", contexts.ITEM_EDITS)
def test_changed_strings_after_the_known_ones_and_before(name):
    changed = contexts.ITEM_EDITS[name](SST)
    assert changed != SST
    for source in (SST, SST, SST, changed, changed, changed, SST, changed):
        assert texts(source) == true_texts(source)
    MEMORY.clear()
    for source in (changed, changed, SST, SST, changed):
        assert texts(source) == true_texts(source)


def test_known_strings_are_not_parsed(monkeypatch):
    for _ in range(3):
        texts(SST)
    monkeypatch.setattr(items, "shared_strings", None)
    assert texts(SST) == (("甲", "b", "cd", "e"), {2: (("c", {"b": {}}), ("d", {}))})


# ── whole returns ─────────────────────────────────────────────────────────────────────────────────


def test_findings_are_those_of_a_return_read_alone(tmp_path, monkeypatch):
    """Labels, formulas, locks and merges changed in sheets that were clean before."""
    clean = saved(tamper.filled(), excel.EXCEL_2016, 0)
    parts = tamper.unpack(clean)
    table, cover = (tamper.part_of(parts, name) for name in ("表三", "填报说明"))
    spoilt = [
        tamper.pack(parts | {name: change(parts[name])})
        for name, change in (
            (table, contexts.of(b"<f>", b"<f>1+")),
            (table, contexts.EDITS["merged"]),
            (table, contexts.EDITS["unprotected"]),
            (table, contexts.EDITS["row hidden"]),
            (cover, contexts.EDITS["unprotected"]),
            ("xl/sharedStrings.xml", contexts.of("本年新收".encode(), "本年旧收".encode(), 9)),
            ("xl/sharedStrings.xml", contexts.of(b"<t>", b"<t>x", 40)),
            ("xl/styles.xml", contexts.of(b'locked="0"', b'locked="1"', -1)),
            ("xl/styles.xml", lambda xml: re.sub(rb'<sz val="[0-9.]+"/>', b'<sz val="1"/>', xml)),
        )
    ]
    path = tmp_path / "a.xlsx"

    def result(source: bytes):
        path.write_bytes(source)
        return examine(str(path))

    monkeypatch.setenv(SWITCH, "0")
    true = [result(source) for source in (clean, *spoilt)]
    assert len({str(one.findings) for one in true}) == len(true)
    monkeypatch.delenv(SWITCH)
    for number in (0, 0, 0, *range(len(true)), 0, 7, 0, 9):
        assert result((clean, *spoilt)[number]) == true[number]


def test_a_sheet_with_labels_out_of_place_is_no_sheet_in_place(tmp_path, monkeypatch):
    """Whether lines were moved is also told by texts in cells for numbers."""
    parts = tamper.unpack(saved(tamper.filled(), excel.EXCEL_2016, 0))
    name = tamper.part_of(parts, "表二")
    strings = parts["xl/sharedStrings.xml"]
    said = re.findall("<si>(.*?)</si>", strings.decode(), re.DOTALL)
    said = [re.sub("<[^>]+>", "", one) for one in said]
    one, other = (b"<v>%d</v>" % said.index(label) for label in ("规章", "行政规范性文件"))
    sheet = parts[name].replace(one, b"@").replace(other, one).replace(b"@", other)
    added = strings.replace(b"</sst>", "<si><t>无</t></si></sst>".encode())

    def typed(number: int, strings: bytes) -> bytes:
        cell = b'<c r="C6"\\1 t="s"><v>%d</v></c>' % number
        changed = re.sub(rb'<c r="C6"([^>]*?)(?: t="[a-z]+")?>.*?</c>', cell, sheet)
        assert changed != sheet
        return tamper.pack(parts | {name: changed, "xl/sharedStrings.xml": strings})

    path = tmp_path / "a.xlsx"

    def result(source: bytes):
        path.write_bytes(source)
        return examine(str(path))

    first, second = typed(len(said), added), typed(said.index("规章"), strings)
    monkeypatch.setenv(SWITCH, "0")
    true = [result(source) for source in (first, second)]
    monkeypatch.delenv(SWITCH)
    for number in (0, 0, 0, 0, 1, 0, 1):
        assert result((first, second)[number]) == true[number]


def test_a_tag_that_says_the_same_often_is_looked_at_once():
    """Looked at again from each place, these would take hours."""
    often = b"x='" + b't="b" ' * 150_000 + b"'"
    row = b'<row r="1"><c r="A1" ' + often + b"><f>1</f></c></row>"
    root = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    source = PROLOGUE.encode() + root + b"<sheetData>" + row + b"</sheetData></worksheet>"
    assert cutting.cut_up(source).rows


# ── the memory ────────────────────────────────────────────────────────────────────────────────────


def test_oldest_is_forgotten():
    small = Memory(limit=5 * memory.ENTRY)
    for number in range(4):
        small.put(number, str(number), 1)
        small.get(0)
    small.put("large", "x", 2 * memory.ENTRY)
    assert small.several([0, 1, 3, "large"]) == ["0", None, None, "x"]
    assert small.size == sum(size for _, size in small.entries.values())
    small.put("large", "y", 1)
    small.put("endless", "z", 9 * memory.ENTRY)
    assert not small.entries
    assert small.size == 0


def test_met_once(monkeypatch):
    monkeypatch.setattr(memory, "SEEN_LIMIT", 2)
    small = Memory()
    assert [small.is_met(key) for key in ("a", "b", "a", "c", "a")] == [
        False,
        False,
        True,
        False,
        False,
    ]


def test_results_of_many_kinds_of_texts_are_not_kept(monkeypatch):
    monkeypatch.setattr(memory, "_RESULTS", 2)
    monkeypatch.setattr(memory, "_ROWS", 1)
    family: dict[object, tuple[set[int], object]] = {}
    kept = [
        Kept(frozenset(), (), {}, frozenset((number, number + 1)), family) for number in range(3)
    ]
    for one, name in zip(kept, "aab", strict=True):
        one.note_clean(name)
    assert [one.is_clean("a") for one in kept] == [True, True, False]
    kept[2].note_clean("c")
    kept[2].note_clean("d")
    assert set(family) == {"d"}
    assert set(kept[2].known) == {"d"}
    assert not Kept(frozenset(), (), {}, frozenset(), family).is_clean("d")


def test_elements_of_large_parts_are_not_kept():
    small = f'<a xmlns="{SPACE}">{"<b/>" * 3}</a>'.encode()
    large = f'<a xmlns="{SPACE}">{"<b/>" * 20_000}</a>'.encode()
    for source in (small, small, small, large, large):
        assert xml.elements(source, "a", f"{SPACE} ")[0].path == ("a",)
    assert [key[2] for key in MEMORY.entries] == [small]
