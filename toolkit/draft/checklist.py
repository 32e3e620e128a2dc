"""What is still to do on an edition file: words unconfirmed, cells in no balance, texts without rules."""

from collections.abc import Iterator

from ..data import listed, say
from ..edition.edition import Edition
from .remarks import Remarks

_SHOWN = 12


def checklist(edition: Edition, remarks: Remarks, lang: str) -> Iterator[str]:
    """Yield a line for each thing that is still to do."""
    if remarks.unconfirmed:
        yield _line("unconfirmed", list(remarks.unconfirmed), lang)
    for number, asked in enumerate(remarks.asked, 1):
        answer = say("draft", f"answer-{asked.answer}", lang)
        question = say("draft", f"ask-{asked.code}", lang, colour=asked.colour)
        figures = {"n": len(asked.cells), "question": question, "answer": answer}
        yield say("draft", "check-asked", lang, number=number, **figures)
    used = {key for balance in edition.balances for key in balance.keys}
    loose = [cell for cell in edition.cells.values() if cell.numeric and cell.key not in used]
    if loose:
        yield _line("loose", [f"{cell.sheet} {cell.at}" for cell in loose], lang)
    read = {name for edit in edition.edits for name in edit.figures.get("texts", ())}
    silent = [part.caption for name, part in edition.texts.items() if name not in read]
    if silent:
        yield _line("silent", silent, lang)
    waiting = [field for field in ("source", "citation") if _is_waiting(getattr(edition, field))]
    if waiting:
        yield _line("waiting", waiting, lang)


def _line(name: str, names: list[str], lang: str) -> str:
    shown = listed(names, _SHOWN, say("text", "comma", lang))
    return say("draft", f"check-{name}", lang, n=len(names), names=shown)


def _is_waiting(words: str) -> bool:
    """Tell whether a field still holds the words that ask for it."""
    return words in {say("draft", name, "zh") for name in ("source", "citation")}
