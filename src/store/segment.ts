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

/** A part of a segment of a low-latency channel as published: an HLS partial segment, a CMAF chunk. Immutable. */
export type Part = {
  /** Of its segment. */
  readonly number: number;
  /** Its place in the segment, from 0. */
  readonly index: number;
  /**
   * Where it starts in decoding order and how long it lasts, in the init segment's timescale. It starts where the one before ends; the
   * first frame of sound may be later, where some are missing.
   */
  readonly start: MediaTime;
  readonly duration: number;
  readonly init: InitSegment;
  /** It holds a picture that needs no other; always true for sound. */
  readonly independent: boolean;
  /** Bytes of `body` together. */
  readonly size: number;
  /** styp, prft, moof and mdat in stretches that follow each other. */
  readonly body: readonly Uint8Array[];
  /** When it could be fetched, by the host's clock. */
  readonly availableAt?: Milliseconds;
};

/** What is known of a segment while the next is being made. */
export type PreviousSegment = { readonly number: number; readonly quality: QualityRecord };

/** The segment of a low-latency track that is being made. */
export type OpenSegment = {
  readonly number: number;
  /** The one before, whose number is one less; absent where that was not published. */
  readonly previous?: PreviousSegment;
  /** Its tfdt, in the init segment's timescale. */
  readonly start: MediaTime;
  /** Where the line of the grid lies at which it should end. */
  readonly expectedEnd: MediaTime;
  readonly init: InitSegment;
  /** Those published so far, at least one; each starts where the one before ends. */
  readonly parts: readonly Part[];
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
  /** What it was published as before, in a low-latency channel; their bytes are `body`. */
  readonly parts?: readonly Part[];
  /** In low latency, the segment before, whose number is one less; absent where that was not published. */
  readonly previous?: PreviousSegment;
};

/** When all of a segment could be fetched, by the host's clock; 0 where nothing is served. */
export function wholeAt({ availableAt, parts }: Segment): number {
  return parts?.at(-1)?.availableAt ?? availableAt ?? 0;
}

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
  /** What follows the last of `segments`, once there is a part of it. */
  readonly open?: OpenSegment;
  /** Highest bit rate of any run of segments of 0.5 to 1.5 target durations since start, and the mean since start. */
  readonly peakBitrate: number;
  readonly averageBitrate: number;
};

/** The segments of one track in one period: one init segment, times that rise, and, but in low latency, numbers without a hole. Not empty. */
export type TrackRun = { readonly track: Track; readonly segments: readonly Segment[] };

/** A stretch of a channel in which every track goes on unbroken: one init segment and, but in low latency, no number missing. */
export type Period = {
  /** The segment number it began with, the same in all tracks; 0 for the first, which has no break before it. */
  readonly number: number;
  /** Start of the earliest segment of that number, in microseconds since 1970-01-01T00:00:00Z; 0 for the first. */
  readonly start: number;
  /** What is left in the window. Not empty. */
  readonly runs: readonly TrackRun[];
};

/**
 * What a client gets that asks for a segment which never came: `empty`, one without media and with a score of 0, as players of
 * LL-DASH reckon numbers from the time and give up where one cannot be fetched; `not-found`, so that who compares packagers by status
 * alone goes to another.
 */
export type MissingAnswer = (typeof missingAnswers)[number];

export const missingAnswers = ["empty", "not-found"] as const;

/** What never changes in a channel of low latency. */
export type LowLatency = {
  readonly missing: MissingAnswer;
  /** EXT-X-PART-INF:PART-TARGET of all its playlists, in microseconds: no part lasts longer. */
  readonly partTarget: number;
  /**
   * Its grid: a segment whose number is n should start (n - numberOffset) * pictures positions after the epoch, at `rate` positions
   * a second.
   */
  readonly rate: Rational;
  readonly pictures: number;
  readonly numberOffset: number;
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
  /** Absent: its segments are published when they are whole. */
  readonly lowLatency?: LowLatency;
  /** How much of the past the manifests list; absent: everything. */
  readonly window?: Milliseconds;
  /** Video tracks first, in the order of the inputs and their programmes. */
  readonly tracks: readonly TrackSnapshot[];
  /** How what is listed divides where a track breaks, oldest first. */
  readonly periods: readonly Period[];
};
