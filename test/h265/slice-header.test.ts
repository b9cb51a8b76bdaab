import { describe, expect, test } from "vitest";
import { BitWriter } from "../../src/bytes/bit-writer.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { parseSliceHeader } from "../../src/h265/slice-header.ts";
import { expectParsedOrMalformed, thrownCode } from "../annexb/malformed.ts";

/** [what it is, NAL unit header, bits after it as text, first segment, no output of prior pictures, PPS id] */
const cases: readonly (readonly [string, string, string, boolean, boolean, number])[] = [
  ["the first segment of a picture that is not IRAP", "0201", "1 1", true, false, 0],
  ["a later segment", "0201", "0 1", false, false, 0],
  ["an IDR picture's", "2801", "1 0 010", true, false, 1],
  ["an IDR picture's that drops what was not yet shown", "2601", "1 1 011", true, true, 2],
  ["a CRA picture's", "2a01", "1 0 1", true, false, 0],
  ["a BLA picture's", "2001", "1 1 1", true, true, 0],
  ["a picture's of the last type before IRAP", "1e01", "1 1", true, false, 0],
  ["a picture's of the last type kept for IRAP", "2e01", "1 1 1", true, true, 0],
  ["a picture's with the highest parameter set id", "0201", "1 0000001000000", true, false, 63],
];

describe("a slice segment header is read:", () => {
  test.for(cases)("%s", ([, header, bits, first, noOutput, id]) => {
    const writer = new BitWriter();
    for (const bit of bits.replaceAll(" ", "")) writer.flag(bit === "1");
    expect(parseSliceHeader(Uint8Array.of(...fromHex(header), ...writer.trailingBits().finish()))).toEqual({
      firstSliceSegmentInPicFlag: first,
      noOutputOfPriorPicsFlag: noOutput,
      slicePicParameterSetId: id,
    });
  });
});

describe("a slice segment header is refused", () => {
  test("where it ends early", () => {
    for (const nal of ["02", "0201", "020180"]) {
      expect([nal, thrownCode(() => parseSliceHeader(fromHex(nal)))]).toEqual([nal, "slice-malformed"]);
    }
  });

  test("where its picture parameter set id is above 63", () => {
    expect(thrownCode(() => parseSliceHeader(fromHex("02018104")))).toBe("slice-malformed");
  });
});

test("any bytes are parsed or refused by name", () => {
  for (const beginning of ["02", "0201", "2601"]) {
    expectParsedOrMalformed(parseSliceHeader, ["slice-malformed"], fromHex(beginning));
  }
});
