import type { MediaTime } from "../time/units.ts";
import type { TimedUnit } from "../timeline/timed-unit.ts";
import { decodeTimeOf, type FragmentSegment, type SegmentBytes, shownFrom, writeFragment } from "./fragment.ts";

/** A part of a segment as it is made. */
export type MadePart = SegmentBytes & {
  readonly index: number;
  /** In decoding order, in the track's timescale. */
  readonly start: MediaTime;
  readonly duration: number;
  /** It holds a unit that needs no other. */
  readonly independent: boolean;
};

/** How a segment is divided, in the track's timescale. */
export type PartShape = {
  readonly timescale: number;
  readonly kind: "video" | "audio";
  /** What a part lasts, and the longest that the segment may. */
  readonly part: number;
  readonly segment: number;
  /** Nominal, of a unit. */
  readonly unit: number;
  /** Units come at a rate, so that a part is known to be whole with its last. */
  readonly regular: boolean;
  /** Where the segment should end. */
  readonly expectedEnd: MediaTime;
};

/**
 * Gathers the units of one segment and writes it in parts, each a CMAF chunk, as soon as they are whole.
 *
 * Parts lie side by side in decoding order from the start of the segment, all of one length but the last, so that they are the same on
 * every packager. Where units are missing the last one before lasts until its part's end; with a part without any the segment is over, as
 * players stand still in front of a gap inside of one. Of a track without a rate such parts are left out.
 *
 * @spec rfc8216bis 3.2, 4.4.4.9; ISO/IEC 23000-19 7.3.2.3
 */
export class PartBuilder {
  readonly #segment: FragmentSegment;
  readonly #shape: PartShape;
  #units: TimedUnit[] = [];
  #index = 0;
  /** Where the part that is being filled starts. */
  #start: number;
  #shift: number | undefined;
  /** Nothing came of a part. */
  #isOver = false;
  /** Something was left out. */
  #lacks = false;
  /** What presentation has come to. */
  #shownUntil = 0;

  constructor(segment: FragmentSegment, shape: PartShape) {
    this.#segment = segment;
    this.#shape = shape;
    this.#start = segment.start;
  }

  /** Where the parts made so far end. */
  get reached(): number {
    return this.#start;
  }

  /** Whether a unit can still be in the segment. Where units come as they like, a part without any is no loss. */
  accepts(unit: TimedUnit): boolean {
    if (!this.#shape.regular) return true;
    const missing = this.#timeOf(unit) - this.#start - (this.#units.length > 0 ? this.#shape.part : 0);
    this.#isOver ||= missing >= this.#shape.part;
    return !this.#isOver;
  }

  /**
   * @param unit - One that it accepts.
   * @returns The parts that are whole now.
   */
  push(unit: TimedUnit): readonly MadePart[] {
    return this.#pass(unit, () => this.#take(unit));
  }

  /** A unit came that is left out. @param standIn - Takes its place where a part would begin with nothing. */
  leaveOut(unit: TimedUnit, standIn: TimedUnit | undefined): readonly MadePart[] {
    this.#lacks = true;
    return this.#pass(unit, () => {
      if (standIn === undefined || this.#units.length > 0) return;
      this.#take({ ...standIn, time: Math.max(this.#start, this.#shownUntil) as MediaTime });
    });
  }

  #take(unit: TimedUnit): void {
    this.#units.push(unit);
    this.#shownUntil = Math.max(this.#shownUntil, unit.time + this.#shape.unit);
  }

  #pass(unit: TimedUnit, take: () => void): readonly MadePart[] {
    const { part, unit: duration } = this.#shape;
    const time = this.#timeOf(unit);
    const made = time >= this.#start + part ? [this.#close(this.#start + part)] : [];
    if (this.#units.length === 0) this.#start += Math.floor(Math.max(0, time - this.#start) / part) * part;
    take();
    if (!this.#isWhole(time + duration)) return made;
    this.#isOver = this.#units.length === 0;
    return this.#isOver ? made : [...made, this.#close(this.#start + part)];
  }

  #timeOf(unit: TimedUnit): number {
    this.#shift ??= this.#segment.start - decodeTimeOf(unit);
    // Only wrong timestamps lie beyond the longest segment.
    return Math.min(decodeTimeOf(unit) + this.#shift, this.#segment.start + this.#shape.segment - 1);
  }

  /**
   * The segment is over.
   *
   * @param end - Where the next segment starts, or presentation ends.
   * @param isLast - No other follows.
   * @returns What is left of it.
   */
  finish(end: MediaTime, isLast = false): readonly MadePart[] {
    if (this.#units.length === 0) return [];
    const latest = Math.max(end, this.#start + this.#units.length);
    return [this.#close(Math.min(latest, this.#start + this.#shape.part), isLast)];
  }

  /** Sound ends with the frame before the next segment's first, whose time may be off by a sample. */
  #isWhole(reached: number): boolean {
    const { kind, part, unit, regular, expectedEnd } = this.#shape;
    const end = this.#start + part;
    return regular && reached >= end && (kind === "video" || end + unit < expectedEnd);
  }

  #close(end: number, isLast = false): MadePart {
    const start = this.#start;
    const lacksFirst = this.#lacks && this.#index === 0 && this.#units.length > 0;
    const units = lacksFirst ? shownFrom(this.#units, this.#segment.start) : this.#units;
    const { timescale } = this.#shape;
    const span = { start, end, shift: this.#shift ?? 0, timescale, isLast };
    const bytes = writeFragment(units, this.#segment, span);
    const independent = units.some((unit) => unit.kind === "frame" || unit.unit.randomAccess !== undefined);
    this.#units = [];
    this.#start = end;
    return { index: this.#index++, start: start as MediaTime, duration: end - start, independent, ...bytes };
  }
}
