"""Results are kept: checked once, complete after a crash, refused in any other file."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import zlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import letters
import pytest
import returns as drawn
import tamper
from source import REAL

from toolkit.campaign import bulk, pack, store
from toolkit.campaign.bulk import Given
from toolkit.campaign.pack import PackError, pack_report, unpack, unpack_report
from toolkit.campaign.store import KeptResult, StoreError, is_store, opened
from toolkit.edition import edition
from toolkit.files.examine import examine, gather
from toolkit.finding import Batch
from toolkit.output import FORMATS
from toolkit.report.contribution import Contribution
from toolkit.report.report import Report, from_json, parse_json
from toolkit.workers.pool import Lost


@pytest.fixture
def folder(tmp_path) -> Path:
    """Return a folder with returns of every verdict, an archive among them."""
    home = tmp_path / "报回"
    home.mkdir()
    for path in REAL.glob("*.json"):
        (home / path.name).write_bytes(path.read_bytes())
    (home / "某局.xlsx").write_bytes(tamper.filled())
    (home / "坏.xlsx").write_bytes(tamper.filled()[:-100])
    (home / "包.zip").write_bytes(
        letters.zipped([("局/甲.xlsx".encode(), tamper.filled()), (b"a.docx", b"x")])
    )
    return home


def written(batch: Batch) -> dict[str, str]:
    return {f"{name} {lang}": "".join(FORMATS[name](batch, lang))
            for name in ("text", "json", "jsonl", "csv") for lang in ("zh", "en")}  # fmt: skip


def run(path, paths, given=None, rules="r"):
    """Check paths into a store and return (all outputs, the files examined again)."""
    anew = []

    def each(task, some):
        for one in some:
            answer = task(one, given or Given(known=known))
            anew.extend([one] if answer.content else [])
            yield answer

    with opened(path, rules) as kept:
        known = kept.known()
        for position, answer in enumerate(bulk.answers(paths, each)):
            kept.add(position, answer)
        kept.finish()
        return written(bulk.batch(kept, paths, 1)), anew


# ── a result as bytes ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("ident", sorted(edition.known()), ids="/".join)
def test_a_result_comes_back_from_bytes_as_it_was(ident):
    form = edition.named(*ident)
    for number, case in enumerate(drawn.cases(form, 7, 9)):
        numbers = dict(zip(form.typed, (1, Decimal("0.5"), None), strict=False))
        part = Contribution("甲局", "counted", "A1", "甲.xlsx", "d" * 64, "2021", 2, numbers)
        extra = {"x": [1, {"y": parse_json("1.50")}]}
        report = replace(case.report, extra=extra, sent=2, sources=(part,))
        report = replace(report, cover={"filled_by": "张三"})
        result = examine_report(report, case.prior)
        back = unpack(pack.pack(result), "p", "d" * 64, ())
        assert back == result, number
        assert unpack_report(pack_report(report), ()) == report


def examine_report(report: Report, prior: Report | None):
    from toolkit.files.examine import Read, judge  # noqa: PLC0415

    return judge(Read("p", "d" * 64, report, ()), prior)


def test_a_name_that_is_no_text_is_kept_too():
    source = parse_json((REAL / "suqian_city_2024.json").read_text("utf-8"))
    report = from_json({**source, "agency": {"name": "\ud800局", "code": None, "level": None}})
    result = examine_report(report, None)
    assert unpack(pack.pack(result), "p", "d" * 64, ()) == result
    assert pack.head_of(pack.head_text(pack.head(result))).name == "\ud800局"


def zipped(content: object) -> bytes:
    return zlib.compress(json.dumps(content).encode())


def test_what_json_cannot_keep_is_refused_when_it_is_packed():
    result = examine(str(REAL / "suqian_city_2024.json"))
    with pytest.raises(TypeError, match="no place in a store"):
        pack.pack(replace(result, passed=(object(),)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        zipped({}),
        zipped([]),
        zipped({"report": {"form": "no", "edition": "such"}}),
        pack_report(examine(str(REAL / "suqian_city_2024.json")).report)[:-9],
    ],
)
def test_bytes_that_are_no_report_are_refused(content):
    with pytest.raises(PackError):
        unpack_report(content, ())


def test_a_packed_bomb_is_not_unfolded(monkeypatch):
    monkeypatch.setattr(pack, "LIMIT", 1000)
    with pytest.raises(PackError, match="too large"):
        unpack_report(zipped({"report": "0" * 2000}), ())


def test_the_numbers_of_a_head_are_alike_where_the_numbers_are():
    source = parse_json((REAL / "suqian_city_2024.json").read_text("utf-8"))
    one = pack.head(examine_report(from_json(source), None))
    blank = {k: v for k, v in source["values"].items() if v != 0 or "." not in k}
    nil = ["proactive", "applications", "disputes"]
    declared = from_json({**source, "values": blank, "nil": nil})
    assert pack.head(examine_report(declared, None)).numbers == one.numbers
    longer = {**source["values"], "proactive.fees.collected": parse_json("1.50")}
    shorter = {**longer, "proactive.fees.collected": parse_json("1.5")}
    heads = [pack.head(examine_report(from_json({**source, "values": v}), None))
             for v in (longer, shorter)]  # fmt: skip
    assert heads[0].numbers == heads[1].numbers != one.numbers
    assert one.nonzero > 20


# ── kept ──────────────────────────────────────────────────────────────────────────────────────────


def test_what_comes_out_of_a_store_is_what_the_check_says(folder, tmp_path):
    paths, ignored = gather([str(folder)])
    true = written(Batch(tuple(examine(path) for path in paths), ignored))
    first, anew = run(tmp_path / "a.store", paths)
    again, looked = run(tmp_path / "a.store", paths)
    none, _ = run(None, paths)
    assert first == again == none == true
    assert anew == paths
    assert looked == [str(folder / "坏.xlsx")], "what was rejected is looked at anew"


def test_a_batch_may_be_read_as_often_as_wanted(folder):
    paths, _ = gather([str(folder)])
    with opened(None) as kept:
        for position, answer in enumerate(bulk.answers(paths, bulk.one_by_one(Given()))):
            kept.add(position, answer)
        kept.finish()
        results = bulk.batch(kept, paths, 0).results
        first = list(results)
        assert first == list(results)
        assert len(results) == len(paths)
        assert first[2] in results
        assert replace(first[2], path="x") not in results
        assert kept.result(2, paths[2]) == first[2]


def test_other_rules_or_another_last_year_check_anew(folder, tmp_path):
    paths, _ = gather([str(folder / "某局.xlsx"), str(folder / "suqian_city_2024.json")])
    path = tmp_path / "a.store"
    assert run(path, paths)[1] == paths
    assert run(path, paths, rules="other")[1] == paths
    with opened(path, "r", "other") as kept:
        assert kept.known() == frozenset()
    assert run(path, paths)[1] == []


def test_equal_files_are_one_result_under_both_names(folder, tmp_path):
    (folder / "copy.json").write_bytes((folder / "suqian_city_2024.json").read_bytes())
    paths = [str(folder / "copy.json"), str(folder / "suqian_city_2024.json")]
    said, _ = run(tmp_path / "a.store", paths)
    one, other = json.loads(said["json zh"])["files"]
    assert (one.pop("path"), other.pop("path")) == tuple(paths)
    assert one == other


def test_a_file_that_harmed_its_worker_is_a_reject_that_is_not_kept(folder, tmp_path):
    path = str(folder / "某局.xlsx")
    for _ in range(2):
        with opened(tmp_path / "a.store") as kept:
            assert kept.known() == frozenset()
            (answer,) = bulk.answers([path], lambda _task, _paths: [Lost("too-slow")])
            kept.add(0, answer)
            kept.finish()
            (result,) = bulk.batch(kept, [path], 0).results
            assert (result.verdict, result.findings[0].code) == ("reject", "too-slow")


def test_the_rules_are_known_by_our_code_the_editions_and_the_words(tmp_path, checkout):
    own = tmp_path / "own-report"
    own.mkdir()
    source = (checkout / "templates" / "annual-report" / "2021.toml").read_text("utf-8")
    (own / "2021.toml").write_text(source.replace("annual-report", "own-report"), "utf-8")
    once = store.rules_of([tmp_path])
    assert once == store.rules_of([tmp_path]) != store.rules_of([])
    (own / "2021.toml").write_text(source.replace("annual-report", "own-report") + "\n", "utf-8")
    assert store.rules_of([tmp_path]) != once


def test_last_years_reports_come_from_a_store_newest_run_first(folder, tmp_path):
    path = tmp_path / "a.store"
    one, other = (str(folder / f"suqian_city_{year}.json") for year in (2023, 2024))
    run(path, [one, str(folder / "坏.xlsx")])
    run(path, [other])
    found = list(store.reports(path, ()))
    assert [(number, report.year, why) for number, report, why in found] == [
        (2, 2024, ""), (1, 2023, "")]  # fmt: skip
    assert found[0][1] == examine(other).report
    with opened(path) as kept:
        kept.db.execute("UPDATE result SET content = x'00' WHERE id = 1")
        kept.db.commit()
    assert [report is None for _, report, _ in store.reports(path, ())] == [False, True]


# ── crashes ───────────────────────────────────────────────────────────────────────────────────────


ENDED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell passes it on ignored
from toolkit.campaign.store import Store
from toolkit.cli import main
how = int(sys.argv.pop(1))
def write(self, whole=Store.write, times=[0]):
    whole(self)
    times[0] += 1
    if times[0] == 2:
        os.kill(os.getpid(), how)
Store.write = write
if __name__ == "__main__":
    main()
"""
"""The command, which sends itself a signal after its second batch."""


