"""Styles, colours, number formats and drawings of any workbook, parsed and rendered."""

from decimal import Decimal

import pytest

from toolkit.xlsx import render
from toolkit.xlsx.colour import WHITE, from_format, from_hex, resolved, themed
from toolkit.xlsx.drawing import boxes_of
from toolkit.xlsx.face import Face, change_of, is_light, is_plain_font, run_face
from toolkit.xlsx.numfmt import styles
from toolkit.xlsx.runs import runs_of
from toolkit.xlsx.zip import Package, Rejected

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
DML = "http://schemas.openxmlformats.org/drawingml/2006/main"
XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"


def parsed(inner, theme=""):
    xml = f'<styleSheet xmlns="{MAIN}" xmlns:mc="{MC}" xmlns:z="urn:z">{inner}</styleSheet>'
    return styles(xml.encode(), "xl/styles.xml", theme.encode(), "xl/theme/theme1.xml")


# ── number formats ────────────────────────────────────────────────────────────────────────────────

RENDERED = {
    ('[<=5]0;[>100]"many";0.0', "7"): "7.0",
    ('[<5]"few";[>100]"many";0.0', "101"): "many",
    ('[<5]"few";[>100]"many"', "7"): "#",
    ('[<>7]0;"x"', "7"): "x",
    ('[>=7]0;"x"', "-7"): "-x",
    ("[<0]0;0", "-7"): "7",
    ("0;@", "-7"): "-7",
    ("@", "7"): "7",
    ('"a"@;;;', "7"): "a7",
    ("0.00E-00", "0.012"): "1.20E-02",
    ("0E+0", "0"): "0E+0",
    ("# ?/?", "0.5"): "1/2",
    ("# ?/8", "12.5"): "12 4/8",
    ("?/?", "7"): "7/1",
    ("#_ ??/??", "3"): "3",
    ("#,##0", "1234567"): "1,234,567",
    ("0,0", "1234"): "1,234",
    ("00-00", "1234"): "12-34",
    ("??.??", "7.1"): " 7.1 ",
    ("#,##0,,", "12345678"): "12",
    ("h:mm AM/PM", "0.75"): "18:00 PM",
    ("h:mm A/P", "0.25"): "6:00 AM",
    ("mm:ss", "0.5"): "00:00",
    ("[h]:mm", "1.5"): "36:00",
    ("[mm]", "1"): "1440",
    ("yy-mmm-dddd", "45000"): "23-Mar-Wednesday",
    ("mmmmm mmmm ddd", "45000"): "M March Wed",
    ("aaa aaaa", "45000"): "Wed Wednesday",
    ("bb gge r", "45000"): "66 2023 ",
    ("s", "45000"): "0",
    ("yyyy", "-1"): "#",
    ("yyyy", "1E300"): "#",
    ("[Color 99]0", "7"): "7",
    ("", "7"): "",
    ('0;[>5]"a";"b"', "0"): "b",
}  # fmt: skip


@pytest.mark.parametrize(("code", "number"), RENDERED)
def test_a_number_is_rendered_as_excel_shows_it(code, number):
    assert render.of_number(code, Decimal(number)).text == RENDERED[code, number]


def test_dates_are_counted_from_either_epoch():
    assert render.of_number("yyyy-mm-dd", Decimal(0), since_1904=True).text == "1904-01-01"
    assert render.of_number("yyyy-mm-dd", Decimal(45000)).text == "2023-03-15"


def test_formats_known_by_number_only():
    assert [render.built_in(n) for n in (0, 1, 9, 14, 49, 99)] == [
        "General", "0", "0%", "yyyy-mm-dd", "@", "General",
    ]  # fmt: skip


# ── colours ───────────────────────────────────────────────────────────────────────────────────────


def test_colours_by_rgb_palette_theme_and_tint():
    theme = themed(b"", "t")
    white, green = WHITE, (0, 128, 0)
    assert from_hex("x") is None
    assert [from_format(name) for name in ("Red", "Color 10", "Color99", "DBNum1")] == [
        (255, 0, 0), green, None, None,
    ]  # fmt: skip
    given = [
        ({"rgb": "FFFFFFFF"}, white), ({"rgb": "oops"}, None), ({"theme": "0"}, white), ({"theme": "99"}, None),
        ({"indexed": "17"}, green), ({"indexed": "65"}, white), ({"indexed": "64"}, None), ({"auto": "1"}, None),
        ({"theme": "0", "tint": "-0.5"}, (128, 128, 128)), ({"theme": "1", "tint": "1"}, white),
        ({"rgb": "000000", "tint": "x"}, (0, 0, 0)),
    ]  # fmt: skip
    assert [resolved(attributes, theme) for attributes, _ in given] == [
        colour for _, colour in given
    ]
    assert resolved({"indexed": "0"}, theme, [green]) == green


