"""Random reports of any edition, published and imported again: what is lost on the way."""

import io
import zipfile
from decimal import Decimal
from random import Random

from toolkit.documents.phrased import left_out, proposed
from toolkit.documents.printout import paragraphs, printout
from toolkit.documents.writing import WRITERS
from toolkit.edition.edition import known
from toolkit.files.publication import imported
from toolkit.report.report import Report, inapplicable, recompute

NAMES = (
    "宿迁市", "区机关事务管理服务中心", "上海市人民政府办公厅", "某某县人民政府", "某局（本级）",
    "国家税务总局某某市某某区税务局第一税务所", "某某街道办事处", "Ａ局",
    "某某省某某市某某县某某镇人民政府综合行政执法办公室",
)  # fmt: skip
WORDS = "本机关认真贯彻落实条例精神，主动公开政府信息，依申请公开渠道畅通，平台建设有序推进，监督保障到位。"
CONTENT = ("某某", "张三", "http://www.example.gov.cn/", "苏ICP备12345678号-1", "12345", "其他",
           "微信", "a|b", "A & B <c>", "总数", "两行\n的内容", "“引号”'\"")  # fmt: skip
"""Contents of cells for text: some are labels of the form."""
ODD = (
    "1.属于国家秘密", "规章\t5", "  前后有空白  ", "a  b\tc", "<b>&amp;</b> & <script>x</script>",
    "| a | b |", "|---|", "# 标题", "**重要**", "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况", "六、其他需要报告的事项", "五、存在的主要问题及改进情况",
    "１２３４件", "😀👍🏽", "控制\x07符\x1b[31m", "2. 数字开头 12",
    "详见“三、收到和处理政府信息公开申请情况”一节，", "长" * 30_000, "x{不是}{新收}", "规章",
    "行政许可\n12", "一、总体情况", "\u3000\u3000缩进的段落", "a\\|b", "（一）主动公开。好",
    f"（二）{'很' * 50}", "结尾<br>", "本年度发出信息处理费收费通知5件", "总计", "第二十条第（一）项",
    "附件：1.表；2.图", "\u200b零宽", "\u202e反向", "&nbsp;", "tab\tend\t", "a\x0bb\u2028c",
    "行政处罚 行政强制", "自然人\n商业企业\n科研机构", "政府信息公开工作年度报告", "— 1 —",
)  # fmt: skip


def report(edition, seed, *, odd=True):
    """Return a random report; odd: with paragraphs that a writer or reader may stumble over."""
    rng = Random(f"{edition.name} {seed}")  # noqa: S311 - reproducible, no secret
    values = {k: _value(rng, cell) for k, cell in edition.cells.items()}
    away = inapplicable(edition, values)
    values |= {k: None for k in away if edition.cells[k].table in _unasked(edition)}
    values = recompute(edition, values, ())
    nil = ()
    if rng.random() < 0.2:
        nil = (rng.choice(edition.statutory),)
        zero = [
            k for k, c in edition.cells.items() if c.table in nil and c.numeric and not values[k]
        ]
        values |= dict.fromkeys(zero)
    return Report(
        edition=edition,
        agency={"name": rng.choice(NAMES), "code": None, "level": None},
        year=rng.randint(edition.years[0], edition.years[1] or 2030),
        values=values,
        nil=nil,
        texts={name: text(rng, odd=odd) for name in edition.texts if rng.random() < 0.9},
    )


def _unasked(edition):
    """Return the tables of which no cell applies where some other table's answer says so."""
    return {
        table
        for table, part in edition.tables.items()
        if all(
            any(
                edition.cells[edit.figures["on"]].table != table
                for edit in edition.depends.get(k, ())
            )
            for k in part.keys.values()
        )
    }


