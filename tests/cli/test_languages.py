"""Languages: a file of sentences each; a third one is a file in a folder of the user's own."""

import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from string import Formatter

import openpyxl
import pytest
from click.testing import CliRunner
from source import CHECKOUT, TEMPLATES, TESTS, TOOLKIT

from toolkit import data
from toolkit.cli import console, gouji, main
from toolkit.edition import edition as editions

RETURN = TESTS / "real" / "suqian_city_2024.json"
MARKED = ("text", "finding", "board", "sheets", "proof", "help", "title", "why", "cli", "level")
"""Sections that the third language has; the rest it lacks."""
WHOLE = ("agency_kind", "sent_back", "reason_of")
"""Sections whose sentences are named by what is in the data."""
UNITS = {"finding": {"number/fraction"}, "diff": {"more", "less"}}
"""Sentences that name the unit in Chinese only: units are Chinese words."""
REASONS = {"part", "other"}
"""Reasons of programs, which are English: they stand as they are in English only."""


@cache
def sentences(lang: str) -> dict[str, dict[str, str]]:
    return tomllib.loads((TEMPLATES / "messages" / f"{lang}.toml").read_text(encoding="utf-8"))


def figures(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def marked() -> str:
    """Return a file of sentences: English ones in brackets, only some of them."""
    lines = ["# A third language."]
    for section in MARKED:
        lines.append(f"\n[{section}]")
        for name, text in sentences("en")[section].items():
            told = text if section == "board" and name == "language" else f"⟦{text}⟧"
            quoted = told.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            lines.append(f'"{name}" = "{quoted}"')
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder of templates that holds nothing but a third language."""
    found = tmp_path_factory.mktemp("own")
    (found / "messages").mkdir()
    (found / "messages" / "xx.toml").write_text(marked(), encoding="utf-8", newline="\n")
    return found


def put(folder: Path, text: str, name: str = "xx") -> Path:
    (folder / "messages").mkdir(exist_ok=True)
    (folder / "messages" / f"{name}.toml").write_text(text, encoding="utf-8", newline="\n")
    return folder


def run(*arguments: object) -> tuple[int, str]:
    """Return the exit status of a command and all that it says, as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "toolkit", *map(str, arguments)],
        check=False,
        capture_output=True,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8"},
    )
    return done.returncode, (done.stdout + done.stderr).decode("utf-8")


def checked(folder: Path, style: str, *more: str) -> bytes:
    words = ["check", str(RETURN), "--lang", "xx", "--templates", str(folder), "--format", style]
    done = CliRunner().invoke(gouji, [*words, *more])
    assert done.exit_code in (0, 1), done.output
    return done.stdout_bytes


# ── the two of the package ────────────────────────────────────────────────────────────────────────


def test_both_languages_have_the_same_sentences_in_the_same_order():
    chinese, english = (
        [f"[{section}] {name}" for section, told in sentences(lang).items() for name in told]
        for lang in data.OURS
    )
    assert {"zh.toml lacks": [name for name in english if name not in set(chinese)]} == {
        "zh.toml lacks": []
    }
    assert {"en.toml lacks": [name for name in chinese if name not in set(english)]} == {
        "en.toml lacks": []
    }
    assert chinese == english


def test_a_sentence_has_the_same_figures_in_both_languages():
    for section, told in sentences("en").items():
        for name, text in told.items():
            lacking = {"unit"} if name in UNITS.get(section, ()) else set()
            assert figures(sentences("zh")[section][name]) - figures(text) == lacking, name
            more = {"why"} if section == "reason_of" and name in REASONS else set()
            assert figures(text) - figures(sentences("zh")[section][name]) == more, name


