"""The page's side in Python: questions by name, answers as plain data.

The page shows HTML answers unchanged: everything in them is escaped here.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from . import about, agency, blanks, forms, maker, outcome, pane, prior, proposals, returns, season
from .desk import Desk

QUESTIONS: Mapping[str, Callable[..., Any]] = {
    "listed": returns.listed,
    "archives": returns.archives,
    "opened": returns.opened,
    "examined": returns.examined,
    "lost": returns.lost,
    "recalled": returns.recalled,
    "shown": returns.shown,
    "written": returns.written,
    "warmed": agency.warmed,
    "told": agency.told,
    "copied": agency.copied,
    "fresh": agency.fresh,
    "into": agency.into,
    "published": agency.published,
    "proposed": proposals.proposed,
    "confirmed": proposals.confirmed,
    "prior-listed": prior.prior_listed,
    "prior-read": prior.prior_read,
    "prior-lost": prior.prior_lost,
    "last": prior.last,
    "used": prior.used,
    "rostered": season.rostered,
    "waived": season.waived,
    "dated": season.dated,
    "settled": season.settled,
    "accepted": season.accepted,
    "campaign": season.campaign,
    "editions": season.editions,
    "levels": season.levels,
    "due": outcome.due,
    "letter": outcome.letter,
    "sent-back": outcome.sent_back,
    "packed": outcome.packed,
    "rolled-up": outcome.rolled_up,
    "briefed": outcome.briefed,
    "blanks_year": blanks.year,
    "blanks_fitting": blanks.fitting,
    "blanks_counted": blanks.counted,
    "blanks_typed": blanks.typed,
    "blanks_pasted": blanks.pasted,
    "blanks_saved": blanks.saved,
    "blanks_levels": blanks.levels,
    "blanks_begun": blanks.begun,
    "blanks_more": blanks.more,
    "blanks_single": blanks.single,
    "blanks_shared": blanks.shared,
    "empty_roster": blanks.empty_roster,
    "overlays": forms.overlays,
    "forms_listed": forms.listed,
    "forms_shown": forms.shown,
    "forms_codes": forms.codes,
    "maker_drawn": maker.drawn,
    "maker_offered": maker.offered,
    "maker_saved": maker.saved,
    "maker_answered": maker.answered,
    "pane-shown": pane.pane_shown,
    "pane-valued": pane.pane_valued,
    "terms": about.terms,
}
"""{name in the page's scripts: function of (desk, figures)}."""


def ask(desks: Mapping[str, Desk], desk: str, name: str, figures: str) -> Any:
    """Return the answer to a question at one of the desks; figures: its arguments as JSON.

    The desk named "" is the office's; its local editions apply at every desk.
    """
    desks[desk].follow(desks[""])
    return QUESTIONS[name](desks[desk], **json.loads(figures))
