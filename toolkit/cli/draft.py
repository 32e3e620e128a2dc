"""`gouji draft`: somebody's form as an edition file; its questions as a workbook; their answers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from ..data import say
from ..escape import inert
from .arguments import new_file, say_written
from .console import Inputs, command, help_text, options, refuse_over, stop

if TYPE_CHECKING:
    from ..draft.remarks import Remarks
    from ..draft.written import DraftHead
    from ..output.lists import Page


@command("draft")
@options("output", "force")
@click.argument("paths", nargs=-1, required=True)
@click.option("--sheet", "sheets", multiple=True, help=help_text("draft-sheet"))
@click.option(
    "--returns", "returned", multiple=True, metavar="PATH", help=help_text("draft-returns")
)
@click.option("--review", is_flag=True, help=help_text("draft-review"))
@click.option("--adopt", is_flag=True, help=help_text("draft-adopt"))
def draft(
    inputs: Inputs,
    *,
    sheets: tuple[str, ...],
    returned: tuple[str, ...],
    review: bool,
    adopt: bool,
) -> None:
    lang = inputs.lang
    if (review and adopt) or len(inputs.paths) != 1 + adopt:
        stop("draft-use", lang)
    for path in (*inputs.paths, *returned):
        if not (Path(path).is_file() or (path in returned and Path(path).exists())):
            stop("no-path", lang, path=path)
    if review:
        _review(inputs, returned)
    elif adopt:
        _adopt(inputs)
    else:
        beside = Path(inputs.output or "").parent / say("sums", "file", "zh")
        if returned and beside.exists() and not inputs.force:
            stop("exists", lang, path=beside)
        target = _draft(inputs, sheets)
        if returned:
            _propose(inputs, target, beside, returned)


# ── a form ────────────────────────────────────────────────────────────────────────────────────────


def _draft(inputs: Inputs, sheets: Sequence[str]) -> Path:
    """Write the draft of a form and its proof; return the path of the draft."""
    from ..draft.drafted import drafted
    from ..draft.original import original
    from ..draft.proof import proof, refused_line
    from ..draft.written import edition_text
    from ..files.saving import write_file
    from ..xlsx.zip import Rejected

    lang, form = inputs.lang, inputs.paths[0]
    target = new_file(inputs, ".toml")
    beside = target.parent / say("draft", "proof-file", "zh")
    refuse_over(inputs, str(beside))
    if beside.exists() and not inputs.force:
        stop("exists", lang, path=beside)
    try:
        read = original(_source(form, lang), sheets)
    except Rejected as error:
        _refuse(form, error.code, error.figures, lang)
    strange = [name for name in sheets if name not in read.names]
    if strange:
        stop("draft-no-sheet", lang, sheet=strange[0], names=", ".join(read.names))
    found = drafted(read)
    for grid, roles in found.refused:
        click.echo(inert(refused_line(grid.sheet, roles.why, roles.row, lang)), err=True)
    if sheets or not found.tables:
        for name in read.without:
            click.echo(inert(say("draft", "why-lines", lang, sheet=name or form)), err=True)
    if not found.tables:
        stop("draft-nothing", lang, 1, path=form)
    write_file(target, [edition_text(found, {}, _head(target, form, found.title)).encode()])
    write_file(beside, [proof(found, {})])
    cells = sum(len(places) for places in found.filled({}))
    say_written(inputs)
    figures = {"tables": len(found.tables), "cells": cells, "sums": len(found.sums)}
    click.echo(say("draft", "drafted", lang, path=inert(str(beside)), **figures))
    if found.asked:
        click.echo(say("draft", "asked", lang, n=len(found.asked), path=inert(str(target))))
    return target


def _source(path: str, lang: str) -> bytes:
    """Return the bytes of a form; LibreOffice saves again what only it opens."""
    from ..documents.convert import converted, office
    from ..draft.original import saved_as
    from ..files.gathering import bytes_of
    from ..report.report import ReportError

    try:
        source = bytes_of(path)
    except ReportError as error:
        _refuse(path, error.code, error.figures, lang)
    suffix = Path(path).suffix.lower()
    kind = saved_as(suffix, source)
    if not kind:
        return source
    program = office()
    if program is None:
        stop("draft-office", lang, path=path, do=say("part", "LibreOffice", lang))
    return converted(source, suffix[1:], program, kind)


def _refuse(path: str, code: str, figures: dict[str, str], lang: str) -> NoReturn:
    """Print why a file is not read, and exit."""
    from ..files.refusal import refusal

    stop("refused", lang, 1, path=path, why=refusal(code, figures).message(lang))


def _head(target: Path, form: str, title: str) -> "DraftHead":
    """Return the head of the edition: form and name by the file's place, the year by the title."""
    from ..draft.written import head_of

    return head_of(target.resolve().parent.name, target.stem, title, Path(form).name)


