"""A .zip or .eml is read as a folder: nothing is extracted, every return in it gets a verdict."""

import binascii
import io
import os
import zipfile
from pathlib import Path

import letters
import pytest
import tamper
from letters import TEXT, mail, part, utf8, zipped

from toolkit.files.archive import open_archive
from toolkit.files.examine import PathError, examine, gather, load
from toolkit.files.gathering import listing, path_bytes
from toolkit.xlsx import zip as package
from toolkit.xlsx.zip import Rejected

REPORT = b'{"form": "annual-report", "year": 2025, "values": {}}'


def written(folder: Path, name: str, source: bytes) -> str:
    """Return the path of a file written into a folder."""
    path = folder / name
    path.write_bytes(source)
    return str(path)


def gathered(folder: Path, name: str, source: bytes) -> tuple[list[str], int]:
    """Return the paths of the returns in an archive, from it on, and how many others it has."""
    path = written(folder, name, source)
    found, ignored = gather([path])
    return [one.removeprefix(path) for one in found], ignored


def rejection(path: str) -> tuple[str, dict]:
    """Return code and figures of a path's rejection."""
    result = examine(path)
    (finding,) = result.findings
    assert (result.verdict, finding.severity, result.report) == ("reject", "error", None)
    assert finding.message("zh").endswith("。")
    assert finding.message("en").endswith(".")
    return finding.code, dict(finding.figures)


# ── zips ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_returns_in_a_zip_are_judged_as_those_in_a_folder_are(tmp_path):
    name = "returns.zip"
    names = [
        "局/乙.xlsx",
        "局/甲.XLSX",
        "a.json",
        "说明.docx",
        "~$a.xlsx",
        "局/.b.xlsx",
        "other.json",
    ]
    entries = [(one.encode(), tamper.filled()) for one in names]
    entries[2], entries[6] = (b"a.json", REPORT), (b"other.json", b'{"a": 1}')
    entries[3] = ("说明.docx".encode(), b"PK\3\4")
    found, ignored = gathered(tmp_path, name, zipped(entries, 0x800))
    assert found == ["/a.json", "/局/乙.xlsx", "/局/甲.XLSX"]
    assert ignored == 4
    plain = written(tmp_path, "plain.xlsx", tamper.filled())
    inside, outside = examine(f"{tmp_path}/{name}/局/乙.xlsx"), examine(plain)
    assert (inside.sha256, inside.verdict) == (outside.sha256, outside.verdict)
    assert inside.findings == outside.findings
    assert examine(f"{tmp_path}/{name}/a.json").report.year == 2025


@pytest.mark.parametrize(
    ("raw", "flags", "name"),
    [
        ("报表/某局.xlsx".encode("gbk"), 0, "报表/某局.xlsx"),
        ("报表/某局.xlsx".encode(), 0, "报表/某局.xlsx"),
        ("报表/某局.xlsx".encode(), 0x800, "报表/某局.xlsx"),
        ("镕喆.xlsx".encode("gbk"), 0, "镕喆.xlsx"),
        ("某.xlsx".encode("gbk"), 0, "某.xlsx"),
        (b"\xc3\xa9\x80\xff.xlsx", 0, "\udcc3\udca9\udc80\udcff.xlsx"),
        (b"\xff\xff.xlsx", 0, "\udcff\udcff.xlsx"),
        (b"\xff\xff.xlsx", 0x800, "\udcff\udcff.xlsx"),
        ("a\u202eb\x1b.xlsx".encode(), 0x800, "a\u202eb\x1b.xlsx"),
    ],
)
def test_a_name_is_read_in_the_encoding_it_was_packed_in(tmp_path, raw, flags, name):
    path = written(tmp_path, "a.zip", zipped([(raw, tamper.filled())], flags))
    (found,) = gather([path])[0]
    assert found == f"{path}/{name}"
    assert path_bytes(found) == os.fsencode(f"{path}/{name}")
    assert examine(found).verdict == "pass"


def test_names_are_ordered_by_their_bytes(tmp_path):
    names = ["乙.xlsx", "b.xlsx", "B.xlsx2.xlsx", "甲.xlsx", "a/z.xlsx"]
    found, _ = gathered(tmp_path, "a.zip", utf8(*names))
    assert found == sorted((f"/{name}" for name in names), key=os.fsencode)
    assert path_bytes("\ud800") == b"\xed\xa0\x80"


