import { addEmulationPrevention } from "../../src/annexb/emulation-prevention.ts";
import { BitWriter } from "../../src/bytes/bit-writer.ts";

/** What the tests choose in hrd_parameters(). */
export type Hrd = {
  readonly bitRateScale: number;
  readonly cpbSizeScale: number;
  /** [bit_rate_value_minus1, cpb_size_value_minus1] */
  readonly cpbs: readonly (readonly [number, number])[];
  readonly cpbRemovalDelayLengthMinus1: number;
  readonly dpbOutputDelayLengthMinus1: number;
  readonly timeOffsetLength: number;
};

/** What the tests choose in vui_parameters(); what is absent is written as not present. */
export type Vui = {
  readonly aspectRatioIdc?: number;
  /** Written where aspectRatioIdc is 255. */
  readonly sar?: readonly [number, number];
  readonly overscan?: boolean;
  readonly fullRange?: boolean;
  readonly colour?: readonly [number, number, number];
  readonly chromaLoc?: readonly [number, number];
  /** [num_units_in_tick, time_scale] */
  readonly timing?: readonly [number, number];
  readonly nalHrd?: Hrd;
  readonly vclHrd?: Hrd;
  readonly picStruct?: boolean;
};

/** What the tests choose in a sequence parameter set. */
export type Sps = {
  readonly profileIdc: number;
  readonly seqParameterSetId: number;
  readonly chromaFormatIdc: number;
  readonly separateColourPlaneFlag: boolean;
  readonly bitDepthLumaMinus8: number;
  readonly bitDepthChromaMinus8: number;
  /** delta_scale values of each list; a list that is not present is undefined. */
  readonly scalingLists?: readonly (readonly number[] | undefined)[];
  readonly log2MaxFrameNumMinus4: number;
  readonly picOrderCntType: number;
  readonly log2MaxPicOrderCntLsbMinus4: number;
  readonly deltaPicOrderAlwaysZeroFlag: boolean;
  readonly offsetForRefFrame: readonly number[];
  readonly picWidthInMbs: number;
  readonly picHeightInMapUnits: number;
  readonly frameMbsOnlyFlag: boolean;
  /** Left, right, top, bottom. */
  readonly frameCrop?: readonly [number, number, number, number];
  readonly vui?: Vui;
};

/** A progressive 4:2:0 picture of 64x48 that each test changes one thing of. */
export const plainSps: Sps = {
  profileIdc: 100,
  seqParameterSetId: 0,
  chromaFormatIdc: 1,
  separateColourPlaneFlag: false,
  bitDepthLumaMinus8: 0,
  bitDepthChromaMinus8: 0,
  log2MaxFrameNumMinus4: 0,
  picOrderCntType: 0,
  log2MaxPicOrderCntLsbMinus4: 2,
  deltaPicOrderAlwaysZeroFlag: false,
  offsetForRefFrame: [],
  picWidthInMbs: 4,
  picHeightInMapUnits: 3,
  frameMbsOnlyFlag: true,
};

const profilesWithoutChromaFormat = [66, 77, 88];

/** A sequence parameter set NAL unit. */
export function writeSps(sps: Sps): Uint8Array {
  const w = new BitWriter().u(8, sps.profileIdc).u(8, 0).u(8, 30).ue(sps.seqParameterSetId);
  if (!profilesWithoutChromaFormat.includes(sps.profileIdc)) writeChromaFormat(w, sps);
  w.ue(sps.log2MaxFrameNumMinus4).ue(sps.picOrderCntType);
  if (sps.picOrderCntType === 0) w.ue(sps.log2MaxPicOrderCntLsbMinus4);
  if (sps.picOrderCntType === 1) {
    w.flag(sps.deltaPicOrderAlwaysZeroFlag).se(-1).se(2).ue(sps.offsetForRefFrame.length);
    for (const offset of sps.offsetForRefFrame) w.se(offset);
  }
  w.ue(2).flag(false);
  w.ue(sps.picWidthInMbs - 1).ue(sps.picHeightInMapUnits - 1);
  w.flag(sps.frameMbsOnlyFlag);
  if (!sps.frameMbsOnlyFlag) w.flag(false);
  w.flag(true).flag(sps.frameCrop !== undefined);
  for (const offset of sps.frameCrop ?? []) w.ue(offset);
  w.flag(sps.vui !== undefined);
  if (sps.vui) writeVui(w, sps.vui);
  return nalUnit(0x67, w);
}

function writeChromaFormat(w: BitWriter, sps: Sps): void {
  w.ue(sps.chromaFormatIdc);
  if (sps.chromaFormatIdc === 3) w.flag(sps.separateColourPlaneFlag);
  w.ue(sps.bitDepthLumaMinus8).ue(sps.bitDepthChromaMinus8).flag(false);
  w.flag(sps.scalingLists !== undefined);
  if (!sps.scalingLists) return;
  for (let list = 0; list < (sps.chromaFormatIdc === 3 ? 12 : 8); list++) {
    const deltas = sps.scalingLists[list];
    w.flag(deltas !== undefined);
    for (const delta of deltas ?? []) w.se(delta);
  }
}

