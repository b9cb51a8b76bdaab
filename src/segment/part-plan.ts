import { mulDivFloor, type Rational } from "../time/rational.ts";
import type { Milliseconds } from "../time/units.ts";
import { sharedRate } from "../timeline/picture-rate.ts";
import type { TimedTrack } from "../timeline/timed-unit.ts";
import { type Grid, longestDuration, MILLISECONDS } from "./grid.ts";

/** How far a part may be below the part target, in sound whose frames do not fit the pictures: 10 %, where 15 are allowed. */
const SLACK_NUM = 11;
const SLACK_DEN = 10;

/** How the segments of a channel of low latency divide into parts: it follows from the grid, so that all packagers have the same. */
export type PartPlan = {
  /** What a part of pictures lasts, in seconds. */
  readonly pictures: Rational;
  /** PART-TARGET in microseconds: no part lasts longer. */
  readonly target: number;
  readonly grid: Grid;
};

/**
 * Divides the nominal segment evenly into parts of whole pictures of the slowest rendition, about as long as asked for.
 *
 * Parts of sound hold as many frames as the target has room for. A target a little above the parts of pictures leaves sound
 * as many parts in most segments.
 *
 * @param asked - What a part should last.
 */
export function planParts(grid: Grid, asked: Milliseconds): PartPlan {
  const { rate, pictures } = grid;
  const isSound = rate.num === MILLISECONDS.num && rate.den === MILLISECONDS.den;
  const step = isSound ? 1 : rate.num / sharedRate(rate).num;
  const most = Math.max(1, Math.round((asked * rate.num) / (rate.den * 1000 * step)));
  const steps = pictures / step;
  const positions = Math.ceil(steps / Math.ceil(steps / most)) * step;
  const micros = Math.ceil((positions * rate.den * 1_000_000) / rate.num);
  const target = Math.max(micros, Math.min(asked * 1000, Math.floor((micros * SLACK_NUM) / SLACK_DEN)));
  return { pictures: { num: positions * rate.den, den: rate.num }, target, grid };
}

/** What a part of a track lasts, and the longest that a segment may, in its timescale. */
export type PartLengths = { readonly part: number; readonly segment: number };

/** The parts of one track: whole units, at least one. */
export function partLengths({ pictures, target, grid }: PartPlan, track: TimedTrack): PartLengths {
  const { timescale, unitDuration, kind, regular } = track;
  const room =
    kind === "video" ? mulDivFloor(pictures.num, timescale, pictures.den) : mulDivFloor(target, timescale, 1_000_000);
  const whole = Math.max(unitDuration, room - (room % unitDuration));
  return { part: kind === "video" && !regular ? room : whole, segment: longestDuration(grid, timescale) };
}
