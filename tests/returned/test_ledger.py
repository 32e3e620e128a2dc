"""The ledger: every public workbook and every forged file gets the recorded answer."""

import os
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache

import forge
import forgecells
import forgezip
import pytest
from source import SHARED, TESTS

from toolkit.files.examine import examine, gather
from toolkit.finding import Result
from toolkit.returned.read import read

LEDGER = tomllib.loads((TESTS / "ledger.toml").read_text(encoding="utf-8"))
FORGED = {name: answer for answer, names in LEDGER["forged"].items() for name in names}
WHOLE = ("annual-report 2021/total forged", "annual-report 2019/total forged")
"""Cases tried at every place; others at MOST places, or at all with GOUJI_FORGE=all."""
MOST = 6
MEASURED = ("strict/", "xml/", "active/", "container/")
"""Cases that walk lines of the reader which no other test walks."""
KEPT = ("container/", "active/", "formula/", "label/", "lock/", "style/", "number format/",
        "hidden/", "moved/row inserted", "outside/", "mark/")  # fmt: skip
"""Cases that leave every number unchanged in its place."""


def answers(result: Result, at: str = "") -> set[str]:
    """Return the code of a rejection, else the findings at a place, or all without a place."""
    if result.verdict == "reject":
        return {finding.code for finding in result.findings}
    found = [f for f in result.findings if not at or at in places(f)]
    return {f"{f.code} {f.severity}" for f in found} or {"ok"}


def places(finding) -> list[str]:
    return [f"{cell.sheet} {cell.at or '-'}" for cell in finding.cells]


def sampled(name: str) -> Iterator[tuple[str, forge.Make]]:
    """Yield the places to try for a case, evenly spread."""
    found = list(forge.cases()[name].items())
    whole = name in WHOLE or os.environ.get("GOUJI_FORGE") == "all"
    yield from found if whole else found[:: -(-len(found) // MOST)]


def test_every_forged_case_stands_in_the_ledger_once():
    listed = Counter(name for names in LEDGER["forged"].values() for name in names)
    assert listed == Counter(list(forge.cases()))
    totals = forge.cases()["annual-report 2021/total forged"]
    assert len(totals) == 34
    assert len(forge.cases()["annual-report 2019/total forged"]) == 32


@pytest.mark.parametrize(
    "name",
    [
        name if name.startswith(MEASURED) else pytest.param(name, marks=pytest.mark.no_cover)
        for name in FORGED
    ],
)
def test_a_forged_file_gets_the_answer_of_the_ledger(tmp_path, name):
    path = tmp_path / "a.xlsx"
    for at, make in sampled(name):
        path.write_bytes(make())
        result = examine(str(path))
        given, wanted = answers(result, at), set(FORGED[name].split(" or "))
        assert given & wanted, at
        assert at or given <= wanted
        if result.report is not None and name.startswith(KEPT):
            assert result.report.values == honest_values(), at
        for finding in result.findings:
            for lang in ("zh", "en"):
                assert finding.message(lang).endswith(("。", "."))


MISFITS = {
    **{name: (text, meant) for name, (text, meant) in forgecells.WRONG.items()},
    **{name: (shown, None) for name, (_, _, shown) in forgecells.STORED.items()},
}


@pytest.mark.no_cover
@pytest.mark.parametrize("name", MISFITS)
def test_a_misfit_value_is_told_as_it_stands_with_the_number_it_may_mean(tmp_path, name):
    ((at, make),) = forge.cases()[f"annual-report 2021/value {name}"].items()
    path = tmp_path / "a.xlsx"
    path.write_bytes(make())
    result = examine(str(path))
    ((finding, value),) = [
        (f, result.report.values[f.cells[0].key]) for f in result.findings if f.code == "number"
    ]
    text, meant = MISFITS[name]
    assert places(finding) == [at]
    assert (finding.expected, result.report.numbers[finding.cells[0].key]) == (
        None if meant is None else str(meant), None
    )  # fmt: skip
    assert text is None or finding.found == str(value) == text


@cache
def honest_values() -> dict:
    """Return the values of the untouched return."""
    return read(forge.honest(*forge.EDITIONS[0])[1]).report.values


def test_what_is_in_a_forged_archive_gets_its_own_answer(tmp_path):
    for name, (source, expected) in forgezip.archives(forge.honest(*forge.EDITIONS[0])[1]).items():
        path = tmp_path / name
        path.write_bytes(source)
        found, _ = gather([str(path)])
        assert {one: answers(examine(one)) for one in found} == {
            f"{path}/{inside}" if inside else str(path): {code} for inside, code in expected.items()
        }


@pytest.mark.no_cover
def test_every_public_workbook_gets_the_answer_of_the_ledger(need):
    """Each is rejected with an error, without a traceback; none is read as a return."""
    need(SHARED.is_dir(), "../shared/workbooks is not here (GOUJI_WORKBOOKS may name it)")
    known = {sha: code for code, listed in LEDGER["public"].items() for sha in listed.split()}
    found: dict[str, str] = {}
    for path in sorted(SHARED.rglob("*.xl*")):
        result = examine(str(path))
        (finding,) = result.findings
        assert (result.verdict, finding.severity) == ("reject", "error"), path
        assert finding.message("zh").endswith("。")
        assert result.sha256 is not None
        found[result.sha256] = finding.code
    assert found == known
