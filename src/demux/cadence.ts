/** Intervals that are looked at before any is judged. */
const LEARNING = 3;

/** As many late ones in a row are no fault, but how the stream is now. */
const NEW_HABIT = 3;

/** An interval this many times as long as the stream's own is no matter of its habit. */
const TOLERANCE = 2;

/**
 * Watches something that must come again and again, by the stream's own clock.
 *
 * It is late where it takes longer than the standard allows and than twice what the stream has shown to be its habit: an encoder
 * that sends its tables or its clock more rarely than TR 101 290 wants does so from the start, and nothing was lost.
 */
export class Cadence {
  readonly #limit: number;
  #last: number | undefined;
  /** The longest interval that was not late. */
  #habit = 0;
  #seen = 0;
  #lateInARow = 0;
  #isLate = false;

  /** @param limit - What the standard allows, in units of the clock that is given. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** It has not come in time, and has not come since. */
  get isLate(): boolean {
    return this.#isLate;
  }

  /** It has come. @returns Whether it is later than it may be; false where that was said already. */
  comes(time: number): boolean {
    const wasLate = this.#isLate;
    const interval = this.#last === undefined ? 0 : time - this.#last;
    const isFirst = this.#last === undefined;
    const isLate = wasLate || this.#exceeds(interval);
    this.#last = time;
    this.#isLate = false;
    if (isFirst) return false;
    this.#seen++;
    if (!isLate) {
      this.#lateInARow = 0;
      this.#habit = Math.max(this.#habit, interval);
      return false;
    }
    this.#lateInARow++;
    if (this.#lateInARow >= NEW_HABIT) this.#habit = interval;
    return !wasLate;
  }

  /** Time has come so far without it. @returns Whether it has just become late. */
  waits(time: number): boolean {
    if (this.#isLate || this.#last === undefined || !this.#exceeds(time - this.#last)) return false;
    this.#isLate = true;
    return true;
  }

  /** What was missed is known to be lost, or time has jumped: the next one is the first again. */
  restart(): void {
    this.#last = undefined;
    this.#isLate = false;
  }

  #exceeds(interval: number): boolean {
    return this.#seen >= LEARNING && interval > Math.max(this.#limit, TOLERANCE * this.#habit);
  }
}
