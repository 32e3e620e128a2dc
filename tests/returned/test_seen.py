"""What a person sees in a cell is what was read, or it is told: forged looks and honest hands."""

import forgelooks
import pytest

from toolkit.check import check
from toolkit.returned.read import read

FORGED, HONEST = forgelooks.forged(), forgelooks.honest()
SAID = {"seen-differs", "number", "hidden", "merge", "auto-run"}


def places(finding):
    return {f"{cell.sheet} {cell.at or '-'}" for cell in finding.cells}


def test_there_are_many_ways():
    assert len(FORGED) >= 60
    assert len(HONEST) >= 100


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_look_is_told_with_its_place(name):
    severity, wanted, make = FORGED[name]
    reading = read(make())
    findings = check(reading.report, None, reading.findings).findings
    told = [f for f in findings if f.code in SAID and f.severity == severity]
    named = set().union(*map(places, told))
    assert told, findings
    assert set(wanted) <= named, named
    for finding in told:
        for lang in ("zh", "en"):
            assert finding.message(lang).endswith(("。", "."))


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_look_is_a_note_at_most(name):
    found = [f for f in read(HONEST[name]()).findings if f.severity != "note"]
    assert [(f.code, f.message("en")) for f in found] == []
