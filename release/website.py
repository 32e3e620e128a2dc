"""Builds the documentation site from docs/, without a network.

    python -m release.website -o dist/site

docs/site.toml lists the pages; one that is not listed, a link that leads nowhere and anything that
a page would load from the net end the build. It can be put on a server or opened from a disk.
"""

import argparse
import re
import shutil
import tempfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from toolkit import __version__

from . import reference
from .furnish import furnish

CHECKOUT = Path(__file__).resolve().parent.parent
SETTINGS = {
    "project": "gouji 勾稽",
    "author": "gouji contributors",
    "copyright": "gouji contributors",
    "version": __version__,
    "release": __version__,
    "language": "zh_CN",
    "extensions": ["myst_parser", "release.bigrams"],
    "html_theme": "furo",
    "html_title": f"gouji 勾稽 {__version__}",
    "html_copy_source": False,
    "html_show_search_summary": False,
    "html_show_sourcelink": False,
    "html_permalinks_icon": "#",
    "html_theme_options": {"navigation_with_keys": True},
    "html_static_path": [],
    "myst_heading_anchors": 6,
    "myst_enable_extensions": ["colon_fence"],
    "suppress_warnings": ["myst.header"],
    "pygments_style": "friendly",
    "add_function_parentheses": False,
    "python_maximum_signature_line_length": 88,
}
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)")


def main(arguments: list[str] | None = None) -> None:
    """Build the site, and print the number of its pages and the seconds it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path, required=True, help="a folder, made anew")
    output = parser.parse_args(arguments).output
    began = time.monotonic()
    pages = build(output)
    print(f"{pages} pages in {time.monotonic() - began:.0f} s: {output / 'index.html'}")


def build(output: Path) -> int:
    """Build the site into a folder, return its number of pages; exits where anything is wrong."""
    if output.exists() and not (output / "objects.inv").is_file():
        raise SystemExit(f"{output} is no site and was left alone")
    shutil.rmtree(output, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="gouji-") as home:
        source, made = Path(home, "source"), Path(home, "site")
        gather(source)
        status = _sphinx(source, made, Path(home, "trees"))
        if status:
            raise SystemExit("the site has warnings, see above")
        furnish(made)
        if loads := sorted(outside(made)):
            raise SystemExit("pages load from the net: " + ", ".join(loads))
        shutil.copytree(made, output, ignore=shutil.ignore_patterns(".buildinfo", "*.doctree"))
    return sum(1 for _ in output.rglob("*.html"))


def _sphinx(source: Path, made: Path, trees: Path) -> int:
    """Run Sphinx with warnings as errors; return its exit status."""
    with patch_docutils(None), docutils_namespace():
        app = Sphinx(
            source, None, made, trees, "html",
            confoverrides=dict(SETTINGS), status=None, freshenv=True, warningiserror=True,
            parallel=2,
        )  # fmt: skip
        app.build(force_all=True)
        return app.statuscode


# ── the pages ─────────────────────────────────────────────────────────────────────────────────────


def gather(source: Path) -> None:
    """Write the sources: the repository's pages in their places, the API, and the list of pages."""
    parts = tomllib.loads((CHECKOUT / "docs" / "site.toml").read_text(encoding="utf-8"))["part"]
    for path in [*(CHECKOUT / "docs").rglob("*.md"), *CHECKOUT.glob("*.md")]:
        place = path.relative_to(CHECKOUT)
        if not place.name.startswith("README") or place.parent.name in {"codes", "pictures"}:
            _write(source / place, shown(path.read_text(encoding="utf-8"), path))
    for path in (CHECKOUT / "docs" / "pictures").iterdir():
        if path.suffix in {".png", ".gif"}:
            shutil.copy(path, source / "docs" / "pictures" / path.name)
    _write(source / "docs" / "commands" / "README.md", _commands())
    for name, text in reference.pages(CHECKOUT / "toolkit"):
        _write(source / "api" / f"{name}.md", text)
    home = (CHECKOUT / "docs" / "home.md").read_text(encoding="utf-8")
    (source / "docs" / "home.md").unlink()
    text = shown(home, CHECKOUT / "docs" / "home.md").replace("](", "](docs/")
    _write(source / "index.md", text.replace("](docs/../", "](") + "".join(map(_listed, parts)))
    for one in (page for part in parts for page in part["pages"]):
        if "also" in one:
            with (source / f"{one['page']}.md").open("a", encoding="utf-8") as file:
                file.write(_below(source, one["page"], one["also"]))
        if "apart" in one:
            _part(source, one["page"], one["apart"], one["title"])


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _listed(part: dict[str, object]) -> str:
    """Return a part of the list of pages."""
    pages = part["pages"]
    assert isinstance(pages, list)  # noqa: S101 - the file is ours
    lines = (f"{one['title']} <{one['page']}>" if "title" in one else one["page"] for one in pages)
    return _tree(lines, f":caption: {part['title']}\n")


