import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex } from "../../src/bytes/hex.ts";
import { parseSequenceParameterSet } from "../../src/h264/sequence-parameter-set.ts";
import { expectEveryCutRefused, expectParsedOrMalformed, thrownCode } from "../annexb/malformed.ts";
import { type Hrd, plainSps, type Sps, type Vui, writeSps } from "./write.ts";

test("a 1080p High profile sequence parameter set of x264 is read as the standard says", () => {
  const nal = fromHex("67640028acd940780227e5c04400000300040000030 0f03c60c658".replace(" ", ""));
  expect(parseSequenceParameterSet(nal)).toEqual({
    profileIdc: 100,
    constraintSetFlags: 0,
    levelIdc: 40,
    seqParameterSetId: 0,
    chromaFormatIdc: 1,
    separateColourPlaneFlag: false,
    bitDepthLumaMinus8: 0,
    bitDepthChromaMinus8: 0,
    log2MaxFrameNumMinus4: 0,
    picOrderCntType: 0,
    log2MaxPicOrderCntLsbMinus4: 2,
    deltaPicOrderAlwaysZeroFlag: false,
    frameMbsOnlyFlag: true,
    width: 1920,
    height: 1080,
    vui: {
      sampleAspectRatio: { num: 1, den: 1 },
      timing: { numUnitsInTick: 1, timeScale: 60 },
      picStructPresentFlag: false,
    },
  });
});

type SizeCase = readonly [name: string, changes: Partial<Sps>, width: number, height: number];

const sizes: readonly SizeCase[] = [
  ["is whole macroblocks without cropping", {}, 64, 48],
  ["is cropped by two samples a unit in 4:2:0", { frameCrop: [1, 2, 0, 3] }, 64 - 6, 48 - 6],
  [
    "is cropped by two by one samples in 4:2:2",
    { profileIdc: 122, chromaFormatIdc: 2, frameCrop: [1, 2, 0, 3] },
    58,
    45,
  ],
  ["is cropped sample by sample in 4:4:4", { profileIdc: 244, chromaFormatIdc: 3, frameCrop: [1, 2, 0, 3] }, 61, 45],
  ["is cropped sample by sample in monochrome", { chromaFormatIdc: 0, frameCrop: [1, 2, 0, 3] }, 61, 45],
  [
    "is cropped sample by sample in separate colour planes",
    { profileIdc: 244, chromaFormatIdc: 3, separateColourPlaneFlag: true, frameCrop: [1, 2, 0, 3] },
    61,
    45,
  ],
  ["counts map units of two macroblocks where there may be fields", { frameMbsOnlyFlag: false }, 64, 96],
  [
    "is cropped by four rows a unit in 4:2:0 where there may be fields",
    { frameMbsOnlyFlag: false, frameCrop: [0, 0, 0, 2] },
    64,
    88,
  ],
  [
    "is cropped by two rows a unit in 4:2:2 where there may be fields",
    { profileIdc: 122, chromaFormatIdc: 2, frameMbsOnlyFlag: false, frameCrop: [0, 0, 1, 2] },
    64,
    90,
  ],
];

describe("the picture size", () => {
  test.for(sizes)("%s", ([, changes, width, height]) => {
    expect(parseSequenceParameterSet(writeSps({ ...plainSps, ...changes }))).toMatchObject({ width, height });
  });
});

test("a scaling list that ends early or is the default one takes no more bits than were sent", () => {
  const scalingLists = [[-8], [1, 2, -11], undefined, [-8], undefined, undefined, [-1, -7], [5, -13]];
  expect(parseSequenceParameterSet(writeSps({ ...plainSps, scalingLists }))).toMatchObject({ width: 64, height: 48 });
});

