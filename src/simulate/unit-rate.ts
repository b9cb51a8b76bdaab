import { mulDivCeil, mulDivFloor, type Rational } from "../time/rational.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";

/**
 * When the n-th unit (picture, audio frame) since the epoch starts. Units follow each other without a gap for ever, and
 * their times do not depend on where anybody began to count.
 *
 * @param rate - Units a second.
 */
export function unitTime(index: number, rate: Rational): Ticks {
  return mulDivFloor(index, TICKS_PER_SECOND * rate.den, rate.num) as Ticks;
}

/** The first unit that does not start before `time`. */
export function firstUnitFrom(time: Ticks, rate: Rational): number {
  return mulDivCeil(time, rate.num, TICKS_PER_SECOND * rate.den);
}

/** Where in a loop of `length` units a unit is; also before the epoch. */
export function placeInLoop(index: number, length: number): number {
  const place = index % length;
  return place < 0 ? place + length : place;
}
