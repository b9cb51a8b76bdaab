import { MICROS_PER_SECOND } from "../time/units.ts";

/**
 * Microseconds as decimal seconds with all six digits, such as `2.002000`: exact, and never with an exponent.
 *
 * @param micros - A whole number, not negative.
 * @spec rfc8216bis 4.2, decimal-floating-point
 */
export function decimalSeconds(micros: number): string {
  const fraction = micros % MICROS_PER_SECOND;
  return `${(micros - fraction) / MICROS_PER_SECOND}.${String(fraction).padStart(6, "0")}`;
}

/**
 * Microseconds as an xs:duration in seconds, such as `PT2.002S`.
 *
 * @param micros - A whole number, not negative.
 */
export function xsDuration(micros: number): string {
  return `PT${decimalSeconds(micros).replace(/\.?0+$/, "")}S`;
}
