"""Changes a workbook as people, programs and attackers do: part by part, never through a reader."""

import io
import re
import struct
import zipfile
from collections.abc import Callable
from functools import cache, lru_cache, partial

from toolkit.blank.build import build
from toolkit.edition.edition import Edition, named
from toolkit.report.report import Report, recompute

Parts = dict[str, bytes]
Change = Callable[[str], str]


@cache
def edition() -> Edition:
    """Return the edition the tests' workbooks are of."""
    found = named("annual-report", "2021")
    assert found is not None
    return found


@cache
def filled() -> bytes:
    """Return a complete return: every number 0 but a few, with texts."""
    form = edition()
    typed = dict.fromkeys(form.typed, 0)
    typed |= {
        "applications.received.natural_person": 7,
        "applications.granted.natural_person": 5,
        "applications.carried_out.natural_person": 2,
        "applications.received.business": 1,
        "applications.granted.business": 1,
        "disputes.review.upheld": 3,
    }
    report = Report(
        form,
        {"name": "某某局", "code": "11320000", "level": "county"},
        2025,
        recompute(form, typed, ()),
        texts={"overview": "第一段\n第二段", "problems": "无", "other": ""},
        origin="workbook",
        sent=2,
    )
    return build(form, report, {"applications.carried_out.natural_person": 0})


def unpack(source: bytes) -> Parts:
    """Return {name: content} of every entry, in order."""
    return dict(_unpacked(source))


@lru_cache(maxsize=8)
def _unpacked(source: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(parts: Parts, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of the parts in their order."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), content, compression)
    return target.getvalue()


def part_of(parts: Parts, sheet: str) -> str:
    """Return the name of a sheet's part."""
    book = parts["xl/workbook.xml"].decode()
    ident = re.search(rf'<sheet [^>]*name="{sheet}"[^>]*?r:id="([^"]*)"', book)
    assert ident is not None
    links = parts["xl/_rels/workbook.xml.rels"].decode()
    link = next(one for one in re.findall("<Relationship [^>]*>", links) if f'"{ident[1]}"' in one)
    target = re.search(r'Target="/?(?:xl/)?([^"]*)"', link)
    assert target is not None
    return f"xl/{target[1]}"


def changed(
    source: bytes, name: str, change: Change, compression: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return the workbook with one part changed; `name` is a part's or a sheet's."""
    parts = unpack(source)
    part = name if name in parts else part_of(parts, name)
    before = parts[part].decode()
    after = change(before)
    assert after != before, f"nothing changed in {part}"
    return pack(parts | {part: after.encode()}, compression)


edited = partial(changed, compression=zipfile.ZIP_STORED)
"""`changed` without compression: four times as fast."""


def replacing(old: str, new: str, times: int = -1) -> Change:
    """Return a change that replaces text."""
    return lambda xml: xml.replace(old, new, times)


def cell(at: str, inner: str, **attributes: str) -> Change:
    """Return a change that replaces a cell's content, its style kept; s="" drops the style."""

    def change(xml: str) -> str:
        found = re.search(rf'<c r="{at}"([^>]*?)(/>|>.*?</c>)', xml)
        assert found is not None, at
        style = re.search(r' s="\d+"', found[1])
        given = {"s": style[0][4:-1] if style else "0", **attributes}
        written = "".join(f' {name}="{text}"' for name, text in given.items() if text)
        return xml.replace(found[0], f'<c r="{at}"{written}>{inner}</c>', 1)

    return change


def gone(at: str) -> Change:
    """Return a change that removes a cell from its sheet."""
    return lambda xml: re.sub(rf'<c r="{at}"[^>]*?(/>|>.*?</c>)', "", xml, count=1)


def put(sheet: str, at: str, inner: str, **attributes: str) -> bytes:
    """Return the complete return with a cell replaced."""
    return changed(filled(), sheet, cell(at, inner, **attributes))


def style_of(source: bytes, sheet: str, at: str) -> str:
    """Return the style number of a cell."""
    parts = unpack(source)
    found = re.search(rf'<c r="{at}"[^>]* s="(\d+)"', parts[part_of(parts, sheet)].decode())
    assert found is not None
    return found[1]


def formula_of(source: bytes, sheet: str, at: str) -> str:
    """Return a cell's formula as the part has it."""
    parts = unpack(source)
    found = re.search(rf'<c r="{at}"[^>]*><f>(.*?)</f>', parts[part_of(parts, sheet)].decode())
    assert found is not None
    return found[1]


def added_style(source: bytes, xf: str) -> tuple[bytes, str]:
    """Return the workbook with one more cell style, and that style's number."""
    number = 0

    def change(xml: str) -> str:
        nonlocal number
        block = re.search(r"<cellXfs.*?</cellXfs>", xml, re.DOTALL)
        assert block is not None
        number = len(re.findall("<xf ", block[0]))
        return xml.replace(block[0], block[0].replace("</cellXfs>", f"{xf}</cellXfs>"))

    return changed(source, "xl/styles.xml", change), str(number)


def related(  # noqa: PLR0913 - one relationship
    source: bytes, rels: str, kind: str, target: str, *, external: bool = False, ident: str = "rIdX"
) -> bytes:
    """Return the workbook with one more relationship of a part's .rels, made if need be."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    mode = ' TargetMode="External"' if external else ""
    link = f'<Relationship Id="{ident}" Type="{office}/{kind}" Target="{target}"{mode}/>'
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = unpack(source)
    before = parts.get(rels, f'<Relationships xmlns="{package}"></Relationships>'.encode())
    return pack(
        parts | {rels: before.replace(b"</Relationships>", f"{link}</Relationships>".encode())}
    )


# ── the zip itself ────────────────────────────────────────────────────────────────────────────────

END = struct.Struct("<4s4H2LH")


def entries(source: bytes) -> list[tuple[int, int, bytes]]:
    """Return (offset in the table of contents, offset of the local header, name) of each entry."""
    _, _, _, count, _, _, place, _ = END.unpack_from(source, len(source) - END.size)
    found = []
    for _ in range(count):
        name, extra, comment = struct.unpack_from("<3H", source, place + 28)
        (local,) = struct.unpack_from("<L", source, place + 42)
        found.append((place, local, source[place + 46 : place + 46 + name]))
        place += 46 + name + extra + comment
    return found


def poked(source: bytes, place: int, content: bytes) -> bytes:
    """Return the bytes with some of them overwritten."""
    return source[:place] + content + source[place + len(content) :]


def shifted(xml: str, first: int, by: int) -> str:
    """Return a sheet's XML with every row from `first` on moved down; merges are unchanged."""

    def row(match: re.Match[str]) -> str:
        number = int(match[2])
        return f"{match[1]}{number + by if number >= first else number}{match[3]}"

    xml = re.sub(r'(<row r=")(\d+)(")', row, xml)
    return re.sub(r'(<c r="[A-Z]+)(\d+)(")', row, xml)
