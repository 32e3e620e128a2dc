"""The page's side in Python: questions come by name, answers are plain data.

A page that shows what a file holds rests on this: whatever comes back as HTML was escaped here.
"""

import json
from typing import Any

from . import agency, blanks, forms, returns, season
from .desk import Desk

QUESTIONS = {
    **returns.QUESTIONS,
    **agency.QUESTIONS,
    **season.QUESTIONS,
    **blanks.QUESTIONS,
    **forms.QUESTIONS,
}


def ask(desk: Desk, name: str, given: str) -> Any:
    """Return the answer to a question; given: its figures as JSON."""
    return QUESTIONS[name](desk, **json.loads(given))
