import type { ListingRules } from "./listing-rules.ts";
import { endMicros, startMicros } from "./media-micros.ts";
import type { Segment } from "./segment.ts";

const HALF_SECOND = 500_000;

/**
 * Divides the hole between two segments of a track among the numbers that are missing there.
 *
 * @returns The end of each missing segment in microseconds since 1970-01-01T00:00:00Z, the last being the start of
 * `next`; empty where no number is missing; undefined where the hole cannot be told as gaps of legal duration, or is
 * too long.
 * @spec rfc8216bis 4.4.3.1, 4.4.4.7
 */
export function gapEnds(previous: Segment, next: Segment, rules: ListingRules): readonly number[] | undefined {
  const missing = next.number - previous.number - 1;
  if (missing === 0) return [];
  if (missing > rules.mostGaps) return undefined;
  const start = endMicros(previous);
  const length = startMicros(next) - start;
  const longest = Math.ceil(length / missing);
  if (length < missing || longest >= rules.targetDuration * 1_000_000 + HALF_SECOND) return undefined;
  return Array.from({ length: missing }, (_, index) => start + Math.floor((length * (index + 1)) / missing));
}
