// Stands in for Excel around a pane. Each line of behaviour has its source:
// [types] @types/office-js 1.0.612, index.d.ts; [docs] Microsoft Learn, Office Add-ins.
// - Office.onReady gives host and platform [types, onReady].
// - getFileAsync gives a File with sliceCount; slices come by index; "No more than two documents are
//   allowed to be in memory", closeAsync frees one [types, File.closeAsync]. Excel on the web gives no
//   compressed file [types, getFileAsync, table of file types].
// - A property read before load and sync is an error, PropertyNotLoaded [docs, application-specific
//   API model; office-addin-mock 4.0.0 does the same].
// - values: "The data returned could be a string, number, or Boolean. Cells that contain an error will
//   return the error string"; blank cells are "" [types, Range.values].
// - "If the returned value starts with a plus, minus, or equal sign, Excel interprets this value as a
//   formula" [types, Range.values]: here that is a fault.
// - Writing to a locked cell of a protected sheet is an error, AccessDenied, and nothing of the write
//   is done [docs, Excel JavaScript API error handling].
// - rowIndex and columnIndex are zero-based [types].
window.desk = { model: MODEL, log: [], open: 0 };
window.Office = {
  onReady: () => Promise.resolve({ host: "Excel", platform: "PC" }),
  context: {
    document: {
      getFileAsync(kind, told) {
        const sliceSize = 16384;
        const { model } = desk;
        const bytes = Uint8Array.from(atob(model.file ?? ""), (sign) => sign.charCodeAt(0));
        if (!model.file || kind !== "compressed" || desk.open >= 2)
          return told({ status: "failed", error: new Error("not available") });
        desk.open += 1;
        const file = {
          sliceCount: Math.ceil(bytes.length / sliceSize),
          getSliceAsync: (index, heard) =>
            heard({
              status: "succeeded",
              value: { data: Array.from(bytes.slice(index * sliceSize, (index + 1) * sliceSize)) },
            }),
          closeAsync: () => {
            desk.open -= 1;
          },
        };
        told({ status: "succeeded", value: file });
      },
    },
  },
};

// An object whose properties can be read once they were loaded and synchronised.
function late(context, kept, facts) {
  return new Proxy(facts, {
    get(target, name) {
      if (typeof target[name] === "function" || name === "then") return target[name];
      if (!kept.has(name)) throw new Error(`PropertyNotLoaded: ${String(name)}`);
      return target[name];
    },
    set(target, name, value) {
      context.todo.push(() => target.put(name, value));
      return true;
    },
  });
}

function loading(context, kept) {
  return (names) => {
    context.todo.push(() => {
      for (const name of names.split(",")) kept.add(name.split("/")[0]);
    });
  };
}

const placeOf = (at) => {
  const [, letters, row] = /^([A-Z]+)(\d+)$/.exec(at);
  const column = Array.from(letters).reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0);
  return [Number(row), column];
};

function rangeOf(context, sheet, address) {
  const named = desk.model.names[address];
  const [from, to] = (named ?? address).split(":");
  if (!/^[A-Z]+\d+$/.test(from)) throw new Error("ItemNotFound");
  const [top, left] = placeOf(from);
  const [bottom, right] = placeOf(to ?? from);
  return boxOf(context, sheet, top, left, bottom, right);
}

function boxOf(context, sheet, top, left, bottom, right) {
  const kept = new Set();
  const rows = () =>
    Array.from({ length: bottom - top + 1 }, (_, row) =>
      Array.from(
        { length: right - left + 1 },
        (_, column) => sheet.values[top + row - 1]?.[left + column - 1] ?? "",
      ),
    );
  const facts = {
    isNullObject: false,
    rowIndex: top - 1,
    columnIndex: left - 1,
    get values() {
      return rows();
    },
    get valueTypes() {
      return rows().map((row) => row.map((one) => (String(one).startsWith("#") ? "Error" : "x")));
    },
    load: loading(context, kept),
    select: () => context.todo.push(() => desk.log.push(["select", sheet.name, top, left])),
    put(name, values) {
      if (name !== "values") throw new Error(`no such write: ${name}`);
      for (const [row, line] of values.entries())
        for (const [column, value] of line.entries()) {
          const place = `${top + row},${left + column}`;
          if (!sheet.unlocked[place]) throw new Error(`AccessDenied ${place}`);
          if (/^[=+-]/.test(value)) throw new Error(`a formula: ${value}`);
        }
      for (const [row, line] of values.entries())
        for (const [column, value] of line.entries())
          if (value !== null) {
            sheet.values[top + row - 1] ??= [];
            sheet.values[top + row - 1][left + column - 1] = value;
          }
      desk.log.push(["write", sheet.name, top, left, values]);
    },
  };
  kept.add("isNullObject");
  return late(context, kept, facts);
}

function sheetOf(context, sheet) {
  const kept = new Set(["name"]);
  return late(context, kept, {
    name: sheet.name,
    load: loading(context, kept),
    activate: () => context.todo.push(() => desk.log.push(["activate", sheet.name])),
    getRange: (address) => rangeOf(context, sheet, address),
    getUsedRangeOrNullObject: () => {
      const width = Math.max(0, ...sheet.values.map((row) => row.length));
      if (!width) return late(context, new Set(["isNullObject"]), { isNullObject: true, load() {} });
      return boxOf(context, sheet, 1, 1, sheet.values.length, width);
    },
  });
}

window.Excel = {
  async run(work) {
    const context = { todo: [] };
    const names = new Set();
    const list = new Set();
    const { sheets, name } = desk.model;
    const worksheets = late(context, list, {
      items: sheets.map((sheet) => sheetOf(context, sheet)),
      load: loading(context, list),
      getItem: (wanted) => {
        const found = sheets.find((sheet) => sheet.name === wanted);
        if (!found) throw new Error("ItemNotFound");
        return sheetOf(context, found);
      },
    });
    context.workbook = new Proxy(late(context, names, { name, load: loading(context, names) }), {
      get: (target, part) => (part === "worksheets" ? worksheets : target[part]),
    });
    context.sync = async () => {
      await null;
      for (const act of context.todo.splice(0)) act();
    };
    return work(context);
  },
};