def test_a_theme_gives_its_colours_and_a_broken_one_those_of_office():
    inner = '<a:dk1><a:sysClr val="windowText" lastClr="112233"/></a:dk1><a:lt1><a:srgbClr val="zz"/></a:lt1>'
    theme = themed(
        f'<a:theme xmlns:a="{DML}">{inner}<a:srgbClr val="FF0000"/></a:theme>'.encode(), "t"
    )
    assert theme[:2] == (WHITE, (17, 34, 51))
    assert themed(b"<a", "t") == themed(b"", "t")


# ── styles ────────────────────────────────────────────────────────────────────────────────────────


def test_a_style_takes_what_it_leaves_out_from_its_named_style_whatever_the_order():
    xf = '<xf numFmtId="200" fontId="1"><alignment horizontal="fill"/></xf>'
    found = parsed(
        f'<cellXfs><xf xfId="1"/><xf xfId="1"/><xf numFmtId="0" fontId=" 01 " fillId="9"/></cellXfs>'
        f"<cellStyleXfs><xf/>{xf}</cellStyleXfs>"
        '<fonts><font/><font><sz val="x"/><strike/><color indexed="0"/></font></fonts>'
        '<colors><indexedColors><rgbColor rgb="FF010203"/></indexedColors></colors>'
        '<numFmts><numFmt numFmtId="0200" formatCode="0.0"/><other/></numFmts>'
        "<cellStyles><cellStyle/></cellStyles><font/>"
    )
    first = Face("0.0", 0.1, (1, 2, 3), (), 0, 0, frozenset({"fill", "strike"}))
    assert found.faces == (first, first, Face(size=0.1, ink=(1, 2, 3), marks=frozenset({"strike"})))
    assert found.number == 3


def test_fills_of_every_kind():
    kinds = {
        '<patternFill patternType="solid"><fgColor rgb="FF010101"/></patternFill>': ((1, 1, 1),),
        '<patternFill patternType="solid"><fgColor auto="1"/></patternFill>': (WHITE,),
        '<patternFill patternType="solid"/>': ((0, 0, 0),),
        '<patternFill patternType="gray125"/>': ((223, 223, 223),),
        '<patternFill patternType="lightUp"><fgColor rgb="000000"/><bgColor rgb="000000"/></patternFill>':
        ((0, 0, 0),),
        "<patternFill/>": (),
        '<gradientFill><stop><color rgb="FFFFFF"/></stop><stop><color auto="1"/></stop></gradientFill>':
        (WHITE, (0, 0, 0)),
        "": (),
    }  # fmt: skip
    fills = "".join(f"<fill>{one}</fill>" for one in kinds)
    xfs = "".join(f'<xf fillId="{n}"/>' for n in range(len(kinds)))
    found = parsed(f"<fills>{fills}</fills><cellXfs>{xfs}</cellXfs>").faces
    assert [face.fills for face in found] == list(kinds.values())
    many = "".join('<stop><color rgb="000000"/></stop>' for _ in range(99))
    assert len(parsed(f"<fills><fill><gradientFill>{many}</gradientFill></fill></fills>"
                      "<cellXfs><xf/></cellXfs>").faces[0].fills) == 9  # fmt: skip


def test_conditional_formats_take_the_colour_of_the_font_not_of_the_border():
    found = parsed(
        '<dxfs><dxf><border><left><color rgb="FFFFFFFF"/></left></border></dxf>'
        '<dxf><numFmt numFmtId="9" formatCode="0"/><font><strike/><color rgb="FF010101"/></font></dxf>'
        '<dxf><fill><patternFill patternType="lightUp"><fgColor rgb="FF020202"/><bgColor rgb="FFFFFFFF"/>'
        "</patternFill></fill></dxf></dxfs>"
    ).changes
    assert [(one.code, one.ink, one.fill) for one in found] == [
        (None, None, None), ("0", (1, 1, 1), None), (None, None, (2, 2, 2)),
    ]  # fmt: skip
    assert change_of({"bgColor": {"rgb": "000000"}}, ()).fill == (0, 0, 0)


