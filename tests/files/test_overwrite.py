"""Written files never replace inputs or devices, and no scratch files are left."""

import errno
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest
from click.testing import CliRunner
from letters import utf8
from source import REAL

from toolkit import cli
from toolkit.campaign import store
from toolkit.cli import district
from toolkit.files import saving, scratch
from toolkit.files.examine import gather

ROOT = REAL.parent.parent
NOW, BEFORE = "suqian_city_2024.json", "suqian_city_2023.json"
ROSTER = "机关名称,统一社会信用代码,层级\n宿迁市,A1,市级\n"
WAIVERS = "agency,code,cell,reason,by,date\n宿迁市,jump,表三 D7,x,y,2026-01-02\n"


@pytest.fixture
def season(tmp_path, monkeypatch):
    """Return a folder with all inputs of a season, which is also the working folder."""
    monkeypatch.chdir(tmp_path)
    for folder, name in (("报回", NOW), ("上年", BEFORE)):
        Path(folder).mkdir()
        shutil.copy(REAL / name, f"{folder}/{name}")
    Path("名册.csv").write_text(ROSTER, "utf-8")
    Path("豁免.csv").write_text(WAIVERS, "utf-8")
    Path("包.zip").write_bytes(utf8("局/甲.xlsx"))
    shutil.copy(f"报回/{NOW}", "a.json")
    assert run("check", "上年", "--store", "上年.store").exit_code in {0, 1}
    assert run("fill", "a.json", "-o", "a.xlsx").exit_code in {0, 1}
    home = tmp_path / "mine" / "annual-report"
    home.mkdir(parents=True)
    form = (ROOT / "templates/annual-report/2021.toml").read_text("utf-8")
    own = form.replace('name = "2021"', 'name = "mine"', 1)
    (home / "mine.toml").write_text(own, "utf-8")
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(cli.gouji, [*map(str, arguments), "--lang", "zh"])


def everything(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}  # fmt: skip


OVER = [
    ("check 报回 --roster 名册.csv -o 名册.csv", "名册.csv"),
    ("check 报回 --waivers 豁免.csv -o 豁免.csv", "豁免.csv"),
    ("check 报回 --prior 上年.store -o 上年.store", "上年.store"),
    ("check 报回 --prior 上年.store --store 上年.store", "上年.store"),
    (f"check 报回 --prior 上年 -o 上年/{BEFORE}", f"上年/{BEFORE}"),
    (f"check 报回 -o 报回/{NOW}", f"报回/{NOW}"),
    (f"check 报回 -o ./报回/../报回/{NOW}", f"./报回/../报回/{NOW}"),
    ("check 包.zip -o 包.zip", "包.zip"),
    ("check 包.zip/局/甲.xlsx -o 包.zip", "包.zip"),
    ("check 报回 --templates mine -o mine/annual-report/mine.toml", "mine/annual-report/mine.toml"),
    ("read a.xlsx -o a.xlsx", "a.xlsx"),
    ("fill a.xlsx -o a.xlsx --force", "a.xlsx"),
    ("diff 报回/suqian_city_2024.json a.json -o a.json", "a.json"),
    ("blank --year 2025 --agency 宿迁市 --prior a.xlsx -o a.xlsx --force", "a.xlsx"),
    ("rollup 报回 --agency 区 --prior a.xlsx -o a.xlsx --force", "a.xlsx"),
    ("rollup 报回 --agency 区 --roster a.xlsx -o a.xlsx --force", "a.xlsx"),
    ("schema --edition mine/annual-report/mine.toml -o mine/annual-report/mine.toml",
     "mine/annual-report/mine.toml"),
]  # fmt: skip


@pytest.mark.no_cover
@pytest.mark.parametrize(("line", "path"), OVER, ids=[line for line, _ in OVER])
def test_nothing_is_written_over_what_is_read(season, line, path):
    before = everything(season)
    done = run(*line.split())
    assert (done.exit_code, done.stdout) == (2, "")
    said = f"{path} 是要读的文件，没有覆盖。请给要写的文件（-o、--store）另外起个名字。\n"
    assert done.stderr == said
    assert everything(season) == before


