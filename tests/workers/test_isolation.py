"""Files from outside are examined in workers: a file that harms its worker costs one verdict."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import hazards
import pytest
import tamper
from click.testing import CliRunner
from letters import mail, part, utf8, zipped
from source import REAL

from toolkit.blank.build import build
from toolkit.campaign import bulk
from toolkit.campaign.chain import built
from toolkit.campaign.pack import unpack
from toolkit.cli import gouji
from toolkit.edition.edition import Edition, EditionError, named
from toolkit.files.examine import examine, gather, load
from toolkit.finding import Batch, Result
from toolkit.output import result as results
from toolkit.report.report import Report
from toolkit.workers import packing
from toolkit.workers import pool as rooms
from toolkit.workers.pool import Given, Limits, Lost, Workers, few, guarded, packed, workers

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no limits but the clock")
QUICK = Limits(wall=3, cpu=1, memory=256 * 2**20)


@pytest.fixture(scope="module")
def returns(tmp_path_factory) -> Path:
    """Return a folder with returns of every kind, an archive and a mail among them."""
    folder = tmp_path_factory.mktemp("报回")
    for path in REAL.glob("*.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "某局.xlsx").write_bytes(tamper.filled())
    (folder / "坏.xlsx").write_bytes(tamper.filled()[:-100])
    there = [("局/甲.xlsx".encode(), tamper.filled()), (b"a.docx", b"x")]
    (folder / "包.zip").write_bytes(zipped(there, 0x800))
    (folder / "信.eml").write_bytes(mail(part(tamper.filled())))
    (folder / "坏.zip").write_bytes(b"PK\3\4")
    (folder / "有 空格").mkdir()
    wrong = tamper.put("表三", "D7", "<v>9</v>")
    (folder / "有 空格" / "某 局 2025.xlsx").write_bytes(wrong)
    odd = zipped([(b"\xff\xfe.xlsx", wrong), ("乙\u202e.xlsx".encode(), b"")], 0x800)
    (folder / "有 空格" / "odd.zip").write_bytes(odd)
    for path in REAL.glob("*_2025.json"):
        report = load(str(path)).report
        (folder / f"{path.stem}.xlsx").write_bytes(build(report.edition, report))
    with suppress(OSError, UnicodeDecodeError):  # Windows and macOS have no such names
        Path(os.fsdecode(os.fsencode(folder) + b"/\xb1\xed.xlsx")).write_bytes(wrong)
    return folder


def codes(answers) -> list[str | None]:
    return [answer.code if isinstance(answer, Lost) else None for answer in answers]


def results_of(crew: Workers, paths: Sequence[str]) -> list[Result]:
    """Return each file's result, packed by a worker and unpacked here."""
    answers = bulk.answers(paths, crew.each)
    return [
        unpack(answer.content, path, answer.sha256, crew.given.extra)
        for path, answer in zip(paths, answers, strict=True)
    ]


# ── what goes wrong ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.no_cover
@posix
def test_a_worker_that_comes_to_harm_costs_one_answer_each():
    names = ["a", "sleep", "b", "spin", "c", "fill", "d", "abort", "kill", "e", "raise", "recurse",
             "f"]  # fmt: skip
    with workers(Given(), 2, QUICK) as crew:
        answers = list(crew.each(hazards.do, names))
    assert dict(zip(names, codes(answers), strict=True)) == {
        "a": None, "sleep": "too-slow", "b": None, "spin": "too-slow", "c": None,
        "fill": "out-of-memory", "d": None, "abort": "crashed", "kill": "crashed", "e": None,
        "raise": "crashed", "recurse": "crashed", "f": None,
    }  # fmt: skip
    assert answers[0] == ("a", Given())


@posix
def test_a_single_worker_goes_on_after_each_harm():
    names = ["kill", "kill", "a", "fill", "b", "abort"]
    with workers(Given(), 1, QUICK) as crew:
        answers = list(crew.each(hazards.do, names))
    assert codes(answers) == ["crashed", "crashed", None, "out-of-memory", None, "crashed"]


def test_a_file_that_the_pool_blames_for_another_ones_harm_gets_its_answer(monkeypatch):
    blamed, outcome = iter([Lost("out-of-memory")]), rooms.outcome
    monkeypatch.setattr(rooms, "outcome", lambda future: next(blamed, None) or outcome(future))
    with workers(Given(), 1) as crew:
        assert list(crew.each(hazards.do, ["a", "b"])) == [("a", Given()), ("b", Given())]
    assert next(blamed, None) is None


@posix
def test_many_files_do_not_use_up_the_seconds_of_one():
    with workers(Given(), 1, Limits(wall=20, cpu=1)) as crew:
        list(crew.each(hazards.do, ["a"]))
        assert codes(crew.each(hazards.do, ["spin", "b"])) == ["too-slow", None]
        pids = list(crew.each(hazards.do, ["pid1", "pid2"]))
    assert pids[0] == pids[1] != os.getpid()


