import { expect, test } from "vitest";
import { MisbTimestamps } from "../../src/inspect/misb-timestamps.ts";
import type { MisbTimestamp } from "../../src/sei/misb-timestamp.ts";
import type { Milliseconds, Ticks } from "../../src/time/units.ts";

const START = BigInt(Date.UTC(2026, 7, 1, 23, 59, 59)) * 1000n;

function micros(value: bigint, status = 0x1f): MisbTimestamp {
  return { kind: "h264-microseconds", status, value };
}

test("timestamps that run with PTS are constant, also over midnight", () => {
  const timestamps = new MisbTimestamps(40);
  for (let i = 0; i < 50; i++)
    timestamps.push((i * 3600) as Ticks, micros(START + BigInt(i) * 40_000n), i === 0, undefined);
  expect(timestamps.report(100)).toEqual({
    source: "misb",
    pictures: 50,
    share: 0.5,
    randomAccessPoints: 1,
    first: "2026-08-01T23:59:59.000Z",
    last: "2026-08-02T00:00:00.960Z",
    offsetMs: Number(START / 1000n),
    deviationMs: { min: 0, max: 0 },
    constant: true,
    jumps: 0,
    frozen: 0,
    unlocked: 0,
  });
});

test("nanoseconds are told to the microsecond", () => {
  const timestamps = new MisbTimestamps(40);
  timestamps.push(
    0 as Ticks,
    { kind: "h265-nanoseconds", status: 0x1f, value: 1_500_000_999n },
    true,
    1000 as Milliseconds,
  );
  expect(timestamps.report(1)).toMatchObject({ first: "1970-01-01T00:00:01.500Z", offsetMs: 1500, aheadOfHostMs: 500 });
});

test("jumps, frozen values and unlocked clocks are counted", () => {
  const timestamps = new MisbTimestamps(40);
  const values = [0n, 40n, 40n, 120n, 5160n, 5200n];
  for (const [i, value] of values.entries()) {
    timestamps.push((i * 3600) as Ticks, micros(START + value * 1000n, i < 2 ? 0x9f : 0x1f), false, undefined);
  }
  expect(timestamps.report(6)).toMatchObject({
    jumps: 1,
    largestJumpMs: 5000,
    frozen: 1,
    unlocked: 2,
    constant: false,
  });
});

test("a value beyond the year 9999 is no time", () => {
  const timestamps = new MisbTimestamps(40);
  timestamps.push(0 as Ticks, micros(2n ** 64n - 1n), false, undefined);
  expect(timestamps.report(1)).toBeUndefined();
});