def _value(rng, cell):
    if cell.numeric:
        number = rng.choice([0, 0, 0, rng.randint(0, 9), rng.randint(0, 10 ** rng.randint(1, 9))])
        number = -number if cell.signed and rng.random() < 0.3 else number
        return Decimal(number) / 10 ** rng.randint(0, 4) if cell.kind == "money" else number
    if cell.choices:
        return rng.choice(cell.choices)
    if cell.kind == "date":
        return f"2025-01-{rng.randint(1, 28):02}"
    return rng.choice([*CONTENT, None] if cell.optional else CONTENT)


def text(rng, *, odd):
    """Return a random text."""
    lines = []
    for _ in range(rng.randint(1, 6)):
        if odd and rng.random() < 0.5:
            lines.append(rng.choice(ODD))
        else:
            lines.append(
                "".join(rng.sample(WORDS, rng.randint(5, 30))) + rng.choice(["", "{新收}"])
            )
    return "\n".join(lines)


def plain(text):
    """Return a text as it can be printed: without blanks at the ends of lines, and blank lines."""
    return "\n".join(paragraphs(text))


def due(sent):
    """Return the values and texts that are to come back: blanks of declared tables as 0.

    Of a table that is not published only the answers come back by which another does not apply.
    """
    values, edition = {}, sent.edition
    out = {table for table, part in edition.tables.items() if left_out(sent, part)}
    kept = {
        edit.figures["on"]
        for key, cell in edition.cells.items()
        for edit in (edition.depends.get(key, ()) if cell.table in out else ())
        if sent.values[edit.figures["on"]] == edit.figures["value"]
    }
    ours = {name for name, part in edition.tables.items() if not (part.statutory or part.text)}
    for key, value in sent.values.items():
        cell = sent.edition.cells[key]
        declared = cell.table in sent.nil and cell.numeric and key not in sent.inapplicable
        shown = 0 if value is None and declared else value
        values[key] = (plain(shown) or None) if isinstance(shown, str) else shown
        if cell.table in out or (cell.table in ours and key not in kept):
            values[key] = None
    texts = {name: plain(text) for name, text in sent.written.items()}
    return values, {name: text for name, text in texts.items() if text}


def lost(sent, document, *, flowing=False):
    """Return what differs between a report and what is imported from its document.

    flowing: the document is a PDF, which has no blanks: words are compared without them.
    """
    ident = (sent.edition.form, sent.edition.name)
    only = None if ident in known() else sent.edition
    read = imported(document, "", (), only, None)
    back, (values, texts) = read.report, due(sent)
    found = [
        (what, there, here)
        for what, there, here in (
            ("edition", back.edition.name, sent.edition.name),
            ("agency", back.agency["name"], sent.agency["name"]),
            ("year", back.year, sent.year),
        )
        if there != here
    ]
    for key, value in values.items():
        there, here = back.values[key], value
        if flowing and isinstance(there, str) and isinstance(here, str):
            there, here = ("".join(text.split()) for text in (there, here))
        if there != here and key not in _in_words(sent):
            found.append((key, there, here))
    for name in sorted({*texts, *back.texts}):
        there, here = plain(back.texts.get(name, "")), texts.get(name, "")
        if flowing:
            there, here = ("".join(text.split()) for text in (there, here))
        if there != here:
            found.append((name, there[:80], here[:80]))
    return found


def _in_words(sent):
    """Return the keys that the report's own text states: they come back as proposals."""
    return {
        key
        for section in sent.edition.sections
        if section.sentence and plain(section.sentence) and not _added(sent, section)
        for key in section.keys.values()
    }


def _added(sent, section):
    paper = printout(sent, draft=False)
    own = next(one for one in paper.sections if one.name == section.sheet)
    return own.made and own.paragraphs[-1] == proposed(sent, section)


def documents(sent, *, draft=False):
    """Yield (ending, document) of a report in every format but PDF."""
    paper = printout(sent, draft=draft)
    for writers in WRITERS.values():
        for ending, write in writers.items():
            yield ending, write(paper)


def unpacked(document):
    """Return the parts of a Word document as text."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return {name: package.read(name).decode() for name in package.namelist()}


def packed(parts):
    """Return a Word document of parts."""
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stored.getvalue()
