"""Findings from texts: clear differences from the tables, none where a text is ambiguous."""

import json
import re._constants as ops  # type: ignore[import-untyped]
import re._parser as sre  # type: ignore[import-untyped]
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from source import TESTS

from toolkit import data
from toolkit.check import check, narrative, numerals, phrases, sentences
from toolkit.check.phrases import Pattern
from toolkit.edition import edition
from toolkit.edition.shape import EditionError
from toolkit.finding import Finding, Spot
from toolkit.report.report import Report, from_json

CASES = tomllib.loads((TESTS / "cases" / "texts.toml").read_text(encoding="utf-8"))
WIDEST = 80
"""Maximum length of a repetition in a regular expression."""
FORM = "annual-report"


def report_of(case: dict[str, Any]) -> Report:
    """Return a report with its text, all 0 except for the case's numbers."""
    year = case.get("year", 2025)
    form = edition.for_year(FORM, year)
    assert form is not None
    values: dict[str, Any] = dict.fromkeys(form.cells, 0)
    values |= {k: v for k, v in CASES["numbers"].items() if k in values} | case.get("set", {})
    values = {key: None if value == "blank" else value for key, value in values.items()}
    agency = {"name": case.get("agency", "某某局"), "code": None, "level": None}
    texts = {case.get("section", "overview"): case["text"]}
    return Report(form, agency, year, values, texts=texts)


def told(report: Report) -> tuple[list[Finding], dict[str, tuple[Spot, ...]]]:
    """Return the findings of all text rules, and {code: spots} of those left open."""
    found: list[Finding] = []
    left: dict[str, tuple[Spot, ...]] = {}
    for edit in report.edition.edits:
        if edit.kind == "text":
            for one in narrative.text(edit, report, **edit.figures):
                if isinstance(one, Finding):
                    found.append(one)
                else:
                    left[edit.code] = one
    return found, left


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_a_text_is_held_against_the_table(case):
    found, left = told(report_of(case))
    assert [f"{f.code} {f.found} {f.expected}" for f in found] == case["finds"]
    assert {f.severity for f in found} <= {"warning"}
    assert sorted(left) == case.get("open", [])


def test_there_are_many_alarms_and_more_silences():
    alarms = [case for case in CASES["case"] if case["finds"]]
    assert len(alarms) >= 30
    assert len(CASES["case"]) - len(alarms) >= 40


def test_a_finding_quotes_the_text_and_points_at_the_cells():
    (one,), _ = told(report_of({"text": "2025年，我局共受理 政府信息公开申请 21 件。"}))
    assert [(cell.key, cell.at) for cell in one.cells] == [
        ("applications.received.total", "J7"),
        ("applications.carried_in.total", "J8"),
    ]
    assert one.figures["section"] == "一、总体情况"
    assert one.figures["quote"] == "2025年，我局共受理 政府信息公开申请 21 件"
    assert one.message() == (
        "《一、总体情况》写“2025年，我局共受理 政府信息公开申请 21 件”，"
        "其中的 21 与表三 J7–J8 的 20 / 22 不一致"
        "（正文的收到（受理）申请件数 = 新收，或新收 + 上年结转）。请核对两处。"
    )
    assert (
        "件”: 21, but 表三 J7–J8 gives 20 / 22 (requests in the text = received, or"
        in one.message("en")
    )


def test_an_open_cell_is_named():
    _, left = told(report_of({"text": "结转下年度5件申请。", "set": {"x": 0}}))
    assert left == {}
    gone = {
        "applications.carried_out.total": "blank",
        "applications.carried_out.other_org": "blank",
    }
    found, left = told(report_of({"text": "申请结转下年度5件。", "set": gone}))
    assert found == []
    assert [spot.key for spot in left["text-carried-out"]] == ["applications.carried_out.total"]


def test_a_blank_total_is_named_as_one():
    case = {"text": "申请结转下年度5件。", "set": {"applications.carried_out.total": "blank"}}
    (one,), left = told(report_of(case))
    assert left == {}
    assert (one.found, one.expected, [cell.at for cell in one.cells]) == ("5", "3", ["J31"])
    assert "其中的 5 与表三 J31 不一致：有总计空着，按各栏相加为 3" in one.message()
    assert "the parts of 表三 J31, where a total is blank, make 3" in one.message("en")


