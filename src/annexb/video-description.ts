import type { Rational } from "../time/rational.ts";
import type { BitsPerSecond } from "../time/units.ts";
import type { ColourDescription, DisplayInformation } from "./display-information.ts";

/** What the parameter sets of a video stream say of it. */
export type VideoDescription = {
  /** RFC 6381, such as `avc1.64001f` or `hvc1.1.6.L93.B0`. */
  readonly codecString: string;
  /** Content of the avcC or hvcC box. */
  readonly decoderConfiguration: Uint8Array;
  /** Cropped picture size in samples. */
  readonly width: number;
  readonly height: number;
  /** Width to height of one sample, in lowest terms; absent when unspecified or 1:1. */
  readonly pixelAspectRatio?: Rational;
  /** Absent where the VUI has no colour description. */
  readonly colour?: ColourDescription;
  /** Pictures a second (frames where H.264 codes fields), in lowest terms; absent where not declared. */
  readonly declaredPictureRate?: Rational;
  /** First bit rate and buffer size of the HRD parameters, NAL before VCL; absent where there are none. */
  readonly maxBitrate?: BitsPerSecond;
  readonly bufferSizeBits?: number;
};

/** The part of a description that the two codecs find in different places. */
export type VideoParameters = Pick<
  VideoDescription,
  "codecString" | "decoderConfiguration" | "width" | "height" | "declaredPictureRate"
> & {
  readonly display: DisplayInformation | undefined;
  /** BitRate[0] in bits a second and CpbSize[0] in bits. */
  readonly hrd: { readonly bitRate: number; readonly cpbSize: number } | undefined;
};

/** The size fields of a sample entry have 16 bits; level 6.2 of both codecs ends at 16,888 samples. */
export const MAX_PICTURE_DIMENSION = 0xffff;

/** The btrt box has 32 bits for either value; 4.3 Gb/s is beyond any broadcast. */
const MAX_HRD_VALUE = 0xffffffff;

/** Puts a description together: leaves out what is unspecified, usual (square samples) or beyond belief. */
export function buildVideoDescription({ display, hrd, ...parameters }: VideoParameters): VideoDescription {
  const pixelAspectRatio = display?.sampleAspectRatio;
  const square = pixelAspectRatio?.num === pixelAspectRatio?.den;
  const credible = hrd && hrd.bitRate <= MAX_HRD_VALUE && hrd.cpbSize <= MAX_HRD_VALUE;
  return {
    ...parameters,
    ...(pixelAspectRatio && !square && { pixelAspectRatio }),
    ...(display?.colour && { colour: display.colour }),
    ...(credible && { maxBitrate: hrd.bitRate as BitsPerSecond, bufferSizeBits: hrd.cpbSize }),
  };
}
