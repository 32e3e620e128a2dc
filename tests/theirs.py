"""Files of other people that take a return's numbers: drafts in Word, laid out in many ways."""

import io
import re
import zipfile
from decimal import Decimal
from random import Random

import papers
from printed import SPELLINGS, WRITTEN, Style, draw, of

from toolkit.report.report import Report, recompute

SIZE = '<w:rFonts w:ascii="Times New Roman" w:eastAsia="宋体"/><w:sz w:val="{}"/>'
BOLD = f"<w:rPr><w:b/>{SIZE.format(21)}</w:rPr>"


def random_report(edition, seed, *, origin="json"):
    """Return a report: numbers small and large, blanks, declared tables, texts."""
    rng = Random(f"into {seed}")  # noqa: S311 - nothing secret
    blank = rng.choice((0, 0, 0.2, 0.9))
    values = dict.fromkeys(edition.cells)
    for key, cell in edition.cells.items():
        if cell.table in edition.statutory and rng.random() >= blank:
            number = rng.choice((0, 0, rng.randrange(10), rng.randrange(10**6), 10**9))
            money = cell.kind == "money" and rng.random() < 0.7
            values[key] = number + Decimal(rng.randrange(1, 9999)) / 10_000 if money else number
    nil = tuple(table for table in edition.statutory if rng.random() < 0.3)
    return Report(
        edition=edition,
        agency={"name": papers.AGENCY, "code": None, "level": None},
        year=papers.YEAR,
        values=recompute(edition, values, nil),
        nil=nil,
        texts={"overview": "文字。"},
        origin=origin,
    )


def printed(report):
    """Return {key: number as it is printed} of the statutory tables."""
    values = recompute(report.edition, report.values, report.nil)
    cells = report.edition.cells
    return {
        key: 0
        if value is None and cells[key].table in report.nil and key not in report.edition.computes
        else value
        for key, value in values.items()
        if cells[key].table in report.edition.statutory
    }


# ── drafts ────────────────────────────────────────────────────────────────────────────────────────


def _draft(edition, values, change, **parts):
    """Return a draft; change: function from a value's text to its cell's paragraphs."""
    paper = papers.paper(edition, values)
    paper.sections[0][1] = "本机关新收申请 12 件，比上年增加 3 件。"
    source = papers.as_docx(paper)
    xml = main_of(source)
    cells = iter(box for _, _, rows in paper.sections for row in rows for box in row)
    return rewritten(source, _each_cell(xml, cells, change), **parts)


def _each_cell(xml, boxes, change):
    """Return a main part with the paragraphs of value cells changed."""

    def one(match):
        if "<w:vMerge/>" in match[0]:
            return match[0]
        box = next(boxes)
        if box.key is None:
            return match[0]
        head = re.match(r"<w:tc><w:tcPr>.*?</w:tcPr>", match[0])[0]
        return f"{head}{change(box.text)}</w:tc>"

    return re.sub(r"<w:tc>.*?</w:tc>", one, xml)


def run(text, look=""):
    return f"<w:r>{look}<w:t>{text}</w:t></w:r>"


def bold_old(edition, seed):
    """Return last year's draft: bold old numbers in two runs, a bookmark, proofing marks between."""

    def change(text):
        two = run(text[:1], BOLD) + '<w:proofErr w:type="gramStart"/>' + run(text[1:], BOLD)
        mark = '<w:bookmarkStart w:id="1" w:name="a"/>'
        return f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{mark}{two}</w:p>'

    return _draft(edition, papers.numbers(edition, seed), change, **MORE)


def empty_cells(edition, seed):
    """Return a blank draft whose cells have no run; only marks of paragraphs say how they look."""
    rng = Random(seed)  # noqa: S311 - nothing secret
    look = f"<w:pPr><w:rPr>{SIZE.format(18)}</w:rPr></w:pPr>"
    hidden = f"<w:pPr><w:rPr>{SIZE.format(18)}<w:vanish/></w:rPr></w:pPr>"
    shapes = (
        f"<w:p>{look}</w:p>",
        "<w:p/>",
        "<w:p></w:p>",
        f"<w:p>{look}<w:r/></w:p>",
        f"<w:p>{look}<w:r><w:rPr><w:b/></w:rPr></w:r></w:p>",
        f"<w:p>{hidden}</w:p><w:p/>",
        "<w:p><w:r><w:tab/></w:r></w:p>",
    )
    return _draft(edition, dict.fromkeys(edition.cells), lambda _: rng.choice(shapes), **MORE)


def spaced(edition, seed):
    """Return a blank draft with a blank in some cells, in a comment or a text without an end tag."""
    rng = Random(seed)  # noqa: S311 - nothing secret
    look = f"<w:pPr><w:rPr>{SIZE.format(18)}</w:rPr></w:pPr>"
    shapes = (
        f"<w:p>{look}{run(chr(0x3000), BOLD)}</w:p>",
        f"<w:p>{run('<!-- 7 -->', BOLD)}</w:p>",
        '<w:p><w:r><w:t xml:space="preserve"/></w:r></w:p>',
        f"<w:p>{look}</w:p>",
        "<w:p/>",
    )
    return _draft(edition, dict.fromkeys(edition.cells), lambda _: rng.choice(shapes), **MORE)


def crooked(edition, seed):
    """Return a blank draft in which wide labels beside numbers do not say how wide they are."""
    source = empty_cells(edition, seed)
    wide = re.compile(r'(<w:tr><w:tc><w:tcPr>)<w:gridSpan w:val="3"/>(?=</w:tcPr>)')
    return rewritten(source, wide.sub(r"\1", main_of(source)))


