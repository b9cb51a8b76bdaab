import fc from "fast-check";
import { expect, test } from "vitest";
import { equalBytes } from "../../src/bytes/equal-bytes.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";

test.for<[text: string, bytes: number[]]>([
  ["", []],
  ["00", [0]],
  ["0aFf", [0x0a, 0xff]],
  ["01 02\n03", [1, 2, 3]],
  ["a8687dd4-d759", [0xa8, 0x68, 0x7d, 0xd4, 0xd7, 0x59]],
])("reads %j", ([text, bytes]) => {
  expect([...fromHex(text)]).toEqual(bytes);
});

test.for(["0", "abc", "0x00", "zz", "0 0 0", "٠٠"])("refuses %j", (text) => {
  expect(() => fromHex(text)).toThrow(RangeError);
});

test("any bytes come back", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(toHex(bytes)).toMatch(/^([0-9a-f]{2})*$/);
      expect(equalBytes(fromHex(toHex(bytes)), bytes)).toBe(true);
    }),
  );
});

test("bytes are equal exactly when their hexadecimal text is", () => {
  const few = fc.uint8Array({ maxLength: 3, max: 1 });
  fc.assert(fc.property(few, few, (a, b) => equalBytes(a, b) === (toHex(a) === toHex(b))));
});
