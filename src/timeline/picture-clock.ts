import { mulDivRound, type Rational } from "../time/rational.ts";
import { type MediaTime, TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import { sharedRate } from "./picture-rate.ts";

/**
 * Maps the epoch time of pictures to the grid of their rate.
 *
 * Encoders write times rounded to 90 kHz: at 59.94 pictures a second steps alternate between 1501 and 1502. So the
 * picture's index comes from its time, and its media time from the index, in a timescale that holds the picture's
 * duration exactly. That makes media time the same from whichever picture a packager started counting.
 * A stream without a regular rate keeps its times.
 */
export class PictureClock {
  /** Pictures a second; for an irregular stream a nominal value, for the segment grid only. */
  readonly rate: Rational;
  readonly regular: boolean;
  readonly timescale: number;
  /** Of one picture, in the timescale. */
  readonly duration: number;

  constructor(rate: Rational, regular: boolean) {
    this.rate = rate;
    this.regular = regular;
    const exact = (TICKS_PER_SECOND * rate.den) % rate.num === 0;
    this.timescale = exact || !regular ? TICKS_PER_SECOND : rate.num;
    this.duration = Math.round((this.timescale * rate.den) / rate.num);
  }

  /** Pictures since the epoch. */
  index(epoch: Ticks): number {
    return mulDivRound(epoch, this.rate.num, this.rate.den * TICKS_PER_SECOND);
  }

  /** Media time of a picture; of its decoding, when given that. */
  time(epoch: Ticks): MediaTime {
    return (this.regular ? this.index(epoch) * this.duration : epoch) as MediaTime;
  }

  /** Epoch time on the 90 kHz clock of a picture of the grid, to the nearest tick. */
  epochOf(index: number): Ticks {
    return mulDivRound(index, this.rate.den * TICKS_PER_SECOND, this.rate.num) as Ticks;
  }
}

/** The nearest picture of a stream's grid that a slower rendition has too, so that it finds its pictures on its own grid. */
export function nearestSharedPicture(
  time: Ticks,
  { rate, regular }: { readonly rate: Rational; readonly regular: boolean },
): Ticks {
  const clock = new PictureClock(sharedRate(rate), regular);
  return clock.epochOf(clock.index(time));
}
