import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex } from "../../src/bytes/hex.ts";
import { parseSequenceParameterSet } from "../../src/h265/sequence-parameter-set.ts";
import { expectEveryCutRefused, expectParsedOrMalformed, thrownCode } from "../annexb/malformed.ts";
import { plainPtl, plainSps, type RefPicSet, type Sps, writeSps } from "./write.ts";
import type { Hrd, Timing, Vui } from "./write-vui.ts";

test("a Main profile sequence parameter set of x265 is read as the standard says", () => {
  const nal = fromHex(
    "42010101600000030090000003000003005da00280802d165959a4932b9a808080f08000000300800000 0c84".replace(" ", ""),
  );
  expect(parseSequenceParameterSet(nal)).toEqual({
    spsVideoParameterSetId: 0,
    spsMaxSubLayersMinus1: 0,
    spsTemporalIdNestingFlag: true,
    profileTierLevel: plainPtl,
    spsSeqParameterSetId: 0,
    chromaFormatIdc: 1,
    bitDepthLumaMinus8: 0,
    bitDepthChromaMinus8: 0,
    width: 1280,
    height: 720,
    vui: {
      colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false },
      timing: { numUnitsInTick: 1, timeScale: 25, numTicksPocDiffOne: 1 },
      minSpatialSegmentationIdc: 0,
    },
  });
});

const sizes: readonly (readonly [name: string, changes: Partial<Sps>, width: number, height: number])[] = [
  ["is the coded size without a conformance window", {}, 128, 64],
  ["is cropped by two samples a unit in 4:2:0", { conformanceWindow: [1, 2, 3, 4] }, 122, 50],
  ["is cropped by two by one samples in 4:2:2", { chromaFormatIdc: 2, conformanceWindow: [1, 2, 3, 4] }, 122, 57],
  ["is cropped sample by sample in 4:4:4", { chromaFormatIdc: 3, conformanceWindow: [1, 2, 3, 4] }, 125, 57],
  ["is cropped sample by sample in monochrome", { chromaFormatIdc: 0, conformanceWindow: [1, 2, 3, 4] }, 125, 57],
  ["is not what a default display window shows", { vui: { defaultDisplayWindow: [8, 8, 8, 8] } }, 128, 64],
];

describe("the picture size", () => {
  test.for(sizes)("%s", ([, changes, width, height]) => {
    expect(parseSequenceParameterSet(writeSps({ ...plainSps, ...changes }))).toMatchObject({ width, height });
  });
});

const refused: readonly (readonly [name: string, changes: Partial<Sps>])[] = [
  ["more than seven sub-layers", { subLayers: new Array(7).fill([false, false]) }],
  ["an id above 15", { spsSeqParameterSetId: 16 }],
  ["a chroma format above 4:4:4", { chromaFormatIdc: 4 }],
  ["a picture wider than a sample entry can say", { codedWidth: 65_536 }],
  ["a picture higher than a sample entry can say", { codedHeight: 65_536 }],
  ["a picture without width", { codedWidth: 0 }],
  ["cropping that leaves no width", { conformanceWindow: [32, 32, 0, 0] }],
  ["cropping that leaves no height", { conformanceWindow: [0, 0, 0, 32] }],
  ["a bit depth above 15", { bitDepthLumaMinus8: 8 }],
  ["a chroma bit depth above 15", { bitDepthChromaMinus8: 8 }],
  ["a picture order count longer than 16 bits", { log2MaxPicOrderCntLsbMinus4: 13 }],
  ["more than 64 reference picture sets", { refPicSets: new Array(65).fill({ negative: [], positive: [] }) }],
  ["more than 16 reference pictures before", { refPicSets: [{ negative: new Array(17).fill(0), positive: [] }] }],
  ["more than 16 reference pictures after", { refPicSets: [{ negative: [], positive: new Array(17).fill(0) }] }],
  ["a reference picture too far away", { refPicSets: [{ negative: [32_768], positive: [] }] }],
  ["more than 32 long-term reference pictures", { longTerm: 33 }],
  ["more than 32 delivery schedules", { vui: { timing: [1, 25], hrd: hrd({ cpbs: new Array(33).fill([0, 0]) }) } }],
  ["a spatial segmentation above 4095", { vui: { minSpatialSegmentationIdc: 4096 } }],
];

describe("refuses", () => {
  test.for(refused)("%s", ([, changes]) => {
    const nal = writeSps({ ...plainSps, ...changes });
    expect(thrownCode(() => parseSequenceParameterSet(nal))).toBe("parameter-set-malformed");
  });

  test("every sequence parameter set that ends early", () => {
    const nal = writeSps({ ...plainSps, scaling: "lists", vui: { timing: [1, 25], hrd: hrd({}) } });
    // bitstream_restriction_flag, sps_extension_present_flag and the stop bit are the last three before zeros.
    expectEveryCutRefused(parseSequenceParameterSet, nal, nal.length - 1);
  });
});

