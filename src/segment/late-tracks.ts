import { TICKS_PER_SECOND } from "../time/units.ts";
import type { TrackQueue } from "./track-queue.ts";

/** How far, in stream time, a track may fall behind before the others go on without it. */
export const MAX_LAG_TICKS: number = 3 * TICKS_PER_SECOND;

const NONE: readonly TrackQueue[] = [];

/**
 * Notes of each track whether it is so far behind the first that it is not waited for. After a hole that all have, some are back before
 * others: those become late only by what has come since.
 *
 * @returns Those that are late now and were not before.
 */
export function noteLate(queues: readonly TrackQueue[]): readonly TrackQueue[] {
  let lead = queues[0];
  for (const queue of queues) if (lead === undefined || queue.front > lead.front) lead = queue;
  if (lead === undefined) return NONE;
  let fellBehind = NONE;
  for (const queue of queues) {
    const reached = queue.late ? queue.front : Math.max(queue.front, lead.resumed);
    const late = reached < lead.front - MAX_LAG_TICKS;
    if (late && !queue.late) fellBehind = [...fellBehind, queue];
    queue.late = late;
  }
  return fellBehind;
}