def stopped(folder, path, how: int) -> subprocess.CompletedProcess:
    """Return the process of a check that a signal ended with some results kept."""
    command = [sys.executable, "-c", ENDED, str(int(how)), "check", str(folder), "--store",
               str(path), "--jobs", "1", "--format", "json", "--lang", "en"]  # fmt: skip
    return subprocess.run(command, cwd=REAL.parent.parent, capture_output=True, check=False)


def rows(path) -> int:
    db = sqlite3.connect(path)
    (count,) = db.execute("SELECT count(*) FROM result").fetchone()
    db.close()
    return count


@pytest.mark.no_cover
@pytest.mark.skipif(os.name == "nt", reason="Windows has no signals to send")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_ended_goes_on_to_the_same_bytes(tmp_path, how):
    folder, path = tmp_path / "in", tmp_path / "a.store"
    folder.mkdir()
    source = (REAL / "suqian_city_2024.json").read_text("utf-8")
    for number in range(160):
        text = source.replace("宿迁市", f"宿迁市{number}")
        (folder / f"{number:03d}.json").write_text(text, "utf-8")
    done = stopped(folder, path, how)
    kept = rows(path)
    assert 0 < kept < 160
    assert done.stdout == b""
    if how == signal.SIGINT:
        assert done.returncode == 130
        assert b"run the same command again" in done.stderr
    resumed = check(folder, "--store", path)
    assert resumed.stdout == check(folder).stdout
    assert json.loads(resumed.stdout)["summary"]["files"] == rows(path) == 160


