"""What is said about a file that is not read: what it is, how large, and what helps."""

import pytest
from tamper import filled, pack, unpack

from toolkit.files.examine import examine
from toolkit.xlsx.zip import FILE_LIMIT

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OPENING = "取消打开密码"
ENCRYPTED = {
    "E-SafeNet": (b"\x62\x14\x23\x65\x18\0\0\0E-SafeNet\0\0\0LOCK" + b"\x99" * 99, "解密"),
    "TSD": (b"%TSD-Header-###%" + b"\x99" * 99, "解密"),
    "E-SafeNet, older": (b"\1\2\3E-SafeNet" + b"\x99" * 99, "解密"),
    "rights management": (
        OLE + "EncryptedPackage DRMEncryptedTransform".encode("utf-16-le"),
        "标签",
    ),
    "a label": (b".pfile" + b"\x99" * 99, "标签"),
    "a password": (OLE + "EncryptedPackage".encode("utf-16-le"), OPENING),
}


@pytest.mark.parametrize("name", ENCRYPTED)
def test_an_encrypted_file_is_told_by_who_encrypted_it(name, tmp_path):
    source, helps = ENCRYPTED[name]
    path = tmp_path / "a.xlsx"
    path.write_bytes(source)
    (finding,) = examine(str(path)).findings
    assert finding.code == "encrypted"
    assert helps in finding.message("zh")
    assert (OPENING in finding.message("zh")) == (helps == OPENING)
    assert "另存为 .xlsx" not in finding.message("zh") or helps != "解密"


def test_a_file_that_is_too_large_is_told_with_its_true_size(tmp_path):
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(FILE_LIMIT + 7)
    (finding,) = examine(str(path)).findings
    assert "有 10,485,767 字节，最多 10,485,760 字节" in finding.message("zh")
    many = unpack(filled()) | {f"xl/media/{n}.png": b"x" for n in range(600)}
    path.write_bytes(pack(many))
    (finding,) = examine(str(path)).findings
    assert (finding.code, "最多 512 个" in finding.message("zh")) == ("too-large", True)
    part = {"xl/worksheets/more.xml": b"<a>" + b" " * (8 * 2**20) + b"</a>"}
    path.write_bytes(pack(unpack(filled()) | part))
    (finding,) = examine(str(path)).findings
    assert "内部文件：8,388,6" in finding.message("zh")
