import { boundedUe } from "../annexb/bounded-ue.ts";
import { removeEmulationPrevention } from "../annexb/emulation-prevention.ts";
import { MAX_PICTURE_DIMENSION } from "../annexb/video-description.ts";
import { BitReader } from "../bytes/bit-reader.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { type ProfileTierLevel, readProfileTierLevel } from "./profile-tier-level.ts";
import { skipScalingListData } from "./scaling-list-data.ts";
import { skipShortTermRefPicSets } from "./short-term-ref-pic-sets.ts";
import { readVideoUsabilityInformation, type VideoUsabilityInformation } from "./video-usability-information.ts";

/** The syntax elements of a sequence parameter set that anything here depends on, by their names in the standard. */
export type SequenceParameterSet = {
  readonly spsVideoParameterSetId: number;
  readonly spsMaxSubLayersMinus1: number;
  readonly spsTemporalIdNestingFlag: boolean;
  readonly profileTierLevel: ProfileTierLevel;
  readonly spsSeqParameterSetId: number;
  /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chromaFormatIdc: number;
  readonly bitDepthLumaMinus8: number;
  readonly bitDepthChromaMinus8: number;
  /** Size inside the conformance window in luma samples. */
  readonly width: number;
  readonly height: number;
  readonly vui?: VideoUsabilityInformation;
};

/** Limits of 7.4.3.2.1. */
const MAX_SUB_LAYERS_MINUS1 = 6;
const MAX_SEQ_PARAMETER_SET_ID = 15;
const MAX_LOG2_MAX_PIC_ORDER_CNT_LSB_MINUS4 = 12;
const MAX_NUM_LONG_TERM_REF_PICS_SPS = 32;

/** The standard goes on to 8 (16 bits a sample), but an hvcC record has three bits for it. */
const MAX_BIT_DEPTH_MINUS8 = 7;

/**
 * Parses a sequence parameter set of the base layer, up to the end of what {@link SequenceParameterSet} holds.
 *
 * @param nal - The NAL unit with its header, emulation prevention still inside.
 * @throws MalformedError - `parameter-set-malformed` when it ends early or a value is out of its range.
 * @spec Rec. ITU-T H.265 7.3.2.2.1
 */
export function parseSequenceParameterSet(nal: Uint8Array): SequenceParameterSet {
  const reader = new BitReader(removeEmulationPrevention(nal), "parameter-set-malformed");
  reader.skip(16); // NAL unit header
  const spsVideoParameterSetId = reader.u(4);
  const spsMaxSubLayersMinus1 = reader.u(3);
  if (spsMaxSubLayersMinus1 > MAX_SUB_LAYERS_MINUS1) {
    throw new MalformedError("parameter-set-malformed", `sps_max_sub_layers_minus1 is ${spsMaxSubLayersMinus1}`);
  }
  const spsTemporalIdNestingFlag = reader.flag();
  const profileTierLevel = readProfileTierLevel(reader, spsMaxSubLayersMinus1);
  const spsSeqParameterSetId = boundedUe(reader, MAX_SEQ_PARAMETER_SET_ID, "sps_seq_parameter_set_id");
  const format = readPictureFormat(reader);
  skipCodingTools(reader, spsMaxSubLayersMinus1);
  const vui = reader.flag() ? readVideoUsabilityInformation(reader, spsMaxSubLayersMinus1) : undefined;
  return {
    spsVideoParameterSetId,
    spsMaxSubLayersMinus1,
    spsTemporalIdNestingFlag,
    profileTierLevel,
    spsSeqParameterSetId,
    ...format,
    ...(vui && { vui }),
  };
}

type PictureFormat = Pick<
  SequenceParameterSet,
  "chromaFormatIdc" | "bitDepthLumaMinus8" | "bitDepthChromaMinus8" | "width" | "height"
>;