def test_a_quote_is_the_sentence_as_written():
    text = "去年，工作很多。\n今年，共收到政府信息公开\r\n申请 21 件，均已答复；又及。"
    (one,), _ = told(report_of({"text": text}))
    assert one.figures["quote"] == "今年，共收到政府信息公开申请 21 件，均已答复"


def test_a_long_sentence_is_quoted_by_the_clauses_around_the_number():
    clause = "根据上级要求并结合本机关工作实际情况，"
    text = f"{clause * 6}共收到政府信息公开申请21件，{clause * 4}"
    (one,), _ = told(report_of({"text": text}))
    quote = one.figures["quote"]
    assert len(quote) <= phrases.SENTENCE_LENGTH + 2
    assert quote.startswith("…根据上级要求")
    assert "共收到政府信息公开申请21件" in quote
    assert quote.strip("…") in text


def test_a_long_sentence_is_quoted_on_behind_the_number():
    text = f"共收到政府信息公开申请21件，{'均依法予以答复，' * 20}"
    (one,) = phrases.statements(text, phrases.phrase("received", 2025), phrases.View(2025, ""))
    assert len(one.sentence) > phrases.SENTENCE_LENGTH - 10
    assert one.sentence.endswith("答复…")
    assert one.sentence.strip("…") in text


def test_a_clause_that_is_longer_than_a_quote_is_cut():
    text = f"{'本机关依法依规' * 20}共收到政府信息公开申请21件{'并依法予以答复' * 20}"
    (one,) = phrases.statements(text, phrases.phrase("received", 2025), phrases.View(2025, ""))
    assert len(one.sentence) == phrases.SENTENCE_LENGTH + 2
    assert one.sentence.strip("…") in text
    assert "申请21件" in one.sentence


def test_a_statement_stands_where_its_number_is_written():
    text = "（二） 依申请公开\n2025 年收到 政府信息公开申请 21 件。"
    said = phrases.phrase("received", 2025)
    (one,) = phrases.statements(text, said, phrases.View(2025, ""))
    assert (one.number, text[one.at : one.at + 2], one.silent) == (21, "21", "")


@pytest.mark.parametrize(
    ("text", "silent"),
    [
        ("去年收到政府信息公开申请9件", "then"),
        ("较上年收到政府信息公开申请9件", "compare"),
        ("全区收到政府信息公开申请9件", "wide"),
        ("区直部门收到政府信息公开申请9件", "portion"),
        ("各部门收到政府信息公开申请9件", "members"),
        ("去年来信很多，今年收到政府信息公开申请9件", ""),
        ("全区很好，本机关收到政府信息公开申请9件", ""),
    ],
)
def test_a_silent_statement_says_which_kind_of_word_silenced_it(text, silent):
    said = phrases.phrase("received", 2025)
    assert [s.silent for s in phrases.statements(text, said, phrases.View(2025, ""))] == [silent]


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("某某市", "市"),
        ("某某市某某区人民政府", "区"),
        ("某某街道办事处", "街道"),
        ("某某经济开发区管委会", "区"),
        ("某某市人民政府办公厅", ""),
        ("区机关事务管理服务中心", ""),
        ("某某县城市管理局", ""),
        (None, ""),
    ],
)
def test_an_agencys_name_tells_whether_it_speaks_for_a_region(name, region):
    report = report_of({"text": ""})
    named = Report(report.edition, {"name": name}, 2025, report.values)
    assert narrative.view(named) == phrases.View(2025, region, name or "")


def test_without_a_year_no_year_is_the_reports_own():
    said = phrases.phrase("received", None)
    text = "2025年收到政府信息公开申请9件"
    assert [s.silent for s in phrases.statements(text, said, phrases.View(None, ""))] == ["then"]
    report = report_of({"text": "2024年，我局做好工作。"})
    assert told(Report(report.edition, {}, None, report.values, texts=report.texts)) == ([], {})


