"""Filled returns with random changes of their structure, beyond any list of attacks.

`python -m benchmarks.mutations` tries many and prints the exceptions.
"""

import json
import random
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import tamper

from toolkit.campaign.pack import pack, unpack
from toolkit.files.examine import examine
from toolkit.finding import Batch, Result
from toolkit.output import FORMATS
from toolkit.report.report import as_json, dumps
from toolkit.returned.read import read

VERDICTS = ("pass", "warn", "fail", "reject")
STYLES = ("text", "json", "jsonl", "csv", "html")
TAG = re.compile(r"<[^<>]*>")
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
ODD = (
    "", "0", "-1", "1", "2", "99999999", "1e999", "1E2", "0.5", "NaN", "true", "FALSE", " ", "x",
    "A1", "XFD1048576", "A1:XFD1048576", "A0", "$A$1", "R1C1", "表三", "rId1", "rId999", "s", "str",
    "b", "e", "d", "inlineStr", "shared", "array", "_x0000_", "_xD800_", "９", "&#10;", "&#x1F600;",
    "http://x/y", "../../x", "/xl/workbook.xml", "xl/styles.xml", "veryHidden", "External",
    "application/xml", "#REF!", "[1]x!A1", "|", "'", "9" * 400, "é" * 3000, "\u202e",
)  # fmt: skip
"""Values for attributes and texts."""
NAMES = (
    "c", "v", "f", "is", "t", "row", "sheetData", "sheet", "sheets", "mergeCell", "si", "r", "rPh",
    "definedName", "Relationship", "Override", "Default", "xf", "cellXfs", "numFmt", "col", "x:v",
    "mc:AlternateContent", "extLst",
)  # fmt: skip
SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/package/2006/relationships",
    "urn:x",
    "",
)
KINDS = (
    "worksheet", "chartsheet", "dialogsheet", "theme", "styles", "sharedStrings", "officeDocument",
    "externalLink", "image", "comments", "drawing", "vbaProject", "WORKSHEET", "",
)  # fmt: skip
JSON_ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2.5, 1e22, 10**18, 10**400, "", " ", "1", "-1", "1e5", "無", "１２",
    "0件", "1,234", "\ud800", "局\udfff", "\x00", "\u202e", "a" * 5000, "9" * 5000, [], {}, [[]],
    ["\ud800"], {"a": 1}, {"": None}, [1, "x", None], {"\ud800": "\udc00"}, "2021", "annual-report",
)  # fmt: skip
NUMBERS = ("1e400", "-1e400", "1e99999999", "1E-99999999", "0e99999999", "-0", "1.0", "1e3", "1" * 2000,
           "NaN", "Infinity", "0." + "3" * 1500, "1e9999999999999999999")  # fmt: skip
"""Numbers that only JSON text can hold."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed return: its file name, its bytes, the changes made."""

    name: str
    content: bytes
    done: tuple[str, ...]


def mutant(seed: int) -> Mutant:
    """Return the changed return of a seed, reproducibly."""
    dice = random.Random(seed)  # noqa: S311 - nothing secret
    return _json(dice) if dice.random() < 1 / 4 else _workbook(dice)


# ── workbooks ─────────────────────────────────────────────────────────────────────────────────────


def _workbook(dice: random.Random) -> Mutant:
    parts = dict(tamper.unpack(tamper.filled()))
    done = []
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        change = dice.choice(PART_CHANGES)
        name = dice.choice(list(_weighted(parts)))
        done.append(f"{change.__name__} {name}")
        change(dice, parts, name)
    return Mutant("a.xlsx", tamper.pack(parts, zipfile.ZIP_STORED), tuple(done))


def _weighted(parts: Mapping[str, bytes]) -> Iterator[str]:
    """Yield names of parts; parts that describe others more often than sheets."""
    for name in parts:
        few = "worksheets/sheet" not in name and "theme" not in name and "docProps" not in name
        yield from (name,) * (3 if few else 2)


Parts = dict[str, bytes]


def _text(parts: Parts, name: str) -> str:
    return parts[name].decode("utf-8", "replace")


def _put(parts: Parts, name: str, text: str) -> None:
    parts[name] = text.encode("utf-8", "replace")


def _a_tag(dice: random.Random, parts: Parts, name: str) -> re.Match[str] | None:
    found = list(TAG.finditer(_text(parts, name)))
    return dice.choice(found) if found else None


