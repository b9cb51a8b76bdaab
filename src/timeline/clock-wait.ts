import { TICKS_PER_SECOND, toTicks } from "../time/units.ts";
import type { InputClock } from "./input-clock.ts";
import type { TimecodeOptions } from "./timecode-options.ts";
import type { Stamps } from "./timestamp-filter.ts";

/** How long an input that has no timecodes waits for another to tell the time. */
const MAX_LEARN_TICKS = 3 * TICKS_PER_SECOND;

/** What an input waits for, from when on no timecode could be used though its clock could be set. */
export class ClockWait {
  readonly #timecode: TimecodeOptions;
  readonly #clock: InputClock;
  #for: "timecode" | "input" | undefined;
  #since: Stamps | undefined;

  constructor(timecode: TimecodeOptions, clock: InputClock) {
    this.#timecode = timecode;
    this.#clock = clock;
  }

  get isForTimecode(): boolean {
    return this.#for === "timecode";
  }

  /**
   * Whether a timecode, or another input that knows the time, is still waited for.
   *
   * @param first - The unit that the clock is to be set at.
   * @param newest - The unit that came last.
   */
  goesOn(first: Stamps, newest: Stamps, isVideo: boolean): boolean {
    this.#since ??= first;
    const { pts, arrival } = this.#since;
    const isLive = newest.arrival !== undefined && arrival !== undefined;
    const waited = isLive ? toTicks(newest.arrival) - toTicks(arrival) : Math.abs(newest.pts - pts);
    const { wait, source } = this.#timecode;
    // Where another input tells the time, timecodes that do not come are not missed.
    const longest = this.#clock.canShare(first) ? MAX_LEARN_TICKS : Number.POSITIVE_INFINITY;
    if (source !== "none" && isVideo && waited < Math.min(toTicks(wait), longest)) this.#for = "timecode";
    else this.#for = this.#clock.mayLearn && waited < MAX_LEARN_TICKS ? "input" : undefined;
    return this.#for !== undefined;
  }

  end(): void {
    this.#for = undefined;
    this.#since = undefined;
  }
}
