"""Terms of sending: the office, the day an answer is due, the day of today."""

from codecs import BOM_UTF8
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..blank.slots import deadlines, own_deadline, printed_day, word
from ..data import CHINESE, say
from ..edition.deadline import last_days
from ..escape import shortened, utf8
from ..report.report import Report
from .roster import Member

TEXT_LIMIT = 600
"""Maximum characters of a text to paste into a chat or mail, as it is stored."""
QUOTED = 60
"""Most characters of a name or file name in such a text."""
_SENDER = 100


@dataclass(frozen=True, slots=True)
class Sending:
    """Terms of a run that writes notices.

    sender: office and phone. due: the day corrections are due. today: the day of sending.
    mail: whether mails are written too. members: {name: agency} of the roster, with addresses.
    year: of the campaign, where it was given.
    """

    sender: str = ""
    due: date | None = None
    today: date = field(default_factory=date.today)
    mail: bool = False
    members: Mapping[str, Member] = field(default_factory=dict)
    year: int | None = None


def by_name(members: Iterable[Member] | None) -> dict[str, Member]:
    """Return {name: agency} of a roster."""
    return {member.name: member for member in members or ()}


def returned_by(sending: Sending, own: date | None, report: Report | None) -> str:
    """Return the words by when a correction of a report goes back.

    own: the agency's deadline by the roster. A deadline that has passed is no day to name.
    """
    if sending.due:
        return say("sent_back", "due", CHINESE, day=own_deadline(sending.due))
    days, printed = list[date](), ""
    if own:
        days, printed = [own], own_deadline(own)
    elif report and report.year is not None:
        days = list(last_days(report.edition, report.year).values())
        printed = word("year_of").format(year=report.year + 1) + deadlines(report.edition)
    if not days or min(days) < sending.today:
        return say("sent_back", "soon", CHINESE)
    return say("sent_back", "deadline", CHINESE, deadline=printed)


def footnote(sending: Sending, own: date | None, report: Report | None) -> str:
    """Return the line in the copy by when and to whom it goes back."""
    when = returned_by(sending, own, report)
    return say("sent_back", "footnote", CHINESE, **{"when": when, "from": signed(sending)})


def signed(sending: Sending) -> str:
    """Return the last line of a text to an agency: sender and day."""
    sender = shortened(one_line(sending.sender), _SENDER)
    day = printed_day(sending.today)
    name = "sender" if sender else "dated"
    return say("sent_back", name, CHINESE, sender=sender, date=day)


def text_file(text: str) -> bytes:
    """Return a text as a file for programs on Windows."""
    return BOM_UTF8 + utf8("".join(f"{line}\r\n" for line in text.split("\n")))


def room(lines: Sequence[str]) -> int:
    """Return the characters left in a text file behind lines, less than 0 for too many."""
    return TEXT_LIMIT - 1 - sum(len(line) + 2 for line in lines)


def quoted(text: str) -> str:
    """Return a name as it stands in a text to an agency."""
    return shortened(one_line(text), QUOTED)


def one_line(text: str) -> str:
    """Return a text as a single line, so that it can pass for no other line."""
    return " ".join(text.split())
