import { lowestTerms } from "../annexb/lowest-terms.ts";
import type { Rational } from "../time/rational.ts";
import { TICKS_PER_MILLISECOND, TICKS_PER_SECOND, type Ticks } from "../time/units.ts";

/** The picture rates television and streaming use. */
const STANDARD_RATES: readonly Rational[] = [
  ...[10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120].map((num) => ({ num, den: 1 })),
  { num: 25, den: 2 },
  ...[12, 15, 24, 30, 48, 60, 120].map((rate) => ({ num: rate * 1000, den: 1001 })),
];

/**
 * How much rounding makes steps between pictures differ, in ticks: one of the 90 kHz clock itself; one millisecond where
 * a stream came through RTMP or FLV on its way.
 */
const ROUNDINGS = [1, TICKS_PER_MILLISECOND];

/** Steps of a rate that no standard knows: from 300 pictures a second to one in ten seconds, beyond which nothing is a picture rate. */
const SHORTEST_STEP = 300;
const LONGEST_STEP = 10 * TICKS_PER_SECOND;

/** How many pictures the rate is read from: more than the deepest reordering in use leaves holes in. */
export const PICTURES_FOR_RATE = 16;

/** The rates of one ladder are each other's multiples, and the slowest of them is no faster than this. */
const SLOW_RATE = 30;

/** The rate of the slowest rendition that shares its pictures with one of this rate: of 50 a second those at 25. */
export function sharedRate({ num, den }: Rational): Rational {
  let slow = num;
  while (slow / den > SLOW_RATE && slow % 2 === 0) slow /= 2;
  return { num: slow, den };
}

/** Whether television or streaming uses this rate; given in lowest terms, as parameter sets declare it. */
export function isStandardRate(rate: Rational): boolean {
  return STANDARD_RATES.some((standard) => equal(standard, rate));
}

/**
 * Finds the picture rate from timestamps, since what parameter sets declare is wrong too often.
 *
 * @param times - Presentation times of successive pictures in decoding order, the last few of which may leave holes that later
 * pictures fill.
 * @param declared - Only asked where rounding leaves several standard rates possible.
 * @returns The standard rate whose step is the mean of the steps that differ by rounding alone, whole rates before those
 * over 1.001; else, for a stream of one step, the exact ratio; undefined for an irregular one or fewer than two pictures.
 */
export function detectPictureRate(times: readonly Ticks[], declared?: Rational): Rational | undefined {
  const sorted = [...times].sort((a, b) => a - b);
  const steps = sorted.slice(1).map((time, i) => time - sorted[i]!);
  const median = [...steps].sort((a, b) => a - b)[(steps.length - 1) >> 1];
  if (median === undefined || median <= 0) return undefined;
  for (const rounding of ROUNDINGS) {
    const regular = steps.filter((step) => Math.abs(step - median) <= rounding);
    if (regular.length * 2 <= steps.length) continue;
    const mean = regular.reduce((sum, step) => sum + step, 0) / regular.length;
    const possible = STANDARD_RATES.filter((rate) => Math.abs(mean - stepOf(rate)) <= rounding / 2);
    const best = possible.find((rate) => declared !== undefined && equal(rate, declared)) ?? possible[0];
    if (best !== undefined) return best;
  }
  const isExact = steps.every((step) => step % median === 0) && median >= SHORTEST_STEP && median <= LONGEST_STEP;
  return isExact ? lowestTerms(TICKS_PER_SECOND, median) : undefined;
}

function equal(a: Rational, b: Rational): boolean {
  return a.num === b.num && a.den === b.den;
}

function stepOf({ num, den }: Rational): number {
  return (TICKS_PER_SECOND * den) / num;
}
