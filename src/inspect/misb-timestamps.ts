import { type MisbTimestamp, misbStatus } from "../sei/misb-timestamp.ts";
import { type Milliseconds, TICKS_PER_MILLISECOND, type Ticks } from "../time/units.ts";
import { ClockComparison } from "./clock-comparison.ts";
import { roundTo } from "./distribution.ts";
import type { TimecodeReport } from "./video-report.ts";

/** 9999-12-31T23:59:59.999Z: what lies beyond is no time, and no four-digit year. */
const MAX_EPOCH_MS = 253_402_300_799_999;

/** Follows the MISB ST 0604 timestamps of one track, in presentation order. */
export class MisbTimestamps {
  readonly #clock: ClockComparison;
  #first: number | undefined;
  #last: number | undefined;
  #pictures = 0;
  #randomAccessPoints = 0;
  #frozen = 0;
  #unlocked = 0;
  #aheadOfHost: number | undefined;

  /** @param picture - How long one lasts, in milliseconds. */
  constructor(picture: number) {
    this.#clock = new ClockComparison(picture);
  }

  /** @param arrival - When the picture came, by the host's clock. */
  push(pts: Ticks, timestamp: MisbTimestamp, isRandomAccess: boolean, arrival: Milliseconds | undefined): void {
    const time = epochMs(timestamp);
    if (time === undefined) return;
    const isFrozen = time === this.#last;
    this.#first ??= time;
    this.#last = time;
    this.#pictures++;
    if (isRandomAccess) this.#randomAccessPoints++;
    if ((timestamp.status & misbStatus.notLocked) !== 0) this.#unlocked++;
    if (arrival !== undefined) this.#aheadOfHost ??= time - arrival;
    if (isFrozen) this.#frozen++;
    else this.#clock.push(pts / TICKS_PER_MILLISECOND, time);
  }

  /** PTS are set anew. */
  restart(): void {
    this.#clock.restart();
  }

  /**
   * Undefined where no picture had a timestamp.
   *
   * @param pictures - All of the track.
   */
  report(pictures: number): TimecodeReport | undefined {
    if (this.#first === undefined || this.#last === undefined) return undefined;
    const comparison = this.#clock.report();
    return {
      source: "misb",
      pictures: this.#pictures,
      share: roundTo(this.#pictures / pictures, 4),
      randomAccessPoints: this.#randomAccessPoints,
      first: new Date(this.#first).toISOString(),
      last: new Date(this.#last).toISOString(),
      ...comparison,
      constant: comparison.constant && this.#frozen === 0,
      frozen: this.#frozen,
      unlocked: this.#unlocked,
      ...(this.#aheadOfHost !== undefined && { aheadOfHostMs: Math.round(this.#aheadOfHost) }),
    };
  }
}

/** Microseconds stay exact below 2^53: until the year 2255. */
function epochMs({ kind, value }: MisbTimestamp): number | undefined {
  const microseconds = kind === "h265-nanoseconds" ? value / 1000n : value;
  const time = Number(microseconds) / 1000;
  return time <= MAX_EPOCH_MS ? time : undefined;
}
