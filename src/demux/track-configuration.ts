import type { Rational } from "../time/rational.ts";
import type { BitsPerSecond } from "../time/units.ts";

/** How the colours of a video stream are coded, from its VUI. Values of ISO/IEC 23091-2 (CICP). */
export type Colour = {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly fullRange: boolean;
};

/**
 * What a decoder must know before the first picture, and what manifests say of it. Made anew only when the stream's
 * parameter sets change, so that identity (`===`) tells whether two pictures share an init segment.
 */
export type VideoConfiguration = {
  readonly kind: "video";
  readonly codec: "h264" | "h265";
  /** RFC 6381, such as `avc1.64001f`. */
  readonly codecString: string;
  /** Content of the avcC or hvcC box. */
  readonly decoderConfiguration: Uint8Array;
  /** Cropped picture size in samples. */
  readonly width: number;
  readonly height: number;
  /** Width to height of one sample; absent when unknown or 1:1. */
  readonly pixelAspectRatio?: Rational;
  readonly colour?: Colour;
  /** Pictures a second as the VUI or VPS claims; encoders get it wrong, so time never rests on it alone. */
  readonly declaredPictureRate?: Rational;
  /** From HRD parameters, where the stream has them: bits a second and buffer size in bits. */
  readonly maxBitrate?: BitsPerSecond;
  readonly bufferSizeBits?: number;
};

/** The same for audio. */
export type AudioConfiguration = {
  readonly kind: "audio";
  readonly codec: "aac" | "ac3" | "eac3";
  /** RFC 6381: `mp4a.40.2`, `ac-3`, `ec-3`. */
  readonly codecString: string;
  /** AudioSpecificConfig (aac), or the content of the dac3 or dec3 box. */
  readonly decoderConfiguration: Uint8Array;
  readonly sampleRate: number;
  /** Channels with the LFE counted: 6 for 5.1. */
  readonly channels: number;
  /** Samples of one access unit per channel: 1024 for AAC, 1536 for AC-3. */
  readonly samplesPerFrame: number;
  /** Where the stream declares it (AC-3, E-AC-3). */
  readonly bitrate?: BitsPerSecond;
};

/** What an init segment is made of. */
export type TrackConfiguration = VideoConfiguration | AudioConfiguration;
