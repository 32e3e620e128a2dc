// A document on the agency's tab: proposals are confirmed or corrected by typing, row by row.
// biome-ignore lint/correctness/noUnusedVariables: other scripts of the page use it.
const proposals = (() => {
  const { at, say, make } = page;
  // What was typed and ticked for the document that lies there, kept when the words change.
  let texts = new Map();
  let ticks = new Set();

  function field(key, value, attributes) {
    const input = make("input", { type: "text", autocomplete: "off", ...attributes });
    page.put(input, texts.get(key) ?? value);
    input.addEventListener("input", () => texts.set(key, input.value));
    return input;
  }

  function cell(row, one) {
    const words = { size: 8, "data-key": one.key, "aria-label": `${row} ${one.head}` };
    const place = make("small", {}, `${one.where} `, make("q", {}, one.raw));
    return make(
      "label",
      {},
      make("span", {}, one.head),
      field(one.key, one.proposal, words),
      place,
    );
  }

  // A row counts once it is ticked; who types in it has looked at it.
  function row(one) {
    const own = `${one.table} ${one.row}`;
    const tick = make("input", { type: "checkbox" });
    page.put(tick, ticks.has(own));
    const keep = () => (tick.checked ? ticks.add(own) : ticks.delete(own));
    const cells = make(
      "div",
      { class: "cells-of" },
      ...one.cells.map((each) => cell(one.row, each)),
    );
    cells.addEventListener("input", () => {
      page.put(tick, true);
      keep();
    });
    tick.addEventListener("change", keep);
    const right = make("label", {}, tick, " ", say("proposals-right"));
    return make("fieldset", { class: "row-of" }, make("legend", {}, one.row), cells, right);
  }

  function rows(told) {
    const found = [];
    let table = "";
    for (const one of told.rows) {
      if (one.table !== table) found.push(make("h3", {}, one.table));
      table = one.table;
      found.push(row(one));
    }
    return found;
  }

  function left(said) {
    if (!said.length) return [];
    const summary = make("summary", {}, say("proposals-said", { n: said.length }));
    const lines = said.map((line) => make("li", {}, line));
    return [make("details", { open: said.length < 9 }, summary, make("ul", {}, ...lines))];
  }

  // The texts of the ticked rows by key; what is blank stays blank.
  function values(place) {
    const ticked = page.all("fieldset", place).filter((one) => page.all(":checked", one).length);
    const inputs = ticked.flatMap((one) => page.all("[data-key]", one));
    return Object.fromEntries(
      inputs.filter((one) => one.value.trim()).map((one) => [one.dataset.key, one.value]),
    );
  }

  // told: the answer of "proposed". made(figures): gets what is confirmed.
  function show(told, made) {
    const place = at("agency-asked");
    place.hidden = !told;
    place.replaceChildren();
    if (!told) return;
    const name = field(" agency", told.agency, { id: "proposals-agency" });
    const year = field(" year", told.year, { id: "proposals-year", size: 6, maxlength: 4 });
    const wrong = make("p", { class: "wrong", role: "alert" });
    const confirm = () => {
      const right = /^[12][0-9]{3}$/.test(year.value.trim());
      wrong.textContent = right ? "" : say("proposals-year-wrong");
      if (!right) return year.focus();
      return made({ values: values(place), agency: name.value, year: year.value.trim() });
    };
    place.append(
      make("h2", {}, say("proposals-heading")),
      make("p", {}, say("proposals-counts", told.counts)),
      ...left(told.said),
      ...(told.rows.length ? [make("p", {}, say("proposals-how"))] : []),
      ...rows(told),
      make("p", {}, make("label", { for: name.id }, say("proposals-agency")), " ", name),
      make("p", {}, make("label", { for: year.id }, say("proposals-year")), " ", year),
      wrong,
      make(
        "button",
        { type: "button", class: "chief", onclick: confirm },
        say("proposals-confirm"),
      ),
    );
  }

  return {
    show,
    // Another document: nothing was typed for it yet.
    forget: () => {
      texts = new Map();
      ticks = new Set();
      show(null);
    },
  };
})();
