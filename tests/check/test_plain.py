"""The printed rules, written twice: the findings of random reports are the same by both."""

import plain
from casebook import real


def test_two_hundred_random_reports_break_the_same_rules_in_the_same_cells():
    assert list(plain.differing(1, 200)) == []


def test_the_random_reports_break_every_rule_and_some_break_none():
    found = [plain.judge(*one) for one in plain.reports(1, 200)]
    codes = {code for broken in found for code, *_ in broken}
    assert codes == {
        "balance", "carried-in", "concluded", "dispute-total", "fee-unit", "in-force-chain",
        "in-force-floor", "jump", "number", "pending-chain", "processing-fee", "row-total",
        "rules-level", "unfilled",
    }  # fmt: skip
    assert min(map(len, found)) == 0


def test_a_difference_is_told_with_what_either_side_says(monkeypatch, capsys):
    monkeypatch.setattr(plain, "sums", lambda _: [])
    monkeypatch.setattr(plain.sys, "argv", ["plain.py", "--count", "12"])
    assert plain.main() == 1
    told = capsys.readouterr().out
    assert "only the toolkit" in told
    assert "12 reports judged twice" in told


def test_the_wrong_totals_of_a_published_report_are_found_from_the_documents_alone():
    values = real("hongze_district_2023")["values"]
    broken = plain.judge(values, [], "county", None, [])
    totals = [keys for code, keys, *_ in broken if code == "dispute-total"]
    assert len(totals) == 2
