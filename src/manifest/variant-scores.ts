import { listingRules } from "../store/listing-rules.ts";
import type { ChannelSnapshot, Segment, TrackSnapshot } from "../store/segment.ts";

/**
 * Players choose by the order of variants, so that finer steps would tell them nothing but that something has changed.
 * Also the lowest score there is: it must be positive.
 */
const STEP = 5;

/** Half a second more than the target duration rounds to it. */
const ROUNDING_MICROS = 500_000;

/** Five minutes of two-second segments: what is older says nothing of now, and would have to be added up each time. */
const LONGEST_BLOCK = 150;

/**
 * The `SCORE` of each variant, by the track that it is judged by. If one has none, none has: players could not compare
 * them.
 *
 * @spec rfc8216bis 4.4.6.2
 */
export function variantScores(
  channel: ChannelSnapshot,
  tracks: readonly TrackSnapshot[],
): ReadonlyMap<TrackSnapshot, number> {
  const scores = new Map<TrackSnapshot, number>();
  for (const track of tracks) {
    const score = trackScore(channel, track);
    if (score === undefined) return new Map();
    scores.set(track, score);
  }
  return scores;
}

/**
 * How good one track has been of late: the mean composite score of its newest whole block of segments, in steps.
 *
 * Blocks lie at multiples of their length, counted from the epoch, and two of them fit into what is listed: so a score
 * can change only where a block ends, and is the same on every packager that has the block. Where nothing in it has a
 * score, as before the first one is over, the newest segments count, as many as two blocks have. A file is one block.
 *
 * @returns 5 to 100; undefined where nothing that counts has a score.
 */
function trackScore(channel: ChannelSnapshot, { segments }: TrackSnapshot): number | undefined {
  const length = blockLength(channel);
  const mean =
    length === undefined
      ? meanScore(segments)
      : (meanScore(newestBlock(segments, length)) ?? meanScore(segments.slice(-2 * length)));
  return mean === undefined ? undefined : Math.max(STEP, Math.round(mean / STEP) * STEP);
}

/** In segments; undefined in a file. */
function blockLength(channel: ChannelSnapshot): number | undefined {
  const { listed, targetDuration } = listingRules(channel);
  if (listed === undefined) return undefined;
  const longest = targetDuration * 1_000_000 + ROUNDING_MICROS;
  return Math.min(LONGEST_BLOCK, Math.max(1, Math.floor(listed / 2 / longest)));
}

function newestBlock(segments: readonly Segment[], length: number): readonly Segment[] {
  const next = segments.at(-1)!.number + 1;
  const end = next - (next % length);
  const last = segments.findLastIndex(({ number }) => number < end);
  const before = segments.findLastIndex(({ number }) => number < end - length);
  return segments.slice(before + 1, last + 1);
}

function meanScore(segments: readonly Segment[]): number | undefined {
  const values = segments.flatMap(({ quality }) => quality.score?.value ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
