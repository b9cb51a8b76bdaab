import { describe, expect, test } from "vitest";
import { RandomAccessPoints } from "../../src/inspect/random-access.ts";
import type { RandomAccessReport } from "../../src/inspect/video-report.ts";
import type { Rational } from "../../src/time/rational.ts";
import type { Ticks } from "../../src/time/units.ts";

const PAL = { num: 25, den: 1 };
const NTSC = { num: 30_000, den: 1001 };

function follow(rate: Rational, pictures: number, isPoint: (i: number) => boolean, regular = true): RandomAccessReport {
  const points = new RandomAccessPoints();
  for (let i = 0; i < pictures; i++) {
    const pts = Math.round((i * 90_000 * rate.den) / rate.num + 12_345) as Ticks;
    if (isPoint(i)) points.push("idr", i, pts, { rate, regular });
  }
  return points.report(pictures, { rate, regular });
}

const every = (gop: number) => (i: number) => i % gop === 0;

describe("a constant GOP", () => {
  test.for([
    ["1 s at 25", PAL, 25, [1, 2, 3, 4, 5, 6, 8, 10]],
    ["2 s at 25", PAL, 50, [2, 4, 6, 8, 10]],
    ["1.92 s at 25", PAL, 48, [1.92, 3.84]],
    ["0.96 s at 25", PAL, 24, [1.92, 3.84]],
    ["2.002 s at 29.97", NTSC, 60, [2, 4, 6, 8, 10]],
    ["every picture", PAL, 1, [1, 1.92, 2, 3, 3.84, 4, 5, 6, 8, 10]],
  ] as const)("of %s fits without advice", ([, rate, gop, fitting]) => {
    const report = follow(rate, 3 * gop + 7, every(gop));
    expect(report.gopPictures).toEqual({ min: gop, median: gop, max: gop });
    expect(report.fittingSegments).toEqual(fitting);
    expect(report.advice).toBeUndefined();
  });

  test.for([
    ["10 s", PAL, 250, [10], "--segment 10s", "50 pictures"],
    ["4 s", PAL, 100, [4, 8], "--segment 4s", "50 pictures"],
    ["0.28 s", PAL, 7, [], "--segment 1.96s", "50 pictures"],
    ["8.34 s at 29.97", NTSC, 250, [], "--segment 8.342s", "60 pictures"],
  ] as const)("of %s is advised on", ([, rate, gop, fitting, segment, set]) => {
    const report = follow(rate, 2 * gop + 1, every(gop));
    expect(report.fittingSegments).toEqual(fitting);
    expect(report.advice).toContain(segment);
    expect(report.advice).toContain(set);
  });
});

describe("a varying GOP", () => {
  test("with further points at scene cuts fits where the regular ones do", () => {
    const report = follow(PAL, 1000, (i) => i % 50 === 0 || i % 83 === 17);
    expect(report.gopPictures).toMatchObject({ max: 50 });
    expect(report.fittingSegments).toEqual([2, 4, 6, 8, 10]);
    expect(report.advice).toBeUndefined();
  });

  test("that starts again at each scene cut fits nothing, and the advice says why", () => {
    const starts = new Set([0, 50, 100, 131, 181, 231, 244, 294, 344, 394, 444, 471, 521, 571]);
    const report = follow(PAL, 600, (i) => starts.has(i));
    expect(report.fittingSegments).toEqual([]);
    expect(report.advice).toContain("GOPs of 13 to 50 pictures follow no grid");
  });

  test("whose regular points are 4 s apart is advised to take those", () => {
    const report = follow(PAL, 1000, (i) => i % 100 === 0 || i % 290 === 17);
    expect(report.fittingSegments).toEqual([4, 8]);
    expect(report.advice).toContain("--segment 4s");
  });

  test("is not judged by what was seen once", () => {
    const report = follow(PAL, 75, (i) => i === 0 || i === 30);
    expect(report.fittingSegments).toEqual([]);
    expect(report.advice).toContain("GOPs of 30 to 45 pictures");
  });
});

test.for([
  ["none", 0, "No random access point came"],
  ["one", 1, "Only one random access point came"],
] as const)("%s: nothing is known of GOPs", ([, points, advice]) => {
  const report = follow(PAL, 100, (i) => i < points);
  expect(report).toMatchObject({ points, picturesAfterLast: 100, fittingSegments: [] });
  expect(report.gopPictures).toBeUndefined();
  expect(report.advice).toContain(advice);
});

test("at a picture rate that follows no grid nothing fits for sure", () => {
  const report = follow(PAL, 200, every(50), false);
  expect(report.fittingSegments).toEqual([]);
  expect(report.advice).toContain("follows no grid");
});

test("a picture rate out of nonsense timestamps takes no memory", () => {
  expect(follow({ num: 90_000, den: 1 }, 200, every(50)).fittingSegments).toEqual([]);
});

test("over a jump of time no distance is measured", () => {
  const points = new RandomAccessPoints();
  const rate = { rate: PAL, regular: true };
  points.push("idr", 0, 0 as Ticks, rate);
  points.push("open", 50, 180_000 as Ticks, rate);
  points.restart();
  points.push("idr", 53, 90_000_000 as Ticks, rate);
  points.push("idr", 103, 90_180_000 as Ticks, rate);
  expect(points.report(110, rate)).toMatchObject({
    points: 4,
    kinds: { idr: 3, open: 1 },
    gopPictures: { min: 50, median: 50, max: 50 },
    gopSeconds: { min: 2, median: 2, max: 2 },
    picturesAfterLast: 7,
  });
});
