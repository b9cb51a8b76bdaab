import { mulDivFloor, type Rational } from "../time/rational.ts";
import type { Milliseconds } from "../time/units.ts";

/**
 * The epoch-anchored times at which segments should start.
 *
 * Positions on it count pictures of the channel's first video since the epoch (milliseconds where a channel has no video). Segment
 * K covers positions K * pictures up to (K + 1) * pictures.
 */
export type Grid = {
  /** Positions a second. */
  readonly rate: Rational;
  /** Positions from one line to the next. */
  readonly pictures: number;
  /** The most positions a segment may hold so that its rounded duration stays within the target duration. */
  readonly maxPictures: number;
  /** Whole seconds: EXT-X-TARGETDURATION. */
  readonly targetDuration: number;
};

/**
 * A boundary may come this much later than the target duration and the segment still round to it: the rest of half a second
 * is for audio frames, the longest of which (AAC at 8 kHz) last 128 ms, and for leading pictures.
 */
const ROUNDING_SECONDS = 0.37;

/**
 * Makes the grid of a channel.
 *
 * The target duration can never change, so it covers the longest segment that GOPs of the observed length make: a cut
 * point that comes every `gop` pictures, wherever it lies, is at most `gop` pictures after a line.
 *
 * @param segmentDuration - As configured.
 * @param gop - Positions between the first cut points; undefined where only one is known.
 */
export function planGrid(rate: Rational, segmentDuration: Milliseconds, gop: number | undefined): Grid {
  const nominal = Math.max(1, Math.round((segmentDuration * rate.num) / (rate.den * 1000)));
  const pictures = gop !== undefined && gop > nominal ? Math.ceil(gop / nominal) * nominal : nominal;
  const longest = gop === undefined || pictures % gop === 0 ? pictures : (Math.floor(pictures / gop) + 1) * gop;
  const targetDuration = Math.max(1, Math.ceil((longest * rate.den) / rate.num - ROUNDING_SECONDS));
  const maxPictures = Math.max(longest, Math.floor(((targetDuration + ROUNDING_SECONDS) * rate.num) / rate.den));
  return { rate, pictures, maxPictures, targetDuration };
}

/** The position of picture `index` of a track with its own picture rate. */
export function positionOf(grid: Grid, index: number, rate: Rational): number {
  if (rate.num === grid.rate.num && rate.den === grid.rate.den) return index;
  return mulDivFloor(index, grid.rate.num * rate.den, grid.rate.den * rate.num);
}

/** The longest that a segment of a track may last, in its timescale, to round to the target duration. */
export function longestDuration(grid: Grid, timescale: number): number {
  return mulDivFloor(grid.targetDuration * 1000 + 499, timescale, 1000);
}

/** The number of the segment that a cut at this position starts. */
export function numberOf(grid: Grid, position: number): number {
  return Math.floor(position / grid.pictures);
}