def linked(how: str) -> str:
    """Return another name of the roster."""
    if how == "hard link":
        os.link("名册.csv", "b.csv")
    elif how == "symbolic link":
        Path("b.csv").symlink_to("名册.csv")
    else:
        Path("roster.csv").write_text(ROSTER, "utf-8")
        return "ROSTER.CSV"
    return "b.csv"


@pytest.mark.parametrize("how", ["hard link", "symbolic link", "case"])
def test_another_name_of_an_input_is_the_input(season, how, need):
    try:
        path = linked(how)
    except OSError:
        need(False, f"this system makes no {how}")  # noqa: FBT003
    if how == "case" and not Path(path).exists():
        pytest.skip("names that differ in case are different files here")
    roster = "roster.csv" if how == "case" else "名册.csv"
    before = everything(season)
    done = run("check", "报回", "--roster", roster, "-o", path)
    assert (done.exit_code, everything(season)) == (2, before)
    assert f"{path} 是要读的文件" in done.stderr


def test_one_name_for_two_results_is_refused(season):
    before = everything(season)
    for words in (("-o", "x", "--store", "./x"), ("-o", "x", "--notices", "x"),
                  ("--store", "x", "--notices", "x")):  # fmt: skip
        done = run("check", "报回", *words)
        assert done.exit_code == 2
        assert "x 一个名字给了两样要写的东西" in done.stderr
    assert everything(season) == before


@pytest.mark.usefixtures("season")
def test_a_result_may_stand_among_the_returns_and_be_written_again():
    for _ in range(2):
        done = run("check", "报回", "--format", "html", "-o", "报回/一览.html")
        assert done.exit_code in {0, 1}, done.stderr
    assert Path("报回/一览.html").stat().st_size > 1000


@pytest.mark.parametrize("line", ["check 报回 -o 上年", "read 报回 -o 上年", "schema -o 上年"])
@pytest.mark.usefixtures("season")
def test_a_folder_is_no_file_to_write(line):
    done = run(*line.split())
    assert done.exit_code == 2
    assert done.stderr == "上年 是一个文件夹。请写明要写的文件名，如 上年/结果。\n"


@pytest.mark.usefixtures("season")
def test_a_folder_called_like_a_workbook_is_no_file_either():
    Path("b.xlsx").mkdir()
    for line in ("roster -o b.xlsx --force", "fill a.json -o b.xlsx --force"):
        assert "b.xlsx 是一个文件夹" in run(*line.split()).stderr
    Path("b.xlam").mkdir()
    assert "b.xlam 是一个文件夹" in run("addin", "build", "-o", "b.xlam", "--force").stderr


def test_blanks_do_not_replace_the_roster_or_last_year_among_them(season):
    assert run("blank", "--roster", "名册.csv", "--year", 2025, "-o", "发放").exit_code == 0
    (name,) = [path.name for path in Path("发放").iterdir() if path.suffix == ".xlsx"]
    line = ["blank", "--roster", "名册.csv", "--year", "2025", "-o", "发放", "--force"]
    last = json.loads(Path(f"上年/{BEFORE}").read_text("utf-8"))
    Path(f"发放/{name}").write_text(json.dumps({**last, "year": 2024}), "utf-8")
    before = everything(season)
    done = run(*line, "--prior", f"发放/{name}")
    assert done.exit_code == 2
    assert f"{Path('发放') / name} 是要读的文件" in done.stderr
    assert everything(season) == before
    assert run(*line).exit_code == 0


# ── devices ───────────────────────────────────────────────────────────────────────────────────────

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes among its files")


@POSIX
@pytest.mark.usefixtures("season")
def test_a_device_is_written_into_and_stays():
    device = Path(os.devnull).stat()
    done = run("check", "报回", "--format", "json", "-o", os.devnull)
    assert done.exit_code in {0, 1}
    assert os.path.samestat(device, Path(os.devnull).stat())
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


