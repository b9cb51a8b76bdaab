declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/**
 * Time on the 90 kHz clock of an MPEG transport stream, unwrapped: an integer that never wraps.
 * 2^53 ticks are about 3,170 years.
 */
export type Ticks = Unit<"90kHz">;

/** Time in a track's own timescale, counted from 1970-01-01T00:00:00Z: an integer. */
export type MediaTime = Unit<"track timescale">;

/** Milliseconds: an integer; as a date, since 1970-01-01T00:00:00Z. */
export type Milliseconds = Unit<"ms">;

/** Bits per second. */
export type BitsPerSecond = Unit<"bit/s">;

/** Ticks in a second. */
export const TICKS_PER_SECOND = 90_000;

/** Ticks in a millisecond. */
export const TICKS_PER_MILLISECOND = 90;

/** Ticks in a day of no leap second. */
export const TICKS_PER_DAY: number = 86_400 * TICKS_PER_SECOND;

/** Microseconds in a second. */
export const MICROS_PER_SECOND = 1_000_000;

/** A time, or a duration, on the 90 kHz clock. */
export function toTicks(time: Milliseconds): Ticks {
  return (time * TICKS_PER_MILLISECOND) as Ticks;
}
