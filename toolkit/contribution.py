"""What one agency gave to a region's numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Contribution:
    """One agency's part in a roll-up, one row of its sheet of sources.

    state: `counted`, or why it is not: a name of messages.toml's [sources]. file: its return,
    sha256: of the file's bytes, edition: the return's own, sent: which sending. values: {key: what
    was added, or None where the agency left it blank}; zeros are left out.
    """

    name: str
    state: str
    code: str | None = None
    file: str | None = None
    sha256: str | None = None
    edition: str | None = None
    sent: int | None = None
    values: Mapping[str, int | Decimal | str | None] = field(default_factory=dict)
