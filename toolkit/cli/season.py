"""`gouji season`: settings given once for a season; and their use by other commands."""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ..data import say, texts
from ..escape import inert
from .console import Command, Inputs, emit, gouji, help_text, options, stop

if TYPE_CHECKING:
    from ..campaign.seasonfile import SeasonError, SeasonFile


@dataclass(frozen=True, slots=True)
class InUse:
    """The season that a command uses: its file, and what it holds with paths from here."""

    path: Path
    season: "SeasonFile"


@gouji.group("season", help=help_text("season"), short_help=help_text("season"))
def season() -> None:
    """Group the commands; the help is in templates/messages."""


def _command(name: str) -> Callable[[Command], click.Command]:
    text = help_text(f"season-{name}")
    return season.command(name, help=text, short_help=text)


@_command("new")
@options("prior", "roster", "waivers", "store", "force")
@click.argument("folder", required=False, default=".")
@click.option("--year", type=click.IntRange(1000, 2999), required=True, help=help_text("year"))
@click.option("--agency", required=True, help=help_text("region"))
@click.option("--sender", help=help_text("sender"))
@click.option("--due", help=help_text("due"))
def new(inputs: Inputs, *, folder: str, agency: str, sender: str | None, due: str | None) -> None:
    from ..campaign.seasonfile import PATHS, SeasonFile, written
    from ..files.folders import SEASON
    from ..files.saving import write_file
    from .arguments import sending_of

    lang, home = inputs.lang, Path(folder)
    day = sending_of(sender, due, lang, mail=False).due
    if not agency.strip():
        stop("usage/value", lang, name="--agency", wanted="")
    if home.exists() and not home.is_dir():
        stop("not-a-folder", lang, path=folder)
    if not home.absolute().parent.is_dir():
        stop("no-path", lang, path=home.absolute().parent)
    path = home / SEASON
    if path.exists() and not inputs.force:
        stop("exists", lang, path=path)
    home.mkdir(exist_ok=True)
    named = {name: getattr(inputs, name, None) for name in PATHS if name != "templates"}
    paths: dict[str, Any] = {name: _from(home, place) for name, place in named.items() if place}
    kept = SeasonFile(inputs.year, agency.strip(), sender=sender, due=day, **paths)
    write_file(path, [written(kept, lang).encode()])
    click.echo(say("season", "written", lang, path=inert(str(path))))


def _from(home: Path, place: str) -> str:
    """Return a path as it stands in the file of a folder: relative where it lies within."""
    path = Path(place).absolute()
    if path.is_relative_to(home.absolute()):
        path = path.relative_to(home.absolute())
    return path.as_posix()


@_command("show")
@options("output")
@click.argument("folder", required=False, default=".")
@click.option("--format", "style", default="text", type=click.Choice(["text", "json"]),
              help=help_text("format"))  # fmt: skip
def show(inputs: Inputs, *, folder: str, style: str) -> None:
    from ..campaign.seasonfile import PATHS
    from ..files.folders import SEASON

    lang, path = inputs.lang, Path(folder)
    path = path / SEASON if path.is_dir() else path
    if not path.is_file():
        stop("season-none", lang, path=path)
    kept = _loaded(path, lang)
    if style == "json":
        facts = {"path": str(path), **asdict(kept)}
        emit(iter([json.dumps(facts, indent=1, default=str) + "\n"]), inputs.output)
        return
    words, lines = texts("season", lang), [say("season", "shown", lang, path=inert(str(path)))]
    for name, value in asdict(kept).items():
        if name in ("prefer", "reasons"):
            rows = [f"  {inert(key)}: {inert(_state(text, lang))}" for key, text in value.items()]
            lines += [f"{words[f'is-{name}']} {len(value)}", *rows] if value else []
        else:
            absent = value and name in PATHS and name != "store" and not Path(value).exists()
            told = words["absent"] if absent else ""
            lines.append(f"{words[f'is-{name}']} {inert(str(value or words['open']))}{told}")
    emit(iter(["\n".join(lines) + "\n"]), inputs.output)


def _state(text: str, lang: str) -> str:
    """Return a decision in words; a digest as it is."""
    return texts("season", lang).get(text, text)


# ── use ───────────────────────────────────────────────────────────────────────────────────────────


def seasoned(inputs: Inputs, *, alone: bool = False) -> tuple[Inputs, InUse | None]:
    """Return the options, those not given as the season says, and the season in use.

    alone: for a single agency, without the season's roster.
    """
    from ..files.folders import season_file

    path = season_file(inputs.paths)
    if path is None:
        return inputs, None
    from ..campaign.seasonfile import PATHS

    kept, lang = _loaded(path, inputs.lang), inputs.lang
    names = ("prior", "waivers", "store", *(() if alone else ("roster",)))
    given = {name: getattr(inputs, name) or getattr(kept, name) for name in names}
    year = inputs.year or kept.year
    extra = (Path(kept.templates),) if kept.templates and not inputs.templates else inputs.templates
    click.echo(say("season", "in-use", lang, path=inert(str(path))), err=True)
    if kept.waivers and not inputs.waivers and not Path(kept.waivers).exists():
        given["waivers"] = None
        if "waivers" in click.get_current_context().params:
            click.echo(say("season", "no-waivers", lang, path=inert(kept.waivers)), err=True)
    named = (*given.values(), *(getattr(kept, name) for name in PATHS), *map(str, extra))
    left = tuple(dict.fromkeys(place for place in named if place))
    inputs = replace(inputs, **given, year=year, templates=extra, left=left)
    return inputs, InUse(path, kept)


def _loaded(path: Path, lang: str) -> "SeasonFile":
    """Return the season of a file, its paths from here; print all that is wrong with it and exit."""
    from ..campaign.seasonfile import SeasonError, load

    try:
        return load(path).resolved(path.parent)
    except SeasonError as error:
        _refuse(error, path, lang)


def _refuse(error: "SeasonError", path: Path, lang: str) -> NoReturn:
    words = say("season", "bad", lang, path=inert(str(path)), n=len(error.problems))
    lines = (f"  {inert(problem.message(lang))}" for problem in error.problems)
    click.echo("\n".join([words, *lines]), err=True)
    sys.exit(2)


def prefer(used: InUse, agency: str, sha256: str, lang: str) -> None:
    """Write into the season's file which return counts for an agency."""
    from ..campaign.seasonfile import SeasonError, with_row
    from ..files.saving import write_file

    try:
        text = with_row(used.path.read_bytes().decode("utf-8-sig"), "prefer", agency, sha256)
    except SeasonError as error:
        _refuse(error, used.path, lang)
    write_file(used.path, [text.encode()])
