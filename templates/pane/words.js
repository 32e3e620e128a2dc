// What the scripts of the pane share: words, elements, addresses of cells.
document.documentElement.className = "js";
const page = (() => {
  const at = (id) => document.getElementById(id);
  const given = JSON.parse(at("words").textContent);
  const LANG = "gouji-language";
  const speakers = [];
  let lang = "zh";

  // A sentence by its name; {names} in it are replaced, [{name}|one|several] is chosen by number.
  function say(name, figures = {}) {
    return given.said[name][lang]
      .replace(/\[\{(\w+)\}\|([^|[\]]*)\|([^|[\]]*)\]/g, (_, key, one, several) =>
        String(figures[key]) === "1" ? one : several,
      )
      .replace(/\{(\w+)\}/g, (all, key) => figures[key] ?? all);
  }

  // A child that is text stays text.
  function make(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  function speak(wanted) {
    lang = wanted;
    document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
    document.title = say("title");
    for (const one of document.querySelectorAll("[data-say]"))
      one.textContent = say(one.dataset.say);
    at("language").textContent = lang === "zh" ? "English" : "中文";
    at("language").lang = lang === "zh" ? "en" : "zh-CN";
    for (const one of speakers) one();
  }

  // A browser may refuse to keep anything.
  function kept(value) {
    try {
      if (value) localStorage.setItem(LANG, value);
      return localStorage.getItem(LANG);
    } catch {
      return null;
    }
  }

  function letters(column) {
    const rest = Math.floor((column - 1) / 26);
    return (rest ? letters(rest) : "") + String.fromCharCode(65 + ((column - 1) % 26));
  }

  return {
    at,
    say,
    make,
    backEnd: given.backEnd,
    build: given.build,
    lang: () => lang,
    spoken: (speaker) => speakers.push(speaker),
    begin: () => speak(kept() === "en" ? "en" : "zh"),
    switched: () => speak(kept(lang === "zh" ? "en" : "zh") ?? (lang === "zh" ? "en" : "zh")),
    // The address of a box of cells: rows and columns from 1.
    box: (row, column, height, width) =>
      `${letters(column)}${row}:${letters(column + width - 1)}${row + height - 1}`,
    // The part of a sheet that is read where only values are.
    MOST: [1000, 64],
    // Rows from the first cell of a sheet on, of a box that begins further in; a value that is an
    // error is {error}.
    fromFirst: (row, column, values, wrong) => [
      ...Array(row - 1).fill([]),
      ...values.map((line, at) => [
        ...Array(column - 1).fill(""),
        ...line.map((value, to) => (wrong(at, to) ? { error: value } : value)),
      ]),
    ],
  };
})();
