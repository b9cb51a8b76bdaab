import { type MqaMetricName, mqaMetricNames } from "../sei/mqa-metric.ts";
import { mqaMetrics } from "./mqa-metrics.ts";

/** The forms in which headers give the quality of a segment; `publishProfiles` says what each sends. */
export const publishProfileNames = ["keys", "lists", "wowza", "ant-media"] as const;

/** One of {@link publishProfileNames}. */
export type PublishProfileName = (typeof publishProfileNames)[number];

/** How many pictures have a score: published like a metric, under this name. */
export const SCORED_PICTURES = "n";

/** What stands between the prefix and the key of a metric of the segment before, in low latency. */
export const PREVIOUS = "prev";

/** One metric as headers give it. */
export type PublishedMetric = {
  /** Of a known metric, `n`, or what an encoder calls one of its own, in canonical form. */
  readonly name: string;
  /** What its key ends in, after the prefix and a hyphen; with them it must be a custom key (`isCustomKey`). */
  readonly key: string;
  /** 0 to 3. */
  readonly decimals: number;
};

/** What headers say, and how. */
export type PublishOptions = {
  /** Who sends this, the value of `n`: 1 to 64 printable ASCII characters. */
  readonly identifier: string;
  /** What the keys of quality metrics begin with. */
  readonly keyPrefix: string;
  /** At least one, each once. */
  readonly profiles: readonly PublishProfileName[];
  /** Most important first; no two have one key. */
  readonly metrics: readonly PublishedMetric[];
  /** Bytes that the value of a header may have, within `HEADER_BUDGET_LIMITS`. */
  readonly headerBudget: number;
};

/**
 * The reserved members of CMSD-Static take 210 bytes at most, with an identifier of 64 characters that all have to be escaped; and a
 * header of 8 KiB is what common servers and CDNs take of all headers together.
 */
export const HEADER_BUDGET_LIMITS = { min: 256, max: 8192 } as const;

/** What is read first; the others follow in their order. */
const FIRST = ["mqa-video", "mqa-audio", "errors", SCORED_PICTURES, "psnr", "ssim", "vmaf"] as const;

/** The metrics that are published where the configuration does not say which, most important first. */
export const defaultMetricNames: readonly string[] = [...new Set<string>([...FIRST, ...mqaMetricNames])];

/** The composites are called MQA-VIDEO and MQA-AUDIO; in a key the prefix already says MQA. */
export function defaultKey(name: string): string {
  return name.replace(/^mqa-/, "");
}

/** Decimals of values of no known metric, as of measures. */
const UNKNOWN_DECIMALS = 2;

/** Decimals of a metric, unless configured otherwise. */
export function defaultDecimals(name: string): number {
  if (name === SCORED_PICTURES) return 0;
  return Object.hasOwn(mqaMetrics, name) ? mqaMetrics[name as MqaMetricName].decimals : UNKNOWN_DECIMALS;
}

/**
 * Used where the configuration says nothing. The namespace is SVTA's; the key names below it are this project's reading
 * of SVTA2128, in its first form (`guess-1`).
 */
export const defaultPublishOptions: PublishOptions = {
  identifier: "mqa-packager",
  keyPrefix: "org.svta.mqa",
  profiles: ["keys"],
  metrics: defaultMetricNames.map((name) => ({ name, key: defaultKey(name), decimals: defaultDecimals(name) })),
  headerBudget: 1024,
};
