/** What a packet's continuity counter says about the packets before it. `repeated`: a duplicate, or 15 are lost. */
export type Continuity = "expected" | "repeated" | "lost";

/**
 * Follows the continuity counter of one PID.
 *
 * @spec Rec. ITU-T H.222.0 2.4.3.3: it rises with each packet that has payload; a packet may be sent twice; after a
 * discontinuity_indicator it may take any value.
 */
export class ContinuityCounter {
  readonly #mayStandStill: boolean;
  #last = -1;
  #repeats = 0;
  /** Packets known to be lost before the last one: at least, as multiples of 16 cannot be seen. */
  lost = 0;

  /** @param mayStandStill - Some multiplexers never move the counter of tables; sections have a CRC of their own. */
  constructor(mayStandStill: boolean) {
    this.#mayStandStill = mayStandStill;
  }

  /** A packet may be sent twice, but not three times. */
  get mayBeDuplicate(): boolean {
    return this.#repeats === 1;
  }

  next(counter: number, hasPayload: boolean, discontinuity: boolean): Continuity {
    const last = this.#last;
    // A packet without payload repeats the counter; one that does not has lost nothing for us.
    if (last >= 0 && !hasPayload && !discontinuity) return "expected";
    this.#last = counter;
    if (last < 0 || discontinuity || counter === ((last + 1) & 15)) {
      this.#repeats = 0;
      return "expected";
    }
    if (counter === last) {
      this.#repeats++;
      return this.#mayStandStill ? "expected" : "repeated";
    }
    this.#repeats = 0;
    this.lost = (counter - last - 1) & 15;
    return "lost";
  }

  /** A packet of this PID came but could not be read: the next counter may be one further. */
  unreadable(): void {
    if (this.#last >= 0) this.#last = (this.#last + 1) & 15;
  }
}
