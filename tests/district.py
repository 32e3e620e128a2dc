"""A district's season: 120 agencies with shares of published figures, typed as by clerks."""

import io
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import openpyxl
import tamper
from letters import mail, part, zipped
from source import REAL

from toolkit.blank.build import build
from toolkit.blank.slots import cover_places, declaration, paragraphs, word
from toolkit.report.report import Report, from_json, parse_json, recompute
from toolkit.xlsx.address import at

YEAR = 2025
FORM = tamper.edition()
PUBLISHED = (
    "seed_jiguan_shiwu_2025",
    "shuyang_county_2025",
    "suqian_city_2023",
    "suqian_city_2024",
)
COLUMNS = [key.rpartition(".")[2] for key in FORM.typed if key.startswith("applications.received.")]
OFFICES = (
    "发展和改革 教育 科学技术 工业和信息化 民族宗教事务 民政 司法 财政 人力资源和社会保障 自然资源 "
    "生态环境 住房和城乡建设 交通运输 水务 农业农村 商务 文化和旅游 卫生健康 退役军人事务 应急管理 "
    "审计 市场监督管理 体育 统计 医疗保障 信访 机关事务管理 城市管理 数据 金融工作 地震 人民防空 "
    "档案 公安 林业 粮食和物资储备 扶贫开发 园林绿化 侨务"
)
NAMES = (
    "云水区人民政府",
    *(f"云水区{name}局" for name in OFFICES.split()),
    *(f"{one}{two}镇" for one in "青龙石柳白金" for two in "山河桥湖沟岭坪埠"),
    *(f"{one}{two}街道办事处" for one in "东南西北中" for two in "城关门苑湾塘"),
    "云水区税务局",
    "云水区气象局",
)
SENT, NAMED = (at(cover_places()[name]) for name in ("sent", "agency"))
OWN, VERTICAL = 0, (118, 119)
RECEIVED, CARRIED = (f"applications.{row}.natural_person" for row in ("received", "carried_in"))
FEES = "proactive.fees.collected"
DOCUMENTS = "proactive.normative_documents"
NONE_HERE = ("proactive.rules", "processing_fee", "applications.other_fee_unpaid")
Typed = dict[str, int | Decimal | None]
Cells = Mapping[str, Mapping[str, object]]
"""{sheet: {place: typed value}}."""


def code(number: int) -> str:
    """Return an agency's code: 18 digits, which a spreadsheet would round as a number."""
    return f"1132130001430{number:05d}"


def level(number: int) -> str:
    return "town" if 40 <= number < 118 else "county"


def fill_roster(path: Path) -> None:
    """Write the agencies into an empty roster, as in a spreadsheet."""
    book = openpyxl.load_workbook(path)
    page = book.active
    for number, name in enumerate(NAMES):
        kind = "部门" if level(number) == "county" else "乡镇街道"
        kind = {OWN: "本级"}.get(number, "垂直" if number in VERTICAL else kind)
        printed = "乡级" if level(number) == "town" else "县级"
        aliases = f"{name[:-1]}服务中心" if number % 30 == 7 else None
        own = "2026-01-20" if number % 25 == 3 else None
        row = (name, code(number), printed, aliases, None, kind, own)
        for column, text in enumerate(row, 1):
            page.cell(4 + number, column).value = text
    book.save(path)


# ── figures ───────────────────────────────────────────────────────────────────────────────────────


def published(number: int) -> Mapping[str, int | Decimal | None]:
    source = (REAL / f"{PUBLISHED[number % 4]}.json").read_text(encoding="utf-8")
    return from_json(parse_json(source)).numbers


def last_year(number: int) -> Typed:
    """Return an agency's figures of last year: a share of published ones, made to balance."""
    part = number % 7 + 3
    typed: Typed = {}
    for key, value in _PUBLISHED[number % 4].items():
        if key in FORM.typed:
            whole = FORM.cells[key].kind != "money"
            share = (value or 0) // part if whole else (value or 0) / part
            typed[key] = share if whole else round(Decimal(share), 3).normalize() + 0
    for key in (f"{DOCUMENTS}.in_force", "applications.received.natural_person",
                "applications.granted.natural_person"):  # fmt: skip
        typed[key] += number  # type: ignore[operator]
    return _balanced(typed | {key: 0 for key in FORM.typed if key.startswith(NONE_HERE)})


