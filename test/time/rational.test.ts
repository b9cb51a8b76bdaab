import fc from "fast-check";
import { expect, test } from "vitest";
import { mulDivCeil, mulDivFloor, mulDivRound } from "../../src/time/rational.ts";

/** The same with integers of any size, where rounding goes down. */
function exact(value: number, num: number, den: number): { floor: bigint; ceil: bigint; round: bigint } {
  const floor = (a: bigint, b: bigint) => a / b - (a % b < 0n ? 1n : 0n);
  const [v, n, d] = [BigInt(value), BigInt(num), BigInt(den)];
  return { floor: floor(v * n, d), ceil: -floor(-v * n, d), round: floor(2n * v * n + d, 2n * d) };
}

function expectExact(value: number, num: number, den: number): void {
  const { floor, ceil, round } = exact(value, num, den);
  const largest = floor < 0n ? -floor : ceil;
  if (largest > BigInt(Number.MAX_SAFE_INTEGER)) return;
  const results = [mulDivFloor(value, num, den), mulDivCeil(value, num, den), mulDivRound(value, num, den)];
  expect(results, `${value} * ${num} / ${den}`).toEqual([floor, ceil, round].map(Number));
}

test("any value by any ratio within the limits is exact, negative ones too", () => {
  const ratio = fc
    .integer({ min: 1, max: 2 ** 26 })
    .chain((num) => fc.tuple(fc.constant(num), fc.integer({ min: 1, max: Math.floor((2 ** 51 - 1) / num) })));
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 }), ratio, (value, [num, den]) =>
      expectExact(value, num, den),
    ),
    { numRuns: 2000 },
  );
});

test("any epoch time is exact between the clocks that are used", () => {
  const clock = fc.constantFrom(25, 50, 1000, 24_000, 30_000, 44_100, 48_000, 60_000, 90_000, 96_000);
  const time = fc.integer({ min: -(2 ** 48), max: 2 ** 48 });
  fc.assert(
    fc.property(time, clock, fc.constantFrom(1, 1001), (value, num, den) => {
      expectExact(value, num, den * 90_000);
      expectExact(value, den * 90_000, num);
    }),
    { numRuns: 2000 },
  );
});

test("products near a multiple of the divisor are exact", () => {
  const near = fc.tuple(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: -2, max: 2 }));
  fc.assert(
    fc.property(near, fc.integer({ min: 1, max: 4096 }), fc.integer({ min: 1, max: 4096 }), ([k, off], num, den) =>
      expectExact(k * den + off, num, den),
    ),
    { numRuns: 2000 },
  );
});

test.for<[value: number, num: number, den: number, floor: number, round: number, ceil: number]>([
  [0, 1, 3, 0, 0, 0],
  [1, 1, 2, 0, 1, 1],
  [-1, 1, 2, -1, 0, 0],
  [-3, 1, 2, -2, -1, -1],
  [3, 1, 2, 1, 2, 2],
  [-7, 2, 3, -5, -5, -4],
])("%d * %d / %d is %d floored, %d rounded (halves up), %d ceiled", ([value, num, den, floor, round, ceil]) => {
  expect([mulDivFloor, mulDivRound, mulDivCeil].map((f) => f(value, num, den))).toEqual([floor, round, ceil]);
});
