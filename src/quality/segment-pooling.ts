import type { MqaValue } from "../sei/mqa.ts";
import { isMqaMetricName, mqaMetricNames } from "../sei/mqa-metric.ts";
import { mqaMetrics } from "./mqa-metrics.ts";
import type { ScopedScores } from "./picture-scores.ts";
import { fifthPercentile, lowest, type PoolingMethod, pool, WeighedValues } from "./pooling.ts";
import type { PooledMetric } from "./quality-record.ts";

/** Names of no known metric that are kept of one segment; an encoder sends a handful. */
const MAX_UNKNOWN_NAMES = 64;

/** How metrics are pooled. */
export type PoolingOptions = {
  /** A metric is left out where a smaller share of its pictures has a value: it would be more guess than measurement. */
  readonly minimumShare: number;
  /** By name, where it is not what `mqaMetrics` says; names of no known metric are pooled by their mean. */
  readonly methods: Readonly<Record<string, PoolingMethod>>;
};

/** Used where the configuration says nothing. */
export const defaultPooling: PoolingOptions = { minimumShare: 0.5, methods: {} };

/** What the scores of a segment's pictures come to. */
export type PooledSegment = {
  /** By name: known ones first, in the order of `mqaMetricNames`. */
  readonly metrics: Readonly<Record<string, PooledMetric>>;
  /** Pictures that have a score. */
  readonly scored: number;
  /** Values that were not kept, as there were too many names. */
  readonly leftOut: number;
};

/** What is known of one metric in the segment so far. */
type Gathered = {
  readonly method: PoolingMethod;
  readonly weighed: WeighedValues;
  /** Pictures that had a value when the GOP began, and the value of the GOP. */
  scoredBeforeGop: number;
  ofGop: number | undefined;
  /** Values of the encoder's segments, and the picture of ours each came with. */
  readonly ofSegments: { readonly value: number; readonly from: number }[];
};

/**
 * Pools the scores of the pictures of one segment, added one by one in decoding order. A picture without a score does not
 * count as 0 or as anything else: a mean is taken over the pictures that have one.
 *
 * A value of a GOP, which begins with a picture that decoding can start at, is that of all its pictures in the segment that have
 * none of their own; a value of an encoder's segment is that of the pictures up to the next, where the metric has no finer one.
 * A count that is given for a GOP or segment is of it as a whole. Nothing is rounded.
 */
export class SegmentPooling {
  readonly #options: PoolingOptions;
  readonly #metrics = new Map<string, Gathered>();
  #unknownNames = 0;
  #leftOut = 0;
  #received = 0;
  /** Pictures before the GOP that is open. */
  #beforeGop = 0;
  #scored = 0;
  #scoredBeforeGop = 0;
  #gopHasScores = false;
  #segmentHasScores = false;

  constructor(options: PoolingOptions = defaultPooling) {
    this.#options = options;
  }

  /**
   * Takes one picture of the segment.
   *
   * @param scores - Those that came with it, each scope once; none where it came without.
   * @param beginsGop - Decoding can start at it.
   */
  add(scores: readonly ScopedScores[], beginsGop: boolean): void {
    if (beginsGop) this.#closeGop();
    this.#received++;
    for (const { scope, values } of scores) {
      if (values.length === 0) continue;
      if (scope === "frame") this.#addOwn(values);
      else if (scope === "gop") this.#addOfGop(values);
      else this.#addOfSegment(values);
    }
  }

  /**
   * What was made of the pictures added; nothing may be added after it.
   *
   * @param expected - Pictures that the segment should have.
   */
  finish(expected: number): PooledSegment {
    this.#closeGop();
    const enough = Math.max(expected, this.#received) * this.#options.minimumShare;
    const unknown = [...this.#metrics.keys()].filter((name) => !isMqaMetricName(name)).sort();
    const metrics: Record<string, PooledMetric> = {};
    for (const name of [...mqaMetricNames, ...unknown]) {
      const metric = this.#metrics.get(name);
      if (metric === undefined) continue;
      const { method, weighed } = metric;
      if (weighed.pictures === 0) this.#takeSegments(metric);
      const scored = weighed.pictures;
      if (scored === 0 || scored < enough) continue;
      const value = pool(weighed, method);
      metrics[name] = { value, pooling: method, min: lowest(weighed), p5: fifthPercentile(weighed), scored };
    }
    return { metrics, scored: this.#segmentHasScores ? this.#received : this.#scored, leftOut: this.#leftOut };
  }

  #addOwn(frame: readonly MqaValue[]): void {
    this.#scored++;
    for (const [name, value] of frame) this.#metric(name)?.weighed.add(value, 1);
  }

  #addOfGop(gop: readonly MqaValue[]): void {
    this.#gopHasScores = true;
    for (const [name, value] of gop) {
      const metric = this.#metric(name);
      if (metric !== undefined) metric.ofGop = value;
    }
  }

  #addOfSegment(segment: readonly MqaValue[]): void {
    this.#segmentHasScores = true;
    const from = this.#received - 1;
    for (const [name, value] of segment) this.#metric(name)?.ofSegments.push({ value, from });
  }

  #metric(name: string): Gathered | undefined {
    const known = this.#metrics.get(name);
    if (known !== undefined) return known;
    const isKnown = isMqaMetricName(name);
    if (!isKnown && this.#unknownNames === MAX_UNKNOWN_NAMES) {
      this.#leftOut++;
      return undefined;
    }
    if (!isKnown) this.#unknownNames++;
    // Encoders name metrics as they like, `constructor` too.
    const configured = Object.hasOwn(this.#options.methods, name) ? this.#options.methods[name] : undefined;
    const method = configured ?? (isKnown ? mqaMetrics[name].pooling : "mean");
    const metric = { method, weighed: new WeighedValues(), scoredBeforeGop: 0, ofGop: undefined, ofSegments: [] };
    this.#metrics.set(name, metric);
    return metric;
  }

  /** Gives the value of the GOP to its pictures that have none. */
  #closeGop(): void {
    const pictures = this.#received - this.#beforeGop;
    for (const metric of this.#metrics.values()) {
      const { method, weighed, ofGop } = metric;
      const own = weighed.pictures - metric.scoredBeforeGop;
      const without = method === "sum" && own > 0 ? 0 : pictures - own;
      if (ofGop !== undefined && without > 0) weighed.add(ofGop, without);
      metric.ofGop = undefined;
      metric.scoredBeforeGop = weighed.pictures;
    }
    if (this.#gopHasScores) this.#scored = this.#scoredBeforeGop + pictures;
    this.#gopHasScores = false;
    this.#scoredBeforeGop = this.#scored;
    this.#beforeGop = this.#received;
  }

  #takeSegments({ ofSegments, weighed }: Gathered): void {
    for (const [i, { value, from }] of ofSegments.entries()) {
      const begin = i === 0 ? 0 : from;
      const pictures = (ofSegments[i + 1]?.from ?? this.#received) - begin;
      if (pictures > 0) weighed.add(value, pictures);
    }
  }
}