def this_year(number: int) -> Typed:
    """Return an agency's figures of this year: slightly above last year's, consistent with them."""
    last = last_year(number)
    typed = {
        key: value + value // 9 if isinstance(value, int) else value for key, value in last.items()
    }
    typed["proactive.fees.collected"] += 1  # type: ignore[operator]
    for column in COLUMNS:
        typed[f"applications.carried_in.{column}"] = last[f"applications.carried_out.{column}"]
    issued, repealed = (typed[f"{DOCUMENTS}.{column}"] for column in ("issued", "repealed"))
    typed[f"{DOCUMENTS}.in_force"] = last[f"{DOCUMENTS}.in_force"] + issued - repealed  # type: ignore[operator]
    return _balanced(typed)


def _balanced(typed: Typed) -> Typed:
    """Balance each column: raise the requests received, or those concluded."""
    values = recompute(FORM, typed, ())
    for column in COLUMNS:
        here = {row: values[f"applications.{row}.{column}"] or 0 for row in
                ("received", "carried_in", "concluded", "carried_out")}  # fmt: skip
        more = here["received"] + here["carried_in"] - here["concluded"] - here["carried_out"]  # type: ignore[operator]
        typed[f"applications.{'other_rest' if more > 0 else 'received'}.{column}"] += abs(more)  # type: ignore[operator, arg-type]
    return typed


_PUBLISHED = [published(number) for number in range(len(PUBLISHED))]


def report(number: int, typed: Typed, year: int) -> Report:
    who = {"name": NAMES[number], "code": code(number), "level": level(number)}
    return Report(FORM, who, year, recompute(FORM, typed, ()))


# ── what a clerk does ─────────────────────────────────────────────────────────────────────────────


def texts(typed: Typed) -> dict[str, str]:
    values = recompute(FORM, typed, ())
    new, old, done = (
        values[f"applications.{row}.total"] for row in ("received", "carried_in", "concluded")
    )
    return {
        "overview": f"{YEAR}年，本机关新收政府信息公开申请{new}件，上年结转{old}件，办结{done}件。",
        "problems": "主动公开还不够及时，下一年将加强督促。",
        "other": f"{YEAR}年度未收取信息处理费。",
    }


def sent(blank: bytes, typed: Typed, *, nil: bool = False, more: Cells | None = None) -> bytes:
    """Return a blank with an agency's figures and texts typed into it."""
    words = texts(dict.fromkeys(FORM.typed, 0) | typed)
    return typed_in(blank, typed, words, nil=nil, more=more)


def typed_in(
    blank: bytes,
    typed: Mapping[str, object],
    words: Mapping[str, str] = {},
    *,
    nil: bool = False,
    more: Cells | None = None,
) -> bytes:
    """Return a workbook with numbers and texts typed into it; every other byte is as it was.

    nil: zeros stay blank and their tables are declared. more: {sheet: {place: what is typed}}.
    """
    sheets: dict[str, dict[str, object]] = {}
    for key, value in typed.items():
        cell = FORM.cells[key]
        blank_here = nil and value == 0 and cell.table in FORM.statutory
        sheets.setdefault(cell.sheet, {})[cell.at] = None if blank_here else value
    for table in FORM.statutory if nil else ():
        section = FORM.tables[table]
        sheets[section.sheet][at(declaration(section))] = word("declaration")
    for name, text in words.items():
        section = FORM.texts[name]
        sheets.setdefault(section.sheet, {})[f"A{paragraphs(section)[0]}"] = text
    for sheet, cells in (more or {}).items():
        sheets.setdefault(sheet, {}).update(cells)
    parts = dict(tamper.unpack(blank))
    for sheet, cells in sheets.items():
        part = tamper.part_of(parts, sheet)
        parts[part] = typing(cells)(parts[part].decode()).encode()
    return tamper.pack(parts)


