import type { Milliseconds } from "../time/units.ts";
import { TICKS_PER_SECOND, type Ticks } from "../time/units.ts";

/** Timestamps of one stream that step further than this did not follow from each other. */
const JUMP_TICKS = 10 * TICKS_PER_SECOND;
/** Decoding times that step less than this, either way, simply go on: lost packets and mere disorder. */
const STEP_TICKS = TICKS_PER_SECOND / 2;
/** An input that was silent for longer had a gap; after a shorter pause media time goes on without one. */
const PAUSE_MS = 1000;

/** One run of the input's clock and its relation to the epoch. */
type Base = { readonly offset: number; last: Ticks };

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
export type Placement = {
  readonly pts: Ticks;
  readonly dts: Ticks;
  /** It is placed otherwise than the stream's unit before, or is the first. */
  readonly rebased: boolean;
  /** The clock jumped here. */
  readonly jumped: boolean;
};

/**
 * Maps an input's timestamps to epoch time, through jumps of its clock.
 *
 * When a stream's timestamps jump, what follows is placed where that stream had come to, plus the time for which nothing
 * arrived. The other streams of the input jump at other packets; each joins the new base when its own timestamps do.
 */
export class TimeBase {
  /** Newest first: where the clock is, and where streams may be that have not jumped yet. */
  #bases: Base[] = [];

  /** Fixes the mapping: `pts` is shown at `epoch`. */
  constructor(pts: Ticks, epoch: Ticks) {
    this.#bases = [{ offset: epoch - pts, last: pts }];
  }

  /** @param step - How long the unit lasts, in ticks. */
  place(stream: StreamClock, pts: Ticks, dts: Ticks, step: number, arrival: Milliseconds | undefined): Placement {
    const before = stream.base;
    const pause = pauseOf(stream, arrival);
    let base = before === undefined ? this.#join(dts) : this.#follow(stream, before, dts, pause);
    const jumped = base === undefined;
    base ??= this.#newBase(stream, pts, dts, pause);
    base.last = dts;
    stream.base = base;
    stream.last = dts;
    stream.arrival = arrival;
    const epoch = (pts + base.offset) as Ticks;
    const end = (epoch + step) as Ticks;
    const rebased = before !== base;
    stream.end = !rebased && stream.end > end ? stream.end : end;
    return { pts: epoch, dts: (dts + base.offset) as Ticks, rebased, jumped };
  }

  /** The base whose clock a stream's first unit continues. */
  #join(dts: Ticks): Base | undefined {
    return this.#bases.find((base) => Math.abs(dts - base.last) < JUMP_TICKS);
  }

  /**
   * The base that the unit of a stream continues. A base that came after the stream's own is where the stream is going to
   * if that puts it near its end; an older one must continue it exactly, or a loop would be taken for a way back.
   */
  #follow(stream: StreamClock, own: Base, dts: Ticks, pause: number): Base | undefined {
    const step = dts - stream.last;
    if (Math.abs(step) < STEP_TICKS) return own;
    const expected = stream.end + pause;
    for (const [age, base] of this.#bases.entries()) {
      if (base === own) continue;
      const isNewer = age === 0;
      if (Math.abs(dts + base.offset - expected) < (isNewer ? JUMP_TICKS : STEP_TICKS)) return base;
    }
    if (step < 0) return undefined;
    // Packets are lost; or nothing came for long, but the clock of a live input went on.
    return step < JUMP_TICKS || (pause > 0 && Math.abs(step - pause) < JUMP_TICKS / 2) ? own : undefined;
  }

  #newBase(stream: StreamClock, pts: Ticks, dts: Ticks, pause: number): Base {
    const newest = this.#bases[0]!;
    const end = stream.base === undefined ? newest.last + newest.offset : stream.end;
    const base = { offset: end + pause - pts, last: dts };
    this.#bases = [base, newest];
    return base;
  }
}

/** Ticks for which the stream was silent, if that was a gap. */
function pauseOf(stream: StreamClock, arrival: Milliseconds | undefined): number {
  if (arrival === undefined || stream.arrival === undefined) return 0;
  const waited = arrival - stream.arrival;
  return waited >= PAUSE_MS ? (waited * TICKS_PER_SECOND) / 1000 : 0;
}
