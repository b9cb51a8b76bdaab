import { type ProblemEvent, problemEvent } from "../problem/problem.ts";
import type { MediaTime } from "../time/units.ts";
import { TICKS_PER_SECOND } from "../time/units.ts";
import type { TimedTrack, TimedUnit } from "../timeline/timed-unit.ts";
import { type Grid, positionOf, timeOfPosition } from "./grid.ts";

/** A decided boundary between segments. */
export type Boundary = { readonly position: number; readonly number: number };

/** What the segmenter says of one track, in order. */
export type SegmentEvent =
  | {
      readonly kind: "segment-start";
      readonly trackId: string;
      readonly number: number;
      /** Its earliest presentation time. */
      readonly start: MediaTime;
      /** Decoding can start here. */
      readonly independent: boolean;
    }
  | { readonly kind: "unit"; readonly unit: TimedUnit }
  /** `end` is where the next segment starts, or where presentation ends if none follows directly. */
  | { readonly kind: "segment-end"; readonly trackId: string; readonly end: MediaTime }
  | ProblemEvent;

/** Where the events of a step are gathered. */
export type SegmentSink = { push(event: SegmentEvent): unknown };

/** The units of one track that are not in a segment yet, and the segment that is open. */
export class TrackQueue {
  readonly track: TimedTrack;
  /** Positions of cut points not yet passed by a boundary. */
  cutPoints: number[] = [];
  /** Highest position seen. */
  reached: number = Number.NEGATIVE_INFINITY;
  /** Latest presentation time seen, on the 90 kHz clock. */
  front: number = Number.NEGATIVE_INFINITY;
  /** Presentation time of the first unit, on the 90 kHz clock. */
  first: number = Number.POSITIVE_INFINITY;
  /** So far behind the others that they no longer wait for it. */
  late = false;
  #pending: TimedUnit[] = [];
  #open: (Boundary & { readonly configuration: unknown }) | undefined;
  #end = 0 as MediaTime;
  /** After a start that leading pictures cannot be decoded from: pictures before this time are dropped. */
  #notBefore: MediaTime | undefined;

  constructor(track: TimedTrack) {
    this.track = track;
  }

  get isVideo(): boolean {
    return this.track.kind === "video";
  }

  /** Units waiting. */
  get waiting(): number {
    return this.#pending.length;
  }

  push(unit: TimedUnit): void {
    this.#pending.push(unit);
    const ticks = Math.floor((unit.time / this.track.timescale) * TICKS_PER_SECOND);
    this.front = Math.max(this.front, ticks);
    this.first = Math.min(this.first, ticks);
  }

  /** The position of the first unit waiting, for a video track. */
  firstPosition(grid: Grid, from: number): number | undefined {
    let first: number | undefined;
    for (const unit of this.#pending) {
      if (unit.kind !== "picture") continue;
      const position = this.#position(grid, unit);
      if (position >= from && (first === undefined || position < first)) first = position;
    }
    return first;
  }

  /** How much presentation time has come, on the 90 kHz clock. */
  get span(): number {
    return Math.max(0, this.front - this.first);
  }

  /** Whether anything at or after the position has come. */
  passed(grid: Grid, position: number): boolean {
    if (this.isVideo) return this.reached >= position;
    return this.front >= timeOfPosition(grid, position, TICKS_PER_SECOND);
  }

