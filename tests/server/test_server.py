"""`gouji serve`: answers with the bytes of the commands, refusals in words, limits, nothing kept."""

import asyncio
import io
import json
import tempfile
import zipfile
from pathlib import Path

import pytest
import tamper
from click.testing import CliRunner
from serving import Here, serving
from source import REAL, messages

from toolkit import __version__, cli
from toolkit.blank.build import BuildError
from toolkit.campaign.bulk import Given
from toolkit.server import order
from toolkit.server.app import Tallied
from toolkit.server.gate import Bounds, ProblemError, Rate, plain_name
from toolkit.server.order import Order, Refusal, done

FREE = Bounds(burst=10_000)
NAME = "某某局.xlsx"
WRONG = tamper.put("表三", "D7", "<v>9</v>")
LAST = (REAL / "suqian_city_2023.json").read_bytes()
THIS = (REAL / "suqian_city_2024.json").read_bytes()


def zipped(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return target.getvalue()


FILES = {
    "complete": (NAME, tamper.filled()),
    "wrong": (NAME, WRONG),
    "report": ("宿迁.json", THIS),
    "broken": ("坏.xlsx", tamper.filled()[:-100]),
    "not a return": ("a.txt", b"abc"),
    "archive": ("包.zip", zipped(a_xlsx=WRONG, b_xlsx=tamper.filled(), c_jpg=b"x")),
}


@pytest.fixture(scope="module")
def server():
    """Give somebody to ask a server that all tests here share."""
    with pytest.MonkeyPatch.context() as patch, serving(patch, bounds=FREE) as found:
        yield found


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Return a function that runs a command in a folder with files in it."""

    def run(*words, **files):
        monkeypatch.chdir(tmp_path)
        for name, content in files.values():
            Path(name).write_bytes(content)
        return CliRunner().invoke(cli.gouji, [*words, "--lang", "zh"])

    return run


def said(name, lang="zh", **figures):
    return messages()["serve"][name][lang].format(**figures)


def refused(answer, status, name, **figures):
    """Assert that an answer is a refusal, in words."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": f"urn:gouji:{name}",
        "title": said("title"),
        "status": status,
        "detail": said(name, **figures),
    }
    return answer


# ── answers ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("file", FILES.values(), ids=FILES)
def test_a_check_gives_the_bytes_of_the_command(server, command, file):
    there = command("check", file[0], "--format", "json", file=file)
    answer = server.post("/v1/check?lang=zh", file=file)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert answer.content == there.stdout_bytes


def test_explanations_and_last_year_are_the_commands_too(server, command):
    files = {"file": ("今年.json", THIS), "prior": ("上年.json", LAST)}
    words = ("check", "今年.json", "--prior", "上年.json", "--explain", "--format", "json")
    there = command(*words, **files)
    answer = server.post("/v1/check?explain=1&lang=zh", **files)
    assert answer.content == there.stdout_bytes
    assert json.loads(answer.content)["files"][0]["prior"] == "given"


def test_a_return_is_filled_and_published_as_by_the_commands(server, command, tmp_path):
    file = (NAME, tamper.filled())
    command("fill", NAME, "-o", "新.xlsx", file=file)
    answer = server.post("/v1/fill", file=file)
    assert answer.content == (tmp_path / "新.xlsx").read_bytes()
    assert "filename*=UTF-8''%E6%9F%90" in answer.headers["content-disposition"]
    for style, media in (
        ("docx", "wordprocessingml"),
        ("html", "text/html"),
        ("txt", "text/plain"),
    ):
        command("publish", NAME, "-o", style, "--format", style, file=file)
        answer = server.post(f"/v1/publish?format={style}", file=file)
        made = {path.read_bytes() for path in (tmp_path / style).iterdir()}
        assert answer.content in made
        assert media in answer.headers["content-type"]


