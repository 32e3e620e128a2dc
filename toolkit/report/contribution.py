"""Contributions of agencies to a region's sums, and the agencies missing in them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from ..data import CHINESE, filled, listed, say, texts

COUNTED = ("counted", "given")
"""States of agencies whose numbers are in the sums; `given` where no roster was given."""
BESIDE = ("vertical", "below", "unlisted", "places")
"""States of agencies not expected in the sums; `places` is no agency, see Contribution."""
CAVEATS = ("warned", "partly", "waiting")
"""Caveats about agencies in the sums: a warning that nobody looked into, a roll-up with caveats of
its own, a later return that is not used."""
NAMED = 8
"""Most agencies named in a sentence; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """An agency's part in a roll-up: a row of its sheet of sources.

    state: one of COUNTED or why it is not counted: a name in [sources] of templates/messages. file: its
    return, sha256: of the file's bytes, edition: the return's own, sent: which sending.
    values: {key: what was added, None where the agency left it blank}; zeros are left out.
    A row of `places` has, for an overlay, the cells of its own workbook a number was taken from.
    caveats: some of CAVEATS, in their order; none in roll-ups of earlier versions.
    """

    name: str
    state: str
    code: str | None = None
    file: str | None = None
    sha256: str | None = None
    edition: str | None = None
    sent: int | None = None
    values: Mapping[str, int | Decimal | str | None] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Return the printed words of the state, its caveats behind it."""
        said = [say("caveat", name, CHINESE) for name in self.caveats]
        parts = (say("sources", self.state, CHINESE), say("place", "comma", CHINESE).join(said))
        return say("notice", "but", CHINESE).join(filter(None, parts))


def names(contributions: Sequence[Contribution], lang: str = CHINESE) -> str:
    """Return agencies with their states in a line, at most NAMED of them."""
    words = texts("notice", lang)
    phrases = [
        filled(words["one"], name=part.name, state=say("sources", part.state, lang))
        for part in contributions
    ]
    return listed(phrases, NAMED, say("place", "comma", lang), words["more"])


def missing(contributions: Sequence[Contribution]) -> tuple[Contribution, ...]:
    """Return the agencies that should be in the sums and are not."""
    return tuple(agency for agency in contributions if agency.state not in (*COUNTED, *BESIDE))


def partial(contributions: Sequence[Contribution]) -> bool:
    """Tell whether numbers of an agency may be missing, or are not looked into."""
    open_ones = any(agency.state == "given" or agency.caveats for agency in contributions)
    return bool(missing(contributions)) or open_ones


def notice(contributions: Sequence[Contribution], lang: str = CHINESE) -> str:
    """Return the sentences of a roll-up's cover: number of agencies counted, names of the others,
    then every caveat with its agencies.
    """
    mind = texts("notice", lang)["mind"] if partial(contributions) else ""
    return "".join((_scope(contributions, lang), *caveats_told(contributions, lang), mind))


def caveats_told(contributions: Sequence[Contribution], lang: str) -> Iterator[str]:
    """Yield a sentence for each caveat, with its agencies."""
    words, comma = texts("notice", lang), say("place", "comma", lang)
    for caveat in CAVEATS:
        if theirs := [agency.name for agency in contributions if caveat in agency.caveats]:
            yield filled(words[caveat], names=listed(theirs, NAMED, comma, words["more"]))


def _scope(contributions: Sequence[Contribution], lang: str) -> str:
    """Return the sentence on who is in the sums."""
    words = texts("notice", lang)
    counted = [agency for agency in contributions if agency.state in COUNTED]
    if any(agency.state == "given" for agency in counted):
        return filled(words["given"], n=len(counted))
    out = missing(contributions)
    sentence = filled(words["counted"], n=len(counted), all=len(counted) + len(out))
    return sentence + (filled(words["out"], names=names(out, lang)) if out else "")
