"""Sentences of the buttons for the clerk, instead of an error of the program."""

from collections.abc import Iterator

from ..data import CHINESE, DataError, reason, refused, say
from ..edition.shape import EditionError
from ..finding import Finding

BUSY = {-2147418111, -2146777998}
"""Codes of calls refused while somebody types: RPC_E_CALL_REJECTED, VBA_E_IGNORE."""


class Plain(Exception):
    """A button that cannot do its work, with the reason in plain words."""

    def __init__(self, name: str, **figures: object) -> None:
        super().__init__(name, figures)
        self.name, self.figures = name, figures

    @classmethod
    def of(cls, finding: Finding) -> "Plain":
        """Return the refusal of a workbook that is no return, in the words of its finding."""
        return cls("not-read", why=finding)

    def message(self, lang: str = CHINESE) -> str:
        """Return the sentence."""
        figures = {
            name: figure.message(lang) if isinstance(figure, Finding) else figure
            for name, figure in self.figures.items()
        }
        return say("excel", self.name, lang, **figures)


def said(name: str, **figures: object) -> str:
    """Return a sentence of section [excel], in Chinese like all texts in workbooks."""
    return say("excel", name, CHINESE, **figures)


def explained(error: Exception, name: str = "failed") -> Plain:
    """Return an error as Plain; name: the sentence for unforeseen errors."""
    if isinstance(error, Plain):
        return error
    if isinstance(error, DataError | EditionError):
        return Plain("bad-edition", why=error)
    if BUSY & set(_numbers(error.args)):
        return Plain("busy")
    return Plain(name, why=reason(refused(error), CHINESE, None))


def _numbers(argument: object) -> Iterator[int]:
    """Yield the numbers in an Excel error's arguments, at any depth."""
    if isinstance(argument, tuple):
        for part in argument:
            yield from _numbers(part)
    elif isinstance(argument, int):
        yield argument
