import { type MqaMetricName, mqaMetricNames } from "../sei/mqa-metric.ts";
import { type MqaMetric, mqaMetrics } from "./mqa-metrics.ts";
import type { QualityRecord } from "./quality-record.ts";

/**
 * The numbers of a segment as they are published, by canonical name in the order of `mqaMetricNames`: rounded half up
 * to the metric's decimals, similarities times 100. This is the only place where a value is rounded.
 */
export function publishMetrics(metrics: QualityRecord["metrics"]): ReadonlyMap<MqaMetricName, number> {
  const published = new Map<MqaMetricName, number>();
  for (const name of mqaMetricNames) {
    const pooled = metrics[name];
    if (pooled !== undefined) published.set(name, publishedValue(mqaMetrics[name], pooled.value));
  }
  return published;
}

/** A mean above 1 can only come from an encoder that had multiplied by 100 already. */
function publishedValue({ fraction, decimals }: MqaMetric, value: number): number {
  const scaled = fraction && value <= 1 ? Math.max(0, value * 100) : value;
  return Math.round(scaled * 10 ** decimals) / 10 ** decimals;
}
