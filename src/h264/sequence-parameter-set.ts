import { boundedUe } from "../annexb/bounded-ue.ts";
import { removeEmulationPrevention } from "../annexb/emulation-prevention.ts";
import { MAX_PICTURE_DIMENSION } from "../annexb/video-description.ts";
import { BitReader } from "../bytes/bit-reader.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { skipScalingLists } from "./scaling-lists.ts";
import { readVideoUsabilityInformation, type VideoUsabilityInformation } from "./video-usability-information.ts";

/** The syntax elements of a sequence parameter set that anything here depends on, by their names in the standard. */
export type SequenceParameterSet = {
  readonly profileIdc: number;
  /** constraint_set0_flag (highest bit) to constraint_set5_flag and the two zero bits. */
  readonly constraintSetFlags: number;
  readonly levelIdc: number;
  readonly seqParameterSetId: number;
  /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chromaFormatIdc: number;
  readonly separateColourPlaneFlag: boolean;
  readonly bitDepthLumaMinus8: number;
  readonly bitDepthChromaMinus8: number;
  readonly log2MaxFrameNumMinus4: number;
  readonly picOrderCntType: number;
  /** 0 where picOrderCntType is not 0. */
  readonly log2MaxPicOrderCntLsbMinus4: number;
  /** False where picOrderCntType is not 1. */
  readonly deltaPicOrderAlwaysZeroFlag: boolean;
  readonly frameMbsOnlyFlag: boolean;
  /** Cropped picture (frame) size in luma samples. */
  readonly width: number;
  readonly height: number;
  readonly vui?: VideoUsabilityInformation;
};

/** Profiles whose sequence parameter sets carry chroma_format_idc and what follows it. */
const profilesWithChromaFormat: ReadonlySet<number> = new Set([
  100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135,
]);

/** Limits of 7.4.2.1.1. */
const MAX_SEQ_PARAMETER_SET_ID = 31;
const MAX_BIT_DEPTH_MINUS8 = 6;
const MAX_LOG2_MINUS4 = 12;
const MAX_REF_FRAMES_IN_PIC_ORDER_CNT_CYCLE = 255;
const MAX_DIMENSION_IN_MBS = MAX_PICTURE_DIMENSION >> 4;

/**
 * Parses a sequence parameter set, up to the end of what {@link SequenceParameterSet} holds.
 *
 * @param nal - The NAL unit with its header byte, emulation prevention still inside.
 * @throws MalformedError - `parameter-set-malformed` when it ends early or a value is out of its range.
 * @spec Rec. ITU-T H.264 7.3.2.1.1
 */
export function parseSequenceParameterSet(nal: Uint8Array): SequenceParameterSet {
  const reader = new BitReader(removeEmulationPrevention(nal), "parameter-set-malformed");
  reader.skip(8); // NAL unit header
  const profileIdc = reader.u(8);
  const constraintSetFlags = reader.u(8);
  const levelIdc = reader.u(8);
  const seqParameterSetId = boundedUe(reader, MAX_SEQ_PARAMETER_SET_ID, "seq_parameter_set_id");
  const chroma = profilesWithChromaFormat.has(profileIdc) ? readChromaFormat(reader) : chroma420;
  const log2MaxFrameNumMinus4 = boundedUe(reader, MAX_LOG2_MINUS4, "log2_max_frame_num_minus4");
  const picOrderCnt = readPicOrderCnt(reader);
  reader.ue(); // max_num_ref_frames
  reader.skip(1); // gaps_in_frame_num_value_allowed_flag
  const size = readPictureSize(reader, chroma);
  const vui = reader.flag() ? readVideoUsabilityInformation(reader) : undefined;
  return {
    profileIdc,
    constraintSetFlags,
    levelIdc,
    seqParameterSetId,
    ...chroma,
    log2MaxFrameNumMinus4,
    ...picOrderCnt,
    ...size,
    ...(vui && { vui }),
  };
}

type ChromaFormat = Pick<
  SequenceParameterSet,
  "chromaFormatIdc" | "separateColourPlaneFlag" | "bitDepthLumaMinus8" | "bitDepthChromaMinus8"
>;