def _edit(parts: Parts, name: str, match: re.Match[str], text: str) -> None:
    before = _text(parts, name)
    _put(parts, name, before[: match.start()] + text + before[match.end() :])


def _whole(text: str, start: int) -> int:
    """Return the position of the end of the element that begins at a position."""
    depth = 0
    for tag in TAG.finditer(text, start):
        depth += 0 if tag[0].endswith("/>") or tag[0][1] in "?!" else -1 if tag[0][1] == "/" else 1
        if depth <= 0:
            return tag.end()
    return len(text)


def drop_element(dice: random.Random, parts: Parts, name: str) -> None:
    """Remove an element with its content."""
    _cut(dice, parts, name, 0)


def double_element(dice: random.Random, parts: Parts, name: str) -> None:
    """Write an element twice, or more often."""
    _cut(dice, parts, name, dice.choice((2, 2, 2, 50)))


def _cut(dice: random.Random, parts: Parts, name: str, times: int) -> None:
    text = _text(parts, name)
    starts = [m.start() for m in TAG.finditer(text) if m[0][1] not in "/?"]
    if starts:
        start = dice.choice(starts)
        end = _whole(text, start)
        _put(parts, name, text[:start] + text[start:end] * times + text[end:])


def move_element(dice: random.Random, parts: Parts, name: str) -> None:
    """Put an element somewhere else, in this part or in another."""
    text = _text(parts, name)
    starts = [m.start() for m in TAG.finditer(text) if m[0][1] not in "/?"]
    if starts:
        start = dice.choice(starts)
        piece = text[start : _whole(text, start)]
        other = dice.choice((name, name, *parts))
        tag = _a_tag(dice, parts, other)
        if tag:
            _edit(parts, other, tag, tag[0] + piece)


def drop_tag(dice: random.Random, parts: Parts, name: str) -> None:
    """Remove a start tag or an end tag."""
    if tag := _a_tag(dice, parts, name):
        _edit(parts, name, tag, "")


def rename_element(dice: random.Random, parts: Parts, name: str) -> None:
    """Give an element, begin and end, the name of another; or all elements of its name."""
    if tag := _a_tag(dice, parts, name):
        old = re.match(r"</?([\w:]+)", tag[0])
        if old:
            new, text = dice.choice(NAMES), _text(parts, name)
            times = dice.choice((1, 1, 0))
            text = re.sub(rf"<{old[1]}(?=[\s/>])", f"<{new}", text, count=times)
            _put(parts, name, re.sub(rf"</{old[1]}>", f"</{new}>", text, count=times))


def _attribute(
    dice: random.Random, parts: Parts, name: str, new: Callable[[str, str], str]
) -> None:
    tags = [m for m in TAG.finditer(_text(parts, name)) if ATTRIBUTE.search(m[0])]
    if tags:
        tag = dice.choice(tags)
        one = dice.choice(list(ATTRIBUTE.finditer(tag[0])))
        _edit(parts, name, tag, tag[0][: one.start()] + new(one[1], one[2]) + tag[0][one.end() :])


def odd_attribute(dice: random.Random, parts: Parts, name: str) -> None:
    """Give an attribute another value."""
    _attribute(dice, parts, name, lambda key, _: f'{key}="{_escaped(dice.choice(ODD))}"')


def drop_attribute(dice: random.Random, parts: Parts, name: str) -> None:
    """Remove an attribute."""
    _attribute(dice, parts, name, lambda *_: "")


def rename_attribute(dice: random.Random, parts: Parts, name: str) -> None:
    """Give an attribute another name."""
    new = dice.choice(("r", "s", "t", "Id", "Target", "name", "x", "r:id", "Type", "min", "ref"))
    _attribute(dice, parts, name, lambda _, value: f'{new}="{value}"')


def swap_attributes(dice: random.Random, parts: Parts, name: str) -> None:
    """Give an attribute the value of another one in the part."""
    text = _text(parts, name)
    values = [m[2] for m in ATTRIBUTE.finditer(text)]
    if values:
        _attribute(dice, parts, name, lambda key, _: f'{key}="{dice.choice(values)}"')