def test_folders_and_what_macs_add_are_no_files(tmp_path):
    entries = [
        ("局.xlsx/".encode(), b""),
        ("局.xlsx/a.xlsx".encode(), tamper.filled()),
        (b"__MACOSX/b.xlsx", b"x"),
        (b"__MACOSX/._a.xlsx", b"x"),
        (b".DS_Store", b"x"),
    ]
    assert gathered(tmp_path, "a.zip", zipped(entries, 0x800)) == (["/局.xlsx/a.xlsx"], 3)
    marked = zipped([(b"a.xlsx", b"")], kind=0o040755)
    assert gathered(tmp_path, "b.zip", marked) == ([], 0)


BAD_NAMES = [b"../a.xlsx", b"a/../../b.xlsx", b"/etc/a.xlsx", b"C:/a.xlsx", b"C:\\a.xlsx",
             b"a\\b.xlsx", b"a//b.xlsx", b"./a.xlsx", b"a\0b.xlsx", b"a/" * 600 + b".xlsx"]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES, ids=ascii)
def test_a_name_that_could_mean_another_place_costs_that_file_alone(tmp_path, name):
    (tmp_path / "b.xlsx").write_bytes(b"not to be read")
    path = written(tmp_path, "a.zip", zipped([(name, tamper.filled()), (b"ok.xlsx", REPORT)]))
    if name.endswith(b"/.xlsx"):
        assert gather([path]) == ([f"{path}/ok.xlsx"], 1)
        return
    bad = next(one for one in gather([path])[0] if not one.endswith("ok.xlsx"))
    code, figures = rejection(bad)
    assert (code, figures["why"]) == ("unsafe", "name")
    assert len(gather([path])[0]) == 2


def test_a_name_that_is_too_long_is_refused():
    found = open_archive("a.zip", zipped([(b"a" * 1100 + b".xlsx", b"x")]))
    with pytest.raises(Rejected) as caught:
        next(iter(found.values()))()
    assert caught.value.figures["why"] == "name"


def test_a_link_in_a_zip_is_not_followed(tmp_path):
    path = written(tmp_path, "a.zip", zipped([(b"a.xlsx", b"/etc/passwd")], kind=0o120777))
    assert rejection(f"{path}/a.xlsx") == ("not-a-file", {})


def test_an_encrypted_file_is_rejected_and_its_neighbours_are_read(tmp_path):
    source = zipped([(b"a.xlsx", tamper.filled()), (b"b.xlsx", tamper.filled())])
    place, local, _ = tamper.entries(source)[0]
    for start in (place + 8, local + 6):
        source = tamper.poked(source, start, b"\1\0")
    path = written(tmp_path, "a.zip", source)
    assert gather([path])[0] == [f"{path}/a.xlsx", f"{path}/b.xlsx"]
    assert rejection(f"{path}/a.xlsx") == ("encrypted", {})
    assert "压缩包里" in examine(f"{path}/a.xlsx").findings[0].message()
    assert examine(f"{path}/b.xlsx").verdict == "pass"


def test_a_file_with_a_wrong_check_sum_is_rejected_and_its_neighbours_are_read(tmp_path):
    source = zipped([(b"a.xlsx", b"0123456789" * 9), (b"b.xlsx", tamper.filled())])
    for start in (tamper.entries(source)[0][0] + 16, tamper.entries(source)[0][1] + 14):
        source = tamper.poked(source, start, b"\1\2\3\4")
    path = written(tmp_path, "a.zip", source)
    assert rejection(f"{path}/a.xlsx") == ("damaged", {"part": "a.xlsx", "why": "check sum"})
    assert examine(f"{path}/b.xlsx").verdict == "pass"


def test_a_bomb_is_rejected_before_it_is_unpacked(tmp_path):
    bomb = zipped([(b"a.xlsx", bytes(9 * 2**20)), (b"b.xlsx", tamper.filled())])
    path = written(tmp_path, "a.zip", bomb)
    code, figures = rejection(f"{path}/a.xlsx")
    assert (code, figures["part"]) == ("too-large", "a.xlsx")
    assert examine(f"{path}/b.xlsx").verdict == "pass"