# ── questions and answers ─────────────────────────────────────────────────────────────────────────


def _review(inputs: Inputs, returned: Sequence[str]) -> None:
    from ..files.saving import write_file
    from ..output.lists import written

    target = new_file(inputs, read=inputs.paths)
    path = inputs.paths[0]
    asked = _asked(path, returned, inputs.lang)
    if not asked:
        stop("draft-no-questions", inputs.lang, 1, path=path)
    write_file(target, [written(asked)])
    say_written(inputs)


def _propose(inputs: Inputs, edition: Path, target: Path, returned: Sequence[str]) -> None:
    """Write the questions and sums of a new draft beside it."""
    from ..files.saving import write_file
    from ..output.lists import written

    lang = inputs.lang
    asked = _asked(str(edition), returned, lang)
    if asked:
        write_file(target, [written(asked)])
        click.echo(say("cli", "written", lang, path=inert(str(target))), err=True)


def _asked(path: str, returned: Sequence[str], lang: str) -> "list[Page]":
    """Return the sheets of 勾稽.xlsx for an edition file, and print which returns are none."""
    from ..draft.asking import every_page
    from ..edition.edition import load

    remarks = _remarks(path, lang)
    pages, refused = every_page(load(Path(path)), remarks, returned)
    for file, finding in refused:
        why = inert(finding.message(lang))
        click.echo(say("cli", "refused", lang, path=inert(file), why=why), err=True)
    return pages


def _adopt(inputs: Inputs) -> None:
    from ..draft.adopt import AdoptError, adopted, renamed
    from ..draft.adopting import with_families
    from ..draft.families import FamilyError, adopted_in
    from ..draft.review import AnswerError, answers_in
    from ..edition.edition import resolve
    from ..edition.parse import parse_text
    from ..files.saving import write_file
    from ..xlsx.zip import Rejected

    lang, (answers, edition) = inputs.lang, inputs.paths
    target = new_file(inputs, ".toml", read=inputs.paths)
    remarks = _remarks(edition, lang)
    text = Path(edition).read_text(encoding="utf-8-sig")
    try:
        source = Path(answers).read_bytes()
        given = answers_in(source, remarks.asked)
        new = adopted(text, given, Path(edition).name) if given else text
        new = with_families(new, adopted_in(source), Path(edition).name)
    except Rejected as error:
        _refuse(answers, error.code, error.figures, lang)
    except AnswerError as error:
        stop("draft-answer", lang, path=answers, number=error.number, given=error.given)
    except FamilyError as error:
        stop("draft-answer", lang, path=answers, number=error.name, given=error.given)
    except AdoptError as error:
        stop("draft-changed", lang, path=edition, line=error.line, key=error.key)
    head = _head(target, edition, "")
    new = renamed(new, Path(edition).stem, head.form, head.name)
    resolve(parse_text(new, target.name))
    write_file(target, [new.encode()])
    say_written(inputs)


def _remarks(path: str, lang: str) -> "Remarks":
    """Return the remarks of an edition file; exit for broken ones."""
    from ..draft.remarks import RemarksError, remarks_in
    from ..edition.parse import parse

    parse(Path(path))
    try:
        return remarks_in(Path(path).read_text(encoding="utf-8-sig"))
    except RemarksError as error:
        stop("draft-remarks", lang, path=path, why=error)