test("any bytes are parsed or refused by name", () => {
  for (const beginning of [
    "4201",
    "420101016000000300900000030000",
    "42010101600000030090000003000003005da00280802d165959",
  ]) {
    expectParsedOrMalformed(parseSequenceParameterSet, ["parameter-set-malformed"], fromHex(beginning));
  }
});

type SubLayerHrd = Hrd["subLayers"][number];

function hrd(changes: Partial<SubLayerHrd>): Hrd {
  const subLayer = { fixedGeneral: true, fixedWithinCvs: true, lowDelay: false, cpbs: [[9, 99]] as const, ...changes };
  return { nal: true, vcl: false, subPic: false, bitRateScale: 2, cpbSizeScale: 3, subLayers: [subLayer] };
}

/**
 * Reference picture sets that may predict each other: the flags are as many as the set before has pictures, plus one.
 */
const anyRefPicSets: fc.Arbitrary<readonly RefPicSet[]> = fc
  .array(
    fc.record({
      predicted: fc.boolean(),
      deltaRps: fc.integer({ min: -5, max: 5 }).filter((delta) => delta !== 0),
      pictures: fc.array(fc.constantFrom("used", "kept", "dropped"), { minLength: 40, maxLength: 40 }),
      negative: fc.array(fc.nat({ max: 3 }), { maxLength: 8 }),
      positive: fc.array(fc.nat({ max: 3 }), { maxLength: 8 }),
    }),
    { maxLength: 12 },
  )
  .map((sets) => {
    let before: readonly number[] = [];
    return sets.map(({ predicted, deltaRps, pictures, negative, positive }, i): RefPicSet => {
      const written: RefPicSet =
        predicted && i > 0 ? { deltaRps, pictures: pictures.slice(0, before.length + 1) } : { negative, positive };
      before = picturesOf(written, before);
      return written;
    });
  });

/** DeltaPocS0 and DeltaPocS1 as 7.4.8 derives them, in its order of loops. */
function picturesOf(set: RefPicSet, before: readonly number[]): readonly number[] {
  if ("negative" in set) {
    const sums = (deltas: readonly number[], sign: number) => {
      let sum = 0;
      return deltas.map((delta) => {
        sum += sign * (delta + 1);
        return sum;
      });
    };
    return [...sums(set.negative, -1), ...sums(set.positive, 1)];
  }
  const s0 = before.filter((poc) => poc < 0);
  const s1 = before.filter((poc) => poc > 0);
  const use = (j: number) => set.pictures[j] !== "dropped";
  const [negative, positive]: [number[], number[]] = [[], []];
  for (let j = s1.length - 1; j >= 0; j--) {
    if (s1[j]! + set.deltaRps < 0 && use(s0.length + j)) negative.push(s1[j]! + set.deltaRps);
  }
  if (set.deltaRps < 0 && use(before.length)) negative.push(set.deltaRps);
  for (let j = 0; j < s0.length; j++) {
    if (s0[j]! + set.deltaRps < 0 && use(j)) negative.push(s0[j]! + set.deltaRps);
  }
  for (let j = s0.length - 1; j >= 0; j--) {
    if (s0[j]! + set.deltaRps > 0 && use(j)) positive.push(s0[j]! + set.deltaRps);
  }
  if (set.deltaRps > 0 && use(before.length)) positive.push(set.deltaRps);
  for (let j = 0; j < s1.length; j++) {
    if (s1[j]! + set.deltaRps > 0 && use(s0.length + j)) positive.push(s1[j]! + set.deltaRps);
  }
  return [...negative, ...positive];
}

const u32 = fc.integer({ min: 0, max: 0xffffffff });
const value32 = fc.integer({ min: 0, max: 2 ** 32 - 3 });
const anySubLayerHrd: fc.Arbitrary<SubLayerHrd> = fc.record({
  fixedGeneral: fc.boolean(),
  fixedWithinCvs: fc.boolean(),
  lowDelay: fc.boolean(),
  cpbs: fc.array(fc.tuple(value32, value32), { minLength: 1, maxLength: 4 }),
});
const byte = fc.nat({ max: 255 });
const anyTiming: fc.Arbitrary<Timing> = fc.oneof(fc.tuple(u32, u32), fc.tuple(u32, u32, fc.nat({ max: 1000 })));

