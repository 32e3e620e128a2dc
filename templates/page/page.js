// The page: words, tabs, files dropped or chosen, downloads, what is under way.
const page = (() => {
  const at = (id) => document.getElementById(id);
  const all = (what, where = document) => Array.from(where.querySelectorAll(what));
  const given = JSON.parse(at("words").textContent);
  const LANG = "gouji-language";
  const TAB = "gouji-tab";
  let lang = "zh";

  // A sentence by its name; {names} in it are replaced, [{name}|one|several] is chosen by number.
  function say(name, figures = {}) {
    return given.said[name][lang]
      .replace(/\[\{(\w+)\}\|([^|[\]]*)\|([^|[\]]*)\]/g, (_, key, one, several) =>
        String(figures[key]) === "1" ? one : several,
      )
      .replace(/\{(\w+)\}/g, (all, key) => figures[key] ?? all);
  }

  // Why something was not done, in words: the engine's codes have theirs, of a fault its last line.
  function why(error) {
    const told = error.message.trim().split("\n").pop();
    return given.said[`why-${told}`] ? say(`why-${told}`) : told;
  }

  // An element; a child that is text stays text.
  function make(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else if (value === true) made.setAttribute(key, "");
      else if (value !== false && value != null) made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  // ── what a person typed ──
  // No other place gives a field a value. `suggest`, for what the page thinks of by itself or kept,
  // never changes a field somebody typed in or chose from since the page opened; `put` is for what
  // somebody asked for: a file opened, rows pasted.
  const typed = new WeakSet();
  for (const name of ["input", "change"])
    addEventListener(name, ({ target }) => typed.add(target), true);
  const group = (field) => (field.type === "radio" ? all(`[name="${field.name}"]`) : [field]);
  const touched = (...fields) => fields.flatMap(group).some((field) => typed.has(field));

  function put(field, value) {
    if (typeof value === "boolean") field.checked = value;
    else if (field.value !== value) field.value = value;
  }

  // Whoever is in the field already, or comes to it, types over the whole of it.
  function suggest(field, value) {
    if (touched(field)) return;
    put(field, value);
    if (field === document.activeElement) field.select?.();
  }
  for (const name of ["focusin", "click"]) {
    addEventListener(name, ({ target }) => {
      if (target.dataset?.suggested !== undefined && !touched(target)) target.select();
    });
  }

  // Fills a select; what was chosen stays while it is there, else `usual` is.
  function choices(select, options, usual) {
    const before = select.value;
    const has = (value) => options.some((one) => one.value === value);
    select.replaceChildren(...options);
    select.disabled = !options.length;
    if (has(before)) select.value = before;
    else if (has(usual)) put(select, usual);
  }

  // What a list says behind the name of an edition that is an example.
  const example = (one) => (one.confirmed ? "" : say("forms-example"));

  // Calls back now and whenever the language changes.
  const speakers = [];
  function spoken(speak) {
    speakers.push(speak);
    speak(lang);
  }

  // The language and the tab of the time before; a browser may refuse to keep anything.
  function remembered(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  }

  function remember(key, value) {
    try {
      localStorage.setItem(key, value);
    } catch {
      // It is chosen again next time.
    }
  }

  function speak(wanted) {
    lang = wanted;
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    for (const one of all("[data-say]")) one.textContent = say(one.dataset.say);
    for (const one of all("[data-say-label]"))
      one.setAttribute("aria-label", say(one.dataset.sayLabel));
    document.title = say("title");
    at("language").textContent = lang === "zh" ? "English" : "中文";
    at("language").lang = lang === "zh" ? "en" : "zh-CN";
    for (const one of speakers) one(lang);
  }

  // ── tabs ──
  const tabs = all("[role=tab]");
  function open(name) {
    for (const tab of tabs) {
      const here = tab.id === `tab-${name}`;
      tab.setAttribute("aria-selected", here);
      tab.tabIndex = here ? 0 : -1;
      at(tab.getAttribute("aria-controls")).hidden = !here;
    }
    remember(TAB, name);
    at(`pane-${name}`).dispatchEvent(new Event("opened"));
  }

  function begin() {
    speak(remembered(LANG) === "en" ? "en" : "zh");
    const before = remembered(TAB);
    open(tabs.some((tab) => tab.id === `tab-${before}`) ? before : "agency");
  }

  // The next step: a button that opens the tab where it is done.
  const step = (tab, words = tab) =>
    make("button", { type: "button", class: "chief", "data-step": tab }, say(`step-${words}`));
  addEventListener("click", ({ target }) => {
    const { step: tab } = target.dataset ?? {};
    if (!tab) return;
    open(tab);
    at(`tab-${tab}`).focus();
    scrollTo(0, 0);
  });
  at("tabs").addEventListener("click", ({ target }) => {
    if (target.id.startsWith("tab-")) open(target.id.slice(4));
  });
  at("tabs").addEventListener("keydown", (event) => {
    const here = tabs.indexOf(document.activeElement);
    const last = tabs.length - 1;
    const place = { ArrowRight: here + 1, ArrowLeft: here + last, Home: 0, End: last }[event.key];
    if (place === undefined) return;
    const next = tabs[place % tabs.length];
    next.focus();
    open(next.id.slice(4));
    event.preventDefault();
  });

  // ── files ──
  // All files of what was dropped or chosen: [{name, data}], names with their folders.
  async function inside(entry, path = "") {
    const name = path + entry.name;
    if (entry.isFile) {
      return [{ name, data: await new Promise((good, bad) => entry.file(good, bad)) }];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((good, bad) => reader.readEntries(good, bad));
      if (!some.length) return found;
      for (const one of some) found.push(...(await inside(one, `${name}/`)));
    }
  }

  async function dropped(transfer) {
    const files = Array.from(transfer.files);
    const entries = Array.from(transfer.items)
      .map((one) => one.webkitGetAsEntry())
      .filter(Boolean);
    // What comes from another program, as a mail's attachment, may be a file without an entry.
    if (!entries.length) return held(files.map((data) => ({ name: data.name, data })));
    return held((await Promise.all(entries.map((one) => inside(one)))).flat());
  }

  // The engine names a file or folder in 255 bytes, a system may take more: what is longer loses its
  // middle, and a sum there tells it from others.
  function brief(name) {
    if (new TextEncoder().encode(name).length <= 255) return name;
    const signs = Array.from(name);
    const sum = signs.reduce((before, sign) => (before * 31 + sign.codePointAt(0)) >>> 0, 7);
    return `${signs.slice(0, 40).join("")}…${sum.toString(36)}…${signs.slice(-20).join("")}`;
  }

  // The files as they are now: one that is saved anew meanwhile could not be read any more.
  async function held(files) {
    const found = [];
    const unread = [];
    for (const { name, data } of files) {
      try {
        const path = name.split("/").map(brief).join("/");
        const when = data.lastModified;
        found.push({ name: path, data: new Blob([await data.arrayBuffer()]), when });
      } catch {
        unread.push(name);
      }
    }
    if (unread.length) alert(say("unread", { names: unread.join("\n") }));
    return found;
  }

  function chosen(input) {
    return held(
      Array.from(input.files).map((data) => ({ name: data.webkitRelativePath || data.name, data })),
    );
  }

  // Makes an element a place to drop files on, and to choose them with the keyboard.
  // options: many, folder, also: an element to drop them on as well; taken([{name, data}]) gets them.
  // Returns what opens the dialog.
  function drop(element, words, options, taken) {
    const input = make("input", {
      type: "file",
      multiple: options.many,
      class: "unseen",
      tabindex: "-1",
      "aria-hidden": "true",
    });
    const folder = make("input", {
      type: "file",
      webkitdirectory: true,
      class: "unseen",
      tabindex: "-1",
      "aria-hidden": "true",
    });
    const choose = make("button", { type: "button", onclick: () => input.click() });
    const chooseFolder = make("button", { type: "button", onclick: () => folder.click() });
    const told = make("p");
    element.append(
      told,
      make("p", {}, choose, ...(options.folder ? [" ", chooseFolder] : [])),
      input,
      folder,
    );
    spoken(() => {
      told.textContent = say(words);
      choose.textContent = say(options.many ? "choose-files" : "choose-file");
      chooseFolder.textContent = say("choose-folder");
    });
    for (const one of [input, folder]) {
      one.addEventListener("change", async () => {
        const files = await chosen(one);
        one.value = "";
        if (files.length) taken(files);
      });
    }
    for (const place of options.also ? [element, options.also] : [element]) {
      place.addEventListener("dragover", (event) => {
        event.preventDefault();
        place.classList.add("over");
      });
      place.addEventListener("dragleave", () => place.classList.remove("over"));
      place.addEventListener("drop", async (event) => {
        event.preventDefault();
        place.classList.remove("over");
        const files = await dropped(event.dataTransfer);
        if (files.length) taken(files);
      });
    }
    return () => input.click();
  }

  // Folds what was given into one line once there is a result, and shows the result from its top.
  // fold: a details; words: its line.
  function folded(fold, words) {
    fold.classList.toggle("done", words !== null);
    fold.open = words === null;
    all("summary", fold)[0].textContent = words ?? "";
    if (words !== null && !fold.closest("[role=tabpanel]").hidden) scrollTo(0, 0);
  }
  // A file let fall beside its place does not replace the page.
  for (const name of ["dragover", "drop"])
    addEventListener(name, (event) => event.preventDefault());

  function download(name, content, type = "application/octet-stream") {
    const address = URL.createObjectURL(new Blob([content], { type }));
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
  }

  // ── what is under way ──
  let under = null;
  function status(words, figures) {
    under = () => {
      at("engine").textContent = say(words, figures);
    };
    under();
  }
  spoken(() => under?.());

  return {
    at,
    all,
    say,
    why,
    make,
    put,
    suggest,
    touched,
    choices,
    example,
    spoken,
    speak,
    begin,
    folded,
    step,
    switched: () => {
      speak(lang === "zh" ? "en" : "zh");
      remember(LANG, lang);
    },
    drop,
    download,
    status,
    about: given.about,
    version: given.version,
    build: given.build,
    lang: () => lang,
  };
})();

// Shows a board in an element; html comes from a desk, where all that is others' was escaped.
// One board is there at a time, since names in it are those of any other: it is drawn when its tab
// is open, and anew when that is opened again.
const exhibits = new Map();
// biome-ignore lint/correctness/noUnusedVariables: other scripts of the page use it.
function exhibit(element, html) {
  const pane = element.closest("[role=tabpanel]");
  if (!exhibits.has(element)) pane.addEventListener("opened", () => enliven(element));
  exhibits.set(element, { html, when: new Date() });
  element.replaceChildren();
  if (!pane.hidden) enliven(element);
}

function enliven(element) {
  const { html, when } = exhibits.get(element);
  if (element.firstElementChild || !html) return;
  for (const other of exhibits.keys()) other.replaceChildren();
  if (location.hash) history.replaceState(null, "", location.pathname);
  element.innerHTML = html;
  exhibits.get(element).board = board(element.firstElementChild, when);
}

// What a desk's files gave, kept outside of the engine, which may have to begin anew.
// answers: {path: what came of it}.
function examiner(desk) {
  const CODES = ["too-slow", "out-of-memory", "crashed"];
  const EACH = 30000;
  const LONG = 600000;
  const answers = new Map();
  // Files that may hold a return and were not read: [{path, said}].
  let passed = [];
  // The question that lets the desk use last year's reports, null without any.
  let last = null;
  // Archives that killed the engine when they were opened, by folder.
  const lost = new Map();
  const ask = (name, given = {}, limit = undefined) => engine.ask(name, given, limit, desk);
  const listed = () => ({
    desk,
    name: "listed",
    given: { changed: [], lost: lost.get("returns") ?? [] },
  });
  const recalled = () => ({
    desk,
    name: "recalled",
    given: { answers: Object.fromEntries(answers) },
  });

  // Answers go with the rules that other lasting questions bring: they come after those.
  function lasts() {
    for (const [key, question] of [
      [`last${desk}`, last],
      [`listed${desk}`, listed],
      [`recalled${desk}`, recalled],
    ]) {
      engine.lasting(key, null);
      if (question) engine.lasting(key, question);
    }
  }
  lasts();

  // Lays the files that came back; what there is of them is listed anew.
  function lay(files) {
    engine.lasting(`listed${desk}`, null);
    return engine.lay(`${desk && `${desk}/`}returns`, files);
  }

  // Whether a path is one of some files, or in one that is an archive.
  const below = (path, names) =>
    path.split("/").some((_, last, steps) => names.has(steps.slice(0, last + 1).join("/")));

  // What a folder holds, by a question that lists it.
  async function listing(folder, name, given = {}) {
    const bad = (lost.get(folder) ?? []).filter((path) => !below(path, new Set(given.changed)));
    lost.set(folder, bad);
    try {
      return await ask(name, { ...given, lost: bad });
    } catch (error) {
      if (!CODES.includes(error.message)) throw error;
    }
    for (const path of await ask("archives", { folder })) {
      try {
        await ask("opened", { folder, path }, EACH);
      } catch (error) {
        if (!CODES.includes(error.message)) throw error;
        bad.push(path);
      }
    }
    return ask(name, { ...given, lost: bad });
  }

  // Examines the files in the desk's folder returns one by one; what kills the engine costs one
  // answer. told(done, all) as it goes on; signal ends it. Returns false where it was ended.
  // changed: the names of files that are new or gone; without it all are looked at anew.
  async function examine(signal, told, changed = null) {
    const names = new Set(changed);
    for (const path of [...answers.keys()])
      if (!changed || below(path, names)) answers.delete(path);
    const { paths, left, ...more } = await listing("returns", "listed", { changed });
    passed = more.passed;
    const here = new Set(paths);
    for (const path of [...answers.keys()]) if (!here.has(path)) answers.delete(path);
    lasts();
    let done = paths.length - left.length;
    for (const path of left) {
      if (signal.aborted) return false;
      told(done, paths.length);
      try {
        answers.set(path, await ask("examined", { path }, EACH));
      } catch (error) {
        if (signal.aborted) return false;
        if (!CODES.includes(error.message)) throw error;
        answers.set(path, await ask("lost", { path, code: error.message }));
      }
      done += 1;
    }
    told(done, paths.length);
    return true;
  }

  // What came of a question that may kill the engine; lost: the code that says why there is nothing.
  async function daring(name, given, limit = EACH) {
    try {
      return await ask(name, given, limit);
    } catch (error) {
      if (!CODES.includes(error.message)) throw error;
      return { lost: error.message };
    }
  }

  // Reads what is new of last year's files, in the desk's folder prior. reads: {path: what was read}.
  // Returns the number of files passed over, null where the signal ended it.
  async function readLast(reads, signal, told) {
    const { paths, ignored, editions } = await listing("prior", "prior-listed");
    for (const path of [...reads.keys()]) if (!paths.includes(path)) reads.delete(path);
    const left = paths.filter((path) => reads.get(path)?.editions !== editions);
    for (const [done, path] of left.entries()) {
      if (signal?.aborted) return null;
      told?.(done, left.length);
      const one = await daring("prior-read", { path });
      reads.set(path, one.lost ? await ask("prior-lost", { path, code: one.lost }) : one);
    }
    return ignored;
  }

  // Lets the desk use what was read; an engine that begins anew uses it too, before it takes back
  // answers. Returns how many reports count, or which two contradict each other.
  async function useLast(reads) {
    const given = { reads: [...reads.values()].flatMap((one) => one.reports) };
    last = null;
    lasts();
    const told = await ask("last", given, LONG);
    if (told.reports) last = () => ({ desk, name: "last", given });
    lasts();
    return told;
  }

  // Takes back answers of another time; those of other rules are passed over.
  function recall(kept) {
    for (const [path, one] of Object.entries(kept)) answers.set(path, one);
    return ask(recalled().name, recalled().given);
  }

  return {
    ask,
    lay,
    lasts,
    examine,
    daring,
    readLast,
    useLast,
    recall,
    answers,
    passed: () => passed,
  };
}
// Local editions come first: whatever else is asked is asked about them. forms.js says which.
engine.lasting("overlays", () => ({ desk: "", name: "overlays", given: { files: [] } }));
// The office's: questions without a desk are its own.
// biome-ignore lint/correctness/noUnusedVariables: other scripts of the page use it.
const officeDesk = examiner("");

document.addEventListener("DOMContentLoaded", () => {
  page.at("language").addEventListener("click", page.switched);
  page.begin();
  keep.begin();
  const begun = performance.now();
  page.status("engine-starting");
  engine.start().then(
    () => {
      page.status("engine-ready");
      page.at("engine").dataset.ready = Math.round(performance.now() - begun);
      engine.ask("warmed").catch(() => {});
    },
    (error) => page.status("engine-failed", { why: page.why(error) }),
  );
});
