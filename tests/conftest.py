"""Fixtures of all tests: the same settings everywhere, and nothing skipped silently."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import browser
import pytest
from hypothesis import settings

settings.register_profile("gouji", deadline=None, derandomize=True)
settings.load_profile("gouji")


def pytest_configure(config: pytest.Config) -> None:
    """Leave the tests of a module to one process of pytest-xdist: what they share is made once."""
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "worksteal"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pause the measuring of coverage in tests of the page: what it runs, it runs in Chromium."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.no_cover)


Need = Callable[[object, str], None]
Unmeasured = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def need() -> Need:
    """Return `need(present, reason)`: skips where something is missing.

    Under GOUJI_REQUIRE_ALL=1, as .ci/run sets it, the test fails instead.
    """

    return lambda present, reason: _require("" if present else reason)


def _require(reason: str | None) -> None:
    if reason and os.environ.get("GOUJI_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def unmeasured(request: pytest.FixtureRequest) -> Unmeasured:
    """Return `unmeasured()`, a context without measuring coverage: for fixtures of long walks.

    The marker no_cover does the same for tests, and not for their fixtures.
    """
    control = getattr(request.config.pluginmanager.getplugin("_cov"), "cov_controller", None)

    @contextmanager
    def paused() -> Iterator[None]:
        if control:
            control.pause()
        try:
            yield
        finally:
            if control:
                control.resume()

    return paused


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Return the folder that holds pyproject.toml."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def _without_the_machines_own_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOUJI_TEMPLATES", raising=False)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return gouji.html, built once for all processes of a run."""
    if named := os.environ.get("GOUJI_PAGE"):
        return Path(named)
    _require(browser.unbuildable())
    home = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        home = home.parent
    path, why = browser.build_once(home / "page")
    _require(why)
    assert path is not None
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Give the system's Chromium."""
    _require(browser.lacking())
    with browser.started() as found:
        yield found


@pytest.fixture
def page(chromium: Any, built: Path) -> Iterator[Any]:
    """Give gouji.html as it opens, its engine ready."""
    with browser.opened(chromium, built) as found:
        yield found
