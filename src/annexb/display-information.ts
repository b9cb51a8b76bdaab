import type { BitReader } from "../bytes/bit-reader.ts";
import type { Rational } from "../time/rational.ts";
import { lowestTerms } from "./lowest-terms.ts";

/** How colours are coded. Values of ISO/IEC 23091-2 (CICP), which H.264 and H.265 share. */
export type ColourDescription = {
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
  readonly fullRange: boolean;
};

/** The first part of the VUI, the same in H.264 and H.265: how samples are to be shown. */
export type DisplayInformation = {
  /** Width to height of one sample in lowest terms; absent where unspecified. */
  readonly sampleAspectRatio?: Rational;
  /** Absent without colour_description_present_flag. */
  readonly colour?: ColourDescription;
};

/** Extended_SAR (H.264), EXTENDED_SAR (H.265): the ratio follows in numbers. */
const EXTENDED_SAR = 255;

/** Sample aspect ratios by aspect_ratio_idc - 1. */
const sampleAspectRatios: readonly Rational[] = [
  { num: 1, den: 1 },
  { num: 12, den: 11 },
  { num: 10, den: 11 },
  { num: 16, den: 11 },
  { num: 40, den: 33 },
  { num: 24, den: 11 },
  { num: 20, den: 11 },
  { num: 32, den: 11 },
  { num: 80, den: 33 },
  { num: 18, den: 11 },
  { num: 15, den: 11 },
  { num: 64, den: 33 },
  { num: 160, den: 99 },
  { num: 4, den: 3 },
  { num: 3, den: 2 },
  { num: 2, den: 1 },
];

/**
 * Reads vui_parameters() from aspect_ratio_info_present_flag to chroma_sample_loc_type_bottom_field.
 *
 * @spec Rec. ITU-T H.264 E.1.1 and Table E-1, H.265 E.2.1 and Table E.1
 */
export function readDisplayInformation(reader: BitReader): DisplayInformation {
  const sampleAspectRatio = reader.flag() ? readSampleAspectRatio(reader) : undefined;
  if (reader.flag()) reader.skip(1); // overscan_appropriate_flag
  const colour = reader.flag() ? readVideoSignalType(reader) : undefined;
  if (reader.flag()) {
    reader.ue(); // chroma_sample_loc_type_top_field
    reader.ue(); // chroma_sample_loc_type_bottom_field
  }
  return { ...(sampleAspectRatio && { sampleAspectRatio }), ...(colour && { colour }) };
}

function readSampleAspectRatio(reader: BitReader): Rational | undefined {
  const aspectRatioIdc = reader.u(8);
  if (aspectRatioIdc !== EXTENDED_SAR) return sampleAspectRatios[aspectRatioIdc - 1];
  const sarWidth = reader.u(16);
  const sarHeight = reader.u(16);
  return lowestTerms(sarWidth, sarHeight);
}

function readVideoSignalType(reader: BitReader): ColourDescription | undefined {
  reader.skip(3); // video_format
  const fullRange = reader.flag();
  if (!reader.flag()) return undefined;
  return { primaries: reader.u(8), transfer: reader.u(8), matrix: reader.u(8), fullRange };
}