def check(*arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "toolkit", "check", *map(str, arguments), "--format", "json"]
    return subprocess.run(
        [*command, "--lang", "en"], cwd=REAL.parent.parent, capture_output=True, check=False
    )


def test_two_runs_may_keep_in_one_store_at_once(folder, tmp_path):
    paths, _ = gather([str(folder)])
    with opened(tmp_path / "a.store", "r") as one, opened(tmp_path / "a.store", "r") as other:
        for position, path in enumerate(paths):
            for kept in (one, other):
                kept.add(position, bulk.answer(path, Given()))
                kept.write()
        one.finish()
        other.finish()
        assert written(bulk.batch(one, paths, 0)) == written(bulk.batch(other, paths, 0))
        assert len(one.known()) == len(paths) - 2  # one is damaged, one a copy


# ── what is no store ──────────────────────────────────────────────────────────────────────────────


def refused(path, given="") -> str:
    """Return the sentence for a refused path, after asserting that the file is unchanged."""
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StoreError) as error, opened(path, given) as kept:
        kept.finish()
    assert (path.read_bytes() if path.is_file() else None) == before
    return error.value.sentence


def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "a.store"
    path.write_bytes(tamper.filled())
    assert refused(path) == "store-foreign"
    other = tmp_path / "b.store"
    db = sqlite3.connect(other)
    db.execute("CREATE TABLE mine (x)")
    db.commit()
    db.execute(f"PRAGMA application_id = {store.KIND}")
    db.close()
    assert refused(other) == "store-foreign"
    (tmp_path / "folder").mkdir()
    assert refused(tmp_path / "folder") == "store-foreign"
    assert refused(tmp_path / "nowhere" / "a.store") == "store-closed"
    with pytest.raises(StoreError, match="store-closed"), opened(tmp_path / ("x" * 300)):
        pass


