"""The outline of a yearly analysis: what it may add up, and what is refused with its line."""

import pytest
from source import TEMPLATES

from toolkit.edition.edition import EditionError, build, named, resolve
from toolkit.edition.parse import parse_text

SOURCE = (TEMPLATES / "annual-report" / "2021.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"applications.received.total"] },', '"applications.recieved.total"] },',
         "no cell 'applications.recieved.total'"),
        ('cells = ["applications.refused_*.total"]', 'cells = ["applications.refused_*"]',
         "counts 'applications.refused_state_secret.natural_person' twice"),
        ('cells = ["applications.partly_granted.total"]', 'cells = ["applications.granted.business"]',
         "counts 'applications.granted.business' twice"),
        ('of = { zh = "办理结果"', 'ended = { zh = "办理结果"', "kind 'shares' has `of`; add it"),
        ('cells = ["disputes.*.other"], ended = true', 'cells = ["disputes.*.other"], told = true',
         "the share of one ending is told"),
        ('cells = ["disputes.suit_*"]', 'cells = ["applications.received.total"]',
         "a measure has no cell of an ending"),
        ('chapter = { zh = "申请的收到和办理", en = "Requests received and concluded" }\n', "",
         "the first topic begins a chapter"),
        ('cells = ["applications.carried_in.total"]', 'cells = ["proactive.fees.collected"]',
         "cells of several units have no sum"),
        ('kind = "agencies"', 'kind = "most"', "kind"),
        ('measure = [\n  { name = { zh = "收到申请"',
         'measure = [\n  { name = { zh = "x", en = "x" }, cells = ["*"] }, { name = { zh = "收到申请"',
         "has one measure; leave one"),
    ],
)  # fmt: skip
def test_an_outline_that_is_wrong_is_refused_with_its_line(old, new, said):
    text = SOURCE.partition("\n[brief]\n")
    assert old in text[2]
    with pytest.raises(EditionError, match=r"2021\.toml line \d+") as refused:
        resolve(parse_text("".join((*text[:2], text[2].replace(old, new, 1))), "2021.toml"))
    assert said in str(refused.value)


def test_the_line_is_that_of_the_topic():
    text = SOURCE.replace('cells = ["disputes.suit_*"]', 'cells = ["disputes.no.*"]')
    with pytest.raises(EditionError) as refused:
        resolve(parse_text(text, "2021.toml"))
    topic = SOURCE[: SOURCE.index('cells = ["disputes.suit_*"]')].rindex("[[brief.topic]]")
    assert str(refused.value).startswith(f"2021.toml line {SOURCE[:topic].count(chr(10)) + 1}: ")


def test_an_overlay_has_no_outline_of_its_own():
    head = {"extends": "annual-report/2021", "name": "x", "source": "x"}
    with pytest.raises(EditionError, match="the yearly analysis is inherited"):
        build({**head, "brief": {"title": {"zh": "x", "en": "x"}, "topic": [topic()]}}, "x.toml")


def topic() -> dict:
    words = {"zh": "x", "en": "x"}
    measure = [{"name": words, "cells": ["applications.received.total"]}]
    return {"kind": "compared", "chapter": words, "title": words, "unit": words, "measure": measure}


def test_every_group_of_outcomes_is_told_in_both_editions():
    for name in ("2021", "2019"):
        edition = named("annual-report", name)
        shares = edition.analysis.topics[1]
        told = {key for measure in shares.measures for key in measure.keys}
        rows = {
            key.split(".")[1]
            for key in edition.computes["applications.concluded.natural_person"].right
        }
        assert {key.split(".")[1] for key in told} == rows


def test_a_form_may_have_none():
    assert named("site-report", "2017").analysis is None
