// The office's tabs: what is dropped, what is under way, what came of it.
// One thing is done at a time, in the tab it was asked for; it can be stopped.
const work = (() => {
  let under = null;
  let stops = 0;
  let tail = Promise.resolve();
  const tellers = [];

  // What a tab shows while something is done there: words, how far it is, a button that stops it.
  function place(pane) {
    const [told, bar, stop] = [".stands", ".bar-of", ".stop"].map(
      (name) => page.all(name, page.at(pane))[0],
    );
    let last = null;
    const say = (words, figures = {}) => {
      last = words && { words, figures };
      told.textContent = words ? page.say(words, figures) : "";
      bar.hidden = !under || figures.done === undefined;
      if (!bar.hidden) Object.assign(bar, { max: Math.max(figures.all, 1), value: figures.done });
    };
    tellers.push(() => last && say(last.words, last.figures));
    stop.addEventListener("click", () => {
      stops += 1;
      under?.abort();
      engine.stop("stopped");
    });
    return {
      say,
      busy: (is) => {
        stop.hidden = !is;
        bar.hidden = true;
      },
    };
  }
  page.spoken(() => {
    for (const tell of tellers) tell();
  });

  function failed(error) {
    return { why: page.why(error) };
  }

  // here: a place; doing(signal) does it once what is under way is done. What waits when something
  // is stopped is not done at all.
  function run(here, doing) {
    const asked = stops;
    if (under) here.say("office-busy");
    tail = tail.then(() => (asked === stops ? begun(here, doing) : here.say(null)));
    return tail;
  }

  async function begun(here, doing) {
    under = new AbortController();
    const { signal } = under;
    here.busy(true);
    try {
      await doing(signal);
    } catch (error) {
      if (signal.aborted) here.say("office-halted");
      else here.say("office-failed", failed(error));
    } finally {
      under = null;
      here.busy(false);
    }
  }

  return { place, run, busy: () => under !== null };
})();

// Sentences that come in both languages: {zh, en}.
const inOurs = (both) => both[page.lang()];
const paragraph = (words, figures) => page.make("p", {}, page.say(words, figures));
const listed = (lines) => page.make("ul", {}, ...lines.map((line) => page.make("li", {}, line)));

