import { expect, test } from "vitest";
import { Cadence } from "../../src/demux/cadence.ts";

/** What is said of something that comes at these times: a `!` where it is late. */
function comes(limit: number, times: readonly number[]): string {
  const cadence = new Cadence(limit);
  return times.map((time) => (cadence.comes(time) ? "!" : ".")).join("");
}

test.for([
  ["as often as it may", 500, [0, 500, 1000, 1500, 2000, 2500], "......"],
  ["later than it may, once", 500, [0, 100, 200, 300, 801, 900], "....!."],
  ["late, but by no more than twice its habit", 500, [0, 400, 800, 1200, 2000, 2400], "......"],
  ["late by more than that", 500, [0, 400, 800, 1200, 2001, 2400], "....!."],
  ["more rarely than it may from the start: that is its habit", 100, [0, 1000, 2000, 3000, 4000, 5000], "......"],
  ["later than such a habit", 100, [0, 1000, 2000, 3000, 5001, 6000], "....!."],
  ["late before any habit is known", 100, [0, 1000, 1010, 1020, 1030], "....."],
  ["at last at another pace: the third is no fault any more", 100, [0, 20, 40, 60, 260, 460, 660, 860], "....!!!."],
] as const)("comes %s", ([, limit, times, expected]) => {
  expect(comes(limit, times)).toBe(expected);
});

test("lateness is told when it is certain, and once", () => {
  const cadence = new Cadence(500);
  for (const time of [0, 100, 200, 300]) cadence.comes(time);
  expect([700, 800, 801, 900, 5000].map((time) => cadence.waits(time))).toEqual([false, false, true, false, false]);
  expect(cadence.isLate).toBe(true);
  expect(cadence.comes(6000)).toBe(false);
  expect(cadence.isLate).toBe(false);
});

test("what is known to be lost is not late, and nor is what comes after it", () => {
  const cadence = new Cadence(500);
  for (const time of [0, 100, 200, 300]) cadence.comes(time);
  cadence.restart();
  expect(cadence.waits(5000)).toBe(false);
  expect(cadence.comes(5000)).toBe(false);
  expect(cadence.comes(5501)).toBe(true);
});
