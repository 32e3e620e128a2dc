// The season in a line on every tab: what is given once, and where to change it.
(() => {
  const { at, say, put } = page;

  function line() {
    const { year, region, sending, roster, prior, waivers, settled } = office.get();
    const { told } = office;
    const count = (n, words, name) => (n ? say(`season-${words}`, { n }) : name);
    const decisions = Object.keys(settled.prefer).length + Object.keys(settled.reasons).length;
    return [
      year.trim() && say("season-of", { year: year.trim() }),
      region.name.trim(),
      roster && count(told.roster?.members, "members", roster.name),
      prior.length && say("season-last", { n: prior.length }),
      waivers && count(told.waivers?.waivers, "waived", waivers.name),
      decisions && say("season-decided", { n: decisions }),
      sending.sender.trim(),
      sending.due && say("season-until", { day: sending.due }),
    ].filter(Boolean);
  }

  function show() {
    const parts = line();
    at("season-line").textContent = parts.length ? parts.join(" · ") : say("season-none");
    const { year, region, sending } = office.get();
    put(at("season-year"), year);
    put(at("season-region"), region.name);
    put(at("season-sender"), sending.sender);
    put(at("season-due"), sending.due);
    for (const kind of ["roster", "prior", "waivers"]) {
      const given = office.get()[kind];
      const files = Array.isArray(given) ? given.length : given ? 1 : 0;
      at(`season-${kind}`).classList.toggle("filled", files > 0);
    }
  }

  const given = {
    year: (value) => office.set("year", value),
    region: (value) => office.set("region", { ...office.get().region, name: value }),
    sender: (value) => office.set("sending", { ...office.get().sending, sender: value }),
    due: (value) => office.set("sending", { ...office.get().sending, due: value }),
  };
  for (const [name, take] of Object.entries(given))
    at(`season-${name}`).addEventListener("input", ({ target }) => take(target.value));
  for (const kind of ["roster", "waivers"])
    page.drop(
      at(`season-${kind}`),
      `season-${kind}-drop`,
      { many: false, folder: false },
      ([file]) => office.set(kind, { name: file.name.split("/").pop(), data: file.data }),
    );
  page.drop(at("season-prior"), "season-prior-drop", { many: true, folder: true }, (files) =>
    office.add("prior", files),
  );
  document.addEventListener("given", show);
  document.addEventListener("known", show);
  page.spoken(show);
})();
