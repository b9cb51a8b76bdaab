import type { Random } from "./seeded-random.ts";

/**
 * Decides what a link loses: each unit on its own, or in bursts by the model of Gilbert and Elliott with two states, in one of
 * which everything is lost and in the other nothing. The mean length of the stays in the first is that of a burst, and the
 * stays in the second are as long as the share that is lost asks.
 */
export class LossChain {
  readonly #random: Random;
  #bad = false;

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * Whether the next unit is lost.
   *
   * @param share - Of all units, 0 to 0.5.
   * @param burst - Mean length of a burst, at least 1; undefined: units are lost independently.
   */
  next(share: number, burst: number | undefined): boolean {
    if (share === 0) this.#bad = false;
    else if (burst === undefined) this.#bad = this.#random() < share;
    else if (this.#bad) this.#bad = this.#random() >= 1 / burst;
    else this.#bad = this.#random() < share / (burst * (1 - share));
    return this.#bad;
  }
}
