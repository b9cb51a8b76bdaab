import { problemEvent } from "../problem/problem.ts";
import { TICKS_PER_SECOND } from "../time/units.ts";
import type { SegmentSink } from "./segment-event.ts";
import type { TrackQueue } from "./track-queue.ts";

/** How far, in stream time, a track may fall behind before the others go on without it. */
export const MAX_LAG_TICKS: number = 3 * TICKS_PER_SECOND;

const NONE: readonly TrackQueue[] = [];

/**
 * Tells of each track whether it is so far behind the first that it is not waited for.
 *
 * Only what it falls behind while time goes on counts. Where the first leaps ahead, the others are given leeway for as much: after a hole that all
 * have they are about to do the same. If instead they go on as before, times disagree, and most renditions are believed.
 */
export class LateTracks {
  /** Where the first began. */
  #start = 0;
  /** How far the first has come. */
  #front = Number.NEGATIVE_INFINITY;
  /** Where it came to by a leap that is not judged yet. */
  #leapt: number | undefined;

  /** @returns Those that are late now and were not before. */
  note(queues: readonly TrackQueue[], events: SegmentSink): readonly TrackQueue[] {
    let lead = queues[0];
    for (const queue of queues) if (lead === undefined || queue.front > lead.front) lead = queue;
    if (lead === undefined || !Number.isFinite(lead.front)) return NONE;
    const { front } = lead;
    if (!Number.isFinite(this.#front)) this.#start = lead.first;
    const by = front - this.#front;
    this.#front = front;
    if (by > lead.longestStep) this.#leap(queues, by);
    const fellBehind = this.#noteEach(queues);
    if (this.#leapt === undefined || front - this.#leapt <= MAX_LAG_TICKS) return fellBehind;
    this.#leapt = undefined;
    this.#judge(queues, events);
    return [...fellBehind, ...this.#noteEach(queues)];
  }

  /** What has not come at all yet is as far as the first was when it began. */
  #lagOf({ front }: TrackQueue): number {
    return this.#front - (Number.isFinite(front) ? front : this.#start);
  }

  #leap(queues: readonly TrackQueue[], by: number): void {
    for (const queue of queues) {
      if (!queue.late && Number.isFinite(queue.front)) queue.leeway = Math.min(queue.leeway + by, this.#lagOf(queue));
    }
    this.#leapt ??= this.#front;
  }

  #noteEach(queues: readonly TrackQueue[]): readonly TrackQueue[] {
    let fellBehind = NONE;
    for (const queue of queues) {
      const lag = this.#lagOf(queue);
      if (queue.leeway > lag) queue.leeway = lag;
      const late = lag > queue.leeway + MAX_LAG_TICKS;
      if (late && !queue.late) fellBehind = [...fellBehind, queue];
      if (late) queue.leeway = 0;
      queue.late = late;
    }
    return fellBehind;
  }

  /** After a leap: a minority that has not come after is late, a majority is waited for by those that leapt. */
  #judge(queues: readonly TrackQueue[], events: SegmentSink): void {
    const behind = queues.filter(({ leeway }) => leeway > MAX_LAG_TICKS);
    const videos = queues.filter(({ isVideo, late }) => isVideo && !late);
    const videosBehind = videos.filter((queue) => behind.includes(queue));
    if (videosBehind.length * 2 < videos.length) {
      for (const queue of behind) queue.leeway = 0;
      return;
    }
    const seconds = Math.round(Math.min(...videosBehind.map(({ leeway }) => leeway)) / TICKS_PER_SECOND);
    for (const queue of videos) {
      if (behind.includes(queue)) continue;
      events.push(problemEvent("rendition-ahead", { detail: `${queue.track.id}, by ${seconds} s` }));
    }
  }
}

/** Whether a track has to wait for renditions that are so far behind it. */
export function isAhead(queue: TrackQueue, queues: readonly TrackQueue[]): boolean {
  return queues.some(({ isVideo, late, front }) => isVideo && !late && front < queue.front - MAX_LAG_TICKS);
}
