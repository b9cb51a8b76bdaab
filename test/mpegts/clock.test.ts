import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { CLOCK_WRAP, parsePcr, unwrap33, wrap33, writePcr } from "../../src/mpegts/clock.ts";
import { MalformedError } from "../../src/problem/malformed-error.ts";
import type { Ticks } from "../../src/time/units.ts";

const WRAP = 8_589_934_592;

test.for([
  ["the same time stays", 1000, 1000, 1000],
  ["a step forward over the wrap goes on", 10, WRAP - 20, WRAP + 10],
  ["a step back over the wrap goes back", WRAP - 20, WRAP + 10, WRAP - 20],
  ["a step back before the start of time is negative", WRAP - 5, 3, -5],
  ["half a wrap ahead is the furthest", WRAP / 2, 0, WRAP / 2],
  ["more than half a wrap ahead is behind", WRAP / 2 + 1, 0, -WRAP / 2 + 1],
  ["a reference of epoch size keeps every bit", 7_000_000_000, 158_000_000_000_000, 158_001_666_950_656],
] as const)("unwrap33: %s", ([, value, reference, expected]) => {
  expect(unwrap33(value, reference as Ticks)).toBe(expected);
  expect(wrap33(expected as Ticks)).toBe(value);
});

test("unwrapping gives back any time within 2^32 ticks of the reference", () => {
  const reference = fc.integer({ min: -(2 ** 50), max: 2 ** 50 });
  const distance = fc.integer({ min: -(2 ** 32) + 1, max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(reference, distance, (from, by) => {
      const time = (from + by) as Ticks;
      expect(unwrap33(wrap33(time), from as Ticks)).toBe(time);
    }),
  );
});

test.for([
  ["zero", "000000007e00", 0],
  ["the last extension before the base steps", "000000007f2b", 299],
  ["base 1", "00000000fe00", 300],
  ["the last value before the wrap", "ffffffffff2b", CLOCK_WRAP * 300 - 1],
] as const)("PCR: %s", ([, hex, pcr]) => {
  expect(parsePcr(fromHex(hex))).toBe(pcr);
  expect(toHex(writePcr(pcr))).toBe(hex);
});

test("a PCR past the wrap is written as the time since the wrap", () => {
  const pcr = fc.integer({ min: 0, max: 2 ** 52 });
  fc.assert(
    fc.property(pcr, (value) => {
      expect(parsePcr(writePcr(value))).toBe(value % (CLOCK_WRAP * 300));
    }),
  );
});

test("a PCR that runs past the bytes is malformed", () => {
  expect(() => parsePcr(new Uint8Array(5))).toThrow(MalformedError);
});
