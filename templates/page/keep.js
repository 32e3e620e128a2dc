// Keeps what was dropped and typed: in this browser, so that it survives a reload, and in one file.
// A tab joins with state(), plain data with Blobs in it, and restore(state, asked); asked: somebody
// opened a file. A file may come from anybody: no verdict is in it or taken from it, and whatever is
// not what it should be is left out.
// biome-ignore lint/correctness/noUnusedVariables: other scripts of the page use it.
const keep = (() => {
  const HEAD = "gouji 1\n";
  const PAUSE = 400;
  // What came of a file that was opened is not said over by what is kept of it a moment later.
  const LASTING = ["keep-loaded", "keep-partly"];
  const tabs = new Map();
  const ids = new WeakMap();
  let base = null;
  let clock = 0;
  let restoring = false;
  let missed = false;
  let dropped = 0;
  let saving = Promise.resolve();

  // Plain data without Blobs: each stands as {blob: what blobs() gives it}.
  function without(value, blob) {
    if (value instanceof Blob) return { blob: blob(value) };
    if (Array.isArray(value)) return value.map((one) => without(one, blob));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, without(one, blob)]));
  }

  function within(value, blob) {
    if (Array.isArray(value)) return value.map((one) => within(one, blob));
    if (value === null || typeof value !== "object") return value;
    if ("blob" in value) return blob(value.blob);
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, within(one, blob)]));
  }

  // ── what is taken of a file ──
  const NAMED = /^(?!\.{0,2}(\/|$))(?!.*\/\.{0,2}(\/|$))[^\0]+$/s;
  const LENGTH = 1000;
  const LINE = 2 ** 28;
  const text = (value) => (typeof value === "string" ? value.slice(0, LENGTH) : "");
  const list = (value) => (Array.isArray(value) ? value : []);

  // Files by names that lead nowhere else and do not stand in each other's way.
  function files(value) {
    const names = new Set();
    const folders = new Set();
    return list(value)
      .filter((one) => one !== null && one !== undefined)
      .filter((one) => {
        const { name, data } = one;
        const steps =
          typeof name === "string" && name.length <= 4 * LENGTH && NAMED.test(name)
            ? name.split("/")
            : [];
        const above = steps.slice(1).map((_, place) => steps.slice(0, place + 1).join("/"));
        const good =
          steps.length &&
          data instanceof Blob &&
          !names.has(name) &&
          !folders.has(name) &&
          !above.some((path) => names.has(path));
        if (good) for (const path of above) folders.add(path);
        if (good) names.add(name);
        else dropped += 1;
        return good;
      })
      .map(({ name, data, when }) => ({ name, data, ...(Number.isFinite(when) ? { when } : {}) }));
  }

  const states = () => Object.fromEntries([...tabs].map(([name, tab]) => [name, tab.state()]));

  // Gives the tabs what was theirs; tells whether all could take it.
  // All begin at once: what is typed and dropped while the engine is told of it comes after it.
  async function restore(found, asked) {
    restoring = true;
    dropped = 0;
    const done = await Promise.allSettled(
      [...tabs].map(async ([name, tab]) => {
        if (found[name]) await tab.restore(found[name], asked);
      }),
    );
    restoring = false;
    if (missed) changed();
    return !dropped && done.every(({ status }) => status === "fulfilled");
  }

  // ── in this browser ──
  const answered = (request) =>
    new Promise((good, bad) => {
      request.onsuccess = () => good(request.result);
      request.onerror = () => bad(request.error);
    });

  // One page at a time keeps: what two of them kept would be a mixture.
  function alone() {
    if (!navigator.locks) return Promise.resolve(true);
    return new Promise((good) => {
      navigator.locks
        .request("gouji", { ifAvailable: true }, (lock) => {
          good(lock !== null);
          return lock && new Promise(() => {});
        })
        .catch(() => good(true));
    });
  }

  async function opened() {
    if (!(await alone())) return tell("keep-other");
    try {
      const request = indexedDB.open("gouji", 1);
      request.onupgradeneeded = () =>
        ["states", "blobs"].map((name) => request.result.createObjectStore(name));
      base = await answered(request);
    } catch {
      return tell("keep-refused");
    }
    const read = base.transaction(["states", "blobs"]);
    const [found, keys, blobs] = await Promise.all([
      answered(read.objectStore("states").get("all")),
      answered(read.objectStore("blobs").getAllKeys()),
      answered(read.objectStore("blobs").getAll()),
    ]);
    const known = new Map(keys.map((key, place) => [key, blobs[place]]));
    for (const [key, blob] of known) ids.set(blob, key);
    if (!found) return tell("keep-on");
    const whole = await restore(
      within(found, (id) => known.get(id)),
      false,
    );
    return tell(whole ? "keep-restored" : "keep-partly");
  }

  async function save() {
    const blobs = new Map();
    const state = without(states(), (blob) => {
      if (!ids.has(blob)) ids.set(blob, crypto.randomUUID());
      blobs.set(ids.get(blob), blob);
      return ids.get(blob);
    });
    const write = base.transaction(["states", "blobs"], "readwrite");
    const store = write.objectStore("blobs");
    write.objectStore("states").put(state, "all");
    const there = new Set(await answered(store.getAllKeys()));
    for (const key of there) if (!blobs.has(key)) store.delete(key);
    for (const [key, blob] of blobs) if (!there.has(key)) store.put(blob, key);
    await new Promise((good, bad) => {
      write.oncomplete = good;
      write.onabort = () => bad(write.error);
    });
  }

  // Called by a tab whenever its state is another.
  function changed() {
    clearTimeout(clock);
    missed = restoring;
    if (!base || restoring) return;
    clock = setTimeout(() => {
      saving = saving.then(save).then(
        () => LASTING.includes(told) || tell("keep-kept"),
        () => tell("keep-full"),
      );
    }, PAUSE);
  }

  async function clear() {
    if (!confirm(page.say("keep-sure"))) return;
    clearTimeout(clock);
    await saving;
    base?.close();
    if (base) await answered(indexedDB.deleteDatabase("gouji")).catch(() => {});
    location.reload();
  }

  // ── one file: a line that says what it is, a line of JSON, then all Blobs one after the other ──
  function packed() {
    const blobs = [];
    const found = states();
    Object.assign(found.office, { answers: [], reads: [] });
    const state = without(found, (blob) => blobs.push(blob) - 1);
    const told = { state, sizes: blobs.map((blob) => blob.size) };
    return new Blob([HEAD, JSON.stringify(told), "\n", ...blobs]);
  }

  // Of another file no more is read than its first signs.
  async function headed(file) {
    if ((await file.slice(0, HEAD.length).text()) !== HEAD) throw new Error("keep-foreign");
  }

  async function unpacked(file) {
    const line = await firstLine(file, HEAD.length);
    const { state, sizes } = JSON.parse(line.text);
    if (!sizes.every((size) => Number.isSafeInteger(size) && size >= 0))
      throw new Error("keep-foreign");
    let start = line.end;
    const blobs = sizes.map((size) => {
      start += size;
      return file.slice(start - size, start);
    });
    if (start !== file.size) throw new Error("keep-foreign");
    return within(state, (place) => blobs[place]);
  }

  async function firstLine(file, start) {
    for (let size = 2 ** 16; size <= LINE; size *= 4) {
      const bytes = new Uint8Array(await file.slice(start, start + size).arrayBuffer());
      const end = bytes.indexOf(10);
      if (end >= 0)
        return { text: new TextDecoder().decode(bytes.subarray(0, end)), end: start + end + 1 };
      if (start + size >= file.size) break;
    }
    throw new Error("keep-foreign");
  }

  async function load(file) {
    let found;
    try {
      await headed(file);
      found = await unpacked(new Blob([await file.arrayBuffer()]));
    } catch {
      return tell("keep-foreign");
    }
    const whole = await restore(found, true);
    changed();
    return tell(whole ? "keep-loaded" : "keep-partly");
  }

  // ── what is seen of it ──
  let told = "keep-on";
  function tell(words) {
    told = words;
    page.at("keep-told").textContent = page.say(told);
  }

  function begin() {
    const input = page.at("keep-file");
    page.at("keep-save").addEventListener("click", () => {
      const day = new Date().toLocaleDateString("sv-SE");
      page.download(page.say("keep-name", { day }), packed());
    });
    page.at("keep-load").addEventListener("click", () => input.click());
    input.addEventListener("change", () => {
      const [file] = input.files;
      if (file) load(file);
      input.value = "";
    });
    page.at("keep-clear").addEventListener("click", clear);
    page.spoken(() => tell(told));
    return opened();
  }

  return { text, list, files, join: (name, tab) => tabs.set(name, tab), changed, begin };
})();
