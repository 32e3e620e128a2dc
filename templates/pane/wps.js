// WPS, by its own interface, which is shaped like VBA's: a saved copy, else the values.
const wpsHost = (() => {
  const called = (one) => (typeof one === "function" ? one.call(window.wps) : one);
  const app = () => window.Application ?? called(window.wps?.EtApplication);
  const own = (name) => app()[name] ?? window.wps[name];
  const sheetOf = (name) => app().ActiveWorkbook.Sheets.Item(name);
  // The copy is deleted again, whatever comes of it.
  function copied(book) {
    const ending = /\.\w+$/.exec(book.Name)?.[0] ?? ".xlsx";
    const path = `${own("Env").GetTempPath()}/gouji-${Date.now()}${ending}`;
    const files = own("FileSystem");
    try {
      book.SaveCopyAs(path);
      const signs = files.readAsBinaryString(path);
      if (!signs) throw new Error("empty");
      return new Blob([Uint8Array.from(signs, (sign) => sign.charCodeAt(0))]);
    } finally {
      if (files.Exists(path)) files.Remove(path);
    }
  }

  // A single cell comes as a value, not as rows; a blank cell as null or undefined.
  function rows(box) {
    const found = box.Value2;
    const all = Array.isArray(found) ? found : [[found]];
    return all.map((row) => Array.from(row, (value) => value ?? ""));
  }

  function values(name) {
    const used = sheetOf(name).UsedRange;
    const last = [used.Row + used.Rows.Count - 1, used.Column + used.Columns.Count - 1];
    const [height, width] = last.map((size, at) => Math.min(size, page.MOST[at]));
    return [name, rows(sheetOf(name).Range(page.box(1, 1, height, width)))];
  }

  return {
    words: "wps",
    here: () => Boolean(app()?.ActiveWorkbook),
    async read() {
      const book = app().ActiveWorkbook;
      try {
        return { name: book.Name, data: copied(book) };
      } catch {
        const names = Array.from(Array(book.Sheets.Count), (_, at) => sheetOf(at + 1).Name);
        return { name: book.Name, sheets: names.map(values) };
      }
    },
    async select(sheet, at) {
      sheetOf(sheet).Activate();
      sheetOf(sheet).Range(at).Select();
    },
    async boxes(sheet, names) {
      const found = names.map((name) => sheetOf(sheet).Range(name));
      return found.map((box) => [box.Row, box.Column, rows(box)]);
    },
    async write(sheet, changes) {
      for (const [at, written] of changes) sheetOf(sheet).Range(at).Value2 = written;
    },
  };
})();
