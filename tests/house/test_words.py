"""Words: Chinese sentences hold no key, option or message of a program; English ones agree."""

import ast
import re
import tomllib
from collections.abc import Iterator

import casebook
import forge
import pytest
import share
from source import TEMPLATES, modules, tree

from toolkit.check import check
from toolkit.data import filled, reason
from toolkit.files.examine import examine
from toolkit.finding import Finding

WORDS = frozenset(
    """
    Excel WPS Word Office LibreOffice Outlook PDF CSV JSON HTML XML MB F9 F12 Ctrl C IRM Deflate
    Strict Open DOCX PPTX XLS XLSB ET ODS RTF TXT RAR Z GZ EML JPG PNG SHA-256 http https pypdfium2
    xlsx csv zip eml txt html
    """.split()  # noqa: SIM905 - a list of words
)
"""Names of programs, keys and formats that officials know."""
TYPED = frozenset(
    {
        "cli",
        "help",
        "demo",
        "addin",
        "doctor",
        "part",
        "parts",
        "trial",
        "ribbon",
        "fetch",
        "season",
    }
)
"""Sections for whoever types commands: they may name commands, options and programs."""
APART = {
    "level_meant": "what people write",
    "default": "a key",
    "about": "the page's own making: browsers, licences, its policy",
}
BROWSERS = frozenset({"IE", "Chromium", "Chrome", "Edge"})
"""Browsers: only a sentence on which one opens the page names them."""
FOR_PROGRAMMERS = frozenset(
    {
        "not-a-report", "bad-field", "cover/json", "cover/json-meant", "identity/json-agency",
        "mixed-edition", "unknown-key", "unknown-key/near", "unknown-key/many", "unknown-field",
        "unknown-field/many", "duplicate-key",
    }
)  # fmt: skip
"""Findings about report JSON, which programs write: they name its fields."""
QUOTED = re.compile("“[^“”]*(?:“[^“”]*”[^“”]*)*”")
PLACES = re.compile(
    r"[A-Z]{1,3}\d+"  # a cell
    r"|[\w.-]*[/\\][^\s（），、]*|[a-z-]+:[/\\][^\s（），、]*"  # a path, an address
    r"|(?<![A-Za-z])\.[a-z]{2,5}\b"  # the ending of a file's name
    r"|\d[\d.]*E[+-]?\d+|\d{8}MB\d+"  # a number, the code of an example
)
ASCII = re.compile(r"(?<![\w.-])--?[A-Za-z][\w-]*|[A-Za-z][A-Za-z0-9_-]*")
COUNTS = frozenset(
    """
    n count files agencies rows columns cells texts taken asked missing all warnings warning error
    mend open saved kept failed without returned size most more typed computed balances
    seconds limit rules
    """.split()  # noqa: SIM905 - a list of words
)
"""Figures that are numbers of things."""
CHOICE = re.compile(r"\[\{\w+\}\|([^|\]]*)\|([^|\]]*)\]")


def sentences(lang: str) -> Iterator[tuple[str, str, str]]:
    """Yield (section, name, sentence)."""
    text = (TEMPLATES / "messages" / f"{lang}.toml").read_text(encoding="utf-8")
    for section, told in tomllib.loads(text).items():
        yield from ((section, name, sentence) for name, sentence in told.items())


def strange(sentence: str) -> list[str]:
    """Return the ASCII words of a Chinese sentence that no official knows."""
    bare = PLACES.sub(" ", QUOTED.sub(" ", sentence))
    return [word for word in ASCII.findall(bare) if word not in WORDS]


def said(finding: Finding) -> list[str]:
    """Return the strange words of a finding's message, none of one for programmers."""
    words = finding.words
    name = words.name if hasattr(words, "name") else finding.code
    return [] if name in FOR_PROGRAMMERS else strange(finding.message("zh"))


# ── Chinese ───────────────────────────────────────────────────────────────────────────────────────


