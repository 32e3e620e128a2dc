"""Numbers that a report gives only in a sentence: proposals with place and quote, never taken."""

import papers
import pytest

from toolkit.documents.account import counts, is_whole
from toolkit.documents.document import Paragraph
from toolkit.edition import edition as editions
from toolkit.files.publication import imported

FEES = ("processing_fee.notices.count", "processing_fee.notices.amount",
        "processing_fee.collected.amount")  # fmt: skip
SENTENCE = "本年共发出收费通知 3 份，总金额 1,280 元，实际收取信息处理费 1,180 元。"


def read(text, write=papers.as_html, overview=""):
    edition = editions.named("annual-report", "2021")
    paper = papers.paper(edition, papers.numbers(edition))
    paper.sections[-1][1] = text
    paper.sections[0][1] = overview or paper.sections[0][1]
    return imported(write(paper), "", (), None, None)


def proposed(document):
    return {key: document.report.evidence[key] for key in FEES if key in document.report.evidence}


@pytest.mark.parametrize(
    "write", [papers.as_html, papers.as_docx, papers.as_text, papers.as_markdown, papers.as_mhtml]
)
def test_the_fees_of_the_last_section_are_proposals_with_place_and_quote(write):
    document = read(f"无。\n{SENTENCE}", write)
    there = proposed(document)
    assert tuple(there) == FEES
    assert [evidence.raw[-4:] for evidence in there.values()] == ["通知3份", "280元", "180元"]
    blocks = document.document.blocks
    lines = {block.where: block.text for block in blocks if isinstance(block, Paragraph)}
    for evidence in there.values():
        assert evidence.raw in "".join(lines[evidence.where].split())
        assert (evidence.how, evidence.taken) == ("label-differs", False)
    assert [document.report.values[key] for key in FEES] == [None, None, None]
    assert counts(document) == {"taken": 200, "asked": 3, "missing": 0}
    assert is_whole(document)


def test_a_sentence_that_says_none_proposes_it_and_a_long_one_is_quoted_at_its_end():
    said = "发出政府信息公开申请信息处理费收费通知的件数和发出收费通知的总金额以及实际收取的总金额均为0。"
    there = proposed(read(said))
    assert tuple(there) == FEES
    assert {one.raw[0] for one in there.values()} == {"…"}
    assert all(one.where.startswith("l.") for one in there.values())


@pytest.mark.parametrize(
    ("text", "overview"),
    [
        ("无其他情况。", SENTENCE),
        ("依法收取信息处理费，按规定发出收费通知。", ""),
        ("实际收取信息处理费 5 元。经核对，实际收取信息处理费 6 元。", ""),
        ("上年收取信息处理费 500 元。", ""),
    ],
    ids=["another section", "no number", "two numbers", "another year"],
)
def test_nothing_is_proposed_from_elsewhere_or_where_it_is_not_clear(text, overview):
    document = read(text, overview=overview)
    assert proposed(document) == {}
    assert counts(document) == {"taken": 200, "asked": 0, "missing": 0}
