import { expect, test } from "vitest";
import { parseFault } from "../../src/cli/fault-option.ts";
import { encoderRuns } from "../../src/simulate/encoder-runs.ts";
import type { Ticks } from "../../src/time/units.ts";

const STEP = 1_234_567_891;
const NEVER = Number.POSITIVE_INFINITY;

/** Begin and end in seconds after the start, and the origin. */
test.for([
  ["none", [], [[0, NEVER, 5]]],
  [
    "one of two seconds",
    ["restart@10s"],
    [
      [0, 10, 5],
      [12, NEVER, 5 + STEP],
    ],
  ],
  [
    "two in another order",
    ["restart@20s+3s", "restart@10s+1s"],
    [
      [0, 10, 5],
      [11, 20, 5 + STEP],
      [23, NEVER, 5 + 2 * STEP],
    ],
  ],
  [
    "one while another is on",
    ["restart@10s+5s", "restart@12s+1s"],
    [
      [0, 10, 5],
      [15, 12, 5 + STEP],
      [15, NEVER, 5 + 2 * STEP],
    ],
  ],
] as const)("restarts: %s", ([, faults, runs]) => {
  const start = 1_000_000 as Ticks;
  const found = encoderRuns(faults.map(parseFault), start, 5);
  expect(
    found.map(({ begin, end, ptsOrigin }) => [(begin - start) / 90_000, (end - start) / 90_000, ptsOrigin]),
  ).toEqual(runs);
});

test("the origin stays within 33 bits", () => {
  const faults = Array.from({ length: 20 }, (_, i) => parseFault(`restart@${i * 10}s`));
  const origins = encoderRuns(faults, 0 as Ticks, 0).map(({ ptsOrigin }) => ptsOrigin);
  expect(Math.max(...origins)).toBeLessThan(2 ** 33);
  expect(new Set(origins).size).toBe(21);
});
