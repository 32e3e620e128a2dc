"""Values written as TOML: texts, lists, tables in one line."""

import json
from collections.abc import Iterable, Mapping


def text(value: str) -> str:
    r"""Return a text in quotes.

    >>> text('a "b"\n\x7f')
    '"a \\"b\\"\\n\\u007f"'
    """
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def value(content: object) -> str:
    """Return a text, number, list or table in one line.

    >>> value({"a": ["x", 1], "b.c": True})
    '{ a = ["x", 1], "b.c" = true }'
    """
    if isinstance(content, str):
        return text(content)
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, Mapping):
        pairs = ", ".join(f"{key(str(name))} = {value(part)}" for name, part in content.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(content, Iterable):
        return f"[{', '.join(map(value, content))}]"
    return str(content)


def key(name: str) -> str:
    """Return a name as a key; quoted where it has other signs than letters, digits, _ and -."""
    bare = name.isascii() and name.replace("_", "").replace("-", "").isalnum()
    return name if bare else text(name)


def pairs(content: Mapping[str, object]) -> list[str]:
    """Return a line for each value."""
    return [f"{key(name)} = {value(part)}" for name, part in content.items()]
