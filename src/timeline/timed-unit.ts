import type { AudioAccessUnit, VideoAccessUnit } from "../demux/access-unit.ts";
import type { ProblemEvent } from "../problem/problem.ts";
import type { Rational } from "../time/rational.ts";
import type { MediaTime } from "../time/units.ts";
import type { TimecodeSource } from "./timecode-options.ts";

/** A picture with its place on the channel's timeline. */
export type TimedPicture = {
  readonly kind: "picture";
  readonly trackId: string;
  /** Pictures of this track's rate since the epoch, by presentation. */
  readonly index: number;
  /** Presentation and decoding time in the track's timescale. */
  readonly time: MediaTime;
  readonly decodeTime: MediaTime;
  /** What told its time. */
  readonly timecode: TimecodeSource;
  readonly unit: VideoAccessUnit;
};

/** An audio frame with its place on the channel's timeline. */
export type TimedFrame = {
  readonly kind: "frame";
  readonly trackId: string;
  readonly time: MediaTime;
  /** What told its time. */
  readonly timecode: TimecodeSource;
  readonly unit: AudioAccessUnit;
};

export type TimedUnit = TimedPicture | TimedFrame;

/** A track whose clock is known. */
export type TimedTrack = {
  readonly id: string;
  readonly kind: "video" | "audio";
  readonly language?: string;
  /** Units of media time in a second. */
  readonly timescale: number;
  /** Pictures a second; nominal where `regular` is false. Video only. */
  readonly rate?: Rational;
  readonly regular: boolean;
  /** Of one picture or frame, in the timescale. */
  readonly unitDuration: number;
};

/** What a timeline says, in stream order for each track. */
export type TimelineEvent =
  /** Before the track's first unit. */
  | { readonly kind: "track"; readonly track: TimedTrack }
  | { readonly kind: "unit"; readonly unit: TimedUnit }
  /** The clock was set back: what follows takes the place of what was at or after `time`. */
  | {
      readonly kind: "set-back";
      readonly trackId: string;
      readonly time: MediaTime;
      /** By so much that some of what follows is left out: no segment goes on. */
      readonly skips: boolean;
    }
  | ProblemEvent;
