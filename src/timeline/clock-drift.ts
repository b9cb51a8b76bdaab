import type { Milliseconds, Ticks } from "../time/units.ts";
import { TICKS_PER_SECOND, toTicks } from "../time/units.ts";

/** The quickest way of a stretch of time is nearly free of what the network adds to some. */
const STRETCH_TICKS = 10 * TICKS_PER_SECOND;
/** Twenty minutes: long enough for a part per million, short enough to follow a change of temperature. */
const MOST_STRETCHES = 120;
/** Less than a minute says nothing. */
const FEWEST_STRETCHES = 6;
const MILLION = 1_000_000;

type Stretch = { readonly start: Ticks; lag: number };

/**
 * How much faster or slower a stream's clock goes than the host's, in parts per million.
 *
 * The lag of arrival behind the stream's time, the least in each stretch of ten seconds, is fitted by a line.
 */
export class ClockDrift {
  #stretches: Stretch[] = [];

  /**
   * @param time - Of a unit, by the stream's clock.
   * @param arrival - When it came, by the host's.
   */
  note(time: Ticks, arrival: Milliseconds): void {
    const lag = toTicks(arrival) - time;
    const last = this.#stretches.at(-1);
    if (last !== undefined && time - last.start < STRETCH_TICKS) {
      last.lag = Math.min(last.lag, lag);
      return;
    }
    this.#stretches.push({ start: time, lag });
    if (this.#stretches.length > MOST_STRETCHES) this.#stretches.shift();
  }

  /** Either clock was set: what was before cannot be compared. */
  restart(): void {
    this.#stretches = [];
  }

  /** Positive where the stream's clock is the faster; undefined while too little is known. */
  get partsPerMillion(): number | undefined {
    const whole = this.#stretches.slice(0, -1);
    if (whole.length < FEWEST_STRETCHES) return undefined;
    const meanTime = mean(whole.map(({ start }) => start));
    const meanLag = mean(whole.map(({ lag }) => lag));
    let products = 0;
    let squares = 0;
    for (const { start, lag } of whole) {
      products += (start - meanTime) * (lag - meanLag);
      squares += (start - meanTime) ** 2;
    }
    return (-products / squares) * MILLION;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