def choice(said, fallback):
    return (f'<mc:AlternateContent><mc:Choice Requires="z">{said}</mc:Choice>'
            f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>")  # fmt: skip


def test_a_choice_between_two_ways_to_say_the_same_is_read_as_hancom_office_writes_it():
    fonts = choice(
        '<font z:a="1"><sz val="9"/><z:size val="2"/></font>', '<font><sz val="9"/></font>'
    )
    found = parsed(f"<fonts><font/>{fonts}</fonts><cellXfs><xf fontId='1'/></cellXfs>")
    assert found.faces[0].size == 9
    assert parsed("<fonts><mc:AlternateContent/></fonts><cellXfs><xf/></cellXfs>").number == 1


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("<fonts>" + choice('<font><sz val="1"/></font>', "<font/>") + "</fonts>", "unsafe"),
        (choice("<cellXfs><xf/></cellXfs>", ""), "unsafe"),
        ("<z:a><cellXfs><xf/></cellXfs></z:a>", "unsafe"),
        ('<numFmts><numFmt numFmtId="200" formatCode="0"/><numFmt numFmtId="0200" formatCode="1"/></numFmts>',
         "unsafe"),
        ('<cellXfs><xf numFmtId="x"/></cellXfs>', "damaged"),
        ("<cellXfs/><cellXfs/>", "damaged"),
        ("<fonts>" + "<font>" * 70 + "</font>" * 70 + "</fonts>", "too-large"),
        ("<fonts>" + "<font/>" * 65_537 + "</fonts>", "too-large"),
    ],
)  # fmt: skip
def test_styles_that_programs_read_differently_are_refused(inner, code):
    with pytest.raises(Rejected) as refused:
        parsed(inner)
    assert refused.value.code == code


def test_a_large_styles_part_is_not_kept():
    assert parsed("<cellXfs><xf/></cellXfs>" + " " * 2**18).number == 1


def test_fonts_of_pieces():
    cell = Face(fills=((0, 0, 0),))
    assert not is_light(cell)
    assert is_light(Face(fills=(WHITE,)))
    assert run_face({"sz": {"val": "3"}}, cell, ()).size == 3
    assert run_face({"color": {"auto": "1"}}, cell, ()).ink == (0, 0, 0)
    plain = [{}, {"color": {"rgb": "FF102030"}, "sz": {"val": "9"}, "charset": {"val": "134"}}]
    odd = [{"color": {"theme": "0"}}, {"color": {"rgb": "x"}}, {"strike": {}}, {"sz": {"val": "x"}},
           {"charset": {"val": "2"}}, {"rFont": {"val": "Symbol"}}]  # fmt: skip
    assert [is_plain_font(font) for font in (*plain, *odd)] == [True] * 2 + [False] * 6


def test_shared_strings_in_pieces():
    inner = ('<si><t>a</t></si><si><r><t>b_x0041_</t></r><r><rPr><sz val="1"/></rPr><t>c</t></r>'
             "<rPh><t>hint</t></rPh><phoneticPr/></si>")  # fmt: skip
    found = runs_of(f'<sst xmlns="{MAIN}">{inner}</sst>'.encode(), "p")
    assert found == {1: (("bA", {}), ("c", {"sz": {"val": "1"}}))}
    assert runs_of(f'<sst xmlns="{MAIN}"><si><t>a</t></si></sst>'.encode(), "p") == {}


# ── drawings ──────────────────────────────────────────────────────────────────────────────────────


def boxes(name, content):
    package = Package((name,), {name: content.encode()})
    return boxes_of(package, {name: "vmlDrawing" if name.endswith("vml") else "drawing"})


def test_parts_that_are_missing_or_no_drawing_have_no_boxes():
    assert boxes_of(Package((), {}), {"a.xml": "drawing"}) == ()
    assert boxes("a.xml", "<a") == ()
    assert boxes("a.xml", "<a>words<b>more</b></a>") == ()
    with pytest.raises(Rejected):
        boxes(
            "a.xml", "<a" + "".join(f" b{n}=''" for n in range(9)) + ">" + "<b/>" * 300_001 + "</a>"
        )


def test_old_shapes_without_a_place_cover_nothing():
    vml = ('<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:x="urn:schemas-microsoft-com:office:excel">'
           '<v:rect filled="f"> <x:ClientData ObjectType="Rect"><x:Anchor>1, 2</x:Anchor></x:ClientData></v:rect>'
           '<v:rect filled="f"><x:ClientData ObjectType="Rect"><x:Anchor>x, 0, 0, 0, 1, 0, 1, 0</x:Anchor>'
           "</x:ClientData></v:rect></xml>")  # fmt: skip
    assert [(box.covers, box.last) for box in boxes("a.vml", vml)] == [
        (False, None), (False, (1, 0.0, 1, 0.0)),
    ]  # fmt: skip
