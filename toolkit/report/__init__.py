"""JSON and cells become a Report: one agency's values for one year, and whose they are."""

from .report import Report, as_json, dumps, from_json, recompute
from .strict import ReportError, parse_json

__all__ = ["Report", "ReportError", "as_json", "dumps", "from_json", "parse_json", "recompute"]
