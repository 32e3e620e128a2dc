"""The command line: each command is a thin call to the library."""

import gc
import os
import sys
from importlib import import_module
from typing import Any

import click

from ..escape import inert
from .console import INTERRUPTED, asked_lang, say_failed, say_misused, spare_consoles, stop

__all__ = ["gouji", "main"]

COMMANDS = ("addin", "blank", "brief", "cells", "check", "demo", "diff", "doctor", "draft", "fetch",
            "fill", "forms", "import", "page", "publish", "read", "rollup", "roster", "rules",
            "schema", "season", "serve")  # fmt: skip
"""Each has a module, which registers the command when it is imported."""
_CALLS_OTHERS = ("demo",)
_GARBAGE = (50_000, 20, 20)
"""Objects made between two searches for garbage: there is little, and each search takes long."""


def _registered(*names: str) -> Any:
    """Return the group of commands, once these are registered in it."""
    from . import console

    for name in names:
        import_module(f"{__name__}.{'import_' if name == 'import' else name}")
    return console.gouji


def __getattr__(name: str) -> Any:
    """Return the group with all commands, for programs that import it."""
    if name == "gouji":
        return _registered(*COMMANDS)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def main() -> None:
    """Run the command line; errors in the data files are printed as plain messages."""
    from ..data import DataError
    from ..edition.shape import EditionError

    spare_consoles()
    gc.set_threshold(*_GARBAGE)
    asked = sys.argv[1:2]
    alone = asked and asked[0] in COMMANDS and asked[0] not in _CALLS_OTHERS
    try:
        gouji = _registered(*(asked if alone else COMMANDS))
        sys.exit(gouji(prog_name="gouji", standalone_mode=False))
    except click.ClickException as error:
        say_misused(error, asked_lang(sys.argv[1:]))
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        stop("interrupted", asked_lang(sys.argv[1:]), INTERRUPTED)
    except (EditionError, DataError) as error:
        click.echo(inert(str(error)), err=True)
        sys.exit(2)
    except BrokenPipeError:  # whoever read our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        say_failed(error, asked_lang(sys.argv[1:]))
