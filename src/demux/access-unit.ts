import type { ProblemEvent } from "../problem/problem.ts";
import type { SeiMessage } from "../sei/message.ts";
import type { Ticks } from "../time/units.ts";
import type { AudioConfiguration, VideoConfiguration } from "./track-configuration.ts";
import type { TransportError } from "./transport-error.ts";

/** Why a stream can be cut before a picture, strongest first. */
export type RandomAccess =
  /** H.264 IDR, H.265 IDR_N_LP and BLA_N_LP: everything after it is presented after it. */
  | "idr"
  /** H.265 IDR_W_RADL and BLA_W_RADL: pictures after it may be presented before it, and need nothing older. */
  | "idr-with-leading"
  /** H.265 CRA and BLA_W_LP: pictures after it that are presented before it may need older ones. */
  | "open"
  /** An H.264 I picture with a recovery point SEI of zero frames: like `open`. */
  | "recovery-point";

/** One coded picture. Views into memory that nothing writes to again. */
export type VideoAccessUnit = {
  readonly kind: "video";
  readonly pid: number;
  readonly pts: Ticks;
  readonly dts: Ticks;
  /** The picture as a CMAF sample: each NAL unit after its length in four bytes; delimiters, parameter sets and filler left out. */
  readonly sample: Uint8Array;
  /** Absent where a stream cannot be cut. */
  readonly randomAccess?: RandomAccess;
  readonly configuration: VideoConfiguration;
  /** Its SEI messages in decoding order; they are also still in `sample`, unchanged. */
  readonly sei: readonly SeiMessage[];
  /** Bytes of it were lost on the way. */
  readonly damaged: boolean;
  /** No other picture refers to it (nal_ref_idc of 0, a sub-layer non-reference picture). */
  readonly disposable: boolean;
  /** What the transport did on its PID, and to the whole stream, since the unit before. Absent: nothing. */
  readonly transport?: readonly TransportError[];
};

/** One coded audio frame, without transport framing (no ADTS header). */
export type AudioAccessUnit = {
  readonly kind: "audio";
  readonly pid: number;
  readonly pts: Ticks;
  readonly data: Uint8Array;
  readonly configuration: AudioConfiguration;
  /** As of a picture. */
  readonly transport?: readonly TransportError[];
};

export type AccessUnit = VideoAccessUnit | AudioAccessUnit;

/** One elementary stream that the chosen programme announces and the packager can carry. */
export type ElementaryStream = {
  readonly pid: number;
  readonly kind: "video" | "audio";
  readonly codec: "h264" | "h265" | "aac" | "ac3" | "eac3";
  /** ISO 639-2 code in lower case, checked to be three letters. */
  readonly language?: string;
};

/** What a demuxer says, in stream order. */
export type DemuxEvent =
  /** The chosen programme, at first and whenever its streams change. */
  | { readonly kind: "program"; readonly number: number; readonly streams: readonly ElementaryStream[] }
  | { readonly kind: "access-unit"; readonly unit: AccessUnit }
  /** The stream says itself that its clock breaks here (discontinuity_indicator). */
  | { readonly kind: "discontinuity" }
  | ProblemEvent;

/** One PES packet's payload, timestamps unwrapped. */
export type PesPacket = {
  readonly pts: Ticks | undefined;
  /** Present where `pts` is. */
  readonly dts: Ticks | undefined;
  /** Holds until the PES packet after the next is gathered; an assembler copies what it keeps longer. */
  readonly payload: Uint8Array;
  /** Bytes between the PES packet before and this one were lost: nothing of the two may be joined. */
  readonly gapBefore: boolean;
  /** The payload ends early because packets were lost inside it. */
  readonly truncated: boolean;
};

/** Turns the PES packets of one elementary stream into access units. */
export interface StreamAssembler {
  push(pes: PesPacket): readonly DemuxEvent[];
  /**
   * The next PES packet begins, without a loss before it: what came before may be known to be complete.
   *
   * @param payload - The first bytes of its payload.
   */
  begins(payload: Uint8Array): readonly DemuxEvent[];
  flush(): readonly DemuxEvent[];
}
