import { unwrap33, wrap33 } from "../mpegts/clock.ts";
import { type Milliseconds, TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { PictureClock } from "./picture-clock.ts";
import {
  defaultTimecode,
  type Lock,
  lockToTimecode,
  type TimecodedPicture,
  type TimecodeOptions,
} from "./timecode-lock.ts";

/** Inputs whose clocks agree with the first one's to this, by arrival, share its mapping to the epoch. */
const SAME_CLOCK_TICKS = 10 * TICKS_PER_SECOND;
const DAY_TICKS = 86_400 * TICKS_PER_SECOND;

/**
 * Where stream time meets epoch time: at the timecodes of each input; where one has none that can be used, at the first
 * picture of the channel.
 *
 * Renditions that one encoder sends as several streams have one clock, and must keep their relation to the tick. So the
 * first input to arrive fixes the mapping for all whose clock fits; an input with another clock starts at its own arrival.
 */
export class ChannelAnchor {
  readonly #start: Milliseconds | undefined;
  #first: { readonly pts: Ticks; readonly epoch: Ticks } | undefined;

  readonly #timecode: TimecodeOptions;

  /** @param start - Epoch time of the first picture, instead of its arrival. */
  constructor(start: Milliseconds | undefined, timecode: TimecodeOptions = defaultTimecode) {
    this.#start = start;
    this.#timecode = timecode;
  }

  get usesTimecodes(): boolean {
    return this.#timecode.source !== "none";
  }

  /**
   * Takes the epoch time of an input from its timecodes, if they can be used.
   *
   * @param arrival - When the first of the pictures came; absent where the input is not live: it is from the day that the channel
   * starts on, 1970-01-01 unless told otherwise.
   */
  lock(
    pictures: readonly TimecodedPicture[],
    clock: PictureClock,
    arrival: Milliseconds | undefined,
  ): Lock | undefined {
    const limit = arrival === undefined ? undefined : toTicks(this.#timecode.maxClockError);
    const near = arrival === undefined ? middleOfDay(toTicks(this.#start)) : toTicks(arrival);
    const lock = lockToTimecode(pictures, clock, this.#timecode, near, limit);
    if (lock !== undefined) this.#first ??= { pts: lock.pts, epoch: lock.epoch };
    return lock;
  }

  /**
   * @param pts - Of an input's first picture.
   * @param arrival - When it came; absent where the input is not live.
   * @param snap - Moves an epoch time to the nearest picture of the grid.
   * @returns Its epoch time.
   */
  anchor(pts: Ticks, arrival: Milliseconds | undefined, snap: (epoch: Ticks) => Ticks): Ticks {
    const first = this.#first;
    const own = toTicks(first === undefined ? (this.#start ?? arrival) : (arrival ?? this.#start));
    if (first === undefined) {
      const epoch = snap(own);
      this.#first = { pts, epoch };
      return epoch;
    }
    const reference = arrival === undefined || this.#start !== undefined ? first.epoch : own;
    // The clock may have wrapped since the first input came.
    const expected = (first.pts + reference - first.epoch) as Ticks;
    const shared = (first.epoch + (unwrap33(wrap33(pts), expected) - first.pts)) as Ticks;
    return Math.abs(shared - reference) < SAME_CLOCK_TICKS ? shared : snap(own);
  }
}

/** So that every time of day is nearest on that day. */
function middleOfDay(time: Ticks): Ticks {
  return (Math.floor(time / DAY_TICKS) * DAY_TICKS + DAY_TICKS / 2) as Ticks;
}

function toTicks(time: Milliseconds | undefined): Ticks {
  return (((time ?? 0) * TICKS_PER_SECOND) / 1000) as Ticks;
}
