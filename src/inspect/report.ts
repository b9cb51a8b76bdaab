import type { ElementaryStream } from "../demux/access-unit.ts";
import type { ProblemCode } from "../problem/problems.ts";
import type { TimestampReport } from "./timestamp-report.ts";
import type { VideoReport } from "./video-report.ts";

/**
 * Everything an inspection found: what `inspect --json` prints below the name of the source.
 *
 * Fields are only ever added. A field that is absent has nothing to say. PTS and DTS are as on the wire: 33 bits at
 * 90 kHz.
 */
export type InspectionReport = {
  readonly container: ContainerReport;
  /** All of the PAT, by number; at most 512. */
  readonly programs: readonly ProgramReport[];
  /** The tracks of the chosen programme, in the order of its PMT. */
  readonly video: readonly VideoReport[];
  readonly audio: readonly AudioReport[];
  /** Worst first: by count. */
  readonly problems: readonly ProblemReport[];
};

/** The transport stream as a whole. */
export type ContainerReport = {
  readonly bytes: number;
  readonly packets: number;
  /** Packets that only fill the stream up. */
  readonly nullPackets: number;
  /** Bytes from one packet to the next: 188, 192 with a timestamp before each, 204 with a code after each. */
  readonly packetBytes?: number;
  /** Media time of the longest track. */
  readonly durationSeconds: number;
  /** Of all bytes over that time. */
  readonly bitsPerSecond?: number;
  /** How often the chosen programme says itself that its clock breaks. */
  readonly discontinuities: number;
};

/** One programme of the PAT. */
export type ProgramReport = {
  readonly number: number;
  readonly chosen: boolean;
  readonly pmtPid: number;
  /** Absent while its PMT has not come, and where it has no clock. */
  readonly pcrPid?: number;
  /** Absent while its PMT has not come. */
  readonly streams?: readonly StreamReport[];
};

/** One elementary stream of a PMT. */
export type StreamReport = {
  readonly pid: number;
  readonly streamType: number;
  /** What the stream type, or a descriptor, says it is. */
  readonly name: string;
  /** Absent where it cannot be packaged. */
  readonly codec?: ElementaryStream["codec"];
  /** ISO 639-2. */
  readonly language?: string;
  /** Packets seen with this PID. */
  readonly packets: number;
};

/** One audio track. */
export type AudioReport = {
  readonly pid: number;
  readonly codec: ElementaryStream["codec"];
  readonly language?: string;
  /** Of the first frame; absent where none came. */
  readonly format?: AudioFormatReport;
  /** How often the format changed on the way. */
  readonly formatChanges: number;
  readonly frames: number;
  readonly durationSeconds: number;
  readonly bitsPerSecond?: number;
  readonly pts?: TimestampReport;
  /** How often timestamps jumped, so that time was counted anew. */
  readonly jumps: number;
  readonly gaps: number;
  /** Sound that is missing in those gaps. */
  readonly gapMs: number;
  /** Frames that overlap the one before. */
  readonly overlaps: number;
  /** First audio PTS minus first PTS of the first video track; not for live inputs, which are joined at any time. */
  readonly startAfterVideoMs?: number;
};

/** What the frames of an audio track are. */
export type AudioFormatReport = {
  /** RFC 6381. */
  readonly codecString: string;
  /** Such as `AAC-LC`. */
  readonly name: string;
  readonly sampleRate: number;
  /** With the LFE counted. */
  readonly channels: number;
  readonly samplesPerFrame: number;
  /** Where the stream says it. */
  readonly declaredBitsPerSecond?: number;
};

/** One kind of damage. */
export type ProblemReport = {
  readonly code: ProblemCode;
  readonly count: number;
  /** Where it was seen; empty where it has no PID. At most eight. */
  readonly pids: readonly number[];
  /** The numbers of the first time it was seen. */
  readonly firstDetail?: string;
  /** What it means. */
  readonly meaning: string;
};
