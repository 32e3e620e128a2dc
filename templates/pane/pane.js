// The pane beside an open workbook: what is asked, what is shown, where a click leads.
(() => {
  const { at, say, make, lang } = page;
  const DESK = "agency";
  const CODES = ["too-slow", "out-of-memory", "crashed"];
  const EACH = 30000;
  let host = null;
  let told = null;
  let doing = ["starting", {}];

  function status(words, figures = {}) {
    doing = [words, figures];
    at("doing").textContent = say(words, figures);
  }

  // ── asking ──
  async function judged(name, data) {
    const ask = (question, given = {}) => engine.ask(question, given, EACH, DESK);
    await engine.lay(`${DESK}/returns`, [{ name, data }]);
    const { paths } = await ask("listed");
    for (const path of paths) {
      try {
        await ask("examined", { path });
      } catch (error) {
        if (!CODES.includes(error.message)) throw error;
        await ask("listed");
        await ask("lost", { path, code: error.message });
      }
    }
    return ask("pane-shown", { lang: lang() });
  }

  // The office's own server judges: its refusals come with a sentence.
  async function sent(name, data) {
    const form = new FormData();
    form.append("file", data, name);
    const answer = await fetch(`v1/pane?lang=${lang()}`, { method: "POST", body: form });
    const content = await answer.json();
    return answer.ok ? content : { why: content.detail };
  }

  async function asked() {
    const { name, data, sheets } = await host.read();
    at("book").textContent = name;
    at("whole").textContent = say(data ? "whole" : "values");
    if (data) return page.backEnd ? sent(name, data) : judged(name, data);
    if (page.backEnd) return { why: say("back-end-whole") };
    return engine.ask("pane-valued", { name, sheets, lang: lang() }, EACH, DESK);
  }

  // ── showing ──
  async function go({ sheet, at: cell }) {
    try {
      await host.select(sheet, cell);
    } catch {
      status("no-select", { sheet, cell });
    }
  }

  function finding(one) {
    const [first] = one.cells;
    const severity = make("b", {}, say(one.severity));
    const words = [severity, " ", make("span", {}, one.message)];
    const inside =
      first && host.select
        ? make("button", { type: "button", class: "go", onclick: () => go(first) }, ...words)
        : make("p", {}, ...words);
    return make("li", { class: one.severity }, inside);
  }

  function show(explained) {
    const { verdict, findings, corrections, remarks, open } = told;
    const count = (severity) => findings.filter((one) => one.severity === severity).length;
    const figures = { errors: count("error"), warnings: count("warning") };
    at("told").hidden = false;
    at("told").className = verdict;
    at("verdict").textContent = say(verdict, figures);
    at("findings").replaceChildren(...findings.map(finding));
    const lines = [...remarks, ...(open ? [say("open", { n: open })] : [])];
    at("remarks").replaceChildren(...lines.map((line) => make("li", {}, line)));
    const fixes = corrections.length ? corrections : [say(findings.length ? "no-fix" : "no-need")];
    at("fixes").hidden = !explained;
    at("fixes-list").replaceChildren(...fixes.map((line) => make("li", {}, line)));
    (explained ? at("fixes-name") : at("verdict")).focus();
  }

  // ── buttons ──
  function pressed(work) {
    return async () => {
      const buttons = document.querySelectorAll("#buttons button");
      for (const one of buttons) one.disabled = true;
      try {
        await work();
      } catch (error) {
        const why = error.message === "no-file" ? say("no-file") : error.message;
        status("failed", { why: why.trim().split("\n").pop() });
      } finally {
        for (const one of buttons) one.disabled = false;
      }
    };
  }

  async function check(explained) {
    const began = performance.now();
    status("checking");
    const answer = await asked();
    if (answer?.why || !answer) {
      told = null;
      at("told").hidden = true;
      return status("failed", { why: answer?.why ?? say("no-file") });
    }
    told = answer;
    show(explained);
    at("told").dataset.took = Math.round(performance.now() - began);
    if (explained || !host.write) return status("checked");
    const [first] = told.findings.flatMap((one) => one.cells);
    const written = told.read && (await area.write(host, told).catch(() => null));
    if (first) await host.select(first.sheet, first.at).catch(() => {});
    status(written ? "written" : written === null ? "not-written" : "no-area");
  }

  async function clear() {
    told = told ?? (await asked());
    const done = told.sheet && (await area.clear(host, told).catch(() => null));
    at("told").hidden = true;
    status(done ? "cleared" : done === null ? "not-written" : "no-area");
  }

  // ── beginning ──
  // WPS first: it may have an Office of its own.
  async function chosen() {
    if (wpsHost.here()) return wpsHost;
    const late = new Promise((done) => setTimeout(done, 3000, {}));
    const { host: name } = window.Office ? await Promise.race([Office.onReady(), late]) : {};
    return name === "Excel" ? excelHost : browserHost;
  }

  async function begin() {
    const began = performance.now();
    at("language").addEventListener("click", page.switched);
    page.spoken(() => status(...doing));
    page.spoken(() => told && !at("told").hidden && pressed(() => check(!at("fixes").hidden))());
    page.begin();
    host = await chosen();
    at("host").dataset.say = `host-${host.words}`;
    at("host").textContent = say(`host-${host.words}`);
    host.begin?.();
    document.addEventListener(
      "taken",
      pressed(() => check(false)),
    );
    at("check").addEventListener(
      "click",
      pressed(() => check(false)),
    );
    at("explain").addEventListener(
      "click",
      pressed(() => check(true)),
    );
    at("clear").addEventListener("click", pressed(clear));
    at("clear").hidden = !host.write;
    try {
      if (!page.backEnd) await engine.start();
    } catch (error) {
      return status("not-started", { why: error.message });
    }
    for (const one of document.querySelectorAll("#buttons button")) one.disabled = false;
    status("ready");
    at("doing").dataset.ready = Math.round(performance.now() - began);
    if (!page.backEnd) engine.ask("warmed", {}, EACH, DESK).catch(() => {});
  }

  document.addEventListener("DOMContentLoaded", begin);
})();
