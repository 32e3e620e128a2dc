"""False alarms: filled returns and blanks saved again by other programs, findings compared.

    python -m benchmarks.honest FOLDER [--only PROGRAM]… [--sample N]

Writes the returns into FOLDER/sent and each program's saves into a folder of its own. Programs
that are not here are fetched by npm, pip and apt into FOLDER/tools (apt: into the system); one that
cannot be fetched is named as not run. A finding worse than a note that was not there before the
save is a false alarm, unless openpyxl sees that the program really dropped or changed that very
thing: then it is counted as lost. Exits with 1 where there is a false alarm or other data.
"""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT / "tests"))

import returns  # noqa: E402
from trips import published  # noqa: E402 - of the tests

from benchmarks.writers.losses import Saves, is_lost, is_rewritten  # noqa: E402
from benchmarks.writers.programs import PROGRAMS, NotHere  # noqa: E402
from toolkit.blank.build import build  # noqa: E402
from toolkit.edition.edition import known, named  # noqa: E402
from toolkit.files.examine import examine  # noqa: E402
from toolkit.finding import Finding, Result, Spot  # noqa: E402

SHOWN = 40


@dataclass(slots=True)
class Line:
    """The saves of a program: their number, other data, false alarms, what was really lost."""

    program: str
    version: str
    saves: int = 0
    other_data: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    unsaved: int = 0


def main() -> int:
    """Save, compare and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", action="append", choices=list(PROGRAMS))
    parser.add_argument("--sample", type=int, default=1, help="every n-th return")
    given = parser.parse_args()
    sent = written(given.folder / "sent")[:: given.sample]
    before = {path.name: examine(str(path)) for path in sent}
    lines = []
    for name in given.only or PROGRAMS:
        lines.append(tried(name, sent, before, given.folder))
        print(f"{name}: {lines[-1].saves} saves", flush=True)
    return told(lines)


def written(folder: Path) -> list[Path]:
    """Return the returns and blanks of every edition, and those of other versions, as files."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {path.stem: path.read_bytes() for path in (CHECKOUT / "tests/versions").glob("*.xlsx")}
    for ident in known():
        edition = named(*ident)
        assert edition is not None  # noqa: S101 - it is known
        blank = {"name": "", "code": None, "level": None}
        empty = returns.report_of(edition, edition.years[0], {}, (), blank)
        made[f"{edition.form}-{edition.name}-blank"] = build(edition, empty)
        for number, case in enumerate(returns.cases(edition, 15, 2 * len(returns.KINDS))):
            name = f"{edition.form}-{edition.name}-{number:02d}-{case.kind}"
            made[name] = build(edition, case.report, case.report.prior)
    for case in published():
        made[f"published-{case.kind}"] = build(case.report.edition, case.report)
    for name, source in made.items():
        (folder / f"{name}.xlsx").write_bytes(source)
    return [folder / f"{name}.xlsx" for name in sorted(made)]


def tried(name: str, sent: list[Path], before: dict[str, Result], folder: Path) -> Line:
    """Return the line of a program, with the files it could not save."""
    there, tools = folder / name.replace(" ", "-"), folder / "tools"
    there.mkdir(exist_ok=True)
    tools.mkdir(exist_ok=True)
    for old in there.glob("*.xlsx"):
        old.unlink()
    try:
        line = Line(name, PROGRAMS[name](sent, there, tools))
    except NotHere as error:
        return Line(name, f"not run: {error}")
    for path in sent:
        again = there / path.name
        if not again.is_file():
            line.unsaved += 1
            continue
        line.saves += 1
        compared(line, before[path.name], examine(str(again)), Saves(path, again))
    return line


def compared(line: Line, before: Result, after: Result, saves: Saves) -> None:
    """Add the differences of a save to its program's line."""
    old = Counter(map(key, worse(before)))
    for finding in worse(after):
        if old[key(finding)]:
            old[key(finding)] -= 1
        elif is_lost(finding, saves):
            line.lost[finding.code] += 1
        else:
            line.alarms.append(f"{saves.after.name}: {finding.code} {finding.message('en')[:200]}")
    if before.report is None or after.report is None:
        return
    for part in ("nil", "year", "sent", "texts"):
        if getattr(before.report, part) != getattr(after.report, part):
            line.other_data.append(f"{saves.after.name}: {part}")
    for cell in before.report.edition.cells.values():
        if before.report.values[cell.key] != after.report.values[cell.key]:
            if is_rewritten(Spot.of(cell), saves):
                line.lost["content"] += 1
            else:
                line.other_data.append(f"{saves.after.name}: {cell.key}")


def worse(result: Result) -> list[Finding]:
    """Return the findings worse than a note."""
    return [finding for finding in result.findings if finding.severity != "note"]


def key(finding: Finding) -> tuple[object, ...]:
    """Return what makes two findings the same."""
    places = tuple((cell.sheet, cell.at) for cell in finding.cells)
    return finding.code, finding.severity, places


def told(lines: list[Line]) -> int:
    """Print the table and the first differences; return the exit status."""
    print(
        "\n| program | version | saves | other data | false alarms | really lost by the program |"
    )
    print("|---|---|---:|---:|---:|---|")
    for line in lines:
        lost = ", ".join(f"{code} {count}" for code, count in sorted(line.lost.items())) or "-"
        unsaved = f" ({line.unsaved} not written)" if line.unsaved else ""
        numbers = f"{len(line.other_data)} | {len(line.alarms)}"
        print(f"| {line.program} | {line.version} | {line.saves}{unsaved} | {numbers} | {lost} |")
    saves = sum(line.saves for line in lines)
    alarms = [f"{line.program}: {text}" for line in lines for text in line.alarms]
    other = [f"{line.program}: other {text}" for line in lines for text in line.other_data]
    print(f"| together | | {saves} | {len(other)} | {len(alarms)} | |\n")
    for text in (*alarms[:SHOWN], *other[:SHOWN]):
        print(ascii(text) if sys.stdout.encoding.lower() != "utf-8" else text)
    return 1 if alarms or other else 0


if __name__ == "__main__":
    sys.exit(main())
