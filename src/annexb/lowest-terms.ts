import type { Rational } from "../time/rational.ts";

/**
 * The ratio of two integers in lowest terms; undefined where either is 0, which bitstreams use for "unspecified", or
 * too large to be exact.
 */
export function lowestTerms(num: number, den: number): Rational | undefined {
  if (num === 0 || den === 0 || !Number.isSafeInteger(num) || !Number.isSafeInteger(den)) return undefined;
  let [divisor, rest] = [num, den];
  while (rest !== 0) [divisor, rest] = [rest, divisor % rest];
  return { num: num / divisor, den: den / divisor };
}
