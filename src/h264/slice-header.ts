import { removeEmulationPrevention } from "../annexb/emulation-prevention.ts";
import { BitReader } from "../bytes/bit-reader.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { nalUnitType, nalUnitTypes } from "./nal-unit-type.ts";
import type { PictureParameterSet } from "./picture-parameter-set.ts";
import type { SequenceParameterSet } from "./sequence-parameter-set.ts";

/** The beginning of a slice header: what tells pictures apart, by the names in the standard. */
export type SliceHeader = {
  readonly nalRefIdc: number;
  /** IdrPicFlag: the NAL unit is of type 5. */
  readonly idrPicFlag: boolean;
  readonly firstMbInSlice: number;
  /** 0 P, 1 B, 2 I, 3 SP, 4 SI; 5 to 9 the same, for all slices of the picture. */
  readonly sliceType: number;
  readonly picParameterSetId: number;
  /** Of the sequence parameter set the picture refers to. */
  readonly seqParameterSetId: number;
  readonly frameNum: number;
  readonly fieldPicFlag: boolean;
  readonly bottomFieldFlag: boolean;
  /** 0 where idrPicFlag is false. */
  readonly idrPicId: number;
  readonly picOrderCntType: number;
  /** This and what follows: 0 where not present. */
  readonly picOrderCntLsb: number;
  readonly deltaPicOrderCntBottom: number;
  readonly deltaPicOrderCnt: readonly [number, number];
  /** Above 0: a slice of a redundant coded picture, which starts nothing. */
  readonly redundantPicCnt: number;
};

/**
 * More than the longest beginning of a slice header: 33 bytes with every Exp-Golomb code at its longest legal value,
 * 50 with emulation prevention everywhere.
 */
const MAX_BYTES = 64;

const MAX_SLICE_TYPE = 9;

/**
 * Parses the beginning of a slice header, up to redundant_pic_cnt.
 *
 * @param nal - A NAL unit of type 1, 2 or 5 with its header byte, emulation prevention still inside.
 * @param pictureParameterSets - By pic_parameter_set_id.
 * @param sequenceParameterSets - By seq_parameter_set_id.
 * @throws MalformedError - `slice-malformed` when it ends early or a value is out of its range,
 *   `parameter-set-missing` when it refers to a parameter set that is not there.
 * @spec Rec. ITU-T H.264 7.3.3
 */
export function parseSliceHeader(
  nal: Uint8Array,
  pictureParameterSets: ReadonlyMap<number, PictureParameterSet>,
  sequenceParameterSets: ReadonlyMap<number, SequenceParameterSet>,
): SliceHeader {
  const reader = new BitReader(removeEmulationPrevention(nal.subarray(0, MAX_BYTES)), "slice-malformed");
  reader.skip(1); // forbidden_zero_bit
  const nalRefIdc = reader.u(2);
  reader.skip(5); // nal_unit_type
  const idrPicFlag = nalUnitType(nal) === nalUnitTypes.idrSlice;
  const firstMbInSlice = reader.ue();
  const sliceType = reader.ue();
  if (sliceType > MAX_SLICE_TYPE) throw new MalformedError("slice-malformed", `slice_type is ${sliceType}`);
  const picParameterSetId = reader.ue();
  const pps = pictureParameterSets.get(picParameterSetId);
  if (!pps) throw new MalformedError("parameter-set-missing", `picture parameter set ${picParameterSetId}`);
  const sps = sequenceParameterSets.get(pps.seqParameterSetId);
  if (!sps) throw new MalformedError("parameter-set-missing", `sequence parameter set ${pps.seqParameterSetId}`);
  if (sps.separateColourPlaneFlag) reader.skip(2); // colour_plane_id
  const frameNum = reader.u(sps.log2MaxFrameNumMinus4 + 4);
  const fieldPicFlag = !sps.frameMbsOnlyFlag && reader.flag();
  const bottomFieldFlag = fieldPicFlag && reader.flag();
  const idrPicId = idrPicFlag ? reader.ue() : 0;
  const picOrderCnt = readPicOrderCnt(reader, sps, pps.bottomFieldPicOrderInFramePresentFlag && !fieldPicFlag);
  const redundantPicCnt = pps.redundantPicCntPresentFlag ? reader.ue() : 0;
  return {
    nalRefIdc,
    idrPicFlag,
    firstMbInSlice,
    sliceType,
    picParameterSetId,
    seqParameterSetId: pps.seqParameterSetId,
    frameNum,
    fieldPicFlag,
    bottomFieldFlag,
    idrPicId,
    ...picOrderCnt,
    redundantPicCnt,
  };
}

function readPicOrderCnt(
  reader: BitReader,
  sps: SequenceParameterSet,
  bottomPresent: boolean,
): Pick<SliceHeader, "picOrderCntType" | "picOrderCntLsb" | "deltaPicOrderCntBottom" | "deltaPicOrderCnt"> {
  const { picOrderCntType } = sps;
  const lsbPresent = picOrderCntType === 0;
  const picOrderCntLsb = lsbPresent ? reader.u(sps.log2MaxPicOrderCntLsbMinus4 + 4) : 0;
  const deltaPicOrderCntBottom = lsbPresent && bottomPresent ? reader.se() : 0;
  const deltaPresent = picOrderCntType === 1 && !sps.deltaPicOrderAlwaysZeroFlag;
  const delta0 = deltaPresent ? reader.se() : 0;
  const delta1 = deltaPresent && bottomPresent ? reader.se() : 0;
  return { picOrderCntType, picOrderCntLsb, deltaPicOrderCntBottom, deltaPicOrderCnt: [delta0, delta1] };
}
