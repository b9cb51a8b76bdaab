import fc from "fast-check";
import { expect, test } from "vitest";
import { fifthPercentile, lowest, type PoolingMethod, pool, WeighedValues } from "../../src/quality/pooling.ts";

/** Each value, and of how many pictures it is. */
function weighed(...pairs: readonly (readonly [value: number, weight: number])[]): WeighedValues {
  const made = new WeighedValues();
  for (const [value, weight] of pairs) made.add(value, weight);
  return made;
}

const each = (...values: readonly number[]): WeighedValues => weighed(...values.map((value) => [value, 1] as const));

test.for<[PoolingMethod, WeighedValues, number]>([
  ["mean", each(100, 100, 0, 0), 50],
  ["mean", each(93.25), 93.25],
  ["mean", weighed([90, 3], [50, 1]), 80],
  ["sum", each(3, 5, 0), 8],
  ["sum", weighed([3, 50], [5, 50]), 8],
  // 3 / (1/11 + 1/21 + 1/31) - 1
  ["harmonic-mean", each(10, 20, 30), 3 / (1 / 11 + 1 / 21 + 1 / 31) - 1],
  ["harmonic-mean", weighed([99, 1], [0, 1]), 2 / (1 / 100 + 1) - 1],
  ["harmonic-mean", each(0, 0), 0],
  // Errors of 1 and 100 in squared units: 50.5 on average.
  ["mse-mean", each(40, 20), -10 * Math.log10((1e-4 + 1e-2) / 2)],
  ["mse-mean", each(47, 47), 47],
  ["mse-mean", weighed([40, 2], [20, 1]), -10 * Math.log10((2e-4 + 1e-2) / 3)],
  ["min", each(40, 20, 30), 20],
  ["p5", each(40, 20, 30), 20],
])("%s of values: %$", ([method, values, expected]) => {
  expect(pool(values, method)).toBeCloseTo(expected, 9);
});

test.for([
  // A twentieth of 20 is one picture, of 21 more than one: two are needed.
  [20, 1],
  [21, 2],
  [40, 2],
  [41, 3],
  [50, 3],
  [100, 5],
] as const)("the 5th percentile of 1 to %i is %i: nearest rank", ([count, expected]) => {
  const values = Array.from({ length: count }, (_, i) => ((i * 7919) % count) + 1);
  expect(new Set(values).size).toBe(count);
  expect(fifthPercentile(each(...values))).toBe(expected);
});

const pair = fc.tuple(fc.integer({ min: -120, max: 100 }), fc.integer({ min: 1, max: 60 }));

test("the 5th percentile is that of all pictures in a row, by weight", () => {
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 60 }), (pairs) => {
      const row = pairs.flatMap(([value, weight]) => Array<number>(weight).fill(value)).sort((a, b) => a - b);
      expect(fifthPercentile(weighed(...pairs))).toBe(row[Math.ceil(row.length / 20) - 1]);
      expect(lowest(weighed(...pairs))).toBe(row[0]);
    }),
  );
});

test("a mean lies between the least and the greatest, and low values pull the harmonic mean down", () => {
  const score = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 1, max: 60 }));
  fc.assert(
    fc.property(fc.array(score, { minLength: 1, maxLength: 60 }), (pairs) => {
      const values = weighed(...pairs);
      const mean = pool(values, "mean");
      expect(mean).toBeGreaterThanOrEqual(lowest(values) - 1e-9);
      expect(mean).toBeLessThanOrEqual(Math.max(...values.values) + 1e-9);
      expect(pool(values, "harmonic-mean")).toBeLessThanOrEqual(mean + 1e-9);
      expect(pool(values, "harmonic-mean")).toBeGreaterThanOrEqual(lowest(values) - 1e-9);
      expect(pool(values, "mse-mean")).toBeLessThanOrEqual(mean + 1e-9);
    }),
  );
});