def add_attribute(dice: random.Random, parts: Parts, name: str) -> None:
    """Give an element one more attribute."""
    if tag := _a_tag(dice, parts, name):
        key = dice.choice(("r", "s", "t", "si", "ref", "hidden", "ht", "min", "max", "state", "x"))
        _edit(parts, name, tag, tag[0].rstrip("/>") + f' {key}="{_escaped(dice.choice(ODD))}"' +
              ("/>" if tag[0].endswith("/>") else ">"))  # fmt: skip


def odd_text(dice: random.Random, parts: Parts, name: str) -> None:
    """Insert text after a tag, in place of the text there."""
    text = _text(parts, name)
    found = list(re.finditer(r">([^<>]*)<", text))
    if found:
        one = dice.choice(found)
        _put(parts, name, text[: one.start(1)] + _escaped(dice.choice(ODD)) + text[one.end(1) :])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("&amp;#", "&#").replace("<", "&lt;").replace('"', "")


def odd_namespace(dice: random.Random, parts: Parts, name: str) -> None:
    """Give a part another namespace."""
    text = _text(parts, name)
    found = list(re.finditer(r'xmlns(:\w+)?="([^"]*)"', text))
    if found:
        one = dice.choice(found)
        _put(parts, name, text[: one.start(2)] + dice.choice(SPACES) + text[one.end(2) :])


def odd_kind(dice: random.Random, parts: Parts, name: str) -> None:
    """Give a relationship another type."""
    name = "xl/_rels/workbook.xml.rels" if dice.random() < 1 / 2 else name
    if name in parts:
        text = _text(parts, name)
        found = list(re.finditer(r'relationships/(\w+)"', text))
        if found:
            one = dice.choice(found)
            _put(parts, name, text[: one.start(1)] + dice.choice(KINDS) + text[one.end(1) :])


def odd_content_type(dice: random.Random, parts: Parts, _: str) -> None:
    """Give a part the content type of another."""
    name = "[Content_Types].xml"
    if name in parts:
        text = _text(parts, name)
        found = list(re.finditer(r'ContentType="([^"]*)"', text))
        if found:
            one, other = dice.choice(found), dice.choice(found)
            _put(parts, name, text[: one.start(1)] + other[1] + text[one.end(1) :])


def drop_part(_: random.Random, parts: Parts, name: str) -> None:
    """Remove a part."""
    if len(parts) > 1:
        del parts[name]


def swap_parts(dice: random.Random, parts: Parts, name: str) -> None:
    """Store one part's content under another's name."""
    parts[name] = parts[dice.choice(list(parts))]


def rename_part(dice: random.Random, parts: Parts, name: str) -> None:
    """Give a part another name."""
    new = dice.choice((name.upper(), f"{name}x", name.replace("sheet", "Sheet"), "xl/new.xml"))
    if new not in parts:
        parts[new] = parts.pop(name)


def hide_all(_: random.Random, parts: Parts, __: str) -> None:
    """Hide every sheet."""
    name = "xl/workbook.xml"
    if name in parts:
        text = re.sub(r' state="\w+"', "", _text(parts, name))
        _put(parts, name, text.replace("<sheet ", '<sheet state="veryHidden" '))


def all_other_sheets(dice: random.Random, parts: Parts, _: str) -> None:
    """Link all sheets as another type."""
    name = "xl/_rels/workbook.xml.rels"
    if name in parts:
        kind = dice.choice(KINDS)
        _put(parts, name, _text(parts, name).replace('/worksheet"', f'/{kind}"'))


def cut_part(dice: random.Random, parts: Parts, name: str) -> None:
    """Cut a part off, or change bytes of it."""
    content = bytearray(parts[name])
    if content:
        place = dice.randrange(len(content))
        if dice.random() < 1 / 2:
            del content[place:]
        else:
            content[place] = dice.randrange(256)
    parts[name] = bytes(content)


PART_CHANGES: tuple[Callable[[random.Random, Parts, str], None], ...] = (
    drop_element, drop_element, double_element, double_element, move_element, move_element, drop_tag,
    rename_element, rename_element, odd_attribute, odd_attribute, odd_attribute, odd_attribute,
    drop_attribute, drop_attribute, rename_attribute, swap_attributes, swap_attributes,
    add_attribute, add_attribute, odd_text, odd_text, odd_text, odd_namespace, odd_kind, odd_kind,
    odd_content_type, drop_part, swap_parts, rename_part, hide_all, all_other_sheets, cut_part,
)  # fmt: skip


