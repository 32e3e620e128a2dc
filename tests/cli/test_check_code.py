"""`gouji check --check-code`: is the stamped paper this file?"""

import json

import pytest
from click.testing import CliRunner
from source import REAL

from toolkit import cli

SEED = REAL / "seed_jiguan_shiwu_2025.json"


def run(*arguments):
    return CliRunner().invoke(cli.gouji, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    path = tmp_path_factory.mktemp("code") / "表.xlsx"
    assert run("fill", SEED, "-o", path).exit_code == 0
    return path


def code_of(path):
    done = run("check", path, "--format", "json")
    return json.loads(done.stdout)["files"][0]["check_code"]


def test_the_code_of_the_file_is_the_same_and_another_is_another(workbook):
    code = code_of(workbook)
    same = run("check", workbook, "--check-code", code, "--lang", "zh")
    assert (same.exit_code, same.stdout.count(code)) == (0, 2)
    assert run("check", workbook, "--check-code", f" {code[:3]} {code[3:]}").exit_code == 0
    other = f"{(int(code) + 1) % 10**6:06d}"
    differs = run("check", workbook, "--check-code", other, "--lang", "en")
    assert differs.exit_code == 1
    assert code in differs.stdout
    assert other in differs.stdout


def test_a_file_without_a_code_is_not_the_same():
    assert code_of(SEED) is None
    done = run("check", SEED, "--check-code", "123456", "--lang", "zh")
    assert (done.exit_code, "没有校验码" in done.stdout, "123456" in done.stdout) == (1, True, True)


@pytest.mark.parametrize("code", ["12345", "1234567", "１２３４５６", "12a456", ""])
def test_what_is_no_six_digits_is_a_wrong_option(workbook, code):
    done = run("check", workbook, "--check-code", code)
    assert done.exit_code == 2
    assert done.stdout == ""


@pytest.mark.parametrize(
    "more",
    [
        ["--explain"],
        ["--format", "json"],
        ["--open"],
        ["--prior", "."],
        ["--roster", "a.csv"],
        ["--notices", "x"],
        ["--jobs", "1"],
        ["-o", "a.txt"],
    ],
)
def test_it_goes_alone(workbook, more):
    done = run("check", workbook, "--check-code", "123456", *more, "--lang", "en")
    assert (done.exit_code, "--check-code is for one return" in done.stderr) == (2, True)


def test_it_is_for_one_return_only(workbook, tmp_path):
    assert run("check", "--check-code", "123456").exit_code == 2
    assert run("check", workbook, workbook, "--check-code", "123456").exit_code == 2
    for name in ("a.xlsx", "b.xlsx"):
        (tmp_path / name).write_bytes(workbook.read_bytes())
    done = run("check", tmp_path, "--check-code", "123456", "--lang", "en")
    assert (done.exit_code, "for one return" in done.stderr) == (2, True)


def test_the_verdict_names_the_code_and_a_store_keeps_it(workbook, tmp_path):
    code, store = code_of(workbook), tmp_path / "store"
    for _ in range(2):
        done = run("check", workbook, "--store", store, "--lang", "zh")
        assert f"校验码 {code}" in done.stdout.splitlines()[0]
    assert f"check code {code}" in run("check", workbook, "--lang", "en").stdout.splitlines()[0]
    assert "校验码" not in run("check", SEED, "--lang", "zh").stdout
