import { boundedUe } from "../annexb/bounded-ue.ts";
import { removeEmulationPrevention } from "../annexb/emulation-prevention.ts";
import { BitReader } from "../bytes/bit-reader.ts";

/** The syntax elements of a picture parameter set that hvcC records depend on. */
export type PictureParameterSet = {
  readonly ppsPicParameterSetId: number;
  readonly ppsSeqParameterSetId: number;
  readonly tilesEnabledFlag: boolean;
  readonly entropyCodingSyncEnabledFlag: boolean;
};

/** Limits of 7.4.3.3.1. */
const MAX_PIC_PARAMETER_SET_ID = 63;
const MAX_SEQ_PARAMETER_SET_ID = 15;

/**
 * Parses a picture parameter set up to entropy_coding_sync_enabled_flag.
 *
 * @param nal - The NAL unit with its header, emulation prevention still inside.
 * @throws MalformedError - `parameter-set-malformed` when it ends early or a value is out of its range.
 * @spec Rec. ITU-T H.265 7.3.2.3.1
 */
export function parsePictureParameterSet(nal: Uint8Array): PictureParameterSet {
  const reader = new BitReader(removeEmulationPrevention(nal), "parameter-set-malformed");
  reader.skip(16); // NAL unit header
  const ppsPicParameterSetId = boundedUe(reader, MAX_PIC_PARAMETER_SET_ID, "pps_pic_parameter_set_id");
  const ppsSeqParameterSetId = boundedUe(reader, MAX_SEQ_PARAMETER_SET_ID, "pps_seq_parameter_set_id");
  // dependent_slice_segments_enabled_flag, output_flag_present_flag, num_extra_slice_header_bits,
  // sign_data_hiding_enabled_flag, cabac_init_present_flag
  reader.skip(1 + 1 + 3 + 1 + 1);
  reader.ue(); // num_ref_idx_l0_default_active_minus1
  reader.ue(); // num_ref_idx_l1_default_active_minus1
  reader.se(); // init_qp_minus26
  reader.skip(2); // constrained_intra_pred_flag, transform_skip_enabled_flag
  if (reader.flag()) reader.ue(); // diff_cu_qp_delta_depth
  reader.se(); // pps_cb_qp_offset
  reader.se(); // pps_cr_qp_offset
  // pps_slice_chroma_qp_offsets_present_flag, weighted_pred_flag, weighted_bipred_flag, transquant_bypass_enabled_flag
  reader.skip(4);
  const tilesEnabledFlag = reader.flag();
  const entropyCodingSyncEnabledFlag = reader.flag();
  return {
    ppsPicParameterSetId,
    ppsSeqParameterSetId,
    tilesEnabledFlag,
    entropyCodingSyncEnabledFlag,
  };
}
