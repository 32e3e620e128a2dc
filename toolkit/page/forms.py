"""Questions about the forms: cells, rules, local editions."""

from collections.abc import Callable, Mapping
from typing import Any

QUESTIONS: Mapping[str, Callable[..., Any]] = {}
