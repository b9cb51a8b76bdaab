import { CLOCK_WRAP, wrap33 } from "../mpegts/clock.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { TimestampReport } from "./timestamp-report.ts";

/** Timestamps that step further ahead than this did not follow from each other. */
const JUMP_TICKS = 10 * TICKS_PER_SECOND;

/** Timestamps that step back further than this are no mere disorder. */
const BACK_TICKS = TICKS_PER_SECOND / 2;

/** Whether time was set anew between two timestamps of a stream in this order. */
export function isJump(before: Ticks, after: Ticks): boolean {
  const step = after - before;
  return step >= JUMP_TICKS || step < -BACK_TICKS;
}

/** Follows the timestamps of one kind of one stream, in the order in which they rise. */
export class StreamTimes {
  #first: Ticks | undefined;
  #last: Ticks | undefined;
  #runs = 0;
  #elapsed = 0;
  #wraps = 0;

  /** @param restart - It does not follow from the one before. */
  push(time: Ticks, restart: boolean): void {
    const last = this.#last;
    this.#first ??= time;
    this.#last = time;
    if (last === undefined || restart) {
      this.#runs++;
      return;
    }
    this.#elapsed += time - last;
    this.#wraps += Math.max(0, Math.floor(time / CLOCK_WRAP) - Math.floor(last / CLOCK_WRAP));
  }

  get first(): Ticks | undefined {
    return this.#first;
  }

  get last(): Ticks | undefined {
    return this.#last;
  }

  /** Stretches without a jump. */
  get runs(): number {
    return this.#runs;
  }

  /** From first to last without the jumps, in ticks. */
  get elapsed(): number {
    return this.#elapsed;
  }

  /** Undefined where there was no timestamp. */
  report(): TimestampReport | undefined {
    if (this.#first === undefined || this.#last === undefined) return undefined;
    return { first: wrap33(this.#first), last: wrap33(this.#last), wraps: this.#wraps };
  }
}