WHOLE = {
    "duplicate names": (utf8("a.xlsx", "A.xlsx"), "unsafe", "duplicate"),
    "names alike once decoded": (
        zipped([("某.xlsx".encode("gbk"), b"x"), ("某.xlsx".encode(), b"x")]), "unsafe", "duplicate"),
    "truncated": (utf8("a.xlsx")[:-30], "damaged", "truncated"),
    "another kind": (b"Rar!\x1a\x07\0", "not-a-workbook", None),
    "nothing": (b"", "empty", None),
    "too many": (zipped([(b"%d.xlsx" % i, b"") for i in range(513)]), "too-large", None),
    "too much": (zipped([(b"%d.pdf" % i, bytes(9 * 2**20)) for i in range(8)]), "too-large", None),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_a_zip_that_is_not_to_be_trusted_gets_one_verdict_itself(tmp_path, name):
    source, code, why = WHOLE[name]
    path = written(tmp_path, "a.ZIP", source)
    assert gather([path]) == ([path], 0)
    found, figures = rejection(path)
    assert (found, figures.get("why")) == (code, why)
    inside, figures = rejection(f"{path}/a.xlsx")
    assert (inside, figures.get("why")) == (code, why)
    assert gather([f"{path}/a.xlsx"]) == ([f"{path}/a.xlsx"], 0)


def test_an_archive_above_the_limit_is_not_opened(tmp_path):
    path = tmp_path / "a.zip"
    with path.open("wb") as file:
        file.truncate(package.FILE_LIMIT + 1)
    assert rejection(str(path)) == ("too-large", {})
    mail_path = tmp_path / "a.eml"
    with mail_path.open("wb") as file:
        file.write(mail(part(b"x")))
        file.truncate(40 * 2**20)
    assert rejection(str(mail_path)) == ("too-large", {})
    with pytest.raises(Rejected, match="too-large"):
        open_archive("a.eml", mail(part(b"x")) + bytes(package.FILE_LIMIT))


def test_an_archive_that_is_a_link_or_no_file_is_not_opened(tmp_path):
    path = written(tmp_path, "a.zip", utf8("a.xlsx"))
    (tmp_path / "b.zip").symlink_to(path)
    (tmp_path / "c.zip").mkdir()
    (tmp_path / "c.zip" / "x.xlsx").write_bytes(tamper.filled())
    found, ignored = gather([str(tmp_path)])
    assert [one.removeprefix(str(tmp_path)) for one in found] == [
        "/a.zip/a.xlsx", "/b.zip", "/c.zip/x.xlsx"
    ]  # fmt: skip
    assert ignored == 0
    assert rejection(f"{tmp_path}/b.zip") == ("not-a-file", {})
    assert rejection(f"{tmp_path}/b.zip/a.xlsx") == ("not-a-file", {})


def test_a_comment_of_the_archiver_is_no_damage(tmp_path):
    source = zipped([(b"a.xlsx", tamper.filled())], comment=b"made by WinRAR")
    assert gathered(tmp_path, "a.zip", source) == (["/a.xlsx"], 0)
    assert gathered(tmp_path, "b.zip", source + b"x") == ([""], 0)


def test_a_zip_in_a_zip_is_rejected_unopened(tmp_path):
    source = zipped([(b"in.zip", utf8("a.xlsx")), (b"in.eml", mail()), (b"b.pdf", b"x")])
    path = written(tmp_path, "a.zip", source)
    assert gather([path]) == ([f"{path}/in.eml", f"{path}/in.zip"], 1)
    assert rejection(f"{path}/in.zip") == ("nested", {})
    assert rejection(f"{path}/in.eml") == ("nested", {})


def test_a_workbook_somebody_called_zip_is_read_as_the_workbook_it_is(tmp_path):
    path = written(tmp_path, "a.zip", tamper.filled())
    assert gather([path]) == ([path], 0)
    assert examine(path).verdict == "pass"
    source = mail(part(tamper.filled(), b'filename="a.zip"'))
    assert gathered(tmp_path, "b.eml", source) == (["/a.zip"], 0)
    assert examine(f"{tmp_path}/b.eml/a.zip").verdict == "pass"


def test_a_path_may_lead_into_an_archive(tmp_path):
    entries = [("局/a.xlsx".encode(), tamper.filled()), (b"b.txt", tamper.filled()[:-9])]
    path = written(tmp_path, "a.zip", zipped(entries, 0x800))
    assert gather([f"{path}/局/a.xlsx"]) == ([f"{path}/局/a.xlsx"], 0)
    assert gather([f"{path}/b.txt"]) == ([f"{path}/b.txt"], 0)
    assert gather([path, f"{path}/局/a.xlsx"]) == ([f"{path}/局/a.xlsx"], 1)
    assert rejection(f"{path}/b.txt")[0] == "damaged"
    for missing in ("c.xlsx", "局", "../a.zip"):
        with pytest.raises(PathError):
            gather([f"{path}/{missing}"])
    assert rejection(f"{path}/c.xlsx")[0] == "unreadable"


def test_a_json_in_another_encoding_is_rejected(tmp_path):
    path = written(tmp_path, "a.json", '{"form": "局长"}'.encode("gbk"))
    assert rejection(path)[0] == "bad-json"


def test_a_json_that_is_damaged_or_huge_is_no_return(tmp_path):
    huge = b'{"form": "x", "a": "' + b"x" * 2**21 + b'"}'
    source = zipped([(b"a.json", huge), (b"b.json", b"["), (b"c.json", b"[1]")])
    assert gathered(tmp_path, "a.zip", source) == ([], 3)
    path = written(tmp_path, "d.json", huge)
    assert rejection(path) == ("too-large", {})


# ── mails ─────────────────────────────────────────────────────────────────────────────────────────

NAMES = {
    "plain": b'filename="a.xlsx"',
    "without quotes": b"filename=a.xlsx",
    "folders": b'filename="C:\\\\Users\\\\x\\\\a.xlsx"',
    "slashes": b'filename="x/../a.xlsx"',
    "RFC 2231 UTF-8": b"filename*=UTF-8''%E9%99%84%E4%BB%B6.xlsx",
    "RFC 2231 GBK": b"filename*=gb2312''%B8%BD%BC%FE.xlsx",
    "RFC 2231 in pieces": b"filename*0*=GBK''%B8%BD;\r\n filename*1*=%BC%FE.xl;\r\n filename*2=sx",
    "RFC 2231 in an unknown charset": b"filename*=x-none''%B8%BD%BC%FE.xlsx",
    "RFC 2047 GBK": b'filename="=?GBK?B?uL28/i54bHN4?="',
    "RFC 2047 gb2312, an ending behind": b'filename="=?gb2312?B?uL28/g==?=.xlsx"',
    "RFC 2047 UTF-8 Q": b'filename="=?utf-8?Q?=E9=99=84=E4=BB=B6.xlsx?="',
    "RFC 2047 cut inside a character": b'filename="=?gbk?B?uL28?=\r\n =?gbk?B?/i54bHN4?="',
    "bare GBK": b'filename="\xb8\xbd\xbc\xfe.xlsx"',
    "bare UTF-8": 'filename="附件.xlsx"'.encode(),
}


@pytest.mark.parametrize("name", NAMES)
def test_an_attachment_is_found_however_its_name_is_written(tmp_path, name):
    told = "/a.xlsx" if "a.xlsx" in NAMES[name].decode("latin-1") else "/附件.xlsx"
    path = written(tmp_path, "a.eml", mail(part(tamper.filled(), NAMES[name])))
    assert gather([path]) == ([path + told], 0)
    assert examine(path + told).verdict == "pass"


@pytest.mark.parametrize(
    ("name", "told"),
    [(b'filename="=?gbk?B?uL28/i54b?="', ""), (b'filename="=?utf-8?B?\xff\xff=?= a.xlsx"', "xlsx")],
)
def test_a_name_that_cannot_be_decoded_stays_as_it_is(name, told):
    (found,) = open_archive("a.eml", mail(part(b"x", name)))
    assert found.startswith("=?") is not bool(told) or found.endswith(told)


def test_a_name_in_no_encoding_keeps_its_bytes():
    (found,) = open_archive("a.eml", mail(part(b"x", b'filename="\xff\xff.xlsx"')))
    assert found == "\udcff\udcff.xlsx"


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("quoted-printable", binascii.b2a_qp(tamper.filled(), istext=False)),
        ("binary", tamper.filled()),
        ("8BIT", tamper.filled()),
    ],
)
def test_an_attachment_is_decoded_as_it_was_encoded(tmp_path, encoding, body):
    path = written(tmp_path, "a.eml", mail(part(body, encoding=encoding)))
    assert examine(f"{path}/a.xlsx").verdict == "pass"