# ── report JSON ───────────────────────────────────────────────────────────────────────────────────


@cache
def _source() -> str:
    return dumps(as_json(read(tamper.filled()).report))


def _json(dice: random.Random) -> Mutant:
    content = json.loads(_source())
    done = []
    for _ in range(dice.choice((1, 1, 2, 3, 6))):
        change = dice.choice(JSON_CHANGES)
        holder, key = _a_place(dice, content)
        done.append(f"{change.__name__} {ascii(key)[:60]}")
        change(dice, holder, key)
    text = json.dumps(content)
    if dice.random() < 1 / 3:
        number = dice.choice(NUMBERS)
        done.append(f"number {number[:20]}")
        text = re.sub(r"(?<=: )(\d+|null)(?=[,}])", _once(dice, number), text)
    return Mutant("a.json", text.encode(), tuple(done))


def _once(dice: random.Random, number: str) -> Callable[[re.Match[str]], str]:
    """Return a replacement of about every fortieth number."""
    return lambda match: number if dice.random() < 1 / 40 else match[0]


def _a_place(dice: random.Random, content: Any) -> tuple[Any, Any]:
    """Return a list or object somewhere in JSON, and a key of it."""
    places = [(content, key) for key in content]
    for key in content:
        inner = content[key]
        if isinstance(inner, dict):
            places += [(inner, name) for name in list(inner)[:: max(1, len(inner) // 20)]]
        elif isinstance(inner, list):
            places += [(inner, place) for place in range(len(inner))]
    return dice.choice(places) if places else ({}, "x")


def drop_value(_: random.Random, holder: Any, key: Any) -> None:
    """Remove a value."""
    del holder[key]


def odd_value(dice: random.Random, holder: Any, key: Any) -> None:
    """Replace a value."""
    holder[key] = deepcopy(dice.choice(JSON_ODD))


def odd_key(dice: random.Random, holder: Any, key: Any) -> None:
    """Put a value under another name."""
    if isinstance(holder, dict):
        new = dice.choice(
            ("", "x.y.z", "\ud800", f"{key}x", str(key).upper(), "form", "name", "nil")
        )
        holder[new] = holder.pop(key)


def more_keys(dice: random.Random, holder: Any, _: Any) -> None:
    """Add many values."""
    if isinstance(holder, dict):
        value, head = dice.choice(JSON_ODD), dice.choice(("k", "prior.", "\ud800"))
        holder.update({f"{head}{n}": deepcopy(value) for n in range(200)})


def deep_value(dice: random.Random, holder: Any, key: Any) -> None:
    """Nest a value in many lists or objects."""
    for _ in range(dice.choice((2, 15, 60, 300))):
        holder[key] = dice.choice(([holder[key]], {"a": holder[key]}))


def many_values(dice: random.Random, holder: Any, key: Any) -> None:
    """Replace a value by a long list or text."""
    holder[key] = dice.choice((["无"] * 5000, "无" * 5000, ["proactive"] * 5000, [[]] * 5000))


def swap_values(dice: random.Random, holder: Any, key: Any) -> None:
    """Exchange two values."""
    other = dice.choice(list(holder if isinstance(holder, dict) else range(len(holder))))
    holder[key], holder[other] = holder[other], holder[key]


JSON_CHANGES: tuple[Callable[[random.Random, Any, Any], None], ...] = (
    drop_value, odd_value, odd_value, odd_value, odd_value, odd_key, odd_key, more_keys, deep_value,
    many_values, swap_values,
)  # fmt: skip


# ── what must hold ────────────────────────────────────────────────────────────────────────────────


def tried(one: Mutant, folder: Path) -> Result:
    """Return the result of examining a changed return; raises any exception of it.

    The result has a verdict, is equal after packing and unpacking, and every output writes it.
    """
    path = folder / one.name
    path.write_bytes(one.content)
    result = examine(str(path))
    assert result.verdict in VERDICTS
    assert (result.report is None) == (result.verdict == "reject")
    again = unpack(pack(result), result.path, result.sha256, ())
    assert pack(again) == pack(result)
    for style in STYLES:
        pieces = FORMATS[style](Batch((again,), explained=True), "zh")
        for piece in pieces:
            piece if isinstance(piece, bytes) else piece.encode("utf-8", "backslashreplace")
    if result.report is not None:
        dumps(as_json(result.report))
    return result
