"""gouji.html in a browser without a network: its guarantees."""

import socketserver
from threading import Thread

import browser
import pytest
import source

PROBE = """async (host) => {
    const told = [];
    const tried = (name, act) => Promise.resolve().then(act)
        .then(() => told.push(name + " went out"), () => {});
    const ask = (address) => (self.WorkerGlobalScope?.prototype ?? self).fetch.call(self, address);
    await tried("fetch", () => ask("http://" + host + "/a"));
    await tried("data", () => ask("data:text/plain,a"));
    await tried("request", () => new Promise((good, bad) => {
        const one = new XMLHttpRequest();
        one.onload = good;
        one.onerror = bad;
        one.open("GET", "http://" + host + "/b");
        one.send();
    }));
    await tried("socket", () => new Promise((good, bad) => {
        const one = new WebSocket("ws://" + host + "/c");
        one.onopen = good;
        one.onerror = bad;
    }));
    await tried("events", () => new Promise((good, bad) => {
        const one = new EventSource("http://" + host + "/d");
        one.onopen = good;
        one.onerror = bad;
    }));
    await tried("eval", () => (0, eval)("1"));
    await tried("function", () => new Function("1")());
    return told;
}"""
"""Ways out of a page, and ways for a text to become a script; returns the open ones.

The worker's own `fetch` is ours and returns parts of the page; the browser's is behind it.
"""

FOREIGN = """async (host) => {
    const told = [];
    addEventListener("securitypolicyviolation", (event) => told.push(event.effectiveDirective));
    navigator.sendBeacon("http://" + host + "/e", "x");
    for (const [name, attributes] of [
        ["img", { src: "http://" + host + "/f.png" }],
        ["script", { src: "http://" + host + "/g.js" }],
        ["link", { rel: "stylesheet", href: "http://" + host + "/h.css" }],
        ["iframe", { src: "http://" + host + "/i" }],
    ]) document.body.append(page.make(name, attributes));
    const inline = document.createElement("script");
    inline.textContent = "window.ran = true";
    document.body.append(inline);
    document.body.insertAdjacentHTML("beforeend", '<p onclick="window.ran = true" id="probe">x</p>');
    document.getElementById("probe").click();
    await new Promise((done) => setTimeout(done, 300));
    return { told: told.sort(), ran: "ran" in window };
}"""


def test_the_page_opens_from_disk_and_says_that_it_is_ready(page, built):
    words = source.messages()["page"]
    assert page.locator("#engine").inner_text() == words["engine-ready"]["zh"]
    assert page.title() == words["title"]["zh"]
    assert page.url == built.as_uri()


@pytest.fixture
def listener():
    """Give the address of a reachable server, and the list of its requests.

    Chromium may open a connection ahead of a frame that it then refuses: no data comes by it.
    """
    came = []

    class Note(socketserver.BaseRequestHandler):
        def handle(self):
            came.extend(filter(None, [self.request.recv(99)]))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Note) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield "{}:{}".format(*server.server_address), came
        server.shutdown()


def test_nothing_gets_out_of_the_page_and_no_text_becomes_a_script(chromium, built, listener):
    host, came = listener
    faults = []
    with browser.opened(chromium, built, faults, offline=False) as page:
        assert page.evaluate(PROBE, host) == []
        found = page.evaluate(FOREIGN, host)
        assert page.workers[0].evaluate(PROBE, host) == []
    assert found == {
        "told": [
            *("connect-src", "frame-src", "img-src", "script-src-attr"),
            *("script-src-elem", "script-src-elem", "style-src-elem"),
        ],
        "ran": False,
    }
    assert sum("Content Security Policy" in fault for fault in faults) >= 14, faults
    assert came == []


def test_the_probes_reach_a_server_from_a_page_without_a_policy(chromium, listener):
    host, came = listener
    context = chromium.new_context()
    page = context.new_page()
    assert "eval went out" in page.evaluate(PROBE, host)
    context.close()
    assert came


@pytest.mark.parametrize("part", ["std", "own"])
def test_an_engine_that_cannot_begin_says_so_at_once(chromium, built, part):
    context = chromium.new_context(offline=True)
    context.add_init_script(
        """addEventListener("DOMContentLoaded", () => {
            // No bytes, packed by gzip.
            document.getElementById("part-PART").textContent = "H4sIAAAAAAACAwMAAAAAAAAAAAA=";
        }, true);""".replace("PART", part)
    )
    page = context.new_page()
    page.goto(built.as_uri())
    before, after = source.messages()["page"]["engine-failed"]["zh"].split("{why}")
    page.wait_for_function(
        "(before) => page.at('engine').innerText.startsWith(before)", arg=before, timeout=30_000
    )
    assert after in page.inner_text("#engine")
    context.close()
