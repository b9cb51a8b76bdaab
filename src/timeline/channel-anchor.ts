import { unwrap33, wrap33 } from "../mpegts/clock.ts";
import {
  type Milliseconds,
  TICKS_PER_DAY,
  TICKS_PER_MILLISECOND,
  TICKS_PER_SECOND,
  type Ticks,
  toTicks,
} from "../time/units.ts";
import { defaultTimecode, type TimecodeOptions, type TimecodeSource } from "./timecode-options.ts";

/** Inputs whose clocks agree with another's to this, by arrival, share its mapping to the epoch. */
const SAME_CLOCK_TICKS = 10 * TICKS_PER_SECOND;
const EPOCH = 0 as Milliseconds;

/** Where an input's clock was known to be. */
type Known = {
  readonly input: number;
  readonly source: TimecodeSource;
  readonly pts: Ticks;
  readonly epoch: Ticks;
  readonly arrival: Milliseconds | undefined;
};

/** An epoch time that another input knows, and what tells it. */
export type Shared = {
  readonly epoch: Ticks;
  readonly source: TimecodeSource;
  /** It is not before the cut point at which the other's clock was last known. */
  readonly isAfter: boolean;
};

/** What a channel's inputs begin with. */
export type ChannelStart = {
  /** Epoch time of the first picture, instead of its arrival; with SMPTE timecodes its date. */
  readonly start?: Milliseconds;
  readonly inputs: number;
  readonly timecode?: TimecodeOptions;
};

/**
 * What the inputs of a channel know of each other's clocks.
 *
 * Renditions that one encoder sends as several streams have one clock, and must keep their relation to the tick. So an input that
 * has no timecodes of its own takes the mapping of one that has, or else of the first that came, if its clock fits.
 */
export class ChannelAnchor {
  readonly timecode: TimecodeOptions;
  readonly #start: Milliseconds | undefined;
  readonly #inputs: number;
  #known: Known | undefined;
  /** Inputs that have nothing but arrival to go by. */
  readonly #without = new Set<number>();

  constructor({ start, inputs, timecode = defaultTimecode }: ChannelStart) {
    this.#start = start;
    this.#inputs = inputs;
    this.timecode = timecode;
  }

  /** About when the pictures of an input are from: arrival, or noon of the day that files are to start on. */
  near(arrival: Milliseconds | undefined): Ticks {
    if (arrival !== undefined) return toTicks(arrival);
    // So that every time of day is nearest on that day.
    return ((Math.floor(toTicks(this.#start ?? EPOCH) / TICKS_PER_DAY) + 1 / 2) * TICKS_PER_DAY) as Ticks;
  }

  /** How far timecodes may lie from {@link near}. */
  limit(arrival: Milliseconds | undefined): Ticks | undefined {
    return arrival === undefined ? undefined : toTicks(this.timecode.maxClockError);
  }

  /** An input's clock is known: others may take it over. */
  note(input: number, source: TimecodeSource, pts: Ticks, epoch: Ticks, arrival: Milliseconds | undefined): void {
    const known = this.#known;
    const isBetter = known === undefined || (source !== "none" && known.source === "none");
    if (isBetter || known.input === input) this.#known = { input, source, pts, epoch, arrival };
  }

  /** Whether another input may yet say what the time is: an input without timecodes had better wait for it. */
  mayLearn(input: number): boolean {
    this.#without.add(input);
    return this.#known === undefined && this.#without.size < this.#inputs;
  }

  /** What `pts` is by the mapping of another input; undefined where there is none, or its clock is another. */
  shared(input: number, pts: Ticks, arrival: Milliseconds | undefined): Shared | undefined {
    const known = this.#known;
    if (known === undefined || known.input === input) return undefined;
    const waited = arrival === undefined || known.arrival === undefined ? 0 : arrival - known.arrival;
    // The clock may have wrapped since.
    const expected = (known.pts + waited * TICKS_PER_MILLISECOND) as Ticks;
    const unwrapped = unwrap33(wrap33(pts), expected);
    if (Math.abs(unwrapped - expected) >= SAME_CLOCK_TICKS) return undefined;
    const epoch = (known.epoch + (unwrapped - known.pts)) as Ticks;
    return { epoch, source: known.source, isAfter: unwrapped >= known.pts };
  }

  /** The epoch time of an input's first picture where nothing else tells: as configured for the first input, or its arrival. */
  byArrival(arrival: Milliseconds | undefined): Ticks {
    const time = this.#known === undefined ? (this.#start ?? arrival) : (arrival ?? this.#start);
    return toTicks(time ?? EPOCH);
  }
}
