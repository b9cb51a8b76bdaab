import type { TrackConfiguration } from "../demux/track-configuration.ts";
import type { QualityRecord } from "../quality/quality-record.ts";
import type { Rational } from "../time/rational.ts";
import type { MediaTime, Milliseconds } from "../time/units.ts";
import type { TimecodeSource } from "../timeline/timecode-options.ts";

/** An init segment: one per configuration of a track. */
export type InitSegment = {
  /** Digest of `bytes`: lower-case hexadecimal. */
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly configuration: TrackConfiguration;
  /** Units of time in a second for every segment that follows it. */
  readonly timescale: number;
};

/** A media segment as published. Immutable. */
export type Segment = {
  /** Position on the channel's epoch-anchored grid: also its HLS media sequence number and its `$Number$` in DASH. */
  readonly number: number;
  /** Presentation time of its first sample, equal to its tfdt, in the init segment's timescale since the epoch. */
  readonly start: MediaTime;
  /** In the init segment's timescale. `start + duration` is the start of the next segment unless media is missing between. */
  readonly duration: number;
  readonly init: InitSegment;
  /** What told its time. */
  readonly timecode: TimecodeSource;
  /** Bytes of `body` together. */
  readonly size: number;
  /** styp, prft, moof and mdat in parts that follow each other; empty once written elsewhere. */
  readonly body: readonly Uint8Array[];
  readonly quality: QualityRecord;
  /** When its first byte could be fetched, by the host's clock; absent where nothing is served (files). */
  readonly availableAt?: Milliseconds;
};

/** One elementary stream of the output. */
export type Track = {
  /** Its path element in URLs: `v1`, `v2`, `a1`. */
  readonly id: string;
  readonly kind: "video" | "audio";
  /** ISO 639-2, where the stream announces one. */
  readonly language?: string;
  /** Pictures a second, exact; video only, absent where the stream has no regular rate. */
  readonly pictureRate?: Rational;
};

/** One track as it can be fetched now. */
export type TrackSnapshot = {
  readonly track: Track;
  /**
   * Segments in the window, oldest first. Numbers rise but may leave holes where input was lost.
   * Never empty: a track is published with its first segment.
   */
  readonly segments: readonly Segment[];
  /** Highest bit rate of any run of segments of 0.5 to 1.5 target durations since start, and the mean since start. */
  readonly peakBitrate: number;
  readonly averageBitrate: number;
};

/** The segments of one track in one period: numbers without a hole, one init segment, times that rise. Not empty. */
export type TrackRun = { readonly track: Track; readonly segments: readonly Segment[] };

/** A stretch of a channel in which every track goes on unbroken: no number missing, and one init segment. */
export type Period = {
  /** The segment number it began with, the same in all tracks; 0 for the first, which has no break before it. */
  readonly number: number;
  /** Start of the earliest segment of that number, in microseconds since 1970-01-01T00:00:00Z; 0 for the first. */
  readonly start: number;
  /** What is left in the window. Not empty. */
  readonly runs: readonly TrackRun[];
};

/** One channel as it can be fetched now; a new object after each change. */
export type ChannelSnapshot = {
  readonly name: string;
  /** Rises by one with every change. */
  readonly version: number;
  /** Nothing will be added: the input was a file and has ended. */
  readonly ended: boolean;
  /** Whole seconds no segment's rounded duration exceeds; constant for the life of the channel. */
  readonly targetDuration: number;
  /** Nominal segment duration. */
  readonly segmentDuration: Milliseconds;
  /** How much of the past the manifests list; absent: everything. */
  readonly window?: Milliseconds;
  /** Video tracks first, in the order of the inputs and their programmes. */
  readonly tracks: readonly TrackSnapshot[];
  /** How what is listed divides where a track breaks, oldest first. */
  readonly periods: readonly Period[];
};
