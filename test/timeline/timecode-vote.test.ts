import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MisbTimestamp } from "../../src/sei/misb-timestamp.ts";
import { FixedOffset, TimeZone } from "../../src/time/local-time.ts";
import { mulDivRound, type Rational } from "../../src/time/rational.ts";
import { PictureClock } from "../../src/timeline/picture-clock.ts";
import type { SmpteLabel } from "../../src/timeline/smpte-label.ts";
import { defaultTimecode, type TimecodeOptions } from "../../src/timeline/timecode-options.ts";
import { type TimecodedPicture, voteOnIndex } from "../../src/timeline/timecode-vote.ts";
import { at, ms, ticks } from "./units.ts";

const SECOND = 90_000;
/** 2026-01-02T00:00:00Z. */
const DAY = Date.UTC(2026, 0, 2) / 1000;
const P25: Rational = { num: 25, den: 1 };
const P50: Rational = { num: 50, den: 1 };
const P29: Rational = { num: 30_000, den: 1001 };
const P59: Rational = { num: 60_000, den: 1001 };

function label(text: string): SmpteLabel {
  const [hours, minutes, seconds, frames] = text.split(/[:;]/).map(Number) as [number, number, number, number];
  return { hours, minutes, seconds, frames, dropFrame: text.includes(";") };
}

/** Pictures of a rate in a row with these labels; an empty one has none. */
function labelled(rate: Rational, labels: readonly string[], origin = 777): TimecodedPicture[] {
  return labels.map((text, n) => ({
    pts: ticks(at(n, rate, origin)),
    timecodes: { problems: [], ...(text === "" ? {} : { smpte: label(text) }) },
  }));
}

function stamped(rate: Rational, timestamps: readonly MisbTimestamp[]): TimecodedPicture[] {
  return timestamps.map((misb, n) => ({ pts: ticks(at(n, rate)), timecodes: { problems: [], misb } }));
}

/** The epoch time of the first picture, in ticks since the day began. */
function sinceMidnight(
  rate: Rational,
  pictures: readonly TimecodedPicture[],
  { near = 12 * 3600, ...options }: Partial<TimecodeOptions> & { readonly near?: number } = {},
): number | undefined {
  const settings = { ...defaultTimecode, ...options };
  const clock = new PictureClock(rate, true);
  const vote = voteOnIndex(pictures, pictures[0]!.pts, clock, settings, ticks((DAY + near) * SECOND));
  return vote && clock.epochOf(vote.index) - DAY * SECOND;
}

