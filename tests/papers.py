"""Published reports made by tests: an edition's printed tables with numbers, as html, docx or text."""

import base64
import html
import io
import zipfile
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from toolkit.report.report import plain, recompute

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
AGENCY, YEAR = "某某县人民政府", 2024


@dataclass
class Box:
    """A cell of a table as it is written: text, rows and columns it takes, key of its number."""

    text: str
    rows: int = 1
    columns: int = 1
    key: str | None = None
    kind: str = "label"


@dataclass
class Paper:
    """A report as it is written: title, and for each section its caption, text and rows of boxes."""

    title: str
    sections: list
    truth: dict = field(default_factory=dict)


def numbers(edition, seed=0):
    """Return {key: number}: all typed ones different, totals right."""
    rng = Random(seed)  # noqa: S311 - nothing secret
    typed = [key for key, cell in edition.cells.items() if cell.numeric]
    drawn = rng.sample(range(1, 9_000), len(typed))
    values = dict.fromkeys(edition.cells)
    for key, number in zip(typed, drawn, strict=True):
        money = edition.cells[key].kind == "money"
        values[key] = Decimal(number) + Decimal("0.25") if money else number
    return recompute(edition, values, ())


def paper(edition, values):
    """Return a report with an edition's tables."""
    sections = []
    for section in edition.sections:
        rows = _rows(section, values) if section.statutory else []
        sections.append([section.caption, "无其他情况。" if section.text else "", rows])
    truth = {k: v for k, v in values.items() if edition.cells[k].table in edition.statutory}
    return Paper(f"{AGENCY}{YEAR}年{edition.title}", sections, truth)


def _rows(section, values):
    spans = {(r, c): (high, wide) for r, c, high, wide in section.merges}
    covered = {
        (r + down, c + right)
        for (r, c), (high, wide) in spans.items()
        for down in range(high)
        for right in range(wide)
        if down or right
    }
    last_head = min(r for r, _ in section.keys)
    rows = []
    for r in range(section.size[0]):
        row = []
        for c in range(section.size[1]):
            if (r, c) in covered:
                continue
            high, wide = spans.get((r, c), (1, 1))
            key = section.keys.get((r, c))
            value = values.get(key) if key else None
            text = section.labels.get((r, c), "") if key is None else shown(value)
            kind = "value" if key else "head" if _is_head(section, r, last_head) else "label"
            row.append(Box(text, high, wide, key, kind))
        rows.append(row)
    return rows


def _is_head(section, row, last):
    return row < last or not any(r == row for r, _ in section.keys)


def shown(value):
    """Return a number as it is printed, empty for a blank."""
    return "" if value is None else plain(value)


def as_html(paper):
    """Return a report as a web page."""
    out = ["<!DOCTYPE html><html><head><meta charset='utf-8'>"]
    out.append(f"<title>{html.escape(paper.title)}</title></head><body><h1>{paper.title}</h1>")
    for caption, text, rows in paper.sections:
        out.append(f"<p>{html.escape(caption)}</p>")
        if text:
            out.append(f"<p>{html.escape(text)}</p>")
        if rows:
            out.append("<table>")
            for row in rows:
                cells = "".join(
                    f"<td rowspan='{box.rows}' colspan='{box.columns}'>{html.escape(box.text)}</td>"
                    for box in row
                )
                out.append(f"<tr>{cells}</tr>")
            out.append("</table>")
    return "".join([*out, "</body></html>"]).encode()


def as_text(paper):
    """Return a report as plain text, a cell a line."""
    lines = [paper.title]
    for caption, text, rows in paper.sections:
        lines += [caption, text]
        lines += [box.text for row in rows for box in row]
    return "\n".join(lines).encode()


def as_docx(paper):
    """Return a report as a Word document."""
    parts = [_paragraph(paper.title)]
    for caption, text, rows in paper.sections:
        parts += [_paragraph(caption), _paragraph(text)]
        if rows:
            parts.append(f"<w:tbl>{''.join(_word_rows(rows))}</w:tbl>")
    return docx(f"<w:body>{''.join(parts)}</w:body>")


def docx(body, **parts):
    """Return a Word document with a body; parts: more parts by name."""
    target = io.BytesIO()
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="{WORD}">{body}</w:document>'
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", xml)
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def _paragraph(text):
    return f"<w:p><w:r><w:t>{html.escape(text)}</w:t></w:r></w:p>"


def _word_rows(rows):
    """Yield rows as Word writes them: a cell of several rows is continued in each of them."""
    open_boxes = []
    for row in rows:
        cells, column, left = [], 0, list(row)
        going = {start: (box, rest) for start, box, rest in open_boxes if rest}
        open_boxes = []
        while left or any(start >= column for start in going):
            if column in going:
                box, rest = going.pop(column)
                cells.append(_word_cell("", box.columns, "<w:vMerge/>"))
                open_boxes.append((column, box, rest - 1))
            elif left:
                box = left.pop(0)
                merge = '<w:vMerge w:val="restart"/>' if box.rows > 1 else ""
                cells.append(_word_cell(box.text, box.columns, merge))
                open_boxes.append((column, box, box.rows - 1))
            else:
                column += 1
                continue
            column += box.columns
        yield f"<w:tr>{''.join(cells)}</w:tr>"