@POSIX
@pytest.mark.usefixtures("season")
def test_a_pipe_is_written_into_and_stays():
    os.mkfifo("p")
    got = []
    reader = threading.Thread(target=lambda: got.append(Path("p").read_bytes()))
    reader.start()
    assert run("read", f"报回/{NOW}", "-o", "p").exit_code == 0
    reader.join(10)
    assert json.loads(got[0])["year"] == 2024
    assert stat.S_ISFIFO(os.lstat("p").st_mode)


@POSIX
@pytest.mark.usefixtures("season")
def test_a_socket_is_refused_and_stays():
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("s")
        done = run("check", "报回", "-o", "s")
        assert isinstance(done.exception, saving.NotSavedError)
        assert stat.S_ISSOCK(os.lstat("s").st_mode)


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="this system has no /dev/stdout")
@pytest.mark.parametrize("piped", [False, True])
@pytest.mark.usefixtures("season")
def test_standard_output_by_its_path_is_written_into_and_stays(piped):
    link = os.lstat("/dev/stdout")
    command = [sys.executable, "-m", "toolkit", "read", f"报回/{NOW}", "-o", "/dev/stdout"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    with Path("out.json").open("wb") as out:
        done = subprocess.run(
            command, env=env, stdout=subprocess.PIPE if piped else out, check=True
        )
    content = done.stdout if piped else Path("out.json").read_bytes()
    assert json.loads(content)["year"] == 2024
    assert os.path.samestat(link, os.lstat("/dev/stdout"))


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="this system has no /dev/fd")
def test_an_open_file_is_written_into(tmp_path):
    with (tmp_path / "a").open("w+b") as file:
        saving.write_file(Path(f"/dev/fd/{file.fileno()}"), [b"x", b"y"])
        assert (tmp_path / "a").read_bytes() == b"xy"
        assert os.path.samestat(os.fstat(file.fileno()), (tmp_path / "a").stat())


def test_what_is_no_longer_wanted_is_no_error_of_writing(tmp_path):
    def pieces():
        yield b"x"
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        saving.write_file(tmp_path / "a", pieces())
    assert list(tmp_path.iterdir()) == []


def test_an_input_that_is_not_there_is_written_over_by_nobody(tmp_path):
    (tmp_path / "a").touch()
    assert not saving.over(tmp_path / "a", [tmp_path / "b"])
    assert saving.over(tmp_path / "a", [tmp_path / "b", tmp_path / "a"])


@POSIX
def test_a_ring_of_links_is_no_open_file(tmp_path):
    path = tmp_path / "a"
    path.symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert not saving.is_device(path)
    assert not saving._is_handle(path)  # noqa: SLF001


# ── scratch ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name",
    [".gouji-0123abcd", ".gouji-5bce98f7-1-abcd_123", ".git", "$RECYCLE.BIN", ".Trash-1000",
     "System Volume Information", "__MACOSX", "@eaDir", "lost+found"],
)  # fmt: skip
@pytest.mark.usefixtures("season")
def test_a_folder_that_nobody_sent_is_not_walked(name):
    alone, ignored = gather(["报回"])
    Path("报回", name).mkdir()
    shutil.copy("a.xlsx", f"报回/{name}/b.xlsx")
    assert gather(["报回"]) == (alone, ignored + (not name.startswith(".gouji-")))
    Path("包2.zip").write_bytes(utf8(f"局/{name}/甲.xlsx", "局/乙.xlsx"))
    assert gather(["包2.zip"]) == (["包2.zip/局/乙.xlsx"], 1)


