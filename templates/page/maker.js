// A form of one's own: a workbook or document becomes an edition, by questions about kinds of cells.
const maker = (() => {
  const { at, all, say, make, lang } = page;
  const FIELDS = ["title", "year", "source", "citation", "form"];
  let form = [];
  let returned = [];
  let adopted = [];
  // What was chosen: the sheets, null for all that have a table; an answer for each question.
  let sheets = null;
  let answers = [];
  // The sums ticked: their names, and whether the total becomes a formula.
  let sums = [];
  let told = null;
  let turn = 0;

  const wanted = () => ({
    wanted: {
      sheets,
      replies: answers,
      sums,
      head: Object.fromEntries(FIELDS.map((name) => [name, at(`maker-${name}`).value.trim()])),
    },
    lang: lang(),
  });

  function wrong(why) {
    at("maker-wrong").textContent = why;
  }

  // Asks about the form; what fails is said, and gives null.
  async function asked(name, more = {}) {
    try {
      const found = await engine.ask(`maker_${name}`, { ...wanted(), ...more });
      if (found.why) wrong(found.why);
      return found.why ? null : found;
    } catch (error) {
      wrong(page.why(error));
      return null;
    }
  }

  // The form as it is now; an answer that came late is passed over.
  async function read() {
    const own = ++turn;
    at("maker-done").replaceChildren();
    wrong("");
    if (!form.length) return;
    at("maker-doing").textContent = say("maker-reading", { name: form[0].name });
    const found = await asked("drawn");
    if (own !== turn) return;
    at("maker-doing").textContent = found?.told ?? "";
    told = found ?? told;
    at("maker-use").disabled = !found;
    for (const one of all("[data-save]")) one.disabled = !found;
    at("maker-steps").hidden = !told;
    if (found) await shown(found);
  }

  async function shown(found) {
    answers = found.asked.map((one) => one.answer);
    at("maker-which").hidden = found.sheets.length < 2 && !found.refused.length;
    at("maker-sheets").replaceChildren(...found.sheets.map(sheet));
    at("maker-refused").replaceChildren(...found.refused.map((line) => make("li", {}, line)));
    const here = document.activeElement?.id;
    at("maker-asked").replaceChildren(
      ...(found.asked.length
        ? found.asked.map(question)
        : [make("p", { class: "remark" }, say("maker-nothing-asked"))]),
    );
    // What is others' in it was escaped at the desk.
    at("maker-grids").innerHTML = found.grids;
    for (const [name, value] of Object.entries(found.head)) {
      if (at(`maker-${name}`) !== document.activeElement) page.put(at(`maker-${name}`), value);
    }
    at("maker-sums-told").textContent = [
      returned.length ? say("maker-returned", { n: returned.length }) : "",
      found.adopted ? say("maker-adopted", { n: found.adopted }) : "",
    ].join(" ");
    await offers();
    if (here) at(here)?.focus();
  }

  // Sums are looked for once somebody looks at them; a filled 勾稽.xlsx decides in their place.
  async function offers() {
    const hidden = adopted.length > 0;
    at("maker-offers").hidden = hidden;
    if (hidden || !at("maker-sums").open) return;
    const own = turn;
    const found = await asked("offered");
    if (own !== turn || !found) return;
    const known = new Set(found.sums.map((one) => one.id));
    sums = sums.filter((one) => known.has(one.id));
    at("maker-offers-all").hidden = !found.sums.some((one) => one.proposed);
    at("maker-offered").replaceChildren(
      ...(found.sums.length
        ? found.sums.map(offer)
        : [make("li", { class: "remark" }, say("maker-offers-none"))]),
    );
  }

  function offer({ id, words, class: by, facts, stands, proposed, formula }, place) {
    const tick = make("input", { type: "checkbox", id: `maker-sum-${place}`, disabled: stands });
    const total = make("input", { type: "checkbox", id: `maker-total-${place}` });
    const there = sums.find((one) => one.id === id);
    page.put(tick, stands || Boolean(there));
    page.put(total, there?.formula ?? formula);
    Object.assign(tick.dataset, { sum: id, proposed: proposed ? "yes" : "" });
    return make(
      "li",
      {},
      make("label", {}, tick, " ", words),
      stands ? make("p", { class: "remark" }, say("maker-offer-stands")) : "",
      formula ? make("label", { class: "lesser" }, total, " ", say("maker-offer-formula")) : "",
      make(
        "p",
        { class: "remark" },
        [by, ...facts.map((one) => `${one.name}：${one.words}`)].join("；"),
      ),
    );
  }

  function ticked() {
    sums = all("[data-sum]:checked:enabled", at("maker-offered")).map((tick) => ({
      id: tick.dataset.sum,
      formula: at(tick.id.replace("sum", "total"))?.checked ?? false,
    }));
  }

  function sheet({ name, ticked }, place) {
    const tick = make("input", { type: "checkbox", value: name, id: `maker-sheet-${place}` });
    page.put(tick, ticked);
    return make("label", {}, tick, " ", name);
  }

  function question({ words, colour, count, where, answer, options }, place) {
    const swatch = make("span", { class: "swatch", hidden: !colour });
    swatch.style.background = colour && `#${colour}`;
    const choice = ({ value, words: name }) => {
      const field = make("input", { type: "radio", name: `maker-${place}`, value });
      field.id = `maker-${place}-${value}`;
      page.put(field, value === answer);
      return make("label", {}, field, " ", name);
    };
    return make(
      "fieldset",
      { class: "row-of" },
      make("legend", {}, `${place + 1}`),
      make("p", {}, swatch, words),
      make("p", { class: "remark" }, say("maker-count", { n: count, where })),
      make("p", { class: "choices" }, ...options.map(choice)),
    );
  }

  async function take(files) {
    form = files.map(({ name, data }) => ({ name: name.split("/").pop(), data }));
    [returned, adopted, sheets, answers, sums, told] = [[], [], null, [], [], null];
    for (const name of FIELDS) page.put(at(`maker-${name}`), "");
    at("maker-steps").hidden = true;
    await laid();
    await read();
    keep.changed();
  }

  const laid = () =>
    Promise.all([
      engine.lay("maker/form", form),
      engine.lay("maker/returns", returned),
      engine.lay("maker/replies", adopted),
    ]);

  // The filled 勾稽.xlsx answers questions, too; one that does not fit is put away again.
  async function adopt([file]) {
    adopted = [file];
    await laid();
    wrong("");
    const found = await asked("answered");
    if (found) answers = found.replies;
    else [adopted] = [[], await engine.lay("maker/replies", [])];
    if (found) await read();
    keep.changed();
  }

  async function save(what) {
    const found = await asked("saved", { what });
    if (!found) return;
    wrong((found.told ?? []).join("\n"));
    if (found.content.length) page.download(found.name, found.content);
    else wrong(say("maker-no-questions"));
  }

  // The edition file joins the local editions, and handing out begins with it.
  async function use() {
    const found = await asked("saved", { what: "edition" });
    if (!found) return;
    const why = await forms.add([{ name: found.name, data: new Blob([found.content]) }]);
    wrong(why ?? "");
    if (why) return;
    const { form: name, year } = wanted().wanted.head;
    if (!(Number(office.get().year) >= Number(year))) office.set("year", year);
    blanks.wish(`${name}/${year}`);
    const step = page.step("blanks");
    at("maker-done").replaceChildren(
      make("h3", {}, say("maker-used")),
      make("p", {}, say("maker-used-hint", { file: found.name })),
      make("p", { class: "doings" }, step),
    );
    step.focus();
  }

  page.drop(at("maker-drop"), "maker-drop", { many: false, folder: false }, take);
  page.drop(at("maker-answers"), "maker-answers", { many: false, folder: false }, adopt);
  page.drop(at("maker-returns"), "maker-returns", { many: true, folder: true }, async (files) => {
    returned = files;
    await laid();
    await read();
  });
  at("maker-steps").addEventListener("change", ({ target }) => {
    if (target.type === "file") return;
    const ticked = all("input:checked", at("maker-sheets")).map((one) => one.value);
    if (target.closest("#maker-sheets")) {
      if (!ticked.length) return wrong(say("maker-no-sheet"));
      [sheets, answers] = [ticked, []];
    }
    if (target.closest("#maker-offered")) ticked();
    if (target.closest("#maker-asked"))
      answers = all("input:checked", at("maker-asked")).map((one) => one.value);
    read().then(keep.changed);
  });
  at("maker-sums").addEventListener("toggle", offers);
  at("maker-offers-all").addEventListener("click", () => {
    for (const tick of all("[data-proposed=yes]", at("maker-offered"))) page.put(tick, true);
    ticked();
    read().then(keep.changed);
  });
  at("maker-steps").addEventListener("submit", (event) => {
    event.preventDefault();
    use();
  });
  for (const one of all("[data-save]")) one.addEventListener("click", () => save(one.dataset.save));
  page.spoken(read);

  return {
    state: () => ({ form, returned, adopted, sheets, answers, sums, head: wanted().wanted.head }),
    async restore(kept, asked) {
      if (form.length && !asked) return;
      [form, returned, adopted] = [kept.form, kept.returned, kept.adopted].map(keep.files);
      sheets = Array.isArray(kept.sheets) ? kept.sheets.map(keep.text) : null;
      answers = keep.list(kept.answers).map(keep.text);
      sums = keep
        .list(kept.sums)
        .map((one) => ({ id: keep.text(one?.id), formula: one?.formula === true }));
      for (const name of FIELDS) page.put(at(`maker-${name}`), keep.text(kept.head?.[name]));
      [form, adopted] = [form.slice(0, 1), adopted.slice(0, 1)];
      told = null;
      await laid();
      await read();
    },
  };
})();
keep.join("maker", maker);
