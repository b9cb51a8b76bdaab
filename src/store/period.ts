import type { ChannelSnapshot, Segment, Track } from "./segment.ts";

/** The segments of one track in one period: each continues the one before. Not empty. */
export type TrackRun = { readonly track: Track; readonly segments: readonly Segment[] };

/** A stretch of a channel in which every track goes on unbroken: no number missing, one init segment, one timeline. */
export type Period = {
  /** The segment number it began with, the same in all tracks; 0 for the first, which has no break before it. */
  readonly number: number;
  /** Start of the earliest segment of that number, in microseconds since 1970-01-01T00:00:00Z; 0 for the first. */
  readonly start: number;
  /** What is left in the window. Not empty. */
  readonly runs: readonly TrackRun[];
};

/** A channel as it can be fetched now, and how that divides into periods, oldest first. */
export type SnapshotWithPeriods = ChannelSnapshot & { readonly periods: readonly Period[] };
