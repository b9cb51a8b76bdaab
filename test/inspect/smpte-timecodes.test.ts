import { describe, expect, test } from "vitest";
import { SmpteTimecodes } from "../../src/inspect/smpte-timecodes.ts";
import type { TimecodeReport } from "../../src/inspect/video-report.ts";
import type { Rational } from "../../src/time/rational.ts";
import type { Milliseconds, Ticks } from "../../src/time/units.ts";
import { labelsPerDay, type SmpteLabel } from "../../src/timeline/smpte-label.ts";

const PAL = { num: 25, den: 1 };
const PAL_FAST = { num: 50, den: 1 };
const NTSC = { num: 30_000, den: 1001 };
const NTSC_FAST = { num: 60_000, den: 1001 };

/** The n-th label of a day, counted up one by one as a generator does: slow, and written another way. */
function labelAt(index: number, perSecond: number, dropFrame: boolean): SmpteLabel {
  let rest = index % labelsPerDay(dropFrame, perSecond);
  const dropped = dropFrame ? perSecond / 15 : 0;
  for (let minute = 0; ; minute++) {
    const first = minute % 10 === 0 ? 0 : dropped;
    const labels = 60 * perSecond - first;
    if (rest >= labels) {
      rest -= labels;
      continue;
    }
    const number = rest + first;
    return {
      hours: Math.floor(minute / 60),
      minutes: minute % 60,
      seconds: Math.floor(number / perSecond),
      frames: number % perSecond,
      dropFrame,
    };
  }
}

type Scenario = {
  readonly rate: Rational;
  readonly perSecond: number;
  readonly dropFrame?: boolean;
  readonly pictures: number;
  /** Index of the label of picture `i`; undefined: it has none. */
  readonly label: (i: number) => number | undefined;
  readonly pts?: (i: number) => number;
};

function follow({ rate, perSecond, dropFrame = false, pictures, label, pts }: Scenario): TimecodeReport | undefined {
  const timecodes = new SmpteTimecodes(rate, dropFrame);
  for (let i = 0; i < pictures; i++) {
    const index = label(i);
    const time = pts?.(i) ?? Math.round((i * 90_000 * rate.den) / rate.num);
    if (index !== undefined)
      timecodes.push(time as Ticks, labelAt(index, perSecond, dropFrame), i % 50 === 0, undefined);
  }
  return timecodes.report("pic_timing", pictures);
}

const steady = { constant: true, jumps: 0, frozen: 0 };

describe("labels that count pictures", () => {
  test.for([
    ["at 25", PAL, 25, false],
    ["at 50, all fifty", PAL_FAST, 50, false],
    ["at 29.97", NTSC, 30, false],
    ["at 29.97 drop-frame", NTSC, 30, true],
    ["at 59.94 drop-frame, all sixty", NTSC_FAST, 60, true],
  ] as const)("%s agree with PTS over midnight and many minutes", ([, rate, perSecond, dropFrame]) => {
    const start = labelsPerDay(dropFrame, perSecond) - 130 * perSecond;
    const report = follow({ rate, perSecond, dropFrame, pictures: 260 * perSecond, label: (i) => start + i });
    expect(report).toMatchObject({ ...steady, share: 1, labels: { perSecond, counting: "pictures", dropFrame } });
    // Rounding to 90 kHz is all that is left.
    expect(report!.deviationMs.max - report!.deviationMs.min).toBeLessThan(0.03);
    expect(report!.labels!.highestFrame).toBe(perSecond - 1);
  });

  test("the first and last label are given as they are written", () => {
    const report = follow({ rate: NTSC, perSecond: 30, dropFrame: true, pictures: 3, label: (i) => 17_981 + i });
    expect(report).toMatchObject({ first: "00:09:59;29", last: "00:10:00;01", pictures: 3, randomAccessPoints: 1 });
  });

  test("on every second picture only they still agree, and the share says so", () => {
    const report = follow({
      rate: PAL,
      perSecond: 25,
      pictures: 100,
      label: (i) => (i % 2 === 0 ? 1000 + i : undefined),
    });
    expect(report).toMatchObject({ ...steady, pictures: 50, share: 0.5, deviationMs: { min: 0, max: 0 } });
  });

  test("the offset is the timecode at PTS 0", () => {
    const report = follow({ rate: PAL, perSecond: 25, pictures: 10, label: (i) => 25 * 3600 + i });
    expect(report?.offsetMs).toBe(3_600_000);
  });
});

