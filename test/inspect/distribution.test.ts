import fc from "fast-check";
import { expect, test } from "vitest";
import { Distribution, scaleSpread } from "../../src/inspect/distribution.ts";

function of(values: readonly number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

test("without values there is no spread", () => {
  expect(of([]).spread()).toBeUndefined();
});

test("the spread is that of the sorted values, the lower of two in the middle", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), (values) => {
      const sorted = values.toSorted((a, b) => a - b);
      const median = sorted[Math.floor((sorted.length - 1) / 2)];
      expect(of(values).spread()).toEqual({ min: sorted[0], median, max: sorted.at(-1) });
    }),
  );
});

test("values away from another are counted one by one", () => {
  expect(of([3600, 3600, 3601, 3599, 3602, 7200]).countAwayFrom(3600, 1)).toBe(2);
});

test("a million different values keep exact ends and a near median in bounded memory", () => {
  const distribution = new Distribution();
  for (let i = 0; i < 1_000_000; i++) distribution.add((i * 7919) % 1_000_003);
  const { min, median, max } = distribution.spread()!;
  expect([min, max]).toEqual([0, 1_000_002]);
  expect(Math.abs(median - 500_000)).toBeLessThan(2048);
  expect(distribution.distinct).toBeLessThan(6000);
});

test("a scaled spread is rounded", () => {
  expect(scaleSpread({ min: 3003, median: 3003, max: 6006 }, 1 / 90, 2)).toEqual({
    min: 33.37,
    median: 33.37,
    max: 66.73,
  });
});
