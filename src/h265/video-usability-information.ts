import { boundedUe } from "../annexb/bounded-ue.ts";
import { type DisplayInformation, readDisplayInformation } from "../annexb/display-information.ts";
import type { BitReader } from "../bytes/bit-reader.ts";
import { type HrdParameters, readHrdParameters } from "./hrd-parameters.ts";
import { readTimingInfo, type TimingInfo } from "./timing-info.ts";

/** The syntax elements of vui_parameters() that anything here depends on. */
export type VideoUsabilityInformation = DisplayInformation & {
  readonly timing?: TimingInfo;
  /** NAL parameters, else the VCL ones. */
  readonly hrd?: HrdParameters;
  /** 0 where not sent: no limit. */
  readonly minSpatialSegmentationIdc: number;
};

/** Limit of E.3.1. */
const MAX_MIN_SPATIAL_SEGMENTATION_IDC = 4095;

/**
 * Reads vui_parameters() up to min_spatial_segmentation_idc. The default display window is passed over: it is a
 * proposal for displays, no part of the picture size.
 *
 * @throws MalformedError - `parameter-set-malformed`.
 * @spec Rec. ITU-T H.265 E.2.1
 */
export function readVideoUsabilityInformation(
  reader: BitReader,
  maxSubLayersMinus1: number,
): VideoUsabilityInformation {
  const display = readDisplayInformation(reader);
  reader.skip(3); // neutral_chroma_indication_flag, field_seq_flag, frame_field_info_present_flag
  if (reader.flag()) {
    for (let side = 0; side < 4; side++) reader.ue(); // def_disp_win_left_offset, right, top, bottom
  }
  const timing = reader.flag() ? readTimingInfo(reader) : undefined;
  const hrd = timing && reader.flag() ? readHrdParameters(reader, maxSubLayersMinus1) : undefined;
  const minSpatialSegmentationIdc = reader.flag() ? readMinSpatialSegmentationIdc(reader) : 0;
  return { ...display, ...(timing && { timing }), ...(hrd && { hrd }), minSpatialSegmentationIdc };
}

function readMinSpatialSegmentationIdc(reader: BitReader): number {
  // tiles_fixed_structure_flag, motion_vectors_over_pic_boundaries_flag, restricted_ref_pic_lists_flag
  reader.skip(3);
  return boundedUe(reader, MAX_MIN_SPATIAL_SEGMENTATION_IDC, "min_spatial_segmentation_idc");
}