def test_workers_that_are_gone_altogether_are_replaced(monkeypatch):
    class Future:
        def __init__(self, name: str) -> None:
            self.name = name

        def result(self, _: float) -> bytes:
            from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415

            if self.name == "gone":
                raise BrokenProcessPool
            if self.name == "mute":
                raise TimeoutError
            return packed(self.name, ())

        def done(self) -> bool:
            return False

    class Pool:
        def schedule(self, _function, args, _kwargs, _timeout) -> Future:
            if args[1] == "refused":
                raise RuntimeError
            return Future(args[1])

        def stop(self) -> None:
            pass

        join = close = stop

    monkeypatch.setattr(
        Workers, "_started", lambda self, _: setattr(self, "_pool", Pool()) or self._pool
    )
    crew = Workers(Given(), 1)
    names = ["a", "gone", "b", "mute", "c", "refused", "d"]
    harmed = dict.fromkeys(("gone", "mute", "refused"), Lost("crashed"))
    assert list(crew.each(hazards.do, names)) == [harmed.get(name, name) for name in names]


def test_only_so_many_files_are_handed_out_ahead_of_the_answers(monkeypatch):
    handed = []

    class Future:
        def result(self, _: float) -> bytes:
            return packed("x", ())

    class Pool:
        def schedule(self, _function, args, _kwargs, _timeout) -> Future:
            handed.append(args[1])
            return Future()

    monkeypatch.setattr(Workers, "_started", lambda _self, _tasks: Pool())
    answers = Workers(Given(), 2).each(hazards.do, [str(number) for number in range(1000)])
    for number in range(5):
        next(answers)
        assert len(handed) == 2 * rooms.AHEAD + number
    assert len(list(answers)) == 995


def test_what_is_wrong_with_our_own_files_is_no_verdict():
    with workers(Given(), 1) as crew, pytest.raises(EditionError, match="broken"):
        list(crew.each(hazards.do, ["ours"]))
    with pytest.raises(EditionError, match="broken"):
        guarded(hazards.do, "ours", Given())


def test_in_this_process_one_file_does_not_stop_the_others_either():
    def memory(_path, _given):
        raise MemoryError

    assert guarded(hazards.do, "raise", Given()) == Lost("crashed")
    assert guarded(memory, "a", Given()) == Lost("out-of-memory")
    with pytest.raises(MemoryError):
        guarded(memory, "a", Given(), leave=True)


@pytest.mark.parametrize("code", ["too-slow", "out-of-memory", "crashed"])
def test_a_lost_answer_is_a_reject_that_says_what_to_do(monkeypatch, tmp_path, code):
    path, archive = tmp_path / "a.xlsx", tmp_path / "a.zip"
    path.write_bytes(tamper.filled())
    archive.write_bytes(utf8("a.xlsx"))
    paths = [str(path), f"{archive}/a.xlsx", str(tmp_path / "gone.xlsx")]
    monkeypatch.setattr(
        Workers, "each", lambda _self, _task, paths: iter([Lost(code)] * len(paths))
    )
    crew = Workers()
    assert [listing.returns for listing in crew.listings([str(archive)])] == [(str(archive),)]
    assert [read.findings[0].code for read in crew.loads(paths)] == [code] * 3
    found = results_of(crew, paths)
    assert [one.path for one in found] == paths
    assert [one.verdict for one in found] == ["reject"] * 3
    assert [one.sha256 for one in found] == [examine(str(path)).sha256, None, None]
    for one in found:
        assert [finding.code for finding in one.findings] == [code]
        assert "请" in one.findings[0].message("zh")


# ── what stays the same ───────────────────────────────────────────────────────────────────────────


def check(*arguments: str) -> bytes:
    """Return the output of `gouji check`, run as a separate process with its own hash seed."""
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", "check", "--lang", "zh", "--format", "json", *arguments],
        cwd=REAL.parent.parent,
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        check=False,
    )
    assert (done.stderr, done.returncode) == (b"", 1)
    return done.stdout


@pytest.mark.no_cover
def test_a_folder_gives_the_same_bytes_from_the_library_a_worker_and_the_command(returns):
    paths, ignored = gather([str(returns)])
    assert ignored == 1
    plain = Batch(tuple(examine(path) for path in paths), ignored)
    true = "".join(results.write(plain, "zh"))
    with workers(Given()) as crew:
        found = gather([str(returns)], crew.listings)
        assert found == (paths, ignored)
        batch = Batch(tuple(results_of(crew, paths)), ignored)
    assert "".join(results.write(batch, "zh")) == true
    assert check(str(returns)) == check("--jobs", "2", str(returns)) == true.encode("ascii")
    files = json.loads(true)["files"]
    assert [one["path"] for one in files] == paths
    assert {one["verdict"] for one in files} == {"pass", "warn", "fail", "reject"}
    assert len(files) >= 17


