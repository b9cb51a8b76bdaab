import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";

/** Finds the second with the most bytes. Seconds are counted from the first unit, and only whole ones count. */
export class PeakSecond {
  #start: Ticks | undefined;
  #second = 0;
  #bytes = 0;
  #peak: number | undefined;

  /** @param restart - The unit's time does not follow from the one before. */
  push(time: Ticks, bytes: number, restart: boolean): void {
    if (this.#start === undefined || restart) {
      this.#start = time;
      this.#second = 0;
      this.#bytes = 0;
    }
    const second = Math.floor((time - this.#start) / TICKS_PER_SECOND);
    if (second > this.#second) {
      this.#peak = Math.max(this.#peak ?? 0, this.#bytes);
      this.#second = second;
      this.#bytes = 0;
    }
    this.#bytes += bytes;
  }

  /** Undefined before a second has passed. */
  get bitsPerSecond(): number | undefined {
    return this.#peak === undefined ? undefined : this.#peak * 8;
  }
}
