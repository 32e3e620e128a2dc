// Excel, by Office.js: the whole file as it is open; where there is none, as on the web, its values.
const excelHost = (() => {
  const BOX = "values,valueTypes,rowIndex,columnIndex";
  const asked = (act) =>
    new Promise((good, bad) =>
      act(({ status, value, error }) => (status === "failed" ? bad(error) : good(value))),
    );
  // Gives what work gave, once the properties wanted of it are there.
  const run = (work, wanted = null) =>
    Excel.run(async (context) => {
      const made = work(context.workbook, context.workbook.worksheets);
      if (wanted) for (const one of [made].flat()) one.load(wanted);
      await context.sync();
      return made;
    });

  async function whole() {
    const file = await asked((told) => Office.context.document.getFileAsync("compressed", told));
    const parts = [];
    try {
      for (let index = 0; index < file.sliceCount; index++)
        parts.push(await asked((told) => file.getSliceAsync(index, told)));
    } finally {
      file.closeAsync();
    }
    return new Blob(parts.map(({ data }) => new Uint8Array(data)));
  }

  async function values(sheet) {
    const box = await run((_, all) => all.getItem(sheet).getUsedRangeOrNullObject(true), BOX);
    if (box.isNullObject) return [sheet, []];
    const { values: rows, valueTypes } = box;
    const wrong = (row, to) => valueTypes[row][to] === "Error";
    return [sheet, page.fromFirst(box.rowIndex + 1, box.columnIndex + 1, rows, wrong)];
  }

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
      run((_, all) => {
        all.getItem(sheet).activate();
        all.getItem(sheet).getRange(at).select();
      }),
    async boxes(sheet, names) {
      const found = await run((_, all) => names.map((at) => all.getItem(sheet).getRange(at)), BOX);
      return found.map((one) => [one.rowIndex + 1, one.columnIndex + 1, one.values]);
    },
    write: (sheet, changes) =>
      run((_, all) => {
        for (const [at, rows] of changes) all.getItem(sheet).getRange(at).values = rows;
      }),
  };
})();
