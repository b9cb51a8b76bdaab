import fc from "fast-check";
import { expect, test } from "vitest";
import { field, table, WIDTH, wrap } from "../../../src/inspect/text/layout.ts";

test("wrapped text has the same words, and no line is too long that could be shorter", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
  fc.assert(
    fc.property(words, fc.integer({ min: 12, max: 60 }), (list, width) => {
      const lines = wrap(list.join(" "), width);
      expect(lines.join(" ")).toBe(list.join(" "));
      expect(lines.every((line) => line.length <= width)).toBe(true);
    }),
  );
});

test("a word longer than the width keeps its line", () => {
  expect(wrap("a bbbbbbbb c", 4)).toEqual(["a", "bbbbbbbb", "c"]);
});

test("a field names its first line only and stays in the width", () => {
  const lines = field("Name", "word ".repeat(30).trim(), "second");
  expect(lines[0]).toMatch(/^ {2}Name {12}word/);
  expect(lines.slice(1).every((line) => line.startsWith(" ".repeat(18)))).toBe(true);
  expect(lines.at(-1)).toBe(`${" ".repeat(18)}second`);
  expect(lines.every((line) => line.length <= WIDTH)).toBe(true);
});

test("a table aligns each column as it is told", () => {
  expect(
    table("lr", [
      ["name", "n"],
      ["a", "1000"],
    ]),
  ).toEqual(["  name     n", "  a     1000"]);
});
