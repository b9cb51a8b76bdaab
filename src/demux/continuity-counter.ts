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
  /** Packets since the last one that could not be read: each may have moved the counter, or be of another PID. */
  #unreadable = 0;
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

  /** Whether a packet with payload simply follows the one before, and if so takes it. */
  isNext(counter: number): boolean {
    if (counter !== ((this.#last + 1) & 15) || this.#last < 0) return false;
    this.#last = counter;
    this.#repeats = 0;
    this.#unreadable = 0;
    return true;
  }

  next(counter: number, hasPayload: boolean, discontinuity: boolean): Continuity {
    const last = this.#last;
    // A packet without payload repeats the counter; one that does not has lost nothing for us.
    if (last >= 0 && !hasPayload && !discontinuity) return "expected";
    const skipped = (counter - last - 1) & 15;
    const unreadable = this.#unreadable;
    this.#last = counter;
    this.#unreadable = 0;
    if (last < 0 || discontinuity || skipped <= unreadable) {
      this.#repeats = 0;
      return "expected";
    }
    if (counter === last) {
      this.#repeats++;
      return this.#mayStandStill ? "expected" : "repeated";
    }
    this.#repeats = 0;
    this.lost = skipped - unreadable;
    return "lost";
  }

  /** What comes next may have any value. */
  restart(): void {
    this.#last = -1;
    this.#repeats = 0;
    this.#unreadable = 0;
  }

  /** A packet of this PID, as it seems, could not be read: the next counter may be one further. */
  unreadable(): void {
    this.#unreadable++;
  }
}
