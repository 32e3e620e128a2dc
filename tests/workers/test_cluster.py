"""Returns checked by a Dask cluster (docs/far.md): the answers and store of one computer."""

import importlib.util
import os
import pickle
import socket
from dataclasses import replace
from pathlib import Path

import hazards
import pytest
import tamper
from click.testing import CliRunner
from source import REAL

from toolkit.campaign import store
from toolkit.campaign.chain import built
from toolkit.cli import gouji
from toolkit.edition.edition import EditionError
from toolkit.files.examine import load
from toolkit.workers import ClusterError, Given, Limits, Lost, cluster, workers
from toolkit.workers.pool import shelves

posix = pytest.mark.skipif(os.name == "nt", reason="it ends processes by signals")


@pytest.fixture(scope="module")
def engine():
    """Return the address of a cluster of two processes, where a lost worker is lost for good."""
    if not importlib.util.find_spec("distributed"):
        if os.environ.get("GOUJI_REQUIRE_ALL") == "1":
            pytest.fail("dask is not installed")
        pytest.skip("dask is not installed")
    import dask  # noqa: PLC0415 - an extra
    from distributed import LocalCluster  # noqa: PLC0415 - as above

    terms = {"distributed.scheduler.allowed-failures": 0, "distributed.admin.tick.interval": "1h"}
    with (
        dask.config.set(terms),
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=60
        ) as local,
    ):
        yield local.scheduler_address.replace("tcp://", "dask://")


@pytest.fixture
def returns(tmp_path) -> Path:
    """Return a folder with a few returns, good, wrong and broken."""
    folder = tmp_path / "报"
    folder.mkdir()
    for path in sorted(REAL.glob("*_2025.json"))[:2]:
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "a.xlsx").write_bytes(tamper.filled())
    (folder / "坏.xlsx").write_bytes(b"PK")
    (folder / "b.xlsx").write_bytes(tamper.put("表三", "D7", "<v>9</v>"))
    return folder


def test_output_and_store_are_the_same_bytes(engine, returns, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "SECONDS", 1e9)
    monkeypatch.setattr(cluster, "BATCH", 2)
    outputs = []
    for name in (engine, "local"):
        kept = tmp_path / f"{name[:5]}.store"
        words = (
            "check",
            f"file://{returns.as_posix()}",
            "--engine",
            name,
            "--jobs",
            "1",
            "--store",
            str(kept),
        )
        for _ in range(2):
            done = CliRunner().invoke(gouji, [*words, "--format", "json", "--lang", "zh"])
            assert (done.exit_code, done.stderr) == (1, "")
            outputs.append((done.stdout, kept.read_bytes()))
    assert outputs[:2] == outputs[2:]


@posix
def test_a_lost_worker_costs_a_retry_and_then_only_its_file(engine, tmp_path):
    names = [str(tmp_path / name) for name in ("a", "once", "evil", "b")]
    with workers(Given(), engine=engine) as crew:
        answers = list(crew.each(hazards.lose, names))
    a, once, b = ((name, Given()) for name in ("a", "once", "b"))
    assert answers == [a, once, Lost("crashed"), b]


def test_limits_hold_there(engine):
    with workers(Given(), None, Limits(wall=1), engine) as crew:
        assert list(crew.each(hazards.do, ["sleep", "b"])) == [Lost("too-slow"), ("b", Given())]
        with pytest.raises(EditionError):
            list(crew.each(hazards.do, ["ours"]))


def test_a_cluster_with_other_rules_is_refused(engine, monkeypatch):
    monkeypatch.setattr(cluster, "rules_of", lambda extra: f"{os.getpid()}{extra}")
    with pytest.raises(ClusterError, match="cluster-strange"), workers(Given(), engine=engine):
        pass
    monkeypatch.setattr(cluster, "rules_of", lambda _: 1 / 0)
    done = CliRunner().invoke(gouji, ["check", ".", "--engine", engine, "--lang", "en"])
    assert (done.exit_code, "cannot check for this computer" in done.stderr) == (2, True)


def test_no_cluster_is_told(engine, monkeypatch):
    del engine
    monkeypatch.setattr(cluster, "_PATIENCE", 0.2)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"dask://127.0.0.1:{free.getsockname()[1]}"
        done = CliRunner().invoke(gouji, ["check", ".", "--engine", address, "--lang", "zh"])
    assert (done.exit_code, f"{address} 上没有集群回应" in done.stderr) == (2, True)


def test_an_engine_is_local_or_an_address():
    done = CliRunner().invoke(gouji, ["check", ".", "--engine", "spark", "--lang", "zh"])
    assert done.exit_code == 2


def test_without_dask_a_sentence_says_what_to_do(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    done = CliRunner().invoke(gouji, ["check", ".", "--engine", "dask://a:1", "--lang", "zh"])
    assert done.exit_code == 2
    assert 'pip install "gouji[dask]"' in done.stderr


def test_what_a_worker_of_the_cluster_does(tmp_path):
    report = load(str(min(REAL.glob("*_2025.json")))).report
    last, _ = built(tmp_path / "last", [(0, replace(report, year=2024))], ())
    given = Given(last=last, saved=tmp_path)
    brief = cluster.folded(given)
    there = cluster.unfolded(brief)
    assert there.saved is None
    assert there.last.path != last.path
    assert there.last.of(report).values == last.of(report).values
    for _ in range(2):
        found = cluster.batch(hazards.do, ["a", "b"], cluster.folded(Given()), Limits())
        assert pickle.loads(found) == [(name, Given()) for name in "ab"]  # noqa: S301
    assert len(shelves) == 1
    cluster.ended()
    assert shelves == []
    assert not there.last.path.exists()
