"""`gouji doctor`: the parts that are here and missing; the check sheet for real Excel and WPS."""

import json
import platform
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from .. import __version__
from ..data import CHINESE, filled, say, texts
from ..escape import inert
from .arguments import new_file, refuse_existing, the_edition
from .console import Inputs, command, emit, help_text, options, refuse_over, stop

if TYPE_CHECKING:
    from ..campaign.trial import Tried
    from ..files.installed import Requisite

_MARKS = {"as-shown": "✓", "differs": "✗"}


@command("doctor")
@options("output", "force")
@click.argument("file", required=False)
@click.option("--format", "style", default="text", type=click.Choice(["text", "json"]),
              help=help_text("format"))  # fmt: skip
def doctor(inputs: Inputs, *, file: str | None, style: str) -> None:
    as_sheet = (inputs.output or "").lower().endswith(".xlsx")
    if as_sheet and file:
        stop("doctor-both", inputs.lang)
    refuse_over(inputs, read=(file,))
    refuse_existing(inputs)
    if as_sheet:
        _write_sheet(inputs)
    elif file:
        _read_sheet(inputs, file, style)
    else:
        _tell_parts(inputs, style)


# ── parts ─────────────────────────────────────────────────────────────────────────────────────────


def _tell_parts(inputs: Inputs, style: str) -> NoReturn:
    from ..files.installed import installed, lacking
    from ..page.bundle import made

    parts = tuple(installed(made()))
    told = _as_json(parts, inputs.lang) if style == "json" else _as_text(parts, inputs.lang)
    emit(iter([told]), inputs.output)
    sys.exit(1 if any(map(lacking, parts)) else 0)


def _as_json(parts: "Sequence[Requisite]", lang: str) -> str:
    facts = {
        "tool": f"gouji {__version__}",
        "python": platform.python_version(),
        "platform": platform.platform(),
        "parts": [
            {
                "name": part.name,
                "version": part.version,
                "required": part.required,
                "for": list(part.uses),
                "do": part.do and part.do[lang],
            }
            for part in parts
        ],
    }
    return json.dumps(facts, indent=1) + "\n"


def _as_text(parts: "Sequence[Requisite]", lang: str) -> str:
    """Return a line for each part, ✗ before a required one that is missing."""
    from ..files.installed import lacking

    words, wrong = texts("parts", lang), sum(map(lacking, parts))
    tool = f"gouji {__version__}"
    lines = [filled(words["head"], tool=tool, platform=inert(platform.platform()))]
    lines += (_line(part, lang) for part in parts)
    lines.append(filled(words["lacking" if wrong else "well"], n=wrong))
    return "\n".join(lines) + "\n"


def _line(part: "Requisite", lang: str) -> str:
    from ..files.installed import ALL, UNKNOWN

    words = texts("parts", lang)
    uses = ", ".join(words["all"] if use == ALL else f"gouji {use}" for use in part.uses)
    if part.do is None:
        name = "unversioned" if part.version == UNKNOWN else "here"
    elif part.version is None:
        name = "missing" if part.required else "optional"
    else:
        name = "old" if part.required else "optional/old"
    version = inert(part.version or "")
    do = part.do[lang] if part.do else ""
    return filled(words[name], name=part.name, version=version, use=uses, do=do)


# ── the check sheet ───────────────────────────────────────────────────────────────────────────────


def _write_sheet(inputs: Inputs) -> None:
    from ..campaign.trial import YEAR, check_sheet
    from ..files.saving import write_file

    path, lang = new_file(inputs), inputs.lang
    write_file(path, check_sheet(the_edition(replace(inputs, year=YEAR))))
    click.echo(say("trial", "written", lang, path=inert(str(path))))


def _read_sheet(inputs: Inputs, file: str, style: str) -> NoReturn:
    """Print a check sheet that came back; exit with 1 where something was seen differently."""
    from ..campaign.trial import TrialError, read_back

    lang = inputs.lang
    if not Path(file).is_file():
        stop("no-path", lang, path=file)
    try:
        tried = read_back(Path(file).read_bytes())
    except TrialError as error:
        lines = [say("trial", "bad", lang, path=inert(file), n=len(error.problems))]
        lines += (f"  {inert(problem.message(lang))}" for problem in error.problems)
        click.echo("\n".join(lines), err=True)
        sys.exit(2)
    told = _tried_json(tried, file) if style == "json" else _tried_text(tried, file, lang)
    emit(iter([told]), inputs.output)
    sys.exit(1 if any(step.seen == "differs" for step in tried.steps) else 0)


def _tried_json(tried: "Tried", file: str) -> str:
    steps = [
        {"step": step.number, "task": step.task, "expected": step.expected,
         "seen": step.seen, "remark": step.remark}
        for step in tried.steps
    ]  # fmt: skip
    tool = f"gouji {__version__}"
    facts = {"tool": tool, "path": file, "made_by": tried.made_by, **tried.facts, "steps": steps}
    return json.dumps(facts, indent=1) + "\n"


def _tried_text(tried: "Tried", file: str, lang: str) -> str:
    """Return a line for each step, ✗ before one seen differently, and the numbers of each result."""
    words, ours = texts("trial", lang), texts("trial", CHINESE)
    facts = {name: inert(text or words["open"]) for name, text in tried.facts.items()}
    made_by = inert(tried.made_by)
    lines = [filled(words["shown"], path=inert(file), made_by=made_by, **facts)]
    for step in tried.steps:
        name = f"task-{step.number}"
        figures = {
            "mark": _MARKS.get(step.seen or "", "·"),
            "number": step.number,
            "task": words[name] if ours[name] == step.task else inert(step.task),
            "seen": words[step.seen or "open"],
        }
        lines.append(filled(words["line"], **figures))
        if step.remark:
            lines.append(filled(words["line-remark"], remark=inert(" ".join(step.remark.split()))))
    counts = Counter(step.seen or "open" for step in tried.steps)
    numbers = {"shown": counts["as-shown"], "differs": counts["differs"]}
    numbers |= {"untried": counts["not-tried"], "open": counts["open"]}
    lines.append(filled(words["summary"], **numbers))
    return "\n".join(lines) + "\n"