def dead() -> int:
    """Return the number of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def scraps(folder: Path, prefix: str, age: float) -> tuple[Path, Path]:
    """Return a scratch file and a scratch folder of an age in seconds."""
    file, home = folder / f"{prefix}aaaaaaaa", folder / f"{prefix}bbbbbbbb"
    file.write_bytes(b"x")
    home.mkdir()
    (home / "甲.xlsx").write_bytes(b"x")
    for path in (file, home):
        os.utime(path, (time.time() - age,) * 2)
    return file, home


@pytest.mark.parametrize(
    ("mine", "age", "stays"),
    [(None, 2 * scratch.DAY, False), (None, 60, True), ("here", 2 * scratch.DAY, True),
     ("gone", 0, False), ("elsewhere", 60, True), ("elsewhere", 2 * scratch.DAY, False),
     ("first", 2 * scratch.DAY, True), ("none", 2 * scratch.DAY, True)],
)  # fmt: skip
def test_scratch_is_swept_once_it_is_nobodys(season, mine, age, stays):
    if os.name == "nt" and mine in {"here", "first", "none", "gone"}:
        pytest.skip("Windows tells by its age alone")
    computer = scratch.prefix().split("-")[1]
    prefix = {
        None: ".gouji-",
        "here": scratch.prefix(),
        "gone": f".gouji-{computer}-{dead() if mine == 'gone' else 0}-",
        "first": f".gouji-{computer}-1-",
        "none": f".gouji-{computer}-{2**80}-",
        "elsewhere": f".gouji-00000000-{os.getpid()}-",
    }[mine]
    made = scraps(season, prefix, age)
    assert run("read", "报回", "-o", "out.json").exit_code == 0
    assert [path.exists() for path in made] == [stays, stays]


@pytest.mark.usefixtures("season")
def test_what_only_looks_like_scratch_stays():
    old = time.time() - 2 * scratch.DAY
    deep = Path(".gouji-abcdefgh")
    (deep / "more").mkdir(parents=True)
    named = Path(".gouji-notes.txt")
    named.write_text("mine", encoding="utf-8")
    for path in (deep, named):
        os.utime(path, (old, old))
    assert run("read", "报回", "-o", "out.json").exit_code == 0
    assert (deep / "more").is_dir()
    assert named.read_text("utf-8") == "mine"


@POSIX
@pytest.mark.usefixtures("season")
def test_a_link_called_like_scratch_is_not_followed():
    link, target = Path(".gouji-abcdefgh"), Path("上年")
    link.symlink_to(target)
    old = time.time() - 2 * scratch.DAY
    os.utime(link, (old, old), follow_symlinks=False)
    assert run("read", "报回", "-o", "out.json").exit_code == 0
    assert (target / BEFORE).is_file()


@pytest.mark.usefixtures("season")
def test_a_folder_with_nothing_but_scratch_is_empty():
    Path("发放").mkdir()
    scraps(Path("发放"), ".gouji-", 60)
    done = run("blank", "--roster", "名册.csv", "--year", 2025, "-o", "发放")
    assert done.exit_code == 0, done.stderr


@POSIX
@pytest.mark.usefixtures("season")
def test_the_folder_is_put_on_the_disk_after_the_file(monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(os.fstat(handle).st_mode))
    assert run("read", "报回", "-o", "out.json").exit_code == 0
    assert [stat.S_IFMT(mode) for mode in synced] == [stat.S_IFREG, stat.S_IFDIR]


def test_a_system_that_cannot_put_folders_on_the_disk_is_no_error(season, monkeypatch):
    saving.settle(season / "nowhere")
    monkeypatch.setattr(os, "name", "nt")
    saving.settle(season / "nowhere")


# ── what is said ──────────────────────────────────────────────────────────────────────────────────


def full(after: int, error=None):
    """Return a function for Path.replace that fails after that number of files."""
    calls = []

    def replace(self, target):
        calls.append(target)
        if len(calls) > after:
            raise error or OSError(errno.ENOSPC, "No space left on device")
        os.replace(self, target)  # noqa: PTH105 - what it stands in for

    return replace


@pytest.mark.usefixtures("season")
def test_files_that_were_replaced_already_are_counted(monkeypatch):
    line = ["blank", "--roster", "名册.csv", "--year", "2025", "-o", "发放"]
    assert run(*line).exit_code == 0
    monkeypatch.setattr(Path, "replace", full(1))
    done = run(*line, "--force")
    assert done.exit_code == 2
    said = "发放：磁盘已满。其中 1 个同名文件已换成新的，其余没有写。"
    assert done.stderr.startswith(said)
    assert "没有写任何文件" not in done.stderr


@pytest.mark.parametrize("forced", [False, True])
def test_ctrl_c_among_files_takes_new_ones_back_and_counts_replaced_ones(
    season, monkeypatch, forced
):
    line = ["blank", "--roster", "名册.csv", "--year", "2025", "-o", "发放"]
    Path("发放").mkdir()
    assert not forced or run(*line).exit_code == 0
    before = everything(season)
    monkeypatch.setattr(Path, "replace", full(1, KeyboardInterrupt()))
    done = run(*line, "--force")
    assert done.exit_code == (2 if forced else 1)
    said = "发放：被中断。其中 1 个同名文件已换成新的，其余没有写。" if forced else ""
    assert said in done.stderr
    assert everything(season) == before


def failing_season(season):
    path = season / "报回" / NOW
    content = json.loads(path.read_text("utf-8"))
    content["values"]["applications.received.natural_person"] += 1
    path.write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
def test_notices_that_could_not_be_written_take_nothing_from_the_result(season, monkeypatch, error):
    failing_season(season)

    def broken(*_, **__):
        raise error

    monkeypatch.setattr(saving, "_fill", broken)
    done = run("check", "报回", "-o", "一览.txt", "--notices", "退回")
    assert done.exit_code == 2
    assert "退回材料没有写成；检查结果已按 -o 写好" in done.stderr
    assert Path("一览.txt").is_file()
    assert not Path("退回").exists()


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
@pytest.mark.usefixtures("season")
def test_a_demo_that_was_cut_short_says_what_is_there(monkeypatch, error):
    def broken(*_):
        raise error

    monkeypatch.setattr(district, "_blank", broken)
    done = run("demo", "示例")
    assert done.exit_code == (2 if isinstance(error, OSError) else 130)
    assert "示例 里已写了一部分示例，可以整个删掉" in done.stderr
    assert "没有写任何文件" not in done.stderr
    assert Path("示例").is_dir()


@pytest.mark.usefixtures("season")
def test_an_error_of_reading_says_nothing_of_writing(monkeypatch, capsys):
    def broken(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", "名册.csv")

    monkeypatch.setattr("toolkit.cli.check.checked", broken)
    monkeypatch.setattr(sys, "argv", ["gouji", "check", "报回", "--lang", "zh"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    assert capsys.readouterr().err == "名册.csv：没有权限。\n"


# ── stores ────────────────────────────────────────────────────────────────────────────────────────


@POSIX
@pytest.mark.usefixtures("season")
def test_a_device_is_no_store():
    done = run("check", "报回", "--store", os.devnull)
    assert done.exit_code == 2
    assert "不是 gouji 存检查结果的文件" in done.stderr


@pytest.mark.usefixtures("season")
def test_results_of_another_version_are_judged_again(monkeypatch):
    rules = store.rules_of(())
    monkeypatch.setattr(store, "__version__", "0.0.9")
    assert store.rules_of(()) != rules
    with store.opened(Path("上年.store"), rules) as kept:
        assert len(kept.known()) == 1
    with store.opened(Path("上年.store"), store.rules_of(())) as kept:
        assert kept.known() == frozenset()


@pytest.mark.parametrize("bomb", ["blob", "folded"])
@pytest.mark.usefixtures("season")
def test_a_huge_result_in_a_store_of_last_year_is_passed_over_unread(bomb):
    content = bytes(64 * 2**20) if bomb == "blob" else zlib.compress(b"[" * 9 * 2**20)
    with store.opened(Path("上年.store")) as kept:
        kept.db.execute("UPDATE result SET content = ?", (content,))
        kept.db.commit()
    ((_, report, why),) = store.reports(Path("上年.store"), ())
    assert (report, why) == (None, "cut off, or too large")
    done = run("check", "报回", "--prior", "上年.store")
    assert done.exit_code in {0, 1}
    assert "上年.store 里有一份读不出来，没有采用" in done.stderr
