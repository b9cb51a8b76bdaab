import type { Milliseconds } from "../time/units.ts";
import { TICKS_PER_SECOND, type Ticks, toTicks } from "../time/units.ts";

/** Timestamps of one stream that step further than this did not follow from each other. */
export const JUMP_TICKS: number = 10 * TICKS_PER_SECOND;
/** Decoding times that step less than this, either way, simply go on: lost packets and mere disorder. */
const STEP_TICKS = TICKS_PER_SECOND / 2;
/** An input that was silent for longer had a gap; after a shorter pause media time goes on without one. */
const PAUSE_MS = 1000;

/** How the mapping was before some presentation time. */
type Earlier = { readonly before: Ticks; readonly offset: number; readonly moves: number };

/** One run of the input's clock and its relation to the epoch. */
export type Base = {
  offset: number;
  last: Ticks;
  /** By timecodes, and not inferred from what came before. */
  readonly known: boolean;
  /** It began with a jump, and nothing was placed by it yet. */
  isNew: boolean;
  /** How often it was moved by pictures. */
  moves: number;
  /** Newest first. */
  earlier: readonly Earlier[];
};

/** Mappings that are remembered for units that come late: a minute of I-frames. */
const MAX_EARLIER = 64;

/** What is remembered of one elementary stream. */
export type StreamClock = {
  base: Base | undefined;
  /** Moves of the base before its last unit. */
  moves: number;
  /** Decoding time of its last unit, by the input's clock. */
  last: Ticks;
  /** Where its presentation has come to, in epoch time. */
  end: Ticks;
  arrival: Milliseconds | undefined;
  /** Decoding time of the unit that came at `arrival`. */
  arrived: Ticks;
};