function writeVui(w: BitWriter, vui: Vui): void {
  w.flag(vui.aspectRatioIdc !== undefined);
  if (vui.aspectRatioIdc !== undefined) w.u(8, vui.aspectRatioIdc);
  if (vui.aspectRatioIdc === 255) w.u(16, vui.sar?.[0] ?? 0).u(16, vui.sar?.[1] ?? 0);
  w.flag(vui.overscan !== undefined);
  if (vui.overscan !== undefined) w.flag(vui.overscan);
  w.flag(vui.fullRange !== undefined);
  if (vui.fullRange !== undefined) {
    w.u(3, 5)
      .flag(vui.fullRange)
      .flag(vui.colour !== undefined);
    for (const value of vui.colour ?? []) w.u(8, value);
  }
  w.flag(vui.chromaLoc !== undefined);
  for (const value of vui.chromaLoc ?? []) w.ue(value);
  w.flag(vui.timing !== undefined);
  if (vui.timing) w.u(32, vui.timing[0]).u(32, vui.timing[1]).flag(true);
  for (const hrd of [vui.nalHrd, vui.vclHrd]) {
    w.flag(hrd !== undefined);
    if (hrd) writeHrd(w, hrd);
  }
  if (vui.nalHrd || vui.vclHrd) w.flag(false);
  w.flag(vui.picStruct ?? false).flag(false);
}

function writeHrd(w: BitWriter, hrd: Hrd): void {
  w.ue(hrd.cpbs.length - 1)
    .u(4, hrd.bitRateScale)
    .u(4, hrd.cpbSizeScale);
  for (const [bitRateValueMinus1, cpbSizeValueMinus1] of hrd.cpbs) {
    w.ue(bitRateValueMinus1).ue(cpbSizeValueMinus1).flag(false);
  }
  w.u(5, 23).u(5, hrd.cpbRemovalDelayLengthMinus1).u(5, hrd.dpbOutputDelayLengthMinus1).u(5, hrd.timeOffsetLength);
}

/** What the tests choose in a picture parameter set. */
export type Pps = {
  readonly picParameterSetId: number;
  readonly seqParameterSetId: number;
  readonly bottomFieldPicOrderInFramePresentFlag: boolean;
  readonly redundantPicCntPresentFlag: boolean;
  /** Everything from num_slice_groups_minus1 to the last syntax element of the slice groups. */
  readonly sliceGroups?: (w: BitWriter) => void;
};

/** The picture parameter set that goes with {@link plainSps}. */
export const plainPps: Pps = {
  picParameterSetId: 0,
  seqParameterSetId: 0,
  bottomFieldPicOrderInFramePresentFlag: false,
  redundantPicCntPresentFlag: false,
};

/** A picture parameter set NAL unit. */
export function writePps(pps: Pps): Uint8Array {
  const w = new BitWriter().ue(pps.picParameterSetId).ue(pps.seqParameterSetId);
  w.flag(false).flag(pps.bottomFieldPicOrderInFramePresentFlag);
  if (pps.sliceGroups) pps.sliceGroups(w);
  else w.ue(0);
  w.ue(2).ue(0).flag(false).u(2, 0).se(-3).se(0).se(-2).flag(true).flag(false).flag(pps.redundantPicCntPresentFlag);
  return nalUnit(0x68, w);
}

/** What the tests choose in a slice header. What the parameter sets rule out is not written. */
export type Slice = {
  readonly nalRefIdc: number;
  readonly idrPicFlag: boolean;
  readonly firstMbInSlice: number;
  readonly sliceType: number;
  readonly frameNum: number;
  readonly fieldPicFlag: boolean;
  readonly bottomFieldFlag: boolean;
  readonly idrPicId: number;
  readonly picOrderCntLsb: number;
  readonly deltaPicOrderCntBottom: number;
  readonly deltaPicOrderCnt: readonly [number, number];
  readonly redundantPicCnt: number;
};

/** The first slice of an IDR picture. */
export const plainSlice: Slice = {
  nalRefIdc: 3,
  idrPicFlag: true,
  firstMbInSlice: 0,
  sliceType: 7,
  frameNum: 0,
  fieldPicFlag: false,
  bottomFieldFlag: false,
  idrPicId: 0,
  picOrderCntLsb: 0,
  deltaPicOrderCntBottom: 0,
  deltaPicOrderCnt: [0, 0],
  redundantPicCnt: 0,
};

/** A slice NAL unit: a header up to where this project reads, then bits that a longer header can be read from. */
export function writeSlice(slice: Slice, sps: Sps, pps: Pps): Uint8Array {
  const w = new BitWriter().ue(slice.firstMbInSlice).ue(slice.sliceType).ue(pps.picParameterSetId);
  if (sps.separateColourPlaneFlag) w.u(2, 1);
  w.u(sps.log2MaxFrameNumMinus4 + 4, slice.frameNum);
  if (!sps.frameMbsOnlyFlag) w.flag(slice.fieldPicFlag);
  if (slice.fieldPicFlag) w.flag(slice.bottomFieldFlag);
  if (slice.idrPicFlag) w.ue(slice.idrPicId);
  const bottom = pps.bottomFieldPicOrderInFramePresentFlag && !slice.fieldPicFlag;
  if (sps.picOrderCntType === 0) {
    w.u(sps.log2MaxPicOrderCntLsbMinus4 + 4, slice.picOrderCntLsb);
    if (bottom) w.se(slice.deltaPicOrderCntBottom);
  }
  if (sps.picOrderCntType === 1 && !sps.deltaPicOrderAlwaysZeroFlag) {
    w.se(slice.deltaPicOrderCnt[0]);
    if (bottom) w.se(slice.deltaPicOrderCnt[1]);
  }
  if (pps.redundantPicCntPresentFlag) w.ue(slice.redundantPicCnt);
  return nalUnit((slice.nalRefIdc << 5) | (slice.idrPicFlag ? 5 : 1), w.bytes(new Uint8Array(8).fill(0x55)));
}

function nalUnit(header: number, w: BitWriter): Uint8Array {
  return Uint8Array.of(header, ...addEmulationPrevention(w.trailingBits().finish()));
}
