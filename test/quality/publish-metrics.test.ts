import { expect, test } from "vitest";
import { mqaMetrics } from "../../src/quality/mqa-metrics.ts";
import { publishMetrics } from "../../src/quality/publish-metrics.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { SegmentQuality } from "../../src/quality/segment-quality.ts";
import { type MqaMetricName, mqaMetricNames } from "../../src/sei/mqa-metric.ts";
import { OWN_MQA_UUID } from "../../src/sei/mqa-uuid.ts";
import { payloadTypes } from "../../src/sei/payload-types.ts";
import { parseUuid, writeUserDataUnregistered } from "../../src/sei/user-data-unregistered.ts";
import { plainRecord, pooled, timedPicture } from "./records.ts";

/** What a segment of the metric's kind publishes of these values; the composite is the score. */
function publish(name: MqaMetricName, values: Readonly<Record<string, number>>) {
  const { of } = mqaMetrics[name];
  const base = values[`mqa-${of}`];
  const score = base === undefined ? undefined : { value: Math.round(base), source: "encoder" as const, base };
  const metrics = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, pooled(value)]));
  return publishMetrics(of, { ...plainRecord(48), metrics, ...(score && { score: { ...score, penalties: {} } }) });
}

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
  const errors = name === "errors" ? [] : [["errors", 0]];
  expect([...publish(name, { [name]: value })]).toEqual([[name, published], ...errors]);
});

test("metrics come in the order of their table; a name that is not in it is left out", () => {
  const names = [...mqaMetricNames].reverse();
  const values = Object.fromEntries(["x-vendor", ...names].map((name) => [name, 1]));
  const of = (kind: string) => mqaMetricNames.filter((name) => mqaMetrics[name].of === kind || name === "errors");
  expect([...publish("vmaf", values).keys()]).toEqual(of("video"));
  expect([...publish("loudness", values).keys()]).toEqual(of("audio"));
});

test("a metric that is absent stays absent; errors are counted by ourselves", () => {
  expect([...publish("vmaf", {})]).toEqual([["errors", 0]]);
});

test("errors are the encoder's and ours together", () => {
  const transport = [
    { code: "continuity", pid: 256, events: 2, packets: 9 },
    { code: "sync-lost", events: 1 },
  ] as const;
  const record = { ...plainRecord(48), transport, metrics: { errors: pooled(8) } };
  expect([...publishMetrics("video", record)]).toEqual([["errors", 11]]);
  expect([...publishMetrics("audio", { ...record, metrics: {} })]).toEqual([["errors", 3]]);
});

/** What a segment publishes whose pictures carry these texts. */
function published(texts: readonly string[]) {
  const uuid = parseUuid(OWN_MQA_UUID);
  const pooling = new SegmentQuality(defaultQualityOptions);
  for (const text of texts) {
    const payload = writeUserDataUnregistered({ uuid, data: new TextEncoder().encode(text) });
    const sei = [{ payloadType: payloadTypes.userDataUnregistered, payload }];
    pooling.add(timedPicture({ sei }), "whole");
  }
  const { record } = pooling.finish({ kind: "video", independent: true });
  return Object.fromEntries(publishMetrics("video", record));
}

test.for([
  ["linear mean", ["mqa-video=100", "mqa-video=100", "mqa-video=0", "mqa-video=0"], { "mqa-video": 50, errors: 0 }],
  ["halves round up", ["mqa-video=54", '{"MQA-VIDEO": 55}'], { "mqa-video": 55, errors: 0 }],
  ["rounding comes last", ["mqa-video=54.4", "mqa-video=54.8"], { "mqa-video": 55, errors: 0 }],
  ["a PSNR of infinity counts as 60", ["psnr=inf", "psnr=40"], { "mqa-video": 77, psnr: 50, errors: 0 }],
  ["a PSNR of 72 counts as 60", ["psnr=72", "psnr=40"], { "mqa-video": 77, psnr: 50, errors: 0 }],
  ["SSIM in either form", ["ssim=0.95", "ssim=0.97"], { "mqa-video": 96, ssim: 96, errors: 0 }],
  ["SSIM times 100 already", ["ssim=95", "ssim=97"], { "mqa-video": 96, ssim: 96, errors: 0 }],
  ["errors are summed", ["errors=3", "errors=5", "errors=0"], { "mqa-video": 84, errors: 8 }],
  ["wrong values are missing, not 0", ["vmaf=high", "vmaf=90"], { vmaf: 90, errors: 0 }],
  ["scores of a GOP are those of its pictures", ["scope=gop, vmaf=10", "vmaf=90"], { vmaf: 50, errors: 0 }],
  [
    "the values of the public demonstration",
    ["mqa-video=54, psnr=47, ssim=1, errors=8"],
    { "mqa-video": 54, psnr: 47, ssim: 100, errors: 8 },
  ],
] as const)("from SEI text to published numbers: %s", ([, texts, numbers]) => {
  expect(published(texts)).toEqual(numbers);
});