def typing(cells: Mapping[str, object]) -> Callable[[str], str]:
    """Return a change of a sheet part: cells typed, their styles kept."""
    left = dict(cells)

    def write(found: re.Match[str]) -> str:
        place, attributes = found[1], found[2]
        if place not in left:
            return found[0]
        value = left.pop(place)
        style = re.search(r' s="\d+"', attributes)
        head = f'<c r="{place}"{style[0] if style else ""}'
        if value is None:
            return f"{head}/>"
        if isinstance(value, str):
            return f'{head} t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
        return f"{head}><v>{value}</v></c>"

    def change(xml: str) -> str:
        done = re.sub(r'<c r="([A-Z]+\d+)"([^>]*?)(?:/>|>.*?</c>)', write, xml)
        assert not left, f"no such cells: {left}"
        return done

    return change


def again(source: bytes, sending: int) -> bytes:
    """Return a workbook with its number of the sending."""
    return typed_in(source, {}, more={word("cover"): {SENT: sending}})


def seen(source: bytes) -> dict[str, object]:
    """Return {typed key: value}, read with openpyxl, independently of our reader."""
    book = openpyxl.load_workbook(io.BytesIO(source), read_only=True)
    cells = [FORM.cells[key] for key in FORM.typed]
    values = {
        (sheet, cell.coordinate): cell.value
        for sheet in dict.fromkeys(cell.sheet for cell in cells)
        for row in book[sheet].iter_rows()
        for cell in row
        if cell.value is not None
    }
    return {cell.key: values.get((cell.sheet, cell.at)) for cell in cells}


# ── what they get wrong ───────────────────────────────────────────────────────────────────────────

Blanks = Callable[[int], bytes]
"""Function that returns the blank of an agency."""


def _broken(number: int, blanks: Blanks) -> bytes:
    typed = this_year(number)
    return sent(blanks(number), typed | {RECEIVED: typed[RECEIVED] + 1})  # type: ignore[operator]


def _word(number: int, blanks: Blanks) -> bytes:
    return sent(blanks(number), this_year(number), more={"表二": {"B13": "22（其中当场处罚16件）"}})


def _remark(number: int, blanks: Blanks) -> bytes:
    source = sent(blanks(number), this_year(number))
    remark = '<c r="M9" t="inlineStr"><is><t>含上年转来的1件</t></is></c></row>'
    return tamper.changed(source, "表三", lambda xml: re.sub(
        r'(<row r="9" .*?)</row>', lambda m: m[1] + remark, xml, count=1))  # fmt: skip


def _half(number: int, blanks: Blanks) -> bytes:
    typed = {
        key: value for key, value in this_year(number).items() if not key.startswith("disputes")
    }
    return sent(blanks(number), typed)


def _old(number: int, _blanks: Blanks) -> bytes:
    return build(FORM, report(number, last_year(number), YEAR - 1))


def _others(number: int, blanks: Blanks) -> bytes:
    neighbour = sent(blanks(number + 1), this_year(number))
    return tamper.changed(neighbour, word("cover"), typing({NAMED: NAMES[number]}))


def _carried(number: int, blanks: Blanks) -> bytes:
    typed = this_year(number)
    return sent(
        blanks(number), typed | {CARRIED: 9, RECEIVED: typed[RECEIVED] + typed[CARRIED] - 9}
    )  # type: ignore[operator]


def _constant(number: int, blanks: Blanks) -> bytes:
    return tamper.changed(_right(number, blanks), "表三", tamper.cell("J7", "<v>5</v>"))


def _forged(number: int, blanks: Blanks) -> bytes:
    source = _right(number, blanks)
    formula = tamper.formula_of(source, "表四", "O7")
    return tamper.changed(source, "表四", tamper.cell("O7", f"<f>{formula}</f><v>77</v>"))


def _renamed(number: int, blanks: Blanks) -> bytes:
    return tamper.changed(
        _right(number, blanks),
        "xl/workbook.xml",
        tamper.replacing('name="表二"', 'name="表二（新）"'),
    )


def _yuan(number: int, blanks: Blanks) -> bytes:
    typed = this_year(number)
    return sent(blanks(number), typed | {FEES: typed[FEES] * 10_000})  # type: ignore[operator]


def _right(number: int, blanks: Blanks) -> bytes:
    return sent(blanks(number), this_year(number))


