"""gouji.html: this package, Python and their needs in one file that opens by a double click."""

import base64
import hashlib
import io
import json
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from .. import __version__, data
from ..data import CHINESE, ENGLISH, OURS, texts
from ..output.tags import digest, esc, tag
from .downloads import Download, PartError, fetch, folder, parts, tool

SCRIPTS = (
    "engine.js",
    "keep.js",
    "page.js",
    "forms.js",
    "proposals.js",
    "agency.js",
    "copying.js",
    "season.js",
    "settling.js",
    "strip.js",
    "blanks.js",
    "maker.js",
    "office.js",
    "about.js",
)
"""In the order they run, after the board's own script."""
_NOT_FOR_PAGES = ("cli", "workers", "excel", "addin", "server", "__main__")
"""Packages not used in a browser; the builders of the page are left out too."""
_BUILDERS = ("bundle.py", "downloads.py", "panefiles.py", "icons.py")
_ENDINGS = (".py", ".toml", ".json", ".plan", ".css", ".js", ".xml")
_NEVER_READ = (".rules.json", ".report.schema.json", "check-result.schema.json", "demo.json")
"""Endings of files that only people, other programs and commands read."""
_NOT_IN_WHEELS = ("/tests/", "/test/")
_SAID = re.compile(r'(data-(say|en)="([a-z-]+)"[^>]*>)')
"""Place of a sentence: `say` in the page's language, which at first is Chinese, `en` in English."""
_GENERATOR = f'<meta name="generator" content="gouji {__version__}">'
_HEAD = 400
"""Characters at the beginning of a page that hold its version."""
_NEVER_CHANGES = (1980, 1, 1, 0, 0, 0)


def build() -> bytes:
    """Return the page; npm, node and pip fetch and prepare its parts. Raises PartError."""
    return document(packed())


def packed() -> dict[str, bytes]:
    """Return the parts that run, packed, by name. Raises PartError."""
    with tempfile.TemporaryDirectory(prefix="gouji-") as home:
        engine, wheels = fetch(Path(home))
        return _prepared(Path(home), engine, dict(_files(wheels)))


def assembled(home: Path, engine: Path, wheels: tuple[Path, ...]) -> bytes:
    """Return the page made of fetched parts; home: a folder for its work. Raises PartError.

    `versions.json` in that folder then has the versions of the libraries in the engine.
    """
    return document(_prepared(home, engine, dict(_files(wheels))))


def document(parts: Mapping[str, bytes]) -> bytes:
    """Return the page with its parts."""
    return "".join(_document(parts)).encode()


def made() -> Path | None:
    """Return the page of this version in `dist/` of the checkout; None without one.

    `python -m release -o dist` writes it.
    """
    path = data.home("templates").parent / "dist" / "gouji.html"
    if not path.is_file():
        return None
    with path.open(encoding="utf-8") as file:
        head = file.read(_HEAD)
    return path if _GENERATOR in head else None


# ── what runs ─────────────────────────────────────────────────────────────────────────────────────


