import fc from "fast-check";
import { expect, test } from "vitest";
import { firstUnitFrom, unitTime } from "../../src/simulate/unit-rate.ts";
import type { Ticks } from "../../src/time/units.ts";

test.for([
  ["25 pictures a second", 1, { num: 25, den: 1 }, 3600],
  ["59.94 pictures a second: steps of 1501", 1, { num: 60_000, den: 1001 }, 1501],
  ["and of 1502 ticks", 2, { num: 60_000, den: 1001 }, 3003],
  ["AAC frames at 48 kHz", 90, { num: 48_000, den: 1024 }, 172_800],
  ["pictures of this century", 44_000_000_000, { num: 25, den: 1 }, 158_400_000_000_000],
] as const)("%s", ([, index, rate, time]) => {
  expect(unitTime(index, rate)).toBe(time);
});

test("the first unit from a time on is the first that does not start before it", () => {
  const rate = fc.constantFrom({ num: 25, den: 1 }, { num: 60_000, den: 1001 }, { num: 44_100, den: 1024 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 }), rate, (time, unitRate) => {
      const index = firstUnitFrom(time as Ticks, unitRate);
      expect(unitTime(index, unitRate)).toBeGreaterThanOrEqual(time);
      expect(unitTime(index - 1, unitRate)).toBeLessThan(time);
    }),
  );
});
