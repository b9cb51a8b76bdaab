import fc from "fast-check";
import { expect, test } from "vitest";
import { PictureClock } from "../../src/timeline/picture-clock.ts";
import { ticks } from "./units.ts";

/** 2026-01-02T03:04:05.678Z in ticks: any date of our time. */
const NOW = 1_767_323_045_678 * 90;

test.for<[num: number, den: number, timescale: number, duration: number]>([
  [24, 1, 90_000, 3750],
  [25, 1, 90_000, 3600],
  [50, 1, 90_000, 1800],
  [60, 1, 90_000, 1500],
  [25, 2, 90_000, 7200],
  [30_000, 1001, 90_000, 3003],
  [24_000, 1001, 24_000, 1001],
  [60_000, 1001, 60_000, 1001],
  [48_000, 1001, 48_000, 1001],
  [120_000, 1001, 120_000, 1001],
  [12_000, 1001, 12_000, 1001],
  [90_000, 3211, 90_000, 3211],
])("%d/%d pictures a second last a whole number of units", ([num, den, timescale, duration]) => {
  const clock = new PictureClock({ num, den }, true);
  expect([clock.timescale, clock.duration]).toEqual([timescale, duration]);
  expect(clock.duration * num).toBe(clock.timescale * den);
});

const rates = fc.constantFrom(
  ...[24_000, 30_000, 60_000, 120_000].map((num) => ({ num, den: 1001 })),
  ...[24, 25, 50, 60].map((num) => ({ num, den: 1 })),
);

test("a picture's index and time are the same from whichever picture the mapping was computed", () => {
  // The encoder rounds each time to 90 kHz; a packager snaps the picture it starts with to the grid.
  fc.assert(
    fc.property(
      rates,
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.integer({ min: 0, max: 10_000_000 }),
      fc.constantFrom(Math.floor, Math.round, Math.ceil),
      (rate, first, later, round) => {
        const clock = new PictureClock(rate, true);
        const pts = (n: number) => round((n * 90_000 * rate.den) / rate.num);
        const anchorIndex = clock.index(ticks(NOW));
        const mapped = (n: number) => ticks(clock.epochOf(anchorIndex + first) + pts(n) - pts(first));
        expect(clock.index(mapped(later))).toBe(anchorIndex + later);
        expect(clock.time(mapped(later))).toBe((anchorIndex + later) * clock.duration);
      },
    ),
    { numRuns: 500 },
  );
});

test("two ticks of rounding never move a picture", () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 0, max: 2 ** 38 }), fc.integer({ min: -2, max: 2 }), (rate, index, off) => {
      const clock = new PictureClock(rate, true);
      expect(clock.index(ticks(clock.epochOf(index) + off))).toBe(index);
    }),
  );
});

test("an irregular stream keeps its times on the 90 kHz clock and still has a place on the grid", () => {
  const clock = new PictureClock({ num: 25, den: 1 }, false);
  expect([clock.timescale, clock.duration]).toEqual([90_000, 3600]);
  expect([7, 1799, 1800, 5400].map((time) => [clock.time(ticks(time)), clock.index(ticks(time))])).toEqual([
    [7, 0],
    [1799, 0],
    [1800, 1],
    [5400, 2],
  ]);
});

test("an irregular stream whose nominal rate fits no 90 kHz keeps 90 kHz all the same", () => {
  const clock = new PictureClock({ num: 24_000, den: 1001 }, false);
  expect([clock.timescale, clock.duration]).toEqual([90_000, 3754]);
});
