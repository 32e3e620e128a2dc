"""A clerk who reads only the text that came back and does as it says: do her returns pass at once?

    python -m benchmarks.player [--count N] [--seed N] [--show]

Plants one mistake in each of N filled workbooks, sends them through `gouji check --notices`, reads
each 退回通知.txt, types what it says into the workbook that came with it, and checks that again.
A text that names several corrections is ambiguous: its first is typed.
"""

import argparse
import json
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from random import Random

from click.testing import CliRunner

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import tamper
from district import typing

from toolkit import cli
from toolkit.blank.build import build
from toolkit.edition.edition import Edition, named
from toolkit.report.report import Report, Value, recompute
from toolkit.returned.read import read

from . import single

FORM, EDITION = "annual-report", "2021"
Typed = Mapping[str, Value]
"""{key: what is typed in place of its own content, None for a blank}."""
Kind = Callable[[Random, single.Place], Typed]


def _text(_rng: Random, place: single.Place) -> Typed:
    return {place.key: f"{place.number}件"}


def _sign(_rng: Random, place: single.Place) -> Typed:
    return {place.key: -place.number}


def _zero(_rng: Random, place: single.Place) -> Typed:
    return {place.key: 0}


def _columns(_rng: Random, place: single.Place) -> Typed:
    """Type two columns of the table in each other's place."""
    table, _, own = place.key.split(".")
    keys = [k for k in place.report.edition.typed if k.startswith(f"{table}.")]
    columns = list(dict.fromkeys(k.rsplit(".", 1)[1] for k in keys))
    other = columns[(columns.index(own) + 1) % len(columns)]
    pairs = {own: other, other: own}
    return {
        k: place.at(f"{k.rsplit('.', 1)[0]}.{pairs[k.rsplit('.', 1)[1]]}") or None
        for k in keys
        if k.rsplit(".", 1)[1] in pairs
    }


def _yuan(rng: Random, _place: single.Place) -> Typed:
    return {"proactive.fees.collected": Decimal(rng.randint(40, 90)) * 10_000}


def _dispute(rng: Random, place: single.Place) -> Typed:
    keys = [k for k in place.report.edition.typed if k.startswith("disputes.")]
    return {rng.choice(keys): f"{rng.randint(1, 9)}"}


KINDS: Mapping[str, Kind] = {
    **single.KINDS,
    "digit as text": _text,
    "minus sign": _sign,
    "zero for a number": _zero,
    "columns exchanged": _columns,
    "yuan for 10,000 yuan": _yuan,
    "disputes as text": _dispute,
}


@dataclass(frozen=True, slots=True)
class Sent:
    """A workbook with a mistake: its kind, the cells changed, and its bytes."""

    kind: str
    wrong: Typed
    source: bytes


def sent(edition: Edition, rng: Random, kind: str, name: str) -> Sent:
    """Return a filled workbook of an agency with one mistake of a kind."""
    while True:
        report, prior = single.filled(edition, rng, rng.randrange(20))
        fees = {key: 0 for key in edition.typed if key.startswith("processing_fee.")}
        typed = {key: report.values[key] for key in edition.typed} | fees
        full = [k for k in edition.typed if k.startswith("applications.") and report.numbers[k]]
        if not full:
            continue
        wrong = KINDS[kind](rng, single.Place(report, prior, rng.choice(full)))
        wrong = {key: value for key, value in wrong.items() if value != typed.get(key)}
        if wrong:
            return Sent(kind, wrong, _built(report, prior, typed | wrong, name))


def _built(report: Report, prior: Report | None, typed: Typed, name: str) -> bytes:
    last = {
        key: number
        for key, number in (prior.numbers if prior else {}).items()
        if number is not None and key.startswith("applications.carried_out.")
    }
    texts = dict.fromkeys(report.edition.texts, "无")
    values = recompute(report.edition, dict(typed), report.nil)
    own = replace(report, agency={**report.agency, "name": name}, values=values, texts=texts)
    return build(own.edition, replace(own, origin="workbook"), last)


# ── what a text says ──────────────────────────────────────────────────────────────────────────────

SHEETS = "|".join(section.sheet for section in named(FORM, EDITION).sections)  # type: ignore[union-attr]
_AT = rf"(?:(?P<sheet>{SHEETS}) )?(?P<at>[A-Z]{{1,2}}\d+)"
_SHOULD = re.compile(_AT + r" 应为 [^\d-]{0,6}(?P<to>-?[\d.]+)（现为")
_FIRST = re.compile(rf"^\d+\. (?P<sheet>{SHEETS}) (?P<at>[A-Z]{{1,2}}\d+)")
_BLANK = re.compile(rf"^\d+\. (?P<sheet>{SHEETS})：还有 \d+ 格没有填（(?P<cells>[^）]*)）")
_STEP = re.compile(r"(?P<at>[A-Z]{1,2}\d+)[^；：]*?(?P<sign>[加减]) (?P<n>[\d.]+)")
_ENTER = re.compile(r"(?:请改填 |推算，这一格应为 |改成 )(?P<to>-?[\d.]+)")
_AMBIGUOUS = ("无法判断", "不能确定", "种改法", "不过照此改了")


