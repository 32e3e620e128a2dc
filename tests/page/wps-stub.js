// Stands in for WPS around a pane. Each line of behaviour has its source:
// [types] et-jsapi-declare 2.5.0, index.d.ts and lib.et.d.ts, published by WPS; [code] add-ins that
// others published.
// - Application.ActiveWorkbook, Sheets.Item by name or by number from 1, Sheets.Count [types].
// - Workbook.SaveCopyAs(Filename) writes a copy [types]; it may be refused [code: offices forbid it].
// - Env.GetTempPath() [types]; FileSystem.Exists, Remove, readAsBinaryString: a text with a character
//   for each byte [types; code: OA assistants that upload documents].
// - Range.Value2 of one cell is a value, of more an array of rows; blank cells are null or undefined
//   [code: pi-for-excel, docs on WPS]; writing takes an array of rows.
// - Everything answers at once, nothing is a promise [types].
window.desk = { model: MODEL, log: [], files: {} };

const placeOf = (at) => {
  const [, letters, row] = /^([A-Z]+)(\d+)$/.exec(at);
  const column = Array.from(letters).reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0);
  return [Number(row), column];
};

function rangeOf(sheet, address) {
  const [from, to] = (desk.model.names[address] ?? address).split(":");
  if (!/^[A-Z]+\d+$/.test(from)) throw new Error("0x800A03EC");
  const [top, left] = placeOf(from);
  const [bottom, right] = placeOf(to ?? from);
  const blank = (row, column) => ((row + column) % 2 ? null : undefined);
  return {
    Row: top,
    Column: left,
    Select: () => desk.log.push(["select", sheet.name, top, left]),
    get Value2() {
      const rows = [];
      for (let row = top; row <= bottom; row++) {
        const line = [];
        for (let column = left; column <= right; column++) {
          const value = sheet.values[row - 1]?.[column - 1];
          line.push(value === undefined || value === "" ? blank(row, column) : value);
        }
        rows.push(line);
      }
      return rows.length === 1 && rows[0].length === 1 ? rows[0][0] : rows;
    },
    set Value2(values) {
      for (const [row, line] of values.entries())
        for (const [column, value] of line.entries()) {
          if (!sheet.unlocked[`${top + row},${left + column}`]) throw new Error("locked");
          if (/^[=+-]/.test(value)) throw new Error(`a formula: ${value}`);
        }
      for (const [row, line] of values.entries()) {
        sheet.values[top + row - 1] ??= [];
        for (const [column, value] of line.entries())
          sheet.values[top + row - 1][left + column - 1] = value;
      }
      desk.log.push(["write", sheet.name, top, left, values]);
    },
  };
}

function sheetOf(sheet) {
  const width = Math.max(1, ...sheet.values.map((row) => row.length));
  return {
    Name: sheet.name,
    Activate: () => desk.log.push(["activate", sheet.name]),
    Range: (address) => rangeOf(sheet, address),
    UsedRange: { Row: 1, Column: 1, Rows: { Count: sheet.values.length || 1 }, Columns: { Count: width } },
  };
}

window.Application = {
  ActiveWorkbook: {
    get Name() {
      return desk.model.name;
    },
    SaveCopyAs(path) {
      if (!desk.model.file) throw new Error("refused");
      desk.files[path] = atob(desk.model.file);
    },
    Sheets: {
      get Count() {
        return desk.model.sheets.length;
      },
      Item: (wanted) => {
        const { sheets } = desk.model;
        const found = sheets.find((one, at) => one.name === wanted || at + 1 === wanted);
        if (!found) throw new Error("0x800A03EC");
        return sheetOf(found);
      },
    },
  },
  Env: { GetTempPath: () => "C:\\Temp" },
  FileSystem: {
    Exists: (path) => path in desk.files,
    Remove: (path) => {
      desk.log.push(["remove"]);
      delete desk.files[path];
    },
    readAsBinaryString: (path) => desk.files[path],
  },
};
