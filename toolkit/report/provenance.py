"""Where a value of a document was found, and how it was told to be this cell's."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a cell's content was found.

    where: like p.3 t.2 r.5 c.4. raw: the text there. how: grid (row and column), header (columns
    by their heads), order (row and number of cells), label-differs, glued. taken: False for a
    proposal, which a person must confirm.
    """

    where: str
    raw: str
    how: str
    taken: bool