def changes(item: str) -> Iterator[tuple[str, str, str]]:
    """Yield (sheet, address, number) of the first correction that an item of a text names.

    A number to add or take away begins with 加 or 减.
    """
    home = re.match(rf"^\d+\. ({SHEETS})", item)
    blank, first = _BLANK.match(item), _FIRST.match(item)
    numbers = [match["to"] for match in _ENTER.finditer(item)]
    if blank:
        for at in blank["cells"].split(", "):
            yield blank["sheet"], at.strip(), numbers[-1] if numbers else "0"
    elif first and numbers:
        yield first["sheet"], first["at"], numbers[-1]
    elif (steps := list(_STEP.finditer(item))) and not _SHOULD.search(item):
        step = steps[0]
        yield home[1] if home else "", step["at"], f"{step['sign']}{step['n']}"
    else:
        for answer in re.split(r"；|，或 |。|：", item):
            matches = list(_SHOULD.finditer(answer))
            for match in matches:
                yield match["sheet"] or (home[1] if home else ""), match["at"], match["to"]
            if matches:
                return


def played(notice: str, copy: bytes) -> bytes:
    """Return the workbook that came back with all that the text says typed into it."""
    report = read(copy).report
    now = {
        (cell.sheet, cell.at): report.numbers[cell.key] or 0
        for cell in report.edition.cells.values()
        if cell.numeric
    }
    sheets: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for line in notice.splitlines():
        if re.match(r"^\d+\. ", line):
            for sheet, at, number in changes(line):
                sheets[sheet][at] = (
                    now[sheet, at] + Decimal(number[1:]) * (1 if number[0] == "加" else -1)
                    if number[0] in "加减"
                    else Decimal(number)
                )
    for sheet, cells in sheets.items():
        copy = tamper.changed(copy, sheet, typing(cells))
    return copy


def main() -> None:
    """Play, and print the outcomes by kind of mistake."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", action="store_true", help="print the texts that did not help")
    given = parser.parse_args()
    edition = named(FORM, EDITION)
    if edition is None:
        raise SystemExit(f"no edition {EDITION}")
    kinds = list(KINDS)
    sends = {}
    for number in range(given.count):
        rng = Random(f"{given.seed} {number}")  # noqa: S311 - reproducible, no secret
        name = f"第{number:04}号局"
        sends[name] = sent(edition, rng, kinds[number % len(kinds)], name)
    with tempfile.TemporaryDirectory() as home:
        tally = outcomes(Path(home), sends, show=given.show)
    total = Counter[str]()
    print(f"{'kind':28}passes at once | ambiguous | not mended | nothing was wrong")
    for kind in kinds:
        row = tally[kind]
        total += row
        print(
            f"{kind:28}{row['mended']:14} | {row['ambiguous']:9} | {row['left']:10} | {row['fine']}"
        )
    told = total["mended"] + total["ambiguous"] + total["left"]
    print(f"{total['mended']} of {told} pass at once ({total['mended'] / told:.1%}), "
          f"{total['ambiguous']} more are called ambiguous, {total['left']} are left; "
          f"in {total['fine']} of {len(sends)} nothing a check can see was wrong.")  # fmt: skip


def outcomes(home: Path, sends: Mapping[str, Sent], *, show: bool) -> dict[str, Counter[str]]:
    """Return {kind: {outcome: workbooks}} of the round trip of workbooks in a folder."""
    back, again, out = (home / name for name in ("报回", "重报", "退回"))
    back.mkdir()
    again.mkdir()
    for name, one in sends.items():
        (back / f"{name}.xlsx").write_bytes(one.source)
    before = _verdicts(back, "--notices", str(out), "--sender", "某某办 000-0000")
    notices = {}
    for name in sends:
        text = out / f"{name}-退回通知.txt"
        if text.exists():
            notices[name] = text.read_text(encoding="utf-8-sig")
            copy = (out / f"{name}-退回修改.xlsx").read_bytes()
            (again / f"{name}.xlsx").write_bytes(played(notices[name], copy))
    after = _verdicts(again) if notices else {}
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for name, one in sends.items():
        if name not in notices:
            outcome = "fine"
        elif after[name] != "fail":
            outcome = "mended"
        else:
            hard = any(sign in notices[name] for sign in _AMBIGUOUS)
            outcome = "ambiguous" if hard else "left"
        tally[one.kind][outcome] += 1
        if show and outcome in ("left", "ambiguous"):
            print(
                f"── {one.kind} {before[name]} → {after[name]} {dict(one.wrong)}\n{notices[name]}"
            )
    return tally


def _verdicts(folder: Path, *options: str) -> dict[str, str]:
    done = CliRunner().invoke(
        cli.gouji, ["check", str(folder), "--format", "json", "--lang", "zh", *options]
    )
    return {Path(file["path"]).stem: file["verdict"] for file in json.loads(done.stdout)["files"]}


if __name__ == "__main__":
    main()
