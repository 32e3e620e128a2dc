"""Questions about handing out: rosters and blank workbooks."""

from collections.abc import Callable, Mapping
from typing import Any

QUESTIONS: Mapping[str, Callable[..., Any]] = {}