// ── 检查 ──
// biome-ignore lint/correctness/noUnusedVariables: other scripts of the page use it.
const checking = (() => {
  const { at, say, make, drop, lang } = page;
  const here = work.place("pane-check");
  const same = { files: [], prior: [] };
  // result: what the last check gave; ended: how far it came where it was stopped.
  let result = null;
  // What may hold a return and was not read, where there is no board that names it.
  let unopened = [];

  // ── what was dropped ──
  function size(files) {
    return (files.reduce((sum, { data }) => sum + data.size, 0) / 2 ** 20).toFixed(1);
  }

  function removal(kind, name) {
    return make(
      "button",
      {
        type: "button",
        "aria-label": say("office-remove-one", { name }),
        onclick: () => taken(() => office.remove(kind, [name])),
      },
      say("office-remove"),
    );
  }

  function some(names) {
    const shown = names.slice(0, 8).join(say("check-between"));
    return names.length > 8 ? say("check-more", { names: shown, n: names.length }) : shown;
  }

  function showFiles(kind) {
    const files = office.get()[kind];
    const place = at(`check-${kind}-taken`);
    const open = place.querySelector("details")?.open ?? false;
    place.replaceChildren();
    if (same[kind].length)
      place.append(make("p", { class: "remark" }, say("check-same", { names: some(same[kind]) })));
    if (!files.length) return;
    const lines = files.map(({ name }) =>
      make("li", {}, make("bdi", {}, name), " ", removal(kind, name)),
    );
    const all = make(
      "button",
      { type: "button", onclick: () => taken(() => office.remove(kind)) },
      say("office-remove-all"),
    );
    place.append(
      make(
        "details",
        { open },
        make("summary", {}, say("check-taken", { n: files.length, size: size(files) })),
        make("p", {}, all),
        make("ul", { class: "names" }, ...lines),
      ),
    );
  }

  function showList(kind, good) {
    const file = office.get()[kind];
    const told = office.told[kind];
    const place = at(`check-${kind}-taken`);
    place.replaceChildren();
    if (!file) return;
    const remove = make(
      "button",
      {
        type: "button",
        "aria-label": say("office-remove-one", { name: file.name }),
        onclick: () => taken(() => office.set(kind, null)),
      },
      say("office-remove"),
    );
    place.append(make("p", {}, make("bdi", {}, file.name), " ", remove));
    if (told?.wrong) {
      const lines = inOurs(told.wrong);
      place.append(
        make(
          "div",
          { class: "amiss" },
          paragraph(`check-${kind}-bad`, { n: lines.length }),
          listed(lines),
        ),
      );
    } else if (told?.lost) {
      place.append(
        make("p", { class: "amiss" }, say("office-lost", { why: say(`why-${told.lost}`) })),
      );
    } else if (told) place.append(paragraph(`check-${kind}-good`, { n: told[good] }));
  }

  function showLast() {
    showFiles("prior");
    const place = at("check-prior-taken");
    const { last, ignored } = office.told;
    if (!office.get().prior.length || !last) return;
    if (last.twice) {
      place.append(make("p", { class: "amiss" }, say("check-prior-twice", last.twice)));
    } else place.append(paragraph("check-prior-good", { n: last.reports }));
    if (ignored)
      place.append(make("p", { class: "remark" }, say("check-prior-ignored", { n: ignored })));
    const unread = office.unread();
    if (!unread.length) return;
    const lines = unread.map(({ path, why }) => toldOf(path, inOurs(why)));
    place.append(
      make(
        "div",
        { class: "amiss" },
        paragraph("check-prior-unread", { n: unread.length }),
        listed(lines),
      ),
    );
  }

  const toldOf = (path, why) => make("span", {}, make("bdi", {}, path), say("office-colon"), why);

  function showYear() {
    const typed = office.get().year.trim();
    if (at("check-year").value.trim() !== typed) page.put(at("check-year"), typed);
    const words = !typed
      ? "check-year-told"
      : office.year() === null
        ? "check-year-bad"
        : office.get().roster
          ? null
          : "check-year-alone";
    at("check-year-told").textContent = words ? say(words) : "";
  }

  function show() {
    showFiles("files");
    showList("roster", "members");
    showList("waivers", "waivers");
    showLast();
    showYear();
    showSaid();
    showStep();
    for (const one of page.all(".needs")) one.hidden = office.checked();
  }

  // One button is in colour: choosing files, then checking them, then what follows from the result.
  function showStep() {
    const { files } = office.get();
    const done = office.checked() && result !== null;
    at("check-gets").hidden = !done;
    at("check-accepted").hidden = !done || !Object.keys(result.settled).length;
    at("check-files").classList.toggle("filled", files.length > 0);
    at("check-run").hidden = done;
    at("check-more").hidden = !done;
    at("check-run").classList.toggle("chief", files.length > 0);
    at("check-next").replaceChildren(
      ...(done ? [page.step(result.due ? "notices" : "rollup")] : []),
    );
    if (!result) page.folded(at("check-given"), null);
    else if (!files.length) at("check-given").open = true;
  }

  function folding() {
    const n = Object.values(result.verdicts).reduce((sum, count) => sum + count, 0);
    return say("check-folded", { n });
  }

  // What was not looked at, and what became of the waivers.
  function showSaid() {
    const place = at("check-said");
    place.replaceChildren();
    if (unopened.length)
      place.append(
        paragraph("check-passed", { n: unopened.length }),
        listed(unopened.map(({ path, said }) => toldOf(path, inOurs(said)))),
      );
    if (!result) return;
    if (!office.checked()) place.append(make("p", { class: "amiss" }, say("check-old")));
    const seen = page.all(".totals", at("check-board")).length;
    if (result.ignored && !seen) place.append(paragraph("check-ignored", { n: result.ignored }));
    place.append(...(office.checked() ? settling.line(result) : []));
    if (result.idle.length)
      place.append(
        paragraph("check-waivers-idle", { n: result.idle.length }),
        listed(result.idle.map(inOurs)),
      );
  }

  // ── what is done ──
  // A change; what the desk is to know of it is told right away, or after what is under way.
  async function taken(change) {
    unopened = [];
    await change();
    show();
    if (office.waiting()) await prepare();
  }

  async function prepare() {
    await work.run(here, async (signal) => {
      if (!office.waiting()) return;
      here.say("office-preparing");
      await office.prepare(signal, (done, all) => here.say("office-reading", { done, all }));
      here.say(signal.aborted ? "office-halted" : null);
    });
    show();
  }

  async function check() {
    if (!office.get().files.length) return here.say("check-none");
    let done = 0;
    let all = 0;
    const began = performance.now();
    await work.run(here, async (signal) => {
      here.say("office-preparing");
      const whole = await office.check(
        signal,
        (read, left) => here.say("office-reading", { done: read, all: left }),
        (now, of) => {
          [done, all] = [now, of];
          here.say("check-under-way", { done, all });
        },
      );
      if (whole) {
        if (!all) return nothing(officeDesk.passed());
        here.say("check-board");
        const focused = document.activeElement === at("check-run");
        await exhibited();
        here.say("check-done", { all, seconds: ((performance.now() - began) / 1000).toFixed(1) });
        show();
        page.folded(at("check-given"), folding());
        if (focused) at("check-next").firstElementChild?.focus();
      } else stopped(signal, done, all);
    });
    show();
    for (const pane of ["pane-notices", "pane-rollup"])
      if (!at(pane).hidden) at(pane).dispatchEvent(new Event("opened"));
  }

  function stopped(signal, done, all) {
    if (signal.aborted && all) here.say("office-stopped", { done, all });
    else here.say(signal.aborted ? "office-halted" : "check-blocked");
    // What is in the way is marked there.
    if (!signal.aborted) at("check-given").open = true;
  }

  function nothing(passed = []) {
    result = null;
    unopened = passed;
    exhibit(at("check-board"), "");
    here.say("check-empty");
  }

  async function exhibited() {
    unopened = [];
    result = await office.ask("campaign", { lang: lang() }, office.LONG);
    if (settling.outdated(result)) {
      await office.tellSettled();
      result = await office.ask("campaign", { lang: lang() }, office.LONG);
    }
    exhibit(at("check-board"), result.html);
  }

  // Something was decided: the board is drawn anew and looked at as before.
  async function redrawn(near) {
    if (!office.checked()) return;
    await work.run(here, async () => {
      await office.tellSettled();
      const again = settling.looked();
      await exhibited();
      here.say(null);
      again(near);
    });
    showSaid();
    showStep();
    rolling.forget();
  }
  settling.onDecided(redrawn);

  function getAccepted() {
    return work.run(here, async () => {
      const date = new Date().toLocaleDateString("sv-SE");
      const content = await office.ask("accepted", { by: office.by(), date }, office.LONG);
      page.download(say("check-name-accepted"), content);
    });
  }
  at("check-accepted").addEventListener("click", getAccepted);

  const TYPES = { html: "text/html", csv: "text/csv", json: "application/json" };
  function get(style) {
    return work.run(here, async () => {
      const content = await office.ask("written", { style, lang: lang() }, office.LONG);
      const marked = style === "csv" ? new Blob(["\ufeff", content]) : content;
      page.download(say(`check-name-${style}`), marked, TYPES[style]);
    });
  }

  // ── the tab ──
  const line = page.all("summary", at("check-given"))[0];
  // What comes to returns of which there is a result is checked at once.
  async function more(kind, files) {
    const before = office.get().files.length;
    await taken(async () => {
      same[kind] = await office.add(kind, files);
    });
    if (kind === "files" && before && result && !office.checked()) await check();
  }
  for (const kind of ["files", "prior"]) {
    const also = kind === "files" ? line : null;
    const choose = drop(
      at(`check-${kind}`),
      `check-${kind}-drop`,
      { many: true, folder: true, also },
      (files) => more(kind, files),
    );
    if (kind === "files") at("check-more").addEventListener("click", choose);
  }
  for (const kind of ["roster", "waivers"]) {
    drop(at(`check-${kind}`), `check-${kind}-drop`, { many: false, folder: false }, ([file]) =>
      taken(() => {
        office.set(kind, { name: file.name.split("/").pop(), data: file.data });
      }),
    );
  }
  // Each sign is taken as it is typed, so that nothing older is ever put in its place.
  at("check-year").addEventListener("input", ({ target }) => office.set("year", target.value));
  at("check-year").addEventListener("change", () => taken(() => {}));
  at("check-run").addEventListener("click", check);
  document.addEventListener("editions", () => taken(office.outdated));
  // What another tab was given holds here.
  document.addEventListener("given", show);
  at("pane-check").addEventListener("opened", () => {
    if (office.waiting()) prepare();
  });
  for (const button of page.all("[data-get]"))
    button.addEventListener("click", () => get(button.dataset.get));
  let spokenIn = lang();
  page.spoken(() => {
    show();
    if (result) line.textContent = folding();
    if (office.checked() && spokenIn !== lang() && !work.busy()) work.run(here, exhibited);
    spokenIn = lang();
  });
  office.onRestored({
    shown: (asked) => {
      if (asked) nothing();
      here.say(null);
      show();
      rolling.forget();
      rolling.show();
    },
    done: (was) => {
      show();
      if (was) check();
      else if (office.waiting()) prepare();
    },
  });
})();

