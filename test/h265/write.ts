import { addEmulationPrevention } from "../../src/annexb/emulation-prevention.ts";
import { BitWriter } from "../../src/bytes/bit-writer.ts";
import { type Timing, type Vui, writeTiming, writeVui } from "./write-vui.ts";

/** What the tests choose in profile_tier_level(). */
export type Ptl = {
  readonly generalProfileSpace: number;
  readonly generalTierFlag: boolean;
  readonly generalProfileIdc: number;
  readonly generalProfileCompatibilityFlags: number;
  readonly generalConstraintIndicatorFlags: number;
  readonly generalLevelIdc: number;
};

/** Main profile, level 3.1, progressive, as x265 writes it. */
export const plainPtl: Ptl = {
  generalProfileSpace: 0,
  generalTierFlag: false,
  generalProfileIdc: 1,
  generalProfileCompatibilityFlags: 0x60000000,
  generalConstraintIndicatorFlags: 0x9000_0000_0000,
  generalLevelIdc: 93,
};

/** Sub-layer presence flags by sub-layer: [profile, level]. */
type SubLayers = readonly (readonly [boolean, boolean])[];

function writePtl(w: BitWriter, ptl: Ptl, subLayers: SubLayers): void {
  w.u(2, ptl.generalProfileSpace).flag(ptl.generalTierFlag).u(5, ptl.generalProfileIdc);
  w.u(32, ptl.generalProfileCompatibilityFlags).u(48, ptl.generalConstraintIndicatorFlags).u(8, ptl.generalLevelIdc);
  for (const [profile, level] of subLayers) w.flag(profile).flag(level);
  if (subLayers.length > 0) w.u(2 * (8 - subLayers.length), 0);
  for (const [profile, level] of subLayers) {
    if (profile) w.u(8, 0x01).u(32, 0x60000000).u(48, 0x9000_0000_0000);
    if (level) w.u(8, 63);
  }
}

/** One short-term reference picture set: [delta_poc_minus1...] on each side, or what changes to the one before. */
export type RefPicSet =
  | { readonly negative: readonly number[]; readonly positive: readonly number[] }
  | {
      readonly deltaRps: number;
      /** For each picture of the set before, and its own: "used", "kept" (unused now) or "dropped". */
      readonly pictures: readonly ("used" | "kept" | "dropped")[];
    };

/** What the tests choose in a sequence parameter set. */
export type Sps = {
  readonly spsVideoParameterSetId: number;
  readonly subLayers: SubLayers;
  readonly spsTemporalIdNestingFlag: boolean;
  readonly ptl: Ptl;
  readonly spsSeqParameterSetId: number;
  readonly chromaFormatIdc: number;
  readonly codedWidth: number;
  readonly codedHeight: number;
  /** Left, right, top, bottom. */
  readonly conformanceWindow?: readonly [number, number, number, number];
  readonly bitDepthLumaMinus8: number;
  readonly bitDepthChromaMinus8: number;
  readonly log2MaxPicOrderCntLsbMinus4: number;
  readonly subLayerOrderingInfo: boolean;
  /** "lists": some predicted, some sent. */
  readonly scaling: "none" | "default" | "lists";
  readonly pcm: boolean;
  readonly refPicSets: readonly RefPicSet[];
  readonly longTerm?: number;
  readonly vui?: Vui;
};

/** A 4:2:0 picture of 128x64 that each test changes one thing of. */
export const plainSps: Sps = {
  spsVideoParameterSetId: 0,
  subLayers: [],
  spsTemporalIdNestingFlag: true,
  ptl: plainPtl,
  spsSeqParameterSetId: 0,
  chromaFormatIdc: 1,
  codedWidth: 128,
  codedHeight: 64,
  bitDepthLumaMinus8: 0,
  bitDepthChromaMinus8: 0,
  log2MaxPicOrderCntLsbMinus4: 4,
  subLayerOrderingInfo: true,
  scaling: "none",
  pcm: false,
  refPicSets: [],
};

/** A sequence parameter set NAL unit. */
export function writeSps(sps: Sps): Uint8Array {
  const w = new BitWriter().u(4, sps.spsVideoParameterSetId).u(3, sps.subLayers.length);
  w.flag(sps.spsTemporalIdNestingFlag);
  writePtl(w, sps.ptl, sps.subLayers);
  w.ue(sps.spsSeqParameterSetId).ue(sps.chromaFormatIdc);
  if (sps.chromaFormatIdc === 3) w.flag(false);
  w.ue(sps.codedWidth)
    .ue(sps.codedHeight)
    .flag(sps.conformanceWindow !== undefined);
  for (const offset of sps.conformanceWindow ?? []) w.ue(offset);
  w.ue(sps.bitDepthLumaMinus8).ue(sps.bitDepthChromaMinus8).ue(sps.log2MaxPicOrderCntLsbMinus4);
  writeOrderingInfo(w, sps.subLayerOrderingInfo, sps.subLayers.length);
  w.ue(0).ue(2).ue(0).ue(2).ue(1).ue(1);
  w.flag(sps.scaling !== "none");
  if (sps.scaling !== "none") w.flag(sps.scaling === "lists");
  if (sps.scaling === "lists") writeScalingListData(w);
  w.flag(true).flag(true).flag(sps.pcm);
  if (sps.pcm) w.u(4, 7).u(4, 7).ue(0).ue(2).flag(true);
  w.ue(sps.refPicSets.length);
  sps.refPicSets.forEach((set, i) => {
    writeRefPicSet(w, set, i);
  });
  w.flag(sps.longTerm !== undefined);
  if (sps.longTerm !== undefined) {
    w.ue(sps.longTerm);
    for (let i = 0; i < sps.longTerm; i++) w.u(sps.log2MaxPicOrderCntLsbMinus4 + 4, i).flag(i % 2 === 0);
  }
  w.flag(true)
    .flag(true)
    .flag(sps.vui !== undefined);
  if (sps.vui) writeVui(w, sps.vui);
  return nalUnit(33, w.flag(false));
}

