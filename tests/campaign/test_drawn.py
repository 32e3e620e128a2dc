"""Drawn forms among the returns of a season: they count only where nothing else came."""

import json
from random import Random

import returns
from printed import Style, draw, of
from test_across import FORM, filled, message, said, season, states

from toolkit.campaign.notices import due, files
from toolkit.campaign.pack import head, head_of, head_text
from toolkit.campaign.sending import Sending
from toolkit.edition.edition import named
from toolkit.files.examine import content, examine
from toolkit.finding import Batch
from toolkit.report.report import recompute
from toolkit.returned.read import read
from toolkit.rollup.governing import without_roster


def document(name="甲局", first=0, **more):
    return filled(name, first=first, origin="document", sent=None, **more)


def test_a_document_counts_where_it_is_alone():
    batch = season(document())
    assert said(batch) == {}
    assert states(batch)["甲局"][1] == "0.xlsx"


def test_a_document_gives_way_to_a_workbook_and_to_json_whatever_they_hold():
    for origin in ("workbook", "json"):
        batch = season(document(first=3), filled("甲局", "A1", origin=origin), document(first=4))
        assert said(batch) == {
            "0.xlsx": [("superseded", "note")],
            "2.xlsx": [("superseded", "note")],
        }
        assert states(batch)["甲局"][1] == "1.xlsx"
        assert "另有填报表（1.xlsx），以填报表为准" in message(batch, "superseded")


def test_a_document_of_another_year_is_no_rival():
    batch = season(document(year=2024), filled("甲局", "A1"), filled("乙局", "B2", first=2))
    assert said(batch)["0.xlsx"] == [("other-year", "error")]


def test_two_documents_are_two_claims():
    batch = season(document(first=1), document(first=2))
    assert said(batch) == {f"{n}.xlsx": [("duplicate", "error")] for n in (0, 1)}


def test_without_a_roster_the_roll_up_takes_the_workbook():
    batch = season(document(first=3), filled("甲局"), members=None)
    (sent,) = without_roster(batch.results, 2025)
    assert [result.path for result in sent.last] == ["1.xlsx"]


def test_a_head_says_whether_it_is_of_a_document():
    batch = season(document(), members=None)
    (result,) = batch.results
    assert head_of(head_text(head(result))).drawn
    older = json.dumps(json.loads(head_text(head(result)))[:-5])  # before it had `drawn`
    assert not head_of(older).drawn


def test_what_goes_back_is_a_blank_with_the_numbers_and_the_places_of_that_blank(tmp_path):
    edition = named("annual-report", "2021")
    typed = returns.clean(edition, Random("1"), 0.9, None)  # noqa: S311
    values = recompute(edition, typed, ())
    values["applications.received.total"] += 1
    path = tmp_path / "甲局2025年年报.xlsx"
    path.write_bytes(
        draw(of(edition, values), Style(layout="stacked", at=(9, 9), title=(), statutory=False))
    )
    result = examine(str(path))
    assert result.findings[0].cells[0].sheet == "表二"
    (notice,) = due(Batch((result,)), Sending())
    made = dict(files(notice, content, Sending()))
    (text,) = (one.decode("utf-8-sig") for name, one in made.items() if name.endswith(".txt"))
    (book,) = (one for name, one in made.items() if name.endswith(".xlsx"))
    back = read(book)
    assert "J7" in text
    assert "报来的不是发放的空白表，请改用附件" in text
    assert back.report.origin == "workbook"
    assert {key: back.report.values[key] for key in edition.typed if values[key] is not None} == {
        key: values[key] for key in edition.typed if values[key] is not None
    }
    assert FORM is edition