def _word_cell(text, columns, merge):
    span = f'<w:gridSpan w:val="{columns}"/>' if columns > 1 else ""
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{_paragraph(text)}</w:tc>"


def placed(rows):
    """Return (row, column, box) of all boxes, as browsers place them."""
    found, until = [], {}
    for r, row in enumerate(rows):
        column = 0
        for box in row:
            while until.get(column, -1) >= r:
                column += 1
            found.append((r, column, box))
            for c in range(column, column + box.columns):
                until[c] = r + box.rows - 1
            column += box.columns
    return found


def as_mhtml(paper):
    """Return a report as a browser saves a page with all its parts."""
    page = base64.encodebytes(as_html(paper)).decode("ascii")
    return (
        'From: <Saved>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{page}\r\n--b--\r\n"
    ).encode()


def as_markdown(paper, *, padded=True):
    """Return a report with tables of pipes; a cell of several rows or columns is printed once.

    padded: the other columns of a row's last cell are printed as blank cells.
    """
    lines = [f"# {paper.title}"]
    for caption, text, rows in paper.sections:
        lines += ["", f"## {caption}", "", text, ""]
        for r in range(len(rows)):
            own = {c: box for row, c, box in placed(rows) if row == r}
            wide = max((c + (box.columns if padded else 1) for c, box in own.items()), default=0)
            texts = (own[c].text if c in own else "" for c in range(wide))
            lines.append("| " + " | ".join(texts) + " |")
            lines += ["|" + "---|" * wide] if r == 0 else []
    return "\n".join(lines).encode()


# ── PDF ───────────────────────────────────────────────────────────────────────────────────────────

SIZE, HIGH = 8, 60
"""Points of a sign, and of a row."""


def as_pdf(paper, *, rules=True, white=False, open_end=False):
    """Return a report as a PDF, a section a page; open_end: the last rule across is missing."""
    pages = [_pdf_page(f"{paper.title}", [], rules, white, open_end)]
    for caption, text, rows in paper.sections:
        pages.append(_pdf_page(f"{caption}\n{text}", rows, rules, white, open_end))
    return pdf(pages)


def _pdf_page(text, rows, rules, white, open_end):
    out = [_pdf_text(line, 40, 1880 - 14 * n) for n, line in enumerate(text.split("\n"))]
    boxes_at = placed(rows)
    wide = max((c + box.columns for _, c, box in boxes_at), default=0)
    across = 520 / max(wide, 1)
    lines, boxes, signs = [], [], []
    for r, c, box in boxes_at:
        left, top = 40 + c * across, 1840 - HIGH * r
        right, bottom = left + box.columns * across, top - HIGH * box.rows
        boxes.append(f"1 g {left:.1f} {bottom:.1f} {right - left:.1f} {top - bottom:.1f} re f 0 g")
        last = open_end and r + box.rows == len(rows)
        lines.append(f"{left:.1f} {top:.1f} m {left:.1f} {bottom:.1f} l S")
        lines.append(f"{right:.1f} {top:.1f} m {right:.1f} {bottom:.1f} l S")
        lines.append(f"{left:.1f} {top:.1f} m {right:.1f} {top:.1f} l S")
        lines += [] if last else [f"{left:.1f} {bottom:.1f} {right - left:.1f} 0.5 re f"]
        fit = max(int((right - left - 2) // (SIZE if box.kind != "value" else SIZE / 2)), 1)
        parts = [box.text[at : at + fit] for at in range(0, len(box.text), fit)] or [""]
        for n, part in enumerate(parts):
            signs.append(_pdf_text(part, left + 1, top - SIZE - n * SIZE))
    return "\n".join([*out, *(boxes if white else []), *(lines if rules else []), *signs])


def _pdf_text(text, x, y):
    if text.isascii():
        return f"BT /F2 {SIZE} Tf {x:.1f} {y:.1f} Td ({text}) Tj ET"
    return f"BT /F1 {SIZE} Tf {x:.1f} {y:.1f} Td <{text.encode('utf-16-be').hex()}> Tj ET"


def pdf(pages):
    """Return a PDF with pages of drawing commands; text as UTF-16 in the font F1."""
    kids = " ".join(f"{6 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> /FontDescriptor 5 0 R >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 4 /FontBBox [0 -200 1000 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
    ]
    for n, page in enumerate(pages):
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 1900] /Resources << /Font"
            f" << /F1 3 0 R /F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> /Contents {7 + 2 * n} 0 R >>"
        )
        objects.append(f"<< /Length {len(page.encode())} >>\nstream\n{page}\nendstream")
    out, places = "%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out.encode()))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    start = len(out.encode())
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    out += f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer << /Size {size} /Root 1 0 R >>\n"
    return f"{out}startxref\n{start}\n%%EOF\n".encode()
