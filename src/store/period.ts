import type { ChannelSnapshot } from "./segment.ts";

/** A stretch of a channel in which every track goes on unbroken: no number missing, one init segment, one timeline. */
export type Period = {
  /** The segment number it begins with, the same in all tracks; 0 for the first, which has no break before it. */
  readonly number: number;
  /** Start of the earliest segment of that number, in microseconds since 1970-01-01T00:00:00Z; 0 for the first. */
  readonly start: number;
  /** The tracks that take part; constant. */
  readonly trackIds: readonly string[];
};

/** How the segments that can be fetched divide into periods: what DASH lists. */
export type PeriodTimeline = {
  /** Oldest first, never empty. The oldest may have begun before the window. */
  readonly periods: readonly Period[];
  /** The lowest and the highest segment number to list. */
  readonly first: number;
  readonly settled: number;
};

/** A channel as it can be fetched now, with its periods. */
export type SnapshotWithTimeline = ChannelSnapshot & { readonly timeline: PeriodTimeline };