def test_a_mail_may_name_its_file_elsewhere_or_not_at_all(tmp_path):
    kind = f'{letters.SHEET}; name="=?gbk?B?uL28/i54bHN4?="'
    inline = part(tamper.filled(), b"", kind, "inline")
    unnamed = part(tamper.filled(), b"", letters.SHEET)
    bare = part(tamper.filled(), b'filename="report"', letters.SHEET)
    picture = part(b"GIF89a", b"", "image/gif", "inline")
    source = mail(inline, unnamed, bare, picture)
    found, ignored = gathered(tmp_path, "a.eml", source)
    assert (found, ignored) == (["/part-3.xlsx", "/report.xlsx", "/附件.xlsx"], 1)


def test_two_files_of_one_name_get_a_verdict_each(tmp_path):
    twice = [part(tamper.filled()), part(REPORT), part(REPORT, b'filename="A.XLSX"')]
    bare = [part(b"x", b'filename="README"'), part(b"x", b'filename="README"')]
    source = mail(*twice, *bare)
    found, ignored = gathered(tmp_path, "a.eml", source)
    assert (found, ignored) == (["/A (3).XLSX", "/a (2).xlsx", "/a.xlsx"], 2)
    assert "README (2)" in open_archive("a.eml", source)


def test_documents_are_counted_as_ignored(tmp_path):
    source = mail(part(b"x", b'filename="a.pdf"'), part(b"x", b'filename="~$a.xlsx"'))
    assert gathered(tmp_path, "a.eml", source) == ([], 2)


