import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { parseAvcDecoderConfiguration, writeAvcDecoderConfiguration } from "../../src/h264/decoder-configuration.ts";
import { expectEveryCutRefused, expectParsedOrMalformed, thrownCode } from "../annexb/malformed.ts";
import { plainPps, plainSps, type Sps, writePps, writeSps } from "./write.ts";

const sps = writeSps(plainSps);
const pps = writePps(plainPps);

const extensions: readonly (readonly [name: string, changes: Partial<Sps>, extension: string])[] = [
  ["Baseline", { profileIdc: 66 }, ""],
  ["Main", { profileIdc: 77 }, ""],
  ["Extended", { profileIdc: 88 }, ""],
  ["High", {}, "fdf8f800"],
  ["High, monochrome", { chromaFormatIdc: 0 }, "fcf8f800"],
  ["High 10", { profileIdc: 110, bitDepthLumaMinus8: 2, bitDepthChromaMinus8: 1 }, "fdfaf900"],
  ["High 4:2:2", { profileIdc: 122, chromaFormatIdc: 2, bitDepthLumaMinus8: 2, bitDepthChromaMinus8: 2 }, "fefafa00"],
  ["High 4:4:4 Predictive", { profileIdc: 244, chromaFormatIdc: 3, bitDepthLumaMinus8: 6 }, "fffef800"],
];

describe("an avcC record", () => {
  test.for(extensions)("of profile %s ends in these extension bytes: %s", ([, changes, extension]) => {
    const nal = writeSps({ ...plainSps, ...changes });
    const length = (bytes: Uint8Array) => bytes.length.toString(16).padStart(4, "0");
    expect(toHex(writeAvcDecoderConfiguration([nal], [pps]))).toBe(
      `01${toHex(nal.subarray(1, 4))}ffe1${length(nal)}${toHex(nal)}01${length(pps)}${toHex(pps)}${extension}`,
    );
  });

  test("is read back as written, with any parameter sets", () => {
    const nalUnit = fc.uint8Array({ minLength: 1, maxLength: 300 });
    const more = fc.array(nalUnit, { maxLength: 30 });
    const some = fc.array(nalUnit, { minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(more, some, (otherSps, allPps) => {
        expect(parseAvcDecoderConfiguration(writeAvcDecoderConfiguration([sps, ...otherSps], allPps))).toEqual({
          profileIdc: 100,
          constraintSetFlags: 0,
          levelIdc: 30,
          nalUnitLengthSize: 4,
          sequenceParameterSets: [sps, ...otherSps],
          pictureParameterSets: allPps,
        });
      }),
      { numRuns: 50 },
    );
  });

  test("is not written where it has no room", () => {
    const long = new Uint8Array(65_536).fill(0x68);
    const refused = (...sets: Parameters<typeof writeAvcDecoderConfiguration>) =>
      expect(thrownCode(() => writeAvcDecoderConfiguration(...sets))).toBe("parameter-set-malformed");
    refused(new Array(32).fill(sps), [pps]);
    refused([sps], new Array(256).fill(pps));
    refused([sps], [long]);
    refused([sps, long], [pps]);
  });

  test("is not read where it ends early or is of another version", () => {
    const record = writeAvcDecoderConfiguration([sps], [pps]);
    expectEveryCutRefused(parseAvcDecoderConfiguration, record, record.length - 4);
    expect(thrownCode(() => parseAvcDecoderConfiguration(Uint8Array.of(2, ...record.subarray(1))))).toBe(
      "parameter-set-malformed",
    );
  });
});

test("any bytes are parsed or refused by name", () => {
  expectParsedOrMalformed(parseAvcDecoderConfiguration, ["parameter-set-malformed"], fromHex("0164001effe1"));
  expectParsedOrMalformed((bytes) => writeAvcDecoderConfiguration([bytes], [pps]), ["parameter-set-malformed"]);
});