const anySps: fc.Arbitrary<Sps> = fc
  .record({
    spsVideoParameterSetId: fc.nat({ max: 15 }),
    subLayers: fc.array(fc.tuple(fc.boolean(), fc.boolean()), { maxLength: 6 }),
    spsTemporalIdNestingFlag: fc.boolean(),
    ptl: fc.record({
      generalProfileSpace: fc.nat({ max: 3 }),
      generalTierFlag: fc.boolean(),
      generalProfileIdc: fc.nat({ max: 31 }),
      generalProfileCompatibilityFlags: u32,
      generalConstraintIndicatorFlags: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      generalLevelIdc: byte,
    }),
    spsSeqParameterSetId: fc.nat({ max: 15 }),
    chromaFormatIdc: fc.nat({ max: 3 }),
    codedWidth: fc.integer({ min: 1, max: 65_535 }),
    codedHeight: fc.integer({ min: 1, max: 65_535 }),
    bitDepthLumaMinus8: fc.nat({ max: 7 }),
    bitDepthChromaMinus8: fc.nat({ max: 7 }),
    log2MaxPicOrderCntLsbMinus4: fc.nat({ max: 12 }),
    subLayerOrderingInfo: fc.boolean(),
    scaling: fc.constantFrom("none", "default", "lists"),
    pcm: fc.boolean(),
    refPicSets: anyRefPicSets,
    longTerm: fc.option(fc.nat({ max: 32 })),
    vui: fc.option(
      fc.record(
        {
          sar: fc.constant([40, 33] as const),
          fullRange: fc.boolean(),
          colour: fc.tuple(byte, byte, byte),
          chromaLoc: fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 })),
          defaultDisplayWindow: fc.tuple(byte, byte, byte, byte),
          timing: anyTiming,
          hrd: fc.record({
            nal: fc.boolean(),
            vcl: fc.boolean(),
            subPic: fc.boolean(),
            bitRateScale: fc.nat({ max: 15 }),
            cpbSizeScale: fc.nat({ max: 15 }),
            subLayers: fc.array(anySubLayerHrd, { minLength: 7, maxLength: 7 }),
          }),
          minSpatialSegmentationIdc: fc.nat({ max: 4095 }),
        },
        { requiredKeys: [] },
      ),
    ),
  })
  .map(({ vui, longTerm, ...sps }) => ({
    ...sps,
    ...(longTerm !== null && { longTerm }),
    ...(vui && {
      vui: {
        ...vui,
        ...(vui.hrd && { hrd: { ...vui.hrd, subLayers: vui.hrd.subLayers.slice(0, sps.subLayers.length + 1) } }),
      },
    }),
  }));

test("whatever a sequence parameter set says is read back", () => {
  fc.assert(
    fc.property(anySps, (sps) => {
      expect(parseSequenceParameterSet(writeSps(sps))).toEqual({
        spsVideoParameterSetId: sps.spsVideoParameterSetId,
        spsMaxSubLayersMinus1: sps.subLayers.length,
        spsTemporalIdNestingFlag: sps.spsTemporalIdNestingFlag,
        profileTierLevel: sps.ptl,
        spsSeqParameterSetId: sps.spsSeqParameterSetId,
        chromaFormatIdc: sps.chromaFormatIdc,
        bitDepthLumaMinus8: sps.bitDepthLumaMinus8,
        bitDepthChromaMinus8: sps.bitDepthChromaMinus8,
        width: sps.codedWidth,
        height: sps.codedHeight,
        ...(sps.vui && { vui: expectedVui(sps.vui) }),
      });
    }),
    { numRuns: 300 },
  );
});

function expectedVui(vui: Vui): object {
  const [primaries, transfer, matrix] = vui.colour ?? [];
  const [numUnitsInTick, timeScale, numTicksPocDiffOneMinus1 = 0] = vui.timing ?? [];
  const hrd = vui.timing && vui.hrd && expectedHrd(vui.hrd);
  return {
    ...(vui.sar && { sampleAspectRatio: { num: 40, den: 33 } }),
    ...(vui.fullRange !== undefined &&
      vui.colour && { colour: { primaries, transfer, matrix, fullRange: vui.fullRange } }),
    ...(vui.timing && { timing: { numUnitsInTick, timeScale, numTicksPocDiffOne: numTicksPocDiffOneMinus1 + 1 } }),
    ...(hrd && { hrd }),
    minSpatialSegmentationIdc: vui.minSpatialSegmentationIdc ?? 0,
  };
}

function expectedHrd({ nal, vcl, bitRateScale, cpbSizeScale, subLayers }: Hrd): object | undefined {
  if (!nal && !vcl) return undefined;
  const [bitRateValueMinus1, cpbSizeValueMinus1] = subLayers.at(-1)!.cpbs[0]!;
  const more = nal ? 1 : 2; // what the writer makes the VCL's values differ by
  return {
    bitRate: (bitRateValueMinus1 + more) * 2 ** (6 + bitRateScale),
    cpbSize: (cpbSizeValueMinus1 + more) * 2 ** (4 + cpbSizeScale),
  };
}
