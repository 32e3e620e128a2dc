import gzip
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from toolkit.campaign import fetching
from toolkit.campaign.fetching import NotFetched, Visitor, hosts, is_private, pages
from toolkit.campaign.roster import Member
from toolkit.cli import gouji

PAGE = "<html><body><p>年报".encode()
ANSWERS = {
    "/robots.txt": (200, {}, b"User-agent: *\nDisallow: /closed\nCrawl-delay: 1\n"),
    "/a.html": (200, {}, PAGE),
    "/zip": (200, {"Content-Encoding": "gzip"}, gzip.compress(PAGE)),
    "/bomb": (200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(11 * 2**20))),
    "/bad-zip": (200, {"Content-Encoding": "gzip"}, b"no gzip"),
    "/a.pdf": (200, {"Content-Type": "application/pdf"}, b"%PDF-1.7 x"),
    "/a.txt": (200, {"Content-Type": "text/plain"}, "一、总体情况".encode()),
    "/json": (200, {"Content-Type": "application/json"}, b'{"a": 1}'),
    "/image": (200, {"Content-Type": "image/png"}, b"\x89PNG\0\0"),
    "/empty": (200, {}, b" "),
    "/large": (200, {}, b"<p>" + b"x" * (10 * 2**20)),
    "/moved": (302, {"Location": "/a.html"}, b""),
    "/lost": (302, {}, b""),
    "/round": (301, {"Location": "/round"}, b""),
    "/file": (302, {"Location": "file:///etc/passwd"}, b""),
    "/closed/a": (200, {}, PAGE),
    "/into": (308, {"Location": "/closed/a"}, b""),
    "/年报": (200, {}, PAGE),
}


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path == "/slow":
            self.server.free.wait(20)
            return
        path = self.path.replace("%E5%B9%B4%E6%8A%A5", "年报")
        status, head, body = self.server.answers.get(path, (404, {}, b"none"))
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", **head}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked, server.answers, server.free = [], dict(ANSWERS), threading.Event()
    server.home = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.free.set()
    server.shutdown()
    server.server_close()


def visitor(**more):
    return Visitor(frozenset({"127.0.0.1"}), 0.0, lambda _: None, **more)


def why(url, reader=None):
    with pytest.raises(NotFetched) as caught:
        (reader or visitor()).page(url)
    return caught.value.message.name


def test_pages_are_saved_under_their_agencys_names_and_not_fetched_twice(site, tmp_path):
    members = [
        Member("甲局", url=f"{site.home}/a.html", row=2),
        Member("乙/局", url=f"{site.home}/a.pdf", row=3),
        Member("乙_局", url=f"{site.home}/a.txt", row=4),
        Member("丙局", row=5),
        Member("丁局", url=f"{site.home}/none", row=6),
    ]
    found = list(pages(members, tmp_path, visitor()))
    assert [one.path and one.path.name for one in found] == [
        "甲局.html", "乙_局.pdf", "乙_局-4.txt", None]  # fmt: skip
    assert (tmp_path / "甲局.html").read_bytes() == PAGE
    assert found[3].why["zh"] == "网站答复 404。"
    assert site.asked == ["/robots.txt", "/a.html", "/a.pdf", "/a.txt", "/none"]
    again = list(pages(members, tmp_path, visitor()))
    assert [one.kept for one in again] == [True, True, True, False]
    (tmp_path / "甲局.html").write_bytes(b"old")
    list(pages(members[:1], tmp_path, visitor(), force=True))
    assert (tmp_path / "甲局.html").read_bytes() == PAGE


def test_redirects_packed_answers_and_chinese_addresses_are_read(site):
    for path in ("/moved", "/zip", "/年报", "/a.html?x=年#y"):
        site.answers["/a.html?x=%E5%B9%B4"] = ANSWERS["/a.html"]
        assert visitor().page(site.home + path) == PAGE


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/closed/a", "robots"), ("/into", "robots"), ("/large", "large"), ("/bomb", "large"),
        ("/bad-zip", "unreachable"), ("/image", "type"), ("/json", "type"), ("/empty", "type"),
        ("/none", "status"), ("/lost", "status"), ("/round", "redirects"), ("/file", "address"),
    ],
)  # fmt: skip
def test_what_is_not_fetched_has_its_sentence(site, path, name):
    assert why(site.home + path) == name


@pytest.mark.parametrize(
    "url",
    ["ftp://a/b", "http://", "http://u:p@127.0.0.1/", "http://a:x/", "file:///etc/passwd", "a"],
)
def test_only_pages_by_http_are_asked_for(url):
    assert why(url) == "address"


@pytest.mark.parametrize(
    ("status", "name"), [(404, None), (401, "robots"), (403, "robots"), (500, "status")]
)
def test_a_robots_txt_that_is_not_there_allows_all_and_a_closed_one_nothing(site, status, name):
    site.answers["/robots.txt"] = (status, {}, b"")
    reader = visitor()
    for _ in range(2):
        if name is None:
            assert reader.page(f"{site.home}/closed/a") == PAGE
        else:
            assert why(f"{site.home}/a.html", reader) == name
    assert site.asked.count("/robots.txt") == 1


