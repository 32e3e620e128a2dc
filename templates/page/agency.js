// For an agency: its workbook's verdict, what to do about it, a copy to mend, a new form.
(() => {
  const { at, say, make, lang } = page;
  const OWN = "agency";
  const STYLES = ["docx", "html"];
  const place = (name) => page.all(`[data-drop=${name}]`)[0];
  const base = (path) => path.split("/").pop();
  const stem = (path) => base(path).replace(/\.[a-z]+$/i, "");
  let files = [];
  let last = [];
  let checked = false;
  let under = null;
  // The report that was made of a document, where it lies there.
  let made = null;

  const own = examiner(OWN);

  function doing(words, figures) {
    at("agency-doing").textContent = say(words, figures);
  }

  // Runs what may fail, and says so.
  const trying =
    (work) =>
    async (...given) => {
      try {
        await work(...given);
      } catch (error) {
        doing("agency-failed", { why: page.why(error) });
      }
    };

  function called() {
    const name = base(files[0].name);
    return files.length > 1 ? say("agency-many", { name, n: files.length }) : name;
  }

  // Checks the files that lie there; what comes later takes the place of what is under way.
  async function check() {
    under?.abort();
    const mine = new AbortController();
    under = mine;
    clear();
    const told = (done, all) =>
      doing("agency-checking", { name: called() + (all > 1 ? ` ${done}/${all}` : "") });
    told(0, 0);
    if (!(await own.examine(mine.signal, told)) || mine.signal.aborted) return;
    checked = own.answers.size > 0;
    await show();
    if (checked && !mine.signal.aborted) at("agency-told").querySelector("h2")?.focus();
  }

  // ── the result ──
  // What was found of other files is not left standing beside the new ones' names.
  function clear() {
    checked = false;
    at("agency-told").hidden = true;
    at("agency-told").replaceChildren();
    at("agency-unread").replaceChildren();
    at("agency-into").hidden = true;
    at("agency-into-note").replaceChildren();
    exhibit(at("agency-shown"), "");
    proposals.forget();
  }

  async function show() {
    const told = checked ? await own.ask("told", { lang: lang() }) : null;
    const asked = checked ? await own.ask("proposed", { lang: lang() }) : null;
    const html = checked ? (await own.ask("shown", { lang: lang() })).html : "";
    at("agency-empty").hidden = checked;
    page.folded(at("agency-given"), checked ? say("agency-checked", { name: called() }) : null);
    at("agency-told").hidden = !told;
    at("agency-told").className = `told ${told?.verdict}`;
    at("agency-told").replaceChildren(...(told ? lead(told) : []));
    at("agency-unread").replaceChildren(...(checked ? [] : own.passed().map(unread)));
    at("agency-into").hidden = !told || Boolean(told.why);
    proposals.show(asked, trying(confirm));
    exhibit(at("agency-shown"), html);
    if (checked) at("agency-doing").textContent = "";
    else doing("agency-none");
  }

  // A file that may hold a return and was not read; a board names such files itself.
  const unread = ({ path, said }) =>
    make("p", {}, make("bdi", {}, path), say("office-colon"), said[lang()]);

  function lead(told) {
    const said = told.why ? [told.why] : next(told);
    return [
      make("h2", { tabindex: "-1" }, say(`agency-${told.verdict}`, told)),
      ...said.map((line) => make("p", {}, line)),
      make("div", { class: "actions" }, ...actions(told)),
      make("div", { id: "agency-note", role: "status" }),
    ];
  }

  function next(told) {
    const drawn = made || told.drawn;
    const failed = told.drawn ? "drawn" : "fail";
    const said = [say(`agency-${told.verdict === "fail" ? failed : told.verdict}-next`)];
    if (told.verdict !== "fail") said.push(say(drawn ? "agency-send-drawn" : "agency-send"));
    if (told.verdict === "fail" && told.warnings) said.push(say("agency-fail-warn", told));
    if (told.prior !== "none") said.push(say(`agency-prior-${told.prior}`));
    said.push(...told.remarks);
    if (told.open) said.push(say("agency-open", told));
    return said;
  }

  function actions(told) {
    const button = (words, work) =>
      make("button", { type: "button", onclick: trying(work) }, say(words));
    const printed = button("agency-print", async () => print());
    const renewed = button("agency-fresh", fresh);
    const kept = made ? [button("agency-json", json)] : [];
    if (told.why) return [button("agency-again", async () => chooser.click()), printed];
    if (told.verdict === "fail")
      return [
        button(told.drawn ? "agency-drawn-copy" : "agency-copy", copy),
        renewed,
        ...kept,
        printed,
      ];
    // What can be sent as it is needs no new form; a document does.
    const sent = made || told.drawn ? [renewed, ...kept, printed] : [printed, renewed];
    return [...sent, ...STYLES.map((style) => button(`agency-publish-${style}`, publish(style)))];
  }

  // What was not checked is printed, too.
  addEventListener("beforeprint", () => {
    for (const fold of page.all(".unchecked", at("agency-shown"))) fold.open = true;
  });

  // ── what is taken away ──
  function note(...lines) {
    at("agency-note").replaceChildren(...lines.map((line) => make("p", {}, line)));
  }

  // Saves a workbook under the return's own name with an ending.
  function saved(words, content) {
    const [path] = own.answers.keys();
    const file = say(words, { name: stem(path) });
    page.download(
      file,
      content,
      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    );
    return file;
  }

  async function copy() {
    const made = await own.ask("copied");
    if (!made.copy) return note(say("agency-copy-none"));
    const file = saved("agency-copy-name", made.copy);
    const how = made.how === "copy" ? "done" : made.how;
    return note(say(`agency-copy-${how}`, { file }));
  }

  async function fresh() {
    const made = await own.ask("fresh", { lang: lang() });
    if (!made.form) return note(say("agency-fresh-none"), ...made.said);
    const file = saved("agency-fresh-name", made.form);
    return note(say("agency-fresh-done", { file }), ...made.said);
  }

  // Her own draft or a superior's table with the numbers in it, under its own name.
  async function fill([given]) {
    const said = at("agency-into-note");
    said.replaceChildren(say("agency-into-doing", { name: base(given.name) }));
    const name = base(given.name);
    await engine.lay(`${OWN}/into`, [{ name, data: given.data }]);
    const made = await own.ask("into", { lang: lang() });
    const lines = [...made.said];
    if (made.file) {
      const file = say("agency-into-name", { name: stem(name), ending: made.ending });
      page.download(file, made.file);
      lines.unshift(say("agency-into-done", { file }));
    }
    said.replaceChildren(...lines.map((line) => make("p", {}, line)));
  }

  // Saves what is to be published; the fragment of a page is for those who use the command.
  const publish = (style) => async () => {
    const { files, said } = await own.ask("published", { style, lang: lang() });
    const [[file, content]] = files;
    page.download(file, content, content[0] === 0x50 ? "application/zip" : "text/html");
    return note(say("agency-published", { file }), ...said);
  };

  // ── a document ──
  // The report of a document, as confirmed, takes the document's place.
  async function confirm(figures) {
    const { report } = await own.ask("confirmed", figures);
    const name = say("agency-json-name", { name: stem(files[0].name) });
    await take([{ name, data: new Blob([report]) }], report);
  }

  async function json() {
    page.download(base(files[0].name), made, "application/json");
  }

  // ── last year ──
  const kept = make("div", { role: "status" });

  let reads = new Map();

  async function tellLast() {
    await own.readLast(reads);
    const using = await own.useLast(reads);
    if (!last.length) return kept.replaceChildren();
    const used = await own.ask("used");
    const unread = [...reads.values()].flatMap((one) => one.said);
    const said = [...(using.twice ? [using.said] : []), ...unread].map((one) => one[lang()]);
    const names = used.map((one) => say("agency-last-one", one)).join(" ");
    const line = used.length ? say("agency-last-used", { names }) : say("agency-last-none");
    const without = make(
      "button",
      { type: "button", onclick: trying(() => takeLast([])) },
      say("agency-last-drop"),
    );
    return kept.replaceChildren(...[line, ...said].map((one) => make("p", {}, one)), without);
  }

  async function takeLast(given) {
    last = given;
    reads = new Map();
    await engine.lay(`${OWN}/prior`, last);
    try {
      await tellLast();
    } catch (error) {
      last = [];
      reads = new Map();
      await engine.lay(`${OWN}/prior`, last);
      await tellLast();
      throw error;
    }
    if (files.length) await check();
  }

  async function take(given, report = null) {
    files = given;
    made = report;
    clear();
    doing("agency-checking", { name: called() });
    await engine.lay(`${OWN}/returns`, files);
    await check();
  }

  const dropped = trying((given) => take(given));
  const line = page.all("summary", at("agency-given"))[0];
  page.drop(place("agency"), "agency-drop", { many: true, folder: false, also: line }, dropped);
  const [chooser] = page.all("input", place("agency"));
  page.drop(place("agency-last"), "agency-last", { many: true, folder: false }, trying(takeLast));
  place("agency-last").append(kept);
  page.drop(place("agency-into"), "agency-into", { many: false, folder: false }, trying(fill));
  document.addEventListener(
    "editions",
    trying(async () => {
      if (last.length) await tellLast();
      if (files.length) await check();
    }),
  );
  page.spoken(
    trying(async () => {
      if (last.length) await tellLast();
      if (checked) await show();
    }),
  );
})();
