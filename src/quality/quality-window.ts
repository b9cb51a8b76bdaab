import { endMicros, startMicros } from "../store/media-micros.ts";
import type { Segment } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import { type SegmentReport, segmentReport } from "./segment-report.ts";

/** One end of a stretch of segments: a number, or a time, which stands for the segment that it lies in. */
export type WindowBound = { readonly number: number } | { readonly time: Milliseconds };

/** Which segments are asked for: those between two ends, both included, or the newest ones. */
export type WindowQuery = { readonly from?: WindowBound; readonly to?: WindowBound } | { readonly last: number };

/** Segment numbers, both included. */
export type NumberRange = { readonly from: number; readonly to: number };

/** The records of one track that were asked for. */
export type QualityWindow = {
  /** Oldest first. */
  readonly records: readonly SegmentReport[];
  /** Numbers among those asked for that never were published while some after them were, ascending. */
  readonly missing: readonly NumberRange[];
  /** The number to go on from: there are more records than one answer holds. */
  readonly next?: number;
};

/** Half an hour of segments of 1.92 s, which is a megabyte of JSON: more would hold up the process that packages. */
export const MAX_RECORDS = 1000;

/**
 * The records of a track's segments that were asked for.
 *
 * Where they are more than {@link MAX_RECORDS} these are the first, if the query says where to begin, else the newest.
 *
 * @param segments - What is in the window now, oldest first; not empty.
 */
export function qualityWindow(segments: readonly Segment[], query: WindowQuery): QualityWindow {
  const asked = numbersAsked(segments, query);
  const matching = segments.filter(({ number }) => number >= asked.from && number <= asked.to);
  const isForward = "from" in query && query.from !== undefined;
  const chosen = isForward ? matching.slice(0, MAX_RECORDS) : matching.slice(-MAX_RECORDS);
  const next = isForward ? matching[MAX_RECORDS]?.number : undefined;
  const told: NumberRange = {
    from: isForward || chosen.length === matching.length ? asked.from : chosen[0]!.number,
    to: next === undefined ? asked.to : next - 1,
  };
  return {
    records: chosen.map(segmentReport),
    missing: holes(segments, told),
    ...(next !== undefined && { next }),
  };
}

function numbersAsked(segments: readonly Segment[], query: WindowQuery): NumberRange {
  const newest = segments.at(-1)!.number;
  if ("last" in query) return { from: segments.at(-query.last)?.number ?? segments[0]!.number, to: newest };
  const { from, to } = query;
  return {
    from: from === undefined ? segments[0]!.number : "number" in from ? from.number : firstFrom(segments, from.time),
    to: to === undefined ? newest : "number" in to ? to.number : lastUntil(segments, to.time),
  };
}

/** The number of the segment that a time lies in; where it lies between two, the one after the first of them. */
function firstFrom(segments: readonly Segment[], time: Milliseconds): number {
  const micros = time * 1000;
  const index = segments.findIndex((segment) => endMicros(segment) > micros);
  if (index < 0) return segments.at(-1)!.number + 1;
  if (index === 0 || startMicros(segments[index]!) <= micros) return segments[index]!.number;
  return segments[index - 1]!.number + 1;
}

/** The same for the end of the stretch: between two segments, the number before the second. */
function lastUntil(segments: readonly Segment[], time: Milliseconds): number {
  const micros = time * 1000;
  const index = segments.findLastIndex((segment) => startMicros(segment) <= micros);
  if (index < 0) return segments[0]!.number - 1;
  if (index === segments.length - 1 || endMicros(segments[index]!) > micros) return segments[index]!.number;
  return segments[index + 1]!.number - 1;
}

/** Numbers in a range that lie between two segments and have none. */
function holes(segments: readonly Segment[], { from, to }: NumberRange): readonly NumberRange[] {
  const found: NumberRange[] = [];
  for (const [index, { number }] of segments.entries()) {
    const next = segments[index + 1];
    if (next === undefined) break;
    const hole = { from: Math.max(number + 1, from), to: Math.min(next.number - 1, to) };
    if (hole.from <= hole.to) found.push(hole);
  }
  return found;
}
