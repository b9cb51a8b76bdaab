import { mulDivCeil, mulDivFloor, type Rational } from "../time/rational.ts";
import type { MediaTime, Milliseconds } from "../time/units.ts";
import { sharedRate } from "../timeline/picture-rate.ts";

/** The grid of a channel without video counts milliseconds. */
export const MILLISECONDS: Rational = { num: 1000, den: 1 };

/**
 * The epoch-anchored times at which segments should start.
 *
 * Positions on it count pictures of the channel's first video since the epoch (milliseconds where a channel has no video). Lines lie
 * at multiples of `pictures`; the cell of a line begins `early` positions before it and ends where the next begins.
 */
export type Grid = {
  /** Positions a second. */
  readonly rate: Rational;
  /** Positions from one line to the next. */
  readonly pictures: number;
  /** How far before its line a cut point may lie. */
  readonly early: number;
  /** The most positions a segment may hold so that its rounded duration stays within the target duration. */
  readonly maxPictures: number;
  /** Whole seconds: EXT-X-TARGETDURATION. */
  readonly targetDuration: number;
  /** What is added to the index of a line to make its segment's number. */
  readonly numberOffset: number;
};

/**
 * A boundary may come this much later than the target duration and the segment still round to it: the rest of half a second
 * is for audio frames, the longest of which (AAC at 8 kHz) last 128 ms, and for leading pictures.
 */
const ROUNDING_SECONDS = 0.37;

/**
 * Timecodes and GOPs of one encoder may be apart by some pictures: drop-frame labels gain up to three on the clock from midnight to
 * midnight, and some encoders stamp pictures two ahead. Without this leeway, I-frames one picture before the lines
 * would be a whole cell late.
 */
const EARLY_SECONDS = 0.1;

/**
 * Makes the grid of a channel.
 *
 * It depends on what is configured and on the picture rate alone where GOPs divide the segment duration. The target duration can never
 * change, so it covers the longest segment that GOPs of the observed length make: a cut point that comes every `gop`
 * pictures, wherever it lies, is at most `gop` pictures after a line. Rates that are multiples of each other have
 * the same lines.
 *
 * @param segmentDuration - As configured.
 * @param gop - Positions between cut points, all the same; undefined where it is not known or they are not.
 */
export function planGrid(
  rate: Rational,
  segmentDuration: Milliseconds,
  gop: number | undefined,
  numberOffset = 0,
): Grid {
  const isSound = rate.num === MILLISECONDS.num && rate.den === MILLISECONDS.den;
  const base = isSound ? rate : sharedRate(rate);
  // All of it is whole pictures of the slowest rendition, so that it is the same time whichever rendition it is counted by.
  const times = rate.num / base.num;
  const nominal = Math.max(1, Math.round((segmentDuration * base.num) / (base.den * 1000))) * times;
  const pictures = gop !== undefined && gop > nominal ? Math.ceil(gop / nominal) * nominal : nominal;
  const early = isSound ? 0 : Math.min(Math.ceil((EARLY_SECONDS * base.num) / base.den) * times, pictures - 1);
  const regular = gop === undefined || pictures % gop === 0;
  const longest = (regular ? pictures : (Math.floor(pictures / gop) + 1) * gop) + early;
  const targetDuration = Math.max(1, Math.ceil((longest * rate.den) / rate.num - ROUNDING_SECONDS));
  const maxPictures = Math.max(
    longest,
    Math.floor(((targetDuration + ROUNDING_SECONDS) * base.num) / base.den) * times,
  );
  return { rate, pictures, early, maxPictures, targetDuration, numberOffset };
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
  return Math.floor((position + grid.early) / grid.pictures) + grid.numberOffset;
}

/** Where the segment of that number should start. */
export function lineOf(grid: Grid, number: number): number {
  return (number - grid.numberOffset) * grid.pictures;
}

/** The first position at which the segment of that number may start. */
export function cellStart(grid: Grid, number: number): number {
  return lineOf(grid, number) - grid.early;
}

/** When a position is, in a track's timescale. */
export function timeOf({ rate }: Grid, position: number, timescale: number): MediaTime {
  return mulDivCeil(position, rate.den * timescale, rate.num) as MediaTime;
}

/** Where the segment of that number should end, and when the next may begin at the earliest, in a track's timescale. */
export function endOf(
  grid: Grid,
  number: number,
  timescale: number,
): { readonly expectedEnd: MediaTime; readonly nextFrom: MediaTime } {
  const [expectedEnd, nextFrom] = [lineOf(grid, number + 1), cellStart(grid, number + 1)];
  return { expectedEnd: timeOf(grid, expectedEnd, timescale), nextFrom: timeOf(grid, nextFrom, timescale) };
}
