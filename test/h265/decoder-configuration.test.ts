import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { parseHevcDecoderConfiguration, writeHevcDecoderConfiguration } from "../../src/h265/decoder-configuration.ts";
import { expectEveryCutRefused, expectParsedOrMalformed, thrownCode } from "../annexb/malformed.ts";
import { type Pps, plainPps, plainSps, plainVps, type Sps, writePps, writeSps, writeVps } from "./write.ts";

const vps = writeVps(plainVps);
const sps = writeSps(plainSps);
const pps = writePps(plainPps);

const ptl = "01 60000000 900000000000 5d";
const segmented: Partial<Sps> = { vui: { minSpatialSegmentationIdc: 0x123 } };
const tiles: Pps = { ...plainPps, tilesEnabledFlag: true };
const wavefront: Pps = { ...plainPps, entropyCodingSyncEnabledFlag: true };

/** [name, changes to the SPS, PPS, the record's bytes before its arrays] */
const heads: readonly (readonly [string, Partial<Sps>, readonly Pps[], string])[] = [
  ["plain", {}, [plainPps], `01 ${ptl} f000 fc fd f8 f8 0000 0f 03`],
  [
    "10 bits, 4:2:2",
    { chromaFormatIdc: 2, bitDepthLumaMinus8: 2, bitDepthChromaMinus8: 1 },
    [plainPps],
    `01 ${ptl} f000 fc fe fa f9 0000 0f 03`,
  ],
  [
    "three temporal layers, not nested",
    {
      subLayers: [
        [false, false],
        [false, true],
      ],
      spsTemporalIdNestingFlag: false,
    },
    [plainPps],
    `01 ${ptl} f000 fc fd f8 f8 0000 1b 03`,
  ],
  [
    "a profile with every field in it",
    {
      ptl: {
        generalProfileSpace: 2,
        generalTierFlag: true,
        generalProfileIdc: 5,
        generalProfileCompatibilityFlags: 0x89abcdef,
        generalConstraintIndicatorFlags: 0x123456789abc,
        generalLevelIdc: 156,
      },
    },
    [plainPps],
    "01 a5 89abcdef 123456789abc 9c f000 fc fd f8 f8 0000 0f 03",
  ],
  ["slices", segmented, [plainPps], `01 ${ptl} f123 fd fd f8 f8 0000 0f 03`],
  ["tiles", segmented, [tiles], `01 ${ptl} f123 fe fd f8 f8 0000 0f 03`],
  [
    "wavefronts",
    segmented,
    [wavefront, { ...wavefront, ppsPicParameterSetId: 1 }],
    `01 ${ptl} f123 ff fd f8 f8 0000 0f 03`,
  ],
  [
    "tiles and wavefronts in one",
    segmented,
    [{ ...tiles, ...wavefront, tilesEnabledFlag: true }],
    `01 ${ptl} f123 fc fd f8 f8 0000 0f 03`,
  ],
  [
    "now tiles, now slices",
    segmented,
    [tiles, { ...plainPps, ppsPicParameterSetId: 1 }],
    `01 ${ptl} f123 fc fd f8 f8 0000 0f 03`,
  ],
];

describe("an hvcC record begins with what the parameter sets say:", () => {
  test.for(heads)("%s", ([, changes, pictureSets, head]) => {
    const record = writeHevcDecoderConfiguration(
      [vps],
      [writeSps({ ...plainSps, ...changes })],
      pictureSets.map(writePps),
    );
    expect(toHex(record.subarray(0, 23))).toBe(head.replaceAll(" ", ""));
  });
});

describe("an hvcC record", () => {
  test("goes on with complete arrays of VPS, SPS and PPS", () => {
    const array = (type: string, ...nalUnits: readonly Uint8Array[]) =>
      type + hex16(nalUnits.length) + nalUnits.map((nal) => hex16(nal.length) + toHex(nal)).join("");
    const record = writeHevcDecoderConfiguration([vps], [sps], [pps, pps]);
    expect(toHex(record.subarray(23))).toBe(array("a0", vps) + array("a1", sps) + array("a2", pps, pps));
  });

  test("is read back as written, with any parameter sets", () => {
    const nalUnits = fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(nalUnits, nalUnits, (otherVps, otherSps) => {
        const sets = [otherVps, [sps, ...otherSps], [pps]] as const;
        expect(parseHevcDecoderConfiguration(writeHevcDecoderConfiguration(...sets))).toEqual({
          nalUnitLengthSize: 4,
          videoParameterSets: otherVps,
          sequenceParameterSets: [sps, ...otherSps],
          pictureParameterSets: [pps],
        });
      }),
      { numRuns: 50 },
    );
  });

  test("is read past arrays of other kinds, and with several arrays of a kind", () => {
    const head = toHex(writeHevcDecoderConfiguration([vps], [sps], [pps]).subarray(0, 22));
    const record = fromHex(`${head} 04  27 0001 0002 4e01  22 0001 0001 aa  22 0002 0001 bb 0001 cc  21 0000`);
    expect(parseHevcDecoderConfiguration(record)).toEqual({
      nalUnitLengthSize: 4,
      videoParameterSets: [],
      sequenceParameterSets: [],
      pictureParameterSets: [fromHex("aa"), fromHex("bb"), fromHex("cc")],
    });
  });

  test("is not written without a parameter set of each kind", () => {
    const missing = (...sets: Parameters<typeof writeHevcDecoderConfiguration>) =>
      expect(thrownCode(() => writeHevcDecoderConfiguration(...sets))).toBe("parameter-set-missing");
    missing([], [sps], [pps]);
    missing([vps], [], [pps]);
    missing([vps], [sps], []);
  });

  test("is not written where it has no room", () => {
    const long = new Uint8Array(65_536).fill(0x40);
    expect(thrownCode(() => writeHevcDecoderConfiguration([long], [sps], [pps]))).toBe("parameter-set-malformed");
  });

  test("is not read where it ends early or is of another version", () => {
    const record = writeHevcDecoderConfiguration([vps], [sps], [pps]);
    expectEveryCutRefused(parseHevcDecoderConfiguration, record, record.length);
    const next = Uint8Array.of(2, ...record.subarray(1));
    expect(thrownCode(() => parseHevcDecoderConfiguration(next))).toBe("parameter-set-malformed");
  });
});

test("any bytes are parsed or refused by name", () => {
  const malformed = ["parameter-set-malformed"];
  expectParsedOrMalformed(parseHevcDecoderConfiguration, malformed, fromHex(`01 ${ptl} f000 fc fd f8 f8 0000 0f 03`));
  expectParsedOrMalformed((bytes) => writeHevcDecoderConfiguration([vps], [bytes], [pps]), malformed);
  expectParsedOrMalformed(
    (bytes) => writeHevcDecoderConfiguration([vps], [writeSps({ ...plainSps, ...segmented })], [bytes]),
    malformed,
  );
});

function hex16(value: number): string {
  return value.toString(16).padStart(4, "0");
}