def test_every_sentence_is_said_somewhere():
    """A name stands in the code, whole or as the parts that it is put together from."""
    files = [*TOOLKIT.rglob("*.py"), *TEMPLATES.glob("page/*.*s"), TEMPLATES / "page/page.html"]
    files += TEMPLATES.glob("pane/*")
    files += [path for path in TEMPLATES.glob("*/*.toml") if path.parent.name != "messages"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    words = set(re.findall(r"[\w/≤≥=-]+", source))

    def said(name: str) -> bool:
        cuts = [at for at, sign in enumerate(name) if sign in "-_/"]
        fronts = (name[: at + 1] for at in cuts)
        backs = (name[at:] for at in cuts)
        made = any(re.search(re.escape(front) + r"[\"'`{$]", source) for front in fronts)
        made = made or any("}" + back in source for back in backs)
        return name in words or made or ("/" in name and name.rpartition("/")[2] in words)

    left = [
        f"[{section}] {name}"
        for section, told in sentences("en").items()
        for name in told
        if section not in WHOLE and not said(name)
    ]
    assert "\n".join(left) == ""


def test_only_the_language_asked_for_is_read():
    code = (
        "import sys, toolkit.data as data; data.say('help', 'check', sys.argv[1]);"
        "print(data._sentences.cache_info().currsize)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "zh"], check=True, capture_output=True, cwd=CHECKOUT
    )
    assert done.stdout.strip() == b"1"


# ── a third one ───────────────────────────────────────────────────────────────────────────────────


def test_a_check_speaks_a_third_language_and_english_where_it_lacks_a_sentence(folder):
    text = checked(folder, "text").decode("utf-8")
    assert text.startswith("⟦! warn⟧")
    assert "⟦ of last year" in text or "⟦" in text.splitlines()[-1]
    message = editions.named("annual-report", "2021").balances[0].message
    assert data.worded(message, str(folder / "messages" / "xx.toml")) == message["en"]


def test_the_board_and_the_workbook_speak_it(folder, tmp_path):
    html = checked(folder, "html").decode("utf-8")
    assert '<html lang="en">' in html
    assert f"⟦{data.say('board', 'heading', 'en')}⟧" in html
    checked(folder, "xlsx", "-o", str(tmp_path / "out.xlsx"))
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    assert all(name.startswith("⟦") for name in book.sheetnames)


def test_the_help_speaks_it(folder):
    for words in (
        ["check", "--help", "--lang", "xx", f"--templates={folder}"],
        ["--lang=xx", "check", "--templates", folder, "--help"],
    ):
        status, said = run(*words)
        assert status == 0
        assert "⟦" in said


def test_a_folder_named_in_the_environment_counts_too(folder, monkeypatch):
    monkeypatch.setenv("GOUJI_TEMPLATES", str(folder))
    done = CliRunner().invoke(gouji, ["forms", "--lang", "xx"])
    assert done.exit_code == 0
    assert "⟦" in done.output
    assert list(data.languages()) == ["zh", "en", "xx"]


def test_a_file_of_sentences_is_no_edition_and_no_other_zh_counts(folder, tmp_path):
    assert data.edition_files([folder]) == data.edition_files()
    put(tmp_path, '[level]\ntown = "x"\n', "zh")
    assert data.languages([tmp_path, folder])["zh"] == "zh"
    put(tmp_path, "")
    first = str((tmp_path / "messages" / "xx.toml").resolve())
    assert data.languages([tmp_path, folder])["xx"] == first


def test_an_edition_may_have_words_in_it(tmp_path):
    path = tmp_path / "annual-report" / "2021.toml"
    path.parent.mkdir()
    text = (TEMPLATES / "annual-report" / "2021.toml").read_text(encoding="utf-8")
    rule = re.compile(r"^(rule = \{ zh = .*?) \}$", re.MULTILINE)
    path.write_text(rule.sub(r'\1, xx = "a rule" }', text), encoding="utf-8", newline="\n")
    balance = editions.load(path).balances[0]
    assert data.worded(balance.rule, "/own/messages/xx.toml") == "a rule"
    assert data.worded(balance.rule, "/own/messages/yy.toml") == balance.rule["en"]


# ── what is wrong ─────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_language_is_one_sentence_with_those_there_are(folder):
    for words in (
        ["check", RETURN, "--lang", "fr", "--templates", folder],
        ["check", RETURN, "--templates", folder, "--lang=fr"],
        ["--lang", "fr", "check", RETURN, "--templates", folder],
    ):
        status, said = run(*words)
        assert (status, said) == (2, "There is no language fr. Use one of zh, en, xx.\n")


def test_no_path_is_a_language(folder):
    done = CliRunner().invoke(gouji, ["forms", "--lang", str(folder / "messages" / "xx.toml")])
    assert done.exit_code == 2


def test_a_missing_folder_is_a_sentence(tmp_path):
    status, said = run("forms", "--lang", "xx", "--templates", tmp_path / "none")
    assert status == 2
    assert said.startswith("no folder ")


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[finding", "xx.toml: Expected ']'"),
        ('[findings]\nzero = "0"', "xx.toml, [findings]: no such section"),
        ('finding = "0"', "xx.toml, [finding]: no such section"),
        ('[finding]\nzeros = "0"', "xx.toml, [finding] zeros: no such sentence"),
        ("[finding]\nzero = 0", "xx.toml, [finding] zero: no such sentence"),
        ('[finding]\nzero = "{place} {wanted}"', "xx.toml, [finding] zero: no figure 'wanted'"),
        ('[finding]\nzero = "{found:>99}"', "xx.toml, [finding] zero: no figure 'found>99'"),
        ('[finding]\nzero = "{found"', "xx.toml, [finding] zero: no figure '{found'"),
        ('[finding]\nzero = "[{found}|a"', "xx.toml, [finding] zero: no figure '[{found}|a'"),
        ('[finding]\nzero = "[{n}|a|b]"', "xx.toml, [finding] zero: no figure 'n'"),
    ],
)
def test_a_fault_in_a_file_of_sentences_is_named(text, fault, tmp_path):
    put(tmp_path, text)
    status, said = run("forms", "--lang", "xx", "--templates", tmp_path)
    assert status == 2
    assert said.startswith(fault)
    assert said.count("\n") == 1


