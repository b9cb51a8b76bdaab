import { problemEvent } from "../problem/problem.ts";
import { type Milliseconds, TICKS_PER_SECOND } from "../time/units.ts";
import type { TimedTrack, TimedUnit, TimelineEvent } from "../timeline/timed-unit.ts";
import { type Cut, decideCut } from "./decide-cut.ts";
import { type Grid, numberOf, planGrid } from "./grid.ts";
import { type Boundary, type SegmentEvent, TrackQueue } from "./track-queue.ts";

/** How far, in stream time, a track may fall behind before the others go on without it. */
const MAX_LAG_TICKS = 3 * TICKS_PER_SECOND;
/** How far, in stream time, a late track may be behind and still be cut where the others were. */
const BOUNDARIES_KEPT_SECONDS = 60;
/** How long, in stream time, to look for a second cut point before the grid is made without knowing the GOP. */
const MAX_FIRST_GOP_SECONDS = 12;
/** How much sound without any picture makes a channel one without video. */
const AUDIO_ONLY_TICKS = 5 * TICKS_PER_SECOND;
/** The grid of a channel without video counts milliseconds. */
const MILLISECONDS = { num: 1000, den: 1 };

/** What the segmenter says: the grid once, before anything else, then segments. */
export type SegmenterEvent = SegmentEvent | { readonly kind: "grid"; readonly grid: Grid };

/**
 * Cuts all tracks of a channel at shared boundaries.
 *
 * A boundary is the first cut point at or after a line of the epoch-anchored grid that all video renditions share, and
 * its segment's number is that of the line. So renditions, and packagers that never talk to each other, cut at the same
 * pictures and give the same numbers. Where renditions disagree the rule of `decideCut` still gives each grid cell exactly one
 * boundary, so numbers never slip. Audio is cut at the first frame at or after the boundary.
 */
export class Segmenter {
  readonly #segmentDuration: Milliseconds;
  readonly #queues = new Map<string, TrackQueue>();
  #all: readonly TrackQueue[] = [];
  /** By track, the sequence number of the first boundary it has not crossed. */
  readonly #crossed = new Map<string, number>();
  #grid: Grid | undefined;
  #boundaries: Boundary[] = [];
  /** Sequence number of the first boundary in the list: those before it every track has crossed. */
  #firstBoundary = 0;
  #events: SegmenterEvent[] = [];

  readonly #joinsLive: boolean;

  /**
   * @param joinsLive - What comes has begun before, and others may have seen its beginning: the segment in whose middle it is
   * joined is left out.
   */
  constructor(segmentDuration: Milliseconds, joinsLive = false) {
    this.#segmentDuration = segmentDuration;
    this.#joinsLive = joinsLive;
  }

  push(event: TimelineEvent): readonly SegmenterEvent[] {
    if (event.kind === "problem") return [event];
    if (event.kind === "track") this.#addTrack(event.track);
    else this.#addUnit(event.unit);
    return this.#take();
  }

