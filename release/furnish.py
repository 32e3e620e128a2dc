"""Chinese words for the theme's own, which it has in English only."""

import re
from pathlib import Path

_WORDS = {
    "Back to top": "回到顶部",
    "On this page": "本页内容",
    "Contents": "本页内容",
    "Hide navigation sidebar": "收起目录",
    "Hide table of contents sidebar": "收起本页内容",
    "Skip to content": "跳到正文",
    "Toggle Light / Dark / Auto color theme": "浅色、深色或随系统",
    "Toggle Light mode": "浅色",
    "Toggle site navigation sidebar": "打开目录",
    "Toggle table of contents sidebar": "打开本页内容",
    "Light mode": "浅色",
    "Dark mode": "深色",
    "Auto light/dark, in light mode": "随系统，现在是浅色",
    "Auto light/dark, in dark mode": "随系统，现在是深色",
    "Menu": "目录",
    "Expand": "展开",
}
STYLE = """
<style>
body { --font-stack: system-ui, -apple-system, "Segoe UI", "Noto Sans CJK SC", "Microsoft YaHei",
  "PingFang SC", sans-serif; --font-size--normal: 100%; }
article { line-height: 1.7; }
article h1 { font-size: 2rem; } article h2 { font-size: 1.5rem; } article h3 { font-size: 1.2rem; }
article table.docutils { font-size: .92rem; margin-left: 0; }
article .table-wrapper { overflow-x: auto; }
article img { max-width: 100%; height: auto; border: 1px solid var(--color-background-border); }
body[data-theme="dark"] article img { background: #fff; filter: brightness(.9); }
@media (prefers-color-scheme: dark) {
  body:not([data-theme="light"]) article img { background: #fff; filter: brightness(.9); }
}
.sidebar-brand-text { font-size: 1.25rem; }
</style>
"""


def furnish(site: Path) -> None:
    """Put the words and a few styles into the pages of a site."""
    words = re.compile("|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True)))
    places = re.compile(rf'(?<=>)\s*({words.pattern})\s*(?=<)|(?<=title=")({words.pattern})(?=")'
                        rf'|(?<=aria-label=")({words.pattern})(?=")')  # fmt: skip
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        text = places.sub(lambda at: _WORDS[at[1] or at[2] or at[3]], text)
        path.write_text(text.replace("</head>", f"{STYLE}</head>", 1), encoding="utf-8")
