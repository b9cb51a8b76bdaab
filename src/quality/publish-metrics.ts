import { type MqaMetricName, mqaMetricNames } from "../sei/mqa-metric.ts";
import { asPercent } from "./as-percent.ts";
import { type MqaMetric, mqaMetrics } from "./mqa-metrics.ts";
import type { QualityRecord } from "./quality-record.ts";

/**
 * The numbers of a segment as they are published, by canonical name in the order of `mqaMetricNames`: rounded half up
 * to the metric's decimals, similarities times 100.
 *
 * The composite metric is the record's score; `errors` counts those of the encoder's input and of ours. Scores of sound are
 * published with sound alone, although they come with pictures.
 */
export function publishMetrics(kind: MqaMetric["of"], record: QualityRecord): ReadonlyMap<MqaMetricName, number> {
  const published = new Map<MqaMetricName, number>();
  for (const name of mqaMetricNames) {
    const metric = mqaMetrics[name];
    const value = name === "errors" ? errorsOf(record) : metric.of === kind ? metricValue(name, record) : undefined;
    if (value !== undefined) published.set(name, publishedValue(metric, value));
  }
  return published;
}

/** What the encoder counted and what the transport did since. */
function errorsOf({ metrics, transport }: QualityRecord): number {
  return transport.reduce((sum, { events }) => sum + events, metrics["errors"]?.value ?? 0);
}

function metricValue(name: MqaMetricName, { score, metrics }: QualityRecord): number | undefined {
  const isComposite = name === "mqa-video" || name === "mqa-audio";
  return isComposite ? score?.value : metrics[name]?.value;
}

function publishedValue({ fraction, decimals }: MqaMetric, value: number): number {
  const scaled = fraction ? asPercent(value) : value;
  return Math.round(scaled * 10 ** decimals) / 10 ** decimals;
}