const refused: readonly (readonly [name: string, changes: Partial<Sps>])[] = [
  ["an id above 31", { seqParameterSetId: 32 }],
  ["a chroma format above 4:4:4", { chromaFormatIdc: 4 }],
  ["a bit depth above 14", { bitDepthLumaMinus8: 7 }],
  ["a chroma bit depth above 14", { bitDepthChromaMinus8: 7 }],
  ["a frame_num longer than 16 bits", { log2MaxFrameNumMinus4: 13 }],
  ["a picture order count type above 2", { picOrderCntType: 3 }],
  ["a picture order count longer than 16 bits", { log2MaxPicOrderCntLsbMinus4: 13 }],
  ["a picture order count cycle above 255 frames", { picOrderCntType: 1, offsetForRefFrame: new Array(256).fill(0) }],
  ["a picture wider than a sample entry can say", { picWidthInMbs: 4096 }],
  ["a picture higher than a sample entry can say", { picHeightInMapUnits: 4096 }],
  ["fields higher than a sample entry can say", { frameMbsOnlyFlag: false, picHeightInMapUnits: 2048 }],
  ["cropping that leaves no width", { frameCrop: [16, 16, 0, 0] }],
  ["cropping that leaves no height", { frameCrop: [0, 0, 12, 12] }],
  ["more than 32 delivery schedules", { vui: { nalHrd: hrd({ cpbs: new Array(33).fill([0, 0]) }) } }],
];

describe("refuses", () => {
  test.for(refused)("%s", ([, changes]) => {
    const nal = writeSps({ ...plainSps, ...changes });
    expect(thrownCode(() => parseSequenceParameterSet(nal))).toBe("parameter-set-malformed");
  });

  test("every sequence parameter set that ends early", () => {
    const nal = writeSps({
      ...plainSps,
      vui: { timing: [1001, 60000], nalHrd: hrd({}), vclHrd: hrd({}), picStruct: true },
    });
    // The last byte holds bitstream_restriction_flag, which is not read, and the stop bit.
    expectEveryCutRefused(parseSequenceParameterSet, nal, nal.length - 1);
  });
});

test("any bytes are parsed or refused by name", () => {
  for (const beginning of ["67", "67640028", "67640028acd940780227e5"]) {
    expectParsedOrMalformed(parseSequenceParameterSet, ["parameter-set-malformed"], fromHex(beginning));
  }
});

function hrd(changes: Partial<Hrd>): Hrd {
  const lengths = { cpbRemovalDelayLengthMinus1: 23, dpbOutputDelayLengthMinus1: 4, timeOffsetLength: 0 };
  return { bitRateScale: 2, cpbSizeScale: 3, cpbs: [[9, 99]], ...lengths, ...changes };
}

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const anyHrd: fc.Arbitrary<Hrd> = fc.record({
  bitRateScale: fc.nat({ max: 15 }),
  cpbSizeScale: fc.nat({ max: 15 }),
  cpbs: fc.array(fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 2 }), fc.integer({ min: 0, max: 2 ** 32 - 2 })), {
    minLength: 1,
    maxLength: 32,
  }),
  cpbRemovalDelayLengthMinus1: fc.nat({ max: 31 }),
  dpbOutputDelayLengthMinus1: fc.nat({ max: 31 }),
  timeOffsetLength: fc.nat({ max: 31 }),
});
const byte = fc.nat({ max: 255 });
const anyVui: fc.Arbitrary<Vui> = fc.record(
  {
    aspectRatioIdc: fc.constant(14), // the table has its own test
    overscan: fc.boolean(),
    fullRange: fc.boolean(),
    colour: fc.tuple(byte, byte, byte),
    chromaLoc: fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 })),
    timing: fc.tuple(u32, u32),
    nalHrd: anyHrd,
    vclHrd: anyHrd,
    picStruct: fc.boolean(),
  },
  { requiredKeys: [] },
);
const anyScalingList = fc
  .array(fc.integer({ min: -3, max: 3 }), { minLength: 64, maxLength: 64 })
  // Deltas this small and summing up to less than 8 never reach scale 0, which would end the list.
  .map((deltas) => deltas.map((delta, i) => (i % 2 === 0 ? delta : -deltas[i - 1]!)));