// ── 退回通知 ──
(() => {
  const { at, say, make } = page;
  const here = work.place("pane-notices");
  let found = null;
  // Whether it was packed since it was listed.
  let sent = false;
  let unaddressed = [];

  const opener = (one) =>
    make(
      "button",
      {
        type: "button",
        "aria-label": say("notices-letter-of", { name: one.agency }),
        onclick: () => letter(one),
      },
      say("notices-letter"),
    );

  function line(one) {
    const why = one.first ? inOurs(one.first) : "";
    const more = one.errors > 1 ? say("notices-others", { n: one.errors - 1 }) : "";
    return make(
      "tr",
      {},
      make(
        "th",
        { scope: "row" },
        make("bdi", {}, one.agency),
        make("small", {}, make("bdi", {}, one.path)),
      ),
      make("td", {}, say(`notices-${one.verdict}`)),
      make("td", {}, why + more),
      make("td", {}, opener(one)),
    );
  }

  function absent(agency) {
    const one = { agency, path: "" };
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, make("bdi", {}, agency)),
      make("td", {}, say("notices-missing")),
      make("td", {}),
      make("td", {}, opener(one)),
    );
  }

  const table = (look, lines) =>
    make(
      "table",
      { class: look },
      make(
        "thead",
        {},
        make(
          "tr",
          {},
          ...["notices-agency", "notices-state", "notices-why", "notices-letter"].map((name) =>
            make("th", { scope: "col" }, say(name)),
          ),
        ),
      ),
      make("tbody", {}, ...lines),
    );

  const all = () => found.due.length + found.missing.length;

  function following() {
    if (!found) return [];
    if (!all()) return [page.step("rollup")];
    return sent ? [page.step("check", "again")] : [];
  }

  function show() {
    const { sender, due, mail } = office.get().sending;
    page.put(at("notices-sender"), sender);
    page.put(at("notices-due"), due);
    page.put(at("notices-mail"), mail);
    const place = at("notices-list");
    place.replaceChildren();
    for (const id of ["notices-get", "notices-terms"]) at(id).hidden = !found || !all();
    at("notices-get").classList.toggle("chief", !sent);
    at("notices-next").replaceChildren(...following());
    if (!found) return;
    place.append(
      paragraph(found.due.length ? "notices-count" : "notices-none", { n: found.due.length }),
    );
    if (found.due.length) place.append(table("dues due", found.due.map(line)));
    if (found.missing.length)
      place.append(
        paragraph("notices-absent", { n: found.missing.length }),
        table("dues", found.missing.map(absent)),
      );
    if (unaddressed.length)
      place.append(
        make(
          "div",
          { class: "amiss" },
          paragraph("notices-unaddressed", { n: unaddressed.length }),
          listed(unaddressed),
        ),
      );
    if (found.unsent.length)
      place.append(
        make(
          "div",
          { class: "amiss" },
          paragraph("notices-unsent", { n: found.unsent.length }),
          listed(found.unsent),
        ),
      );
  }

  // What stands in the notices, as it is typed.
  const terms = () => ({
    sender: at("notices-sender").value,
    due: at("notices-due").value,
    mail: at("notices-mail").checked,
  });

  async function opened() {
    found = null;
    sent = false;
    unaddressed = [];
    show();
    here.say(null);
    for (const one of page.all(".needs")) one.hidden = office.checked();
    if (!office.checked()) return;
    await work.run(here, async () => {
      here.say("office-preparing");
      found = await office.ask("due", {}, office.LONG);
      here.say(null);
    });
    show();
  }

  function letter(one) {
    return work.run(here, async () => {
      const text = await office.ask(
        "letter",
        { path: one.path, agency: one.agency, wanted: terms() },
        office.LONG,
      );
      at("notices-letter-name").textContent = say("notices-letter-title", { name: one.agency });
      page.put(page.all("textarea", at("notices-letter"))[0], text);
      at("notices-copied").textContent = "";
      at("notices-letter").showModal();
    });
  }

  async function copy() {
    const [area] = page.all("textarea", at("notices-letter"));
    try {
      await navigator.clipboard.writeText(area.value);
      at("notices-copied").textContent = say("notices-copied");
    } catch {
      area.select();
      at("notices-copied").textContent = say(
        document.execCommand("copy") ? "notices-copied" : "notices-uncopied",
      );
    }
  }

  function get() {
    return work.run(here, async (signal) => {
      const wanted = terms();
      here.say("notices-packing", { done: 0, all: all() });
      let done = await office.ask("sent-back", { wanted, begin: true }, office.LONG);
      while (!done.ended) {
        if (signal.aborted) return here.say("office-halted");
        here.say("notices-packing", { done: done.agencies, all: all() });
        done = await office.ask("sent-back", { wanted, begin: false }, office.LONG);
      }
      if (done.changed) return here.say("notices-changed", { path: done.changed });
      const content = await office.ask("packed", {}, office.LONG);
      page.download(
        say("notices-name", { day: new Date().toLocaleDateString("sv-SE") }),
        content,
        "application/zip",
      );
      here.say("notices-packed", { n: done.files, agencies: done.agencies });
      unaddressed = done.unaddressed ?? [];
      sent = true;
      show();
    });
  }

  document.addEventListener("given", ({ detail }) => {
    if (detail !== "sending") return;
    page.put(at("notices-sender"), office.get().sending.sender);
    page.put(at("notices-due"), office.get().sending.due);
  });
  at("pane-notices").addEventListener("opened", opened);
  at("notices-get").addEventListener("click", get);
  for (const name of ["input", "change"])
    at("notices-terms").addEventListener(name, () => office.set("sending", terms()));
  at("notices-copy").addEventListener("click", copy);
  at("notices-close").addEventListener("click", () => at("notices-letter").close());
  page.spoken(show);
})();

