"""Results stores that earlier versions wrote are taken over, and their verdicts judged again."""

import json
import shutil

import pytest
from click.testing import CliRunner
from source import TESTS

from toolkit.campaign import store
from toolkit.cli import gouji
from toolkit.files.examine import load

STORES = sorted((TESTS / "versions").glob("*.store"))
RETURN = TESTS / "versions" / "gouji-0.1.0-annual-report-2021.xlsx"
"""The return that the stores hold a verdict of."""


def test_there_is_a_store_of_each_version_that_wrote_another_one():
    assert [path.stem for path in STORES] == ["gouji-0.1.0", "gouji-0.1.1"]


@pytest.mark.parametrize("path", STORES, ids=lambda path: path.stem)
def test_the_report_in_a_store_of_an_earlier_version_is_that_of_its_return(path, tmp_path):
    kept = tmp_path / "kept.store"
    shutil.copy(path, kept)
    ((_, report, why),) = store.reports(kept, ())
    assert why == ""
    assert report.values == load(str(RETURN)).report.values
    assert (report.agency["name"], report.year) == ("宿迁市", 2024)


@pytest.mark.parametrize("path", STORES, ids=lambda path: path.stem)
def test_a_check_in_a_store_of_an_earlier_version_has_the_verdicts_of_a_new_one(path, tmp_path):
    kept = tmp_path / "kept.store"
    shutil.copy(path, kept)
    told = [
        CliRunner().invoke(
            gouji, ["check", str(RETURN), "--format", "json", "--store", str(into)]
        )
        for into in (kept, tmp_path / "new.store")
    ]  # fmt: skip
    assert [done.exit_code for done in told] == [0, 0]
    old, new = (json.loads(done.stdout) for done in told)
    assert old | {"changed": []} == new | {"changed": []}
    with store.opened(kept, store.rules_of(())) as opened:
        assert len(opened.known()) == 1