const anySps: fc.Arbitrary<Sps> = fc
  .record({
    profileIdc: fc.constantFrom(66, 77, 88, 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135),
    seqParameterSetId: fc.nat({ max: 31 }),
    chromaFormatIdc: fc.nat({ max: 3 }),
    separateColourPlaneFlag: fc.boolean(),
    bitDepthLumaMinus8: fc.nat({ max: 6 }),
    bitDepthChromaMinus8: fc.nat({ max: 6 }),
    lists: fc.option(fc.array(fc.option(anyScalingList, { nil: undefined }), { minLength: 12, maxLength: 12 })),
    log2MaxFrameNumMinus4: fc.nat({ max: 12 }),
    picOrderCntType: fc.nat({ max: 2 }),
    log2MaxPicOrderCntLsbMinus4: fc.nat({ max: 12 }),
    deltaPicOrderAlwaysZeroFlag: fc.boolean(),
    offsetForRefFrame: fc.array(fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }), { maxLength: 10 }),
    picWidthInMbs: fc.integer({ min: 1, max: 500 }),
    picHeightInMapUnits: fc.integer({ min: 1, max: 500 }),
    frameMbsOnlyFlag: fc.boolean(),
    vui: fc.option(anyVui),
  })
  .map(({ lists, vui, ...sps }) => ({
    ...sps,
    separateColourPlaneFlag: sps.separateColourPlaneFlag && sps.chromaFormatIdc === 3,
    ...(lists && { scalingLists: lists.map((list, i) => list?.slice(0, i < 6 ? 16 : 64)) }),
    ...(vui && { vui }),
  }));

test("whatever a sequence parameter set says is read back", () => {
  fc.assert(
    fc.property(anySps, (sps) => {
      const parsed = parseSequenceParameterSet(writeSps(sps));
      const baseline = [66, 77, 88].includes(sps.profileIdc);
      expect(parsed).toMatchObject({
        profileIdc: sps.profileIdc,
        seqParameterSetId: sps.seqParameterSetId,
        chromaFormatIdc: baseline ? 1 : sps.chromaFormatIdc,
        separateColourPlaneFlag: !baseline && sps.separateColourPlaneFlag,
        bitDepthLumaMinus8: baseline ? 0 : sps.bitDepthLumaMinus8,
        bitDepthChromaMinus8: baseline ? 0 : sps.bitDepthChromaMinus8,
        log2MaxFrameNumMinus4: sps.log2MaxFrameNumMinus4,
        picOrderCntType: sps.picOrderCntType,
        log2MaxPicOrderCntLsbMinus4: sps.picOrderCntType === 0 ? sps.log2MaxPicOrderCntLsbMinus4 : 0,
        deltaPicOrderAlwaysZeroFlag: sps.picOrderCntType === 1 && sps.deltaPicOrderAlwaysZeroFlag,
        frameMbsOnlyFlag: sps.frameMbsOnlyFlag,
        width: sps.picWidthInMbs * 16,
        height: sps.picHeightInMapUnits * (sps.frameMbsOnlyFlag ? 16 : 32),
      });
      expect(parsed.vui).toEqual(sps.vui && expectedVui(sps.vui));
    }),
    { numRuns: 500 },
  );
});

function expectedVui(vui: Vui): object {
  const [primaries, transfer, matrix] = vui.colour ?? [];
  return {
    ...(vui.aspectRatioIdc && { sampleAspectRatio: { num: 4, den: 3 } }),
    ...(vui.fullRange !== undefined &&
      vui.colour && { colour: { primaries, transfer, matrix, fullRange: vui.fullRange } }),
    ...(vui.timing && { timing: { numUnitsInTick: vui.timing[0], timeScale: vui.timing[1] } }),
    ...(vui.nalHrd && { nalHrd: expectedHrd(vui.nalHrd) }),
    ...(vui.vclHrd && { vclHrd: expectedHrd(vui.vclHrd) }),
    picStructPresentFlag: vui.picStruct ?? false,
  };
}

function expectedHrd({ cpbs, bitRateScale, cpbSizeScale, ...lengths }: Hrd): object {
  const [bitRateValueMinus1, cpbSizeValueMinus1] = cpbs[0]!;
  return {
    bitRate: (bitRateValueMinus1 + 1) * 2 ** (6 + bitRateScale),
    cpbSize: (cpbSizeValueMinus1 + 1) * 2 ** (4 + cpbSizeScale),
    ...lengths,
  };
}
