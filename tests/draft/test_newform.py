"""docs/new-form.md, followed literally in a folder with Chinese and blanks in its name."""

import re

import pytest
from source import CHECKOUT
from walks import run

from toolkit.edition.edition import load

PAGE = (CHECKOUT / "docs" / "new-form.md").read_text(encoding="utf-8")


@pytest.mark.no_cover
def test_the_walk_from_a_form_to_a_checked_return_goes_as_it_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = []
    for kind, block in re.findall(r"```(sh|python)\n(.*?)```", PAGE, re.DOTALL):
        if kind == "sh":
            said.append(run(block, tmp_path))
        else:
            exec(compile(block, "new-form.md", "exec"), {})  # noqa: S102
    assert "to be filled in: 22, formulas: 8" in said[1]
    edition = load(tmp_path / "我的 表" / "grain" / "2025-1.toml")
    assert (len(edition.cells), len(edition.computes)) == (24, 8)
    (quoted,) = re.findall(r"It says `(.*?)`", PAGE)
    assert quoted in said[-1]
