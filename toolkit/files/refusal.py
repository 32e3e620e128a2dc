"""Findings on files that are not read as a return, by the case and the part that was refused."""

from collections.abc import Mapping

from ..data import ENGLISH, Message, texts
from ..finding import LACKING, Finding


def refusal(code: str, figures: Mapping[str, str], variant: str = "") -> Finding:
    """Return the finding that refuses a file.

    variant: suffix of its code for the sentence, if known.
    """
    part = LACKING.get(figures.get("case", ""))
    more = {"do": Message("part", part)} if part else {}
    words = _sentence(code, figures, variant)
    return Finding(code, "error", figures={**figures, **more}, words=words)


def _sentence(code: str, figures: Mapping[str, str], variant: str) -> Message | None:
    """Return the sentence by its case, a suffix or its part; None for the code's own."""
    case = figures.get("case")
    part = figures.get("part") if "size" in figures else None
    suffixes = (case and f"/{case}", variant, part and f"/{part}", part and "/sized")
    sentences = texts("finding", ENGLISH)
    names = (f"{code}{suffix}" for suffix in suffixes if suffix)
    return next((Message("finding", name) for name in names if name in sentences), None)


def sizes(part: str, size: int, limit: int) -> dict[str, str]:
    """Return the figures of a part above its limit."""
    return {"part": part, "size": f"{size:,}", "limit": f"{limit:,}"}
