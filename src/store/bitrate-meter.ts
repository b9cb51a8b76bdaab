type Measured = { readonly bits: number; readonly micros: number };

/**
 * Peak and average segment bit rate of one track since its first segment.
 *
 * The peak is the highest rate of any run of contiguous segments that together last 0.5 to 1.5 target durations.
 *
 * @spec rfc8216bis 4.1
 */
export class BitrateMeter {
  readonly #shortestRun: number;
  readonly #longestRun: number;
  /** The newest segments, as far back as a run can reach. */
  #recent: Measured[] = [];
  #peak = 0;
  #bits = 0;
  #micros = 0;

  /** @param targetDuration - In seconds. */
  constructor(targetDuration: number) {
    this.#shortestRun = targetDuration * 500_000;
    this.#longestRun = targetDuration * 1_500_000;
  }

  /**
   * Measures one more segment.
   *
   * @param size - In bytes.
   * @param micros - Its duration in microseconds.
   * @param contiguous - No segment is missing before it.
   */
  add(size: number, micros: number, contiguous: boolean): void {
    const bits = size * 8;
    this.#bits += bits;
    this.#micros += micros;
    if (!contiguous) this.#recent = [];
    this.#recent.push({ bits, micros });
    this.#recent = this.#runsToHere();
  }

  /** Bits a second, rounded up; until a run is long enough, the average. */
  get peak(): number {
    return Math.max(Math.ceil(this.#peak), this.average);
  }

  /** Bits a second over all segments, rounded up. */
  get average(): number {
    return this.#micros === 0 ? 0 : Math.ceil((this.#bits * 1_000_000) / this.#micros);
  }

  /** Takes every run that ends with the newest segment into the peak; returns the segments of the longest. */
  #runsToHere(): Measured[] {
    let bits = 0;
    let micros = 0;
    for (let first = this.#recent.length - 1; first >= 0; first--) {
      bits += this.#recent[first]!.bits;
      micros += this.#recent[first]!.micros;
      if (micros > this.#longestRun) return this.#recent.slice(first + 1);
      if (micros >= this.#shortestRun) this.#peak = Math.max(this.#peak, (bits * 1_000_000) / micros);
    }
    return this.#recent;
  }
}
