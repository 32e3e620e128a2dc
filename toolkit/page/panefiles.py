"""The folder of a pane: pane.html, manifest and icons for Excel, an add-in for WPS, instructions."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

from .. import __version__, data
from ..data import CHINESE, ENGLISH, OURS, texts
from ..output.tags import digest, tag
from .bundle import document, fingerprint, json_text, packed, parts_of, script, spoken
from .downloads import folder as page_folder
from .icons import SIZES, icon

SCRIPTS = ("words.js", "excel.js", "wps.js", "browser.js", "area.js", "pane.js")
"""In the order they run."""
OFFICE = "office/office.js"
"""Office.js, which the office puts there itself: it is Microsoft's and no part of this."""
_NAMED = ("title", "about", "button")
"""Words of the pane that its manifest and its ribbon show."""
_BODY = "default-src 'none'; base-uri 'none'; form-action 'none'"


@dataclass(frozen=True, slots=True)
class Pane:
    """Terms of a pane: its address, with a slash at its end; whether `gouji serve` judges for it."""

    url: str
    back_end: bool = False


def files(pane: Pane) -> Iterator[tuple[str, bytes]]:
    """Yield (name, content) of the files of a pane's folder; raises PartError."""
    parts = packed()
    yield "pane.html", "".join(_pane(pane, {} if pane.back_end else parts, parts)).encode()
    yield "gouji.html", document(parts)
    yield "index.html", "".join(_index()).encode()
    yield "main.js", _text("addin.js").encode()
    yield "functions.html", _text("functions.html").encode()
    for name in ("manifest.xml", "jsplugins.xml", "ribbon.xml"):
        yield name, _filled(name, pane.url)
    for size in SIZES:
        yield f"icon-{size}.png", icon(size)


def identity(url: str) -> str:
    """Return the identity of a pane for Excel: the same for the same address."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, url))


def _text(name: str) -> str:
    return (data.home("templates") / "pane" / name).read_text(encoding="utf-8")


def _page_text(name: str) -> str:
    return (page_folder() / name).read_text(encoding="utf-8")


def _filled(name: str, url: str) -> bytes:
    """Return an XML file with address, version and words in it."""
    words = {f"{key}_{lang}": texts("pane", lang)[key] for lang in OURS for key in _NAMED}
    figures = {"url": url, "id": identity(url), "version": f"{__version__}.0", **words}
    text = _text(name)
    for key, value in figures.items():
        text = text.replace(f"{{{key}}}", escape(value))
    return text.encode()


def _pane(pane: Pane, parts: Mapping[str, bytes], all_parts: Mapping[str, bytes]) -> Iterator[str]:
    """Yield pane.html; parts: those in it, none where a server judges."""
    first, *others = map(_text, SCRIPTS)
    engine = [] if pane.back_end else [_page_text("engine.js")]
    old = _text("old.js") if pane.back_end else _page_text("old.js")
    code = "".join((first, *engine, *others))
    runs = "" if pane.back_end else " 'wasm-unsafe-eval'"
    reach = "connect-src 'self'" if pane.back_end else "worker-src blob:"
    policy = f"{_BODY}; script-src 'self' {digest(old)} {digest(code)}{runs}; {reach}"
    yield from _head(policy, "title", "pane.html")
    said = {
        key: {lang: texts("pane", lang)[key] for lang in OURS} for key in texts("pane", CHINESE)
    }
    start = {"said": said, "backEnd": pane.back_end, "build": fingerprint(all_parts)}
    yield script("words", json_text(start))
    yield f"<script>{old}</script>\n"
    yield f'<script src="{OFFICE}"></script>\n'
    yield from parts_of(parts)
    yield f"<script>{code}</script>\n</body>\n</html>\n"


def _index() -> Iterator[str]:
    """Yield the first page: instructions for people, and the add-in that WPS loads with it."""
    yield from _head(f"{_BODY}; script-src 'self'", "install", "install.html")
    yield '<script src="main.js"></script>\n</body>\n</html>\n'


def _head(policy: str, title: str, body: str) -> Iterator[str]:
    """Yield a page's beginning: its policy, its style, its words in Chinese."""
    style = data.asset("board.css") + _text("pane.css")
    words = {"say": texts("pane", CHINESE), "en": texts("pane", ENGLISH)}
    yield '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}; style-src {digest(style)}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="color-scheme" content="light dark">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield tag("title", escape(words["say"][title]))
    yield f"\n<style>{style}</style>\n</head>\n<body>\n{spoken(_text(body), words)}"
