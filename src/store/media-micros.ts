import { mulDivRound } from "../time/rational.ts";
import type { Segment } from "./segment.ts";

const MICROS_PER_SECOND = 1_000_000;

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

/** When a segment starts, in microseconds since 1970-01-01T00:00:00Z. */
export function startMicros(segment: Segment): number {
  return mediaMicros(segment.start, segment.init.timescale);
}

/** When a segment ends, in microseconds since 1970-01-01T00:00:00Z. */
export function endMicros(segment: Segment): number {
  return mediaMicros(segment.start + segment.duration, segment.init.timescale);
}