describe("labels that count pairs of pictures", () => {
  test.for([
    ["at 50", PAL_FAST, 25, false],
    ["at 59.94 drop-frame", NTSC_FAST, 30, true],
  ] as const)("%s are recognised and agree with PTS over midnight", ([, rate, perSecond, dropFrame]) => {
    const start = 2 * (labelsPerDay(dropFrame, perSecond) - 70 * perSecond);
    const report = follow({
      rate,
      perSecond,
      dropFrame,
      pictures: 280 * perSecond,
      label: (i) => Math.floor((start + i) / 2),
    });
    expect(report).toMatchObject({ ...steady, labels: { perSecond, counting: "pairs", dropFrame } });
  });

  test("a third picture with one label is frozen", () => {
    const label = (i: number): number => 100 + Math.floor(i / 2) - (i >= 40 && i < 44 ? Math.floor((i - 38) / 2) : 0);
    expect(follow({ rate: PAL_FAST, perSecond: 25, pictures: 100, label })).toMatchObject({
      frozen: 4,
      jumps: 0,
      constant: false,
      labels: { counting: "pairs" },
    });
  });

  test("one label is too few to tell", () => {
    const report = follow({ rate: PAL_FAST, perSecond: 50, pictures: 10, label: (i) => (i === 9 ? 15 : undefined) });
    expect(report?.labels?.counting).toBe("unknown");
  });
});

describe("faults", () => {
  test("a timecode that stands still and then is right again is frozen, and has not jumped", () => {
    const label = (i: number): number => (i >= 50 && i < 60 ? 1050 : 1000 + i);
    expect(follow({ rate: PAL, perSecond: 25, pictures: 100, label })).toMatchObject({
      frozen: 9,
      jumps: 0,
      constant: false,
      deviationMs: { min: 0, max: 0 },
    });
  });

  test("one that stood still and goes on from there has jumped", () => {
    const label = (i: number): number => (i < 50 ? 1000 + i : i < 60 ? 1050 : 991 + i);
    expect(follow({ rate: PAL, perSecond: 25, pictures: 100, label })).toMatchObject({
      frozen: 9,
      jumps: 1,
      largestJumpMs: -360,
    });
  });

  test("two jumps are counted, and the larger is told", () => {
    const label = (i: number): number => 1000 + i + (i >= 30 ? 250 : 0) + (i >= 60 ? -25 : 0);
    expect(follow({ rate: PAL, perSecond: 25, pictures: 100, label })).toMatchObject({
      jumps: 2,
      largestJumpMs: 10_000,
      constant: false,
      frozen: 0,
    });
  });

  test("labels that waver by a picture have not jumped, but are not constant", () => {
    const label = (i: number): number => 1000 + i + (i % 7 === 3 ? 1 : 0);
    // Each label that is one too far is sent twice: the second time it is right.
    expect(follow({ rate: PAL, perSecond: 25, pictures: 100, label })).toMatchObject({
      jumps: 0,
      constant: false,
      deviationMs: { min: 0, max: 40 },
    });
  });

  test("labels of 30 a second on 25 pictures show by their highest frame, and jump each second", () => {
    const report = follow({ rate: PAL, perSecond: 30, pictures: 250, label: (i) => Math.round((i * 30) / 25) });
    expect(report?.labels).toMatchObject({ perSecond: 25, highestFrame: 29 });
    expect(report?.constant).toBe(false);
  });

  test("after PTS are set anew the timecode has not jumped", () => {
    const timecodes = new SmpteTimecodes(PAL, false);
    for (let i = 0; i < 50; i++) timecodes.push((i * 3600) as Ticks, labelAt(i, 25, false), false, undefined);
    timecodes.restart();
    for (let i = 50; i < 99; i++) timecodes.push((i * 3600 + 9e6) as Ticks, labelAt(i, 25, false), false, undefined);
    expect(timecodes.report("time_code", 99)).toMatchObject({ ...steady, source: "time_code" });
  });
});

test.for([
  ["2026-08-01T12:00:00.500Z", 25 * 43_200, -500],
  ["2026-08-01T23:59:59.900Z", 5, 300],
  ["2026-08-02T00:00:00.100Z", 25 * 86_400 - 5, -300],
] as const)("against the host's clock at %s", ([arrival, index, ahead]) => {
  const timecodes = new SmpteTimecodes(PAL, false);
  timecodes.push(0 as Ticks, labelAt(index, 25, false), true, Date.parse(arrival) as Milliseconds);
  expect(timecodes.report("pic_timing", 1)?.aheadOfHostMs).toBe(ahead);
});

test("without a label there is no report", () => {
  expect(new SmpteTimecodes(PAL, false).report("pic_timing", 10)).toBeUndefined();
});
