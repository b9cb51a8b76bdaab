import type { Milliseconds } from "../time/units.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";

/** Timestamps of one stream that step further than this did not follow from each other. */
const JUMP_TICKS = 10 * TICKS_PER_SECOND;
/** Decoding times that step back further than this are no mere disorder. */
const BACK_TICKS = TICKS_PER_SECOND / 2;
/** An input that was silent for longer had a gap; after a shorter pause media time goes on without one. */
const PAUSE_MS = 1000;

/** One run of the input's clock and its relation to the epoch. */
type Base = { offset: number; last: Ticks };

/** What is remembered of one elementary stream. */
export type StreamClock = {
  base: Base | undefined;
  /** Decoding time of its last unit, by the input's clock. */
  last: Ticks;
  /** Where its presentation has come to, in epoch time. */
  end: Ticks;
  arrival: Milliseconds | undefined;
};

/** A unit's place. */
export type Placement = { readonly pts: Ticks; readonly dts: Ticks; /** The clock jumped here. */ readonly jumped: boolean };

/**
 * Maps an input's timestamps to epoch time, through jumps of its clock.
 *
 * When a stream's timestamps jump, what follows is placed where that stream had come to, plus the time for which nothing
 * arrived. The other streams of the input jump at other packets; each joins the new base when its own timestamps do.
 */
export class TimeBase {
  #bases: Base[] = [];

  /** Fixes the mapping: `pts` is shown at `epoch`. */
  constructor(pts: Ticks, epoch: Ticks) {
    this.#bases = [{ offset: epoch - pts, last: pts }];
  }

  place(stream: StreamClock, pts: Ticks, dts: Ticks, step: number, arrival: Milliseconds | undefined): Placement {
    const before = stream.base;
    let base = this.#follow(stream, dts, arrival);
    const jumped = base === undefined;
    base ??= this.#newBase(stream, pts, dts, arrival);
    base.last = dts;
    stream.base = base;
    stream.last = dts;
    stream.arrival = arrival;
    const epoch = (pts + base.offset) as Ticks;
    const end = (epoch + step) as Ticks;
    stream.end = before === base && stream.end > end ? stream.end : end;
    return { pts: epoch, dts: (dts + base.offset) as Ticks, jumped };
  }

  /** The base that these timestamps continue. */
  #follow(stream: StreamClock, dts: Ticks, arrival: Milliseconds | undefined): Base | undefined {
    const { base } = stream;
    if (base !== undefined && continues(dts - stream.last, stream, arrival)) return base;
    return this.#bases.find((other) => other !== base && Math.abs(dts - other.last) < JUMP_TICKS);
  }

  #newBase(stream: StreamClock, pts: Ticks, dts: Ticks, arrival: Milliseconds | undefined): Base {
    const end = stream.base === undefined ? (this.#bases[0]!.last + this.#bases[0]!.offset) : stream.end;
    const epoch = end + (pause(stream, arrival) * TICKS_PER_SECOND) / 1000;
    const base = { offset: Math.round(epoch - pts), last: dts };
    this.#bases = [base, ...this.#bases.slice(0, 1)];
    return base;
  }
}

function continues(step: number, stream: StreamClock, arrival: Milliseconds | undefined): boolean {
  if (step > -BACK_TICKS && step < JUMP_TICKS) return true;
  // A long gap in a live input: its clock went on while nothing came.
  const waited = (pause(stream, arrival) * TICKS_PER_SECOND) / 1000;
  return waited > 0 && Math.abs(step - waited) < JUMP_TICKS / 2;
}

/** Milliseconds for which the stream was silent, if that was a gap. */
function pause(stream: StreamClock, arrival: Milliseconds | undefined): number {
  if (arrival === undefined || stream.arrival === undefined) return 0;
  const waited = arrival - stream.arrival;
  return waited >= PAUSE_MS ? waited : 0;
}
