import fc from "fast-check";
import { expect, test } from "vitest";
import { type ByteRange, parseByteRange } from "../../src/server/byte-range.ts";

test.for<[string, ByteRange | "unsatisfiable" | undefined]>([
  ["bytes=0-0", { start: 0, end: 1 }],
  ["bytes=0-99", { start: 0, end: 100 }],
  ["bytes=10-19", { start: 10, end: 20 }],
  ["bytes=90-", { start: 90, end: 100 }],
  ["bytes=0-9007199254740991", { start: 0, end: 100 }],
  ["bytes=-1", { start: 99, end: 100 }],
  ["bytes=-1000", { start: 0, end: 100 }],
  ["Bytes= 5-6 ", { start: 5, end: 7 }],
  ["bytes=100-", "unsatisfiable"],
  ["bytes=100-200", "unsatisfiable"],
  ["bytes=99999999999999999999999-", "unsatisfiable"],
  [`bytes=0-${"9".repeat(400)}`, { start: 0, end: 100 }],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=20-10", undefined],
  ["bytes=-", undefined],
  ["bytes=", undefined],
  ["bytes=0-1,4-5", undefined],
  ["bytes=a-b", undefined],
  ["bytes=0x1-2", undefined],
  ["bytes=--1", undefined],
  ["items=0-1", undefined],
  ["0-1", undefined],
  ["", undefined],
])("reads %j of 100 bytes", ([header, expected]) => {
  expect(parseByteRange(header, 100)).toEqual(expected);
});

test("never gives a range that is empty or reaches outside the body", () => {
  const header = fc.oneof(fc.string(), fc.stringMatching(/^bytes=[0-9]{0,4}-[0-9]{0,4}$/));
  fc.assert(
    fc.property(header, fc.nat(5000), (text, size) => {
      const range = parseByteRange(text, size);
      if (range === undefined || range === "unsatisfiable") return;
      expect(range.start).toBeGreaterThanOrEqual(0);
      expect(range.start).toBeLessThan(range.end);
      expect(range.end).toBeLessThanOrEqual(size);
    }),
  );
});
