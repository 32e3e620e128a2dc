"""Search of the site in Chinese: every two neighbouring signs are a word, in pages and questions.

Neither a dictionary nor a package is needed, and any part of a sentence is found. Words of letters
are found as they are written, without their endings cut.
"""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.search import SearchLanguage

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(f"[{_HAN}]+|[^\\W{_HAN}]+")
_SCRIPT = r"""
var Stemmer = function () { this.stemWord = function (word) { return word; }; };
var splitQuery = function (query) {
  const words = query.match(/[\u3400-\u4dbf\u4e00-\u9fff]+|[\p{L}\p{N}_]+/gu) || [];
  return words.flatMap((word) => {
    if (!/^[\u3400-\u4dbf\u4e00-\u9fff]{2,}$/u.test(word)) return [word];
    return Array.from({ length: word.length - 1 }, (_, at) => word.slice(at, at + 2));
  });
};
"""


class Bigrams(SearchLanguage):
    """Chinese in pairs of signs, other words whole."""

    lang = "zh"
    language_name = "Chinese"
    js_stemmer_code = _SCRIPT
    stopwords: Any = frozenset()

    def split(self, input: str) -> list[str]:  # noqa: A002 - the name Sphinx uses
        """Return the words of a text: pairs of Chinese signs, each sign, other words.

        >>> Bigrams({}).split("新收3件 row-total")
        ['新收', '新', '收', '3', '件', 'row', 'total']
        """
        found: list[str] = []
        for word in _WORD.findall(input):
            if re.match(f"[{_HAN}]", word):
                found += [word[at : at + 2] for at in range(len(word) - 1)]
                found += word
            else:
                found.append(word)
        return found

    def stem(self, word: str) -> str:
        """Return a word as it is, in small letters."""
        return word.lower()

    def word_filter(self, word: str) -> bool:
        """Tell whether a word is kept: all but single letters."""
        return len(word) > 1 or bool(re.match(f"[{_HAN}0-9]", word))


def setup(app: Sphinx) -> dict[str, bool]:
    """Give Sphinx the language, in place of its own for Chinese."""
    app.add_search_language(Bigrams)
    app.connect("html-page-context", _language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _language(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], tree: Any) -> None:
    """Say in a page that it is in English where few of its signs are Chinese."""
    text = tree.astext() if tree is not None else "中"
    han = len(re.findall(f"[{_HAN}]", text))
    if han * 8 < len(re.findall(r"[a-zA-Z]", text)):
        context["language"] = "en"