CONTROL = (
    '<w:sdt><w:sdtPr><w:alias w:val="x"/><w:text/></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>'
)
SEEN = '<w:rPr><w:vanish w:val="0"/></w:rPr>'
CHANGED = (
    '<w:pPr><w:rPr><w:b/><w:rPrChange w:id="1" w:author="a"><w:rPr><w:i/></w:rPr></w:rPrChange>'
    "</w:rPr></w:pPr>"
)


def controlled(edition, seed):
    """Return a draft with its numbers in plain content controls, smart tags and several lines."""
    rng = Random(seed)  # noqa: S311 - nothing secret

    def change(text):
        shapes = (
            f"<w:p>{CONTROL.format(run(text))}</w:p>",
            CONTROL.format(f"<w:p>{run(text)}</w:p>"),
            f'<w:p><w:smartTag w:uri="u" w:element="e">{run(text)}</w:smartTag></w:p>',
            f"<w:p>{run('77', '<w:rPr><w:vanish/></w:rPr>')}{run(text)}</w:p>",
            f"<w:p>{run(text, SEEN)}</w:p>",
            f"<w:p>{run(text)}</w:p><w:p>{run('')}</w:p>",
            f"<w:p><w:r><w:tab/><w:t>{text}</w:t><w:br/></w:r></w:p>",
            f"<w:p>{CHANGED}{run(text)}</w:p>",
            f"<w:p>{CHANGED}</w:p>",
        )
        return rng.choice(shapes)

    return _draft(edition, papers.numbers(edition, seed), change, **MORE)


def split(edition, seed):
    """Return a draft whose long table goes on in a second one, with its heads repeated, or without."""
    source = bold_old(edition, seed)
    xml = main_of(source)
    tables = re.findall(r"<w:tbl>.*?</w:tbl>", xml)
    longest = max(tables, key=lambda one: one.count("<w:tr>"))
    rows = re.findall(r"<w:tr>.*?</w:tr>", longest)
    whole = [n for n, row in enumerate(rows) if n > len(rows) // 2 and "<w:vMerge/>" not in row]
    at = whole[0]
    heads = "".join(rows[:3]) if seed % 2 else ""
    gap = "</w:tbl><w:p/><w:tbl>" + heads
    new = "<w:tbl>" + "".join(rows[:at]) + gap + "".join(rows[at:]) + "</w:tbl>"
    return rewritten(source, xml.replace(longest, new))


def main_of(source):
    with zipfile.ZipFile(io.BytesIO(source)) as package:
        return package.read("word/document.xml").decode()


MORE = {
    "docProps/core.xml": "<x/>",
    "word/styles.xml": "<x/>",
    "word/media/image1.png": "\x89PNG",
    "customXml/item1.xml": "<y>12</y>",
}
"""Parts beside the main one, which must stay as they are."""


def rewritten(source, xml, **parts):
    """Return a document with another main part, and more parts after it."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(source)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, xml if name == "word/document.xml" else old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return target.getvalue()


DRAFTS = {
    "old numbers in bold": bold_old,
    "no runs": empty_cells,
    "blanks": spaced,
    "crooked": crooked,
    "content controls": controlled,
    "split": split,
}


# ── what stayed ───────────────────────────────────────────────────────────────────────────────────


def members(source):
    """Return [(name, stored bytes with their local header)] of a zip, in order of the bytes."""
    with zipfile.ZipFile(io.BytesIO(source)) as package:
        infos = sorted(package.infolist(), key=lambda one: one.header_offset)
        ends = [*(one.header_offset for one in infos[1:]), package.start_dir]
    return [
        (one.filename, source[one.header_offset : end])
        for one, end in zip(infos, ends, strict=True)
    ]


def kept(old, new, *parts):
    """Tell whether all members but some parts are the same bytes in the same order."""
    before, after = members(old), members(new)
    assert [name for name, _ in before] == [name for name, _ in after]
    differing = {b[0] for b, a in zip(before, after, strict=True) if b != a}
    assert differing <= set(parts), differing
    return True


def outside(xml):
    """Return a main part without the cells of its tables."""
    return re.sub(r"<w:tc>.*?</w:tc>", "", xml, flags=re.DOTALL)


# ── plain workbooks ───────────────────────────────────────────────────────────────────────────────


def template(edition, rng, *, old):
    """Return a plain workbook with the printed form, drawn in a random way."""
    style = Style(
        layout=rng.choice(("sheets", "stacked", "beside")),
        at=(rng.randint(1, 9), rng.randint(1, 9)),
        gap=rng.randint(0, 4),
        merged=rng.random() < 0.7,
        spelling=rng.choice(sorted(SPELLINGS)),
        apart=frozenset(rng.sample(range(30), 3)) if rng.random() < 0.4 else frozenset(),
        helpers=frozenset(rng.sample(range(14), 2)) if rng.random() < 0.4 else frozenset(),
        captions=rng.random() < 0.7,
        unit=rng.random() < 0.5,
        foot=rng.choice(((), ("填报人：张三", "联系电话：025-12345678"))),
        title=(f"{papers.AGENCY}{papers.YEAR}年{edition.title}",),
        written=rng.choice(sorted(WRITTEN)),
    )
    values = papers.numbers(edition, rng.random()) if old else dict.fromkeys(edition.cells)
    return draw(of(edition, values), style)


def errors(reading):
    """Return the codes of a reading's errors."""
    return [finding.code for finding in reading.findings if finding.severity == "error"]
