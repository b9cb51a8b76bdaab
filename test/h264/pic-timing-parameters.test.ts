import { expect, test } from "vitest";
import { picTimingParameters } from "../../src/h264/pic-timing-parameters.ts";
import { parseSequenceParameterSet } from "../../src/h264/sequence-parameter-set.ts";
import { type Hrd, plainSps, type Vui, writeSps } from "./write.ts";

const hrd: Hrd = {
  bitRateScale: 0,
  cpbSizeScale: 0,
  cpbs: [[0, 0]],
  cpbRemovalDelayLengthMinus1: 22,
  dpbOutputDelayLengthMinus1: 4,
  timeOffsetLength: 0,
};

const cases: readonly (readonly [name: string, vui: Vui | undefined, parameters: object])[] = [
  ["without VUI", undefined, { picStructPresent: false, timeOffsetLength: 24 }],
  ["without HRD parameters", { picStruct: true }, { picStructPresent: true, timeOffsetLength: 24 }],
  [
    "with NAL HRD parameters",
    { nalHrd: hrd, picStruct: true },
    { cpbRemovalDelayLength: 23, dpbOutputDelayLength: 5, picStructPresent: true, timeOffsetLength: 0 },
  ],
  [
    "with VCL HRD parameters alone",
    { vclHrd: { ...hrd, timeOffsetLength: 20 } },
    { cpbRemovalDelayLength: 23, dpbOutputDelayLength: 5, picStructPresent: false, timeOffsetLength: 20 },
  ],
];

test.for(cases)("pic_timing of a stream %s", ([, vui, parameters]) => {
  const sps = parseSequenceParameterSet(writeSps({ ...plainSps, ...(vui && { vui }) }));
  expect(picTimingParameters(sps)).toEqual(parameters);
});
