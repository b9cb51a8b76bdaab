import type { RandomAccess } from "../demux/access-unit.ts";
import type { MqaScope } from "../sei/mqa.ts";
import type { MqaMetricName } from "../sei/mqa-metric.ts";
import type { Rational } from "../time/rational.ts";
import type { Spread } from "./distribution.ts";
import type { TimestampReport } from "./timestamp-report.ts";

/** One video track. */
export type VideoReport = {
  readonly pid: number;
  readonly codec: "h264" | "h265";
  /** Of the first picture; absent where none came. */
  readonly format?: VideoFormatReport;
  /** How often parameter sets changed on the way: each makes a new init segment. */
  readonly formatChanges: number;
  readonly pictures: number;
  /** Slices (H.265: pictures) before the first parameter sets, as come where a stream is joined: nothing decodes them. */
  readonly skippedBeforeStart: number;
  /** Pictures that lost bytes on the way. */
  readonly damaged: number;
  readonly durationSeconds: number;
  /** Of the samples that are packaged: without delimiters, parameter sets and filler. */
  readonly bitsPerSecond?: number;
  /** The most in one whole second of decoding time. */
  readonly peakBitsPerSecond?: number;
  readonly pictureRate?: PictureRateReport;
  /** In presentation order. */
  readonly pts?: TimestampReport;
  /** In decoding order. */
  readonly dts?: TimestampReport;
  /** How often timestamps jumped, so that time was counted anew. */
  readonly jumps: number;
  /** The most pictures that any picture overtakes: 0 without B pictures. */
  readonly reorderDepth: number;
  /** The most that a PTS lies after its DTS. */
  readonly presentationDelayMs: number;
  /** Pictures whose PTS is before their DTS, or 10 s after it and more. */
  readonly misplaced: number;
  readonly randomAccess: RandomAccessReport;
  /** By source; empty where no picture carries one. */
  readonly timecodes: readonly TimecodeReport[];
  /** Absent where no message with a quality UUID came. */
  readonly quality?: QualityReport;
  /** Every kind of SEI message, the most frequent first; at most 64 kinds. */
  readonly sei: readonly SeiReport[];
};

/** What parameter sets say of the pictures. */
export type VideoFormatReport = {
  /** RFC 6381. */
  readonly codecString: string;
  readonly profile: string;
  readonly level: string;
  /** H.265 only. */
  readonly tier?: "Main" | "High";
  readonly bitDepth: number;
  readonly chroma: "4:0:0" | "4:2:0" | "4:2:2" | "4:4:4";
  /** H.264 only: pictures may be fields, or frames of two fields. */
  readonly interlaced?: boolean;
  readonly width: number;
  readonly height: number;
  /** 1:1 also where the stream does not say. */
  readonly pixelAspectRatio: Rational;
  /** Values of ISO/IEC 23091-2 with their usual names; absent where the stream does not say. */
  readonly colour?: { readonly primaries: string; readonly transfer: string; readonly matrix: string };
  readonly fullRange?: boolean;
  readonly declaredPictureRate?: Rational;
};

/** Pictures a second, from timestamps. */
export type PictureRateReport = {
  readonly rate: Rational;
  /** The first pictures keep to it, so the packager counts pictures; else it takes timestamps as they come. */
  readonly regular: boolean;
  /** Time from picture to picture, all of them. */
  readonly stepMs?: Spread;
  /** Steps that are not one picture of this rate. */
  readonly unevenSteps: number;
};

/** Where the stream can be cut. */
export type RandomAccessReport = {
  readonly points: number;
  readonly kinds: Readonly<Partial<Record<RandomAccess, number>>>;
  /** From one to the next. */
  readonly gopPictures?: Spread;
  readonly gopSeconds?: Spread;
  /** Pictures from the last one to the end. */
  readonly picturesAfterLast: number;
  /** The usual segment durations, in seconds, that every time find a random access point where they end. */
  readonly fittingSegments: readonly number[];
  /** What to set, where neither 2 s nor 1.92 s fit. */
  readonly advice?: string;
};

/** Absolute times or times of day in SEI messages. */
export type TimecodeReport = {
  readonly source: "pic_timing" | "time_code" | "misb";
  /** Pictures that carry one. */
  readonly pictures: number;
  /** That of all pictures. */
  readonly share: number;
  /** Random access points that carry one. */
  readonly randomAccessPoints: number;
  /** In presentation order: `hh:mm:ss:ff`, with `;` before the frames where labels are dropped; MISB: ISO 8601. */
  readonly first: string;
  readonly last: string;
  /** SMPTE only. */
  readonly labels?: LabelReport;
  /** Timecode minus PTS of the first picture that has one. Equal in tracks that agree. */
  readonly offsetMs: number;
  /** How far that moved from jump to jump; frozen pictures apart. */
  readonly deviationMs: { readonly min: number; readonly max: number };
  /** The difference stayed within half a picture, and no picture is frozen. */
  readonly constant: boolean;
  /** Pictures whose timecode stands still. */
  readonly frozen: number;
  /** How often the difference moved by more than a picture and a half. */
  readonly jumps: number;
  readonly largestJumpMs?: number;
  /** Timecode minus arrival by this host's clock, at the first; only where the input is live. */
  readonly aheadOfHostMs?: number;
  /** MISB: messages that say that their clock is not locked. */
  readonly unlocked?: number;
};

/** How SMPTE timecodes count. */
export type LabelReport = {
  /** Labels a second, nominally: 30 for 29.97. */
  readonly perSecond: number;
  /** Above 30 pictures a second a label may stand for two pictures; unknown where too few came. */
  readonly counting: "pictures" | "pairs" | "unknown";
  readonly dropFrame: boolean;
  /** The highest frame number seen. */
  readonly highestFrame: number;
};

/** Quality scores in SEI messages. */
export type QualityReport = {
  readonly messages: number;
  /** Messages in neither syntax. */
  readonly malformed: number;
  /** UUIDs that marked them; at most 16. */
  readonly uuids: readonly string[];
  readonly syntaxes: readonly ("dictionary" | "json")[];
  readonly scopes: readonly QualityScopeReport[];
  /** Names that are no metric we know; at most 64. */
  readonly unknownNames: readonly string[];
};

/** The scores of one scope. */
export type QualityScopeReport = {
  readonly scope: MqaScope;
  /** Pictures that carry any. */
  readonly pictures: number;
  readonly metrics: readonly {
    readonly name: MqaMetricName;
    readonly min: number;
    readonly mean: number;
    readonly max: number;
    /** Pictures that carry it, of all pictures. */
    readonly coverage: number;
  }[];
};

/** One kind of SEI message. */
export type SeiReport = {
  /** Absent for what is counted together. */
  readonly payloadType?: number;
  readonly name: string;
  readonly count: number;
};
