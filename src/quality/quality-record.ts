import type { TransportError } from "../demux/transport-error.ts";
import type { PoolingMethod } from "./pooling.ts";

/** One pooled metric of one segment. Numbers are not rounded. */
export type PooledMetric = {
  /** The segment's value. */
  readonly value: number;
  readonly pooling: PoolingMethod;
  /** The lowest value, and the 5th percentile: a twentieth of the pictures are as bad or worse. */
  readonly min: number;
  readonly p5: number;
  /** Pictures that a value was given for: its own, or that of its GOP or segment. */
  readonly scored: number;
};

/** Pictures or audio frames of one segment. */
export type UnitCounts = {
  /** As many as the segment's duration has room for; where a stream keeps no rate, as many as came. */
  readonly expected: number;
  readonly received: number;
  /** Pictures that carried, or were given by their GOP or segment, at least one score. */
  readonly scored: number;
  /** Expected ones that did not come. */
  readonly lost: number;
  /** Those that lost bytes on the way. */
  readonly damaged: number;
  /** Whole ones that refer, directly or not, to one that is lost or damaged. */
  readonly undecodable: number;
};

/** What a score lost points for; those it did not lose any for are absent. */
export type Penalties = Readonly<Partial<Record<PenaltyName, number>>>;

/** In the order in which they are listed: what the encoder said, then what this packager saw. */
export const penaltyNames = [
  "psnr",
  "ssim",
  "vmaf",
  "nr-iqa",
  "black",
  "freeze",
  "errors",
  "silence",
  "clipping",
  "transport",
  "lost",
  "undecodable",
  "dependent-start",
] as const;

/** What one penalty is for. */
export type PenaltyName = (typeof penaltyNames)[number];

/** MQA-VIDEO of a segment of pictures, MQA-AUDIO of one of sound. */
export type CompositeScore = {
  /** 0 to 100, whole: `base` less all penalties. */
  readonly value: number;
  /**
   * What `base` is: the encoder's own composite score; 100, as the encoder sends components for the open formula; or what is
   * assumed where it sends neither.
   */
  readonly source: "encoder" | "components" | "assumed";
  readonly base: number;
  readonly penalties: Penalties;
};

/** Of a segment of which nothing came. */
export const MISSING_QUALITY: QualityRecord = {
  score: { value: 0, source: "assumed", base: 0, penalties: {} },
  metrics: {},
  pictures: { expected: 0, received: 0, scored: 0, lost: 0, damaged: 0, undecodable: 0 },
  transport: [],
  independent: false,
};

/**
 * What is known of the quality of one segment of one track: the single source of its CMSD and CMCD headers, the API, metrics
 * and the log. It depends on the stream alone.
 */
export type QualityRecord = {
  /** Absent: neither does the encoder score, nor is anything assumed. */
  readonly score?: CompositeScore;
  /** By name, such as `mqa-video`, `psnr`, `vmaf-hd`; also names of no known metric. Absent: too few pictures carried it. */
  readonly metrics: Readonly<Record<string, PooledMetric>>;
  /** Of sound: audio frames. */
  readonly pictures: UnitCounts;
  /** What the transport did, one entry a kind and PID, by code and PID; empty where it did nothing. */
  readonly transport: readonly TransportError[];
  /** The segment starts with a picture that needs no other. Always true for audio. */
  readonly independent: boolean;
};
