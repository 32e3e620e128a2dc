"""An edition file becomes an Edition: the cells of a form and the balances between them."""

from .edition import Edition, for_year, known, load, named
from .shape import EditionError

__all__ = ["Edition", "EditionError", "for_year", "known", "load", "named"]
