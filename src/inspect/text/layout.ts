/** Columns of a report. */
export const WIDTH = 100;

const INDENT = 2;
const NAME_COLUMNS = 16;

/** Text under a name, wrapped at spaces to the width of a report; each of `texts` starts a new line. */
export function field(name: string, ...texts: readonly string[]): readonly string[] {
  const lines = texts.flatMap((text) => wrap(text, WIDTH - INDENT - NAME_COLUMNS));
  return lines.map((line, i) => `${" ".repeat(INDENT)}${(i === 0 ? name : "").padEnd(NAME_COLUMNS)}${line}`);
}

/** A word longer than the width keeps a line of its own. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/**
 * Rows in aligned columns, the first row their headings.
 *
 * @param align - One letter a column: `l`eft or `r`ight.
 */
export function table(align: string, rows: readonly (readonly string[])[], indent: number = INDENT): readonly string[] {
  const columns = [...align].map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => {
    const cells = row.map((cell, i) => (align[i] === "r" ? cell.padStart(columns[i]!) : cell.padEnd(columns[i]!)));
    return `${" ".repeat(indent)}${cells.join("  ")}`.trimEnd();
  });
}

/** A section: its heading in capitals, then its lines, after an empty one. */
export function section(heading: string, lines: readonly string[]): readonly string[] {
  return ["", heading, ...lines];
}