describe("SMPTE timecodes", () => {
  test.for<[name: string, rate: Rational, labels: readonly string[], expected: number]>([
    ["25: a time of day", P25, ["12:00:00:05", "12:00:00:06"], 12 * 3600 * SECOND + 5 * 3600],
    ["25: on one picture of several", P25, ["", "", "12:00:01:00", ""], 12 * 3600 * SECOND + 23 * 3600],
    ["25: midnight between them", P25, ["23:59:59:24", "00:00:00:00", "00:00:00:01"], 86_400 * SECOND - 3600],
    ["25: one is wrong", P25, ["12:00:00:00", "07:13:00:12", "12:00:00:02"], 12 * 3600 * SECOND],
    ["50: pictures counted", P50, ["12:00:00:30", "12:00:00:31"], 12 * 3600 * SECOND + 30 * 1800],
    [
      "50: pairs counted",
      P50,
      ["12:00:00:03", "12:00:00:03", "12:00:00:04", "12:00:00:04"],
      12 * 3600 * SECOND + 6 * 1800,
    ],
    [
      "50: pairs counted, joined inside one",
      P50,
      ["12:00:00:03", "12:00:00:04", "12:00:00:04", "12:00:00:05", "12:00:00:05"],
      12 * 3600 * SECOND + 7 * 1800,
    ],
    // 01:00:00;00 is picture 107,892 of the day, which begins 2/3 of a picture before the nearest of the grid or after it.
    ["29.97: drop-frame", P29, ["01:00:00;00", "01:00:00;01"], 107_892 * 3003],
    ["59.94: drop-frame in pairs", P59, ["01:00:00;00", "01:00:00;00", "01:00:00;01"], 107_892 * 3003],
  ])("%s", ([, rate, labels, expected]) => {
    const found = sinceMidnight(rate, labelled(rate, labels))!;
    // Midnight is not on the grid of rates over 1.001.
    expect(Math.abs(found - expected)).toBeLessThanOrEqual(rate.den === 1 ? 0 : (SECOND * rate.den) / rate.num / 2 + 1);
  });

  test.for<[name: string, rate: Rational, labels: readonly string[]]>([
    ["none at all", P25, ["", "", ""]],
    ["a timecode that stands still", P25, ["12:00:00:00", "12:00:00:00", "12:00:00:00"]],
    ["one that stands still above 30 pictures a second", P50, new Array<string>(16).fill("12:00:00:00")],
    ["one that jumps all the time", P25, ["12:00:00:00", "11:00:00:07", "03:00:00:00"]],
    ["more frames than a second has", P25, ["12:00:00:25", "12:00:00:26"]],
    ["29.97 without drop-frame, which is no time of day", P29, ["12:00:00:00", "12:00:00:01"]],
    ["labels that drop-frame leaves out", P29, ["12:01:00;00", "12:01:00;01"]],
  ])("cannot be used: %s", ([, rate, labels]) => {
    expect(sinceMidnight(rate, labelled(rate, labels))).toBeUndefined();
  });

  test.for<[name: string, near: number, expected: number]>([
    ["the same day", 12 * 3600, 0],
    ["in the evening: the next morning's", 23 * 3600, 1],
    ["on the day before, in the evening", -1800, 0],
  ])("take the date nearest to the clock: %s", ([, near, days]) => {
    const found = sinceMidnight(P25, labelled(P25, ["00:30:00:00"]), { near });
    expect(found).toBe((days * 86_400 + 1800) * SECOND);
  });

  test.for([
    ["01:00:00:00", 3_600_000, 0],
    ["00:30:00:00", 3_600_000, -1800],
    ["20:00:00:00", -4 * 3_600_000, 86_400],
  ] as const)("%s, %i ms ahead of UTC, is %i s after midnight", ([text, utcOffset, expected]) => {
    const found = sinceMidnight(P25, labelled(P25, [text]), {
      localTime: new FixedOffset(ms(utcOffset)),
      near: expected + 60,
    });
    expect(found).toBe(expected * SECOND);
  });

  test("further from the clock than the limit is no lock, up to it is one", () => {
    const near = ticks((DAY + 1000) * SECOND);
    const clock = new PictureClock(P25, true);
    const lock = (text: string) =>
      voteOnIndex(labelled(P25, [text]), ticks(777), clock, defaultTimecode, near, ticks(120 * SECOND))?.source;
    expect([lock("00:14:40:00"), lock("00:18:40:00")]).toEqual(["smpte", "smpte"]);
    expect([lock("00:14:39:24"), lock("00:18:40:01")]).toEqual([undefined, undefined]);
  });
});

describe("MISB timestamps", () => {
  const epoch = DAY * 1000 + 7;
  const h264 = { kind: "h264-microseconds", status: 0x1f } as const;

  test.for<[name: string, timestamps: readonly MisbTimestamp[], expected: number | undefined]>([
    ["microseconds", [{ ...h264, value: BigInt(epoch) * 1000n }], 0],
    ["microseconds, nearest picture", [{ ...h264, value: BigInt(epoch + 14) * 1000n }], 3600],
    ["nanoseconds", [{ kind: "h265-nanoseconds", status: 0x1f, value: BigInt(epoch + 33) * 1_000_000n }], 3600],
    ["nothing that is a date", [{ ...h264, value: 2n ** 64n - 1n }], undefined],
    ["running backwards", [{ ...h264, status: 0x7f, value: BigInt(epoch) * 1000n }], undefined],
  ])("%s", ([, timestamps, expected]) => {
    expect(sinceMidnight(P25, stamped(P25, timestamps))).toBe(expected);
  });

  test("come before SMPTE timecodes, unless told otherwise", () => {
    const both = stamped(P25, [{ ...h264, value: BigInt(DAY) * 1_000_000n }]).map(({ pts, timecodes }) => ({
      pts,
      timecodes: { ...timecodes, smpte: label("10:00:00:00") },
    }));
    expect(sinceMidnight(P25, both)).toBe(0);
    expect(sinceMidnight(P25, both, { source: "misb" })).toBe(0);
    expect(sinceMidnight(P25, both, { source: "smpte" })).toBe(36_000 * SECOND);
    expect(sinceMidnight(P25, both, { source: "none" })).toBeUndefined();
  });
});

