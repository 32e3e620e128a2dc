"""Reports published and imported again: how many documents come back whole, by edition and format.

    python -m benchmarks.publish [--count 300] [--plain] [--pdf 30]

Random reports of every edition in turn, those of tests/journeys.py, with odd paragraphs but for
--plain; then the real reports of tests/real, as drafts. --pdf: so many reports as PDF, through
LibreOffice. Prints what differs; exits with 1 where anything does.
"""

import argparse
import importlib
import sys
from collections import Counter
from pathlib import Path
from time import process_time
from typing import Any

from toolkit.documents import convert
from toolkit.documents.printout import printout
from toolkit.documents.wordfile import write_docx
from toolkit.edition import edition as editions
from toolkit.report.report import from_json, parse_json
from toolkit.xlsx.zip import Rejected

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path.insert(0, str(TESTS))
journeys: Any = importlib.import_module("journeys")


def main() -> None:
    """Publish, import, compare and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--pdf", type=int, default=0)
    asked = parser.parse_args()
    forms = [editions.named(*ident) for ident in editions.known()]
    sent = [
        journeys.report(forms[n % len(forms)], n, odd=not asked.plain) for n in range(asked.count)
    ]
    texts = (path.read_text(encoding="utf-8") for path in sorted((TESTS / "real").glob("*.json")))
    real = [from_json(parse_json(text)) for text in texts]
    start, all_, whole = process_time(), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for report in (*sent, *real):
        for ending, document in journeys.documents(report, draft=report in real):
            kind = (f"{report.edition.form}/{report.edition.name}", ending)
            all_[kind] += 1
            lost = journeys.lost(report, document)
            whole[kind] += not lost
            if lost:
                print(*kind, lost[:3])
    program = convert.office() if asked.pdf else None
    for number in range(asked.pdf if program else 0):
        report = journeys.report(forms[number % len(forms)], number, odd=False)
        kind = (f"{report.edition.form}/{report.edition.name}", ".pdf")
        document = convert.to_pdf(write_docx(printout(report, draft=False)), program or "")
        try:
            lost = journeys.lost(report, document, flowing=True)
        except Rejected as error:
            lost = [error]
        all_[kind] += 1
        whole[kind] += not lost
        if lost:
            print(*kind, lost[:3])
    for kind in sorted(all_):
        print(*kind, f"{whole[kind]} of {all_[kind]}")
    print(f"{process_time() - start:.0f} s of a processor")
    sys.exit(0 if whole == all_ else 1)


if __name__ == "__main__":
    main()
