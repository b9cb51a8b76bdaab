import fc from "fast-check";
import { expect, test } from "vitest";
import { ntpTimestamp } from "../../src/cmaf/ntp-timestamp.ts";

test.for<[what: string, time: number, timescale: number, seconds: number, fraction: number]>([
  ["the epoch", 0, 90_000, 2_208_988_800, 0],
  ["a tick later", 1, 90_000, 2_208_988_800, 47_721],
  ["half a second later", 24_000, 48_000, 2_208_988_800, 0x80000000],
  ["a third of a second later", 1, 3, 2_208_988_800, 0x55555555],
  ["the last tick of a second", 44_099, 44_100, 2_208_988_800, 4_294_869_904],
  ["the last tick of a second of the finest clock", 2 ** 32 - 2, 2 ** 32 - 1, 2_208_988_800, 0xfffffffe],
  ["2026-01-02T03:04:00.02Z", 1_767_323_040 * 30_000 + 600, 30_000, 3_976_311_840, 85_899_345],
  ["the last second of NTP's first era", 2_085_978_495 * 90_000 + 89_999, 90_000, 0xffffffff, 4_294_919_574],
  ["the first second of its next, 2036-02-07T06:28:16Z", 2_085_978_496 * 90_000, 90_000, 0, 0],
])("%s", ([, time, timescale, seconds, fraction]) => {
  expect(ntpTimestamp(time, timescale)).toEqual({ seconds, fraction });
});

test("any time is as long since 1900, to the bit", () => {
  const clock = fc.integer({ min: 1, max: 2 ** 32 - 1 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 52 }), clock, (time, timescale) => {
      const exact = (BigInt(time) << 32n) / BigInt(timescale) + (2_208_988_800n << 32n);
      const { seconds, fraction } = ntpTimestamp(time, timescale);
      expect((BigInt(seconds) << 32n) + BigInt(fraction)).toBe(exact & (2n ** 64n - 1n));
    }),
  );
});