def test_a_host_is_asked_after_a_pause_of_its_own(site):
    waited = []
    reader = Visitor(frozenset({"127.0.0.1"}), 0.5, waited.append)
    reader.page(f"{site.home}/a.html")
    reader.page(f"{site.home}/a.pdf")
    assert [round(seconds) for seconds in waited] == [1, 1]


def test_a_slow_answer_is_given_up(site, monkeypatch):
    monkeypatch.setattr(fetching, "QUIET", 0.2)
    assert why(f"{site.home}/slow") == "slow"
    monkeypatch.setattr(fetching, "QUIET", 10.0)
    monkeypatch.setattr(fetching, "SECONDS", 0.3)
    reader = visitor()
    reader.page(f"{site.home}/a.html")
    assert why(f"{site.home}/slow", reader) == "slow"


def test_a_host_that_is_not_there_is_named():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert why(f"http://127.0.0.1:{port}/") == "unreachable"


def test_an_answer_that_is_cut_off_is_named(monkeypatch):
    def broken(*_, **__):
        raise TimeoutError

    monkeypatch.setattr(fetching.request.OpenerDirector, "open", broken)
    assert why("http://127.0.0.1/") == "slow"

    def late(*_, **__):
        raise fetching.URLError(TimeoutError())

    monkeypatch.setattr(fetching.request.OpenerDirector, "open", late)
    assert why("http://127.0.0.1/") == "slow"

    def gone(*_, **__):
        raise ConnectionResetError

    monkeypatch.setattr(fetching.request.OpenerDirector, "open", gone)
    assert why("http://127.0.0.1/") == "unreachable"


def test_a_public_page_never_leads_to_an_inner_address_that_is_not_listed(monkeypatch):
    monkeypatch.setattr(fetching, "is_private", lambda host: host.startswith("10."))
    reader = Visitor(frozenset({"www.example.cn", "10.0.0.2"}), 0.0)
    public, inner = "http://www.example.cn/", "http://10.0.0.1/a"
    with pytest.raises(NotFetched) as caught:
        reader.redirected(public, inner)
    assert caught.value.message.name == "private"
    assert reader.redirected(public, "http://10.0.0.2/a") == "http://10.0.0.2/a"
    assert reader.redirected("http://10.0.0.2/", inner) == inner
    assert reader.redirected(public, f"{public}b") == "http://www.example.cn/b"


def test_addresses_are_private_unless_all_are_of_the_internet(monkeypatch):
    assert is_private("127.0.0.1")
    assert is_private("a..b")
    given = [(0, 0, 0, "", ("8.8.8.8", 0)), (0, 0, 0, "", ("2001:4860:4860::8888", 0, 0, 0))]
    monkeypatch.setattr(fetching.socket, "getaddrinfo", lambda *_: given)
    assert not is_private("www.example.cn")
    given.append((0, 0, 0, "", ("fe80::1%eth0", 0, 0, 2)))
    assert is_private("www.example.cn")


def test_hosts_are_those_of_the_roster_in_ascii():
    members = [
        Member("甲", url="http://例子.cn:80/x"),
        Member("乙"),
        Member("丙", url="http://[::1]/"),
    ]
    assert hosts(members) == {"xn--fsqu00a.cn", "::1"}


def test_the_command_tells_each_failure_and_the_numbers(site, tmp_path, monkeypatch):
    monkeypatch.setattr(fetching, "PAUSE", 0.0)
    roster, out = tmp_path / "r.csv", tmp_path / "pages"
    site.answers["/robots.txt"] = (404, {}, b"")

    def run(text, *more):
        roster.write_text(f"name,网址\n{text}", encoding="utf-8")
        done = CliRunner().invoke(gouji, ["fetch", "--roster", str(roster), "--lang", "en", *more])
        assert not done.exception or isinstance(done.exception, SystemExit)
        return done

    lines = f"甲局,{site.home}/a.html\n乙局,{site.home}/none\n丙局,\n"
    done = run(lines, "-o", str(out))
    assert done.exit_code == 1
    assert f"乙局: The site answered 404. Not fetched: {site.home}/none." in done.output
    assert (
        "1 fetched, 0 there already, 1 failed; 1 agency of the roster without an address"
        in done.output
    )
    assert [path.name for path in out.iterdir()] == ["甲局.html"]
    done = run(f"甲局,{site.home}/a.html\n", "-o", str(out))
    assert (done.exit_code, "0 fetched, 1 there already" in done.output) == (0, True)
    assert run(lines).exit_code == 2
    assert "has no addresses" in run("甲局,\n", "-o", str(out)).output
    assert run("甲局,ftp://a\n", "-o", str(out)).exit_code == 2
    assert Path(out).is_dir()
