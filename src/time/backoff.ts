import type { Milliseconds } from "./units.ts";

/** How long to wait before something that failed is tried again: doubling from the first to the longest, each shortened at random by up to half. */
export class Backoff {
  readonly #limits: { readonly first: Milliseconds; readonly longest: Milliseconds };
  readonly #random: () => number;
  #failures = 0;

  /** @param random - From 0 to less than 1. */
  constructor(limits: { readonly first: Milliseconds; readonly longest: Milliseconds }, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  next(): Milliseconds {
    const { first, longest } = this.#limits;
    const full = Math.min(longest, first * 2 ** this.#failures);
    if (full < longest) this.#failures++;
    return Math.round(full * (1 - this.#random() / 2)) as Milliseconds;
  }

  /** To be called when it no longer fails. */
  reset(): void {
    this.#failures = 0;
  }
}
