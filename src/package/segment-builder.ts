import type { MediaTime } from "../time/units.ts";
import type { TimedUnit } from "../timeline/timed-unit.ts";
import { decodeTimeOf, type FragmentSegment, type SegmentBytes, shownFrom, writeFragment } from "./fragment.ts";

const NO_PARTS = [] as const;

/** Gathers the units of one segment and writes it as CMAF, in one chunk. */
export class SegmentBuilder {
  readonly #segment: FragmentSegment;
  readonly #units: TimedUnit[] = [];
  /** From decoding times to those in the segment, whose first unit is decoded when it starts. */
  #shift: number | undefined;
  /** Something was left out. */
  #lacks = false;

  constructor(segment: FragmentSegment) {
    this.#segment = segment;
  }

  /** @returns Nothing: it has no parts. */
  push(unit: TimedUnit): readonly [] {
    this.#shift ??= this.#segment.start - decodeTimeOf(unit);
    this.#units.push(unit);
    return NO_PARTS;
  }

  /** A unit came that is left out. @param standIn - Takes its place where the segment would begin with nothing. */
  leaveOut(unit: TimedUnit, standIn: TimedUnit | undefined): readonly [] {
    this.#shift ??= this.#segment.start - decodeTimeOf(unit);
    if (standIn !== undefined && this.#units.length === 0) this.#units.push(standIn);
    this.#lacks = true;
    return NO_PARTS;
  }

  /**
   * @param end - Where the next segment starts, or presentation ends. After the segment's start.
   * @param timescale - Of the init segment.
   * @param isLast - No other follows.
   * @returns Undefined where all units were left out.
   */
  finish(end: MediaTime, timescale: number, isLast = false): SegmentBytes | undefined {
    if (this.#units.length === 0) return undefined;
    const { start } = this.#segment;
    const units = this.#lacks ? shownFrom(this.#units, start) : this.#units;
    return writeFragment(units, this.#segment, { start, end, shift: this.#shift!, timescale, isLast });
  }
}
