import { expect, test } from "vitest";
import { codecString } from "../../src/h265/codec-string.ts";
import { type Ptl, plainPtl } from "./write.ts";

/** The second is an example of ISO/IEC 14496-15 E.3, with hvc1 for its hev1. */
const cases: readonly (readonly [string, Partial<Ptl>])[] = [
  ["hvc1.1.6.L93.B0", { generalConstraintIndicatorFlags: 0xb000_0000_0000 }],
  [
    "hvc1.A4.41.H120.B0.23",
    {
      generalProfileSpace: 1,
      generalTierFlag: true,
      generalProfileIdc: 4,
      generalProfileCompatibilityFlags: 0x82000000,
      generalConstraintIndicatorFlags: 0xb023_0000_0000,
      generalLevelIdc: 120,
    },
  ],
  ["hvc1.1.6.L93.90", {}],
  ["hvc1.1.6.L93", { generalConstraintIndicatorFlags: 0 }],
  [
    "hvc1.2.4.L153.B0",
    {
      generalProfileIdc: 2,
      generalProfileCompatibilityFlags: 0x20000000,
      generalLevelIdc: 153,
      generalConstraintIndicatorFlags: 0xb000_0000_0000,
    },
  ],
  [
    "hvc1.B1.80000000.L93.90.0.0.0.0.1",
    { generalProfileSpace: 2, generalProfileCompatibilityFlags: 1, generalConstraintIndicatorFlags: 0x9000_0000_0001 },
  ],
  [
    "hvc1.C31.0.H255.9.8",
    {
      generalProfileSpace: 3,
      generalTierFlag: true,
      generalProfileIdc: 31,
      generalProfileCompatibilityFlags: 0,
      generalLevelIdc: 255,
      generalConstraintIndicatorFlags: 0x0908_0000_0000,
    },
  ],
  ["hvc1.1.FFFFFFFF.L93.90", { generalProfileCompatibilityFlags: 0xffffffff }],
];

test.for(cases)("%s", ([text, changes]) => {
  expect(codecString({ ...plainPtl, ...changes })).toBe(text);
});
