"""What the buttons say to the clerk: sentences, never an error of the program's own."""

from collections.abc import Iterator

from .. import data
from ..data import DataError
from ..finding import Finding
from ..shape import EditionError

BUSY = {-2147418111, -2146777998}
"""Excel refuses a call while somebody types into a cell: RPC_E_CALL_REJECTED, VBA_E_IGNORE."""
SHOWN = 200
"""Characters of a foreign message that are shown."""


class Plain(Exception):
    """A button that cannot do what it was pressed for, and why in plain words."""

    def __init__(self, name: str, **figures: object) -> None:
        super().__init__(name, figures)
        self.name, self.figures = name, figures

    @classmethod
    def of(cls, finding: Finding) -> "Plain":
        """Return that a workbook is not read as a return, in the words of its finding."""
        return cls("not-read", why=finding)

    def message(self, lang: str = "zh") -> str:
        """Return the sentence."""
        told = {
            name: figure.message(lang) if isinstance(figure, Finding) else figure
            for name, figure in self.figures.items()
        }
        return say(self.name, lang, **told)


def say(name: str, lang: str = "zh", **figures: object) -> str:
    """Return one of the buttons' own sentences."""
    return data.messages()["excel"][name][lang].format_map(figures)


def explained(error: Exception, name: str = "failed") -> Plain:
    """Return in plain words what ended a button's work; name: the sentence for the unforeseen."""
    if isinstance(error, Plain):
        return error
    if isinstance(error, DataError | EditionError):
        return Plain("bad-edition", why=error)
    if BUSY & set(_numbers(error.args)):
        return Plain("busy")
    words = " ".join(str(error).split())[:SHOWN]
    return Plain(name, why=f"{type(error).__name__}: {words}")


def _numbers(told: object) -> Iterator[int]:
    """Yield the numbers in what an error of Excel's tells, however deep they stand."""
    if isinstance(told, tuple):
        for part in told:
            yield from _numbers(part)
    elif isinstance(told, int):
        yield told
