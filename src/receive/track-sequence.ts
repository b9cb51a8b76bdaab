import type { Fragment } from "./read-media.ts";
import type { ReceiveProblem } from "./receive-problem.ts";

/** Stretches of missing numbers that are remembered; older ones are forgotten. One outage makes one. */
const MAX_HOLES = 100;

/** Numbers before the first that came which may still come: half an hour of two seconds. A sender that was cut off sends the newest first. */
const BEFORE_FIRST = 1000;

/** Numbers that are missing, both inclusive. */
type Hole = { readonly first: number; readonly last: number };

/** Where the newest segment began and ended, in ticks. */
type Times = { readonly start: number; readonly end: number; readonly tolerance: number };

/**
 * Whether the segments of a track follow each other in number and time.
 *
 * @spec DASH-IF ingest 1.2, interface 1 (mfhd and tfdt let a receiver find gaps)
 */
export class TrackSequence {
  #newest: number | undefined;
  #times: Times | undefined;
  /** Oldest first. */
  #holes: Hole[] = [];

  /** Number of the newest segment. */
  get newest(): number | undefined {
    return this.#newest;
  }

  /** A new init segment: another clock may begin. */
  forgetTimes(): void {
    this.#times = undefined;
  }

  /**
   * Takes a segment that is not a repetition.
   *
   * @param segment - Its fragments, at least one.
   * @param isKnown - There was an object of that name already.
   */
  push(segment: readonly Fragment[], isKnown: boolean): readonly ReceiveProblem[] {
    const { number } = segment[0]!;
    const newest = this.#newest;
    if (newest === undefined) this.#miss(number - BEFORE_FIRST, number - 1);
    if (newest === undefined || number === newest + 1) return this.#follow(segment);
    if (this.#fill(number)) return [{ code: "back-filled", detail: `${number}` }];
    // It replaces one that was counted when it came.
    if (number <= newest && isKnown) return [];
    const problem: ReceiveProblem = { code: "number-not-next", detail: `${number} after ${newest}` };
    if (number > newest) this.#miss(newest + 1, number - 1);
    // Back where nothing is missing: the encoder counts anew.
    else this.#holes = [];
    // Time is missing with the numbers; what must not happen is that it goes back.
    const back = this.#follow(segment).filter(({ code }) => code === "time-back");
    return [problem, ...back];
  }

  #miss(first: number, last: number): void {
    this.#holes.push({ first, last });
    if (this.#holes.length > MAX_HOLES) this.#holes.shift();
  }

  #follow(segment: readonly Fragment[]): readonly ReceiveProblem[] {
    const problems = segment.flatMap((fragment) => this.#followInTime(fragment));
    this.#newest = segment.at(-1)!.number;
    // Once for each segment.
    return problems.slice(0, 1);
  }

  #followInTime({ start, duration, lastDuration }: Fragment): readonly ReceiveProblem[] {
    const before = this.#times;
    this.#times = { start, end: start + duration, tolerance: lastDuration };
    if (before === undefined || Math.abs(start - before.end) <= before.tolerance) return [];
    if (start < before.start) return [{ code: "time-back", detail: `tfdt ${start} after ${before.start}` }];
    return [{ code: "time-not-next", detail: `tfdt ${start}, and the one before ended at ${before.end}` }];
  }

  /** Whether the number was missing; it no longer is. */
  #fill(number: number): boolean {
    const at = this.#holes.findIndex(({ first, last }) => first <= number && number <= last);
    const hole = this.#holes[at];
    if (hole === undefined) return false;
    const rest = [
      { first: hole.first, last: number - 1 },
      { first: number + 1, last: hole.last },
    ].filter(({ first, last }) => first <= last);
    this.#holes.splice(at, 1, ...rest);
    if (this.#holes.length > MAX_HOLES) this.#holes.shift();
    return true;
  }
}
