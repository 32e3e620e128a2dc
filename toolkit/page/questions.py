"""The page's side in Python: questions by name, answers as plain data.

The page shows HTML answers unchanged: everything in them is escaped here.
"""

import json
from collections.abc import Mapping
from typing import Any

from . import about, agency, blanks, forms, outcome, prior, proposals, returns, season
from .desk import Desk

QUESTIONS = {
    **returns.QUESTIONS,
    **agency.QUESTIONS,
    **proposals.QUESTIONS,
    **prior.QUESTIONS,
    **season.QUESTIONS,
    **outcome.QUESTIONS,
    **blanks.QUESTIONS,
    **forms.QUESTIONS,
    **about.QUESTIONS,
}


def ask(desks: Mapping[str, Desk], desk: str, name: str, given: str) -> Any:
    """Return the answer to a question at one of the desks; given: its figures as JSON.

    The desk named "" is the office's; its local editions apply at every desk.
    """
    desks[desk].follow(desks[""])
    return QUESTIONS[name](desks[desk], **json.loads(given))
