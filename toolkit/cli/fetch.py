"""`gouji fetch`: the pages of a roster's column of addresses, saved into a folder."""

import sys

import click

from ..data import say
from ..escape import inert
from .arguments import members_of, new_folder, progress
from .console import command, help_text, options, stop


@command("fetch")
@options("output", "force")
@click.option("--roster", required=True, help=help_text("fetch-roster"))
def fetch(roster: str, output: str | None, force: bool, lang: str) -> None:
    from ..campaign import fetching

    if not output:
        stop("no-folder", lang)
    members = members_of(roster, lang)
    listed = [one for one in members if one.url]
    if not listed:
        stop("no-urls", lang, path=roster)
    folder = new_folder(output, lang, force=True)
    folder.mkdir(exist_ok=True)
    visitor = fetching.Visitor(fetching.hosts(listed), fetching.PAUSE)
    fetched = fetching.pages(listed, folder, visitor, force=force)
    saved = kept = failed = 0
    for one in progress(fetched, len(listed), lang, "fetching"):
        if one.why:
            failed += 1
            told = say("fetch", "failed", lang, name=one.member.name, url=one.member.url,
                       why=one.why[lang])  # fmt: skip
            click.echo(inert(told), err=True)
        saved += not one.why and not one.kept
        kept += one.kept
    without = len(members) - len(listed)
    told = say("fetch", "done", lang, saved=saved, kept=kept, failed=failed, without=without,
               folder=output)  # fmt: skip
    click.echo(inert(told))
    sys.exit(1 if failed else 0)
