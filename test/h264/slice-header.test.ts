import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex } from "../../src/bytes/hex.ts";
import { parsePictureParameterSet } from "../../src/h264/picture-parameter-set.ts";
import { parseSequenceParameterSet } from "../../src/h264/sequence-parameter-set.ts";
import { parseSliceHeader, type SliceHeader } from "../../src/h264/slice-header.ts";
import { expectParsedOrMalformed, thrownCode } from "../annexb/malformed.ts";
import {
  type Pps,
  plainPps,
  plainSlice,
  plainSps,
  type Slice,
  type Sps,
  writePps,
  writeSlice,
  writeSps,
} from "./write.ts";

function parse(nal: Uint8Array, sps: Sps = plainSps, pps: Pps = plainPps): SliceHeader {
  const sequence = parseSequenceParameterSet(writeSps(sps));
  const picture = parsePictureParameterSet(writePps(pps));
  return parseSliceHeader(
    nal,
    new Map([[picture.picParameterSetId, picture]]),
    new Map([[sequence.seqParameterSetId, sequence]]),
  );
}

/** An Exp-Golomb code for 0 may be read as -0, which is 0 to all but `toEqual`. */
function withPlainZeros(header: SliceHeader): SliceHeader {
  return JSON.parse(JSON.stringify(header)) as SliceHeader;
}

const anySps: fc.Arbitrary<Sps> = fc
  .record({
    separateColourPlaneFlag: fc.boolean(),
    log2MaxFrameNumMinus4: fc.nat({ max: 12 }),
    picOrderCntType: fc.nat({ max: 2 }),
    log2MaxPicOrderCntLsbMinus4: fc.nat({ max: 12 }),
    deltaPicOrderAlwaysZeroFlag: fc.boolean(),
    frameMbsOnlyFlag: fc.boolean(),
    seqParameterSetId: fc.nat({ max: 31 }),
  })
  .map((changes) => ({ ...plainSps, chromaFormatIdc: changes.separateColourPlaneFlag ? 3 : 1, ...changes }));
const anyPps = fc.record({
  picParameterSetId: fc.nat({ max: 255 }),
  bottomFieldPicOrderInFramePresentFlag: fc.boolean(),
  redundantPicCntPresentFlag: fc.boolean(),
});
const delta = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 }));
const anySlice: fc.Arbitrary<Slice> = fc.record({
  nalRefIdc: fc.nat({ max: 3 }),
  idrPicFlag: fc.boolean(),
  firstMbInSlice: fc.nat({ max: 139_263 }),
  sliceType: fc.nat({ max: 9 }),
  frameNum: fc.nat({ max: 65_535 }),
  fieldPicFlag: fc.boolean(),
  bottomFieldFlag: fc.boolean(),
  idrPicId: fc.nat({ max: 65_535 }),
  picOrderCntLsb: fc.nat({ max: 65_535 }),
  deltaPicOrderCntBottom: delta,
  deltaPicOrderCnt: fc.tuple(delta, delta),
  redundantPicCnt: fc.nat({ max: 127 }),
});

test("whatever a slice header says is read back, and what its parameter sets rule out is 0 or false", () => {
  fc.assert(
    fc.property(anySps, anyPps, anySlice, (sps, ppsChanges, any) => {
      const pps: Pps = { ...ppsChanges, seqParameterSetId: sps.seqParameterSetId };
      const fieldPicFlag = any.fieldPicFlag && !sps.frameMbsOnlyFlag;
      const slice: Slice = {
        ...any,
        fieldPicFlag,
        frameNum: any.frameNum % 2 ** (sps.log2MaxFrameNumMinus4 + 4),
        picOrderCntLsb: any.picOrderCntLsb % 2 ** (sps.log2MaxPicOrderCntLsbMinus4 + 4),
      };
      const bottom = pps.bottomFieldPicOrderInFramePresentFlag && !fieldPicFlag;
      const lsb = sps.picOrderCntType === 0;
      const deltas = sps.picOrderCntType === 1 && !sps.deltaPicOrderAlwaysZeroFlag;
      expect(withPlainZeros(parse(writeSlice(slice, sps, pps), sps, pps))).toEqual({
        ...slice,
        picParameterSetId: pps.picParameterSetId,
        seqParameterSetId: sps.seqParameterSetId,
        bottomFieldFlag: fieldPicFlag && slice.bottomFieldFlag,
        idrPicId: slice.idrPicFlag ? slice.idrPicId : 0,
        picOrderCntType: sps.picOrderCntType,
        picOrderCntLsb: lsb ? slice.picOrderCntLsb : 0,
        deltaPicOrderCntBottom: lsb && bottom ? slice.deltaPicOrderCntBottom : 0,
        deltaPicOrderCnt: [deltas ? slice.deltaPicOrderCnt[0] : 0, deltas && bottom ? slice.deltaPicOrderCnt[1] : 0],
        redundantPicCnt: pps.redundantPicCntPresentFlag ? slice.redundantPicCnt : 0,
      });
    }),
    { numRuns: 500 },
  );
});

describe("a slice header is refused", () => {
  test("as malformed where it ends early", () => {
    const nal = writeSlice({ ...plainSlice, idrPicId: 60_000 }, plainSps, plainPps);
    for (let length = 1; length < 6; length++) {
      expect(thrownCode(() => parse(nal.subarray(0, length)))).toBe("slice-malformed");
    }
  });

  test("as malformed where its slice_type is unknown", () => {
    expect(thrownCode(() => parse(writeSlice({ ...plainSlice, sliceType: 10 }, plainSps, plainPps)))).toBe(
      "slice-malformed",
    );
  });

  test("as without parameter set where its picture parameter set is unknown", () => {
    const nal = writeSlice(plainSlice, plainSps, { ...plainPps, picParameterSetId: 1 });
    expect(thrownCode(() => parse(nal))).toBe("parameter-set-missing");
  });

  test("as without parameter set where its sequence parameter set is unknown", () => {
    const pps = { ...plainPps, seqParameterSetId: 1 };
    expect(thrownCode(() => parse(writeSlice(plainSlice, plainSps, pps), plainSps, pps))).toBe("parameter-set-missing");
  });
});

test("any bytes are parsed or refused by name", () => {
  const sps: Sps = { ...plainSps, frameMbsOnlyFlag: false };
  const pps: Pps = { ...plainPps, bottomFieldPicOrderInFramePresentFlag: true, redundantPicCntPresentFlag: true };
  for (const beginning of ["65", "41", "6588"]) {
    expectParsedOrMalformed(
      (bytes) => parse(bytes, sps, pps),
      ["slice-malformed", "parameter-set-missing"],
      fromHex(beginning),
    );
  }
});
