// Handing out: a workbook for each agency of a roster, or for one.
const blanks = (() => {
  const { at, all, say, make, lang } = page;
  const SLICE = 10;
  const FIRST = 3;
  const ROWS = 10000;
  // In the order of a roster's columns; the first ones are always shown.
  const COLUMNS = [
    ...["name", "code", "level"],
    ...["aliases", "parent", "kind", "deadline", "email", "contact", "phone", "url"],
  ];
  const BASIC = COLUMNS.slice(0, 3);
  const LOST = ["too-slow", "out-of-memory", "crashed"];
  const desk = examiner("blanks");
  let reads = new Map();
  let work = null;
  // Whether it is this tab that changes the roster of all tabs.
  let sharing = false;
  // wished: the edition that was kept, until it is there to choose.
  let wished = "";
  let offered = Promise.resolve();

  // ── the year and the form ──
  const year = () =>
    /^[12]\d{3}$/.test(at("blanks-year").value.trim()) ? Number(at("blanks-year").value) : null;

  // The editions for the year; an answer about a year that is no longer there is passed over.
  const offer = () => (offered = fitted());

  async function fitted() {
    const wanted = year();
    if (wanted !== null) say_wrong("year", []);
    const found = wanted !== null ? await desk.ask("blanks_fitting", { year: wanted }) : [];
    if (wanted !== year()) return;
    const value = (one) => `${one.form}/${one.name}`;
    const usual = found.find((one) => one.chosen) ?? found[0];
    page.choices(
      at("blanks-edition"),
      found.map((one) =>
        make("option", { value: value(one) }, `${one.title}（${one.name}）${page.example(one)}`),
      ),
      usual && value(usual),
    );
    if (found.some((one) => value(one) === wished)) {
      page.put(at("blanks-edition"), wished);
      wished = "";
    }
    say_wrong(
      "year",
      wanted === null
        ? [say("blanks-no-year")]
        : found.length
          ? []
          : [say("blanks-no-edition", { year: wanted })],
    );
  }

  const begin = () => (offered = begun());

  async function begun() {
    if (!at("blanks-year").value) {
      const today = new Date().toLocaleDateString("sv-SE");
      const due = await desk.ask("blanks_year", { today });
      if (!at("blanks-year").value) page.suggest(at("blanks-year"), String(due));
    }
    await fitted();
  }

  // ── what is wrong, beside what it is wrong with ──
  function say_wrong(field, lines) {
    const box = at(`blanks-${field}-wrong`);
    box.replaceChildren(...lines.map((line) => make("p", {}, line)));
    box.hidden = !lines.length;
    if (field === "year") at("blanks-year").setAttribute("aria-invalid", lines.length > 0);
  }

  // Tells whether nothing is wrong; else goes to the first.
  function right(wrong) {
    for (const field of wrong ? ["roster", "prior"] : []) say_wrong(field, wrong[field] ?? []);
    const box = all(".wrong", at("pane-blanks")).find((one) => !one.hidden);
    if (box) box.tabIndex = -1;
    box?.focus();
    return !box;
  }

  // ── to whom ──
  const who = () => all("[name=blanks-who]").find((one) => one.checked).value;

  function choose(value) {
    for (const one of all("[name=blanks-who]")) if (one.value === value) page.put(one, true);
    for (const part of all("[data-who]")) part.hidden = part.dataset.who !== value;
    for (const part of all("[data-many]")) part.hidden = value === "single";
    at("blanks-make").textContent = say(value === "single" ? "blanks-make-one" : "blanks-make");
  }

  // A workbook for all goes to everybody alike: no mails of its own.
  function told_shared() {
    at("blanks-mail").disabled = at("blanks-shared").checked;
  }

  async function lay_roster() {
    const { roster } = office.get();
    await engine.lay("blanks/roster", roster ? [{ name: "roster", data: roster.data }] : []);
    await count();
  }

  async function count() {
    const { roster } = office.get();
    at("blanks-roster-told").textContent = "";
    if (who() !== "file") return;
    if (!roster) return say_wrong("roster", []);
    const { count, wrong } = await desk.ask("blanks_counted", { rows: null, lang: lang() });
    if (roster !== office.get().roster || who() !== "file") return;
    at("blanks-roster-told").textContent = say(count ? "blanks-roster" : "blanks-roster-bad", {
      name: roster.name,
      n: count,
    });
    return say_wrong("roster", wrong.roster ?? []);
  }

  function cell(column, value) {
    const levels = column === "level" ? { list: "blanks-levels" } : {};
    const made = make("input", {
      type: "text",
      "data-column": column,
      autocomplete: "off",
      ...levels,
    });
    page.put(made, value);
    return make("td", { class: BASIC.includes(column) ? null : "wide" }, made);
  }

  function add(values = []) {
    const line = make(
      "tr",
      {},
      make("th", { scope: "row" }),
      ...COLUMNS.map((name, i) => cell(name, values[i] ?? "")),
    );
    line.append(
      make(
        "td",
        {},
        make("button", { type: "button", class: "less", onclick: () => drop(line) }, "×"),
      ),
    );
    at("blanks-rows").append(line);
    return line;
  }

  function drop(line) {
    const next = line.nextElementSibling ?? line.previousElementSibling ?? add();
    line.remove();
    number();
    next.querySelector("input").focus();
    changed();
    share();
  }

  // Numbers the rows, and gives every field its name.
  function number() {
    all("tr", at("blanks-rows")).forEach((line, place) => {
      const n = place + 1;
      line.firstElementChild.textContent = n;
      for (const one of all("input", line)) {
        one.setAttribute("aria-label", say(`blanks-row-${one.dataset.column}`, { n }));
        one.placeholder = n === 1 ? say(`blanks-${one.dataset.column}`) : "";
      }
      line.querySelector("button").setAttribute("aria-label", say("blanks-row-less", { n }));
    });
  }

  const rows = () =>
    all("tr", at("blanks-rows")).map((line) => all("input", line).map((one) => one.value));

  function fill(found) {
    at("blanks-rows").replaceChildren();
    for (const values of found) add(values);
    while (at("blanks-rows").rows.length < FIRST) add();
    number();
  }

  function widen(on) {
    page.put(at("blanks-wide"), on);
    at("blanks-rows").closest("table").classList.toggle("all", on);
  }

  // Rows copied in a spreadsheet come as lines of cells apart by tabs; with heads they may come in
  // any order.
  async function pasted(event) {
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    if (!/[\t\n]/.test(text) || !event.target.matches("input")) return;
    event.preventDefault();
    let lines = text
      .split(/\r?\n/)
      .map((line) => line.split("\t").map((one) => one.replace(/^"(.*)"$/, "$1").trim()));
    const first = COLUMNS.indexOf(event.target.dataset.column);
    let line = event.target.closest("tr");
    if (!first && lines.some((values) => values.length > BASIC.length)) {
      lines = await desk.ask("blanks_pasted", { rows: lines });
      widen(true);
    }
    for (const values of lines) {
      line ??= add();
      const fields = all("input", line).slice(first);
      values.slice(0, fields.length).forEach((value, place) => {
        page.put(fields[place], value);
      });
      line = line.nextElementSibling;
    }
    number();
    changed();
    share();
    at("blanks-typed-told").textContent = say("blanks-pasted", { n: lines.length });
  }

  // Once nothing is wrong with what is typed it is the roster of all tabs, as a file is.
  async function share() {
    const typed = rows();
    if (who() !== "typed" || !named(typed)) return;
    const { wrong, file } = await desk.ask("blanks_typed", { rows: typed, lang: lang() });
    if (who() !== "typed" || String(typed) !== String(rows())) return;
    say_wrong("roster", wrong.roster ?? []);
    sharing = true;
    office.set("roster", file ? { name: say("blanks-typed-name"), data: new Blob([file]) } : null);
    sharing = false;
    if (!at("pane-check").hidden) at("pane-check").dispatchEvent(new Event("opened"));
  }

  const named = (typed) => typed.some((row) => row.some((one) => one.trim()));

  const asked = () =>
    ({
      file: null,
      typed: rows(),
      single: [BASIC.map((name) => at(`blanks-single-${name}`).value)],
    })[who()];

  // ── last year ──
  async function lay_prior() {
    reads = new Map();
    say_wrong("prior", []);
    told_prior();
    await engine.lay("blanks/prior", office.get().prior);
  }

  function told_prior() {
    const { prior } = office.get();
    at("blanks-prior-told").textContent = prior.length
      ? say("blanks-prior", { n: prior.length })
      : "";
    at("blanks-prior-clear").hidden = !prior.length;
  }

  // Reads last year's returns one by one, once; what cannot be read is named. Returns whether they
  // can be used.
  async function read_prior(signal) {
    const done = await desk.readLast(reads, signal, (place, all) =>
      under("blanks-reading", place, all),
    );
    if (done === null) return false;
    const { twice, said } = await desk.useLast(reads);
    if (twice) right({ prior: [said[lang()]] });
    return !twice;
  }

  const whys = () => [...reads.values()].flatMap((one) => one.said).map((one) => one[lang()]);

  // ── the workbooks ──
  function under(words, done, all) {
    at("blanks-doing").textContent = say(words, { done, all });
    at("blanks-progress").max = Math.max(all, 1);
    at("blanks-progress").value = done;
  }

  // Shows that something is being made, or no longer.
  function busy(on) {
    for (const id of ["blanks-stop", "blanks-progress"]) at(id).hidden = !on;
    at("blanks-make").disabled = on;
    if (on) at("blanks-stop").focus();
    else at("blanks-doing").textContent = "";
  }

  async function start() {
    if (work) return;
    show_done();
    work = new AbortController();
    busy(true);
    try {
      const wanted = await told();
      const made = wanted && (await made_of(wanted, work.signal));
      busy(false);
      if (made) done(made);
      else if (!wanted) right();
      else at("blanks-doing").textContent = work.signal.aborted ? say("blanks-stopped") : "";
    } catch (error) {
      busy(false);
      const why = error.message.trim().split("\n").pop();
      at("blanks-doing").textContent = LOST.includes(why)
        ? say("blanks-lost")
        : say("blanks-failed", { why });
    }
    work = null;
  }

  // What is to be made, as it was typed by now, null where something is missing.
  async function told() {
    under("blanks-beginning", 0, 0);
    await offered;
    if (!at("blanks-edition").value) await offer();
    const missing = {
      file: office.get().roster ? null : "blanks-no-roster",
      typed: named(rows()) ? null : "blanks-no-rows",
      single: at("blanks-single-name").value.trim() ? null : "blanks-no-name",
    }[who()];
    if (!right({ roster: missing ? [say(missing)] : [] })) return null;
    const [form, name] = at("blanks-edition").value.split("/");
    const single = who() === "single";
    const shared = !single && at("blanks-shared").checked;
    const mail = !shared && at("blanks-mail").checked;
    return { year: year(), form, name, mail, rows: asked(), single, shared };
  }

  async function made_of({ rows, single, shared, ...wanted }, signal) {
    if (!(await read_prior(signal)) || signal.aborted) return null;
    const given = {
      wanted,
      rows,
      prior: office.get().prior.length ? say("blanks-prior-name") : null,
      lang: lang(),
    };
    const question = single ? "single" : shared ? "shared" : "begun";
    const found = await desk.ask(`blanks_${question}`, given);
    if (!right(found.wrong)) return null;
    if (single) return { ...found, single, content: new Blob([found.content]), count: 1 };
    if (shared) return { ...found, shared, content: new Blob([found.content]) };
    const pieces = [];
    for (let n = 0, last = false; !last; n += SLICE) {
      if (signal.aborted) return null;
      under("blanks-making", Math.min(n, found.count), found.count);
      const piece = await desk.ask("blanks_more", { agencies: SLICE });
      pieces.push(new Blob([piece.content]));
      ({ last } = piece);
    }
    return {
      ...found,
      name: say("blanks-zip", { year: wanted.year }),
      content: new Blob(pieces, { type: "application/zip" }),
    };
  }

  // What came of it; while it is shown the next step is in colour.
  function show_done(...parts) {
    at("blanks-done").replaceChildren(...parts);
    at("blanks-make").classList.toggle("chief", !parts.length);
  }

  function done({ name, content, count, told, unaddressed = [], single, shared }) {
    const save = make(
      "button",
      { type: "button", onclick: () => page.download(name, content) },
      say("blanks-save", { name }),
    );
    const way = single ? "one" : shared ? "shared" : "many";
    const lines = [...told, ...whys()];
    const step = page.step("check");
    show_done(
      make("h3", { tabindex: "-1" }, say("blanks-done", { n: count })),
      make("p", {}, say(`blanks-${way}-done`)),
      make("p", { class: "doings" }, step, save),
      ...(lines.length
        ? [
            make("h3", {}, say("blanks-told")),
            make("ul", {}, ...lines.map((line) => make("li", {}, line))),
          ]
        : []),
      ...(unaddressed.length
        ? [
            make("p", {}, say("notices-unaddressed", { n: unaddressed.length })),
            make("ul", {}, ...unaddressed.map((line) => make("li", {}, line))),
          ]
        : []),
    );
    step.focus();
    page.download(name, content);
  }

  // ── what changes ──
  function changed() {
    show_done();
    at("blanks-typed-told").textContent = "";
    keep.changed();
  }

  async function levels() {
    const names = await desk.ask("blanks_levels", { lang: lang() });
    at("blanks-levels").replaceChildren(...names.map((value) => make("option", { value })));
  }

  const also =
    (work) =>
    (...given) =>
      Promise.resolve(work(...given)).then(changed);
  page.drop(
    at("blanks-roster"),
    "blanks-roster-drop",
    { many: false, folder: false },
    also(([file]) => office.set("roster", { name: file.name.split("/").pop(), data: file.data })),
  );
  page.drop(
    at("blanks-prior"),
    "blanks-prior-drop",
    { many: true, folder: true },
    also((files) => office.add("prior", files)),
  );
  at("blanks-prior-clear").addEventListener(
    "click",
    also(() => office.remove("prior")),
  );
  at("blanks-empty").addEventListener("click", async () =>
    page.download(say("blanks-empty-name"), await desk.ask("empty_roster")),
  );
  at("blanks-wide").addEventListener("change", ({ target }) => widen(target.checked));
  at("blanks-keep").addEventListener("click", async () => {
    const { wrong, content } = await desk.ask("blanks_saved", { rows: rows(), lang: lang() });
    if (right(named(rows()) ? wrong : { roster: [say("blanks-no-rows")] }))
      page.download(say("blanks-empty-name"), content);
  });
  at("blanks-more").addEventListener("click", () => {
    add().querySelector("input").focus();
    number();
  });
  at("blanks-rows").addEventListener("paste", pasted);
  at("blanks-rows").addEventListener("change", share);
  at("blanks-year").addEventListener("input", ({ target }) => {
    office.set("year", target.value.trim());
    offer();
  });
  at("blanks-shared").addEventListener("change", told_shared);
  at("blanks-edition").addEventListener("change", () => {
    wished = "";
  });
  at("pane-blanks").addEventListener("input", changed);
  at("blanks-form").addEventListener("submit", (event) => {
    event.preventDefault();
    start();
  });
  at("blanks-stop").addEventListener("click", () => work?.abort());
  for (const one of all("[name=blanks-who]")) {
    one.addEventListener("change", () => {
      choose(one.value);
      say_wrong("roster", []);
      if (one.value === "file") count();
      share();
    });
  }
  // What another tab was given holds here.
  document.addEventListener("given", ({ detail }) => {
    if (detail === "prior") lay_prior();
    if (detail === "year") take_year(page.put);
    if (detail !== "roster" || sharing) return;
    if (who() === "typed" && office.get().roster) choose("file");
    lay_roster();
  });
  document.addEventListener("editions", () => {
    reads = new Map();
    if (here) offer();
  });
  function take_year(give) {
    const { year: given } = office.get();
    if (!given || given === at("blanks-year").value.trim()) return;
    give(at("blanks-year"), given);
    if (here) offer();
  }

  let here = false;
  at("pane-blanks").addEventListener("opened", () => {
    if (here) return;
    here = true;
    levels();
    begin();
  });
  fill([]);
  page.spoken(() => {
    number();
    choose(who());
    told_prior();
    show_done();
    if (!here) return;
    levels();
    offer();
    if (who() === "file") count();
  });

  return {
    // An edition to choose, as FORM/NAME, once it is there.
    wish(edition) {
      wished = edition;
      if (here) offer();
    },
    state: () => ({
      edition: wished || at("blanks-edition").value,
      who: who(),
      rows: rows(),
      single: BASIC.map((name) => at(`blanks-single-${name}`).value),
      wide: at("blanks-wide").checked,
      shared: at("blanks-shared").checked,
      mail: at("blanks-mail").checked,
    }),
    // asked: somebody opened a file; else what was typed and dropped since the page opened stays.
    async restore(kept, asked) {
      const give = asked ? page.put : page.suggest;
      const edition = at("blanks-edition");
      const whose = all("[name=blanks-who]");
      const typed = all("input", at("blanks-rows"));
      give(at("blanks-year"), office.get().year || keep.text(kept.year));
      give(at("blanks-shared"), kept.shared === true);
      give(at("blanks-mail"), kept.mail === true);
      told_shared();
      if (asked || !page.touched(...whose))
        choose(whose.some((one) => one.value === kept.who) ? kept.who : "file");
      if (asked || !page.touched(...typed))
        fill(
          keep
            .list(kept.rows)
            .slice(0, ROWS)
            .map((row) => COLUMNS.map((_, i) => keep.text(row?.[i]))),
        );
      widen(kept.wide === true);
      BASIC.forEach((name, place) => {
        give(at(`blanks-single-${name}`), keep.text(kept.single?.[place]));
      });
      if (asked || !page.touched(edition)) {
        wished = keep.text(kept.edition);
        page.choices(edition, []);
      }
      const began = begin();
      // Version 0.1 kept these here, too.
      const [roster] = keep.files([kept.roster]);
      if (roster && !office.get().roster) office.set("roster", roster);
      if (!office.get().prior.length) await office.add("prior", keep.files(kept.prior));
      await lay_prior();
      await lay_roster();
      await began;
      // The edition may be a local one.
      await forms.settled();
      await offer();
    },
  };
})();
keep.join("blanks", blanks);
