// A button on each drawn table: its numbers to the clipboard, each in its own place.
(() => {
  const { at, all, say, make } = page;

  // What a cell says, without the marks of findings.
  function text(cell) {
    const copy = cell.cloneNode(true);
    for (const mark of all(".marks, .to", copy)) mark.remove();
    return copy.textContent;
  }

  // The printed cells by place: {cell, row, column}, as a browser places them.
  function placed(table) {
    const taken = new Set();
    const found = [];
    Array.from(table.rows).forEach((line, row) => {
      let column = 0;
      for (const cell of line.cells) {
        while (taken.has(`${row} ${column}`)) column += 1;
        found.push({ cell, row, column });
        for (let down = 0; down < cell.rowSpan; down += 1)
          for (let right = 0; right < cell.colSpan; right += 1)
            taken.add(`${row + down} ${column + right}`);
        column += cell.colSpan;
      }
    });
    return found;
  }

  // The block from the first number to the last; the words between stay where they are.
  function block(table) {
    const cells = placed(table);
    const values = cells.filter(({ cell }) => cell.tagName === "TD");
    const top = Math.min(...values.map((one) => one.row));
    const left = Math.min(...values.map((one) => one.column));
    const high = Math.max(...values.map((one) => one.row + one.cell.rowSpan)) - top;
    const wide = Math.max(...values.map((one) => one.column + one.cell.colSpan)) - left;
    const lines = Array.from({ length: high }, () => Array(wide).fill(""));
    for (const { cell, row, column } of cells)
      if (row >= top && column >= left) lines[row - top][column - left] = text(cell).trim();
    return lines;
  }

  function html(lines) {
    const row = (line) => make("tr", {}, ...line.map((one) => make("td", {}, one)));
    return make("table", {}, make("tbody", {}, ...lines.map(row))).outerHTML;
  }

  // Both forms at once, by the event of copying: it needs no permission and works in a local file.
  function copied(lines) {
    const plain = lines.map((line) => line.join("\t")).join("\r\n");
    const field = make("textarea", { readonly: true, rows: 4 }, plain);
    document.body.append(field);
    field.select();
    let done = false;
    function put(event) {
      event.clipboardData.setData("text/plain", plain);
      event.clipboardData.setData("text/html", html(lines));
      event.preventDefault();
      done = true;
    }
    document.addEventListener("copy", put);
    const went = document.execCommand("copy");
    document.removeEventListener("copy", put);
    field.remove();
    return { field, done: went && done };
  }

  function button(caption) {
    const name = caption.textContent;
    const note = make("span", { role: "status" });
    function copy() {
      const lines = block(caption.closest("table"));
      const { field, done } = copied(lines);
      const figures = { rows: lines.length, columns: lines[0].length };
      if (done) return note.replaceChildren(say("copy-done", figures));
      note.replaceChildren(say("copy-by-hand"), field);
      return field.select();
    }
    const press = make("button", { type: "button", onclick: copy }, say("copy-table"));
    press.setAttribute("aria-label", `${say("copy-table")} ${name}`);
    caption.append(make("span", { class: "copying" }, press, note));
  }

  const shown = at("agency-shown");
  new MutationObserver(() => {
    for (const caption of all(".form caption", shown))
      if (!all(".copying", caption).length) button(caption);
  }).observe(shown, { childList: true, subtree: true });
})();
