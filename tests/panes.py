"""A pane in Chromium, with Excel, WPS or nothing around it; nothing is asked of a network.

The pane's folder stands at an address that only Chromium's own routing answers.
"""

import base64
import io
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl

URL = "https://gouji.example.cn/pane/"
STUBS = Path(__file__).resolve().parent / "page"
READY = "#doing[data-ready]"
PATIENCE = 120_000
WIDTH = 16
"""Columns whose locks a stub knows."""
TYPES = {".html": "text/html", ".js": "text/javascript"}
Answer = Callable[[bytes, str], tuple[int, bytes]]


def model(name: str, source: bytes, *, whole: bool = True) -> dict[str, Any]:
    """Return a workbook as the stubs have it: values, unlocked cells and names."""
    book = openpyxl.load_workbook(io.BytesIO(source), data_only=True)
    sheets = []
    for sheet in book.worksheets:
        stored = dict(sheet._cells)  # noqa: SLF001 - a cell that is not stored has its row's lock
        rows = [["" if one is None else one for one in row] for row in sheet.values]
        unlocked = {
            f"{row},{column}": True
            for row in range(1, sheet.max_row + 1)
            for column in range(1, WIDTH + 1)
            if not (stored.get((row, column)) or sheet.row_dimensions[row]).protection.locked
        }
        sheets.append({"name": sheet.title, "values": rows, "unlocked": unlocked})
    names = {
        key: one.attr_text.partition("!")[2].replace("$", "")
        for key, one in book.defined_names.items()
    }
    file = base64.b64encode(source).decode() if whole else None
    return {"name": name, "file": file, "sheets": sheets, "names": names}


def stub(host: str, workbook: Mapping[str, Any]) -> str:
    """Return the script of a program around the pane, with a workbook open in it."""
    script = (STUBS / f"{host}-stub.js").read_text(encoding="utf-8")
    return script.replace("MODEL", json.dumps(workbook, default=str), 1)


@contextmanager
def opened(  # noqa: PLR0913 - what is around the pane
    chromium: Any,
    folder: Path,
    host: str = "",
    workbook: Mapping[str, Any] | None = None,
    *,
    answer: Answer | None = None,
    faults: list[str] | None = None,
) -> Iterator[Any]:
    """Give the pane, ready. answer: takes body and address of what is sent to the back end.

    At the end there was no error, and nothing was asked for but the pane's own files. faults: takes
    these instead, where some are expected.
    """
    found: list[str] = [] if faults is None else faults
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    context.set_default_timeout(PATIENCE)
    script = stub(host, workbook) if host else ""

    def route(given: Any) -> None:
        address = given.request.url.partition("?")[0].removeprefix(URL)
        path = folder / address
        if address == "office/office.js":
            body = script if host == "excel" else ""
            given.fulfill(body=body, content_type="text/javascript")
        elif answer and given.request.method == "POST":
            status, content = answer(given.request.post_data_buffer, given.request.url)
            given.fulfill(status=status, body=content, content_type="application/json")
        elif path.is_file():
            given.fulfill(body=path.read_bytes(), content_type=TYPES.get(path.suffix, ""))
        else:
            found.append(f"request: {given.request.url}")
            given.abort()

    context.route("**/*", route)
    context.on("weberror", lambda error: found.append(f"error: {error.error}"))
    context.on(
        "console",
        lambda said: found.append(f"console: {said.text}") if said.type == "error" else None,
    )
    if host == "wps":
        context.add_init_script(script)
    try:
        page = context.new_page()
        page.goto(f"{URL}pane.html")
        page.wait_for_selector(READY)
        yield page
    finally:
        context.close()
    assert faults is not None or not found, found


def pressed(page: Any, button: str) -> None:
    """Press a button and wait for what comes of it."""
    page.click(f"#{button}")
    page.wait_for_selector("#check:not(:disabled)")
