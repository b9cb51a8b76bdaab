import { roundTo } from "./distribution.ts";
import type { TimecodeReport } from "./video-report.ts";

/** Pictures by which two clocks may differ before one of them has jumped. */
const JUMP_PICTURES = 1.5;

/** Pictures within which a difference counts as constant: timecodes of whole pictures cannot say it finer. */
const CONSTANT_PICTURES = 0.5;

/** How a stream's timecodes and its PTS relate. */
export type ClockComparisonReport = Pick<
  TimecodeReport,
  "offsetMs" | "deviationMs" | "jumps" | "largestJumpMs" | "constant"
>;

/** Compares a clock with PTS, picture by picture. All times are milliseconds, and need not be integers. */
export class ClockComparison {
  readonly #picture: number;
  readonly #period: number | undefined;
  #offset: number | undefined;
  #anchor: number | undefined;
  #min = 0;
  #max = 0;
  #jumps = 0;
  #largestJump = 0;

  /**
   * @param picture - How long one lasts.
   * @param period - After which the clock begins again at 0: a day, for times of day.
   */
  constructor(picture: number, period?: number) {
    this.#picture = picture;
    this.#period = period;
  }

  push(pts: number, clock: number): void {
    const offset = clock - pts;
    this.#offset ??= wrapAround(offset, this.#period);
    this.#anchor ??= offset;
    const deviation = wrapAround(offset - this.#anchor, this.#period);
    if (Math.abs(deviation) > JUMP_PICTURES * this.#picture) {
      this.#jumps++;
      if (Math.abs(deviation) > Math.abs(this.#largestJump)) this.#largestJump = deviation;
      this.#anchor = offset;
    } else {
      this.#min = Math.min(this.#min, deviation);
      this.#max = Math.max(this.#max, deviation);
    }
  }

  /** PTS are set anew: what follows says nothing about what was. */
  restart(): void {
    this.#anchor = undefined;
  }

  report(): ClockComparisonReport {
    return {
      offsetMs: roundTo(this.#offset ?? 0, 2),
      deviationMs: { min: roundTo(this.#min, 2), max: roundTo(this.#max, 2) },
      constant: this.#jumps === 0 && this.#max - this.#min < CONSTANT_PICTURES * this.#picture,
      jumps: this.#jumps,
      ...(this.#jumps > 0 && { largestJumpMs: roundTo(this.#largestJump, 2) }),
    };
  }
}

/** The same place within half a period of 0. */
export function wrapAround(value: number, period: number | undefined): number {
  if (period === undefined) return value;
  const ahead = ((value % period) + period) % period;
  return ahead > period / 2 ? ahead - period : ahead;
}
