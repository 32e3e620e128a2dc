"""The command line: each command is a thin call to the library."""

import os
import sys

import click

from ..escape import inert
from . import (
    addin,
    blank,
    brief,
    cells,
    check,
    demo,
    diff,
    doctor,
    draft,
    fetch,
    fill,
    forms,
    import_,
    page,
    publish,
    read,
    rollup,
    roster,
    rules,
    schema,
    season,
    serve,
)
from .console import INTERRUPTED, asked_lang, gouji, say_failed, say_misused, spare_consoles, stop

__all__ = ["gouji", "main"]

COMMANDS = (addin, blank, brief, cells, check, demo, diff, doctor, draft, fetch, fill, forms,
            import_, page, publish, read, rollup, roster, rules, schema, season, serve)  # fmt: skip
"""Each of these modules registers its command when it is imported."""


def main() -> None:
    """Run the command line; errors in the data files are printed as plain messages."""
    from ..data import DataError
    from ..edition.shape import EditionError

    spare_consoles()
    try:
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
