import { describe, expect, test } from "vitest";
import type { RandomAccess } from "../../src/demux/access-unit.ts";
import { RandomAccessRecord } from "../../src/encoder/random-access-record.ts";
import { planGrid } from "../../src/segment/grid.ts";
import type { Milliseconds } from "../../src/time/units.ts";

const rate = { num: 25, den: 1 };
/** Lines at whole multiples of 50 pictures; what comes up to three before one counts with it. */
const grid = planGrid(rate, 2000 as Milliseconds, undefined);

/** A record of points at these pictures; before those that `losses` names something was lost. */
function recordOf(indices: readonly number[], losses: readonly number[] = []) {
  const record = new RandomAccessRecord();
  for (const index of indices) {
    if (losses.includes(index)) record.lost();
    record.push({ index, kind: "idr" });
  }
  return record;
}

describe("GOPs", () => {
  test.for<[what: string, indices: number[], losses: number[], expected: object | undefined]>([
    ["none", [], [], undefined],
    ["one alone says nothing of the others", [0, 50], [], undefined],
    ["fixed", [0, 50, 100], [], { min: 50, max: 50 }],
    ["not fixed", [0, 50, 73, 100], [], { min: 23, max: 50 }],
    ["an I-frame is lost", [0, 50, 150, 200], [150], { min: 50, max: 50 }],
    ["something is always lost", [0, 50, 100, 150], [50, 100, 150], undefined],
    ["the clock is set back", [100, 150, 200, 160, 210], [], { min: 50, max: 50 }],
  ])("%s", ([, indices, losses, expected]) => {
    expect(recordOf(indices, losses).gopPictures).toEqual(expected);
  });

  test("what was long ago is forgotten", () => {
    const record = recordOf([0, 10, 20]);
    for (let i = 1; i <= 40; i++) record.push({ index: 20 + i * 50, kind: "idr" });
    expect(record.gopPictures).toEqual({ min: 50, max: 50 });
  });

  test("what was before a jump of the clock is forgotten", () => {
    const record = recordOf([0, 50, 100]);
    record.restart();
    expect(record.gopPictures).toBeUndefined();
    expect(record.isClosed).toBeUndefined();
  });
});

test.for<[kind: RandomAccess, isClosed: boolean]>([
  ["idr", true],
  ["idr-with-leading", true],
  ["open", false],
  ["recovery-point", false],
])("a GOP that starts with %s is closed: %s", ([kind, isClosed]) => {
  const record = recordOf([0, 50]);
  expect(record.isClosed).toBe(true);
  record.push({ index: 100, kind });
  expect(record.isClosed).toBe(isClosed);
});

describe("the first I-frame of a segment", () => {
  test.for<[what: string, indices: number[], expected: object | undefined]>([
    ["the first of all may be in the middle of one", [77], undefined],
    ["on each line", [50, 100, 150], { min: 0, max: 0 }],
    ["others in the segment do not matter", [50, 60, 75, 100, 110, 150], { min: 0, max: 0 }],
    ["a little before the line", [48, 98, 148], { min: -2, max: -2 }],
    ["after the line", [70, 120, 170], { min: 20, max: 20 }],
    ["here and there", [50, 98, 170], { min: -2, max: 20 }],
  ])("%s", ([, indices, expected]) => {
    expect(recordOf(indices).afterLine(grid, rate)).toEqual(expected);
  });

  test("is found by the grid of another rendition's picture rate", () => {
    expect(recordOf([100, 200, 300]).afterLine(grid, { num: 50, den: 1 })).toEqual({ min: 0, max: 0 });
  });
});
