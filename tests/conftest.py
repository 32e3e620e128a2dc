"""What every test stands on: the same settings everywhere, and nothing skipped silently."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("gouji", deadline=None, derandomize=True)
settings.load_profile("gouji")

Need = Callable[[object, str], None]


@pytest.fixture
def need() -> Need:
    """Return `need(present, reason)`: skips where something is missing.

    Under GOUJI_REQUIRE_ALL=1, as .ci/run sets it, the test fails instead.
    """

    def check(present: object, reason: str) -> None:
        if not present and os.environ.get("GOUJI_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        if not present:
            pytest.skip(reason)

    return check


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Return the folder that holds pyproject.toml."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _without_the_machines_own_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOUJI_TEMPLATES", raising=False)
