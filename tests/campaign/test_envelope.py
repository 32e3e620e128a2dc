"""Mails as drafts: addressed by the roster, files inside, the same bytes each time, no injection."""

import re
from email import message_from_bytes, policy

import pytest
import tamper
from click.testing import CliRunner

from toolkit.campaign.envelope import address_of, draft, without_address
from toolkit.campaign.roster import Member
from toolkit.cli import gouji

FILES = [
    ("某某局-退回修改.xlsx", b"PK\3\4workbook"),
    ("某某局-退回通知.html", "<p>表</p>".encode()),
]


def member(email="jia@example.gov.cn", contact="张三", **facts) -> Member:
    return Member("某某局", email=email, contact=contact, **facts)


def opened(content: bytes):
    """Return a mail as a program parses it."""
    return message_from_bytes(content, policy=policy.default)


def test_a_draft_is_unsent_addressed_and_has_text_and_files():
    mail = opened(draft(member(), "请改正：某某局", "某某局：\n第二行", FILES))
    assert mail["X-Unsent"] == "1"
    assert [(a.display_name, a.addr_spec) for a in mail["To"].addresses] == [
        ("张三", "jia@example.gov.cn")
    ]
    assert mail["Subject"] == "请改正：某某局"
    assert mail.get_body().get_content() == "某某局：\r\n第二行"
    attached = list(mail.iter_attachments())
    assert [part.get_filename() for part in attached] == [name for name, _ in FILES]
    assert [part.get_content_type() for part in attached] == [
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/html",
    ]
    assert [part.get_payload(decode=True) for part in attached] == [source for _, source in FILES]


def test_a_draft_is_the_same_bytes_each_time_and_names_no_day():
    first, second = (draft(member(), "题", "字", FILES) for _ in range(2))
    assert first == second
    assert b"Date:" not in first
    assert b"Message-ID" not in first
    assert first != draft(member(), "题", "字", FILES[:1])
    assert b"\n" not in first.replace(b"\r\n", b"")
    assert b"Subject: =?utf-8?" in first


def test_long_names_are_in_words_and_lines_that_programs_take():
    content = draft(member(contact="某" * 99), "题" * 300, "字", [(f"{'某' * 50}.xlsx", b"x")])
    assert all(len(word) <= 75 for word in re.findall(rb"=[?]utf-8[?].*?[?]=", content))
    assert all(len(line) < 998 for line in content.split(b"\r\n"))
    mail = opened(content)
    assert mail["Subject"] == "题" * 300
    name = mail["To"].addresses[0].display_name  # Python keeps the blanks between the words
    assert name.replace(" ", "") == "某" * 99


def test_names_of_files_are_in_both_forms():
    content = draft(member(), "题", "字", [(f"{'某' * 50}-退回修改.xlsx", b"x")])
    assert b"filename*=utf-8''%E6%9F%90" in content
    assert b'name="=?utf-8?b?' in content.lower()
    (part,) = opened(content).iter_attachments()
    assert part.get_filename() == f"{'某' * 50}-退回修改.xlsx"


def test_the_workbook_in_a_draft_is_checked_like_any_other(tmp_path):
    path = tmp_path / "a.eml"
    path.write_bytes(draft(member(), "题", "字", [("表.xlsx", tamper.filled()), FILES[1]]))
    done = CliRunner().invoke(gouji, ["check", str(path), "--lang", "zh"])
    assert (done.exit_code, "通过  " in done.output, "表.xlsx" in done.output) == (0, True, True)


@pytest.mark.parametrize(
    "email",
    [None, "", "无", "a@b", "a b@c.cn", "a@b.cn,c@d.cn", "a@b.cn;c@d.cn", "a@b.cn\r\nBcc: c@d.cn",
     "a@b.cn\nX: y", "<a@b.cn>", "张三@b.cn", "a@b.cn>", "a@b..cn", f"{'a' * 300}@b.cn"],
)  # fmt: skip
def test_without_just_one_address_a_draft_has_no_recipient(email):
    mail = opened(draft(member(email), "题", "字", ()))
    assert mail["To"] is None
    assert set(mail.keys()) == {"Content-Type", "MIME-Version", "X-Unsent", "Subject"}
    assert address_of(member(email)) is None


def test_an_agency_that_is_unknown_has_no_recipient():
    assert opened(draft(None, "题", "字", ()))["To"] is None


@pytest.mark.parametrize(
    "name",
    ["张三\r\nBcc: x@y.cn", "张三, x@y.cn", 'Zhang "X" <x@y.cn>', "Zhang, San", "a\0b\x1b\u2028c",
     "Zhang\nSan; x@y.cn,", "\udcff"],
)  # fmt: skip
def test_a_name_adds_no_header_and_no_recipient(name):
    mail = opened(draft(member(contact=name), f"题{name}", "字", ()))
    assert [a.addr_spec for a in mail["To"].addresses] == ["jia@example.gov.cn"]
    assert set(mail.keys()) == {"Content-Type", "MIME-Version", "X-Unsent", "To", "Subject"}
    assert mail["Subject"].startswith("题")


def test_the_agency_is_named_where_no_person_is():
    mail = opened(draft(member(contact=None), "题", "字", ()))
    assert mail["To"].addresses[0].display_name == "某某局"


def test_agencies_without_an_address_are_named_with_person_and_phone():
    members = [member(), member(None, phone="0512-1"), member(None, None)]
    assert without_address(members) == ["某某局 张三 0512-1", "某某局"]
