// The forms: each edition to look up in, local editions that are used until they are taken out.
const forms = (() => {
  const { at, all, say, make, lang } = page;
  let own = [];
  let wrong = [];
  let tail = Promise.resolve();

  // ── local editions ──
  const question = (files) => ({
    desk: "",
    name: "overlays",
    given: { files: files.map((one) => one.name), lang: lang() },
  });

  async function use(files) {
    await engine.lay("overlays", files);
    return engine.ask(question(files).name, question(files).given);
  }

  // Works with these files from now on, but for those that are wrong; what kills the engine is none.
  async function take(files) {
    let found;
    try {
      found = await use(files);
    } catch (error) {
      await use(own);
      wrong = [
        {
          file: files.at(-1).name,
          why: say("forms-failed", { why: error.message.trim().split("\n").pop() }),
        },
      ];
      return draw();
    }
    const right = new Map(found.loaded.map((one) => [one.file, one]));
    own = files
      .filter((one) => right.has(one.name))
      .map((one) => ({ ...one, told: right.get(one.name) }));
    wrong = found.wrong;
    await engine.lay("overlays", own);
    engine.lasting("overlays", () => question(own));
    await offer();
    draw();
    document.dispatchEvent(new Event("editions"));
  }

  // One change after the other: each begins with what the one before left.
  function queued(change) {
    const done = tail.then(change);
    tail = done.catch(() => {});
    return done;
  }

  function among(files, more) {
    const names = new Set(more.map((one) => one.name));
    return [...files.filter((one) => !names.has(one.name)), ...more];
  }

  // Adds files; gives the reason against one of them, if there is any.
  function add(files) {
    const named = files.map(({ name, data }) => ({ name: name.split("/").pop(), data }));
    return queued(() => take(among(own, named))).then(() => {
      keep.changed();
      return wrong.find((one) => named.some(({ name }) => name === one.file))?.why;
    });
  }

  function remove(name) {
    at("forms-own").focus();
    return queued(() => take(own.filter((one) => one.name !== name))).then(keep.changed);
  }

  function draw() {
    at("forms-list").replaceChildren(
      ...own.map(({ name, told }) =>
        make(
          "li",
          {},
          make("bdi", {}, `${told.title}（${told.name}）`),
          " ",
          make("span", { class: "remark" }, name),
          " ",
          make(
            "button",
            {
              type: "button",
              "aria-label": say("forms-remove-one", { name }),
              onclick: () => remove(name),
            },
            say("forms-remove"),
          ),
        ),
      ),
    );
    at("forms-none").hidden = own.length > 0;
    at("forms-wrong").replaceChildren(
      ...wrong.flatMap(({ file, why }) => [
        make("p", {}, say("forms-wrong", { file })),
        make("pre", {}, why),
      ]),
    );
    if (wrong.length) at("forms-own").open = true;
  }

  // ── an edition ──
  async function offer() {
    const found = await engine.ask("forms_listed", { lang: lang() });
    page.choices(
      at("forms-which"),
      found.map((one) =>
        make(
          "option",
          { value: `${one.form}/${one.name}` },
          `${one.title}（${one.name}，${one.years}）${page.example(one)}`,
        ),
      ),
    );
    await show();
  }

  async function show() {
    const [form, edition] = at("forms-which").value.split("/");
    const html = await engine.ask("forms_shown", { form, edition, lang: lang() });
    // What is others' in it was escaped at the desk.
    at("forms-shown").innerHTML = html;
    search();
  }

  async function codes() {
    const found = await engine.ask("forms_codes", { lang: lang() });
    at("forms-codes").replaceChildren(
      ...found.map(({ code, title }) =>
        make("div", {}, make("dt", {}, make("code", {}, code)), make("dd", {}, title)),
      ),
    );
  }

  // ── looking for something ──
  function search() {
    const asked = at("forms-search").value.trim().toLowerCase();
    const text = (one) => one.textContent + (one.querySelector("code[title]")?.title ?? "");
    const fits = (one) => text(one).toLowerCase().includes(asked);
    const shown = at("forms-shown");
    let cells = 0;
    let rules = 0;
    for (const table of all(".scroll", shown)) {
      const boxes = all("td.key, th", table);
      for (const box of boxes) box.classList.toggle("hit", asked !== "" && fits(box));
      const hits = boxes.filter((box) => box.classList.contains("hit"));
      cells += hits.length;
      table.hidden = asked !== "" && !hits.length;
    }
    for (const line of all("li.item", shown)) line.hidden = !fits(line);
    for (const rule of all(".rule", shown)) {
      rule.hidden = !fits(rule);
      rules += rule.hidden ? 0 : 1;
    }
    for (const line of all("div", at("forms-codes"))) line.hidden = !fits(line);
    at("forms-found").textContent = asked ? say("forms-found", { cells, rules }) : "";
  }

  let here = false;
  function redraw() {
    draw();
    if (here) return Promise.all([offer(), codes()]);
  }

  page.drop(at("forms-drop"), "forms-drop", { many: true, folder: false }, add);
  at("forms-which").addEventListener("change", show);
  at("forms-search").addEventListener("input", search);
  at("pane-forms").addEventListener("opened", () => {
    if (here) return;
    here = true;
    redraw();
  });
  page.spoken(redraw);

  return {
    add,
    // Once the local editions of now are in use.
    settled: () => tail,
    state: () => ({ overlays: own.map(({ name, data }) => ({ name, data })) }),
    // Files that were added since the page opened stay beside those that were kept.
    restore: ({ overlays }, asked) =>
      queued(() => take(among(keep.files(overlays), asked ? [] : own))),
  };
})();
keep.join("forms", forms);
