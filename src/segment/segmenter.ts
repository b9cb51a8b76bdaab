import { problemEvent } from "../problem/problem.ts";
import type { Milliseconds } from "../time/units.ts";
import type { TimedTrack, TimedUnit, TimelineEvent } from "../timeline/timed-unit.ts";
import { type Cut, decideCut } from "./decide-cut.ts";
import { earliestCut, nextCell } from "./earliest-cut.ts";
import { firstPosition, forcedPosition } from "./forced-position.ts";
import { cellStart, type Grid, lineOf, numberOf } from "./grid.ts";
import { JoinedCuts } from "./joined-cuts.ts";
import { isAhead, LateTracks, MAX_LAG_TICKS } from "./late-tracks.ts";
import { observeGrid } from "./observe-grid.ts";
import { planParts } from "./part-plan.ts";
import type { Boundary, SegmenterEvent } from "./segment-event.ts";
import { TrackQueue } from "./track-queue.ts";

/** How far, in stream time, a late track may be behind and still be cut where the others were. */
const BOUNDARIES_KEPT_SECONDS = 60;
/** How long, in stream time, the first cut may be waited for: at the start any cell will do. */
const MAX_FIRST_CUT_SECONDS = 12;

/** What the segments of a channel are to be. */
export type SegmenterOptions = {
  /** As asked for. */
  readonly segmentDuration: Milliseconds;
  /** What comes has begun before, and others may have seen its beginning: the segment in whose middle it is joined is left out. */
  readonly joinsLive: boolean;
  /** What is added to the numbers of segments. */
  readonly numberOffset: number;
  /** Inputs that bring tracks. */
  readonly inputs: number;
  /** What a part should last; absent: segments are published when they are whole. */
  readonly part?: Milliseconds;
};

/**
 * Cuts all tracks of a channel at shared boundaries.
 *
 * A boundary is the first cut point at or after a line of the epoch-anchored grid that all video renditions share, and
 * its segment's number is that of the line. So renditions, and packagers that never talk to each other, cut at the same
 * pictures and give the same numbers. Where renditions disagree the rule of `decideCut` still gives each grid cell exactly one
 * boundary, so numbers never slip. Audio is cut at the first frame at or after the boundary.
 */
export class Segmenter {
  readonly #options: SegmenterOptions;
  /** Inputs of which no track is known yet. */
  #missing: number;
  readonly #queues = new Map<string, TrackQueue>();
  /** Those that segments are made of. */
  #all: readonly TrackQueue[] = [];
  /** By track, the sequence number of the first boundary it has not crossed. */
  readonly #crossed = new Map<string, number>();
  #grid: Grid | undefined;
  readonly #late = new LateTracks();
  #boundaries: Boundary[] = [];
  /** Sequence number of the first boundary in the list: those before it every track has crossed. */
  #firstBoundary = 0;
  #events: SegmenterEvent[] = [];

  /** While the cuts are not known to be those of every packager. */
  #joined: JoinedCuts | undefined;
  /** The last cut was at a picture whose time a timecode tells. */
  #isTimecoded = false;

  constructor(options: SegmenterOptions) {
    this.#options = options;
    this.#missing = options.inputs;
  }

