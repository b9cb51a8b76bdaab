import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mqaMetrics } from "../../src/quality/mqa-metrics.ts";
import type { ScopedScores } from "../../src/quality/picture-scores.ts";
import { defaultPooling, type PoolingOptions, SegmentPooling } from "../../src/quality/segment-pooling.ts";
import { mqaMetricNames, mqaRanges } from "../../src/sei/mqa-metric.ts";

type Values = Readonly<Record<string, number>>;

/** One picture: its own values, or those it brings of its GOP or segment. */
type Picture = { readonly frame?: Values; readonly gop?: Values; readonly segment?: Values; readonly entry?: true };

const own = (frame: Values): Picture => ({ frame });
const none: Picture = {};

function scoresOf({ frame, gop, segment }: Picture): readonly ScopedScores[] {
  const scopes = [["frame", frame] as const, ["gop", gop] as const, ["segment", segment] as const];
  return scopes.flatMap(([scope, values]) => (values === undefined ? [] : [{ scope, values: Object.entries(values) }]));
}

function pool(pictures: readonly Picture[], options: Partial<PoolingOptions> = {}, expected = 0) {
  const pooling = new SegmentPooling({ ...defaultPooling, ...options });
  for (const picture of pictures) pooling.add(scoresOf(picture), picture.entry === true);
  return pooling.finish(expected);
}

/** Name, value and how many pictures it is of. */
function brief(pictures: readonly Picture[], options: Partial<PoolingOptions> = {}) {
  const { metrics } = pool(pictures, options);
  return Object.fromEntries(Object.entries(metrics).map(([name, { value, scored }]) => [name, [value, scored]]));
}

describe("scores of pictures", () => {
  test.for<[string, readonly Picture[], Record<string, readonly [value: number, scored: number]>]>([
    ["a linear mean", [100, 100, 0, 0].map((score) => own({ "mqa-video": score })), { "mqa-video": [50, 4] }],
    ["one without is nothing, not 0", [own({ psnr: 40 }), none, own({ psnr: 42 })], { psnr: [41, 2] }],
    ["counts are summed", [own({ errors: 3 }), own({ errors: 0 }), own({ errors: 5 })], { errors: [8, 3] }],
    [
      "each metric has its own pictures",
      [own({ psnr: 40, vmaf: 90 }), own({ psnr: 41 }), none, own({ vmaf: 91 })],
      { psnr: [40.5, 2], vmaf: [90.5, 2] },
    ],
    ["names of no known metric have a mean", [own({ "x-sharp": 3 }), own({ "x-sharp": 4 })], { "x-sharp": [3.5, 2] }],
  ])("%s", ([, pictures, expected]) => {
    expect(brief(pictures)).toEqual(expected);
  });

  test("the least and the 5th percentile are kept, and how it was pooled", () => {
    const pictures = Array.from({ length: 40 }, (_, i) => own({ vmaf: 90 - i }));
    expect(pool(pictures).metrics).toEqual({ vmaf: { value: 70.5, pooling: "mean", min: 51, p5: 52, scored: 40 } });
    expect(pool(pictures, { methods: { vmaf: "p5" } }).metrics["vmaf"]).toMatchObject({ value: 52, pooling: "p5" });
  });

  test("metrics come in the order of their table, then the unknown ones by name, whatever came first", () => {
    const { metrics } = pool([own({ zeta: 1, errors: 1, alpha: 1 }), own({ vmaf: 1, "mqa-video": 2, errors: 0 })]);
    expect(Object.keys(metrics)).toEqual(["mqa-video", "vmaf", "errors", "alpha", "zeta"]);
  });
});

describe("scores of a GOP", () => {
  test.for<[string, readonly Picture[], Record<string, readonly [value: number, scored: number]>]>([
    [
      "weigh by its pictures",
      [{ gop: { vmaf: 90 }, entry: true }, none, none, { gop: { vmaf: 50 }, entry: true }],
      { vmaf: [80, 4] },
    ],
    [
      "may come with any of its pictures",
      [{ entry: true }, none, { gop: { vmaf: 90 } }, { entry: true, gop: { vmaf: 60 } }, none, none],
      { vmaf: [75, 6] },
    ],
    [
      "are of the pictures that have none of their own",
      [{ gop: { psnr: 30 }, frame: { psnr: 40 }, entry: true }, none, own({ psnr: 44 }), none],
      { psnr: [36, 4] },
    ],
    [
      "of which one has none leave its pictures without",
      [{ entry: true, gop: { psnr: 30 } }, none, { entry: true }, none],
      { psnr: [30, 2] },
    ],
    [
      "are of as much of it as is in the segment",
      [none, none, { entry: true, gop: { psnr: 30 } }, none],
      { psnr: [30, 2] },
    ],
    [
      "that are counts are added once",
      [{ entry: true, gop: { errors: 3 } }, none, { entry: true, gop: { errors: 5 } }, none],
      { errors: [8, 4] },
    ],
    [
      "that are counts give way to those of pictures",
      [{ entry: true, gop: { errors: 3 } }, own({ errors: 2 }), own({ errors: 1 }), none],
      { errors: [3, 2] },
    ],
    ["said twice: the later counts", [{ entry: true, gop: { psnr: 30 } }, { gop: { psnr: 40 } }], { psnr: [40, 2] }],
  ])("%s", ([, pictures, expected]) => {
    expect(brief(pictures)).toEqual(expected);
  });

  test("count its pictures as scored", () => {
    expect(pool([{ entry: true, gop: { psnr: 30 } }, none, { entry: true }, own({ vmaf: 1 })]).scored).toBe(3);
  });
});