def test_a_store_of_a_later_version_or_with_more_in_it_is_refused(tmp_path):
    path = tmp_path / "a.store"
    with opened(path):
        pass
    assert is_store(path)
    for statement, sentence in (
        ("CREATE TRIGGER t AFTER INSERT ON result BEGIN DELETE FROM seen; END", "store-foreign"),
        (f"PRAGMA user_version = {store.VERSION + 1}", "store-newer"),
    ):
        db = sqlite3.connect(path)
        db.execute(statement)
        db.close()
        assert refused(path) == sentence
    with pytest.raises(StoreError, match="store-newer"):
        list(store.reports(path, ()))


def test_an_empty_file_becomes_a_store_but_is_none_to_begin_from(tmp_path):
    path = tmp_path / "a.store"
    path.touch()
    with pytest.raises(StoreError, match="store-damaged"):
        list(store.reports(path, ()))
    with opened(path):
        pass
    assert is_store(path)


def test_a_store_cut_off_or_overwritten_says_so(folder, tmp_path):
    paths, _ = gather([str(folder)])
    path = tmp_path / "a.store"
    run(path, paths)
    whole = path.read_bytes()
    path.write_bytes(whole[:5000])
    with pytest.raises(StoreError, match="store-damaged"):
        run(path, paths)
    assert len(path.read_bytes()) == 5000
    path.write_bytes(whole)
    with opened(path) as kept:
        kept.db.execute("UPDATE result SET content = x'00'")
        kept.db.commit()
    with pytest.raises(StoreError, match="store-damaged"):
        run(path, paths)


def test_a_store_that_may_not_be_written_says_so(tmp_path, monkeypatch):
    path = tmp_path / "a.store"
    with opened(path):
        pass
    place = f"{path.resolve().as_uri()}?mode=ro"
    monkeypatch.setattr(store, "_connected", lambda _: sqlite3.connect(place, uri=True))
    assert refused(path) == "store-closed"


def test_a_full_disk_says_so_and_loses_nothing_written(folder, tmp_path):
    path = tmp_path / "a.store"
    answer = bulk.answer(str(folder / "某局.xlsx"), Given())
    with opened(path, "r") as kept:
        kept.add(0, answer)
        kept.write()
    with pytest.raises(StoreError, match="store-full"), opened(path, "r") as kept:  # noqa: PT012
        kept.db.execute("PRAGMA max_page_count = 9")
        for number in range(50):
            kept.add(number, replace(answer, sha256=f"{number:064d}"))
    with opened(path, "r") as kept:
        assert kept.known() == {answer.sha256}


def test_a_busy_store_says_so(tmp_path, monkeypatch):
    path = tmp_path / "a.store"
    with opened(path):
        pass
    monkeypatch.setattr(store, "PATIENCE", 0)
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    assert refused(path) == "store-busy"
    db.close()


def test_the_command_names_the_store_and_what_to_do(folder, tmp_path):
    path = tmp_path / "x.store"
    path.write_bytes(b"mine")
    done = check(folder, "--store", path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"x.store is not a file of gouji's results and was left alone" in done.stderr
    assert path.read_bytes() == b"mine"
    answer = KeptResult("0" * 64)
    assert answer.content == b""
