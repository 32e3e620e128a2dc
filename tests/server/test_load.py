"""A real server on this machine: a tiny part of benchmarks/serve.py, with a worker killed."""

import sys

import pytest

from benchmarks import serve


@pytest.mark.skipif(sys.platform != "linux", reason="its processes are found in /proc")
def test_no_answer_is_a_fault_when_workers_die_and_uploads_are_slow_or_too_large():
    told = serve.run(agencies=3, uploads=6, kills=1, misuses=1)
    assert told.faults == []
    assert told.statuses[200] == 6
    assert set(told.statuses) <= {200, 413, 503, 0, -1}
    assert told.statuses[-1] == 1
    assert set(told.verdicts) <= {"pass", "warn", "fail", "reject"}
    assert len(told.memory) == 6
