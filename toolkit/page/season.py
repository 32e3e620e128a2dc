"""Questions about a campaign: roster, last year, what goes back, the region's report."""

from collections.abc import Callable, Mapping
from typing import Any

QUESTIONS: Mapping[str, Callable[..., Any]] = {}
