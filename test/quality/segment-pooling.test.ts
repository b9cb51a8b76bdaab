import fc from "fast-check";
import { expect, test } from "vitest";
import { mqaMetrics } from "../../src/quality/mqa-metrics.ts";
import type { PictureScores } from "../../src/quality/picture-scores.ts";
import { SegmentPooling } from "../../src/quality/segment-pooling.ts";
import { type MqaMetricName, mqaMetricNames, mqaRanges } from "../../src/sei/mqa-metric.ts";

type Values = Partial<Record<MqaMetricName, number>>;

function scored(frame: Values, gop: Values = {}): PictureScores {
  const map = (values: Values) => new Map(Object.entries(values) as [MqaMetricName, number][]);
  return { frame: map(frame), gop: map(gop), segment: new Map() };
}

function pool(pictures: readonly (PictureScores | undefined)[], options?: { minimumShare: number }) {
  const pooling = new SegmentPooling(options);
  for (const scores of pictures) pooling.add(scores, false);
  return pooling.record(true);
}

test("scores are pooled by their linear mean", () => {
  const pictures = [100, 100, 0, 0].map((score) => scored({ "mqa-video": score }));
  expect(pool(pictures).metrics).toEqual({ "mqa-video": { value: 50, min: 0, scored: 4 } });
});

test("a picture without a score counts as nothing, not as 0", () => {
  expect(pool([scored({ psnr: 40 }), undefined, scored({ psnr: 42 })]).metrics).toEqual({
    psnr: { value: 41, min: 40, scored: 2 },
  });
});

test("counts are summed", () => {
  const { metrics } = pool([scored({ errors: 3 }), scored({ errors: 0 }), scored({ errors: 5 })]);
  expect(metrics).toEqual({ errors: { value: 8, min: 0, scored: 3 } });
});

test("every metric has its own pictures", () => {
  const { metrics, pictures } = pool([
    scored({ psnr: 40, vmaf: 90 }),
    scored({ psnr: 41 }),
    undefined,
    scored({ vmaf: 91 }),
  ]);
  expect(metrics).toEqual({ psnr: { value: 40.5, min: 40, scored: 2 }, vmaf: { value: 90.5, min: 90, scored: 2 } });
  expect(pictures).toEqual({ received: 4, scored: 3, damaged: 0 });
});

test.for([
  [5, 10, true],
  [4, 10, false],
  [4, 9, false],
  [5, 9, true],
  [1, 1, true],
  [1, 2, true],
  [1, 3, false],
] as const)("%i of %i pictures are enough: %s", ([with_, of, enough]) => {
  const pictures = Array.from({ length: of }, (_, i) => (i < with_ ? scored({ psnr: 40 }) : undefined));
  expect(Object.keys(pool(pictures).metrics)).toEqual(enough ? ["psnr"] : []);
});

test("the share that is enough can be set", () => {
  const pictures = [scored({ psnr: 40 }), undefined, undefined, undefined];
  expect(pool(pictures, { minimumShare: 0.25 }).metrics).toHaveProperty("psnr");
  expect(pool(pictures, { minimumShare: 0.26 }).metrics).toEqual({});
  expect(pool([scored({})], { minimumShare: 0 }).metrics).toEqual({});
});

test("scores of a GOP do not count as a picture's", () => {
  const { metrics, pictures } = pool([scored({}, { psnr: 30 }), scored({ psnr: 40 }, { psnr: 30 })]);
  expect(metrics).toEqual({ psnr: { value: 40, min: 40, scored: 1 } });
  expect(pictures).toEqual({ received: 2, scored: 1, damaged: 0 });
});

test("damaged pictures are counted, their scores too", () => {
  const pooling = new SegmentPooling();
  pooling.add(scored({ psnr: 40 }), true);
  pooling.add(undefined, true);
  pooling.add(scored({ psnr: 42 }), false);
  expect(pooling.record(false)).toEqual({
    metrics: { psnr: { value: 41, min: 40, scored: 2 } },
    pictures: { received: 3, scored: 2, damaged: 2 },
    independent: false,
  });
});

test("a segment without pictures has an empty record", () => {
  expect(pool([])).toEqual({ metrics: {}, pictures: { received: 0, scored: 0, damaged: 0 }, independent: true });
});

test("metrics come in the order of their table, whatever came first in the stream", () => {
  const { metrics } = pool([scored({ errors: 1 }), scored({ vmaf: 1, "mqa-video": 2, errors: 0 })], {
    minimumShare: 0,
  });
  expect(Object.keys(metrics)).toEqual(["mqa-video", "vmaf", "errors"]);
});

test("a record does not change when more pictures are added", () => {
  const pooling = new SegmentPooling();
  pooling.add(scored({ psnr: 40 }), false);
  const record = pooling.record(true);
  const before = structuredClone(record);
  pooling.add(scored({ psnr: 20 }), true);
  expect(record).toEqual(before);
});

test("of any values, a mean lies between the least and the greatest, a sum is exact, and every value is counted", () => {
  const picture = fc.option(
    fc.uniqueArray(fc.tuple(fc.constantFrom(...mqaMetricNames), fc.nat({ max: 60 })), { selector: ([name]) => name }),
    { nil: undefined },
  );
  fc.assert(
    fc.property(fc.array(picture, { maxLength: 40 }), (pictures) => {
      const { metrics } = pool(
        pictures.map((pairs) => pairs && scored(Object.fromEntries(pairs))),
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
