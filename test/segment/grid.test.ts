import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cellStart, lineOf, longestDuration, numberOf, planGrid, positionOf } from "../../src/segment/grid.ts";
import type { Rational } from "../../src/time/rational.ts";
import { ms } from "../timeline/units.ts";
import { MILLIS, P24, P25, P30, P50, P59 } from "./tracks.ts";

describe("planning", () => {
  test.for<[name: string, rate: Rational, segment: number, gop: number | undefined, pictures: number, target: number]>([
    ["two seconds at 25", P25, 2000, 50, 50, 2],
    ["two seconds at 50", P50, 2000, 100, 100, 2],
    ["two seconds at 29.97 are 2.002 s", P30, 2000, 60, 60, 2],
    ["two seconds at 59.94 are 2.002 s", P59, 2000, 120, 120, 2],
    ["two seconds at 23.976 are 2.002 s", P24, 2000, 48, 48, 2],
    ["1.92 s at 25", P25, 1920, 48, 48, 2],
    ["two GOPs a segment", P25, 2000, 25, 50, 2],
    ["a GOP not known", P25, 2000, undefined, 50, 2],
    ["a GOP that divides no segment makes longer ones", P25, 2000, 48, 50, 4],
    ["a GOP a picture longer than the segment", P25, 2000, 51, 100, 4],
    ["a GOP of ten seconds", P25, 2000, 250, 250, 10],
    ["a GOP of one and a half segments", P25, 2000, 75, 100, 6],
    ["milliseconds, for sound", MILLIS, 2000, undefined, 2000, 2],
    ["a segment that would not round down with its sound", P25, 2480, 62, 62, 3],
    ["a segment of less than half a second", P25, 400, 10, 10, 1],
    ["a segment of less than a picture", { num: 1, den: 10 }, 2000, undefined, 1, 10],
  ])("%s", ([, rate, segment, gop, pictures, targetDuration]) => {
    expect(planGrid(rate, ms(segment), gop)).toMatchObject({ rate, pictures, targetDuration });
  });

  test("whatever is asked for, the longest segment rounds to the target duration with a long audio frame on top", () => {
    const rate = fc.constantFrom(P24, P25, P30, P50, P59, MILLIS, { num: 25, den: 2 });
    const gop = fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined });
    fc.assert(
      fc.property(rate, fc.integer({ min: 200, max: 15_000 }), gop, (rate, segment, gop) => {
        const grid = planGrid(rate, ms(segment), gop);
        expect(grid.maxPictures).toBeGreaterThanOrEqual(grid.pictures);
        const longest = (grid.maxPictures * rate.den) / rate.num + 0.128;
        expect(Math.round(longest)).toBeLessThanOrEqual(grid.targetDuration);
        expect(longestDuration(grid, 48_000) / 48_000).toBeGreaterThanOrEqual(longest - 1 / 48_000);
        expect(Math.round(longestDuration(grid, 48_000) / 48_000)).toBe(grid.targetDuration);
      }),
    );
  });

  test("cut points every so many pictures, wherever they lie, are in every cell and at most the longest segment apart", () => {
    const gops = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 200 }), gops, fc.nat(400), (nominal, gop, offset) => {
        const grid = planGrid(P25, ms(nominal * 40), gop);
        let last = offset;
        for (let number = numberOf(grid, offset) + 1; number < numberOf(grid, offset) + 20; number++) {
          const position = offset + Math.ceil((cellStart(grid, number) - offset) / gop) * gop;
          expect(numberOf(grid, position)).toBe(number);
          expect(position - last).toBeLessThanOrEqual(grid.maxPictures);
          last = position;
        }
      }),
    );
  });
});

test.for<[rate: Rational, track: Rational, index: number, position: number]>([
  [P25, P25, 44_183_076_150, 44_183_076_150],
  [P25, P50, 101, 50],
  [P50, P25, 50, 100],
  [P30, P59, 121, 60],
  [P25, P30, 60, 50],
  [MILLIS, P25, 3, 120],
])("at %o picture %o %d has position %d", ([rate, track, index, position]) => {
  expect(positionOf(planGrid(rate, ms(2000), undefined), index, track)).toBe(position);
});

test("numbers count cells since the epoch", () => {
  const grid = planGrid(P30, ms(2000), 60);
  // Three pictures before its line a cell begins.
  expect([0, 56, 57, 60, 116, 117, 120].map((position) => numberOf(grid, position))).toEqual([0, 0, 1, 1, 1, 2, 2]);
  expect([lineOf(grid, 2), cellStart(grid, 2)]).toEqual([120, 117]);
});

test("an encoder that numbers from one is followed", () => {
  const grid = planGrid(P25, ms(1920), 48, 1);
  // 2024-07-20T13:40:57.6Z.
  const position = 1_721_482_857.6 * 25;
  expect(numberOf(grid, position)).toBe(896_605_656);
  expect(lineOf(grid, 896_605_656)).toBe(position);
});

test.for<[segment: number, slow: Rational, fast: Rational]>([
  [1500, P25, P50],
  [500, P30, P59],
])("%d ms: renditions of which one has twice the pictures have the same lines", ([segment, slow, fast]) => {
  expect(planGrid(fast, ms(segment), undefined).pictures).toBe(2 * planGrid(slow, ms(segment), undefined).pictures);
});
