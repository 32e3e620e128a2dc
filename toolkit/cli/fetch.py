"""`gouji fetch`: the pages of a roster's column of addresses, saved into a folder."""

import sys

import click

from ..data import say
from ..escape import inert
from .arguments import members_of, new_folder, progress
from .console import Inputs, command, help_text, options, stop


@command("fetch")
@options("output", "force")
@click.option("--roster", required=True, help=help_text("fetch-roster"))
def fetch(inputs: Inputs) -> None:
    from ..campaign import fetching

    lang, roster, output = inputs.lang, inputs.roster or "", inputs.output
    if not output:
        stop("no-folder", lang)
    members = members_of(roster, lang)
    listed = [member for member in members if member.url]
    if not listed:
        stop("no-urls", lang, path=roster)
    folder = new_folder(output, lang, force=True)
    folder.mkdir(exist_ok=True)
    visitor = fetching.Visitor(fetching.hosts(listed), fetching.PAUSE)
    pages = fetching.pages(listed, folder, visitor, force=inputs.force)
    saved = kept = failed = 0
    for page in progress(pages, len(listed), lang, "fetching"):
        saved += not page.why and not page.kept
        kept += page.kept
        if page.why:
            failed += 1
            figures = {"name": page.member.name, "url": page.member.url, "why": page.why[lang]}
            click.echo(inert(say("fetch", "failed", lang, **figures)), err=True)
    without = len(members) - len(listed)
    counts = {"saved": saved, "kept": kept, "failed": failed, "without": without}
    click.echo(inert(say("fetch", "done", lang, folder=output, **counts)))
    sys.exit(1 if failed else 0)
