// What the office decides on the board: which reasons suffice, which return counts.
// biome-ignore lint/correctness/noUnusedVariables: other scripts of the page use it.
const settling = (() => {
  const { at, all, say, make } = page;
  const place = at("check-board");
  // Told that something was decided, and beside which element the person is.
  let decided = () => {};
  // {name: text} of the reasons that can be decided on.
  let told = {};

  const button = (words, name, onclick) =>
    make("button", { type: "button", "aria-label": `${say(words)}：${name}`, onclick }, say(words));

  function settle(kind, decisions, near) {
    office.settle(kind, decisions);
    decided(near);
  }

  // Of a reason: accept it, send it back, or take the decision back.
  function ofReason(one) {
    const name = one.dataset.reason;
    const now = office.get().settled.reasons[name];
    const as = (state) => () =>
      settle("reasons", { [name]: state && { state, reason: told[name] } }, { reason: name });
    if (now) return [button("settle-undo", name, as(null))];
    return [
      button("settle-accept", name, as("accepted")),
      button("settle-refuse", name, as("refused")),
    ];
  }

  // Of a return that the office may prefer: it counts for its agency.
  function ofReturn(one) {
    const { prefer, agency } = one.dataset;
    return [button("settle-prefer", agency, () => settle("prefer", { [agency]: prefer }))];
  }

  // Of an agency of which a return was preferred: that is taken back.
  function ofPreferred(one) {
    const agency = one.closest("tr").querySelector("bdi").textContent;
    if (!office.get().settled.prefer[agency]) return [];
    return [button("settle-undo", agency, () => settle("prefer", { [agency]: null }))];
  }

  // Puts buttons beside all that can be decided on, once it is drawn.
  function dress() {
    for (const [what, made] of [
      ["[data-reason]", ofReason],
      ["[data-prefer]", ofReturn],
      [".lines .preferred", ofPreferred],
    ])
      for (const one of all(what, place)) {
        // A return that is not drawn yet, and what has its buttons.
        const home = one.tagName === "SECTION" ? one.querySelector(".links") : one;
        if (!home || home.dataset.dressed !== undefined) continue;
        if (made === ofReason && !(one.dataset.reason in told)) continue;
        home.dataset.dressed = "";
        const buttons = made(one).flatMap((each) => [" ", each]);
        home.append(make("span", { class: "settle" }, ...buttons));
      }
  }
  new MutationObserver(dress).observe(place, { childList: true, subtree: true });

  // Names of the reasons to accept at once: of the agencies whose lines are shown.
  function shown(reasons) {
    const lines = all(".lines tbody tr", place);
    const hidden = new Set(
      lines.filter((line) => line.hidden).map((line) => line.querySelector("bdi")?.textContent),
    );
    return Object.entries(reasons).filter(([name]) => !hidden.has(name.split("|")[0]));
  }

  // The line above the board: what waits for a decision.
  function line(result) {
    const count = Object.keys(result.reasons).length;
    const accept = () => {
      const some = shown(result.reasons).map(([name, reason]) => [
        name,
        { state: "accepted", reason },
      ]);
      settle("reasons", Object.fromEntries(some), {});
    };
    const parts = [];
    if (count)
      parts.push(
        make(
          "p",
          {},
          say("settle-reasons", { n: count }),
          " ",
          make("button", { type: "button", id: "settle-all", onclick: accept }, say("settle-all")),
        ),
      );
    if (result.to_choose) parts.push(make("p", {}, say("settle-choose", { n: result.to_choose })));
    return parts;
  }

  // A decision was on words that have changed since: it is open again. Tells whether there is one.
  function outdated(result) {
    told = { ...result.reasons, ...result.settled };
    const { reasons } = office.get().settled;
    const old = Object.entries(result.settled).filter(
      ([name, text]) => reasons[name] && reasons[name].reason !== text,
    );
    if (old.length) office.settle("reasons", Object.fromEntries(old.map(([name]) => [name, null])));
    return old.length > 0;
  }

  // The board as it was looked at: what is open, filtered, searched for, how far down, which button.
  function looked() {
    const open = all(".entry.open", place).map(({ id }) => id);
    const pressed = place.querySelector("[data-filter][aria-pressed=true]")?.dataset.filter;
    const search = place.querySelector("#search")?.value ?? "";
    const top = scrollY;
    return (near) => {
      const drawn = exhibits.get(place);
      for (const id of open) if (at(id)) drawn.board?.open(at(id));
      dress();
      if (pressed) place.querySelector(`[data-filter="${pressed}"]`)?.click();
      if (search) {
        page.put(place.querySelector("#search"), search);
        place.querySelector("#search").dispatchEvent(new Event("input"));
      }
      scrollTo(0, top);
      const [[what, value] = []] = Object.entries(near ?? {});
      const there = what && place.querySelector(`[data-${what}="${CSS.escape(value)}"] button`);
      there?.focus({ preventScroll: true });
    };
  }

  return {
    line,
    looked,
    outdated,
    onDecided: (call) => {
      decided = call;
    },
  };
})();