@pytest.mark.no_cover
def test_each_file_alone_gives_the_same_bytes_from_the_library_a_worker_and_the_command(returns):
    paths, _ = gather([str(returns)])
    with workers(Given(), 2) as crew:
        for path, there in zip(paths, results_of(crew, paths), strict=True):
            true = "".join(results.write(Batch((examine(path),), 0), "zh"))
            assert "".join(results.write(Batch((there,), 0), "zh")) == true
            arguments = ["check", path, "--lang", "zh", "--format", "json"]
            done = CliRunner().invoke(gouji, arguments)
            assert done.stdout_bytes.decode("ascii") == true, path


def test_a_few_files_are_read_here_as_anywhere(returns):
    paths = [str(path) for path in sorted(returns.glob("*_2025.json"))]
    with workers(Given()) as crew:
        assert [one.report.values for one in crew.loads(paths)] == [
            load(path).report.values for path in paths
        ]
        assert [one.verdict for one in results_of(crew, paths)] == [
            examine(path).verdict for path in paths
        ]
    assert guarded(rooms.listed, str(returns / "包.zip"), Given()).others


def test_last_years_reports_and_more_editions_reach_the_workers(tmp_path):
    before, now = (str(REAL / f"suqian_city_{year}.json") for year in (2023, 2024))
    folder = tmp_path / "local"
    (folder / "own-report").mkdir(parents=True)
    source = (REAL.parent.parent / "templates" / "annual-report" / "2021.toml").read_text("utf-8")
    toml = source.replace('form = "annual-report"', 'form = "own-report"', 1)
    (folder / "own-report" / "2021.toml").write_text(toml, encoding="utf-8")
    own = tmp_path / "own.json"
    own.write_text('{"form": "own-report", "edition": "2021", "year": 2025, "values": {}}', "utf-8")
    priors = [load(before).report]
    last, _ = built(tmp_path / "last", [(0, priors[0])], (folder,))
    given = Given((folder,), last)
    true = [examine(path, priors, given.extra) for path in (now, str(own))]
    assert "carried-in[natural_person]" in true[0].passed
    with workers(given, 1) as crew:
        found = results_of(crew, [now, str(own)])
    assert [one.findings for one in found] == [one.findings for one in true]
    assert [one.passed for one in found] == [one.passed for one in true]
    assert found[1].report.edition is named("own-report", "2021", (folder,))


def test_an_edition_crosses_by_its_name():
    edition = named("annual-report", "2021")
    report = Report(edition, {"name": "某局", "code": None, "level": None}, 2025, {})
    content = packed([report, edition], ())
    assert len(content) < 600
    back, same = rooms.pickle.loads(content)
    assert same is edition is back.edition
    assert isinstance(same, Edition)
    with pytest.raises(EditionError, match="none/2021: no such edition"):
        packing.by_name("none", "2021", ())


# ── when there are workers ────────────────────────────────────────────────────────────────────────


def test_a_handful_of_small_files_is_examined_in_this_process(tmp_path):
    paths = [tmp_path / f"pid{number}" for number in range(9)]
    for path in paths:
        path.write_bytes(b"x")
    names = [str(path) for path in paths]
    with workers(Given()) as crew:
        assert set(crew.each(hazards.do, names[:8])) == {os.getpid()}
        assert os.getpid() not in crew.each(hazards.do, names)
        assert os.getpid() not in crew.each(hazards.do, names[:1])
    with workers(Given(), 1) as crew:
        assert os.getpid() not in crew.each(hazards.do, names[:1])


def test_large_files_and_archives_are_never_few(tmp_path):
    large, small = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    large.write_bytes(bytes(2**20 + 1))
    small.write_bytes(b"x")
    assert few([str(small), str(tmp_path / "gone.xlsx")])
    assert not few([str(large)])
    assert not few([str(tmp_path / "a.zip")])
    assert not few([f"{tmp_path}/a.EML/b.xlsx"])
    assert not few([str(small)] * 9)


def test_there_is_a_worker_for_every_processor_this_process_may_use(monkeypatch):
    assert rooms.processors() >= 1
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert rooms.processors() == 1


# ── limits ────────────────────────────────────────────────────────────────────────────────────────