// ── 汇总 ──
const rolling = (() => {
  const { at, say, make, lang } = page;
  const here = work.place("pane-rollup");
  let done = null;
  let levels = null;
  const typed = ["name", "code", "level"];

  function show() {
    const { region, roster } = office.get();
    const members = roster && office.told.roster?.members;
    for (const one of typed.map((name) => at(`rollup-${name}`))) {
      if (one.options?.length !== 0) page.put(one, region[one.name]);
    }
    page.put(at("rollup-partial"), region.partial);
    at("rollup-roster").textContent = members
      ? say("rollup-roster", { n: members })
      : say("rollup-no-roster");
    for (const one of page.all(".needs")) one.hidden = office.checked();
    showLevels();
    showDone();
  }

  // Adding up is in colour until there is something to save.
  const showRun = () =>
    at("rollup-run").classList.toggle("chief", office.checked() && !done?.workbook);

  function showLevels() {
    if (!levels) return;
    const choice = [["", say("rollup-level-own")], ...Object.entries(inOurs(levels))];
    page.choices(
      at("rollup-level"),
      choice.map(([value, words]) => make("option", { value }, words)),
    );
    page.put(at("rollup-level"), office.get().region.level);
  }

  function showDone() {
    const place = at("rollup-said");
    place.replaceChildren();
    showRun();
    if (!done || !office.checked()) return;
    if (done.refused)
      place.append(
        make(
          "div",
          { class: "amiss" },
          paragraph("rollup-refused"),
          listed(done.refused.map(inOurs)),
        ),
      );
    else if (done.homeless)
      place.append(
        make(
          "div",
          { class: "amiss" },
          paragraph("rollup-homeless", { n: done.homeless.length }),
          listed(done.homeless),
        ),
      );
    else if (done.differs) place.append(make("p", { class: "amiss" }, say("rollup-differs")));
    else place.append(...told());
  }

  function told() {
    const get = make(
      "button",
      { type: "button", class: "chief", id: "rollup-get", onclick: download },
      say("rollup-get"),
    );
    const notes = done.notes.length
      ? [paragraph("rollup-notes"), listed(done.notes.map(inOurs))]
      : [];
    const found = done.findings.length
      ? [paragraph("rollup-findings"), listed(done.findings.map(inOurs))]
      : [paragraph("rollup-sound")];
    return [
      make("p", { class: done.partial ? "partly" : "good" }, inOurs(done.notice)),
      make("p", {}, get),
      ...notes,
      ...found,
    ];
  }

  function download() {
    const name = say("rollup-file", { name: done.stem, year: done.year });
    page.download(
      name,
      done.workbook,
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    );
  }

  function changed() {
    // Before its levels are here the field says nothing.
    const said = typed.map((name) => at(`rollup-${name}`)).filter((one) => !one.disabled);
    const region = Object.fromEntries(said.map((one) => [one.name, one.value]));
    office.set("region", {
      ...office.get().region,
      ...region,
      partial: at("rollup-partial").checked,
    });
    done = null;
    showDone();
  }

  // What is in the way of adding up, if anything.
  function lacking() {
    const { region } = office.get();
    if (!region.name.trim()) return "rollup-nameless";
    return office.checked() ? null : "office-first";
  }

  async function brief(style) {
    const amiss = lacking();
    if (amiss) return here.say(amiss);
    at("brief-said").replaceChildren();
    await work.run(here, async () => {
      here.say("brief-under-way");
      const { partial: _, ...region } = office.get().region;
      const told = await office.ask("briefed", { region, style, lang: lang() }, office.LONG);
      here.say(null);
      if (told.refused)
        at("brief-said").append(
          make(
            "div",
            { class: "amiss" },
            paragraph("brief-refused"),
            listed(told.refused.map(inOurs)),
          ),
        );
      else
        page.download(say("brief-file", { name: told.stem, year: told.year }) + style, told.file);
    });
  }

  async function run(event) {
    event.preventDefault();
    changed();
    const { region } = office.get();
    const amiss = lacking();
    if (amiss) return here.say(amiss);
    await work.run(here, async () => {
      here.say("rollup-under-way");
      done = await office.ask("rolled-up", region, office.LONG);
      here.say(null);
    });
    showDone();
    if (done?.workbook) download();
  }

  async function opened() {
    here.say(null);
    if (!levels)
      await work.run(here, async () => {
        levels = await office.ask("levels");
      });
    show();
    if (office.checked() && !at("rollup-name").value) at("rollup-name").focus();
  }

  at("pane-rollup").addEventListener("opened", opened);
  // The region may be named in the season's line as well.
  document.addEventListener("given", ({ detail }) => {
    if (detail !== "region" || at("rollup-name").value === office.get().region.name) return;
    done = null;
    show();
  });
  at("rollup-form").addEventListener("submit", run);
  for (const button of page.all("[data-brief]"))
    button.addEventListener("click", () => brief(button.dataset.brief));
  for (const name of ["input", "change"]) at("rollup-form").addEventListener(name, changed);
  page.spoken(show);
  return {
    show,
    forget: () => {
      done = null;
    },
  };
})();
