import type { MediaTime } from "../time/units.ts";
import type { TimedUnit } from "../timeline/timed-unit.ts";
import { decodeTimeOf, type FragmentSegment, type SegmentBytes, writeFragment } from "./fragment.ts";

const NO_PARTS = [] as const;

/** Gathers the units of one segment and writes it as CMAF, in one chunk. */
export class SegmentBuilder {
  readonly #segment: FragmentSegment;
  readonly #units: TimedUnit[] = [];

  constructor(segment: FragmentSegment) {
    this.#segment = segment;
  }

  /** @returns Nothing: it has no parts. */
  push(unit: TimedUnit): readonly [] {
    this.#units.push(unit);
    return NO_PARTS;
  }

  /**
   * @param end - Where the next segment starts, or presentation ends. After the segment's start.
   * @param timescale - Of the init segment.
   */
  finish(end: MediaTime, timescale: number): SegmentBytes {
    const { start } = this.#segment;
    const shift = start - decodeTimeOf(this.#units[0]!);
    return writeFragment(this.#units, this.#segment, { start, end, shift, timescale });
  }
}