@posix
def test_a_worker_is_bounded_within_what_it_may_have(monkeypatch):
    resource = rooms.resource
    said = {}
    hard = {resource.RLIMIT_AS: 2**20, resource.RLIMIT_CPU: resource.RLIM_INFINITY,
            resource.RLIMIT_CORE: 0}  # fmt: skip
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (0, hard[kind]))
    monkeypatch.setattr(resource, "setrlimit", lambda kind, bounds: said.update({kind: bounds}))
    rooms.bound(2**29)
    assert said == {resource.RLIMIT_AS: (2**20, 2**20), resource.RLIMIT_CORE: (0, 0)}
    used = resource.getrusage(resource.RUSAGE_SELF)
    rooms.allow(3)
    assert 3 <= said[resource.RLIMIT_CPU][0] - used.ru_utime - used.ru_stime < 6
    rooms.allow(None)
    assert said[resource.RLIMIT_CPU] == (resource.RLIM_INFINITY,) * 2


@posix
def test_a_system_that_refuses_to_bound_memory_is_left_as_it_is(monkeypatch):
    def refuse(*_):
        raise ValueError

    monkeypatch.setattr(rooms.resource, "setrlimit", refuse)
    rooms.bound(2**29)


@posix
def test_what_a_worker_does_in_its_own_process(monkeypatch):
    ended, bounds = [], []
    monkeypatch.setattr(rooms, "bound", bounds.append)
    monkeypatch.setattr(rooms, "allow", bounds.append)
    monkeypatch.setattr(rooms, "held", [])
    monkeypatch.setattr(os, "_exit", ended.append)
    rooms.begin(QUICK)
    brief = rooms.written(packed(Given(), ()))
    assert rooms.pickle.loads(rooms.work(hazards.do, "a", brief)) == ("a", Given())
    assert bounds == [QUICK.memory, QUICK.cpu, None]

    def memory(_path, _given):
        raise MemoryError

    assert rooms.work(memory, "a", brief) is None
    assert [rooms.cause(status) for status in ended] == ["out-of-memory"]
    assert rooms.cause(-signal.SIGXCPU) == "too-slow"
    assert rooms.cause(-signal.SIGSEGV) == rooms.cause(None) == "crashed"


def test_workers_kept_warm_are_taken_over_by_the_next_crew_and_end():
    with rooms.warm():
        with workers(Given(), 1, QUICK) as crew:
            first = list(crew.each(hazards.do, ["pid"]))
        with workers(Given(extra=(Path(),)), 1, QUICK) as crew:
            assert list(crew.each(hazards.do, ["pid", "a"])) == [*first, ("a", crew.given)]
        with workers(Given(), 1) as crew:
            assert list(crew.each(hazards.do, ["pid"])) != first
        with workers(Given(), 1, QUICK) as crew:
            assert list(crew.each(hazards.do, ["pid"])) == first
            assert next(crew.each(hazards.do, ["a", "b"]))
        with workers(Given(), 1, QUICK) as crew:
            assert list(crew.each(hazards.do, ["pid"])) != first
        with suppress(ZeroDivisionError), workers(Given(), 1, QUICK) as crew:
            second = list(crew.each(hazards.do, ["pid"]))
            raise ZeroDivisionError
    assert rooms.shelves == []
    for pid in (*first, *second):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_workers_may_be_started_from_any_thread():
    found = []

    def run() -> None:
        with workers(Given(), 1) as crew:
            found.extend(crew.each(hazards.do, ["a"]))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert found == [("a", Given())]


# ── ended by hand ─────────────────────────────────────────────────────────────────────────────────

CHILD = """
import signal
import sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell passes it on ignored
sys.path[:0] = [{tests!r}, {checkout!r}]
import hazards
from toolkit import cli
from toolkit.campaign import bulk
bulk.answer = hazards.begin_and_sleep
sys.argv = ["gouji", "check", "--jobs", "2", "--lang", "zh", {folder!r}]
cli.main()
"""


def alive(group: int) -> list[str]:
    """Return the commands of a process group that still run."""
    done = subprocess.run(["ps", "-eo", "pgid=,stat=,args="], capture_output=True, check=True)
    rows = [line.split(maxsplit=2) for line in done.stdout.decode().splitlines()]
    return [row[2] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


@posix
def test_ctrl_c_ends_the_command_its_workers_and_nothing_is_printed(tmp_path):
    for number in range(4):
        (tmp_path / f"sleep{number}.xlsx").write_bytes(b"x")
    checkout = REAL.parent.parent
    code = CHILD.format(tests=str(REAL.parent), checkout=str(checkout), folder=str(tmp_path))
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    while child.poll() is None and not list(tmp_path.glob("*.begun")):
        time.sleep(0.05)
    os.killpg(child.pid, signal.SIGINT)
    out, err = child.communicate(timeout=60)
    assert (child.returncode, out) == (130, b"")
    assert err.decode() == "已中断，没有写任何文件。\n"
    ended = time.monotonic() + 10  # the system may still be clearing away a process that ended
    while alive(child.pid) and time.monotonic() < ended:
        time.sleep(0.05)
    assert alive(child.pid) == []
