// About the page: what it is made of, and the licences in full.
(() => {
  const { at, say, make } = page;
  at("about-policy").textContent = page
    .all("meta[http-equiv=Content-Security-Policy]")[0]
    .content.replaceAll("; ", ";\n");

  page.spoken(() => {
    const heads = ["name", "version", "licence", "sha256"];
    const line = (part) =>
      make(
        "tr",
        {},
        make(
          "th",
          { scope: "row" },
          part.name,
          ...(part.about ? [make("small", {}, part.about)] : []),
        ),
        make("td", {}, part.version),
        make("td", {}, part.licence),
        make("td", {}, make("code", {}, part.sha256 || "—")),
      );
    at("about-table").replaceChildren(
      make(
        "thead",
        {},
        make("tr", {}, ...heads.map((head) => make("th", { scope: "col" }, say(`about-${head}`)))),
      ),
      make("tbody", {}, ...page.about.map(line)),
    );
  });

  // They are read when somebody wants to see them.
  at("about-licences").addEventListener("toggle", async () => {
    if (!at("about-licences").open || at("about-texts").firstElementChild) return;
    at("about-doing").textContent = say("about-reading");
    try {
      const all = await engine.ask("terms");
      at("about-texts").replaceChildren(
        ...all.map(({ name, text }) =>
          make("details", {}, make("summary", {}, name), make("pre", { lang: "en" }, text)),
        ),
      );
      at("about-doing").textContent = "";
    } catch (error) {
      at("about-doing").textContent = say("about-unread", { why: page.why(error) });
    }
  });
})();
