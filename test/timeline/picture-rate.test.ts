import fc from "fast-check";
import { expect, test } from "vitest";
import type { Rational } from "../../src/time/rational.ts";
import { detectPictureRate, PICTURES_FOR_RATE } from "../../src/timeline/picture-rate.ts";
import { at, ticks } from "./units.ts";

const RATES: readonly (readonly [num: number, den: number])[] = [
  ...[10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120].map((num) => [num, 1] as const),
  [25, 2],
  ...[12, 15, 24, 30, 48, 60, 120].map((rate) => [rate * 1000, 1001] as const),
];

const times = (order: readonly number[], rate: Rational, origin = 0) => order.map((n) => ticks(at(n, rate, origin)));
const inOrder = Array.from({ length: PICTURES_FOR_RATE }, (_, n) => n);

test.for(RATES)("finds %d/%d from times rounded to 90 kHz, wherever the stream is joined", ([num, den]) => {
  const rate = { num, den };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.constantFrom(Math.floor, Math.round), (first, round) => {
      const joined = inOrder.map((n) => ticks(round(((first + n) * 90_000 * den) / num)));
      expect(detectPictureRate(joined)).toEqual(rate);
    }),
    { numRuns: 50 },
  );
});

test.for<[name: string, order: readonly number[]]>([
  ["two B pictures", [0, 3, 1, 2, 6, 4, 5, 9, 7, 8, 12, 10, 11, 15, 13, 14]],
  ["a pyramid of seven", [0, 8, 4, 2, 1, 3, 6, 5, 7, 16, 12, 10, 9, 11, 14, 13]],
  ["a pyramid of fifteen, its last pictures missing", [0, 16, 8, 4, 2, 1, 3, 6, 5, 7, 12, 10, 9, 11, 14, 13]],
  ["a picture lost here and there", [0, 1, 3, 4, 5, 6, 7, 9, 10, 11, 12, 14, 15, 16, 17, 18]],
])("finds the rate of pictures in decoding order with %s", ([, order]) => {
  for (const [num, den] of RATES) expect(detectPictureRate(times(order, { num, den }))).toEqual({ num, den });
});

test("finds the rate across a wrap, where unwrapped times just go on", () => {
  expect(detectPictureRate(times(inOrder, { num: 50, den: 1 }, 2 ** 33 - 7 * 1800))).toEqual({ num: 50, den: 1 });
});

test.for<[rate: number, expected: Rational]>([
  [24, { num: 24, den: 1 }],
  [25, { num: 25, den: 1 }],
  [30, { num: 30, den: 1 }],
  [50, { num: 50, den: 1 }],
  [60, { num: 60, den: 1 }],
])("finds %d pictures a second from times rounded to milliseconds, as RTMP and FLV have them", ([rate, expected]) => {
  for (let first = 0; first < 100; first++) {
    const joined = inOrder.map((n) => ticks(Math.round(((first + n) * 1000) / rate) * 90));
    expect(detectPictureRate(joined), `from picture ${first}`).toEqual(expected);
  }
});

test("takes the declared rate where milliseconds leave it open", () => {
  const ntsc = { num: 30_000, den: 1001 };
  const joined = inOrder.map((n) => ticks(Math.round((n * 1001) / 30) * 90));
  expect(detectPictureRate(joined, ntsc)).toEqual(ntsc);
  expect(detectPictureRate(times(inOrder, { num: 30, den: 1 }), ntsc)).toEqual({ num: 30, den: 1 });
  expect(detectPictureRate(joined, { num: 25, den: 1 })).toEqual({ num: 30, den: 1 });
});

test.for<[name: string, steps: readonly number[], rate: Rational | undefined]>([
  ["an even step that no standard has is an exact ratio", new Array(15).fill(2000), { num: 45, den: 1 }],
  ["five pictures a second", new Array(15).fill(18_000), { num: 5, den: 1 }],
  ["one picture a second", new Array(15).fill(90_000), { num: 1, den: 1 }],
  [
    "jitter of a tenth of a picture is no grid",
    [3600, 3240, 3960, 3600, 3300, 3900, 3100, 4100, 3500, 3700, 3400, 3800],
    undefined,
  ],
  [
    "a step that only wavers around its mean is no exact ratio",
    [2570, 2571, 2570, 2571, 2570, 2571, 2570, 2571],
    undefined,
  ],
  ["steps of one and two pictures", [3600, 3600, 3600, 3600, 1800, 1800, 1800, 1800], { num: 50, den: 1 }],
  ["a step that divides no second", new Array(15).fill(3211), { num: 90_000, den: 3211 }],
  ["more pictures a second than there are", new Array(15).fill(200), undefined],
  ["fewer than one picture in ten seconds", new Array(15).fill(900_001), undefined],
  ["pictures that all have one time", [0, 0, 0, 0], undefined],
  ["two pictures", [3600], { num: 25, den: 1 }],
  ["one picture", [], undefined],
])("%s", ([, steps, rate]) => {
  const all = [ticks(1_000_000)];
  for (const step of steps) all.push(ticks(all.at(-1)! + step));
  expect(detectPictureRate(all)).toEqual(rate);
});

test("nothing has no rate", () => {
  expect(detectPictureRate([])).toBeUndefined();
});

test("any times have a positive rate or none", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { maxLength: 16 }), (any) => {
      const rate = detectPictureRate(any.map(ticks));
      if (rate === undefined) return;
      for (const term of [rate.num, rate.den]) expect(Number.isSafeInteger(term) && term > 0).toBe(true);
    }),
  );
});