def test_a_single_part_mail_is_its_file(tmp_path):
    source = b"From: a\r\nSubject: x\r\n" + part(tamper.filled())
    assert gathered(tmp_path, "a.eml", source) == (["/a.xlsx"], 0)
    assert gathered(tmp_path, "b.eml", b"From: a\n\ntext") == ([], 0)
    assert gathered(tmp_path, "c.eml", b"From: a") == ([], 0)
    boxed = b"\r\nFrom a@b Sat Jan 31\n" + source
    assert gathered(tmp_path, "d.eml", boxed) == (["/a.xlsx"], 0)


def test_a_part_without_header_fields_is_a_text():
    source = mail(b"\r\n" + REPORT, part(REPORT, b'filename="a.json"'))
    assert list(open_archive("a.eml", source)) == ["a.json"]


def test_a_mail_without_its_last_boundary_is_read(tmp_path):
    source = mail(part(tamper.filled()), end=False)
    assert gathered(tmp_path, "a.eml", source) == (["/a.xlsx"], 0)
    assert examine(f"{tmp_path}/a.eml/a.xlsx").verdict == "pass"


def test_lines_that_only_look_like_the_boundary_part_nothing(tmp_path):
    body = b"--b1x\r\nx--b1\r\n" + REPORT
    nested = mail(mail(part(REPORT, b'filename="a.json"'), boundary="b1.2"))
    source = mail(part(body, b'filename="a.txt"', encoding="8bit"))
    assert open_archive("a.eml", source)["a.txt"]() == body
    assert gathered(tmp_path, "a.eml", nested) == (["/a.json"], 0)


def test_a_zip_in_a_mail_is_opened_and_nothing_in_it(tmp_path):
    inner = zipped([("局/a.xlsx".encode(), tamper.filled()), (b"x.zip", b"PK"), (b"b.pdf", b"x")])
    source = mail(part(inner, b'filename="returns.zip"'), part(b"PK", b'filename="bad.zip"'))
    path = written(tmp_path, "a.eml", source)
    inside = ["bad.zip", "returns.zip/x.zip", "returns.zip/局/a.xlsx"]
    assert gather([path]) == ([f"{path}/{name}" for name in inside], 1)
    assert examine(f"{path}/returns.zip/局/a.xlsx").verdict == "pass"
    assert rejection(f"{path}/returns.zip/x.zip") == ("nested", {})
    assert rejection(f"{path}/bad.zip") == ("damaged", {"part": "zip", "why": "truncated"})


def test_a_mail_in_a_mail_is_opened_and_no_archive_in_it(tmp_path):
    forwarded = mail(
        part(tamper.filled()), part(utf8("b.xlsx"), b'filename="b.zip"'), boundary="b2"
    )
    attached = part(forwarded, b'filename="Fwd: x"', "message/rfc822", encoding="7bit")
    path = written(tmp_path, "a.eml", mail(attached))
    inside = ["Fwd: x.eml/a.xlsx", "Fwd: x.eml/b.zip"]
    assert gather([path]) == ([f"{path}/{name}" for name in inside], 0)
    assert examine(f"{path}/{inside[0]}").verdict == "pass"
    assert rejection(f"{path}/{inside[1]}") == ("nested", {})


