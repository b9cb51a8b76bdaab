import { cellStart, type Grid, lineOf } from "./grid.ts";
import type { TrackQueue } from "./track-queue.ts";

/** The lowest position, not before `from`, that waits in any of these tracks; infinite where there is none. */
export function firstPosition(queues: readonly TrackQueue[], grid: Grid, from: number): number {
  return Math.min(...queues.map((queue) => queue.firstPosition(grid, from)));
}

/**
 * Where to cut a cell that has no cut point in time: on its line, or at its first picture after that. But where it has some that
 * come too late for the target duration, as after an encoder's restart, as late as may be, so that the boundaries move
 * up to them in the cells that follow.
 *
 * @returns undefined while it cannot be known; beyond the cell where nothing of it comes on its line or after.
 */
export function forcedPosition(
  videos: readonly TrackQueue[],
  limit: number,
  grid: Grid,
  number: number,
  final: boolean,
): number | undefined {
  const cellEnd = cellStart(grid, number + 1);
  if (videos.some(({ cutPoints }) => cutPoints.some((point) => point >= limit && point < cellEnd))) return limit - 1;
  if (!final && !videos.every(({ reached }) => reached >= cellEnd)) return undefined;
  return firstPosition(videos, grid, lineOf(grid, number));
}