  /** Positions of the cut points among the units waiting. */
  waitingCutPoints(grid: Grid): readonly number[] {
    return this.#pending
      .filter((unit) => unit.kind === "picture" && unit.unit.randomAccess !== undefined)
      .map((unit) => this.#position(grid, unit as TimedUnit & { kind: "picture" }));
  }

  /** Notes what the last unit pushed says about where the track can be cut. */
  note(grid: Grid, unit: TimedUnit): void {
    if (unit.kind !== "picture") return;
    const position = this.#position(grid, unit);
    if (unit.unit.randomAccess !== undefined) this.cutPoints.push(position);
    this.reached = Math.max(this.reached, position);
  }

  /** Notes all units waiting, once the grid is known. */
  noteAll(grid: Grid): void {
    for (const unit of this.#pending) this.note(grid, unit);
  }

  /**
   * Moves waiting units into segments as far as decided boundaries allow.
   *
   * @param boundaries - Those this track has not crossed, in order.
   * @param line - Where the next boundary may come at the earliest, after the last of `boundaries`.
   * @param final - Nothing more will come.
   * @returns How many boundaries were crossed.
   */
  drain(grid: Grid, boundaries: readonly Boundary[], line: number, final: boolean, events: SegmentSink): number {
    let crossed = 0;
    let taken = 0;
    while (taken < this.#pending.length) {
      const unit = this.#pending[taken]!;
      const boundary = boundaries[crossed];
      if (boundary !== undefined && this.#isAtOrAfter(grid, unit, boundary.position)) {
        const next = boundaries[crossed + 1];
        const empty = next !== undefined && this.#isAtOrAfter(grid, unit, next.position);
        if (!empty && !this.#cross(grid, boundary, taken, final, events)) break;
        crossed++;
        continue;
      }
      if (boundary === undefined && !final && this.#isAtOrAfter(grid, unit, line)) break;
      this.#emit(unit, events);
      taken++;
    }
    this.#pending.splice(0, taken);
    return crossed;
  }

  /** Ends the open segment where presentation has come to. */
  close(events: SegmentSink): void {
    if (this.#open === undefined) return;
    events.push({ kind: "segment-end", trackId: this.track.id, end: this.#end });
    this.#open = undefined;
  }

  #position(grid: Grid, unit: TimedUnit & { kind: "picture" }): number {
    return positionOf(grid, unit.index, this.track.rate ?? grid.rate);
  }

  #isAtOrAfter(grid: Grid, unit: TimedUnit, position: number): boolean {
    if (unit.kind === "picture") return this.#position(grid, unit) >= position;
    return unit.time >= timeOfPosition(grid, position, this.track.timescale);
  }

  /** Starts the boundary's segment with the unit at `at`; false while what follows must be known first. */
  #cross(grid: Grid, boundary: Boundary, at: number, final: boolean, events: SegmentSink): boolean {
    const unit = this.#pending[at]!;
    const access = unit.kind === "picture" ? unit.unit.randomAccess : "idr";
    const independent =
      unit.kind === "frame" || (access !== undefined && this.#position(grid, unit) === boundary.position);
    const undecodableLeading = access === "open" || access === "recovery-point";
    const dropLeading = undecodableLeading && this.#open === undefined;
    const start = access === "idr" || access === undefined || dropLeading ? unit.time : this.#earliest(at, final);
    if (start === undefined) return false;
    const wasOpen = this.#open !== undefined;
    if (this.#reaches(grid, boundary)) this.#end = start;
    this.close(events);
    this.#notBefore = dropLeading ? unit.time : undefined;
    if (!wasOpen && !independent) return true;
    this.#open = { ...boundary, configuration: unit.unit.configuration };
    this.#end = start;
    events.push({ kind: "segment-start", trackId: this.track.id, number: boundary.number, start, independent });
    return true;
  }

  /** The open segment lasts until the boundary; after a hole too long for it, only as far as it has units. */
  #reaches(grid: Grid, boundary: Boundary): boolean {
    const open = this.#open;
    if (open === undefined || boundary.number !== open.number + 1) return false;
    return boundary.position - open.position <= grid.maxPictures;
  }

  /** The earliest presentation time from the unit at `at` on: leading pictures follow it directly. */
  #earliest(at: number, final: boolean): MediaTime | undefined {
    const { time } = this.#pending[at]!;
    let earliest = time;
    for (let i = at + 1; i < this.#pending.length; i++) {
      const next = this.#pending[i]!.time;
      if (next > time) return earliest;
      if (next < earliest) earliest = next;
    }
    return final ? earliest : undefined;
  }

  #emit(unit: TimedUnit, events: SegmentSink): void {
    if (this.#open === undefined || (this.#notBefore !== undefined && unit.time < this.#notBefore)) return;
    if (unit.unit.configuration !== this.#open.configuration) {
      // The init segment of this segment does not fit, and its number cannot be given twice.
      this.close(events);
      events.push(problemEvent("picture-unplaced", { pid: unit.unit.pid, detail: this.track.id }));
      return;
    }
    events.push({ kind: "unit", unit });
    this.#end = Math.max(this.#end, unit.time + this.track.unitDuration) as MediaTime;
  }
}