@pytest.mark.parametrize("name", sorted(path.stem for path in (TESTS / "real").glob("*.json")))
def test_no_real_table_is_at_odds_with_the_numbers_it_gives(name):
    source = json.loads(
        (TESTS / "real" / f"{name}.json").read_text(encoding="utf-8"), parse_float=Decimal
    )
    report = from_json(source)
    n = {key: value or 0 for key, value in report.numbers.items()}
    row = "applications.{}.total".format
    text = (
        f"{report.year}年共受理政府信息公开申请{n[row('received')] + n[row('carried_in')]}件，"
        f"办结{n[row('concluded')]}件，予以公开{n[row('granted')]}件，"
        f"结转下年度{n[row('carried_out')]}件。信息公开类行政复议{n['disputes.review.total']}件。"
    )
    assert told(
        Report(report.edition, report.agency, report.year, n, texts={"overview": text})
    ) == ([], {})


def test_check_tells_text_rules_among_the_others():
    outcome = check(report_of({"text": "收到政府信息公开申请21件。"}))
    assert [f.found for f in outcome.findings if f.code == "text-received"] == ["21"]
    assert "text-received" in outcome.failed
    gone = {
        "applications.carried_out.total": "blank",
        "applications.carried_out.other_org": "blank",
    }
    case = {"text": "收到申请，结转下年度5件。", "set": gone}
    why = check(report_of(case)).not_checked["text-carried-out"]
    assert why["zh"].startswith("表三 J31")


WORDS = sorted({word for words in data.narrative()["words"].values() for word in words})


@given(
    st.lists(
        st.sampled_from([*WORDS, *"，；：（）、。\n 《》件元12３，.", "申请", "公开"]), max_size=40
    )
)
def test_no_text_whatever_raises(parts):
    text = "".join(parts)
    for finding in told(report_of({"text": text}))[0]:
        assert finding.message()
        assert finding.message("en")
        assert len(finding.figures["quote"]) <= phrases.SENTENCE_LENGTH + 2


GROUPS = tomllib.loads((TESTS / "check" / "facts.toml").read_text(encoding="utf-8"))["group"]
FACTS = [
    *((group, said, text) for group in GROUPS for said, text in group["sentences"]),
    *((group, "", text) for group in GROUPS for _, text in group.get("missed", ())),
]


def test_every_sentence_says_what_it_is_labelled_with():
    wrong = []
    for group, said, text in FACTS:
        case = {"agency": group["agency"], "section": group.get("section", "overview")}
        report = report_of({**case, "text": text})
        read = sorted(
            f"{edit.figures['says'][0]} {statement.number}"
            for edit in report.edition.edits
            if "says" in edit.figures
            for _, statement in narrative.said(edit, report, report.texts, edit.figures["says"])
        )
        if read != sorted(filter(None, said.split(", "))):
            wrong.append((text, said, read))
    assert wrong == []


@pytest.mark.parametrize(
    ("numeral", "number"),
    [
        ("零", 0),
        ("两", 2),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("九十九", 99),
        ("一百零五", 105),
        ("两百一十", 210),
        ("三千五百一十一", 3511),
        ("三千零五", 3005),
        ("百", None),
        ("一百五", None),
        ("两三", None),
        ("二〇二五", None),
        ("十百", None),
        ("二十十", None),
        ("一零五", None),
    ],
)
def test_a_numeral_is_exact_or_none(numeral, number):
    assert numerals.value(numeral) == number


# ── the words ─────────────────────────────────────────────────────────────────────────────────────


def test_every_text_rule_is_a_warning_and_names_a_phrase_and_cells():
    seen = set()
    for year in (2020, 2025):
        form = edition.for_year(FORM, year)
        assert form is not None
        for edit in form.edits:
            if edit.kind == "text":
                assert edit.severity == "warning"
                for name in edit.figures.get("says", ()):
                    seen.add(name)
                    assert phrases.phrase(name, year)
                assert set(edit.figures["texts"]) <= set(form.texts)
                sums = narrative.operands(form, tuple(edit.figures.get("equals", ())))
                assert all(len({cell.unit for cell in cells}) == 1 for cells in sums)
    assert seen == set(data.narrative()["phrase"])


def test_an_unknown_phrase_is_refused_with_a_hint():
    with pytest.raises(EditionError, match="no phrase 'recieved'; did you mean 'received'"):
        phrases.phrase("recieved", 2025)


def test_a_rule_that_names_an_unknown_phrase_says_which_rule_it_is():
    report = report_of({"text": "收到申请"})
    edit = next(edit for edit in report.edition.edits if edit.code == "text-received")
    with pytest.raises(EditionError, match="edit 'text-received': no phrase 'recieved'"):
        list(narrative.text(edit, report, **{**edit.figures, "says": ["recieved"]}))