  get #isInParts(): boolean {
    return this.#options.part !== undefined;
  }

  /** The tracks of one more input are known, or it has none. */
  inputArrived(): void {
    this.#missing--;
  }

  push(event: TimelineEvent): readonly SegmenterEvent[] {
    if (event.kind === "problem") return [event];
    if (event.kind === "track") this.#addTrack(event.track);
    else if (event.kind === "set-back") this.#setBack(event);
    else this.#addUnit(event.unit);
    return this.#take();
  }

  /** The end of all inputs: cuts what is there and ends every segment. */
  flush(): readonly SegmenterEvent[] {
    this.#advance(true);
    for (const queue of this.#all) queue.close(this.#events, "nothing");
    return this.#take();
  }

  #setBack({ trackId, time, skips }: Extract<TimelineEvent, { kind: "set-back" }>): void {
    const queue = this.#queues.get(trackId);
    if (queue === undefined) return;
    if (!skips) queue.setBack(this.#grid, time);
    else if (this.#grid !== undefined) {
      this.#drain(this.#grid, queue, true);
      queue.close(this.#events);
    }
  }

  #addTrack(track: TimedTrack): void {
    this.#queues.get(track.id)?.close(this.#events);
    this.#queues.set(track.id, new TrackQueue(track, this.#options.joinsLive, this.#isInParts));
    this.#choose();
    if (!this.#crossed.has(track.id)) this.#crossed.set(track.id, this.#firstBoundary);
  }

  #addUnit(unit: TimedUnit): void {
    const queue = this.#queues.get(unit.trackId);
    // Neither tfdt nor a number can be negative: nothing is presented before the epoch, where files begin unless told otherwise.
    if (queue === undefined || unit.time < 0) return;
    const { isTimecoded } = queue;
    queue.push(unit);
    if (queue.isVideo && queue.isTimecoded !== isTimecoded) this.#choose();
    if (!this.#all.includes(queue)) {
      queue.drop(this.#events);
      return;
    }
    if (this.#grid !== undefined) queue.note(this.#grid, unit);
    if (queue.isOverfull && this.#grid !== undefined && isAhead(queue, this.#all)) {
      this.#events.push(problemEvent("rendition-ahead", { detail: `${queue.track.id}, too much to wait` }));
      queue.drop(this.#events);
    }
    this.#advance(queue.isOverfull, queue);
  }

  /** Renditions of which only arrival says when they are from cannot be put beside those with timecodes: what they show is from another time. */
  #choose(): void {
    const before = this.#all;
    const all = [...this.#queues.values()];
    const anyTimecoded = all.some(({ isVideo, isTimecoded }) => isVideo && isTimecoded === true);
    this.#all = all.filter(({ isVideo, isTimecoded }) => !(anyTimecoded && isVideo && isTimecoded === false));
    for (const queue of before) {
      if (this.#all.includes(queue) || !all.includes(queue)) continue;
      this.#events.push(problemEvent("rendition-left-out", { detail: queue.track.id }));
      queue.drop(this.#events);
    }
  }

  /** @param changed - The only track with something new; absent: all. */
  #advance(final: boolean, changed?: TrackQueue): void {
    // What comes of one rendition may tell what parts of another belong to.
    let queues = changed === undefined || this.#isInParts ? this.#all : [changed];
    if (this.#grid === undefined) {
      if (!final && this.#awaitsInputs()) return;
      const { segmentDuration, numberOffset, joinsLive, part } = this.#options;
      const planned = observeGrid(this.#all, { segmentDuration, numberOffset, joinsLive }, final);
      if (planned === undefined) return;
      this.#grid = planned.grid;
      const parts = part === undefined ? {} : { parts: planParts(this.#grid, part) };
      this.#events.push(...planned.problems, { kind: "grid", grid: this.#grid, ...parts });
      for (const queue of this.#all) queue.noteAll(this.#grid);
      queues = this.#all;
    }
    const fellBehind = this.#late.note(this.#all, this.#events);
    while (this.#decide(this.#grid, final)) {
      // How the next is decided depends on what this one opens.
      for (const queue of this.#all) this.#drain(this.#grid, queue, false);
      queues = this.#all;
    }
    for (const queue of queues) this.#drain(this.#grid, queue, final);
    // What has come of them up to the boundary that was waited for belongs to their last segment.
    for (const queue of fellBehind) {
      this.#events.push(problemEvent("rendition-late", { detail: queue.track.id }));
      this.#drain(this.#grid, queue, false);
      queue.breakOff(this.#events);
    }
    if (queues === this.#all) this.#forgetBoundaries(this.#grid);
  }

  /** Which rendition is first must not depend on which input is: all are waited for, but not for long. */
  #awaitsInputs(): boolean {
    return this.#missing > 0 && this.#all.every((queue) => queue.span < MAX_LAG_TICKS);
  }

  /**
   * Decides the next boundary if it can be known; true if it did.
   *
   * @param next - Where it may come at the earliest.
   */
  #decide(grid: Grid, final: boolean, next = nextCell(grid, this.#boundaries.at(-1))): boolean {
    const last = this.#boundaries.at(-1);
    if (last !== undefined && !this.#mayDecide(grid, last, next)) return false;
    const videos = this.#all.filter((queue) => queue.isVideo && !queue.late);
    if (videos.length === 0) return this.#decideByClock(grid, next);
    const first = firstPosition(videos, grid, next);
    if (!Number.isFinite(first)) return false;
    // After a gap the first picture may lie in a later cell than the next.
    const number = numberOf(grid, first);
    const limit = this.#limit(grid, videos, number, first);
    const from = last === undefined ? first : Math.max(next, cellStart(grid, number));
    const line = last === undefined ? first : lineOf(grid, number);
    const cut = decideCut(videos, { from, line, limit }, final);
    if (cut === undefined) return false;
    const position = cut.kind === "forced" ? forcedPosition(videos, limit, grid, number, final) : cut.position;
    if (position === undefined) return false;
    // What comes of a cell is no more than the leeway before its line: it goes with what was before.
    if (position >= cellStart(grid, number + 1)) return this.#decide(grid, final, cellStart(grid, number + 1));
    this.#report(grid, cut, position);
    this.#pushBoundary(grid, position, videos, cut.kind);
    for (const queue of this.#all) {
      queue.cutPoints = queue.cutPoints.filter((point) => point > position);
    }
    return true;
  }

  /** Whether anything came that the cut of the next cell can follow from; asked with every unit. */
  #mayDecide(grid: Grid, last: Boundary, next: number): boolean {
    const limit = Math.min(next + grid.pictures, last.position + grid.maxPictures + 1);
    let withoutPictures = true;
    for (const { isVideo, late, reached, cutPoints } of this.#all) {
      if (!isVideo || late) continue;
      withoutPictures = false;
      if (reached >= limit || (reached >= next && cutPoints.length > 0)) return true;
    }
    return withoutPictures && this.#all.some((queue) => queue.reached >= next);
  }

  /** Where the cut must lie before: within its cell, and so that the segment it ends is not too long. */
  #limit(grid: Grid, videos: readonly TrackQueue[], number: number, first: number): number {
    const last = this.#boundaries.at(-1);
    // At the start any cell will do, so the first shared cut point is waited for a little longer.
    if (last === undefined) return first + Math.ceil((MAX_FIRST_CUT_SECONDS * grid.rate.num) / grid.rate.den);
    const cellEnd = cellStart(grid, number + 1);
    const longest = last.position + grid.maxPictures;
    const endsOne = first <= longest && videos.some((queue) => queue.isOpen);
    return endsOne ? Math.min(cellEnd, longest + 1) : cellEnd;
  }

  #report(grid: Grid, cut: Cut, position: number): void {
    if (cut.kind === "partial") {
      const number = numberOf(grid, position);
      const without = this.#all.filter((queue) => queue.isVideo && !queue.late && !queue.cutPoints.includes(position));
      for (const queue of without) {
        if (queue.firstPosition(grid, cellStart(grid, number)) >= cellStart(grid, number + 1)) continue;
        this.#events.push(problemEvent("cut-point-missing-in-rendition", { detail: queue.track.id }));
      }
    }
    if (cut.kind === "forced") this.#events.push(problemEvent("cut-point-missing"));
  }

  /** Without pictures the lines themselves are the boundaries; cells in which nothing came are passed over. */
  #decideByClock(grid: Grid, next: number): boolean {
    const first = firstPosition(this.#all, grid, next);
    if (!Number.isFinite(first)) return false;
    const isFirst = this.#boundaries.length === 0;
    this.#pushBoundary(grid, isFirst ? first : Math.max(next, lineOf(grid, numberOf(grid, first))), [], "shared");
    return true;
  }

  #pushBoundary(grid: Grid, position: number, videos: readonly TrackQueue[], kind: Cut["kind"]): void {
    const number = numberOf(grid, position);
    const isTimecoded = videos.some(({ timecodedFrom = Number.POSITIVE_INFINITY }) => timecodedFrom <= position);
    const isFirst = this.#boundaries.length === 0;
    const isJoined = this.#options.joinsLive && (isFirst || (isTimecoded && !this.#isTimecoded));
    if (isJoined) this.#joined = new JoinedCuts(grid, position);
    // Times of arrival are shared with nobody.
    else if (!isTimecoded) this.#joined = undefined;
    else this.#joined?.next(position, kind === "shared");
    this.#isTimecoded = isTimecoded;
    // The cell that is joined is left out even where its cut is certain: what was before, timecodes among it, was not seen.
    const partial = isJoined || this.#joined?.areCertain === false;
    if (this.#joined?.areCertain) this.#joined = undefined;
    const isWhole = kind !== "forced" || position <= lineOf(grid, number);
    this.#boundaries.push({ position, number, isWhole, partial });
  }

  #drain(grid: Grid, queue: TrackQueue, final: boolean): void {
    const last = this.#boundaries.at(-1);
    if (last === undefined) return;
    const crossed = this.#crossed.get(queue.track.id) ?? this.#firstBoundary;
    const ahead = this.#boundaries.slice(crossed - this.#firstBoundary);
    const from = this.#isInParts ? earliestCut(this.#all, grid, last) : nextCell(grid, last);
    const taken = queue.drain(grid, ahead, from, final, this.#events);
    this.#crossed.set(queue.track.id, crossed + taken);
  }

  /** Boundaries stay for tracks that come late, but not for ever. */
  #forgetBoundaries(grid: Grid): void {
    const last = this.#boundaries.at(-1);
    if (last === undefined) return;
    const kept = Math.ceil((BOUNDARIES_KEPT_SECONDS * grid.rate.num) / grid.rate.den);
    while (this.#boundaries.length > 1 && this.#boundaries[1]!.position < last.position - kept) {
      this.#boundaries.shift();
      this.#firstBoundary++;
    }
    for (const [id, crossed] of this.#crossed) {
      if (crossed < this.#firstBoundary) this.#crossed.set(id, this.#firstBoundary);
    }
  }

  #take(): readonly SegmenterEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }
}
