"""Public path kept from version 0.1: see files/examine."""

from .files.examine import (
    PathError,
    Read,
    examine,
    gather,
    judge,
    load,
    of_last_year,
    prior_numbers,
)

__all__ = [
    "PathError",
    "Read",
    "examine",
    "gather",
    "judge",
    "load",
    "of_last_year",
    "prior_numbers",
]
