import { cellStart, type Grid, lineOf } from "./grid.ts";
import type { Boundary } from "./segment-event.ts";
import type { TrackQueue } from "./track-queue.ts";

/** Where the boundary after `last` may come at the earliest, whatever comes; anywhere where there is none yet. */
export function nextCell(grid: Grid, last: Boundary | undefined): number {
  return last === undefined ? Number.NEGATIVE_INFINITY : cellStart(grid, last.number + 1);
}

/**
 * Where the boundary after `last` may come at the earliest, by what has come of the renditions: units before it belong to the segment that
 * is under way, and can be published as parts of it.
 *
 * It comes at a cut point, or on the line of its cell or later where that has none in time. A rendition has no unknown cut point up to where
 * it has come.
 */
export function earliestCut(queues: readonly TrackQueue[], grid: Grid, last: Boundary): number {
  const cell = nextCell(grid, last);
  let earliest = lineOf(grid, last.number + 1);
  let hasPictures = false;
  for (const { isVideo, late, cutPoints, reached } of queues) {
    if (!isVideo || late) continue;
    hasPictures = true;
    earliest = Math.min(earliest, reached + 1);
    for (const point of cutPoints) if (point >= cell && point < earliest) earliest = point;
  }
  return hasPictures ? Math.max(cell, earliest) : cell;
}
