import { boundedUe } from "../annexb/bounded-ue.ts";
import { removeEmulationPrevention } from "../annexb/emulation-prevention.ts";
import { BitReader } from "../bytes/bit-reader.ts";

/** The syntax elements of a picture parameter set that slice headers depend on, by their names in the standard. */
export type PictureParameterSet = {
  readonly picParameterSetId: number;
  readonly seqParameterSetId: number;
  readonly bottomFieldPicOrderInFramePresentFlag: boolean;
  readonly redundantPicCntPresentFlag: boolean;
};

/** Limits of 7.4.2.2 and, for slice groups, of Annex A (Baseline and Extended profile). */
const MAX_PIC_PARAMETER_SET_ID = 255;
const MAX_SEQ_PARAMETER_SET_ID = 31;
const MAX_NUM_SLICE_GROUPS_MINUS1 = 7;
/** Map units of the largest frame (level 6.2). */
const MAX_PIC_SIZE_IN_MAP_UNITS = 139_264;

/**
 * Parses a picture parameter set up to redundant_pic_cnt_present_flag.
 *
 * @param nal - The NAL unit with its header byte, emulation prevention still inside.
 * @throws MalformedError - `parameter-set-malformed` when it ends early or a value is out of its range.
 * @spec Rec. ITU-T H.264 7.3.2.2
 */
export function parsePictureParameterSet(nal: Uint8Array): PictureParameterSet {
  const reader = new BitReader(removeEmulationPrevention(nal), "parameter-set-malformed");
  reader.skip(8); // NAL unit header
  const picParameterSetId = boundedUe(reader, MAX_PIC_PARAMETER_SET_ID, "pic_parameter_set_id");
  const seqParameterSetId = boundedUe(reader, MAX_SEQ_PARAMETER_SET_ID, "seq_parameter_set_id");
  reader.skip(1); // entropy_coding_mode_flag
  const bottomFieldPicOrderInFramePresentFlag = reader.flag();
  const numSliceGroupsMinus1 = boundedUe(reader, MAX_NUM_SLICE_GROUPS_MINUS1, "num_slice_groups_minus1");
  if (numSliceGroupsMinus1 > 0) skipSliceGroups(reader, numSliceGroupsMinus1);
  reader.ue(); // num_ref_idx_l0_default_active_minus1
  reader.ue(); // num_ref_idx_l1_default_active_minus1
  reader.skip(3); // weighted_pred_flag, weighted_bipred_idc
  reader.se(); // pic_init_qp_minus26
  reader.se(); // pic_init_qs_minus26
  reader.se(); // chroma_qp_index_offset
  reader.skip(2); // deblocking_filter_control_present_flag, constrained_intra_pred_flag
  const redundantPicCntPresentFlag = reader.flag();
  return { picParameterSetId, seqParameterSetId, bottomFieldPicOrderInFramePresentFlag, redundantPicCntPresentFlag };
}

function skipSliceGroups(reader: BitReader, numSliceGroupsMinus1: number): void {
  const sliceGroupMapType = boundedUe(reader, 6, "slice_group_map_type");
  if (sliceGroupMapType === 0) {
    for (let group = 0; group <= numSliceGroupsMinus1; group++) reader.ue(); // run_length_minus1
  } else if (sliceGroupMapType === 2) {
    for (let group = 0; group < numSliceGroupsMinus1; group++) {
      reader.ue(); // top_left
      reader.ue(); // bottom_right
    }
  } else if (sliceGroupMapType === 6) {
    const picSizeInMapUnits = boundedUe(reader, MAX_PIC_SIZE_IN_MAP_UNITS - 1, "pic_size_in_map_units_minus1") + 1;
    reader.skip(picSizeInMapUnits * Math.ceil(Math.log2(numSliceGroupsMinus1 + 1))); // slice_group_id
  } else if (sliceGroupMapType >= 3) {
    reader.skip(1); // slice_group_change_direction_flag
    reader.ue(); // slice_group_change_rate_minus1
  }
}
