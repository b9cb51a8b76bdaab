import { type CmsdStreamingFormat, serializeCmsdStatic } from "../cmsd/cmsd-static.ts";
import type { MqaMetricName } from "../sei/mqa-metric.ts";
import type { Segment } from "../store/segment.ts";
import { mulDivRound } from "../time/rational.ts";
import { publishMetrics } from "./publish-metrics.ts";
import type { QualityRecord } from "./quality-record.ts";

/** The configured words of every CMSD header. */
export type CmsdOrigin = {
  /** Value of `n`: who sends this. Printable ASCII. */
  readonly n: string;
  /** What the keys of quality metrics begin with. With `-video` after it, it must be a custom key (`isCustomKey`). */
  readonly keyPrefix: string;
};

/** The same, and whether more segments will follow. */
export type CmsdContext = CmsdOrigin & { readonly live: boolean };

/**
 * Used where the configuration says nothing. The namespace is SVTA's; the key names below it are this project's reading
 * of SVTA2128.
 */
export const defaultCmsdOrigin: CmsdOrigin = { n: "mqa-packager", keyPrefix: "org.svta.mqa" };

/** `CMSD-Static` of a playlist (`h`) or an MPD (`d`): they have neither duration nor bit rate of their own. */
export function manifestCmsd(format: CmsdStreamingFormat, { n, live }: CmsdContext): string {
  return serializeCmsdStatic({ n, ot: "m", sf: format, st: live ? "l" : "v" });
}

/** `CMSD-Static` of an init segment. HLS and DASH share it, so it names no streaming format. */
export function initCmsd({ n, live }: CmsdContext): string {
  return serializeCmsdStatic({ n, ot: "i", st: live ? "l" : "v" });
}

/**
 * `CMSD-Static` of a media segment, its quality included. HLS and DASH share it, so it names no streaming format.
 *
 * @returns The header's value. But for `at`, it comes out equal on every packager and after every restart.
 * @spec CTA-5006 (`br` in kbit/s and `d` in milliseconds, each of the object itself)
 */
export function segmentCmsd(segment: Segment, { n, keyPrefix, live }: CmsdContext): string {
  const { duration, size, availableAt, init, quality } = segment;
  const { kind } = init.configuration;
  return serializeCmsdStatic({
    at: availableAt,
    br: mulDivRound(size * 8, init.timescale, duration * 1000),
    d: mulDivRound(duration, 1000, init.timescale),
    n,
    ot: kind === "video" ? "v" : "a",
    st: live ? "l" : "v",
    custom: qualityMembers(kind, quality, keyPrefix),
  });
}

/** The quality members of a segment's `CMSD-Static` alone, where they stand elsewhere than in a header. */
export function qualityCmsd(kind: "video" | "audio", quality: QualityRecord, keyPrefix: string): string {
  return serializeCmsdStatic({ custom: qualityMembers(kind, quality, keyPrefix) });
}

/** Known metrics only, by key, and how many pictures they rest on, where any was scored. */
export function qualityMembers(
  kind: "video" | "audio",
  quality: QualityRecord,
  keyPrefix: string,
): Readonly<Record<string, number>> {
  const members: Record<string, number> = {};
  for (const [name, value] of publishMetrics(kind, quality)) members[`${keyPrefix}-${keySuffix(name)}`] = value;
  if (quality.pictures.scored > 0) members[`${keyPrefix}-n`] = quality.pictures.scored;
  return members;
}

/** The composites are called MQA-VIDEO and MQA-AUDIO; in a key the prefix already says MQA. */
function keySuffix(metric: MqaMetricName): string {
  return metric.replace(/^mqa-/, "");
}
