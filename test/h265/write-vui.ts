import type { BitWriter } from "../../src/bytes/bit-writer.ts";

/** What the tests choose in hrd_parameters(). */
export type Hrd = {
  readonly nal: boolean;
  readonly vcl: boolean;
  readonly subPic: boolean;
  readonly bitRateScale: number;
  readonly cpbSizeScale: number;
  readonly subLayers: readonly {
    readonly fixedGeneral: boolean;
    readonly fixedWithinCvs: boolean;
    readonly lowDelay: boolean;
    /** [bit_rate_value_minus1, cpb_size_value_minus1] of each delivery schedule; the VCL's are one more each. */
    readonly cpbs: readonly (readonly [number, number])[];
  }[];
};

/** What the tests choose in vui_parameters(); what is absent is written as not present. */
export type Vui = {
  readonly sar?: readonly [number, number];
  readonly fullRange?: boolean;
  readonly colour?: readonly [number, number, number];
  readonly chromaLoc?: readonly [number, number];
  readonly defaultDisplayWindow?: readonly [number, number, number, number];
  readonly timing?: Timing;
  readonly hrd?: Hrd;
  readonly minSpatialSegmentationIdc?: number;
};

/** [num_units_in_tick, time_scale, num_ticks_poc_diff_one_minus1 where present] */
export type Timing = readonly [number, number, number?];

/** Writes vui_parameters(). */
export function writeVui(w: BitWriter, vui: Vui): void {
  w.flag(vui.sar !== undefined);
  if (vui.sar) w.u(8, 255).u(16, vui.sar[0]).u(16, vui.sar[1]);
  w.flag(true).flag(true); // overscan
  w.flag(vui.fullRange !== undefined);
  if (vui.fullRange !== undefined) {
    w.u(3, 5)
      .flag(vui.fullRange)
      .flag(vui.colour !== undefined);
    for (const value of vui.colour ?? []) w.u(8, value);
  }
  w.flag(vui.chromaLoc !== undefined);
  for (const value of vui.chromaLoc ?? []) w.ue(value);
  w.flag(false).flag(false).flag(true);
  w.flag(vui.defaultDisplayWindow !== undefined);
  for (const offset of vui.defaultDisplayWindow ?? []) w.ue(offset);
  w.flag(vui.timing !== undefined);
  if (vui.timing) {
    writeTiming(w, vui.timing);
    w.flag(vui.hrd !== undefined);
    if (vui.hrd) writeHrd(w, vui.hrd);
  }
  w.flag(vui.minSpatialSegmentationIdc !== undefined);
  if (vui.minSpatialSegmentationIdc !== undefined) {
    w.u(3, 0).ue(vui.minSpatialSegmentationIdc).ue(2).ue(1).ue(15).ue(15);
  }
}

/** Writes the timing information that VPS and VUI have alike. */
export function writeTiming(w: BitWriter, [numUnitsInTick, timeScale, numTicksPocDiffOneMinus1]: Timing): void {
  w.u(32, numUnitsInTick)
    .u(32, timeScale)
    .flag(numTicksPocDiffOneMinus1 !== undefined);
  if (numTicksPocDiffOneMinus1 !== undefined) w.ue(numTicksPocDiffOneMinus1);
}

function writeHrd(w: BitWriter, hrd: Hrd): void {
  w.flag(hrd.nal).flag(hrd.vcl);
  if (hrd.nal || hrd.vcl) {
    w.flag(hrd.subPic);
    if (hrd.subPic) w.u(8, 10).u(5, 11).flag(true).u(5, 12);
    w.u(4, hrd.bitRateScale).u(4, hrd.cpbSizeScale);
    if (hrd.subPic) w.u(4, 3);
    w.u(5, 23).u(5, 15).u(5, 5);
  }
  for (const { fixedGeneral, fixedWithinCvs, lowDelay, cpbs } of hrd.subLayers) {
    w.flag(fixedGeneral);
    if (!fixedGeneral) w.flag(fixedWithinCvs);
    if (fixedGeneral || fixedWithinCvs) w.ue(1);
    else w.flag(lowDelay);
    const oneSchedule = lowDelay && !fixedGeneral && !fixedWithinCvs;
    if (!oneSchedule) w.ue(cpbs.length - 1);
    const kinds = [...(hrd.nal ? [0] : []), ...(hrd.vcl ? [1] : [])];
    for (const more of kinds) {
      for (const [bitRateValueMinus1, cpbSizeValueMinus1] of oneSchedule ? cpbs.slice(0, 1) : cpbs) {
        w.ue(bitRateValueMinus1 + more).ue(cpbSizeValueMinus1 + more);
        if (hrd.subPic) w.ue(33).ue(44);
        w.flag(true);
      }
    }
  }
}
