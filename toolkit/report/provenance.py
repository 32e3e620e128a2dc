"""Where a value of a document was found, and how it was told to be this cell's."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


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


def as_json(evidence: Mapping[str, Evidence]) -> dict[str, dict[str, Any]]:
    """Return evidence by key as JSON holds it."""
    return {key: asdict(one) for key, one in evidence.items()}


def from_json(given: Mapping[str, Mapping[str, Any]]) -> dict[str, Evidence]:
    """Return evidence by key from JSON of the right shape."""
    return {
        key: Evidence(one["where"], one["raw"], one["how"], one["taken"])
        for key, one in given.items()
    }


def is_evidence(given: Any) -> bool:
    """Tell whether parsed JSON has the shape of evidence by key."""
    texts = ("where", "raw", "how")
    return isinstance(given, dict) and all(
        isinstance(one, dict)
        and all(isinstance(one.get(name), str) for name in texts)
        and isinstance(one.get("taken"), bool)
        for one in given.values()
    )
