"""Returns sent by people and programs get the recorded verdict and findings."""

import tomllib

import pytest
from source import CHECKOUT, TESTS

from toolkit.files.examine import examine, load

CASES: dict[str, list] = {"return": [], "last_year": []}
for path in sorted((TESTS / "cases").glob("received*.toml")):
    for kind, cases in tomllib.loads(path.read_text(encoding="utf-8")).items():
        CASES[kind] += cases
RETURNS = CHECKOUT.parent / "shared" / "returns"


@pytest.fixture
def shared():
    """Return a function from a name to its path; skips without the files."""
    if not RETURNS.is_dir():
        pytest.skip("the returns of ../shared are not here")
    return lambda name: str(RETURNS / name)


def told(finding):
    cells = [f"{cell.sheet}!{cell.at}" for cell in finding.cells]
    return {
        "code": finding.code,
        "severity": finding.severity,
        "cells": cells,
        "found": finding.found,
        "expected": finding.expected,
    }


@pytest.mark.no_cover
@pytest.mark.parametrize("case", CASES["return"], ids=lambda case: case["file"])
def test_a_received_return_gets_its_verdict(shared, case):
    result = examine(shared(case["file"]))
    findings = [told(finding) for finding in result.findings]
    assert result.verdict == case["verdict"], findings
    for wanted in case["found"]:
        assert any(all(f[part] == it for part, it in wanted.items()) for f in findings), findings
    assert not case.get("unproposed") or {f["expected"] for f in findings} == {None}
    assert not case["found"] or "crashed" not in {f["code"] for f in findings}
    if "only" in case:
        assert {f["code"] for f in findings} == set(case["only"])
    assert len(findings) <= case.get("most", 1000)
    if "level" in case:
        (correction,) = result.explanations
        changed = [(answer.rank, *answer.changes) for answer in correction.answers]
        assert sorted((rank, f"{one.spot.sheet}!{one.spot.at}") for rank, one in changed) == [
            (1, place) for place in sorted(case["level"])
        ]
    for part, there in case.get("agency", {}).items():
        assert (result.report.agency[part] or "") == there


@pytest.mark.parametrize("case", CASES["last_year"], ids=lambda case: case["file"])
def test_last_year_is_found_however_its_code_is_written(shared, case):
    results = [examine(shared(case["file"]), [load(shared(p)).report]) for p in case["priors"]]
    findings = [[told(finding) for finding in result.findings] for result in results]
    assert findings.count(findings[0]) == len(findings)
    wanted = case["found"]
    assert any(all(f[part] == it for part, it in wanted.items()) for f in findings[0])
