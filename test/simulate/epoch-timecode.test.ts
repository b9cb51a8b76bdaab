import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  epochLabel,
  epochTimecode,
  type LabelOptions,
  labelCounting,
  labelOfIndex,
} from "../../src/simulate/epoch-timecode.ts";
import { simulatedRates } from "../../src/simulate/simulated-rates.ts";
import { formatLabel, labelIndex, labelsPerDay } from "../../src/timeline/smpte-label.ts";

const DAY = 86_400;
/** 2026-08-02T00:00:00Z. */
const MIDNIGHT = Date.parse("2026-08-02T00:00:00Z") / 1000;

const rateOf = (name: string) => simulatedRates.get(name)!;
/** Labels of so many pictures from one on. */
const labels = (first: number, count: number, name: string, options?: LabelOptions): readonly string[] =>
  Array.from({ length: count }, (_, i) => formatLabel(epochLabel(first + i, labelCounting(rateOf(name), options))));
/** The picture nearest to a time, written another way than the code under test. */
const pictureAt = (seconds: number, name: string): number => {
  const { num, den } = rateOf(name);
  return Number((2n * BigInt(seconds) * BigInt(num) + BigInt(den)) / (2n * BigInt(den)));
};

test.for([
  ["1970-01-01T00:00:00.000Z", "25", [0, 0, 0, 0]],
  ["2026-08-01T23:59:59.960Z", "25", [23, 59, 59, 24]],
  ["2026-08-02T00:00:00.000Z", "25", [0, 0, 0, 0]],
  ["2026-02-28T13:07:09.480Z", "25", [13, 7, 9, 12]],
  ["2026-02-28T13:07:09.500Z", "24", [13, 7, 9, 12]],
  ["2026-02-28T13:07:09.980Z", "50", [13, 7, 9, 49]],
  ["2026-02-28T13:07:09.500Z", "60", [13, 7, 9, 30]],
] as const)("the picture at %s, %s a second", ([time, name, [hours, minutes, seconds, nFrames]]) => {
  const picture = Math.round((Date.parse(time) * rateOf(name).num) / 1000);
  expect(epochTimecode(picture, labelCounting(rateOf(name)))).toMatchObject({
    ...{ hours, minutes, seconds, nFrames },
    ...{ fullTimestampFlag: true, countingType: 0, cntDroppedFlag: false },
  });
});

/** Where labels that do not drop end when a day is over, they are still that much behind. */
test.for<readonly [name: string, options: LabelOptions, before: readonly string[], after: readonly string[]]>([
  ["24", {}, ["23:59:59:22", "23:59:59:23"], ["00:00:00:00", "00:00:00:01"]],
  ["25", {}, ["23:59:59:23", "23:59:59:24"], ["00:00:00:00", "00:00:00:01"]],
  ["30", {}, ["23:59:59:28", "23:59:59:29"], ["00:00:00:00", "00:00:00:01"]],
  ["50", {}, ["23:59:59:48", "23:59:59:49"], ["00:00:00:00", "00:00:00:01"]],
  ["60", {}, ["23:59:59:58", "23:59:59:59"], ["00:00:00:00", "00:00:00:01"]],
  ["50", { pairs: true }, ["23:59:59:24", "23:59:59:24"], ["00:00:00:00", "00:00:00:00"]],
  ["60", { pairs: true }, ["23:59:59:29", "23:59:59:29"], ["00:00:00:00", "00:00:00:00"]],
  // A day has 2,589,408 labels at 29.97 and twice as many at 59.94, but some pictures more: they are labelled as its first.
  ["29.97", {}, ["23:59:59;29", "00:00:00;00", "00:00:00;01"], ["00:00:00;00", "00:00:00;01", "00:00:00;02"]],
  ["59.94", {}, ["00:00:00;03", "00:00:00;04"], ["00:00:00;00", "00:00:00;01"]],
  ["59.94", { pairs: true }, ["00:00:00;01", "00:00:00;01", "00:00:00;02"], ["00:00:00;00", "00:00:00;00"]],
  ["23.976", {}, ["23:58:33:14", "23:58:33:15"], ["00:00:00:00", "00:00:00:01"]],
  ["29.97", { dropFrame: false }, ["23:58:33:19"], ["00:00:00:00"]],
  ["59.94", { dropFrame: false }, ["23:58:33:40"], ["00:00:00:00"]],
])("over midnight at %s %j", ([name, options, before, after]) => {
  const midnight = pictureAt(MIDNIGHT, name);
  expect(labels(midnight - before.length, before.length + after.length, name, options)).toEqual([...before, ...after]);
});

