// Saves every workbook of a folder again: node resave.mjs exceljs|xlsx|xlsx-populate|excelize IN OUT
// Run in a folder whose node_modules has the program (benchmarks/honest.py sees to it).
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "here.js"));
const [program, from, to] = process.argv.slice(2);

const ways = {
  async exceljs() {
    const { Workbook } = require("exceljs");
    return async (source, target) => {
      const book = new Workbook();
      await book.xlsx.readFile(source);
      await book.xlsx.writeFile(target);
    };
  },
  async xlsx() {
    const sheets = require("xlsx");
    return async (source, target) => {
      const book = sheets.readFile(source, { cellNF: true, cellStyles: true, sheetStubs: true });
      sheets.writeFile(book, target, { bookSST: true, cellStyles: true });
    };
  },
  async "xlsx-populate"() {
    const populate = require("xlsx-populate");
    return async (source, target) => {
      const book = await populate.fromFileAsync(source);
      for (const sheet of book.sheets()) sheet.usedRange()?.value();
      await book.toFileAsync(target);
    };
  },
  async excelize() {
    const home = path.dirname(require.resolve("excelize-wasm/package.json"));
    const { init } = require("excelize-wasm");
    const excelize = await init(path.join(home, "excelize.wasm.gz"));
    return async (source, target) => {
      const book = excelize.OpenReader(new Uint8Array(fs.readFileSync(source)));
      if (book.error) throw new Error(book.error);
      // A sheet that was read is written anew; others are copied.
      for (const sheet of book.GetSheetList().list) book.GetRows(sheet);
      const { buffer, error } = book.WriteToBuffer();
      if (error) throw new Error(error);
      fs.writeFileSync(target, buffer);
    };
  },
};

const save = await ways[program]();
for (const name of fs.readdirSync(from).sort()) {
  try {
    await save(path.join(from, name), path.join(to, name));
  } catch (error) {
    console.error(`${name}: ${error}`);
  }
}
process.exit(0);
