import type { ProblemCode } from "../problem/problems.ts";
import type { Rational } from "../time/rational.ts";
import type { Range } from "./random-access-record.ts";

/** What is seen of the encoder that feeds one input. What is not known yet is absent. */
export type EncoderReport = {
  readonly video: readonly VideoEncoding[];
  readonly audio: readonly AudioEncoding[];
  /** The longest from one PCR to the next in the last ten seconds and more, in milliseconds. */
  readonly pcrIntervalMs?: number;
  /** How much of the newest segments, a minute at most, `transport`, `missing` and `scoredShare` are of, in seconds; 0 before the first. */
  readonly newestSeconds: number;
  /** What the transport did in that time. */
  readonly transport: readonly { readonly code: ProblemCode; readonly events: number }[];
};

/** One video track of an input. */
export type VideoEncoding = {
  /** Its path element in URLs: `v1`. */
  readonly track: string;
  /** Of its newest segment. */
  readonly codec?: "h264" | "h265";
  /** Pictures a second; nominal where `isConstant` is false. */
  readonly pictureRate: Rational;
  /** The first pictures keep to it, so pictures are counted; else timestamps are taken as they come. */
  readonly isConstant: boolean;
  /** Of the newest GOPs in which nothing was lost. */
  readonly gop?: {
    readonly pictures: Range;
    readonly seconds: Range;
    /** All have the same length. */
    readonly isFixed: boolean;
    /** A segment has room for a whole number of them. */
    readonly dividesSegment?: boolean;
  };
  /** The newest random access points are all IDR pictures. */
  readonly isClosed?: boolean;
  /** How long after the line of the grid (before, where negative) the newest segments have their first random access point. */
  readonly afterLineSeconds?: Range;
  /** Pictures that should have come in `newestSeconds` and did not. */
  readonly missing: number;
  /** Of the pictures that came in `newestSeconds`, those with quality scores: 0 to 1. */
  readonly scoredShare?: number;
};

/** One audio track of an input. */
export type AudioEncoding = {
  readonly track: string;
  /** As RFC 6381 has it. */
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
};