def test_a_sentence_without_figures_keeps_its_names_and_one_behind_it_follows():
    first = data.Message("why", "open")
    assert first["en"] == sentences("en")["why"]["open"]
    both = data.Message("why", "open", {"place": data.Message("level", "town")}, (first,))
    assert both["en"] == f"{first['en'].format(place='town')}; {first['en']}"


def test_a_third_language_has_words_for_one_and_for_several(tmp_path):
    put(tmp_path, '[finding]\nunchanged = "[{count}|une case|{count} cases]"')
    told = data.Message("finding", "unchanged", {"count": "1"})
    lang = str(tmp_path / "messages" / "xx.toml")
    assert told[lang] == "une case"
    assert data.say("finding", "unchanged", lang, count=11) == "11 cases"


def test_help_is_in_the_systems_language_where_the_one_asked_for_is_faulty(tmp_path, monkeypatch):
    put(tmp_path, "[")
    monkeypatch.setattr(sys, "argv", ["gouji", "--lang", "xx", "--templates", str(tmp_path)])
    assert console.help_text("check") == data.say("help", "check", console.system_lang())


# ── what is wrong with the arguments ──────────────────────────────────────────────────────────────


def misused(line: str, lang: str, monkeypatch, capsys) -> str:
    """Return the first line of what a command line is answered with."""
    monkeypatch.setattr(sys, "argv", ["gouji", *line.split(), f"--lang={lang}"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    return capsys.readouterr().err.splitlines()[0]


@pytest.mark.parametrize(
    ("line", "chinese", "english"),
    [
        ("frobnicate", "没有命令 frobnicate。", "There is no command frobnicate."),
        ("check x --zzzzz", "没有选项 --zzzzz。", "There is no option --zzzzz."),
        ("check x --formt json", "没有选项 --formt，是不是 --format？",
         "There is no option --formt; did you mean --format?"),
        ("check --open=3", "选项 --open 后面缺了值，或者不该有值。",
         "The option --open lacks its value, or takes none."),
        ("diff a", "缺少 NEW。", "NEW is missing."),
        ("blank --agency a", "缺少 --year。请给 1000 到 2999 的整数。",
         "--year is missing. Give a whole number from 1000 to 2999."),
        ("diff a b c", "多出了 c。", "There is too much: c."),
        ("check x --jobs 0", "--jobs 的值不对。请给不小于 1 的整数。",
         "--jobs has a value that it does not take. Give a whole number of at least 1."),
        ("cells --year x", "--year 的值不对。请给整数。",
         "--year has a value that it does not take. Give a whole number."),
        ("diff a b --format yaml", "--format 的值不对。可用：text, json。",
         "--format has a value that it does not take. Use one of text, json."),
        ("roster", "请用 -o 指定要写的 .xlsx 文件。", "Name the .xlsx file to write with -o."),
    ],
)  # fmt: skip
def test_an_error_in_the_arguments_is_told_in_the_language(
    line, chinese, english, monkeypatch, capsys
):
    assert misused(line, "zh", monkeypatch, capsys) == chinese
    assert misused(line, "en", monkeypatch, capsys) == english


def test_a_command_without_arguments_shows_its_help(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["gouji"])
    with pytest.raises(SystemExit):
        main()
    shown = capsys.readouterr()
    assert "frobnicate" not in shown.err
    assert "check" in shown.out + shown.err
