/** A positive ratio of two integers, such as a picture rate of 30000/1001. */
export type Rational = { readonly num: number; readonly den: number };

/**
 * floor(value * num / den), exact also where the product exceeds 2^53: the whole and the broken part of value / den are
 * multiplied apart.
 *
 * @param value - An integer between -2^52 and 2^52.
 * @param num - With `den`, positive integers whose product is below 2^51.
 */
export function mulDivFloor(value: number, num: number, den: number): number {
  const whole = Math.floor(value / den);
  return whole * num + Math.floor(((value - whole * den) * num) / den);
}

/** ceil(value * num / den), exact like {@link mulDivFloor}. */
export function mulDivCeil(value: number, num: number, den: number): number {
  // Subtracted, not negated: there is no negative zero.
  return 0 - mulDivFloor(0 - value, num, den);
}

/** value * num / den to the nearest integer, halves up, exact like {@link mulDivFloor}. */
export function mulDivRound(value: number, num: number, den: number): number {
  const whole = Math.floor(value / den);
  return whole * num + Math.floor((2 * (value - whole * den) * num + den) / (2 * den));
}
