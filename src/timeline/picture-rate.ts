import type { Rational } from "../time/rational.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";

/** The picture rates television and streaming use. */
const STANDARD_RATES: readonly Rational[] = [
  ...[10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120].map((num) => ({ num, den: 1 })),
  { num: 25, den: 2 },
  ...[12, 15, 24, 30, 48, 60, 120].map((rate) => ({ num: rate * 1000, den: 1001 })),
];

/** How far a step between pictures may be from a standard rate's, in ticks: rounding to 90 kHz makes up one. */
const TOLERANCE = 1;

/** How many pictures the rate is read from: more than the deepest reordering in use leaves holes in. */
export const PICTURES_FOR_RATE = 16;

/**
 * Finds the picture rate from timestamps, since what parameter sets declare is wrong too often.
 *
 * @param times - Presentation times of successive pictures in decoding order, the last few of which may leave holes that later
 * pictures fill.
 * @returns The standard rate whose step is the median step; else, for a regular stream, the exact ratio; undefined for
 * an irregular one or fewer than two pictures.
 */
export function detectPictureRate(times: readonly Ticks[]): Rational | undefined {
  const sorted = [...times].sort((a, b) => a - b);
  const steps = sorted.slice(1).map((time, i) => time - sorted[i]!);
  if (steps.length === 0) return undefined;
  const median = [...steps].sort((a, b) => a - b)[(steps.length - 1) >> 1]!;
  if (median <= 0) return undefined;
  const regular = steps.filter((step) => Math.abs(step - median) <= TOLERANCE).length;
  if (regular * 2 <= steps.length) return undefined;
  let best: Rational | undefined;
  let bestError = TOLERANCE;
  for (const rate of STANDARD_RATES) {
    const error = Math.abs(median - (TICKS_PER_SECOND * rate.den) / rate.num);
    if (error < bestError) {
      best = rate;
      bestError = error;
    }
  }
  return best ?? { num: TICKS_PER_SECOND, den: median };
}
