import type { ListingRules } from "./listing-rules.ts";
import { endMicros, type SegmentStart, startMicros } from "./media-micros.ts";
import type { Segment } from "./segment.ts";

const HALF_SECOND = 500_000;

/**
 * Divides the hole between two segments of a track among the numbers that are missing there.
 *
 * A gap entry lasts no longer than a segment may. What a hole has beyond that, where the segment before it ended early or the one after it
 * begins late in its cell, is told by the date of `next` alone, as a hole without a missing number is.
 *
 * @returns The end of each missing segment in microseconds since 1970-01-01T00:00:00Z; empty where no number is missing; undefined where
 * there is no time for them, or they are too many.
 * @spec rfc8216bis 4.4.3.1, 4.4.4.7
 */
export function gapEnds(previous: Segment, next: SegmentStart, rules: ListingRules): readonly number[] | undefined {
  const missing = next.number - previous.number - 1;
  if (missing === 0) return [];
  if (missing > rules.mostGaps) return undefined;
  const start = endMicros(previous);
  const hole = startMicros(next) - start;
  if (hole < missing) return undefined;
  const longest = rules.targetDuration * 1_000_000 + HALF_SECOND - 1;
  const length = Math.min(hole, missing * longest);
  return Array.from({ length: missing }, (_, index) => start + Math.floor((length * (index + 1)) / missing));
}