def test_a_pane_gets_findings_with_places_and_the_lines_of_the_result_area(server):
    told = server.post("/v1/pane?lang=en", file=(NAME, WRONG)).json()
    assert told["verdict"] == "fail"
    assert told["findings"][0]["cells"][0] == {"sheet": "表三", "at": "D7"}
    assert told["findings"][0]["message"].startswith("表三 D7")
    line = dict(zip(told["parts"], told["lines"][0], strict=True))
    assert (line["code"], line["severity"]) == ("balance", "错误")
    assert told["corrections"]
    unread = server.post("/v1/pane", file=FILES["not a return"]).json()
    assert (unread["verdict"], unread["read"], unread["lines"]) == ("reject", False, [])


def test_nothing_is_left_on_the_disk(server, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    for path in ("/v1/check", "/v1/fill", "/v1/publish", "/v1/pane"):
        server.post(path, file=(NAME, WRONG), prior=("上年.json", LAST))
    assert list(tmp_path.iterdir()) == []


def test_the_server_says_that_it_is_well_and_what_it_takes(server):
    assert server.ask("GET", "/healthz").json() == {"ok": True, "version": __version__}
    paths = server.ask("GET", "/openapi.json").json()["paths"]
    assert set(paths) == {"/healthz", "/v1/check", "/v1/pane", "/v1/fill", "/v1/publish"}
    check = paths["/v1/check"]["post"]
    assert set(check["responses"]) == {
        "200",
        "400",
        "408",
        "409",
        "413",
        "415",
        "422",
        "429",
        "503",
    }
    form = check["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(form["properties"]) == {"file", "prior"}


def test_files_of_a_folder_are_served_beside_it(tmp_path, monkeypatch):
    (tmp_path / "index.html").write_text("x", encoding="utf-8")
    with serving(monkeypatch, folder=tmp_path) as server:
        assert server.ask("GET", "/").text == "x"
        assert server.ask("GET", "/index.html").headers["x-content-type-options"] == "nosniff"
        refused(server.ask("GET", "/nothing"), 404, "no-such-address")
        refused(server.ask("GET", "/%2e%2e/pyproject.toml"), 404, "no-such-address")


# ── refusals ──────────────────────────────────────────────────────────────────────────────────────


def test_what_cannot_be_made_says_why(server):
    first = json.loads(server.post("/v1/check", file=(NAME, WRONG)).content)
    why = first["files"][0]["findings"][0]["message"]
    refused(server.post("/v1/publish", file=(NAME, WRONG)), 409, "unpublished", why=why)
    broken = FILES["broken"]
    told = json.loads(server.post("/v1/check", file=broken).content)["files"][0]["findings"][0]
    refused(server.post("/v1/fill", file=broken), 409, "unread", why=told["message"])
    odd = json.dumps(
        {**json.loads(THIS), "values": {"applications.received.natural_person": 10**17 + 1}}
    )
    answer = server.post("/v1/fill", file=("大.json", odd.encode()))
    assert answer.json()["detail"].startswith(said("not-filled", why=""))


def test_a_workbook_that_cannot_be_built_is_refused(server, monkeypatch):
    def refuse(*_):
        raise BuildError("表三 D7")

    monkeypatch.setattr(order, "fill", refuse)
    answer = server.post("/v1/fill", file=(NAME, WRONG))
    refused(answer, 409, "not-filled", why="表三 D7")


def test_an_upload_without_a_single_return_is_refused_where_one_is_needed(server):
    empty = ("空.zip", zipped(a_jpg=b"x"))
    refused(server.post("/v1/check", file=empty), 422, "no-return")
    refused(server.post("/v1/pane", file=FILES["archive"]), 422, "not-one", n=2)


def test_last_year_must_be_a_return_and_one_of_each_agency(server):
    file = ("今年.json", THIS)
    wrong = server.post("/v1/check", file=file, prior=("a.txt", b"abc"))
    assert wrong.json()["detail"].startswith(said("bad-prior", why=""))
    none = server.post("/v1/check", file=file, prior=("空.zip", zipped(a_jpg=b"x")))
    refused(none, 422, "bad-prior", why=said("no-return"))
    other = json.loads(LAST)
    other["values"]["applications.received.natural_person"] += 1
    both = zipped(a_json=LAST, b_json=json.dumps(other).encode())
    agency, year = other["agency"]["name"], other["year"]
    answer = server.post("/v1/check", file=file, prior=("两份.zip", both))
    refused(answer, 422, "prior-twice", agency=agency, year=year)


def test_other_requests_are_refused_in_words(server):
    refused(server.ask("POST", "/v1/check", json={}), 415, "not-a-form")
    refused(server.ask("GET", "/v1/check"), 405, "no-such-method")
    refused(server.ask("GET", "/v2"), 404, "no-such-address")
    refused(server.post("/v1/check", prior=(NAME, WRONG)), 422, "no-file")
    refused(server.post("/v1/check?lang=fr", file=(NAME, WRONG)), 422, "bad-option", names="lang")
    refused(
        server.post("/v1/publish?format=pdf", file=(NAME, b"")), 422, "bad-option", names="format"
    )
    form = {"content-type": "multipart/form-data; boundary=b"}
    broken = server.ask("POST", "/v1/check", headers=form, content=b"--b\r\nx")
    refused(broken, 400, "bad-form")
    bare = server.ask("POST", "/v1/check", headers={"content-type": "multipart/form-data"})
    refused(bare, 400, "bad-form")
    english = server.ask("POST", "/v1/check", headers={"accept-language": "en-GB"})
    assert english.json()["detail"] == said("not-a-form", "en")
    assert server.ask("POST", "/v1/check?lang=en").headers["content-language"] == "en"


@pytest.mark.parametrize("name", ["..", "a/", "\x07.xlsx", "长" * 100 + ".xlsx"])
def test_a_name_that_no_file_can_have_is_refused(name):
    with pytest.raises(ProblemError) as error:
        plain_name(name)
    assert (error.value.status, error.value.sentence) == (422, "bad-name")


def test_a_name_that_the_system_refuses_is_refused(server, monkeypatch):
    def refuse(*_):
        raise OSError

    monkeypatch.setattr(Path, "write_bytes", refuse)
    refused(server.post("/v1/check", file=(NAME, WRONG)), 422, "bad-name")


# ── limits ────────────────────────────────────────────────────────────────────────────────────────


def test_large_uploads_many_parts_and_many_requests_are_refused(monkeypatch):
    small = Bounds(body=2**20, files=2, burst=7, minute=60)
    with serving(monkeypatch, bounds=small) as server:
        big = {"file": (NAME, bytes(2**20))}
        refused(server.post("/v1/check", **big), 413, "too-large", most=1)
        form = {"content-type": "multipart/form-data; boundary=b"}

        async def pieces():
            head = 'Content-Disposition: form-data; name="file"; filename="a.xlsx"'
            yield f"--b\r\n{head}\r\n\r\n".encode()
            for _ in range(20):
                yield bytes(2**16)

        unsaid = server.ask("POST", "/v1/check", headers=form, content=pieces())
        refused(unsaid, 413, "too-large", most=1)
        three = {f"file{number}": (NAME, b"x") for number in range(3)}
        refused(server.post("/v1/check", **three), 400, "bad-form")
        for _ in range(4):
            server.post("/v1/check", file=(NAME, b"x"))
        answer = server.post("/v1/check", file=(NAME, b"x"))
        refused(answer, 429, "too-many", retry=1)
        assert answer.headers["retry-after"] == "1"


def test_addresses_have_buckets_of_their_own_that_fill_again_and_are_forgotten():
    rate = Rate(Bounds(burst=2, minute=60))
    for now in (0.0, 0.0):
        rate.take("a", now)
    with pytest.raises(ProblemError) as error:
        rate.take("a", 0.5)
    assert (error.value.status, error.value.retry) == (429, 1)
    rate.take("b", 0.5)
    rate.take("a", 2.0)
    for number in range(5000):
        rate.take(str(number), 3.0)
    assert "a" not in rate.buckets
    assert len(rate.buckets) == 4096


def test_a_slow_upload_is_ended(monkeypatch):
    with serving(monkeypatch, bounds=Bounds(seconds=0)) as server:

        async def slowly():
            for _ in range(5):
                await asyncio.sleep(0)
                yield b"--b\r\n"

        form = {"content-type": "multipart/form-data; boundary=b"}
        answer = server.ask("POST", "/v1/check", headers=form, content=slowly())
        refused(answer, 408, "too-slow-sent", seconds=0)


@pytest.mark.parametrize("full", ["reading", "waiting"])
def test_where_too_much_is_to_be_done_one_is_told_when_to_come_again(monkeypatch, full):
    with serving(monkeypatch, bounds=Bounds(**{full: 0})) as server:
        answer = server.post("/v1/check", file=(NAME, WRONG))
        refused(answer, 503, "busy", retry=2)
        assert answer.headers["retry-after"] == "2"


def test_a_file_that_costs_a_worker_is_answered_as_the_command_does(monkeypatch):
    with serving(monkeypatch, bounds=FREE) as server:
        Here.lost[:] = ["out-of-memory"]
        (file,) = server.post("/v1/check", file=(NAME, WRONG)).json()["files"]
        assert (file["verdict"], file["findings"][0]["code"]) == ("reject", "out-of-memory")
        Here.lost[:] = ["too-slow"]
        why = messages()["finding"]["too-slow"]["zh"]
        refused(server.post("/v1/fill", file=(NAME, WRONG)), 409, "given-up", why=why)
        Here.lost[:] = ["crashed"]
        (file,) = server.post("/v1/check", file=(NAME, WRONG)).json()["files"]
        assert file["verdict"] == "fail"
        Here.lost[:] = ["crashed", "crashed", "crashed"]
        answer = server.post("/v1/check", file=(NAME, WRONG))
        refused(answer, 503, "busy", retry=5)


def test_a_worker_is_replaced_after_so_many_orders(monkeypatch):
    monkeypatch.setattr(Here, "closed", 0)
    with serving(monkeypatch, bounds=Bounds(each=2)) as server:
        for _ in range(5):
            assert server.post("/v1/check", file=(NAME, b"x")).status_code == 200
        assert Here.closed == 2


def test_a_fault_of_the_program_is_said_and_its_text_is_not(monkeypatch):
    with serving(monkeypatch) as server:
        monkeypatch.setattr(Here, "each", lambda *_: 1 / 0)
        answer = refused(server.post("/v1/check", file=(NAME, WRONG)), 500, "failed")
        assert "division" not in answer.text


def test_only_counts_are_told(monkeypatch):
    told = []
    with serving(monkeypatch, tell=told.append) as server:
        server.served.counts["/v1/check 200"] = 998
        server.post("/v1/check", file=(NAME, b"x"))
        assert told == []
        server.ask("GET", "/某某局")
        assert told == ["/ 404: 1, /v1/check 200: 999"]
    assert told[1:] == told[:1]


def test_what_is_no_request_passes_through(server):
    async def whole(scope, *_):
        told.append(scope["type"])

    told: list[str] = []
    server.portal.call(Tallied(whole, print), {"type": "lifespan"}, None, None)
    assert told == ["lifespan"]


def test_without_this_years_edition_a_worker_is_ready_all_the_same(monkeypatch):
    monkeypatch.setattr(order, "for_year", lambda *_: None)
    assert order.ready("", Given()) is None


# ── in a worker of its own ────────────────────────────────────────────────────────────────────────


def test_an_order_that_is_refused_comes_back_as_a_refusal(tmp_path):
    (tmp_path / "returns").mkdir()
    (tmp_path / "returns" / "a.zip").write_bytes(zipped(a_jpg=b"x"))
    assert done(Order("check", "a.zip"), str(tmp_path), Given()) == Refusal("no-return")
