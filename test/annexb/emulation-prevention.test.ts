import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addEmulationPrevention, removeEmulationPrevention } from "../../src/annexb/emulation-prevention.ts";
import { joinByteStream, splitByteStream } from "../../src/annexb/nal-units.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";

/** [what is shown, RBSP, NAL unit] */
const pairs: readonly (readonly [string, string, string])[] = [
  ["nothing", "", ""],
  ["nothing to prevent", "67640028", "67640028"],
  ["00 00 00", "65000000ff", "6500000300ff"],
  ["00 00 01, a start code", "65000001ff", "6500000301ff"],
  ["00 00 02", "65000002ff", "6500000302ff"],
  ["00 00 03", "65000003ff", "6500000303ff"],
  ["a fourth byte that may", "00000480", "00000480"],
  ["a run of zeros", "0000000000000080", "0000030000030000030080"],
  ["two zeros at the end (cabac_zero_words)", "65800000", "6580000003"],
  ["a 03 right after one that is not data", "00000303", "0000030303"],
];

describe("addEmulationPrevention and removeEmulationPrevention agree on", () => {
  test.for(pairs)("%s", ([, rbsp, nal]) => {
    expect(toHex(addEmulationPrevention(fromHex(rbsp)))).toBe(nal);
    expect(toHex(removeEmulationPrevention(fromHex(nal)))).toBe(rbsp);
  });
});

test("removeEmulationPrevention gives back the very view where there is nothing to remove", () => {
  const nal = fromHex("67640000");
  expect(removeEmulationPrevention(nal)).toBe(nal);
});

test("addEmulationPrevention gives back the very view where there is nothing to prevent", () => {
  const rbsp = fromHex("6764000480");
  expect(addEmulationPrevention(rbsp)).toBe(rbsp);
});

test("removeEmulationPrevention takes out a 03 at the end of a NAL unit's beginning", () => {
  expect(toHex(removeEmulationPrevention(fromHex("6764000003")))).toBe("67640000");
});

const manyZeros = fc
  .array(fc.oneof({ weight: 3, arbitrary: fc.nat({ max: 4 }) }, fc.nat({ max: 255 })), { maxLength: 60 })
  .map((bytes) => Uint8Array.from(bytes));

describe("any bytes", () => {
  test("come back unchanged", () => {
    fc.assert(
      fc.property(manyZeros, (rbsp) => {
        expect(toHex(removeEmulationPrevention(addEmulationPrevention(rbsp)))).toBe(toHex(rbsp));
      }),
      { numRuns: 1000 },
    );
  });

  test("survive a byte stream as one NAL unit, if they end as legal ones do", () => {
    fc.assert(
      fc.property(manyZeros, (bytes) => {
        const nal = addEmulationPrevention(Uint8Array.of(0x65, ...bytes, 0x80));
        expect(splitByteStream(joinByteStream([nal])).nalUnits.map(toHex)).toEqual([toHex(nal)]);
      }),
      { numRuns: 1000 },
    );
  });
});
