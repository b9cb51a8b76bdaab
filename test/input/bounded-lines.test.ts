import fc from "fast-check";
import { expect, test } from "vitest";
import { BoundedLines } from "../../src/input/bounded-lines.ts";

function linesOf(pieces: readonly string[]): readonly string[] {
  const lines = new BoundedLines(8);
  return [...pieces.flatMap((piece) => lines.push(piece)), ...lines.flush()];
}

test.for<[name: string, pieces: string[], lines: string[]]>([
  ["nothing", [""], []],
  ["a line", ["abc\n"], ["abc"]],
  ["a line in pieces", ["a", "", "b", "c\n"], ["abc"]],
  ["lines in one piece", ["a\n\nb\n"], ["a", "", "b"]],
  ["the last without a line feed", ["a\nb"], ["a", "b"]],
  ["a line as long as can be", ["12345678\n"], ["12345678"]],
  ["a longer one, cut", ["123456789\nb\n"], ["12345678", "b"]],
  ["a longer one in pieces, cut", ["12345", "6789", "0", "\nb"], ["12345678", "b"]],
])("%s", ([, pieces, lines]) => {
  expect(linesOf(pieces)).toEqual(lines);
});

test("however the text is cut, the lines are the same", () => {
  const piece = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 20 });
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const whole = pieces.join("");
      expect(linesOf(pieces)).toEqual(linesOf([whole]));
      const expected = whole.split("\n").map((line) => line.slice(0, 8));
      if (expected.at(-1) === "") expected.pop();
      expect(linesOf([whole])).toEqual(expected);
    }),
  );
});
