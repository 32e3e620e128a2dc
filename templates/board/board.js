"use strict";
// Draws a return's tables when it is opened; filters, sorts and opens the lines of the list.
document.documentElement.classList.add("js");
let leaving = null;

// Brings a board to life: a page's body, or a part of another page that is shown anew.
// when: when the results were made.
function board(root, when) {
  leaving?.abort();
  leaving = new AbortController();
  const { signal } = leaving;
  const at = (id) => document.getElementById(id);
  const all = (what, where = root) => Array.from(where.querySelectorAll(what));
  const words = root.dataset;
  const lines = all(".lines tbody tr");
  const body = lines.length ? lines[0].parentNode : null;

  // A return is the text of a <noscript> until it is opened; the text is ours, escaped.
  function draw(entry) {
    const folded = entry.firstElementChild;
    if (folded && folded.tagName === "NOSCRIPT") entry.innerHTML = folded.textContent;
    const box = entry.querySelector("[data-values]");
    if (!box || box.firstElementChild) return;
    const copy = at(box.dataset.skeleton).content.cloneNode(true);
    const values = box.dataset.values.split("\t");
    const looks = box.dataset.looks;
    const places = new Map();
    let next = 0;
    for (const cell of all("[data-at]", copy)) {
      places.set(cell.dataset.at, cell);
      cell.id = entry.id + cell.dataset.at;
      cell.removeAttribute("data-at");
      if (cell.tagName === "TD") {
        cell.textContent = values[next];
        cell.classList.add(looks[next]);
        next += 1;
      }
    }
    for (const mark of box.dataset.marks.split(";").filter(Boolean)) {
      const [place, look, ...numbers] = mark.split(" ");
      const cell = places.get(place);
      cell.classList.add(look);
      const links = document.createElement("span");
      links.className = "marks";
      for (const number of numbers) {
        const link = document.createElement("a");
        link.className = "mark";
        link.href = "#" + entry.id + "m" + number;
        link.dataset.n = number;
        link.setAttribute("aria-label", words.mark.replace("{n}", number));
        links.append(link);
      }
      if (numbers.length) cell.append(links);
    }
    for (const proposal of box.dataset.proposed.split(";").filter(Boolean)) {
      const [place, number, to] = proposal.split(" ");
      const link = document.createElement("a");
      link.className = "to";
      link.href = "#" + entry.id + "c" + number;
      link.textContent = "→" + to;
      link.setAttribute("aria-label", words.proposal.replace("{n}", number).replace("{to}", to));
      places.get(place).append(link);
    }
    box.append(copy);
  }

  function open(entry) {
    draw(entry);
    entry.classList.add("open");
  }

  function close() {
    for (const entry of all(".entry.open")) entry.classList.remove("open");
  }

  // An address like #f3, #f3m1 or #f3t1D7 opens return 3, and shows the finding or the cell.
  let many = false;
  function follow() {
    const found = /^#(f\d+)/.exec(location.hash);
    const entry = found && at(found[1]);
    if (!entry) return;
    if (!entry.classList.contains("open")) {
      if (!many) close();
      open(entry);
    }
    const target = at(location.hash.slice(1));
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentNode.closest("details")) {
      fold.open = true;
    }
    for (const old of all(".here")) old.classList.remove("here");
    if (target !== entry) target.classList.add("here");
    target.scrollIntoView({ block: target === entry ? "start" : "center", inline: "nearest" });
    if (!target.hasAttribute("tabindex")) target.tabIndex = -1;
    target.focus({ preventScroll: true });
  }
  addEventListener("hashchange", follow, { signal });
  addEventListener("afterprint", () => document.body.classList.remove("alone"), { signal });
  root.addEventListener("click", (event) => {
    if (event.target.closest("[data-alone]")) {
      many = false;
      const entry = event.target.closest(".entry");
      close();
      open(entry);
      document.body.classList.add("alone");
      print();
    }
    const link = event.target.closest("a[href^='#f']");
    if (link && link.getAttribute("href") === location.hash) follow();
  }, { signal });

  follow();

  const made = at("created");
  if (made) made.textContent = words.created.replace(
    "{when}",
    when.toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" }),
  );
  if (!body) return { open };

  // The list: which lines are shown, in which order.
  let state = "all";
  const search = at("search");
  const texts = lines.map((line) => line.textContent.toLowerCase());
  function filter() {
    const asked = search.value.trim().toLowerCase();
    let count = 0;
    lines.forEach((line, number) => {
      const here = (state === "all" || line.dataset.state === state) && texts[number].includes(asked);
      line.hidden = !here;
      count += here ? 1 : 0;
    });
    at("shown").textContent = words.shown.replace("{n}", count).replace("{all}", lines.length);
  }
  search.addEventListener("input", filter);
  for (const button of all("[data-filter]")) {
    button.addEventListener("click", () => {
      state = button.dataset.filter;
      for (const other of all("[data-filter]")) other.setAttribute("aria-pressed", other === button);
      filter();
    });
  }
  filter();

  const key = (line, column) => {
    const cell = line.cells[column];
    return cell.dataset.sort || cell.firstChild?.textContent || "";
  };
  all(".lines thead th").forEach((head, column) => {
    head.firstElementChild.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      const numbers = column !== 1 && column < 5;
      const down = column === 3 || column === 4 ? before !== "descending" : before === "ascending";
      for (const other of all(".lines thead th")) other.setAttribute("aria-sort", "none");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const language = document.documentElement.lang;
      const compare = numbers
        ? (one, other) => Number(key(one, column)) - Number(key(other, column))
        : (one, other) => key(one, column).localeCompare(key(other, column), language);
      const order = lines.slice().sort(compare);
      if (down) order.reverse();
      body.append(...order);
    });
  });

  const doing = {
    "open-shown": () => {
      many = true;
      for (const line of lines) {
        const link = line.hidden ? null : line.querySelector("th > a");
        if (link) open(at(link.getAttribute("href").slice(1)));
      }
    },
    "close-all": () => {
      many = false;
      close();
    },
    print: () => print(),
  };
  for (const button of all("[data-do]")) {
    button.addEventListener("click", doing[button.dataset.do]);
  }
  return { open };
}
document.addEventListener("DOMContentLoaded", () => {
  if (document.body.dataset.mark) board(document.body, new Date(document.lastModified));
});
