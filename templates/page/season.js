// What the office's tabs share, each told by the event "given" when it changes: the files and lists of a campaign, and how the desk gets to know them.
// biome-ignore lint/correctness/noUnusedVariables: other scripts of the page use it.
const office = (() => {
  const LONG = 600000;
  const ASKED = { roster: "rostered", waivers: "waived" };
  const ask = officeDesk.ask;
  const fresh = () => ({
    files: [],
    prior: [],
    roster: null,
    waivers: null,
    year: "",
    region: { name: "", code: "", level: "", partial: false },
    sending: { sender: "", due: "", mail: false },
    settled: { prefer: {}, reasons: {} },
  });
  // files, prior: [{name, data, when}], when: the time of the file; roster, waivers: {name, data} or
  // null; settled: which return counts, {agency: SHA-256}, and which reasons suffice, {name: {state,
  // reason}}; the rest as it was typed.
  let state = fresh();
  // told: what the desk said of the lists and of last year. reads: {path: what was read of last
  // year's}. stale: what the desk does not know yet. changed: returns that are new or gone.
  let reads = new Map();
  let checked = false;
  const told = { roster: null, waivers: null, last: null, ignored: 0 };
  const stale = new Set();
  const changed = new Set();

  // ── names ──
  // "a.xlsx" → "a (2).xlsx": another file of a name stands beside the first.
  function numbered(name, number) {
    if (number === 1) return name;
    const dot = name.lastIndexOf(".");
    const end = dot > name.lastIndexOf("/") + 1 ? dot : name.length;
    return `${name.slice(0, end)} (${number})${name.slice(end)}`;
  }

  async function equal(one, other) {
    if (one.size !== other.size) return false;
    const [here, there] = await Promise.all([one.arrayBuffer(), other.arrayBuffer()]);
    const bytes = new Uint8Array(there);
    return new Uint8Array(here).every((byte, place) => byte === bytes[place]);
  }

  // Every folder that a name stands in.
  const above = (name) =>
    name
      .split("/")
      .slice(0, -1)
      .map((_, place, all) => all.slice(0, place + 1).join("/"));

  // Files to add to a list, under names that are free; same: those it has already, byte for byte.
  async function added(list, files) {
    const names = new Map(list.map(({ name, data }) => [name, data]));
    const folders = new Set(list.flatMap(({ name }) => above(name)));
    const blocked = (name) => above(name).some((one) => names.has(one));
    const more = [];
    const same = [];
    for (const { name, data, when } of files) {
      for (let number = 1; ; number += 1) {
        const free = blocked(name)
          ? name.replace(/^[^/]*/, (first) => numbered(first, number))
          : numbered(name, number);
        if (names.has(free) && (await equal(names.get(free), data))) {
          same.push(name);
          break;
        }
        if (names.has(free) || folders.has(free) || blocked(free)) continue;
        names.set(free, data);
        for (const one of above(free)) folders.add(one);
        more.push({ name: free, data, when });
        break;
      }
    }
    return { more, same };
  }

  // ── what was dropped and typed ──
  let touched = 0;
  function touch(what) {
    touched += 1;
    if (what !== "files") stale.add(what);
    if (what === "prior") told.last = null;
    else if (what in ASKED) told[what] = null;
    checked = false;
    keep.changed();
    document.dispatchEvent(new CustomEvent("given", { detail: what }));
  }

  // kind: files or prior. Returns the names that were passed over.
  async function add(kind, files) {
    const { more, same } = await added(state[kind], files);
    state[kind] = [...state[kind], ...more];
    for (const { name } of kind === "files" ? more : []) changed.add(name);
    if (more.length) touch(kind);
    return same;
  }

  // names: of the files to take away; all of them without.
  function remove(kind, names = state[kind].map(({ name }) => name)) {
    const gone = new Set(names);
    state[kind] = state[kind].filter(({ name }) => !gone.has(name));
    for (const name of gone) {
      if (kind === "files") changed.add(name);
      else
        for (const path of [...reads.keys()])
          if (path === name || path.startsWith(`${name}/`)) reads.delete(path);
    }
    touch(kind);
  }

  // kind: roster, waivers, year, region or sending.
  function set(kind, value) {
    state[kind] = value;
    if (kind !== "region" && kind !== "sending") return touch(kind);
    // Whoever decides is named by these.
    if (Object.keys(state.settled.reasons).length) stale.add("settled");
    keep.changed();
    return document.dispatchEvent(new CustomEvent("given", { detail: kind }));
  }

  // What the office decided: kind is prefer or reasons; without a value it is open again. The
  // results stay as they are, only what is said of them is another.
  function settle(kind, decisions) {
    const now = { ...state.settled[kind], ...decisions };
    const left = Object.entries(now).filter(([, value]) => value !== null);
    state.settled = { ...state.settled, [kind]: Object.fromEntries(left) };
    stale.add("settled");
    keep.changed();
  }

  const by = () =>
    state.sending.sender.trim() || state.region.name.trim() || page.say("settle-office");
  const decided = () => ({
    prefer: state.settled.prefer,
    reasons: Object.fromEntries(
      Object.entries(state.settled.reasons).map(([name, one]) => [name, one.state]),
    ),
    by: by(),
  });

  async function tellSettled() {
    if (stale.has("settled")) await telling("settled", () => ask("settled", decided()));
  }

  // Local editions came or went: what was examined is of other rules.
  function outdated() {
    if (state.files.length) touch("files");
  }

  // ── the desk ──
  const year = () => (/^\d{4}$/.test(state.year.trim()) ? Number(state.year) : null);

  // An engine that begins anew is told all that the desk knows, the answers last.
  function lasts() {
    const questions = {
      roster: told.roster?.members
        ? { name: ASKED.roster, given: { name: state.roster.name } }
        : null,
      waivers: told.waivers?.waivers
        ? { name: ASKED.waivers, given: { name: state.waivers.name } }
        : null,
      year: year() ? { name: "dated", given: { year: year() } } : null,
      settled: { name: "settled", given: decided() },
    };
    for (const [key, question] of Object.entries(questions)) {
      engine.lasting(key, null);
      if (question) engine.lasting(key, () => ({ desk: "", ...question }));
    }
    officeDesk.lasts();
  }

  // Does what lets the desk know of something; where that is not done it stays to do.
  async function telling(kind, work) {
    stale.delete(kind);
    let done = false;
    try {
      done = (await work()) !== false;
    } finally {
      if (!done) stale.add(kind);
    }
    lasts();
    document.dispatchEvent(new CustomEvent("known", { detail: kind }));
  }

  function tellList(kind) {
    const file = state[kind];
    told[kind] = null;
    lasts();
    return telling(kind, async () => {
      await engine.lay(kind, file ? [file] : []);
      told[kind] = await officeDesk.daring(ASKED[kind], { name: file?.name ?? null });
    });
  }

  // signal ends it; say(done, all) as it goes on. Returns whether all was read.
  async function readLast(signal, say) {
    await engine.lay("prior", state.prior);
    const ignored = await officeDesk.readLast(reads, signal, say);
    told.ignored = ignored ?? told.ignored;
    return ignored !== null;
  }

  // Last year's reports are read under the local editions of now, and known by the roster's names.
  let known = { roster: null, editions: null };
  async function tellLast(signal, say) {
    const now = { roster: state.roster, editions: await ask("editions") };
    if (now.editions !== known.editions && state.prior.length) stale.add("prior");
    if (!stale.has("prior") && now.roster === known.roster) return;
    const anew = stale.has("prior");
    told.last = null;
    lasts();
    await telling("prior", async () => {
      if (anew && !(await readLast(signal, say))) return false;
      told.last = await officeDesk.useLast(reads);
      known = now;
    });
  }

  // Lets the desk know all but the returns. Returns whether they can be examined with it.
  async function prepare(signal, say) {
    lasts();
    for (const kind of ["roster", "waivers"]) {
      if (stale.has(kind)) await tellList(kind);
      if (signal.aborted) return false;
    }
    if (stale.has("year")) await telling("year", () => ask("dated", { year: year() }));
    await tellSettled();
    await tellLast(signal, say);
    return !signal.aborted && ready();
  }

  // Whether nothing is wrong with what the returns are examined with.
  function ready() {
    const bad = (kind) => state[kind] && (told[kind]?.wrong || told[kind]?.lost);
    return !bad("roster") && !bad("waivers") && !told.last?.twice;
  }

  // Examines what is new. Returns whether all of it is done.
  async function check(signal, prepared, examined) {
    if (!(await prepare(signal, prepared))) return false;
    const names = [...changed];
    const before = touched;
    await officeDesk.lay(state.files);
    if (kept) await officeDesk.recall(kept);
    kept = null;
    const whole = await officeDesk.examine(
      signal,
      (done, all) => {
        for (const name of names.splice(0)) changed.delete(name);
        examined(done, all);
      },
      [...names],
    );
    if (!whole) return false;
    checked = before === touched;
    keep.changed();
    return true;
  }

  // ── kept ──
  // What was kept, and of the lists and fields what is here already, for somebody put it there.
  function taken(found, mine) {
    const region = found.region ?? {};
    const sending = found.sending ?? {};
    const settled = found.settled ?? {};
    const one = (kind) => mine[kind] ?? keep.files([found[kind]])[0] ?? null;
    const typed = ["name", "code", "level"].map((name) => [
      name,
      mine.region[name] || keep.text(region[name]),
    ]);
    return {
      files: keep.files(found.files),
      prior: keep.files(found.prior),
      roster: one("roster"),
      waivers: one("waivers"),
      year: mine.year || keep.text(found.year),
      region: {
        ...Object.fromEntries(typed),
        partial: mine.region.partial || region.partial === true,
      },
      sending: {
        sender: mine.sending.sender || keep.text(sending.sender),
        due: mine.sending.due || keep.text(sending.due),
        mail: mine.sending.mail || sending.mail === true,
      },
      settled: {
        prefer: { ...rows(settled.prefer, keep.text), ...mine.settled.prefer },
        reasons: { ...rows(settled.reasons, reason), ...mine.settled.reasons },
      },
    };
  }

  // Decisions of a file, each as `one` takes it; what is nothing is left out.
  function rows(value, one) {
    const found = value !== null && typeof value === "object" ? Object.entries(value) : [];
    return Object.fromEntries(
      found.map(([name, row]) => [name, one(row)]).filter(([, row]) => row),
    );
  }

  function reason(value) {
    const { state: as, reason: text } = value ?? {};
    return ["accepted", "refused"].includes(as) ? { state: as, reason: keep.text(text) } : null;
  }

  let kept = null;
  let restored = null;
  keep.join("office", {
    state: () => ({
      ...state,
      reads: [...reads],
      answers: [...officeDesk.answers],
      changed: [...changed],
      checked,
    }),
    // Out of a file no verdict is taken: all its returns are judged anew, last year's are read anew.
    restore: async (found, asked) => {
      const mine = asked ? fresh() : state;
      state = taken(found, mine);
      reads = new Map(asked ? [] : keep.list(found.reads));
      kept = asked ? null : Object.fromEntries(keep.list(found.answers));
      checked = false;
      changed.clear();
      for (const { name } of asked ? state.files : []) changed.add(name);
      for (const name of asked ? [] : keep.list(found.changed)) changed.add(name);
      if (asked) officeDesk.answers.clear();
      for (const kind of ["roster", "waivers", "year", "prior", "settled"]) stale.add(kind);
      // Fields show it at once: what is typed from now on is typed into it.
      restored.shown(asked);
      document.dispatchEvent(new CustomEvent("known", { detail: "kept" }));
      for (const kind of ["files", "prior"]) await add(kind, mine[kind]);
      await forms.settled();
      restored.done(found.checked === true);
    },
  });

  return {
    ask,
    add,
    remove,
    set,
    settle,
    tellSettled,
    by,
    outdated,
    check,
    prepare,
    ready,
    told,
    year,
    LONG,
    waiting: () => stale.size > 0,
    get: () => state,
    checked: () => checked,
    // shown(asked): all is here; done(was): it can be checked, as it was before.
    onRestored: (calls) => {
      restored = calls;
    },
    unread: () => [...reads].flatMap(([path, { unread }]) => unread.map((why) => ({ path, why }))),
  };
})();
