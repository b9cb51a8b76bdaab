import { expect, test } from "vitest";
import { epochTimecode } from "../../src/simulate/epoch-timecode.ts";

test.for([
  ["1970-01-01T00:00:00.000Z", 25, [0, 0, 0, 0]],
  ["2026-08-01T23:59:59.960Z", 25, [23, 59, 59, 24]],
  ["2026-08-02T00:00:00.000Z", 25, [0, 0, 0, 0]],
  ["2026-02-28T13:07:09.480Z", 25, [13, 7, 9, 12]],
  ["2026-02-28T13:07:09.980Z", 50, [13, 7, 9, 49]],
] as const)("the picture at %s, %i a second", ([time, rate, [hours, minutes, seconds, nFrames]]) => {
  const index = (Date.parse(time) * rate) / 1000;
  expect(epochTimecode(index, rate)).toMatchObject({ hours, minutes, seconds, nFrames, fullTimestampFlag: true });
});
