// The result area of an open workbook: the only cells a pane ever writes to.
const area = (() => {
  const NAMES = ["results", "overflow", "digest", "stamp"].map((name) => `gouji_${name}`);
  // Signs by which a text would become a formula, or lose its first character.
  const inert = (text) => (/^[=+\-@']/.test(text) ? `'${text}` : text);

  // Finds the area and its columns by the heads above it; null where it is not as in a blank.
  async function find(host, told) {
    let found;
    try {
      const boxes = await host.boxes(told.sheet, NAMES);
      const [[row, column, rows], ...above] = boxes;
      if (above.some(([line]) => line !== row - 2)) return null;
      const width = rows[0].length;
      const [[, , [heads]]] = await host.boxes(told.sheet, [page.box(row - 1, column, 1, width)]);
      found = { row, column, rows, width, heads, above };
    } catch {
      return null;
    }
    const columns = {};
    for (const [part, head] of Object.entries(told.heads))
      if (found.heads.includes(head)) columns[part] = found.heads.indexOf(head);
    if (["code", "severity", "sheet", "cells", "message"].some((part) => !(part in columns)))
      return null;
    const ours = Object.keys(told.heads).every((part) => columns[part] === told.columns[part]);
    return { ...found, columns: ours ? told.columns : columns };
  }

  // The changes that put lines into the area; a line is {part: text}.
  function filled({ row, column, rows, width, columns, above }, lines, more, stamp) {
    const values = rows.map(() => Array(width).fill(""));
    for (const [place, line] of lines.slice(0, rows.length).entries())
      for (const [part, to] of Object.entries(columns)) values[place][to] = inert(line[part] ?? "");
    const cell = (box) => page.box(box[0], box[1], 1, 1);
    return [
      [page.box(row, column, rows.length, width), values],
      [cell(above[0]), [[more]]],
      [cell(above[2]), [[stamp]]],
    ];
  }

  return {
    find,
    async write(host, told) {
      const place = await find(host, told);
      if (!place) return false;
      const lines = told.lines.map((line) =>
        Object.fromEntries(told.parts.map((part, at) => [part, line[at]])),
      );
      const rest = lines.length - place.rows.length;
      const more = rest > 0 ? told.more.replace("{n}", rest) : "";
      const digest = place.above[1][2][0][0];
      const stamp = typeof digest === "number" ? digest : "";
      await host.write(told.sheet, filled(place, lines, more, stamp));
      return true;
    },
    // Empties the area; a line with the agency's reason stays.
    async clear(host, told) {
      const place = await find(host, told);
      if (!place) return false;
      const { columns } = place;
      const line = (row) =>
        Object.fromEntries(Object.entries(columns).map(([part, at]) => [part, String(row[at])]));
      const kept = "reason" in columns ? place.rows.filter((row) => row[columns.reason]) : [];
      await host.write(told.sheet, filled(place, kept.map(line), "", ""));
      return true;
    },
  };
})();