def test_an_unknown_cell_is_refused_with_a_hint():
    form = edition.for_year(FORM, 2025)
    assert form is not None
    with pytest.raises(
        EditionError, match=r"no cell 'applications\.recieved\.total'; did you mean"
    ):
        narrative.operands(form, ("applications.carried_in.total + applications.recieved.total",))


def test_every_list_of_words_is_used_and_every_name_is_known():
    source = data.narrative()
    named = {
        name.removeprefix("@")
        for forms in source["phrase"].values()
        for form in forms
        for words in form.values()
        if isinstance(words, list)
        for word in words
        for name in word.split("+")
        if word.startswith("@") and (name.startswith("@") or name == word)
    }
    named |= {
        name[1:] for word in source["read"]["settled"] for name in word.split("+") if "@" in name
    }
    assert named == set(source["words"])
    assert not [w for words in source["words"].values() for w in words if w.startswith("@")]


def test_a_form_has_only_fields_that_are_told():
    told = set(Pattern.__slots__) - {"taken_back"} | {"not"}
    forms = [(name, form) for name, group in data.narrative()["phrase"].items() for form in group]
    assert [(name, set(form) - told) for name, form in forms if set(form) - told] == []
    assert [name for name, form in forms if "heads" not in form] == []
    assert [name for name, form in forms if form.get("none") and "ends" not in form] == []


def repeats(tree: Any, *, inside: bool = False) -> Iterator[tuple[int, bool]]:
    """Yield (upper bound, whether it is nested) of every repetition."""
    for op, arguments in tree:
        parts = arguments if isinstance(arguments, tuple | list) else ()
        nested = inside
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT):
            high = int(parts[1])
            if high > 1:
                yield high, inside
            nested = inside or high > 1
        for part in parts:
            for branch in part if isinstance(part, list) else [part]:
                if isinstance(branch, sre.SubPattern):
                    yield from repeats(branch, inside=nested)


EXPRESSIONS = {
    "digits": numerals.DIGITS.pattern,
    **{f"quotes {kind.pattern[0]}": kind.pattern for kind in sentences.quotes()},
    "one": data.narrative()["read"]["one"],
    "title": sentences.TITLE.pattern,
    "marks": sentences.marks_of(2025).pattern,
    "region": data.narrative()["read"]["region"],
}
"""Every regular expression applied to a text, except the two that split it into characters."""


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_every_repetition_is_bounded_and_none_is_nested(name):
    found = list(repeats(sre.parse(EXPRESSIONS[name])))
    assert [high for high, _ in found if high > WIDEST] == []
    assert [high for high, inside in found if inside and high > 3] == []
    assert len([high for high, _ in found if high > 3]) <= 1


@pytest.mark.no_cover
@pytest.mark.parametrize(
    "unit",
    [
        "收到",
        "收到申请",
        "收到公开申请的",
        "1",
        "1，",
        "，",
        "件",
        "《",
        "全区",
        "结转下年度",
        "复议、诉讼",
        "收到政府信息公开申请1件，",
        "未发生",
    ],
)
def test_a_megabyte_of_anything_is_read_only_up_to_the_limits(unit):
    text = unit * (1_000_000 // len(unit))
    assert sentences.sentences(text, 2025) == ()
    broken = "。".join([unit * 20] * (1_000_000 // (20 * len(unit) + 1)))
    parts = sentences.sentences(broken, 2025)
    assert sum(len(part.words) for part in parts) <= sentences.TEXT_LIMIT
    found, left = told(report_of({"text": broken}))
    assert len(found) <= narrative.MOST * len(report_of({"text": ""}).edition.edits)
    assert left == {}


def test_a_long_row_of_wrong_numbers_gives_a_few_findings():
    text = "。".join(f"收到政府信息公开申请{number}件" for number in range(30, 400))
    found, _ = told(report_of({"text": text}))
    assert [f.found for f in found] == ["30", "31", "32"]


def test_bounds_of_reading_are_what_they_say():
    long = "收到政府信息公开申请21件" + "的" * sentences.SENTENCE_LIMIT
    assert told(report_of({"text": long})) == ([], {})
    late = "。" * sentences.TEXT_LIMIT + "收到政府信息公开申请21件。"
    assert told(report_of({"text": late})) == ([], {})