def nest(depth: int) -> bytes:
    source = TEXT
    for level in range(depth):
        mark = f"--{level}\r\n".encode()
        head = f"Content-Type: multipart/mixed; boundary={level}\r\n\r\n".encode()
        source = head + mark + source + b"\r\n" + mark[:-2] + b"--\r\n"
    return source


BROKEN = {
    "no mail": (b"\x00\x01 no mail", "damaged", "header"),
    "nothing": (b"", "damaged", "header"),
    "no boundary named": (b"Content-Type: multipart/mixed\r\n\r\nx", "damaged", "boundary"),
    "boundary never seen": (
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\nx", "damaged", "boundary"),
    "two ways to name a file": (
        mail(part(b"x", b"filename*0*=GBK''%B8%BD; filename*=x")), "damaged", "header"),
    "a field twice": (
        b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n", "unsafe",
        "duplicate content-type"),
    "a huge field": (
        b'Content-Disposition: x; filename="' + b";" * 9000 + b'"\r\n\r\n', "too-large", None),
    "a huge header": (b"From: " + b"x" * 2**19, "too-large", None),
    "too deep": (nest(18), "too-large", None),
    "too many parts": (mail(*[part(b"x")] * 513), "too-large", None),
    "too many files": (
        mail(*[part(zipped([(b"%d" % i, b"") for i in range(300)]), b'filename="a.zip"')] * 2),
        "too-large", None),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_mail_gets_one_verdict_itself(tmp_path, name):
    source, code, why = BROKEN[name]
    path = written(tmp_path, "a.eml", source)
    assert gather([path]) == ([path], 0)
    found, figures = rejection(path)
    assert (found, figures.get("why")) == (code, why)


@pytest.mark.parametrize(
    ("body", "encoding", "why"),
    [
        (b"QUJDR", "base64", "base64"),
        (b"QU!D", "base64", "base64"),
        (b"x", "x-uuencode", "encoding"),
    ],
)
def test_a_file_that_was_not_sent_whole_is_rejected(tmp_path, body, encoding, why):
    one = part(b"", encoding=encoding).rstrip(b"\r\n") + b"\r\n\r\n" + body
    path = written(tmp_path, "a.eml", mail(one, part(tamper.filled(), b'filename="b.xlsx"')))
    assert rejection(f"{path}/a.xlsx") == ("damaged", {"part": "a.xlsx", "why": why})
    assert examine(f"{path}/b.xlsx").verdict == "pass"


def test_a_mail_python_itself_wrote_is_read(tmp_path):
    from email.message import EmailMessage  # noqa: PLC0415

    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@example.org", "b@example.org", "报送"
    letter.set_content("附件")
    letter.add_alternative("<b>附件</b>", subtype="html")
    sheet = ("vnd.openxmlformats-officedocument.spreadsheetml.sheet", "某某局2025年度报告.xlsx")
    letter.add_attachment(tamper.filled(), "application", sheet[0], filename=sheet[1])
    path = written(tmp_path, "a.eml", letter.as_bytes())
    assert gather([path]) == ([f"{path}/{sheet[1]}"], 0)
    assert examine(f"{path}/{sheet[1]}").verdict == "pass"


# ── flips ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", ["zip", "eml"])
def test_no_flipped_byte_changes_data_or_raises(tmp_path, kind):
    clean = {"zip": utf8("a.xlsx"), "eml": mail(part(tamper.filled()))}[kind]
    true = load(written(tmp_path, "true.xlsx", tamper.filled())).report.values
    for place in range(0, len(clean), 1999 if kind == "eml" else 997):
        source = tamper.poked(clean, place, bytes([clean[place] ^ 0x15]))
        path = written(tmp_path, f"a.{kind}", source)
        for one in listing(path).returns:
            report = load(one).report
            assert report is None or report.values == true


def test_what_zipfile_itself_reads_from_a_zip_is_what_is_read():
    source = zipped([("局/a.xlsx".encode(), tamper.filled()), (b"b.json", REPORT)], 0x800)
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        expected = {name: archive.read(name) for name in archive.namelist()}
    found = open_archive("a.zip", source)
    assert {name: content() for name, content in found.items()} == expected
