import type { Milliseconds } from "../time/units.ts";

/** What decides which segments the manifests list. */
export type ListingRules = {
  /** Whole seconds no segment's rounded duration exceeds. */
  readonly targetDuration: number;
  /** Media the manifests list at least, as soon as there is so much, in microseconds; absent: everything is listed. */
  readonly listed?: number;
  /** A hole of more segments than this is not filled with gap entries; without a window, all holes together. */
  readonly mostGaps: number;
};

/** A playlist of less than this many target durations must not lose a segment (rfc8216bis 6.2.2). */
const FEWEST_TARGET_DURATIONS = 3;

/**
 * In a file, in all, a day of one-second segments: what is missing for longer is no loss but another recording. Their
 * entries take 8 MB of playlist.
 */
const MOST_GAPS_IN_A_FILE = 86_400;

/**
 * The rules of a channel, from what its configuration says of segments and window.
 *
 * @spec rfc8216bis 6.2.2
 */
export function listingRules(channel: {
  readonly targetDuration: number;
  readonly segmentDuration: Milliseconds;
  readonly window?: Milliseconds;
}): ListingRules {
  const { targetDuration, segmentDuration, window } = channel;
  if (window === undefined) return { targetDuration, mostGaps: MOST_GAPS_IN_A_FILE };
  const listed = Math.max(window, FEWEST_TARGET_DURATIONS * targetDuration * 1000);
  // A longer hole pushes everything before it out of the window, so that nothing is left to bridge.
  return { targetDuration, listed: listed * 1000, mostGaps: Math.ceil(listed / segmentDuration) };
}
