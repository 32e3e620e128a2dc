"""`gouji page`: gouji.html, built; its place, where it was built before; or the folder of a pane."""

import hashlib
from pathlib import Path
from urllib.parse import urlsplit

import click

from ..data import say
from ..escape import inert
from ..files.saving import write_file
from .arguments import new_file
from .console import Inputs, command, help_text, options, say_failed, stop


@command("page")
@options("output", "force")
@click.option("--pane", is_flag=True, help=help_text("page-pane"))
@click.option("--url", help=help_text("page-url"))
@click.option("--back-end", is_flag=True, help=help_text("page-back-end"))
def page(inputs: Inputs, *, pane: bool, url: str | None, back_end: bool) -> None:
    from ..files.installed import without_page
    from ..page.bundle import build
    from ..page.downloads import PartError

    if not pane and (url is not None or back_end):
        stop("pane-alone", inputs.lang)
    if not pane and not inputs.output:
        _tell_made(inputs)
        return
    path = None if pane else new_file(inputs, ".html")
    try:
        if path is None:
            _pane(inputs, url or "", back_end=back_end)
            return
        content = build()
    except PartError as error:
        do = without_page(error.sentence)[inputs.lang]
        stop(error.sentence, inputs.lang, 2, do=do, **error.figures)
    write_file(path, content)
    _tell("page-written", inputs.output or "", content, inputs.lang)


def _tell_made(inputs: Inputs) -> None:
    """Print the place of the page that was built before; exit without one."""
    from ..files.installed import advice
    from ..page.bundle import made

    path = made()
    if path is None:
        stop("no-page", inputs.lang, 2, do=advice("page")[inputs.lang])
    _tell("page-made", str(path), path.read_bytes(), inputs.lang)


def _tell(sentence: str, path: str, content: bytes, lang: str) -> None:
    """Print the place of a page, its size and its digest."""
    digest = hashlib.sha256(content).hexdigest()
    figures = {"path": inert(path), "size": f"{len(content) / 1e6:.1f}", "sha256": digest}
    click.echo(say("cli", sentence, lang, **figures))


def _pane(inputs: Inputs, url: str, *, back_end: bool) -> None:
    """Write the folder of a pane; exit where address or folder will not do."""
    from ..files.saving import write_folder
    from ..page.panefiles import Pane, files

    lang, address = inputs.lang, _address(url)
    if address is None:
        stop("pane-url", lang)
    if not inputs.output:
        stop("pane-folder", lang)
    folder = Path(inputs.output)
    if folder.exists() and not folder.is_dir():
        stop("not-a-folder", lang, path=inputs.output)
    if (folder / "pane.html").exists() and not inputs.force:
        stop("exists", lang, path=inputs.output)
    try:
        write_folder(folder, files(Pane(address, back_end)))
    except OSError as error:
        say_failed(error, lang)
    click.echo(say("cli", "pane-written", lang, path=inert(inputs.output), url=inert(address)))


def _address(url: str) -> str | None:
    """Return an address of https with a slash at its end, None for any other.

    >>> _address("https://gouji.example.cn/pane"), _address("http://a"), _address("https://a/?b")
    ('https://gouji.example.cn/pane/', None, None)
    """
    try:
        parts = urlsplit(url)
        fine = parts.scheme == "https" and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        return None
    return url.rstrip("/") + "/" if fine and url.isprintable() and " " not in url else None