test.for([
  ["29.97", ["00:00:59;28", "00:00:59;29", "00:01:00;02", "00:01:00;03"], 1798],
  ["29.97", ["00:09:59;29", "00:10:00;00", "00:10:00;01"], 17_981],
  ["59.94", ["00:00:59;58", "00:00:59;59", "00:01:00;04", "00:01:00;05"], 3598],
] as const)("drop-frame at %s: %j", ([name, expected, index]) => {
  expect(labels(pictureAt(MIDNIGHT, name) + index, expected.length, name)).toEqual(expected);
});

test("the dropped flag is set on the first label after those dropped, and on no other", () => {
  for (const [name, frames] of [
    ["29.97", 2],
    ["59.94", 4],
  ] as const) {
    const counting = labelCounting(rateOf(name));
    const first = pictureAt(MIDNIGHT, name);
    const flagged = Array.from({ length: 10.5 * 60 * counting.perSecond }, (_, i) => epochTimecode(first + i, counting))
      .filter(({ cntDroppedFlag }) => cntDroppedFlag)
      .map(({ minutes, seconds, nFrames, countingType }) => [minutes, seconds, nFrames, countingType]);
    expect(flagged).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((minute) => [minute, 0, frames, 4]));
  }
});

describe("labelOfIndex is the inverse of labelIndex", () => {
  test.for([
    ["24", false, 24],
    ["25", false, 25],
    ["30 without dropping", false, 30],
    ["30", true, 30],
    ["60", true, 60],
  ] as const)("%s a second", ([, dropFrame, perSecond]) => {
    const inverse = (index: number): number => labelIndex(labelOfIndex(index, dropFrame, perSecond), perSecond);
    const first = Array.from({ length: 11 * 60 * perSecond }, (_, index) => index);
    expect(first.map(inverse)).toEqual(first);
    fc.assert(
      fc.property(fc.nat(labelsPerDay(dropFrame, perSecond) - 1), (index) => {
        expect(inverse(index)).toBe(index);
      }),
      { numRuns: 2000 },
    );
    expect(formatLabel(labelOfIndex(labelsPerDay(dropFrame, perSecond) - 1, dropFrame, perSecond))).toBe(
      `23:59:59${dropFrame ? ";" : ":"}${perSecond - 1}`,
    );
  });
});

describe("on any day", () => {
  const days = fc.nat(40_000);

  test.for([...simulatedRates.keys()])("at %s labels go on by one from picture to picture", (name) => {
    const counting = labelCounting(rateOf(name));
    const perDay = labelsPerDay(counting.dropFrame, counting.perSecond);
    fc.assert(
      fc.property(days, fc.nat(DAY - 1), (day, second) => {
        const first = pictureAt(day * DAY + second, name);
        const [a, b] = [first, first + 1].map((picture) =>
          labelIndex(epochLabel(picture, counting), counting.perSecond),
        );
        const isMidnight = first + 1 === pictureAt((day + 1) * DAY, name);
        expect(b).toBe(isMidnight ? 0 : (a! + 1) % perDay);
      }),
    );
  });

  test.for(["24", "25", "29.97", "30", "50", "59.94", "60"])(
    "at %s they are the time of day to 150 ms and a picture",
    (name) => {
      const { num, den } = rateOf(name);
      const counting = labelCounting(rateOf(name));
      fc.assert(
        fc.property(days, fc.nat(DAY - 1), (day, second) => {
          const { hours, minutes, seconds, frames } = epochLabel(pictureAt(day * DAY + second, name), counting);
          const label = (hours * 60 + minutes) * 60 + seconds + (frames * den) / num;
          expect(Math.abs(label - second)).toBeLessThan(0.15 + den / num);
        }),
      );
    },
  );

  test.for([
    ["29.97", 2_589_408, [2, 3]],
    ["59.94", 5_178_816, [5, 6]],
  ] as const)("at %s there are more pictures than labels", ([name, perDay, more]) => {
    const { dropFrame, perSecond } = labelCounting(rateOf(name));
    expect(labelsPerDay(dropFrame, perSecond)).toBe(perDay);
    const picturesOf = (day: number): number => pictureAt((day + 1) * DAY, name) - pictureAt(day * DAY, name);
    const found = new Set(Array.from({ length: 1001 }, (_, day) => picturesOf(day) - perDay));
    expect([...found].sort()).toEqual(more);
  });
});

test("pairs are counted above 30 pictures a second only", () => {
  expect(labelCounting(rateOf("30"), { pairs: true }).picturesPerLabel).toBe(1);
  expect(labelCounting(rateOf("50"), { pairs: true })).toMatchObject({ picturesPerLabel: 2, perSecond: 25 });
});
