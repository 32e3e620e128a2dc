"""Derived files that are committed: held against what they are derived from."""

import json
import os
from pathlib import Path
from typing import Any


def regenerated() -> bool:
    """Tell whether derived files are written anew in this run."""
    return os.environ.get("GOUJI_REGENERATE") == "1"


def hold(path: Path, content: Any) -> None:
    """Assert that a committed JSON file is `content`; GOUJI_REGENERATE=1 writes it first."""
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    if regenerated():
        path.write_text(text, encoding="utf-8", newline="\n")
    again = "write it anew with GOUJI_REGENERATE=1 and read the difference"
    assert path.read_bytes() == text.encode(), f"{path.name} is out of date: {again}"
