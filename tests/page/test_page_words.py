"""The page says a sentence as the toolkit does: figures, words for one and for several."""

import json
import re
import shutil
import subprocess
import tomllib

import pytest
from source import TEMPLATES

from toolkit.data import filled

NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="Node.js is not here")
@pytest.mark.parametrize("number", [1, 2, 11])
def test_the_page_fills_a_sentence_as_the_toolkit_does(number):
    text = (TEMPLATES / "messages" / "en.toml").read_text(encoding="utf-8")
    told = tomllib.loads(text)["page"]
    figures = {name: dict.fromkeys(re.findall(r"\{(\w+)\}", words), number)
               for name, words in told.items()}  # fmt: skip
    source = (TEMPLATES / "page" / "page.js").read_text(encoding="utf-8")
    say = source[source.index("  function say(") : source.index("  // Why something")]
    said = json.dumps({name: {"en": words} for name, words in told.items()})
    program = (
        f'const lang = "en"; const given = {{ said: {said} }}; {say}'
        f"const figures = {json.dumps(figures)};"
        "console.log(JSON.stringify(Object.keys(figures).map((name) => say(name, figures[name]))));"
    )
    done = subprocess.run(
        [NODE or "node", "-e", program], check=True, capture_output=True, encoding="utf-8"
    )
    assert json.loads(done.stdout) == [filled(told[n], **figures[n]) for n in told]


def test_the_first_thing_of_the_page_is_for_browsers_that_cannot_run_it():
    shown = (TEMPLATES / "page" / "page.html").read_text(encoding="utf-8")
    places = [shown.index(part) for part in ("<noscript>", 'id="too-old"', 'id="app"')]
    assert places == sorted(places)
    assert shown.startswith("<noscript>")
    head = shown[: places[2]]
    assert re.findall(r'data-\w+="([\w-]+)"', head) == ["too-old", "too-old"]
    for lang in ("zh", "en"):
        text = (TEMPLATES / "messages" / f"{lang}.toml").read_text(encoding="utf-8")
        told = tomllib.loads(text)["page"]["too-old"]
        assert "360" in told
        assert "极速模式" in told
        assert "103" in told
