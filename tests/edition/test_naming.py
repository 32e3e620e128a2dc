"""Names of rows and columns for texts, and of people on the cover, as editions give them."""

import tomllib

import pytest
from source import TESTS
from test_edition import built, changed, text_of

from toolkit.edition import edition
from toolkit.edition.edition import resolve
from toolkit.edition.parse import parse_text

OVERLAY = tomllib.loads((TESTS / "cases" / "overlays.toml").read_text(encoding="utf-8"))["base"]
PEOPLE = {
    "filled_by": "填表人",
    "phone": "联系电话",
    "reviewed_by": "审核人",
    "filled_on": "填报日期",
}
STOCK = tomllib.loads((TESTS / "cases" / "editions.toml").read_text(encoding="utf-8"))["base"]


def official(name="2021"):
    return edition.named("annual-report", name)


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("新收", ("applications.received.total",)),
        ("自然人.新收", ("applications.received.natural_person",)),
        ("结转下年", ("applications.carried_out.total",)),
        ("制发.规章", ("proactive.rules.issued",)),
        ("行政许可", ("proactive.licences.decided",)),
        ("尚未审结.行政复议", ("disputes.review.pending",)),
        ("收费通知", ("processing_fee.notices.count",)),
        ("金额.收费通知", ("processing_fee.notices.amount",)),
        (
            "商业企业.无法提供",
            tuple(
                f"applications.unable_{row}.business"
                for row in ("not_held", "not_compiled", "unclear")
            ),
        ),
    ],
)
def test_a_name_stands_for_a_cell_or_for_the_sum_of_rows(name, keys):
    assert official().placeholders[name] == keys


def test_every_number_of_2021_and_2019_has_a_name_of_at_most_30_signs():
    for name in ("2021", "2019"):
        form = official(name)
        named = {keys[0] for keys in form.placeholders.values() if len(keys) == 1}
        assert named == {key for key, cell in form.cells.items() if cell.numeric}
        assert max(map(len, form.placeholders)) <= 30


def test_an_edition_like_another_keeps_the_names_of_lines_it_still_draws():
    form = official("2019")
    assert form.placeholders["其他处理"] == ("applications.other_handling.total",)
    assert form.placeholders["新制作.规章"] == ("proactive.rules.made",)
    assert {"逾期不补正", "制发.规章", "收费通知"}.isdisjoint(form.placeholders)
    assert form.cover == official().cover == PEOPLE


def test_names_and_people_are_outside_the_fingerprint():
    text = text_of("2021")
    more = changed(text, [('received = "新收"\n', 'received = "收件"\n'), ("填表人", "经办人")])
    assert "收件" in built(more).placeholders
    assert built(more).cover["filled_by"] == "经办人"
    assert built(more).fingerprint == official().fingerprint


def test_people_come_in_the_order_of_the_cover_and_may_be_left_out():
    text = changed(STOCK, [('deadlines = { agency = "01-31" }',
                            'cover = { filled_on = "日期", phone = "电话" }')])  # fmt: skip
    assert list(built(text).cover.items()) == [("phone", "电话"), ("filled_on", "日期")]
    assert built(STOCK).cover == {}
    assert built(STOCK).placeholders == {}


def test_of_several_columns_without_a_name_the_last_has_that_of_the_row():
    text = changed(STOCK, [("widths = [20, 8]", 'widths = [20, 8]\nplaceholders.bought = "购入"')])
    assert built(text).placeholders == {"购入": ("stock.bought.total",)}
    text = changed(text, [("placeholders.bought", 'placeholders.east = "东"\nplaceholders.bought')])
    assert built(text).placeholders == {
        "东.购入": ("stock.bought.east",),
        "购入": ("stock.bought.total",),
    }


# ── overlays ──────────────────────────────────────────────────────────────────────────────────────


def overlay(text=OVERLAY):
    return resolve(parse_text(text, "x.toml"))


def test_an_overlay_keeps_the_names_and_takes_its_rows_into_sums():
    form = overlay()
    assert form.placeholders["新收"] == ("applications.received.total",)
    assert "applications.other_moved.total" in form.placeholders["其他处理"]
    assert form.placeholders.keys() == official().placeholders.keys()
    assert form.cover == PEOPLE


def test_an_overlay_names_the_rows_and_columns_it_adds_and_more_fields():
    help_ = 'cells."received.*" = { help = "含网上申请。" }'
    names = 'placeholders = { other_moved = "转办", foreign = "境外组织" }'
    text = changed(OVERLAY, [(help_, f"{help_}\n{names}"),
                             ("deadlines =", 'cover = { filled_by = "经办人" }\ndeadlines =')])  # fmt: skip
    form = overlay(text)
    assert form.placeholders["转办"] == ("applications.other_moved.total",)
    assert form.placeholders["境外组织.新收"] == ("applications.received.foreign",)
    assert form.placeholders["新收"] == ("applications.received.total",)
    assert form.cover == PEOPLE | {"filled_by": "经办人"}