describe("scores of an encoder's segment", () => {
  test.for<[string, readonly Picture[], Record<string, readonly [value: number, scored: number]>]>([
    ["are of all pictures", [none, { segment: { vmaf: 90 } }, none], { vmaf: [90, 3] }],
    [
      "are each of the pictures up to the next",
      [{ segment: { vmaf: 90 } }, none, none, { segment: { vmaf: 50 } }],
      { vmaf: [80, 4] },
    ],
    ["give way to finer ones", [{ segment: { vmaf: 90 }, frame: { vmaf: 10 } }, none], { vmaf: [10, 1] }],
    ["that are counts are added", [{ segment: { errors: 3 } }, { segment: { errors: 4 } }], { errors: [7, 2] }],
  ])("%s", ([, pictures, expected]) => {
    expect(brief(pictures)).toEqual(expected);
  });
});

describe("coverage", () => {
  test.for([
    [5, 10, true],
    [4, 10, false],
    [4, 9, false],
    [5, 9, true],
    [1, 1, true],
    [1, 2, true],
    [1, 3, false],
  ] as const)("%i of %i pictures are enough: %s", ([with_, of, enough]) => {
    const pictures = Array.from({ length: of }, (_, i) => (i < with_ ? own({ psnr: 40 }) : none));
    expect(Object.keys(pool(pictures).metrics)).toEqual(enough ? ["psnr"] : []);
  });

  test("pictures that never came count as without", () => {
    const pictures = [own({ psnr: 40 }), own({ psnr: 40 })];
    expect(Object.keys(pool(pictures, {}, 4).metrics)).toEqual(["psnr"]);
    expect(Object.keys(pool(pictures, {}, 5).metrics)).toEqual([]);
  });

  test("the share that is enough can be set; without any value there is no metric", () => {
    const pictures = [own({ psnr: 40 }), none, none, none];
    expect(pool(pictures, { minimumShare: 0.25 }).metrics).toHaveProperty("psnr");
    expect(pool(pictures, { minimumShare: 0.26 }).metrics).toEqual({});
    expect(pool([own({})], { minimumShare: 0 }).metrics).toEqual({});
    expect(pool([], { minimumShare: 0 })).toEqual({ metrics: {}, scored: 0, leftOut: 0 });
  });
});

test("of names of no known metric 64 are kept; values under others are counted", () => {
  const names = Array.from({ length: 65 }, (_, i) => `x-${i}`);
  const all = own(Object.fromEntries(names.map((name) => [name, 1])));
  const { metrics, leftOut } = pool([all, all, own({ vmaf: 90 })]);
  expect(Object.keys(metrics)).toHaveLength(64);
  expect(metrics).not.toHaveProperty("x-64");
  expect(leftOut).toBe(2);
});

test("of any values, a mean lies between the least and the greatest, a sum is exact, and every value is counted", () => {
  const picture = fc.option(
    fc.uniqueArray(fc.tuple(fc.constantFrom(...mqaMetricNames), fc.nat({ max: 60 })), { selector: ([name]) => name }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(fc.array(picture, { maxLength: 40 }), (pictures) => {
      const { metrics } = pool(
        pictures.map((pairs) => (pairs === undefined ? none : own(Object.fromEntries(pairs)))),
        { minimumShare: 0 },
      );
      for (const name of mqaMetricNames) {
        const values = pictures.flatMap((pairs) => pairs?.find(([other]) => other === name)?.[1] ?? []);
        const metric = metrics[name];
        expect(metric?.scored ?? 0).toBe(values.length);
        if (metric === undefined) continue;
        const sum = values.reduce((total, value) => total + value, 0);
        expect(metric.min).toBe(Math.min(...values));
        expect(metric.value).toBe(mqaMetrics[name].pooling === "sum" ? sum : sum / values.length);
      }
    }),
  );
});

test("counts are what is summed", () => {
  for (const name of mqaMetricNames) expect(mqaMetrics[name].pooling).toBe(mqaRanges[name].whole ? "sum" : "mean");
});
