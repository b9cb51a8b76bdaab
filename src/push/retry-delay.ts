import type { Milliseconds } from "../time/units.ts";

/** A first retry comes before anybody runs short. */
const FIRST: Milliseconds = 200 as Milliseconds;

/** A receiver that is back is noticed within a few segments, and one that is overloaded is left alone. */
const LONGEST: Milliseconds = 5000 as Milliseconds;

/** What a receiver asks for with Retry-After is kept to, but not for longer. */
const LONGEST_ASKED: Milliseconds = 60_000 as Milliseconds;

/** How long to wait before a request is made again: 0.2 s, doubling to 5 s, each shortened at random by up to half. */
export class RetryDelay {
  #failures = 0;

  /** @param asked - By the receiver, in milliseconds. */
  next(asked?: number): Milliseconds {
    const full = Math.min(LONGEST, FIRST * 2 ** this.#failures);
    if (full < LONGEST) this.#failures++;
    const jittered = Math.round(full * (1 - Math.random() / 2));
    return Math.max(jittered, Math.min(LONGEST_ASKED, asked ?? 0)) as Milliseconds;
  }

  /** To be called when something arrived. */
  reset(): void {
    this.#failures = 0;
  }
}
