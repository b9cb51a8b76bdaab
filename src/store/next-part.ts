import type { OpenSegment, Segment } from "./segment.ts";

/** What tells a part of a track from all others. */
export type PartName = {
  /** Of its segment. */
  readonly number: number;
  /** Its place in the segment, from 0. */
  readonly index: number;
};

/**
 * The part that is expected next in a low-latency track. It may turn out to be another: where a segment goes on beyond its line of the
 * grid, or ends before it.
 */
export function nextPart({
  segments,
  open,
}: {
  readonly segments: readonly Segment[];
  readonly open?: OpenSegment | undefined;
}): PartName {
  if (open === undefined) return { number: segments.at(-1)!.number + 1, index: 0 };
  const last = open.parts.at(-1)!;
  const isWhole = last.start + last.duration >= open.expectedEnd;
  return isWhole ? { number: open.number + 1, index: 0 } : { number: open.number, index: open.parts.length };
}