function writeOrderingInfo(w: BitWriter, everySubLayer: boolean, maxSubLayersMinus1: number): void {
  w.flag(everySubLayer);
  for (let i = everySubLayer ? 0 : maxSubLayersMinus1; i <= maxSubLayersMinus1; i++) w.ue(4).ue(2).ue(0);
}

function writeScalingListData(w: BitWriter): void {
  for (let sizeId = 0; sizeId < 4; sizeId++) {
    for (let matrixId = 0; matrixId < 6; matrixId += sizeId === 3 ? 3 : 1) {
      const sent = matrixId % 2 === 1;
      w.flag(sent);
      if (!sent) {
        w.ue(0);
        continue;
      }
      if (sizeId > 1) w.se(3);
      for (let i = 0; i < Math.min(64, 1 << (4 + 2 * sizeId)); i++) w.se(i % 2 === 0 ? 2 : -2);
    }
  }
}

function writeRefPicSet(w: BitWriter, set: RefPicSet, index: number): void {
  const predicted = "deltaRps" in set;
  if (index > 0) w.flag(predicted);
  if (predicted) {
    w.flag(set.deltaRps < 0).ue(Math.abs(set.deltaRps) - 1);
    for (const picture of set.pictures) {
      w.flag(picture === "used");
      if (picture !== "used") w.flag(picture === "kept");
    }
    return;
  }
  w.ue(set.negative.length).ue(set.positive.length);
  for (const deltaPocMinus1 of [...set.negative, ...set.positive]) w.ue(deltaPocMinus1).flag(deltaPocMinus1 % 2 === 0);
}

/** What the tests choose in a video parameter set. */
export type Vps = {
  readonly subLayers: SubLayers;
  readonly subLayerOrderingInfo: boolean;
  readonly vpsMaxLayerId: number;
  readonly vpsNumLayerSetsMinus1: number;
  readonly timing?: Timing;
};

/** A video parameter set of one layer that goes with {@link plainSps}. */
export const plainVps: Vps = { subLayers: [], subLayerOrderingInfo: true, vpsMaxLayerId: 0, vpsNumLayerSetsMinus1: 0 };

/** A video parameter set NAL unit. */
export function writeVps(vps: Vps): Uint8Array {
  const w = new BitWriter().u(4, 0).u(2, 3).u(6, 0).u(3, vps.subLayers.length).flag(true).u(16, 0xffff);
  writePtl(w, plainPtl, vps.subLayers);
  writeOrderingInfo(w, vps.subLayerOrderingInfo, vps.subLayers.length);
  w.u(6, vps.vpsMaxLayerId).ue(vps.vpsNumLayerSetsMinus1);
  for (let set = 0; set < vps.vpsNumLayerSetsMinus1; set++) {
    for (let layer = 0; layer <= vps.vpsMaxLayerId; layer++) w.flag(layer <= set);
  }
  w.flag(vps.timing !== undefined);
  if (vps.timing) {
    writeTiming(w, vps.timing);
    w.ue(0); // vps_num_hrd_parameters
  }
  return nalUnit(32, w.flag(false));
}

/** What the tests choose in a picture parameter set. */
export type Pps = {
  readonly ppsPicParameterSetId: number;
  readonly ppsSeqParameterSetId: number;
  readonly cuQpDelta: boolean;
  readonly tilesEnabledFlag: boolean;
  readonly entropyCodingSyncEnabledFlag: boolean;
};

/** The picture parameter set that goes with {@link plainSps}. */
export const plainPps: Pps = {
  ppsPicParameterSetId: 0,
  ppsSeqParameterSetId: 0,
  cuQpDelta: false,
  tilesEnabledFlag: false,
  entropyCodingSyncEnabledFlag: false,
};

/** A picture parameter set NAL unit. */
export function writePps(pps: Pps): Uint8Array {
  const w = new BitWriter().ue(pps.ppsPicParameterSetId).ue(pps.ppsSeqParameterSetId);
  w.flag(false).flag(false).u(3, 0).flag(true).flag(false).ue(0).ue(0).se(-1).flag(false).flag(true);
  w.flag(pps.cuQpDelta);
  if (pps.cuQpDelta) w.ue(1);
  w.se(-6).se(6).flag(false).flag(false).flag(false).flag(false);
  w.flag(pps.tilesEnabledFlag).flag(pps.entropyCodingSyncEnabledFlag);
  if (pps.tilesEnabledFlag) w.ue(1).ue(0).flag(true).flag(true);
  w.flag(true).flag(false).flag(false).flag(false).ue(0).flag(false).flag(false);
  return nalUnit(34, w);
}

/** The first slice segment of an IDR picture: a whole header and no meaningful data. */
export function writeIdrSlice(pps: Pps): Uint8Array {
  const w = new BitWriter().flag(true).flag(false).ue(pps.ppsPicParameterSetId).ue(2);
  w.flag(true).flag(true).se(0).flag(true);
  if (pps.tilesEnabledFlag || pps.entropyCodingSyncEnabledFlag) w.ue(0);
  return nalUnit(20, w.trailingBits().bytes(new Uint8Array(8).fill(0xff)));
}

function nalUnit(type: number, w: BitWriter): Uint8Array {
  return Uint8Array.of(type << 1, 1, ...addEmulationPrevention(w.trailingBits().finish()));
}
