"""Made reports with one thing changed, and damaged documents, reproducible from a seed."""

import base64
import io
import zipfile
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from random import Random
from xml.etree import ElementTree as ET

from papers import WORD, Paper, placed

# ── mutations ─────────────────────────────────────────────────────────────────────────────────────

WAYS = ("changed", "moved", "doubled", "removed")
THINGS = ("label", "head", "row", "column", "cell")
SIGNS = "甲乙丙丁戊己庚辛"


def mutated(given, seed):
    """Return (what was done, a report with it): its truth are the numbers by what is printed."""
    rng = Random(seed)  # noqa: S311 - nothing secret
    done = Paper(
        given.title,
        [[c, t, [[replace(b) for b in row] for row in rows]] for c, t, rows in given.sections],
        dict(given.truth),
    )
    thing, way = THINGS[seed % len(THINGS)], WAYS[seed // len(THINGS) % len(WAYS)]
    tables = [rows for _, _, rows in done.sections if rows]
    rows = rng.choices(tables, [len(rows) for rows in tables])[0]
    {"label": _label, "head": _label, "row": _row, "column": _column, "cell": _cell}[thing](
        rows, way, rng, done, "head" if thing == "head" else "label"
    )
    return f"{thing} {way}", done


def _label(rows, way, rng, done, kind):
    places = [
        (r, i) for r, row in enumerate(rows) for i, b in enumerate(row) if b.kind == kind and b.text
    ]
    if not places:
        return _row(rows, way, rng, done, kind)
    r, i = rng.choice(places)
    box = rows[r][i]
    if way == "changed":
        how = rng.randrange(3)
        at = rng.randrange(len(box.text))
        if how == 0:
            box.text = box.text[:at] + rng.choice(SIGNS) + box.text[at + 1 :]
        elif how == 1:
            box.text = "".join(rng.sample(SIGNS, 5))
        else:
            other, there = rng.choice(places)
            box.text = rows[other][there].text
    elif way == "moved":
        other, there = rng.choice(places)
        rows[other][there].text, box.text = box.text, rows[other][there].text
    elif way == "doubled":
        rows[r].insert(i, replace(box))
    else:
        del rows[r][i]
    return None


def _row(rows, way, rng, done, kind):
    del kind
    r = rng.randrange(len(rows))
    if way == "changed":
        for box in rows[r]:
            if box.key:
                done.truth[box.key] = number = rng.randrange(10_000, 99_999)
                box.text = str(number)
    elif way == "moved":
        row = rows.pop(r)
        rows.insert(rng.randrange(len(rows) + 1), row)
    elif way == "doubled":
        again = [replace(box) for box in rows[r]]
        if rng.randrange(2):
            for box in again:
                box.text = str(rng.randrange(10_000, 99_999)) if box.key else box.text
            for box in again:
                if box.key:
                    done.truth[box.key] = "twice"
        rows.insert(r + 1, again)
    else:
        del rows[r]


def _column(rows, way, rng, done, kind):
    """Change a column of numbers with all that is in it; heads over several columns shrink or grow."""
    del kind
    columns = sorted({c for row, c, box in placed(rows) if box.key})
    column = rng.choice(columns)
    own = [(row, c, box) for row, c, box in placed(rows) if c <= column < c + box.columns]
    narrow = [(row, box) for row, c, box in own if box.columns == 1]
    if way == "changed":
        for _, box in narrow:
            if box.key:
                done.truth[box.key] = number = rng.randrange(10_000, 99_999)
                box.text = str(number)
        return
    if way == "moved" and not _move_column(rows, narrow, rng.sample(columns, len(columns))):
        way = "removed"
    for row, box in narrow:
        at = next(i for i, one in enumerate(rows[row]) if one is box)
        if way == "removed":
            del rows[row][at]
        elif way == "doubled":
            rows[row].insert(at, replace(box))
    for _, _, box in own:
        if box.columns > 1:
            box.columns += {"removed": -1, "doubled": 1, "moved": 0}[way]


def _move_column(rows, narrow, targets):
    """Move boxes to a column in which all of them then are; tell whether there is one."""
    before = [list(row) for row in rows]
    for target in targets:
        for row, box in narrow:
            del rows[row][next(i for i, one in enumerate(rows[row]) if one is box)]
            places = [c for r, c, _ in placed(rows) if r == row]
            rows[row].insert(sum(c < target for c in places), box)
        own = {id(box) for _, box in narrow}
        if len({c for _, c, box in placed(rows) if id(box) in own}) == 1:
            return True
        for row, boxes in zip(rows, before, strict=True):
            row[:] = boxes
    return False


def _cell(rows, way, rng, done, kind):
    del kind
    places = [(r, i) for r, row in enumerate(rows) for i, box in enumerate(row) if box.key]
    r, i = rng.choice(places)
    row, box = rows[r], rows[r][i]
    if way == "changed":
        text = rng.choice([str(rng.randrange(10_000, 99_999)), "", "/", "3件", "1,234"])
        box.text = text
        done.truth[box.key] = int(text) if text.isdigit() else None
    elif way == "moved":
        keys = [one.key for one in row if one.key]
        texts = [one.text for one in row if one.key]
        at = keys.index(box.key)
        texts.insert(rng.randrange(len(texts)), texts.pop(at))
        values = {one: done.truth[key] for one, key in zip([b.text for b in row if b.key], keys,
                                                           strict=True)}  # fmt: skip
        for one, text in zip([b for b in row if b.key], texts, strict=True):
            one.text = text
            done.truth[one.key] = values[text]
    elif way == "doubled":
        row.insert(i, replace(box))
    else:
        del row[i]


def judged(done, read):
    """Return ({key: (taken, printed)} of wrong numbers, keys missing without being named).

    read: an Imported.
    """
    wrong, unnamed = {}, []
    edition = read.report.edition
    captions = {name: part.caption for name, part in edition.tables.items()}
    named = {one.table for one in read.not_taken}
    for key, true in done.truth.items():
        value = read.report.values.get(key)
        told = read.report.evidence.get(key)
        if told is not None and told.taken:
            if isinstance(value, int | Decimal) and value != true:
                wrong[key] = value, true
            continue
        table = key.partition(".")[0]
        if table in read.tables or captions[table] not in named:
            unnamed.append(key)
    return wrong, unnamed


# ── damage ────────────────────────────────────────────────────────────────────────────────────────

PIECES = (
    b"<table>", b"</table>", b"<tr>", b"<td colspan=9999 rowspan=0>", b"</td>", b"<!--", b"<![CDATA[",
    b"<script>", b"<p hidden>", b"&#0;", b"&#1114112;", b"&nbsp;", b"\xff\xfe", b"\0", b"\xed\xa0\x80",
    b"<td style='display:none'>", b"|---|", b"\n|", b"\t", b"<w:tbl>", b"</w:tc>", b"<w:gridSpan w:val='-1'/>",
    b"<w:vMerge/>", b"<title>", b'<a href="', b"'", b">", b"--boundary\r\n", b"9" * 400, b"endobj", b"stream\n",
    b"0 0 m 1e9 0 l S\n", "（七）总计".encode(), "三、收到和处理政府信息公开申请情况".encode(),
)  # fmt: skip
"""Pieces that readers of documents may stumble over."""


def damaged(source, seed):
    """Return bytes with a few random changes: flipped, cut, doubled, moved or strange pieces."""
    rng = Random(seed)  # noqa: S311 - nothing secret
    content = bytearray(source)
    for _ in range(rng.randrange(1, 6)):
        at, end = sorted(rng.randrange(len(content) + 1) for _ in range(2))
        way = rng.randrange(7)
        if way == 0 and content:
            content[at % len(content)] = rng.randrange(256)
        elif way == 1:
            content[at:at] = rng.choice(PIECES) * rng.choice((1, 1, 2, 300))
        elif way == 2:
            del content[at : min(end, at + rng.choice((1, 10, 1_000)))]
        elif way == 3:
            content[at:at] = content[at : min(end, at + 2_000)]
        elif way == 4:
            piece = content[at : min(end, at + 500)]
            del content[at : at + len(piece)]
            there = rng.randrange(len(content) + 1)
            content[there:there] = piece
        elif way == 5 and rng.randrange(4) == 0:
            del content[at:]
        else:
            content[at : at + 4] = rng.randbytes(4)
    return bytes(content)


def repacked(source, seed):
    """Return a Word document whose main part is damaged, in a whole package.

    Three of four are damaged inside the markup, which stays well-formed; others in their bytes.
    """
    with zipfile.ZipFile(io.BytesIO(source)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            if name == "word/document.xml":
                content = (remarked if seed % 4 else damaged)(content, seed)  # noqa: PLW2901
            package.writestr(name, content)
    return target.getvalue()


def saved_anew(source, seed):
    """Return a web archive that is damaged, in one of two its page before it was packed."""
    if seed % 2:
        return damaged(source, seed)
    head, body = source.split(b"base64\r\n\r\n", 1)
    body, tail = body.rsplit(b"\r\n--", 1)
    page = base64.encodebytes(damaged(base64.decodebytes(body), seed))
    return head + b"base64\r\n\r\n" + page + b"\r\n--" + tail


ELEMENTS = (
    *("tbl", "tr", "tc", "tcPr", "p", "r", "t", "br", "tab", "sdt", "sdtContent", "txbxContent"),
    *("gridBefore", "gridSpan", "vMerge", "vanish", "del", "ins", "moveFrom", "rt", "document"),
)
"""Elements of a Word document that its reader knows, and some around them."""
NUMBERS = ("", "0", "-1", "1", "2", "9999", "10000", "1.5", "restart", "false", "²", "９" * 9)
"""Values of attributes."""


def remarked(source, seed):
    """Return a Word document's main part with elements, attributes and texts changed."""
    rng = Random(seed)  # noqa: S311 - nothing secret
    root = ET.fromstring(source)
    for _ in range(rng.choice((1, 2, 5, 40))):
        parents = list(root.iter())
        holders = [one for one in parents if len(one)]
        if not holders:
            break
        parent = rng.choice(holders)
        child = rng.choice(list(parent))
        if rng.randrange(9) < 5:
            most = 100 if len(parents) < 20_000 else 0
            _shuffled(root, parent, child, most, rng)
        else:
            _rewritten(child, rng)
    return ET.tostring(root, encoding="utf-8")


def _shuffled(root, parent, child, most, rng):
    """Remove, repeat, move or wrap an element, or mix its siblings."""
    way = rng.randrange(5)
    if way == 0:
        parent.remove(child)
    elif way == 1:
        times = min(rng.choice((1, 1, 3, 100)), most)
        parent.extend([deepcopy(child) for _ in range(times)])
    elif way == 2:
        parent.remove(child)
        rng.choice([one for one in root.iter() if one is not child]).append(child)
    elif way == 3:
        wrapped = ET.Element(f"{{{WORD}}}{rng.choice(ELEMENTS)}")
        parent[list(parent).index(child)] = wrapped
        wrapped.append(child)
    else:
        parent[:] = rng.sample(list(parent), len(parent))


def _rewritten(child, rng):
    """Change an element's name, attribute or text, or add one in it."""
    way = rng.randrange(4)
    if way == 0:
        child.tag = f"{{{WORD}}}{rng.choice(ELEMENTS)}"
    elif way == 1:
        child.set(f"{{{WORD}}}val", rng.choice(NUMBERS))
    elif way == 2:
        child.text = rng.choice(("", "1", "总计", "（七）总计", "二〇二四", "\t", "9" * 400))
    else:
        added = ET.SubElement(child, f"{{{WORD}}}{rng.choice(ELEMENTS)}")
        added.set(f"{{{WORD}}}val", rng.choice(NUMBERS))
