import { type MqaMetricName, mqaMetricNames } from "../sei/mqa-metric.ts";
import { mqaMetrics } from "./mqa-metrics.ts";
import type { PictureScores } from "./picture-scores.ts";
import type { PooledMetric, QualityRecord } from "./quality-record.ts";

/** With fewer values than this share of its pictures a segment's value would be more guess than measurement. */
const DEFAULT_MINIMUM_SHARE = 0.5;

/**
 * Pools the scores of the pictures of one segment, added one by one. A picture without a score does not
 * count as 0 or as anything else: a mean is taken over the pictures that have one.
 *
 * A metric appears in the record only if at least `minimumShare` of the pictures carried it, and only scores of scope
 * `frame` are pooled. Nothing is rounded.
 */
export class SegmentPooling {
  readonly #minimumShare: number;
  readonly #metrics = new Map<MqaMetricName, { sum: number; min: number; scored: number }>();
  #received = 0;
  #scored = 0;
  #damaged = 0;

  constructor(options: { readonly minimumShare?: number } = {}) {
    this.#minimumShare = options.minimumShare ?? DEFAULT_MINIMUM_SHARE;
  }

  /**
   * Takes one picture of the segment.
   *
   * @param scores - undefined when it came without any.
   * @param damaged - Bytes of it were lost on the way.
   */
  add(scores: PictureScores | undefined, damaged: boolean): void {
    this.#received++;
    if (damaged) this.#damaged++;
    if (scores === undefined || scores.frame.size === 0) return;
    this.#scored++;
    for (const [name, value] of scores.frame) {
      const metric = this.#metrics.get(name);
      if (metric === undefined) {
        this.#metrics.set(name, { sum: value, min: value, scored: 1 });
      } else {
        metric.sum += value;
        metric.min = Math.min(metric.min, value);
        metric.scored++;
      }
    }
  }

  /**
   * The record of the pictures added so far.
   *
   * @param independent - The segment starts with a picture that needs no other.
   */
  record(independent: boolean): QualityRecord {
    const metrics: Record<string, PooledMetric> = {};
    for (const name of mqaMetricNames) {
      const metric = this.#metrics.get(name);
      if (metric === undefined || metric.scored < this.#received * this.#minimumShare) continue;
      const { sum, min, scored } = metric;
      metrics[name] = { value: mqaMetrics[name].pooling === "sum" ? sum : sum / scored, min, scored };
    }
    return {
      metrics,
      pictures: { received: this.#received, scored: this.#scored, damaged: this.#damaged },
      independent,
    };
  }
}