MISTAKES: dict[int, Callable[[int, Blanks], bytes]] = {
    5: _broken,
    11: _word,
    16: _remark,
    23: _half,
    36: _old,
    42: _others,
    58: _carried,
    64: _constant,
    71: _forged,
    85: _renamed,
    99: _yuan,
}
TWICE, LATE, COPIED, CORRECTED = 47, (30, 75, 110), 20, 21
"""Agencies with two different returns, with none at first, a copy, a second sending."""
SAVED = (2, 5, 33, 69, 80)
"""Agencies whose clerks use another program than Excel."""
MENDED = (5, 11, 16, 23, 58, 71)
"""Agencies that send a corrected return."""


def returned(number: int, blanks: Blanks) -> bytes:
    """Return the first return of an agency."""
    if number in MISTAKES:
        return MISTAKES[number](number, blanks)
    return sent(blanks(number), this_year(number), nil=number % 3 == 1)


def post(folder: Path, blanks: Blanks, saved: Callable[[dict[int, bytes]], dict[int, bytes]]) -> dict[int, bytes]:  # fmt: skip
    """Write the incoming files into a folder: workbooks, zips, mails, under any names.

    saved: saves workbooks in another program. Returns each agency's return, the last of two.
    Agencies in LATE are left out.
    """
    first, second = folder / "第一批 1月12日", folder / "第二批" / "区直 部门"
    first.mkdir(parents=True)
    second.mkdir(parents=True)
    here = {n: returned(n, blanks) for n in range(len(NAMES)) if n not in LATE}
    here |= saved({n: here[n] for n in SAVED})
    for n in range(40):
        if n in here:
            (first if n < 25 else second).joinpath(_called(n)).write_bytes(here[n])
    (second / "截图.png").write_bytes(b"\x89PNG")
    (first / "最终版（改）.xlsx").write_bytes(sent(blanks(TWICE), last_year(TWICE)))
    (second / f"{NAMES[COPIED]} - 副本.xlsx").write_bytes(here[COPIED])
    (first / _called(CORRECTED)).write_bytes(typed_in(here[CORRECTED], {RECEIVED: 999}))
    here[CORRECTED] = typed_in(here[CORRECTED], {}, more={word("cover"): {SENT: 2}})
    (second / "新建 Microsoft Excel 工作表.xlsx").write_bytes(here[CORRECTED])
    packed = [(f"乡镇/{NAMES[n]}.xlsx".encode("gbk"), here[n]) for n in range(40, 70)]
    (folder / "乡镇 汇总.zip").write_bytes(zipped(packed))
    for n in range(70, 120, 2):
        (folder / f"转发_ 年报 {n}.eml").write_bytes(
            _mail({m: here[m] for m in (n, n + 1) if m in here})
        )
    return here


def _mail(files: Mapping[int, bytes]) -> bytes:
    """Return a mail with an agency's workbook or two attached; every fifth in a zip."""
    if min(files) % 10 == 0:
        packed = zipped([(f"{NAMES[m]}.xlsx".encode(), one) for m, one in files.items()], 0x800)
        return mail(part(packed, b'filename="a.zip"'))
    return mail(*(part(one, f'filename="{m}.xlsx"'.encode()) for m, one in files.items()))


def _called(number: int) -> str:
    """Return the name of an agency's file."""
    name = NAMES[number]
    return (f"{name}.xlsx", f"{code(number)}-{name}-{YEAR}.xlsx", f"{name}年报（定稿）.XLSX",
            f"工作簿{number}.xlsx", f"=附件2：{number}.xlsx")[number % 5]  # fmt: skip


# ── what they send once it came back to them ──────────────────────────────────────────────────────


def corrected(number: int, notice: bytes) -> bytes:
    """Return an agency's correction of the workbook that was sent back to it."""
    typed = this_year(number)
    if number == 71:
        formula = tamper.formula_of(notice, "表四", "O7")
        total = recompute(FORM, typed, ())["disputes.suit_after_review.total"]
        return tamper.changed(notice, "表四", tamper.cell("O7", f"<f>{formula}</f><v>{total}</v>"))
    return sent(notice, typed)
