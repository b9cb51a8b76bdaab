import { problemEvent } from "../problem/problem.ts";
import { mulDivFloor } from "../time/rational.ts";
import type { MediaTime } from "../time/units.ts";
import { TICKS_PER_SECOND } from "../time/units.ts";
import type { TimedTrack, TimedUnit } from "../timeline/timed-unit.ts";
import { MAX_MEDIA_BYTES, unitSize } from "../timeline/unit-size.ts";
import { endOf, type Grid, longestDuration, positionOf, timeOf } from "./grid.ts";
import { OpenSegment } from "./open-segment.ts";
import type { Boundary, Following, SegmentSink } from "./segment-event.ts";

/** A hole longer than this begins a new run. */
const HOLE_TICKS = TICKS_PER_SECOND / 2;
/** Units waiting in one track: bounds memory where timestamps make no sense. 20 s at 120 pictures a second. */
const MAX_WAITING_UNITS = 2400;

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
  /** The position from which on timecodes tell its time; undefined while none does. */
  timecodedFrom: number | undefined;
  /** So far behind the others that they no longer wait for it. */
  late = false;
  /** Whether timecodes tell the time of its last unit; undefined before the first. */
  isTimecoded: boolean | undefined;
  /** How far it may be behind without having fallen behind, on the 90 kHz clock. */
  leeway = 0;
  #pending: TimedUnit[] = [];
  /** Units have been taken from those waiting. */
  #hasBegun = false;
  #pendingBytes = 0;
  #open: OpenSegment | undefined;
  #end = 0 as MediaTime;
  /** Units since the last cut point. */
  #sinceCutPoint = 0;
  /** After a start that leading pictures cannot be decoded from: pictures before this time are dropped. */
  #notBefore: MediaTime | undefined;
  readonly #joinsLive: boolean;
  readonly #inParts: boolean;

  /**
   * @param joinsLive - A segment whose beginning did not come is not opened.
   * @param inParts - Segments are published in parts, before they are whole.
   */
  constructor(track: TimedTrack, joinsLive: boolean, inParts: boolean) {
    this.track = track;
    this.#joinsLive = joinsLive;
    this.#inParts = inParts;
  }

  /** Units further apart, on the 90 kHz clock, have a hole between them. */
  get longestStep(): number {
    return Math.max(HOLE_TICKS, (2 * TICKS_PER_SECOND * this.track.unitDuration) / this.track.timescale);
  }

  /** A segment of it is under way. */
  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  get isVideo(): boolean {
    return this.track.kind === "video";
  }

  /** More waits than timestamps that make sense can explain. */
  get isOverfull(): boolean {
    return this.#pending.length > MAX_WAITING_UNITS || this.#pendingBytes > MAX_MEDIA_BYTES;
  }

  push(unit: TimedUnit): void {
    this.#pending.push(unit);
    this.#pendingBytes += unitSize(unit.unit);
    this.isTimecoded = unit.timecode !== "none";
    const ticks = mulDivFloor(unit.time, TICKS_PER_SECOND, this.track.timescale);
    this.front = Math.max(this.front, ticks);
    this.first = Math.min(this.first, ticks);
  }

  /**
   * What follows takes the place of what waits at or after `time`. Frames are dropped; pictures may be needed to decode others, and stay
   * where no boundary before what follows can pass them.
   */
  setBack(grid: Grid | undefined, time: MediaTime): void {
    if (this.isVideo) {
      const index = time / this.track.unitDuration - 1;
      const last = (time - 1) as MediaTime;
      this.#pending = this.#pending.map((unit) =>
        unit.kind === "picture" && unit.time >= time ? { ...unit, index, time: last } : unit,
      );
    } else {
      const kept = this.#pending.filter((unit) => unit.time < time);
      this.#pending = kept;
      this.#pendingBytes = kept.reduce((sum, { unit }) => sum + unitSize(unit), 0);
    }
    this.front = Math.min(this.front, mulDivFloor(time, TICKS_PER_SECOND, this.track.timescale));
    if (grid === undefined) return;
    const reached = mulDivFloor(time, grid.rate.num, grid.rate.den * this.track.timescale) - 1;
    this.reached = Math.min(this.reached, reached);
    this.cutPoints = this.cutPoints.filter((point) => point <= reached);
  }

  /** The lowest position, not before `from`, that waits; infinite where there is none. */
  firstPosition(grid: Grid, from: number): number {
    let first = Number.POSITIVE_INFINITY;
    for (const unit of this.#pending) {
      const position = this.#position(grid, unit);
      if (position >= from && position < first) first = position;
    }
    return first;
  }

  /** How much presentation time has come, on the 90 kHz clock. */
  get span(): number {
    return Math.max(0, this.front - this.first);
  }

  /** Positions from each cut point waiting to the next, up to the first that is too far away to end a GOP. */
  gops(grid: Grid, longest: number): readonly number[] {
    const waiting = this.#pending.filter(isCutPoint).map((unit) => this.#position(grid, unit));
    const points = [...new Set(waiting)].sort((a, b) => a - b);
    const gops = points.slice(1).map((point, i) => point - points[i]!);
    const tooLong = gops.findIndex((gop) => gop > longest);
    return tooLong < 0 ? gops : gops.slice(0, tooLong);
  }

  /** Notes what the last unit pushed says about where the track can be cut. */
  note(grid: Grid, unit: TimedUnit): void {
    const position = this.#position(grid, unit);
    if (unit.timecode === "none") this.timecodedFrom = undefined;
    else this.timecodedFrom ??= position;
    if (isCutPoint(unit)) this.cutPoints.push(position);
    this.#sinceCutPoint = isCutPoint(unit) ? 0 : this.#sinceCutPoint + 1;
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
      const position = this.#position(grid, unit);
      const boundary = boundaries[crossed];
      const next = boundaries[crossed + 1];
      // It may belong to a boundary that is not decided yet.
      if (next === undefined && !final && position >= line) break;
      if (boundary === undefined || position < boundary.position) {
        this.#emit(unit, events);
        taken++;
        continue;
      }
      const isEmpty = next !== undefined && position >= next.position;
      // After a whole segment without units the next needs a beginning of its own.
      if (isEmpty) this.close(events);
      else if (!this.#cross(grid, boundary, taken, final, events)) break;
      crossed++;
    }
    this.#hasBegun ||= taken > 0;
    for (const { unit } of this.#pending.splice(0, taken)) this.#pendingBytes -= unitSize(unit);
    return crossed;
  }

  /** The open segment ends before its time: of a live input it is not published, as the name is that of the whole one, unless in parts. */
  breakOff(events: SegmentSink): void {
    if (!this.#joinsLive || this.#inParts) this.close(events);
    this.#open = undefined;
  }

  /** Forgets what waits, and the segment that it would have gone on with. */
  drop(events: SegmentSink): void {
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#hasBegun = false;
    this.cutPoints = [];
    this.breakOff(events);
  }

  /** Ends the open segment where presentation has come to. */
  close(events: SegmentSink, followedBy: Following = "hole"): void {
    if (this.#open === undefined) return;
    events.push({ kind: "segment-end", trackId: this.track.id, end: this.#end, followedBy });
    this.#open = undefined;
  }

  #position(grid: Grid, unit: TimedUnit): number {
    if (unit.kind === "picture") return positionOf(grid, unit.index, this.track.rate ?? grid.rate);
    return mulDivFloor(unit.time, grid.rate.num, grid.rate.den * this.track.timescale);
  }

  /**
   * Starts the boundary's segment with the unit at `at`; false while what follows must be known first. A rendition that
   * comes back, and all of them after a hole, start where all do, not with a segment that lacks its beginning.
   */
  #cross(grid: Grid, boundary: Boundary, at: number, final: boolean, events: SegmentSink): boolean {
    const unit = this.#pending[at]!;
    const access = unit.kind === "picture" ? unit.unit.randomAccess : "idr";
    const independent = access !== undefined;
    const earliest = access === "idr" ? unit.time : this.#earliest(at, final);
    if (earliest === undefined && this.isOpen) return false;
    const goesOn = earliest !== undefined && this.#lastsUntil(boundary, earliest);
    const isInStep =
      unit.kind === "frame"
        ? !this.#joinsLive || (boundary.isWhole && this.#isFirstFrame(grid, boundary, unit.time))
        : (independent && this.#position(grid, unit) === boundary.position) || this.#isGradual;
    if (!goesOn) this.close(events);
    if (boundary.partial || (!goesOn && !isInStep)) return true;
    const needsOlder = !goesOn && (access === "open" || access === "recovery-point");
    // Whose first picture this is lacks what its leading pictures refer to; others have them in this segment.
    if (needsOlder && this.#joinsLive && at === 0 && !this.#hasBegun) return true;
    const dropLeading = needsOlder && !this.#joinsLive;
    const from = dropLeading ? unit.time : earliest;
    if (from === undefined) return false;
    // A frame that came twice makes a segment of sound one longer.
    const start =
      !goesOn && this.#end - from <= this.track.unitDuration ? (Math.max(from, this.#end) as MediaTime) : from;
    // Where times are in such disorder that its units would not have a tick each, the open segment ends with them.
    const isFollowed = this.#open !== undefined && start >= this.#open.start + this.#open.units;
    if (isFollowed) this.#end = start;
    this.close(events, isFollowed ? "segment" : "hole");
    this.#notBefore = dropLeading ? unit.time : undefined;
    const limit = start + longestDuration(grid, this.track.timescale);
    const { number } = boundary;
    this.#open = new OpenSegment(number, start, limit, unit);
    this.#end = start;
    const segment = { trackId: this.track.id, number, start, ...endOf(grid, number, this.track.timescale) };
    events.push({ kind: "segment-start", ...segment, independent, timecode: unit.timecode });
    return true;
  }

  /** No cut point has come for 30 s: the encoder sends none, but refreshes gradually. */
  get #isGradual(): boolean {
    return this.#sinceCutPoint * this.track.unitDuration > 30 * this.track.timescale;
  }

  /** Whether a frame is the first of the boundary's segment, rather than one in its middle; times may be off by a sample. */
  #isFirstFrame(grid: Grid, { position }: Boundary, time: MediaTime): boolean {
    return time - timeOf(grid, position, this.track.timescale) < this.track.unitDuration - 1;
  }

  /** Whether what follows the open segment follows it without a hole too long for it. */
  #lastsUntil({ number }: Boundary, start: MediaTime): boolean {
    return this.#open?.number === number - 1 && start <= this.#open.limit;
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

  #emit(received: TimedUnit, events: SegmentSink): void {
    const open = this.#open;
    if (open === undefined || (this.#notBefore !== undefined && received.time < this.#notBefore)) return;
    const unit = received.kind === "frame" ? open.inSeries(received, this.track.unitDuration, events) : received;
    if (unit === undefined) return;
    const end = Math.max(this.#end, unit.time + this.track.unitDuration) as MediaTime;
    const unfit = open.misfit(unit, end);
    if (unfit !== undefined) {
      // The number of this segment cannot be given twice, so that nothing can be placed until the next boundary.
      this.close(events);
      events.push(problemEvent(unfit, { pid: unit.unit.pid, detail: this.track.id }));
      return;
    }
    open.add(unit);
    this.#end = end;
    events.push({ kind: "unit", unit });
  }
}

function isCutPoint(unit: TimedUnit): boolean {
  return unit.kind === "picture" && unit.unit.randomAccess !== undefined;
}
