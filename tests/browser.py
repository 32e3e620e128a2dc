"""Opens gouji.html in Chromium, from disk and without a network, and tests its guarantees.

Tests take the fixtures `built`, `chromium` and `page` of conftest.py. An engine takes seconds to
start: a file of tests that do not disturb each other opens one page for all, with `opened` in a
fixture of its own. GOUJI_PAGE=FILE names a page that was built before, while one works on a test.
"""

import base64
import importlib.util
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
READY = "#engine[data-ready]"
PATIENCE = 120_000
"""Milliseconds: a machine that runs all tests at once is slow."""
_BUILDING = 600
"""Seconds."""


def browser() -> str | None:
    """Return the path of the system's Chromium."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def lacking() -> str | None:
    """Return the parts this machine lacks to open a page, or None."""
    if importlib.util.find_spec("playwright") is None:
        return "playwright is not installed"
    return None if browser() else "no Chromium is installed"


def unbuildable() -> str | None:
    """Return the parts this machine lacks to build a page, or None; a network is needed, too."""
    missing = [name for name in ("node", "npm") if shutil.which(name) is None]
    if importlib.util.find_spec("pip") is None:
        missing.append("pip")
    return f"{' and '.join(missing)} not installed" if missing else None


# ── building ──────────────────────────────────────────────────────────────────────────────────────


def build_once(folder: Path) -> tuple[Path | None, str]:
    """Return the page, or None and the reason why a part of it cannot be fetched.

    folder: the same for all processes of a run. The first to come builds, the others wait.
    """
    path, why = folder / "gouji.html", folder / "why"
    try:
        folder.mkdir()
    except FileExistsError:
        return _waited_for(path, why)
    from toolkit.page.bundle import build  # noqa: PLC0415 - slow, and seldom needed
    from toolkit.page.downloads import PartError  # noqa: PLC0415

    try:
        _put(path, build())
    except PartError as error:
        told = f"{error.sentence} {error.figures}"
        _put(why, told.encode())
        if error.sentence != "no-part" or error.figures["part"] == "node":
            raise
        return None, told
    except BaseException as error:
        _put(why, repr(error).encode())
        raise
    return path, ""


def _put(path: Path, content: bytes) -> None:
    """Write a file atomically."""
    half = path.with_suffix(".half")
    half.write_bytes(content)
    half.replace(path)


def _waited_for(path: Path, why: Path) -> tuple[Path | None, str]:
    until = time.monotonic() + _BUILDING
    while time.monotonic() < until:
        if path.exists():
            return path, ""
        if why.exists():
            return None, why.read_text(encoding="utf-8")
        time.sleep(0.2)
    raise TimeoutError(f"nobody built {path}")


# ── opening ───────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def started() -> Iterator[Any]:
    """Give the system's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - not everywhere installed

    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=browser(), args=["--no-sandbox"] if root else []
        )
        try:
            yield chromium
        finally:
            chromium.close()


@contextmanager
def opened(
    chromium: Any, path: Path, faults: list[str] | None = None, **options: Any
) -> Iterator[Any]:
    """Give the page with its engine ready, in a browser of its own: nothing kept, no network.

    At the end no address was asked for but the page's own and its worker's, and there was no error
    and no alert. faults: takes these instead, where some are expected. options: of the context, as
    viewport or color_scheme.
    """
    found: list[str] = [] if faults is None else faults
    context = chromium.new_context(**{"offline": True} | options)
    context.set_default_timeout(PATIENCE)
    _watch(context, path.as_uri(), found)
    try:
        page = context.new_page()
        page.goto(path.as_uri())
        page.wait_for_selector(READY)
        yield page
    finally:
        context.close()
    assert faults is not None or not found, found


def _watch(context: Any, address: str, faults: list[str]) -> None:
    def asked(request: Any) -> None:
        if request.url.partition("#")[0] != address and not request.url.startswith("blob:"):
            faults.append(f"request: {request.url}")

    def said(message: Any) -> None:
        if message.type == "error":
            faults.append(f"console: {message.text}")

    def shown(dialog: Any) -> None:
        faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context.on("request", asked)
    context.on("console", said)
    context.on("dialog", shown)
    context.on("weberror", lambda error: faults.append(f"error: {error.error}"))


# ── using ─────────────────────────────────────────────────────────────────────────────────────────


def uploads(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Return files as `set_input_files` takes them, by name."""
    kind = "application/octet-stream"
    return [{"name": name, "mimeType": kind, "buffer": one} for name, one in files.items()]


def saved(page: Any, act: Callable[[], object]) -> tuple[str, bytes]:
    """Return name and content of the file that an act makes the browser save."""
    with page.expect_download() as waiting:
        act()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def lay(page: Any, folder: str, paths: Iterable[Path]) -> None:
    """Replace the content of an engine's folder by files, under their names."""
    page.evaluate(
        "document.body.append(page.make('input', { type: 'file', id: 'laid', multiple: true }))"
    )
    page.set_input_files("#laid", list(paths))
    page.evaluate(
        """async (folder) => {
            const files = Array.from(laid.files, (data) => ({ name: data.name, data }));
            laid.remove();
            await engine.lay(folder, files);
        }""",
        folder,
    )


def ask(page: Any, question: str, given: Mapping[str, Any], desk: str = "") -> Any:
    """Return the engine's answer to a question."""
    answer = page.evaluate(
        """async ([question, given, desk]) => {
            const answer = await engine.ask(question, given, undefined, desk);
            if (!(answer instanceof Uint8Array)) return { answer };
            const address = await new Promise((done) => {
                const reader = new FileReader();
                reader.onload = () => done(reader.result);
                reader.readAsDataURL(new Blob([answer]));
            });
            return { bytes: address.slice(address.indexOf(",") + 1) };
        }""",
        [question, dict(given), desk],
    )
    return base64.b64decode(answer["bytes"]) if "bytes" in answer else answer["answer"]
