"""One bit or byte of a filled return changed: no other number is read without a finding.

A sample; 12,000 of them: python -m benchmarks.flips.
"""

import flips
import forge
import pytest

from toolkit.files.examine import examine


@pytest.mark.no_cover
@pytest.mark.parametrize("kind", range(4), ids=flips.KINDS)
def test_a_changed_byte_changes_no_number_in_silence(tmp_path, kind):
    path = tmp_path / "a.xlsx"
    true = {}
    for ident in forge.EDITIONS:
        path.write_bytes(forge.honest(*ident)[1])
        true[ident] = examine(str(path)).report
    answers = []
    for seed in range(90_000 + kind, 90_000 + kind + 4 * 40, 4):
        one = flips.flip(seed)
        path.write_bytes(one.content)
        answers.append(flips.judged(examine(str(path)), true[one.ident], one.content))
    assert "wrong" not in answers
    assert set(answers) & {"rejected", "same"}
    assert "mended" in flips.KINDS[kind] or set(answers) <= {"rejected", "same", "told"}
