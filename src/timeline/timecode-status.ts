import type { TimecodeSource } from "./timecode-options.ts";

/** How an input knows its time. */
export type TimecodeStatus = {
  /**
   * `waiting`: nothing goes out before there is a timecode. `locked`: the timecodes say so. `holdover`: they did, and time runs on with the
   * timestamps. `unlocked`: by arrival.
   */
  readonly state: "waiting" | "locked" | "holdover" | "unlocked";
  readonly source: TimecodeSource;
  /** How many pictures the timecodes were ahead of the timestamps when they were last compared. */
  readonly errorPictures?: number;
  /** How much faster the input's clock goes than the host's, in parts per million. */
  readonly driftPpm?: number;
  /** Why it is not locked. */
  readonly reason?: string;
};

/** Cut points without timecodes to go by before the lock is said to be lost. */
const MISSES = 2;

/** Keeps the books of how an input knows its time. */
export class TimecodeRecord {
  readonly #isWanted: boolean;
  #state: TimecodeStatus["state"] = "waiting";
  #source: TimecodeSource = "none";
  /** What tells the time of the input whose clock this one shares. */
  #shared: TimecodeSource = "none";
  #error: number | undefined;
  #reason: string | undefined;
  #misses = 0;

  /** @param isWanted - Timecodes are to be used. */
  constructor(isWanted: boolean) {
    this.#isWanted = isWanted;
  }

  get state(): TimecodeStatus["state"] {
    return this.#state;
  }

  /** What tells the time, of this input or of the one whose clock it shares. */
  get source(): TimecodeSource {
    return this.#source === "none" ? this.#shared : this.#source;
  }

  /** Its own timecodes tell the time, or did last. */
  get isLocked(): boolean {
    return this.#source !== "none";
  }

  /** @param drift - In parts per million, as far as known. */
  describe(drift: number | undefined): TimecodeStatus {
    return {
      state: this.#state,
      source: this.source,
      ...(this.#error !== undefined && { errorPictures: this.#error }),
      ...(drift !== undefined && { driftPpm: Math.round(drift * 10) / 10 }),
      ...(this.#reason !== undefined && { reason: this.#reason }),
    };
  }

  /** The timecodes tell the time; `error`: by so many pictures they were ahead. */
  lock(source: TimecodeSource, error: number): void {
    this.#state = "locked";
    this.#source = source;
    this.#error = error;
    this.#reason = undefined;
    this.#misses = 0;
  }

  /** The timecodes cannot be used where the clock is to be set. */
  refuse(reason: string): void {
    this.#reason = reason;
  }

  /** At a cut point there was no timecode to go by. @param error - By how many pictures they were ahead, where they say. */
  miss(reason: string, error: number | undefined): void {
    this.#misses++;
    if (this.#misses < MISSES || this.#state === "waiting") return;
    if (error !== undefined) this.#error = error;
    this.#reason = reason;
    if (this.#state === "locked") this.#state = "holdover";
  }

  /** By the clock of another input: as good as that is. */
  share(source: TimecodeSource): void {
    this.unlock();
    this.#shared = source;
    if (source === "none") return;
    this.#state = "locked";
    this.#reason = "by the clock of another input";
  }

  /** By arrival. */
  unlock(): void {
    this.#state = "unlocked";
    this.#source = "none";
    this.#shared = "none";
    this.#error = undefined;
    if (!this.#isWanted) this.#reason = "timecodes are not to be used";
    else this.#reason ??= "no timecode comes";
  }
}
