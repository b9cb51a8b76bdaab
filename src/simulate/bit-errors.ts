import type { Random } from "./seeded-random.ts";

/** Flips bits of a stream, each on its own with the same chance. */
export class BitErrors {
  readonly #random: Random;
  #rate = 0;
  /** How many bits are right before the next wrong one. */
  #right = Number.POSITIVE_INFINITY;

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * Which bits of the next `bits` are flipped, in order.
   *
   * @param rate - Share of bits, 0 to 0.01.
   */
  next(bits: number, rate: number): readonly number[] {
    if (rate !== this.#rate) {
      // What has not happened yet does not depend on what has: the wait may begin anew.
      this.#rate = rate;
      this.#right = this.#wait();
    }
    const flipped: number[] = [];
    for (; this.#right < bits; this.#right += 1 + this.#wait()) flipped.push(this.#right);
    this.#right -= bits;
    return flipped;
  }

  #wait(): number {
    if (this.#rate === 0) return Number.POSITIVE_INFINITY;
    return Math.floor(Math.log(1 - this.#random()) / Math.log1p(-this.#rate));
  }
}

/** A copy of bytes with some bits flipped. @param bits - Counted from the highest bit of the first byte. */
export function withFlippedBits(bytes: Uint8Array, bits: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const bit of bits) copy[bit >> 3]! ^= 0x80 >> (bit & 7);
  return copy;
}