  /** The end of all inputs: cuts what is there and ends every segment. */
  flush(): readonly SegmenterEvent[] {
    this.#advance(true);
    for (const queue of this.#all) queue.close(this.#events);
    return this.#take();
  }

  #addTrack(track: TimedTrack): void {
    this.#queues.get(track.id)?.close(this.#events);
    this.#queues.set(track.id, new TrackQueue(track, this.#joinsLive));
    this.#all = [...this.#queues.values()];
    if (!this.#crossed.has(track.id)) this.#crossed.set(track.id, this.#firstBoundary);
  }

  #addUnit(unit: TimedUnit): void {
    const queue = this.#queues.get(unit.trackId);
    // Neither tfdt nor a number can be negative: nothing is presented before the epoch, where files begin unless told otherwise.
    if (queue === undefined || unit.time < 0) return;
    queue.push(unit);
    if (this.#grid !== undefined) queue.note(this.#grid, unit);
    this.#advance(queue.isOverfull, queue);
  }

  /** @param changed - The only track with something new; absent: all. */
  #advance(final: boolean, changed?: TrackQueue): void {
    let queues = changed === undefined ? this.#all : [changed];
    if (this.#grid === undefined) {
      this.#grid = this.#plan(final);
      if (this.#grid === undefined) return;
      this.#events.push({ kind: "grid", grid: this.#grid });
      for (const queue of this.#all) queue.noteAll(this.#grid);
      queues = this.#all;
    }
    this.#findLate();
    while (this.#decide(this.#grid, final)) queues = this.#all;
    for (const queue of queues) this.#drain(this.#grid, queue, final);
    if (queues === this.#all) this.#forgetBoundaries(this.#grid);
  }

  #plan(final: boolean): Grid | undefined {
    const video = this.#all.find((queue) => queue.isVideo);
    if (video === undefined) {
      const waited = Math.max(...this.#all.map((queue) => queue.span));
      return waited > AUDIO_ONLY_TICKS || (final && this.#all.length > 0)
        ? planGrid(MILLISECONDS, this.#segmentDuration, undefined)
        : undefined;
    }
    const rate = video.track.rate ?? MILLISECONDS;
    const probe = planGrid(rate, this.#segmentDuration, undefined);
    const gop = video.firstGop(probe, Math.ceil((MAX_FIRST_GOP_SECONDS * rate.num) / rate.den));
    const span = video.span / TICKS_PER_SECOND;
    if (gop === undefined && span < MAX_FIRST_GOP_SECONDS && !final) return undefined;
    const grid = planGrid(rate, this.#segmentDuration, gop);
    const detail = `I-frames every ${seconds(gop ?? 0, grid)} s, segments of ${this.#segmentDuration / 1000} s asked for`;
    if (grid.pictures !== probe.pictures) this.#events.push(problemEvent("grid-lengthened", { detail }));
    else if (gop !== undefined && grid.pictures % gop !== 0) {
      this.#events.push(problemEvent("grid-irregular", { detail }));
    }
    return grid;
  }

  /** After a hole that all have, some are back before others: those become late only by what has come since. */
  #findLate(): void {
    let lead = this.#all[0];
    for (const queue of this.#all) if (lead === undefined || queue.front > lead.front) lead = queue;
    if (lead === undefined) return;
    for (const queue of this.#all) {
      const reached = queue.late ? queue.front : Math.max(queue.front, lead.resumed);
      const late = reached < lead.front - MAX_LAG_TICKS;
      if (late && !queue.late) {
        this.#events.push(problemEvent("rendition-late", { detail: queue.track.id }));
        queue.close(this.#events);
      }
      queue.late = late;
    }
  }

  /** Decides the next boundary if it can be known; true if it did. */
  #decide(grid: Grid, final: boolean): boolean {
    const last = this.#boundaries.at(-1);
    const line = nextLine(grid, last);
    if (last !== undefined && !this.#all.some((queue) => queue.passed(line))) return false;
    const videos = this.#all.filter((queue) => queue.isVideo && !queue.late);
    if (videos.length === 0) return this.#decideByClock(grid, last);
    const first = firstPosition(videos, grid, line);
    if (!Number.isFinite(first)) return false;
    // After a gap the first picture may lie in a later cell than the next.
    const number = numberOf(grid, first);
    const from = Math.max(line, number * grid.pictures);
    const limit = this.#limit(grid, videos, number, first);
    const cut = decideCut(videos, last === undefined ? first : from, limit, final);
    if (cut === undefined) return false;
    const position = cut.kind === "forced" ? forcedPosition(videos, first, limit, grid, final) : cut.position;
    if (position === undefined) return false;
    this.#report(cut, position);
    this.#pushBoundary(grid, position);
    for (const queue of this.#all) {
      queue.cutPoints = queue.cutPoints.filter((point) => point > position);
    }
    return true;
  }

  /** Where the cut must lie before: within its cell, and so that the segment it ends is not too long. */
  #limit(grid: Grid, videos: readonly TrackQueue[], number: number, first: number): number {
    const last = this.#boundaries.at(-1);
    // At the start any cell will do, so the first shared cut point is waited for a little longer.
    if (last === undefined) return first + Math.ceil((MAX_FIRST_GOP_SECONDS * grid.rate.num) / grid.rate.den);
    const cellEnd = (number + 1) * grid.pictures;
    const longest = last.position + grid.maxPictures;
    const endsOne = first <= longest && videos.some((queue) => queue.isOpen);
    return endsOne ? Math.min(cellEnd, longest + 1) : cellEnd;
  }

  #report(cut: Cut, position: number): void {
    if (cut.kind === "partial") {
      const without = this.#all.filter((queue) => queue.isVideo && !queue.late && !queue.cutPoints.includes(position));
      for (const queue of without) {
        this.#events.push(problemEvent("cut-point-missing-in-rendition", { detail: queue.track.id }));
      }
    }
    if (cut.kind === "forced") this.#events.push(problemEvent("cut-point-missing"));
  }

  /** Without pictures the lines themselves are the boundaries; cells in which nothing came are passed over. */
  #decideByClock(grid: Grid, last: Boundary | undefined): boolean {
    const first = firstPosition(this.#all, grid, nextLine(grid, last));
    if (!Number.isFinite(first)) return false;
    const number = numberOf(grid, first);
    this.#pushBoundary(grid, last === undefined ? first : number * grid.pictures);
    return true;
  }

  #pushBoundary(grid: Grid, position: number): void {
    const number = numberOf(grid, position);
    const partial = this.#joinsLive && this.#boundaries.length === 0 && position !== number * grid.pictures;
    this.#boundaries.push({ position, number, partial });
  }

  #drain(grid: Grid, queue: TrackQueue, final: boolean): void {
    const last = this.#boundaries.at(-1);
    if (last === undefined) return;
    const crossed = this.#crossed.get(queue.track.id) ?? this.#firstBoundary;
    const ahead = this.#boundaries.slice(crossed - this.#firstBoundary);
    const taken = queue.drain(grid, ahead, nextLine(grid, last), final, this.#events);
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

/** Where the boundary after `last` may come at the earliest; anywhere where there is none yet. */
function nextLine(grid: Grid, last: Boundary | undefined): number {
  return last === undefined ? Number.NEGATIVE_INFINITY : (last.number + 1) * grid.pictures;
}

/** The lowest position, not before `from`, that waits in any of these tracks; infinite where there is none. */
function firstPosition(queues: readonly TrackQueue[], grid: Grid, from: number): number {
  return Math.min(...queues.map((queue) => queue.firstPosition(grid, from)));
}

function seconds(positions: number, grid: Grid): number {
  return Math.round((positions * grid.rate.den * 1000) / grid.rate.num) / 1000;
}

/**
 * Where to cut a cell that has no cut point in time: at its first picture. But where it has some that come too late for the target
 * duration, as after an encoder's restart, as late as may be, so that the boundaries move up to them in the cells that follow.
 *
 * @returns undefined while it cannot be known.
 */
function forcedPosition(
  videos: readonly TrackQueue[],
  first: number,
  limit: number,
  grid: Grid,
  final: boolean,
): number | undefined {
  const cellEnd = (numberOf(grid, first) + 1) * grid.pictures;
  if (videos.some(({ cutPoints }) => cutPoints.some((point) => point >= limit && point < cellEnd))) return limit - 1;
  return final || videos.every(({ reached }) => reached >= cellEnd) ? first : undefined;
}