def _below(source: Path, page: str, folder: str) -> str:
    """Return the list of the other pages of a folder."""
    names = sorted(path.stem for path in (source / folder).glob("*.md"))
    return _tree(f"/{folder}/{name}" for name in names if f"{folder}/{name}" != page)


def _part(source: Path, page: str, folder: str, title: str) -> None:
    """Take the other pages of a folder out of the list; each leads back to the page above them."""
    for path in (source / folder).glob("*.md"):
        if path != source / f"{page}.md":
            text = path.read_text(encoding="utf-8")
            back = f"[← {title}]({Path(page).name}.md)"
            _write(path, f"---\norphan: true\n---\n\n{back}\n\n{text}")


def _tree(lines: Iterable[str], options: str = "") -> str:
    entries = "\n".join(lines)
    return f"\n\n```{{toctree}}\n:hidden:\n{options}\n{entries}\n```\n"


def _commands() -> str:
    """Return the page above the commands: their table in the index."""
    index = (CHECKOUT / "docs" / "index.md").read_text(encoding="utf-8")
    table = index.partition("## Commands\n")[2].partition("\n## ")[0]
    return f"# 命令 Commands\n{table.replace('](commands/', '](')}"


def shown(text: str, page: Path) -> str:
    """Return a page whose links to files that the site does not have are their words alone."""

    def kept(link: re.Match[str]) -> str:
        picture, words, target = link.groups()
        path = page.parent / unquote(target.partition("#")[0])
        there = "://" in target or target.startswith("#") or picture
        inside = path.suffix == ".md" and not path.name.startswith("README.")
        inside |= path.parent.name in {"codes", "pictures"} and path.name == "README.md"
        if target == "home.md":
            return f"[{words}](../index.md)"
        if path.is_dir() and path.name == "commands" and target.endswith("/"):
            return f"[{words}]({target}README.md)"
        return link[0] if there or inside else words

    return _LINK.sub(kept, text)


# ── what was built ────────────────────────────────────────────────────────────────────────────────

_LOADS = (
    r"<(?:script|img|iframe|source|embed|video|audio)\b[^>]*\ssrc=[\"']?((?:https?:)?//[^\"'\s>]+)",
    r"<link\b(?=[^>]*rel=[\"']?(?:stylesheet|icon|pre))[^>]*\shref=[\"']?((?:https?:)?//[^\"'\s>]+)",
    r"url\([\"']?((?:https?:)?//[^\"')]+)",
    r"@import\s+[\"']((?:https?:)?//[^\"']+)",
)


def outside(site: Path) -> Iterator[str]:
    """Yield what pages and styles of a site load from another address: its file and the address."""
    for path in site.rglob("*"):
        if path.suffix in {".html", ".css", ".svg"}:
            text = path.read_text(encoding="utf-8")
            for pattern in _LOADS:
                for address in re.findall(pattern, text):
                    yield f"{path.relative_to(site).as_posix()} {address}"


if __name__ == "__main__":
    main()
