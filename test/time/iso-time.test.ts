import { expect, test } from "vitest";
import { isoMilliseconds } from "../../src/time/iso-time.ts";

test.for([
  ["1970-01-01T00:00:00Z", 0],
  ["2026-08-01T23:59:58.125Z", Date.UTC(2026, 7, 1, 23, 59, 58, 125)],
  ["2026-02-30T00:00:00Z", undefined],
  ["2026-08-01T12:00:00", undefined],
  ["1969-12-31T23:59:59Z", undefined],
] as const)("%s", ([text, time]) => {
  expect(isoMilliseconds(text)).toBe(time);
});