/** What profiles without these syntax elements have. */
const chroma420: ChromaFormat = {
  chromaFormatIdc: 1,
  separateColourPlaneFlag: false,
  bitDepthLumaMinus8: 0,
  bitDepthChromaMinus8: 0,
};

function readChromaFormat(reader: BitReader): ChromaFormat {
  const chromaFormatIdc = boundedUe(reader, 3, "chroma_format_idc");
  const separateColourPlaneFlag = chromaFormatIdc === 3 && reader.flag();
  const bitDepthLumaMinus8 = boundedUe(reader, MAX_BIT_DEPTH_MINUS8, "bit_depth_luma_minus8");
  const bitDepthChromaMinus8 = boundedUe(reader, MAX_BIT_DEPTH_MINUS8, "bit_depth_chroma_minus8");
  reader.skip(1); // qpprime_y_zero_transform_bypass_flag
  if (reader.flag()) skipScalingLists(reader, chromaFormatIdc);
  return { chromaFormatIdc, separateColourPlaneFlag, bitDepthLumaMinus8, bitDepthChromaMinus8 };
}

type PicOrderCnt = Pick<
  SequenceParameterSet,
  "picOrderCntType" | "log2MaxPicOrderCntLsbMinus4" | "deltaPicOrderAlwaysZeroFlag"
>;

function readPicOrderCnt(reader: BitReader): PicOrderCnt {
  const picOrderCntType = boundedUe(reader, 2, "pic_order_cnt_type");
  const log2MaxPicOrderCntLsbMinus4 =
    picOrderCntType === 0 ? boundedUe(reader, MAX_LOG2_MINUS4, "log2_max_pic_order_cnt_lsb_minus4") : 0;
  const deltaPicOrderAlwaysZeroFlag = picOrderCntType === 1 && reader.flag();
  if (picOrderCntType === 1) {
    reader.se(); // offset_for_non_ref_pic
    reader.se(); // offset_for_top_to_bottom_field
    const count = boundedUe(reader, MAX_REF_FRAMES_IN_PIC_ORDER_CNT_CYCLE, "num_ref_frames_in_pic_order_cnt_cycle");
    for (let i = 0; i < count; i++) reader.se(); // offset_for_ref_frame
  }
  return { picOrderCntType, log2MaxPicOrderCntLsbMinus4, deltaPicOrderAlwaysZeroFlag };
}

function readPictureSize(
  reader: BitReader,
  chroma: ChromaFormat,
): Pick<SequenceParameterSet, "frameMbsOnlyFlag" | "width" | "height"> {
  const picWidthInMbs = boundedUe(reader, MAX_DIMENSION_IN_MBS - 1, "pic_width_in_mbs_minus1") + 1;
  const picHeightInMapUnits = boundedUe(reader, MAX_DIMENSION_IN_MBS - 1, "pic_height_in_map_units_minus1") + 1;
  const frameMbsOnlyFlag = reader.flag();
  if (!frameMbsOnlyFlag) reader.skip(1); // mb_adaptive_frame_field_flag
  reader.skip(1); // direct_8x8_inference_flag
  const fieldsPerMapUnit = frameMbsOnlyFlag ? 1 : 2;
  const [left, right, top, bottom] = reader.flag()
    ? [reader.ue(), reader.ue(), reader.ue(), reader.ue()]
    : [0, 0, 0, 0];
  // CropUnitX and CropUnitY of 7.4.2.1.1: chroma samples where there are any that are subsampled.
  const chromaArrayType = chroma.separateColourPlaneFlag ? 0 : chroma.chromaFormatIdc;
  const cropUnitX = chromaArrayType === 1 || chromaArrayType === 2 ? 2 : 1;
  const cropUnitY = (chromaArrayType === 1 ? 2 : 1) * fieldsPerMapUnit;
  const width = picWidthInMbs * 16 - (left + right) * cropUnitX;
  const height = picHeightInMapUnits * fieldsPerMapUnit * 16 - (top + bottom) * cropUnitY;
  if (width <= 0 || height <= 0 || height > MAX_PICTURE_DIMENSION) {
    throw new MalformedError("parameter-set-malformed", `picture size ${width}x${height} after cropping`);
  }
  return { frameMbsOnlyFlag, width, height };
}
