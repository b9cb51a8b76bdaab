import { expect, test } from "vitest";
import { readPictureScores } from "../../src/quality/picture-scores.ts";
import { publishMetrics } from "../../src/quality/publish-metrics.ts";
import { SegmentPooling } from "../../src/quality/segment-pooling.ts";
import { mqaMetricNames } from "../../src/sei/mqa-metric.ts";
import { DEFAULT_MQA_UUIDS, OWN_MQA_UUID } from "../../src/sei/mqa-uuid.ts";
import { payloadTypes } from "../../src/sei/payload-types.ts";
import { parseUuid, writeUserDataUnregistered } from "../../src/sei/user-data-unregistered.ts";

const pooled = (value: number) => ({ value, min: value, scored: 1 });

test.for([
  ["mqa-video", 54.5, 55],
  ["mqa-video", 54.499, 54],
  ["mqa-audio", 99.5, 100],
  ["mqcs", 0.5, 1],
  ["psnr", 47.125, 47.13],
  ["psnr", 47.124, 47.12],
  ["psnr", 60, 60],
  ["vmaf-hd", 93.1, 93.1],
  ["ssim", 0.998, 99.8],
  ["ssim", 0.99876, 99.88],
  ["ssim", 1, 100],
  ["ssim", 99.876, 99.88],
  ["ssim", -0.5, 0],
  ["ms-ssim", 0, 0],
  ["vmaf", 0.5, 0.5],
  ["errors", 8, 8],
  ["errors", 150_000_000_000, 150_000_000_000],
] as const)("%s %d is published as %d", ([name, value, published]) => {
  expect([...publishMetrics({ [name]: pooled(value) })]).toEqual([[name, published]]);
});

test("metrics come in the order of their table; a name that is not in it is left out", () => {
  const names = [...mqaMetricNames].reverse();
  const metrics = Object.fromEntries(["x-vendor", ...names].map((name) => [name, pooled(1)]));
  expect([...publishMetrics(metrics).keys()]).toEqual(mqaMetricNames);
});

test("a metric that is absent stays absent", () => {
  expect(publishMetrics({}).size).toBe(0);
});

/** What a segment publishes whose pictures carry these texts. */
function published(texts: readonly string[]) {
  const uuid = parseUuid(OWN_MQA_UUID);
  const pooling = new SegmentPooling();
  for (const text of texts) {
    const payload = writeUserDataUnregistered({ uuid, data: new TextEncoder().encode(text) });
    const sei = [{ payloadType: payloadTypes.userDataUnregistered, payload }];
    pooling.add(readPictureScores(sei, DEFAULT_MQA_UUIDS).scores, false);
  }
  return Object.fromEntries(publishMetrics(pooling.record(true).metrics));
}

test.for([
  ["linear mean", ["mqa-video=100", "mqa-video=100", "mqa-video=0", "mqa-video=0"], { "mqa-video": 50 }],
  ["halves round up", ["mqa-video=54", '{"MQA-VIDEO": 55}'], { "mqa-video": 55 }],
  ["rounding comes last", ["mqa-video=54.4", "mqa-video=54.8"], { "mqa-video": 55 }],
  ["a PSNR of infinity counts as 60", ["psnr=inf", "psnr=40"], { psnr: 50 }],
  ["a PSNR of 72 counts as 60", ["psnr=72", "psnr=40"], { psnr: 50 }],
  ["SSIM in either form", ["ssim=0.95", "ssim=0.97"], { ssim: 96 }],
  ["SSIM times 100 already", ["ssim=95", "ssim=97"], { ssim: 96 }],
  ["errors are summed", ["errors=3", "errors=5", "errors=0"], { errors: 8 }],
  ["wrong values are missing, not 0", ["vmaf=high", "vmaf=90"], { vmaf: 90 }],
  ["scores of a GOP are not yet pooled", ["scope=gop, vmaf=10", "vmaf=90"], { vmaf: 90 }],
  [
    "the values of the public demonstration",
    ["mqa-video=54, psnr=47, ssim=1, errors=8"],
    { "mqa-video": 54, psnr: 47, ssim: 100, errors: 8 },
  ],
] as const)("from SEI text to published numbers: %s", ([, texts, numbers]) => {
  expect(published(texts)).toEqual(numbers);
});