def _files(wheels: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of every file of this package and of the packages it needs."""
    home = Path(__file__).resolve().parent.parent
    for path in sorted(home.rglob("*.py")):
        place = path.relative_to(home)
        if place.parts[0].removesuffix(".py") in _NOT_FOR_PAGES:
            continue
        if not (place.parts[0] == "page" and place.name in _BUILDERS):
            yield f"toolkit/{place.as_posix()}", path.read_bytes()
    yield from _terms()
    for name in ("templates", "schemas"):
        root = data.home(name)
        for path in sorted(root.rglob("*")):
            place = path.relative_to(root)
            read = path.suffix in _ENDINGS and not path.name.endswith(_NEVER_READ)
            if read and place.parts[0] not in ("page", "pane", "ribbon"):
                yield f"toolkit/{name}/{place.as_posix()}", path.read_bytes()
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in sorted(archive.namelist()):
                if not name.endswith(("/", ".pyi")) and not any(
                    part in f"/{name}" for part in _NOT_IN_WHEELS
                ):
                    yield name, archive.read(name)


def _terms() -> Iterator[tuple[str, bytes]]:
    """Yield the licences that come with no package: the engine's and our own."""
    for path in sorted((folder() / "terms").glob("*.txt")):
        yield f"toolkit/templates/page/terms/{path.name}", path.read_bytes()
    yield "toolkit/templates/page/terms/gouji.txt", _licence().encode()


def _prepared(home: Path, engine: Path, files: dict[str, bytes]) -> dict[str, bytes]:
    """Return the page's packed parts by name; the code that runs at its start is precompiled.

    Everything is packed by the engine's own zlib, so that the same parts give the same bytes.
    """
    (home / "own.zip").write_bytes(_stored(files))
    (home / "worker.js").write_text(_worker(engine), encoding="utf-8", newline="\n")
    command = [tool("node"), str(folder() / "prepare.mjs"), str(engine), str(home)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")  # noqa: S603 - our own words
    if done.returncode:
        raise PartError("no-part", part="node", why=(done.stderr.strip().splitlines() or ["?"])[-1])
    return {
        name: (home / "packed" / name).read_bytes() for name in ("wasm", "std", "own", "worker")
    }


def _stored(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _NEVER_CHANGES), content)
    return stream.getvalue()


def _worker(engine: Path) -> str:
    """Return the worker's script: the engine, no longer as a module, and our own side.

    A page opened from disk cannot start a worker that is a module (Chromium 156).
    """
    module = (engine / "pyodide.asm.mjs").read_text(encoding="utf-8")
    plain = module.replace("export default _createPyodideModule;", "")
    loader = (engine / "pyodide.js").read_text(encoding="utf-8")
    script = (folder() / "worker.js").read_text(encoding="utf-8")
    lock = json.loads((engine / "pyodide-lock.json").read_text(encoding="utf-8"))
    info = f"const ENGINE = {json_text(lock['info'])};"
    return "\n".join((plain.replace("import.meta.url", "self.location.href"), loader, info, script))


# ── the document ──────────────────────────────────────────────────────────────────────────────────


def _document(packed: Mapping[str, bytes]) -> Iterator[str]:
    style = data.asset("board.css") + _text("page.css")
    old, code = _text("old.js"), data.asset("board.js") + "".join(map(_text, SCRIPTS))
    policy = (
        f"default-src 'none'; script-src {digest(old)} {digest(code)} 'wasm-unsafe-eval'; "
        f"worker-src blob:; style-src {digest(style)}; base-uri 'none'; form-action 'none'"
    )
    words = {lang: texts("page", lang) for lang in OURS}
    body = spoken(_text("page.html"), {"say": words[CHINESE], "en": words[ENGLISH]})
    yield '<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
    yield f"{_GENERATOR}\n"
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="color-scheme" content="light dark">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield tag("title", esc(words[CHINESE]["title"]))
    yield f"\n<style>{style}</style>\n</head>\n<body>\n{body}"
    said = {name: {lang: words[lang][name] for lang in OURS} for name in words[CHINESE]}
    start = {"said": said, "about": _about(), "version": __version__}
    start["build"] = fingerprint(packed)
    yield script("words", json_text(start))
    yield f"<script>{old}</script>\n"
    yield from parts_of(packed)
    yield f"<script>{code}</script>\n</body>\n</html>\n"


def _text(name: str) -> str:
    return (folder() / name).read_text(encoding="utf-8")


def spoken(body: str, words: Mapping[str, Mapping[str, str]]) -> str:
    """Return a page's body with its words; words: {say, en: sentences by name}."""
    return _SAID.sub(lambda at: at[1] + esc(words[at[2]][at[3]]), body)


def fingerprint(packed: Mapping[str, bytes]) -> str:
    """Return the digest of this package as it is packed: results under another are not used."""
    return hashlib.sha256(packed["own"]).hexdigest()


def parts_of(packed: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the packed parts as blocks of data."""
    for name, content in packed.items():
        yield script(f"part-{name}", base64.b64encode(content).decode("ascii"))


def json_text(content: Any) -> str:
    """Return JSON that cannot end a script element."""
    return json.dumps(content, ensure_ascii=True).replace("<", "\\u003c")


def script(ident: str, content: str) -> str:
    """Return a block of data that a browser does not run."""
    return f'<script type="text/plain" id="{ident}">{content}</script>\n'


def _about() -> list[dict[str, str]]:
    names = ("name", "version", "licence", "about", "sha256")
    gouji = Download("gouji", __version__, "", _licence().partition(" ")[0])
    return [{name: getattr(part, name) for name in names} for part in (gouji, *parts())]


def _licence() -> str:
    """Return this package's own licence, which begins with its SPDX name."""
    beside = data.home("templates").parent / "LICENSE"
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    return distribution("gouji").read_text("licenses/LICENSE") or ""
