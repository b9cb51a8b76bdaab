import type { Milliseconds } from "../time/units.ts";

/** After as many segment durations without a new segment players have drained their buffers. */
const STALLED_AFTER = 3;

/**
 * Whether what was published last is no longer news.
 *
 * @param publishedAt - When the newest segment could be fetched.
 */
export function isStalled(publishedAt: number, segmentDuration: number, now: Milliseconds): boolean {
  return now - publishedAt > STALLED_AFTER * segmentDuration;
}
