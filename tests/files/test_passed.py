"""Nothing that may hold a return is passed over without its name and what to do."""

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
import tamper
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from letters import SHEET, mail, part, utf8, zipped
from source import CHECKOUT

from toolkit import cli, data
from toolkit.edition import edition as editions
from toolkit.files.examine import examine, gather
from toolkit.files.gathering import collected, is_read
from toolkit.files.signature import TEXT_LIMIT, signature
from toolkit.finding import PassedOver
from toolkit.output import FORMATS, board

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SHARED = CHECKOUT.parent / "shared" / "returns" / "public"


def ole(*streams: str) -> bytes:
    """Return the beginning of an OLE file with the names of its streams."""
    return OLE + b"".join(f"{name}\0".encode("utf-16-le") for name in streams)


def packed(**entries: bytes) -> bytes:
    """Return a zip of entries; `__` in a name stands for a slash, `_` for a dot."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return target.getvalue()


def office(part_name: str, kind: str) -> bytes:
    """Return a zip with the content types of an Office file."""
    return packed_as({"[Content_Types].xml": kind.encode(), part_name: b"<x/>"})


def packed_as(entries: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", how) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return target.getvalue()


def table(edition: str = "2021", share: float = 1.0, delimiter: str = ",") -> str:
    """Return a csv with a share of the labels of the largest table of an edition."""
    found = editions.named("annual-report", edition)
    section = max(found.tables.values(), key=lambda one: len(one.labels))
    labels = list(dict.fromkeys(section.labels.values()))
    kept = labels[: round(share * len(labels))]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([[label, "3"] for label in kept])
    return out.getvalue()


TEMPLATE = "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml"
MAIL = b"Received: from a by b\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\ntext"
XML = b'<?xml version="1.0"?>\n<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
MIME = b"application/vnd.oasis.opendocument."

KINDS = {
    "表.xlsb": (office("xl/workbook.bin", "x"), ("workbook", "format", "XLSB")),
    "旧.xlt": (ole("Workbook"), ("workbook", "format", "XLS")),
    "更旧.xls_": (ole("Book"), ("workbook", "format", "XLS")),
    "表.ett": (ole("Workbook"), ("workbook", "format", "XLS")),
    "表.ETT": (b"\1\2", ("workbook", "format", "ETT")),
    "表.numbers": (packed_as({"Index/Document.iwa": b"x"}), ("workbook", "format", "NUMBERS")),
    "表.ots": (packed_as({"mimetype": MIME + b"spreadsheet-template"}),
               ("workbook", "format", "ODS")),
    "表.xml": (XML, ("workbook", "format", "XML")),
    "表三.csv": (table().encode("gbk"), ("workbook", "text", "CSV")),
    "表四.csv": (table("2019", 0.6, ";").encode(), ("workbook", "text", "CSV")),
    "密": (ole("EncryptedPackage"), ("workbook", "sealed", "OLE")),
    "亿赛通": (b"\x62\x14\x23\x65" + b"x" * 90, ("workbook", "sealed", "DLP")),
    "表.xlsx.crdownload": (b"", ("workbook", "unfinished", "XLSX")),
    "表．xlsx": (b"\0\0", ("workbook", "unfinished", "XLSX")),
    "表.xlsx.1": (tamper.filled()[:30_000], ("workbook", "unfinished", "XLSX")),
    "包.7z": (b"7z\xbc\xaf\x27\x1c\0", ("archive", "archive", "7Z")),
    "包.rar": (b"Rar!\x1a\x07\1", ("archive", "archive", "RAR")),
    "包": (b"Rar!\x1a\x07\1", ("archive", "archive", "RAR")),
    "包.tgz": (b"\x1f\x8b\x08x", ("archive", "archive", "GZ")),
    "包.tar": (bytes(257) + b"ustar\0", ("archive", "archive", "TAR")),
    "包.lzh": (b"!!-lh5-", ("archive", "archive", "LZH")),
    "包.cab": (b"?", ("archive", "archive", "CAB")),
    "包.zipx": (packed_as({"a.xlsx": b"x"}), ("archive", "archive", "ZIPX")),
    "包.zip_": (packed_as({"a.xlsx": b"x"}), ("archive", "renamed", "ZIP")),
    "包.zip.001": (packed_as({"a.xlsx": b"x"})[:-9], ("archive", "volume", "001")),
    "包.7z.002": (b"?", ("archive", "volume", "002")),
    "包.z01": (b"PK\7\x08", ("archive", "volume", "Z01")),
    "包.part1.rar": (b"Rar!\x1a\x07\1", ("archive", "volume", "RAR")),
    "断": (packed_as({"a.json": b"x"})[:-9], ("archive", "unfinished-archive", "ZIP")),
    "密.asc": (b"-----BEGIN PGP MESSAGE-----", ("archive", "sealed-archive", "PGP")),
    "密.gpg": (b"\x85\1", ("archive", "sealed-archive", "GPG")),
    "信.msg": (ole("__properties_version1.0"), ("mail", "saved-mail", "MSG")),
    "信": (MAIL, ("mail", "saved-mail", "EML")),
    "信.emlx": (b"1234\n", ("mail", "saved-mail", "EMLX")),
    "信箱.mbox": (b"From a", ("mail", "mailbox", "MBOX")),
    "winmail.dat": (b"\x78\x9f\x3e\x22", ("mail", "winmail", "winmail.dat")),
    "ATT1.dat": (b"\x78\x9f\x3e\x22", ("mail", "winmail", "winmail.dat")),
    "Winmail.DAT": (b"", ("mail", "winmail", "winmail.dat")),
    "smime.p7m": (b"0\x82", ("mail", "smime", "P7M")),
}  # fmt: skip


def told(name: str, source: bytes) -> tuple[str, str, str] | None:
    found = signature(name, source[:4096], lambda: source)
    return found and (found.kind, found.why, found.what)


@pytest.mark.parametrize("name", KINDS)
def test_what_may_hold_a_return_is_passed_over_by_name(tmp_path, name):
    source, expected = KINDS[name]
    assert told(name, source) == expected
    (tmp_path / name).write_bytes(source)
    found = collected([str(tmp_path)])
    assert (found.paths, found.ignored) == ([], 1)
    assert found.passed == (PassedOver(str(tmp_path / name), *expected),)
    assert found.told == [str(tmp_path / name)]
    assert found.passed[0].message("zh").endswith("。")
    assert found.passed[0].message("en").endswith(".")


@pytest.mark.parametrize("name", KINDS)
def test_named_outright_it_gets_one_verdict(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(KINDS[name][0])
    assert collected([str(path)]) == collected([str(path), str(tmp_path)])
    assert gather([str(path)]) == ([str(path)], 0)
    result = examine(str(path))
    assert (result.verdict, len(result.findings)) == ("reject", 1)
    kind, why, what = KINDS[name][1]
    if kind != "workbook" and result.findings[0].code == "not-a-workbook":
        words = data.texts("passed_over", "zh")[why]
        assert result.findings[0].message() == words.format(what=what)
        assert result.findings[0].found == what


READ = [
    "表.xltx",
    "表.xlsx_",
    "表.xlsx ",
    "表．xlsx",
    "表.xlsx.1",
    "表",
    "表.docx",
    "表.tmp",
    "a.zip_",
]


@pytest.mark.parametrize("name", READ)
def test_a_workbook_gets_a_verdict_whatever_its_name(tmp_path, name):
    source = tamper.filled()
    (tmp_path / name).write_bytes(source)
    assert gather([str(tmp_path)]) == ([str(tmp_path / name)], 0)
    assert is_read(str(tmp_path / name))
    assert examine(str(tmp_path / name)).verdict == "pass"
    archive = tmp_path / "包.zip"
    archive.write_bytes(zipped([(name.encode(), source)], 0x800))
    assert gather([str(archive)]) == ([f"{archive}/{name}"], 0)


def test_a_template_is_a_workbook_by_its_content_types(tmp_path):
    path = tmp_path / "表.xltx"
    path.write_bytes(office("xl/book.xml", f'<Override ContentType="{TEMPLATE}"/>'))
    assert gather([str(tmp_path)]) == ([str(path)], 0)
    odd = tamper.poked(office("xl/book.xml", TEMPLATE), 8, b"\x63")
    assert told("表.xltx", odd) == ("workbook", "unfinished", "XLSX")


SILENT = {
    "a.docx": office("word/document.xml", "wordprocessingml.document.main+xml"),
    "broken.docx": office("word/document.xml", "x")[:-9],
    "b": office("ppt/presentation.xml", "x"),
    "c.wps": ole("WordDocument", "Workbook"),
    "d.doc": ole("EncryptedPackage"),
    "d2.doc": OLE,
    "d3": OLE,
    "e": packed_as({"mimetype": MIME + b"text"}),
    "f.ofd": packed_as({"OFD.xml": b"x"}),
    "f.jar": packed_as({"META-INF/MANIFEST.MF": b"x"}),
    "f.pages": packed_as({"Index/Document.iwa": b"x"}),
    "g.pdf": b"%PDF-1.7",
    "h.png": b"\x89PNG",
    "i.svgz": b"\x1f\x8b\x08",
    "j.htm": b"<html>" + table(share=0.1).encode(),
    "k.mht": MAIL,
    "l.csv": "机关名称,统一社会信用代码,层级\n某某局,113,县级\n".encode(),
    "m.csv": table(share=0.4).encode(),
    "n.csv": b'"' + b"x" * 200_000,
    "o.csv": table().encode() + b"x" * TEXT_LIMIT,
    "p.csv": b"",
    "q": b"",
    "r": b"PK\5\6" + bytes(18),
    "s.dat": b"\1\2\3",
    "表.xlsx.md5": b"d41d8cd98f",
    "Thumbs.db": OLE,
    "desktop.ini": b"[.ShellClassInfo]",
    "README": b"Subject: x\n",
    ".a.xlsb": b"x",
    "~$a.xlsb": b"x",
}


@pytest.mark.parametrize("name", SILENT)
def test_what_holds_no_return_stays_silent(tmp_path, name):
    (tmp_path / name).write_bytes(SILENT[name])
    found = collected([str(tmp_path)])
    assert (found.paths, found.ignored, found.passed) == ([], 1, ())


def test_our_own_outputs_stay_silent(tmp_path):
    from toolkit.finding import Batch  # noqa: PLC0415

    (tmp_path / "a.xlsx").write_bytes(tamper.filled())
    results = tuple(examine(path) for path in gather([str(tmp_path)])[0])
    for style in ("text", "json", "csv", "html"):
        content = "".join(FORMATS[style](Batch(results), "zh"))
        (tmp_path / f"结果.{style}").write_text(content, encoding="utf-8")
    run("read", str(tmp_path / "a.xlsx"), "--format", "csv", "-o", str(tmp_path / "数.csv"))
    found = collected([str(tmp_path)])
    assert ([Path(path).name for path in found.paths], found.passed) == (["a.xlsx"], ())
    assert found.ignored == 5


def test_what_cannot_be_opened_is_told_by_its_name(tmp_path):
    (tmp_path / "a.xlsb").symlink_to(tmp_path / "gone")
    (tmp_path / "b").symlink_to(tmp_path / "gone")
    found = collected([str(tmp_path)])
    assert [(Path(one.path).name, one.why) for one in found.passed] == [("a.xlsb", "format")]
    assert not is_read(str(tmp_path / "gone.rar"))
    assert found.ignored == 2
    locked = tmp_path / "c.rar"
    locked.write_bytes(b"x")
    locked.chmod(0)
    assert [one.why for one in collected([str(tmp_path)]).passed] == ["format", "archive"]
    whole = tmp_path / "big.ett"
    with whole.open("wb") as file:
        file.write(OLE)
        file.truncate(11 * 2**20)
    assert [one.what for one in collected([str(tmp_path)]).passed] == ["XLSB", "ETT", "RAR"]


# ── in archives and mails ─────────────────────────────────────────────────────────────────────────


def test_what_an_archive_holds_is_named_below_its_path(tmp_path):
    entries = [
        ("局/甲.xlsx".encode(), tamper.filled()),
        ("局/乙.xlsb".encode(), KINDS["表.xlsb"][0]),
        (b"c.rar", b"Rar!\x1a\x07\0"),
        (b"__MACOSX/d.rar", b"Rar!\x1a\x07\0"),
    ]
    path = tmp_path / "包.zip"
    path.write_bytes(zipped(entries, 0x800))
    found = collected([str(path)])
    assert found.paths == [f"{path}/局/甲.xlsx"]
    assert found.ignored == 3
    assert [one.path for one in found.passed] == [f"{path}/c.rar", f"{path}/局/乙.xlsb"]
    outright = collected([f"{path}/c.rar", str(path)])
    assert f"{path}/c.rar" in outright.paths
    assert [one.path for one in outright.passed] == [f"{path}/局/乙.xlsb"]
    (finding,) = examine(f"{path}/c.rar").findings
    assert (finding.code, finding.found) == ("not-a-workbook", "RAR")


WRAPPED = {
    "winmail": part(b"\x78\x9f\x3e\x22", b'filename="winmail.dat"', "application/ms-tnef"),
    "winmail without a name": part(b"\x78\x9f\x3e\x22", b"", "application/ms-tnef"),
    "smime": part(b"0\x82", b'filename="smime.p7m"', "application/pkcs7-mime"),
    "smime without a name": part(b"0\x82", b"", "application/x-pkcs7-mime"),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_a_mail_wrapped_as_a_whole_is_named_itself(tmp_path, name):
    why = name.partition(" ")[0]
    path = tmp_path / "信.eml"
    path.write_bytes(mail(WRAPPED[name], WRAPPED[name]))
    (inside,) = collected([str(tmp_path)]).passed
    assert (inside.path, inside.kind, inside.why) == (str(path), "mail", why)
    assert collected([str(path)]).paths == [str(path)]
    assert collected([str(path)]).ignored == 2
    (finding,) = examine(str(path)).findings
    assert (finding.code, finding.severity) == ("not-a-workbook", "error")
    assert finding.message("zh") == inside.message("zh")
    assert examine(str(path)).verdict == "reject"
    path.write_bytes(mail(WRAPPED[name], part(tamper.filled())))
    both = collected([str(path)])
    assert (both.paths, both.passed) == ([f"{path}/a.xlsx"], (inside,))


def test_a_mail_without_files_is_no_return(tmp_path):
    path = tmp_path / "信.eml"
    path.write_bytes(mail())
    assert collected([str(path)]).passed == ()
    (finding,) = examine(str(path)).findings
    assert (finding.code, finding.found) == ("not-a-workbook", None)


def test_an_attachment_without_an_ending_is_a_workbook_by_its_content(tmp_path):
    path = tmp_path / "信.eml"
    path.write_bytes(mail(part(tamper.filled(), b'filename="=?GBK?B?uL28/g==?="')))
    assert gather([str(path)]) == ([f"{path}/附件"], 0)
    assert examine(f"{path}/附件").verdict == "pass"


HEADS = {
    "a byte order mark": lambda source: b"\xef\xbb\xbf" + source,
    "a banner": lambda source: "【外部邮件】请谨慎打开附件\r\n".encode("gbk") + source,
    "a banner and a blank line": lambda source: b"CAUTION: external sender\r\n\r\n" + source,
    "a mailbox's line": lambda source: b"From a@b Sat Jan 31 2026\r\n" + source,
    "a quoted mailbox's line": lambda source: b">From a@b Sat Jan 31 2026\r\n" + source,
    "a quoted line among the fields": lambda source: source.replace(
        b"Subject:", b">From a@b Sat Jan 31\r\nSubject:", 1),
    "CR CR LF": lambda source: source.replace(b"\r\n", b"\r\r\n"),
    "CR": lambda source: source.replace(b"\r\n", b"\r").replace(b"\n", b"\r"),
    "LF": lambda source: source.replace(b"\r\n", b"\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_a_mail_is_read_whatever_a_gateway_put_before_its_header(tmp_path, name):
    path = tmp_path / "信.eml"
    path.write_bytes(HEADS[name](mail(part(tamper.filled()))))
    assert gather([str(path)]) == ([f"{path}/a.xlsx"], 0)
    assert examine(f"{path}/a.xlsx").verdict == "pass"


def in_lines(source: bytes, size: int = 76) -> bytes:
    import base64  # noqa: PLC0415

    text = base64.b64encode(source)
    return b"\r\n".join(text[at : at + size] for at in range(0, len(text), size))


def in_chunks(source: bytes) -> bytes:
    return b"\r\n".join(in_lines(source[at : at + 1000]) for at in range(0, len(source), 1000))


BODIES = {
    "in padded chunks": in_chunks,
    "without padding": lambda source: in_lines(source).rstrip(b"="),
    "with a footer": lambda source: in_lines(source) + b"\r\n\r\n____\r\nlist@example.org\r\n",
    "with a footer of words": lambda source: (
        in_lines(source) + b"\r\n\r\nConfidential\r\nDo not forward.\r\n"),
    "with a footer at once": lambda source: in_lines(source) + b"\r\n-- \r\nlist\r\n",
    "with blanks at line ends": lambda source: in_lines(source).replace(b"\r\n", b" \t\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("extra", [b"", b"x", b"xy"])
def test_base64_is_read_as_mail_programs_and_lists_leave_it(tmp_path, name, extra):
    source = utf8("b.xlsx")
    source = source[:-2] + len(extra).to_bytes(2, "little") + extra
    one = part(b"", b'filename="a.zip"').rstrip(b"\r\n") + b"\r\n\r\n" + BODIES[name](source)
    path = tmp_path / "信.eml"
    path.write_bytes(mail(one))
    assert gather([str(path)]) == ([f"{path}/a.zip/b.xlsx"], 0)
    assert examine(f"{path}/a.zip/b.xlsx").verdict == "pass"


def test_base64_damaged_in_the_middle_is_damage(tmp_path):
    lines = in_lines(tamper.filled()).split(b"\r\n")
    lines[9] = b"!" + lines[9]
    one = part(b"").rstrip(b"\r\n") + b"\r\n\r\n" + b"\r\n".join(lines)
    path = tmp_path / "信.eml"
    path.write_bytes(mail(one))
    (finding,) = examine(f"{path}/a.xlsx").findings
    assert (finding.code, finding.figures) == ("damaged", {"part": "a.xlsx", "why": "base64"})


def test_the_fork_a_mac_sends_beside_a_file_is_no_second_return(tmp_path):
    fork = part(b"\0\5\x16\7\0\2", b'filename="a.xlsx"', "application/applefile")
    both = mail(fork, part(tamper.filled(), kind=SHEET), boundary="ad")
    both = both[both.index(b"Content-Type") :].replace(b"mixed", b"appledouble", 1)
    path = tmp_path / "信.eml"
    path.write_bytes(mail(both))
    assert gather([str(path)]) == ([f"{path}/a.xlsx"], 0)
    assert examine(f"{path}/a.xlsx").verdict == "pass"


# ── zips ──────────────────────────────────────────────────────────────────────────────────────────


def aliased(*names: str) -> bytes:
    """Return a zip whose Unicode names stand in extra fields only, under names of one length."""
    import struct  # noqa: PLC0415
    import zlib  # noqa: PLC0415

    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for number, name in enumerate(names):
            info = zipfile.ZipInfo(f"{number:08d}.xlsx")
            told_as = b"\1" + struct.pack("<L", zlib.crc32(b"________.xlsx")) + name.encode()
            info.extra = struct.pack("<2H", 0x7075, len(told_as)) + told_as
            archive.writestr(info, tamper.filled())
    source = target.getvalue()
    for number in range(len(names)):
        source = source.replace(b"%08d.xlsx" % number, b"________.xlsx")
    return source


def test_unicode_names_beside_the_names_for_dos_count(tmp_path):
    path = tmp_path / "包.zip"
    path.write_bytes(aliased("甲局.xlsx", "乙局.xlsx"))
    assert gather([str(path)]) == ([f"{path}/乙局.xlsx", f"{path}/甲局.xlsx"], 0)
    assert examine(f"{path}/甲局.xlsx").verdict == "pass"
    path.write_bytes(aliased("甲局.xlsx", "甲局.xlsx"))
    (finding,) = examine(str(path)).findings
    assert (finding.code, finding.figures["why"]) == ("unsafe", "duplicate")


@pytest.mark.parametrize(
    ("how", "what"),
    [(zipfile.ZIP_LZMA, "LZMA"), (zipfile.ZIP_BZIP2, "BZip2"), (9, "Deflate64"), (93, "Zstandard")],
)
def test_another_way_of_packing_is_said_by_name(tmp_path, how, what):
    real = how in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2)
    packing = how if real else zipfile.ZIP_DEFLATED
    source = packed_as({"a.xlsx": tamper.filled(), "b": b"x"}, packing)
    for place, local, _ in () if real else tamper.entries(source):
        for start in (place + 10, local + 8):
            source = tamper.poked(source, start, how.to_bytes(2, "little"))
    path = tmp_path / "包.zip"
    path.write_bytes(source)
    assert gather([str(path)]) == ([f"{path}/a.xlsx"], 1)
    (finding,) = examine(f"{path}/a.xlsx").findings
    assert (finding.code, finding.severity, finding.found) == ("not-a-workbook", "error", what)
    assert "普通的 .zip" in finding.message("zh")
    assert "可疑" not in finding.message("zh")


# ── what the commands say ─────────────────────────────────────────────────────────────────────────


def run(*arguments: str):
    return CliRunner().invoke(cli.gouji, [*arguments, "--lang", "en"])


@pytest.fixture
def folder(tmp_path) -> Path:
    """Return a folder with a return, an archive of another kind and a binary workbook."""
    (tmp_path / "a.xlsx").write_bytes(tamper.filled())
    (tmp_path / "b.7z").write_bytes(KINDS["包.7z"][0])
    (tmp_path / "<c>\x1b.xlsb").write_bytes(KINDS["表.xlsb"][0])
    (tmp_path / "d.png").write_bytes(b"\x89PNG")
    return tmp_path


def test_the_json_names_what_was_passed_over(folder):
    done = run("check", str(folder), "--format", "json")
    found = json.loads(done.stdout)
    schema = json.loads((CHECKOUT / "schemas/check-result.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(found)
    assert (done.exit_code, found["summary"]["ignored"]) == (0, 3)
    shown = [(Path(one["path"]).name, one["kind"], one["why"]) for one in found["passed_over"]]
    assert shown == [("<c>\x1b.xlsb", "workbook", "format"), ("b.7z", "archive", "archive")]
    assert "ordinary .zip" in found["passed_over"][1]["message"]


def test_a_board_in_a_page_names_it_beside_the_only_return(folder):
    from toolkit.finding import Batch  # noqa: PLC0415

    found = collected([str(folder)])
    batch = Batch(tuple(map(examine, found.paths)), found.ignored, passed_over=found.passed)
    html = "".join(board.inside(batch, "zh"))
    assert "可能是报表但没有读取的文件（2 个）" in html
    assert "没有读取的文件" not in "".join(board.inside(Batch(batch.results, 1), "zh"))


def test_text_board_and_workbook_name_it(folder, tmp_path_factory):
    text = run("check", str(folder)).stdout
    assert "Of the files passed over, 2 may hold a return and were not read:" in text
    assert "b.7z: This is an archive in the format 7Z" in text
    assert "<c>\\x1b.xlsb: This is a spreadsheet in the format XLSB" in text
    html = run("check", str(folder), "--format", "html").stdout
    assert "Files that may hold a return and were not read (2)" in html
    assert "&lt;c&gt;\\x1b.xlsb" in html
    out = tmp_path_factory.mktemp("out") / "结果.xlsx"
    assert run("check", str(folder), "--format", "xlsx", "-o", str(out)).exit_code == 0
    import openpyxl  # noqa: PLC0415

    sheet = openpyxl.load_workbook(out)["Files not read"]
    rows = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert [Path(path).name for path in rows] == ["<c>\\x1b.xlsb", "b.7z"]


@pytest.mark.parametrize("style", ["csv", "jsonl"])
def test_formats_without_a_place_for_it_say_it_beside(folder, style):
    done = run("check", str(folder), "--format", style)
    assert "b.7z was not read: This is an archive in the format 7Z" in done.stderr
    assert "7Z" not in done.stdout


def test_other_commands_say_it_beside(folder):
    assert "b.7z was not read" in run("read", str(folder)).stderr
    done = run("rollup", str(folder), "--agency", "某区", "--partial", "-o", f"{folder}/汇总.xlsx")
    assert "b.7z was not read" in done.stderr
    done = run("check", str(folder / "a.xlsx"), "--prior", str(folder))
    assert "b.7z was not read" in done.stderr


def test_where_nothing_else_is_there_it_is_said_with_the_refusal(folder):
    (folder / "a.xlsx").unlink()
    done = run("check", str(folder))
    assert done.exit_code == 2
    assert "holds no return" in done.stderr
    assert "b.7z was not read" in done.stderr


# ── files that came from outside ──────────────────────────────────────────────────────────────────


@pytest.fixture
def received():
    """Return the names and kinds passed over, and the verdicts, of a received folder."""
    if not SHARED.is_dir():
        pytest.skip("the returns of ../shared are not here")
    done = run("check", "--roster", str(SHARED / "F11-roster.csv"), str(SHARED / "F11-passed-over"),
               "--format", "json")  # fmt: skip
    return json.loads(done.stdout)


def test_a_received_folder_has_no_file_without_its_name(received):
    verdicts = {Path(one["path"]).name: one["verdict"] for one in received["files"]}
    assert verdicts == {"b.xltx": "fail", "control.xlsx": "pass", "a.xlsx": "pass", "附件": "pass"}
    passed = {Path(one["path"]).name: (one["kind"], one["why"]) for one in received["passed_over"]}
    assert passed == {"pack.7z": ("archive", "archive"), "winmail.eml": ("mail", "winmail")}
    assert received["summary"]["ignored"] == 2
    assert received["campaign"]["missing"] == []


@pytest.mark.parametrize(
    ("name", "found", "said"),
    [
        ("F11-passed-over/pack.7z", "7Z", "普通的 .zip"),
        ("F11-passed-over/winmail.eml", "winmail.dat", "纯文本"),
        ("F22a-zip-lzma.zip/示例区机关事务中心.xlsx", "LZMA", "普通的 .zip"),
        ("F22a-zip-lzma.zip/示例区自然资源局.xlsx", "LZMA", "普通的 .zip"),
    ],
)
@pytest.mark.usefixtures("received")
def test_a_received_file_that_is_not_read_says_what_to_do(name, found, said):
    result = examine(str(SHARED / name))
    (finding,) = result.findings
    assert (result.verdict, finding.code, finding.severity) == ("reject", "not-a-workbook", "error")
    assert finding.found == found
    assert said in finding.message("zh")