/** chroma_format_idc to bit_depth_chroma_minus8. */
function readPictureFormat(reader: BitReader): PictureFormat {
  const chromaFormatIdc = boundedUe(reader, 3, "chroma_format_idc");
  if (chromaFormatIdc === 3) reader.skip(1); // separate_colour_plane_flag
  const codedWidth = boundedUe(reader, MAX_PICTURE_DIMENSION, "pic_width_in_luma_samples");
  const codedHeight = boundedUe(reader, MAX_PICTURE_DIMENSION, "pic_height_in_luma_samples");
  // The conformance window counts chroma samples: SubWidthC and SubHeightC of Table 6-1.
  const subWidthC = chromaFormatIdc === 1 || chromaFormatIdc === 2 ? 2 : 1;
  const subHeightC = chromaFormatIdc === 1 ? 2 : 1;
  const [left, right, top, bottom] = reader.flag()
    ? [reader.ue(), reader.ue(), reader.ue(), reader.ue()]
    : [0, 0, 0, 0];
  const width = codedWidth - (left + right) * subWidthC;
  const height = codedHeight - (top + bottom) * subHeightC;
  if (width <= 0 || height <= 0) {
    throw new MalformedError("parameter-set-malformed", `picture size ${width}x${height} after cropping`);
  }
  const bitDepthLumaMinus8 = boundedUe(reader, MAX_BIT_DEPTH_MINUS8, "bit_depth_luma_minus8");
  const bitDepthChromaMinus8 = boundedUe(reader, MAX_BIT_DEPTH_MINUS8, "bit_depth_chroma_minus8");
  return { chromaFormatIdc, bitDepthLumaMinus8, bitDepthChromaMinus8, width, height };
}

/** log2_max_pic_order_cnt_lsb_minus4 to strong_intra_smoothing_enabled_flag. */
function skipCodingTools(reader: BitReader, spsMaxSubLayersMinus1: number): void {
  const log2MaxPicOrderCntLsbMinus4 = boundedUe(
    reader,
    MAX_LOG2_MAX_PIC_ORDER_CNT_LSB_MINUS4,
    "log2_max_pic_order_cnt_lsb_minus4",
  );
  const subLayerOrderingInfoPresentFlag = reader.flag();
  for (
    let subLayer = subLayerOrderingInfoPresentFlag ? 0 : spsMaxSubLayersMinus1;
    subLayer <= spsMaxSubLayersMinus1;
    subLayer++
  ) {
    reader.ue(); // sps_max_dec_pic_buffering_minus1
    reader.ue(); // sps_max_num_reorder_pics
    reader.ue(); // sps_max_latency_increase_plus1
  }
  // log2_min_luma_coding_block_size_minus3, log2_diff_max_min_luma_coding_block_size,
  // log2_min_luma_transform_block_size_minus2, log2_diff_max_min_luma_transform_block_size,
  // max_transform_hierarchy_depth_inter, max_transform_hierarchy_depth_intra
  for (let element = 0; element < 6; element++) reader.ue();
  const scalingListEnabledFlag = reader.flag();
  if (scalingListEnabledFlag && reader.flag()) skipScalingListData(reader);
  reader.skip(2); // amp_enabled_flag, sample_adaptive_offset_enabled_flag
  if (reader.flag()) {
    reader.skip(8); // pcm_sample_bit_depth_luma_minus1, pcm_sample_bit_depth_chroma_minus1
    reader.ue(); // log2_min_pcm_luma_coding_block_size_minus3
    reader.ue(); // log2_diff_max_min_pcm_luma_coding_block_size
    reader.skip(1); // pcm_loop_filter_disabled_flag
  }
  skipShortTermRefPicSets(reader);
  if (reader.flag()) {
    const count = boundedUe(reader, MAX_NUM_LONG_TERM_REF_PICS_SPS, "num_long_term_ref_pics_sps");
    reader.skip(count * (log2MaxPicOrderCntLsbMinus4 + 4 + 1)); // lt_ref_pic_poc_lsb_sps, used_by_curr_pic_lt_sps_flag
  }
  reader.skip(2); // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
}
