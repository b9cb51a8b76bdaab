import { mulDivRound } from "../time/rational.ts";
import { MICROS_PER_SECOND } from "../time/units.ts";
import type { Segment } from "./segment.ts";

/**
 * Media time in microseconds since 1970-01-01T00:00:00Z, to the nearest one: the clock that tracks of every timescale
 * share.
 *
 * Only instants are rounded, never durations, so that differences between neighbours add up without drift.
 *
 * @param timescale - Units of `time` in a second.
 */
export function mediaMicros(time: number, timescale: number): number {
  const fraction = time % timescale;
  return ((time - fraction) / timescale) * MICROS_PER_SECOND + mulDivRound(fraction, MICROS_PER_SECOND, timescale);
}

/** What is known of a segment, or of a part of one, from its beginning. */
export type SegmentStart = Pick<Segment, "number" | "start" | "init">;

/** When a segment or a part starts, in microseconds since 1970-01-01T00:00:00Z. */
export function startMicros(segment: SegmentStart): number {
  return mediaMicros(segment.start, segment.init.timescale);
}

/** When a segment or a part ends, in microseconds since 1970-01-01T00:00:00Z. */
export function endMicros(segment: SegmentStart & { readonly duration: number }): number {
  return mediaMicros(segment.start + segment.duration, segment.init.timescale);
}
