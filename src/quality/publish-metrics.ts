import { isMqaMetricName, type MqaMetricName, mqaMetricNames } from "../sei/mqa-metric.ts";
import { asPercent } from "./as-percent.ts";
import { type MqaMetric, mqaMetrics } from "./mqa-metrics.ts";
import { SCORED_PICTURES } from "./publish-options.ts";
import type { QualityRecord } from "./quality-record.ts";

/** A structured field has at most twelve digits in front of the point; only sums of metrics that nobody knows come near. */
const TOO_LARGE = 1e12;

/**
 * The numbers of a segment as they are published, by canonical name in the order of `mqaMetricNames`: rounded half up
 * to the metric's decimals, similarities times 100.
 */
export function publishMetrics(kind: MqaMetric["of"], record: QualityRecord): ReadonlyMap<MqaMetricName, number> {
  const published = new Map<MqaMetricName, number>();
  for (const name of mqaMetricNames) {
    const value = publishedValue(kind, record, name, mqaMetrics[name].decimals);
    if (value !== undefined) published.set(name, value);
  }
  return published;
}

/**
 * One number of a segment as it is published: rounded half up, similarities times 100.
 *
 * The composite metric is the record's score; `errors` counts those of the encoder's input and of ours; `n` counts pictures that have
 * a score. Scores of sound are published with sound alone, although they come with pictures, and those of no known metric with pictures.
 *
 * @returns Undefined: there is none.
 */
export function publishedValue(
  kind: MqaMetric["of"],
  record: QualityRecord,
  name: string,
  decimals: number,
): number | undefined {
  const value = exactValue(kind, record, name);
  if (value === undefined || !(Math.abs(value) < TOO_LARGE)) return undefined;
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}

function exactValue(kind: MqaMetric["of"], record: QualityRecord, name: string): number | undefined {
  if (name === SCORED_PICTURES) return record.pictures.scored > 0 ? record.pictures.scored : undefined;
  if (name === "errors") return errorsOf(record);
  const metric = isMqaMetricName(name) ? mqaMetrics[name] : undefined;
  if ((metric?.of ?? "video") !== kind) return undefined;
  if (name === "mqa-video" || name === "mqa-audio") return record.score?.value;
  const value = pooledValue(record, name);
  return value !== undefined && metric?.fraction ? asPercent(value) : value;
}

/** What the encoder counted and what the transport did since. */
function errorsOf(record: QualityRecord): number {
  return record.transport.reduce((sum, { events }) => sum + events, pooledValue(record, "errors") ?? 0);
}

/** Encoders name metrics as they like, `constructor` too. */
function pooledValue({ metrics }: QualityRecord, name: string): number | undefined {
  return Object.hasOwn(metrics, name) ? metrics[name]!.value : undefined;
}