def test_a_chinese_sentence_has_no_word_that_no_official_knows():
    wrong = {
        f"[{section}] {name}": words
        for section, name, sentence in sentences("zh")
        if section not in TYPED and section not in APART and name.split("-")[0] not in APART
        if not (section == "finding" and name in FOR_PROGRAMMERS)
        if not (section == "board" and name == "language")
        if (words := set(strange(re.sub(r"\{\w+\}", "", sentence)))
            - (BROWSERS if section in ("page", "pane") else set()))
    }  # fmt: skip
    assert wrong == {}


def test_only_whoever_types_commands_is_told_of_commands_and_options():
    told = re.compile(r"gouji [a-z]|(?<![\w-])--[a-z]|GOUJI_|pip install")
    wrong = [
        f"[{section}] {name}"
        for section, name, sentence in sentences("zh")
        if section not in TYPED
        if told.search(sentence) and not (section == "finding" and name in FOR_PROGRAMMERS)
    ]
    assert wrong == []


def test_a_reason_of_a_program_is_told_in_words():
    """Every reason and part that is written in the toolkit is in words where Chinese is spoken."""
    calls = [node for path in modules() for node in ast.walk(tree(path))
             if isinstance(node, ast.Call)]  # fmt: skip
    given = {
        (word.arg, word.value.value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in ("Rejected", "ReportError")
        for word in call.keywords
        if word.arg in ("why", "part") and isinstance(word.value, ast.Constant)
    }
    assert len(given) > 20
    general = {"why": "other", "part": "part"}
    wrong = {text for name, text in given if strange(reason(text, "zh", general[name]))}
    assert wrong == set()


@pytest.mark.parametrize("case", list(casebook.cases()))
def test_the_findings_of_a_case_are_in_words(case):
    report = casebook.report_of(case)
    prior = casebook.report_of(case["prior"]) if "prior" in case else None
    outcome = check(report, prior)
    assert [words for finding in outcome.findings if (words := said(finding))] == []
    assert [words for why in outcome.not_checked.values() if (words := strange(why["zh"]))] == []


@pytest.mark.no_cover
def test_the_findings_of_forged_files_are_in_words(tmp_path):
    path = tmp_path / "某某局.xlsx"
    wrong = {}
    for name, places in share.spread(list(forge.cases().items()), 6):
        path.write_bytes(next(iter(places.values()))())
        for finding in examine(str(path)).findings:
            if words := said(finding):
                wrong[name, finding.code] = words
    assert wrong == {}


# ── English ───────────────────────────────────────────────────────────────────────────────────────


def ones(section: str, sentence: str) -> str:
    """Return a sentence with every number of things 1; a campaign expects a number of agencies."""
    counts = COUNTS | ({"expected"} if section == "text" else set())
    names = set(re.findall(r"\{(\w+)\}", sentence))
    return filled(sentence, **{name: 1 if name in counts else f"⟨{name}⟩" for name in names})


def plurals() -> set[str]:
    """Return the nouns that some sentence has for several, like cells."""
    found = [match for _, _, text in sentences("en") for match in CHOICE.finditer(text)]
    several = {word for match in found for word in match[2].split() if word.endswith("s")}
    return several - {word for match in found for word in match[1].split()}


def test_an_english_sentence_agrees_with_one():
    nouns = plurals()
    assert {"cells", "files", "agencies", "returns", "rules", "days"} <= nouns
    apart = r"(?<![\d.,-])1 (?:[a-z-]+ ){0,3}?"
    wrong = re.compile(rf"{apart}(?:{'|'.join(nouns)}|are|were|have)\b")
    told = {f"[{section}] {name}": wrong.search(ones(section, sentence))
            for section, name, sentence in sentences("en")}  # fmt: skip
    assert {name: match[0] for name, match in told.items() if match} == {}


def test_an_agency_is_no_woman():
    assert [name for _, name, sentence in sentences("en")
            if re.search(r"\b(she|her|hers)\b", sentence, re.IGNORECASE)] == []  # fmt: skip
    assert [name for _, name, sentence in sentences("zh") if "她" in sentence] == []


def test_a_choice_is_between_two_and_its_number_is_known():
    for lang in ("zh", "en"):
        for section, name, sentence in sentences(lang):
            assert not re.search(r"\[\{\w+\}\||\|[^|]*\]", ones(section, sentence)), name