test("from whichever pictures it is read, the same picture has the same index", () => {
  const rates = fc.constantFrom(P25, P50, P29, P59, { num: 24_000, den: 1001 }, { num: 60, den: 1 });
  fc.assert(
    fc.property(
      rates,
      fc.nat(100_000),
      fc.integer({ min: 4, max: 40 }),
      fc.nat(2 ** 33 - 1),
      fc.integer({ min: -50, max: 50 }),
      (rate, first, count, origin, away) => {
        const clock = new PictureClock(rate, true);
        const midnight = clock.index(ticks(DAY * SECOND));
        // MISB, as it says the time at every rate.
        const pictures = Array.from({ length: count }, (_, n): TimecodedPicture => {
          const microseconds = mulDivRound(midnight + first + n, 1_000_000 * rate.den, rate.num);
          const misb = { kind: "h264-microseconds", status: 0x1f, value: BigInt(microseconds) } as const;
          return { pts: ticks(at(first + n, rate, origin)), timecodes: { problems: [], misb } };
        });
        const asked = ticks(at(first + away, rate, origin));
        const vote = voteOnIndex(pictures, asked, clock, defaultTimecode, ticks(0));
        expect(vote).toEqual({ source: "misb", index: midnight + first + away, clear: true });
      },
    ),
  );
});

test.for<[name: string, wrong: number, expected: boolean | undefined]>([
  ["none wrong", 0, true],
  ["two of sixteen wrong", 2, true],
  ["three of sixteen wrong", 3, false],
  ["seven of sixteen wrong", 7, false],
  ["half of them wrong", 8, undefined],
])("a vote is clear where nearly all agree: %s", ([, wrong, expected]) => {
  const labels = Array.from(
    { length: 16 },
    (_, n) => `12:00:00:${String(n < wrong ? (n * 7) % 25 : n).padStart(2, "0")}`,
  );
  labels[0] = wrong > 0 ? "03:00:00:00" : labels[0]!;
  const clock = new PictureClock(P25, true);
  const vote = voteOnIndex(labelled(P25, labels), ticks(777), clock, defaultTimecode, ticks((DAY + 43_200) * SECOND));
  expect(vote?.clear).toBe(expected);
});

test.for<[name: string, text: string, near: string, expected: string]>([
  ["in winter", "13:00:00:00", "2026-01-15T12:00:30Z", "2026-01-15T12:00:00Z"],
  ["in summer", "14:00:00:00", "2026-07-15T12:00:30Z", "2026-07-15T12:00:00Z"],
  ["before clocks are put forward", "01:59:00:00", "2026-03-29T00:59:10Z", "2026-03-29T00:59:00Z"],
  ["after clocks were put forward", "03:01:00:00", "2026-03-29T01:01:10Z", "2026-03-29T01:01:00Z"],
  ["in the hour that comes twice, the first time", "02:30:00:00", "2026-10-25T00:30:05Z", "2026-10-25T00:30:00Z"],
  ["in the hour that comes twice, the second time", "02:30:00:00", "2026-10-25T01:30:05Z", "2026-10-25T01:30:00Z"],
  ["just after midnight there", "00:00:01:00", "2026-01-14T23:00:00Z", "2026-01-14T23:00:01Z"],
])("a time of day in Berlin: %s", ([, text, near, expected]) => {
  const clock = new PictureClock(P25, true);
  const options = { source: "auto" as const, localTime: new TimeZone("Europe/Berlin") };
  const vote = voteOnIndex(labelled(P25, [text]), ticks(777), clock, options, ticks(Date.parse(near) * 90));
  expect(vote && new Date(clock.epochOf(vote.index) / 90).toISOString()).toBe(new Date(expected).toISOString());
});

test("at a rate that is not regular nothing tells which picture is which", () => {
  const pictures = labelled(P25, ["12:00:00:00", "12:00:00:01"]);
  const clock = new PictureClock(P25, false);
  expect(voteOnIndex(pictures, ticks(777), clock, defaultTimecode, ticks(DAY * SECOND))).toBeUndefined();
});
