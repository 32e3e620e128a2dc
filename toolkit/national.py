"""Public path kept from version 0.1: see report/official."""

from .report.official import national

__all__ = ["national"]
