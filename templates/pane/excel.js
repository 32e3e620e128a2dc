// Excel, by Office.js: the whole file as it is open; where there is none, as on the web, its values.
// biome-ignore lint/correctness/noUnusedVariables: pane.js uses it.
const excelHost = (() => {
  const SLICE = { sliceSize: 65536 };
  const asked = (act) =>
    new Promise((good, bad) =>
      act(({ status, value, error }) => (status === "failed" ? bad(error) : good(value))),
    );
  // Runs work, then asks for its objects' properties; gives what it gave once they are there.
  const run = (work, wanted = null) =>
    Excel.run(async (context) => {
      const made = work(context.workbook, context.workbook.worksheets);
      if (wanted) for (const one of [made].flat()) one.load(wanted);
      await context.sync();
      return made;
    });

  async function whole() {
    const file = await asked((told) =>
      Office.context.document.getFileAsync("compressed", SLICE, told),
    );
    try {
      const parts = [];
      for (let index = 0; index < file.sliceCount; index++)
        parts.push(new Uint8Array((await asked((told) => file.getSliceAsync(index, told))).data));
      return new Blob(parts);
    } finally {
      file.closeAsync();
    }
  }

  async function values(name) {
    const used = (sheet) => sheet.getUsedRangeOrNullObject(true);
    const box = await run((_, sheets) => used(sheets.getItem(name)), BOX);
    if (box.isNullObject) return [name, []];
    const plain = (row, at) =>
      row.map((value, to) => (box.valueTypes[at][to] === "Error" ? { error: value } : value));
    return [name, page.fromFirst(box.rowIndex + 1, box.columnIndex + 1, box.values.map(plain))];
  }

  const BOX = "values,valueTypes,rowIndex,columnIndex";
  return {
    words: "excel",
    async read() {
      const { name } = await run((book) => book, "name");
      const data = await whole().catch(() => null);
      if (data) return { name, data };
      const { items } = await run((_, sheets) => sheets, "items/name");
      return { name, sheets: await Promise.all(items.map((sheet) => values(sheet.name))) };
    },
    select: (sheet, at) =>
      run((_, sheets) => {
        sheets.getItem(sheet).activate();
        sheets.getItem(sheet).getRange(at).select();
      }),
    async boxes(sheet, names) {
      const found = await run(
        (_, all) => names.map((one) => all.getItem(sheet).getRange(one)),
        BOX,
      );
      return found.map((one) => [one.rowIndex + 1, one.columnIndex + 1, one.values]);
    },
    write: (sheet, changes) =>
      run((_, sheets) => {
        for (const [at, written] of changes) sheets.getItem(sheet).getRange(at).values = written;
      }),
  };
})();