/** A unit's place. */
export type Placement = {
  readonly pts: Ticks;
  readonly dts: Ticks;
  /** It is placed otherwise than the stream's unit before, by pictures, or is the first. */
  readonly rebased: boolean;
  /** Another run of the clock began for the stream. */
  readonly restarted: boolean;
  /** The clock jumped here, to where nothing had been before. */
  readonly jumped: boolean;
  /** By how many pictures timecodes moved the clock with it. */
  readonly moved: number;
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
  /** Where timecodes last said that the clock is. */
  #known: Base | undefined;

  /** Fixes the mapping: `pts` is shown at `epoch`. */
  constructor(pts: Ticks, epoch: Ticks, known = false) {
    this.map(pts, epoch, known);
  }

  /** The clock begins anew, and where is known: `pts` is shown at `epoch`. */
  map(pts: Ticks, epoch: Ticks, known: boolean): void {
    const base = { offset: epoch - pts, last: pts, known, moves: 0, earlier: [], isNew: false };
    if (known) this.#known = base;
    this.#bases = [base, ...this.#bases.slice(0, 1)];
  }

  /**
   * Whether a unit of a stream follows directly, or comes to where another stream has seen the clock begin anew.
   *
   * @param step - How long it lasts, in ticks.
   */
  goesOn(stream: StreamClock, dts: Ticks, step: number): boolean {
    const own = stream.base;
    if (own === undefined) return this.#join(dts) !== undefined;
    return this.#joinsKnown(own, dts) !== undefined || !isLeap(stream.last, dts, step);
  }

  /** The stream goes on with its clock after a hole: from `pts` on, which is shown at `epoch`. */
  resume(stream: StreamClock, base: Base, pts: Ticks, dts: Ticks, epoch: Ticks): void {
    this.move(base, pts, epoch, false);
    base.last = dts;
    stream.last = dts;
  }

  /**
   * From `pts` on a base is mapped otherwise.
   *
   * @param byPictures - Not just by what rounding explains.
   */
  move(base: Base, pts: Ticks, epoch: Ticks, byPictures: boolean): void {
    const offset = epoch - pts;
    if (offset === base.offset) return;
    const { moves } = base;
    base.earlier = [{ before: pts, offset: base.offset, moves }, ...base.earlier.slice(0, MAX_EARLIER - 1)];
    base.offset = offset;
    if (byPictures) base.moves++;
  }

  /** The run of the clock that a unit goes on with; undefined where one begins. */
  find(stream: StreamClock, dts: Ticks, arrival: Milliseconds | undefined): Base | undefined {
    return stream.base === undefined
      ? this.#join(dts)
      : this.#follow(stream, stream.base, dts, pauseOf(stream, arrival));
  }

  /** Begins a run of the clock where the stream has come to. */
  begin(stream: StreamClock, pts: Ticks, dts: Ticks, arrival: Milliseconds | undefined): Base {
    const newest = this.#bases[0]!;
    const end = stream.base === undefined ? newest.last + newest.offset : stream.end;
    const offset = end + pauseOf(stream, arrival) - pts;
    const base = { offset, last: dts, known: false, moves: 0, earlier: [], isNew: true };
    this.#bases = [base, newest];
    return base;
  }

  /**
   * @param step - How long the unit lasts, in ticks.
   * @param moved - By how many pictures timecodes moved the clock with it.
   */
  place(
    stream: StreamClock,
    base: Base,
    pts: Ticks,
    dts: Ticks,
    step: number,
    arrival: Milliseconds | undefined,
    moved = 0,
  ): Placement {
    // Pictures decoded after a cut point may be presented before it: they belong to it all the same.
    const { offset, moves } = mappingAt(base, pts, stream.base === base && pts !== dts ? stream.moves : 0);
    const jumped = base.isNew;
    const restarted = stream.base !== undefined && stream.base !== base;
    const rebased = stream.base !== base || stream.moves !== moves;
    base.isNew = false;
    base.last = dts;
    stream.base = base;
    stream.moves = moves;
    stream.last = dts;
    // The last units before a silence are complete only when the next ones begin: they came before it.
    if (restarted || pauseOf(stream, arrival) === 0 || Math.abs(dts - stream.arrived) >= STEP_TICKS) {
      stream.arrival = arrival;
      stream.arrived = dts;
    }
    const epoch = (pts + offset) as Ticks;
    const end = (epoch + step) as Ticks;
    stream.end = !rebased && stream.end > end ? stream.end : end;
    return { pts: epoch, dts: (dts + offset) as Ticks, rebased, restarted, jumped, moved };
  }

  /** The base that timecodes gave, where a unit is near to where that has come to and its stream is not there yet. */
  #joinsKnown(own: Base | undefined, dts: Ticks): Base | undefined {
    const known = this.#known;
    return known !== undefined && known !== own && Math.abs(dts - known.last) < JUMP_TICKS ? known : undefined;
  }

  /** The base whose clock a stream's first unit continues. */
  #join(dts: Ticks): Base | undefined {
    return this.#joinsKnown(undefined, dts) ?? this.#bases.find((base) => Math.abs(dts - base.last) < JUMP_TICKS);
  }

  /**
   * The base that the unit of a stream continues. A base that came after the stream's own is where the stream is going to
   * if that puts it near its end; an older one must continue it exactly, or a loop would be taken for a way back.
   */
  #follow(stream: StreamClock, own: Base, dts: Ticks, pause: number): Base | undefined {
    const step = dts - stream.last;
    if (Math.abs(step) < STEP_TICKS) return own;
    const known = this.#joinsKnown(undefined, dts);
    if (known !== undefined) return known;
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
}

/** Whether decoding times of a stream are further apart than its units explain; of slow pictures four may be lost. */
export function isLeap(last: Ticks, dts: Ticks, step: number): boolean {
  return Math.abs(dts - last) >= Math.max(STEP_TICKS, 4 * step);
}

/** Ticks for which the stream was silent, if that was a gap. */
function pauseOf(stream: StreamClock, arrival: Milliseconds | undefined): number {
  if (arrival === undefined || stream.arrival === undefined) return 0;
  const waited = (arrival - stream.arrival) as Milliseconds;
  return waited >= PAUSE_MS ? toTicks(waited) : 0;
}

/** How a base maps a presentation time, which may lie before its newest mapping. @param least - Not before so many moves. */
function mappingAt(base: Base, pts: Ticks, least: number): { readonly offset: number; readonly moves: number } {
  let mapping: { readonly offset: number; readonly moves: number } = base;
  for (const earlier of base.earlier) {
    if (pts >= earlier.before || earlier.moves < least) break;
    mapping = earlier;
  }
  return mapping;
}
