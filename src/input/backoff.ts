import type { Milliseconds } from "../time/units.ts";

/** A first retry nobody notices. */
const FIRST: Milliseconds = 100 as Milliseconds;

/** Opening a socket or a process once a second costs nothing, and a live feed is waiting. */
const LONGEST: Milliseconds = 1000 as Milliseconds;

/** How long to wait before opening an input again: 0.1 s, doubling to 1 s, each shortened at random by up to half. */
export class Backoff {
  #failures = 0;

  next(): Milliseconds {
    const full = Math.min(LONGEST, FIRST * 2 ** this.#failures);
    if (full < LONGEST) this.#failures++;
    return Math.round(full * (1 - Math.random() / 2)) as Milliseconds;
  }

  /** To be called when data has come. */
  reset(): void {
    this.#failures = 0;
  }
}
