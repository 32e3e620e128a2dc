"""Licences of packages, read from the packages, and the ones that may be handed out."""

import re
from collections.abc import Iterable
from email.message import Message

from license_expression import (  # type: ignore[import-untyped]
    ExpressionError,
    get_spdx_licensing,
)

PERMISSIVE = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "HPND", "ISC"),
    *("MIT", "MIT-0", "PSF-2.0", "Python-2.0", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense"),
    *("Zlib", "blessing", "bzip2-1.0.6"),
}
"""SPDX names of licences that only ask to be named; exceptions (WITH …) take nothing away."""
KNOWN = {
    "pyodide": ("MPL-2.0", "unchanged; its licence is in the page, its source is public"),
    "Pebble": ("LGPL-3.0-only", "plain Python files of its own that anybody can replace"),
}
"""{package: (its licence, the reason it is handed out all the same)}."""
_NAMES = {
    "0bsd": "0BSD",
    "apache 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd license": "BSD",
    "gnu library or lesser general public license (lgpl)": "LGPL",
    "lgpl": "LGPL",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psf": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
}
"""{words of METADATA, in small letters: SPDX name}; BSD and LGPL need the text to tell which."""
_TEXTS = {
    "MIT": r"Permission is hereby granted, free of charge",
    "Apache-2.0": r"Apache License\s+Version 2\.0",
    "PSF-2.0": r"PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2",
    "MPL-2.0": r"Mozilla Public License\W+[Vv]ersion 2\.0",
    "BSD-3-Clause": r"Redistribution and use in source and binary forms.*endorse",
    "BSD-2-Clause": r"Redistribution and use in source and binary forms(?!.*endorse)",
    "LGPL-3.0-only": r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 3",
    "LGPL-2.1-only": r"GNU LESSER GENERAL PUBLIC LICENSE\s+Version 2\.1",
    "GPL-3.0-only": r"GNU GENERAL PUBLIC LICENSE\s+Version 3",
    "GPL-2.0-only": r"GNU GENERAL PUBLIC LICENSE\s+Version 2,",
    "LicenseRef-Noncommercial": r"PolyForm Noncommercial|End User License Agreement",
}
"""{SPDX name: words of its text}."""


class LicenceError(ValueError):
    """A package whose licence is not to be handed out, or cannot be told."""


def kinds(text: str) -> set[str]:
    """Return the SPDX names of the licences whose words are in a text.

    >>> sorted(kinds("Permission is hereby granted, free of charge, … Apache License, Version 2.0"))
    ['MIT']
    """
    return {name for name, words in _TEXTS.items() if re.search(words, text, re.DOTALL)}


def declared(metadata: Message, texts: Iterable[str]) -> str:
    """Return the licence that METADATA declares, as an SPDX expression; '' where it declares none.

    texts: those of the licences in the package; they tell which BSD or LGPL is meant.
    """
    if expression := metadata["License-Expression"]:
        return str(expression)
    heads = [f"License :: {name}" for name in ("OSI Approved ::", "")]
    listed = [
        line.removeprefix(heads[0]).removeprefix(heads[1]).strip()
        for line in metadata.get_all("Classifier", ())
        if line.startswith("License ::")
    ]
    for words in [metadata["License"] or "", *listed]:
        name = _NAMES.get(words.lower(), words)
        if name in PERMISSIVE:
            return name
        exact = sorted(kind for text in texts for kind in kinds(text) if kind.startswith(name))
        if name and exact:
            return exact[0]
    return ""


def whole(metadata: Message, texts: Iterable[str]) -> str:
    """Return the declared licence and those of all texts in the package, as an SPDX expression."""
    texts = list(texts)
    said = declared(metadata, texts)
    named = set(re.findall(r"[\w.-]+", said))
    more = sorted({kind for text in texts for kind in kinds(text)} - named)
    if more and re.search(r"\bOR\b", said):
        said = f"({said})"
    return " AND ".join(filter(None, [said, *more]))


def judged(name: str, expression: str) -> str:
    """Return the reason for a package that is handed out though it is not permissive, else ''.

    Raises LicenceError, which names the package.
    """
    if not expression:
        raise LicenceError(f"{name}: no licence is read from the package")
    if KNOWN.get(name, ("",))[0] == expression:
        return KNOWN[name][1]
    try:
        parsed = get_spdx_licensing().parse(expression, validate=False)
    except ExpressionError as error:
        raise LicenceError(f"{name}: {expression!r} is no SPDX expression") from error
    if not _free(parsed):
        raise LicenceError(f"{name}: {expression} is not a permissive licence")
    return ""


def _free(parsed: object) -> bool:
    """Whether one of the alternatives is permissive in all its parts."""
    operator = getattr(parsed, "operator", "").strip()
    if operator in {"AND", "OR"}:
        parts = map(_free, parsed.args)  # type: ignore[attr-defined]
        return any(parts) if operator == "OR" else all(parts)
    main = getattr(parsed, "license_symbol", parsed)
    return getattr(main, "key", "") in PERMISSIVE
