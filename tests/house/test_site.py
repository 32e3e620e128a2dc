"""The documentation site: every page is in it, nothing of it comes from the net, Chinese is found."""

import os
import re
import tomllib
from pathlib import Path

import pytest
from source import CHECKOUT

pytest.importorskip("sphinx")
from release import reference, website
from release.bigrams import Bigrams
from release.furnish import furnish

PARTS = tomllib.loads((CHECKOUT / "docs" / "site.toml").read_text(encoding="utf-8"))["part"]
LISTED = [page for part in PARTS for page in part["pages"]]


def test_every_page_of_the_documentation_is_listed_once():
    named = [page["page"] for page in LISTED]
    assert len(named) == len(set(named))
    folders = tuple(f"{page[key]}/" for page in LISTED for key in ("also", "apart") if key in page)
    pages = {path.relative_to(CHECKOUT).with_suffix("").as_posix()
             for path in (CHECKOUT / "docs").rglob("*.md")}  # fmt: skip
    beside = {page for page in pages if page.startswith(folders)}
    assert pages - beside - {"docs/home"} <= set(named)
    made = {"docs/commands/README", "api/index", "CHANGELOG", "CONTRIBUTING", "SECURITY"}
    assert set(named) - pages == made


def test_the_list_begins_in_chinese_with_the_three_pages_for_clerks():
    assert PARTS[0]["title"] == "填报人"
    assert [page["title"] for page in PARTS[0]["pages"]][:3] == ["填表", "改错", "报回"]


def test_the_sources_have_their_places_and_links_that_the_site_can_follow(tmp_path):
    website.gather(tmp_path)
    home = (tmp_path / "index.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+\.(?:md|gif))", home):
        assert (tmp_path / target).is_file(), target
    assert "填表 <docs/clerks/fill>" in home
    code = (tmp_path / "docs" / "codes" / "balance.md").read_text(encoding="utf-8")
    assert code.startswith("---\norphan: true\n---\n\n[← 每条提示的意思](README.md)")
    assert "/docs/commands/check\n" in (tmp_path / "docs/commands/README.md").read_text("utf-8")


def test_a_link_to_a_file_that_is_no_page_becomes_its_words():
    page = CHECKOUT / "docs" / "page.md"
    text = "[a](../biome.jsonc) [b](json.md#x) [c](https://biomejs.dev) [d](#e) [f](commands/)"
    assert website.shown(text, page) == (
        "a [b](json.md#x) [c](https://biomejs.dev) [d](#e) [f](commands/README.md)"
    )


@pytest.mark.parametrize("text", [
    '<script src="https://cdn.test/a.js">', '<link rel="stylesheet" href="//cdn.test/a.css">',
    "<style>a { background: url(http://cdn.test/a.png) }", "<style>@import 'https://cdn.test/a.css'",
    '<img alt="" src="http://cdn.test/a.png">',
])  # fmt: skip
def test_what_a_page_would_load_from_the_net_is_named(tmp_path, text):
    (tmp_path / "a.html").write_text(text, encoding="utf-8")
    (found,) = website.outside(tmp_path)
    assert found.startswith("a.html ")
    assert "cdn.test" in found


def test_a_link_to_click_loads_nothing(tmp_path):
    text = '<a href="https://biomejs.dev">x</a><img src="a.png"><link rel="canonical" href="http://a/">'
    (tmp_path / "a.html").write_text(text, encoding="utf-8")
    assert list(website.outside(tmp_path)) == []


def test_a_folder_that_is_no_site_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SystemExit, match="is no site and was left alone"):
        website.build(tmp_path)


def test_chinese_is_indexed_in_pairs_of_signs_and_other_words_whole():
    search = Bigrams({})
    assert search.split("结转下年度") == ["结转", "转下", "下年", "年度", *"结转下年度"]
    assert search.stem("Waivers") == "waivers"
    assert [word for word in ("表", "x", "3", "it") if search.word_filter(word)] == [
        "表",
        "3",
        "it",
    ]


def test_the_api_has_docstrings_letter_for_letter_and_their_examples_as_code(tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "stone.py").write_text('''"""Stones."""
class Stone:
    """A stone.

    weight: in *grams*, or `None`.
    """

    weight: int

    def thrown(self, far: int = 3) -> str:
        """Return where it lies.

        >>> Stone().thrown()
        'there'
        """

    def _inner(self): ...

def _hidden(): ...
''', encoding="utf-8")  # fmt: skip
    (tmp_path / "_private.py").write_text("def f(): ...", encoding="utf-8")
    made = dict(reference.pages(tmp_path))
    assert set(made) == {"room", "index"}
    text = made["room"]
    assert "{py:class} Stone" in text
    assert "{py:method} thrown(self, far: int=3) -> str" in text
    assert "weight: in \\*grams\\*, or `None`." in text
    assert "```python\nweight: int\n```" in text
    assert "```python\n>>> Stone().thrown()\n'there'\n```" in text
    assert "hidden" not in text + made["index"]
    assert "| [room](room.md) | Stones. |" in made["index"]


def test_the_words_of_the_theme_are_in_chinese(tmp_path):
    page = tmp_path / "a.html"
    page.write_text('<head></head><a title="Back to top"> On this page </a>Menu', encoding="utf-8")
    furnish(tmp_path)
    text = page.read_text(encoding="utf-8")
    assert '<a title="回到顶部">本页内容</a>Menu' in text
    assert "font-stack" in text


def test_the_built_site_has_every_page_loads_nothing_and_says_its_language(need):
    site = Path(os.environ.get("GOUJI_PAGE", CHECKOUT / "dist" / "gouji.html")).with_name("site")
    need(site.is_dir(), "no site; python -m release.website -o dist/site")
    lost = [page["page"] for page in LISTED if not (site / f"{page['page']}.html").is_file()]
    assert lost == []
    assert list(website.outside(site)) == []
    for name, lang in (("index", "zh-CN"), ("docs/clerks/fill", "zh-CN"), ("docs/json", "en")):
        text = (site / f"{name}.html").read_text(encoding="utf-8")
        assert re.search(r'<html[^>]* lang="([^"]*)"', text)[1] == lang, name
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert '"结转"' in index.encode().decode("unicode_escape") or "结转" in index
    assert "flatMap" in (site / "_static" / "language_data.js").read_text(encoding="utf-8")
