import { describe, expect, test } from "vitest";
import { type DisplayInformation, readDisplayInformation } from "../../src/annexb/display-information.ts";
import { BitReader } from "../../src/bytes/bit-reader.ts";
import { BitWriter } from "../../src/bytes/bit-writer.ts";
import { thrownCode } from "./malformed.ts";

/** Rec. ITU-T H.264 Table E-1, H.265 Table E.1: by aspect_ratio_idc from 0. */
const table = "- 1:1 12:11 10:11 16:11 40:33 24:11 20:11 32:11 80:33 18:11 15:11 64:33 160:99 4:3 3:2 2:1 - - -".split(
  " ",
);

function read(writer: BitWriter): DisplayInformation {
  return readDisplayInformation(new BitReader(writer.finish(), "parameter-set-malformed"));
}

describe("the sample aspect ratio", () => {
  test.for(table.map((ratio, idc) => [idc, ratio] as const))("of aspect_ratio_idc %d is %s", ([idc, ratio]) => {
    const { sampleAspectRatio } = read(new BitWriter().flag(true).u(8, idc).flag(false).flag(false).flag(false));
    expect(sampleAspectRatio ? `${sampleAspectRatio.num}:${sampleAspectRatio.den}` : "-").toBe(ratio);
  });

  test.for([
    [40, 33, { num: 40, den: 33 }],
    [1920, 1440, { num: 4, den: 3 }],
    [65_535, 1, { num: 65_535, den: 1 }],
    [0, 33, undefined],
    [40, 0, undefined],
  ] as const)("in numbers, %d:%d, is in lowest terms", ([width, height, ratio]) => {
    const writer = new BitWriter().flag(true).u(8, 255).u(16, width).u(16, height).flag(false).flag(false).flag(false);
    expect(read(writer).sampleAspectRatio).toEqual(ratio);
  });
});

test("colours are read from between all the other fields", () => {
  const writer = new BitWriter().flag(true).u(8, 14).flag(true).flag(false);
  writer.flag(true).u(3, 5).flag(true).flag(true).u(8, 9).u(8, 16).u(8, 10).flag(true).ue(2).ue(3);
  expect(read(writer)).toEqual({
    sampleAspectRatio: { num: 4, den: 3 },
    colour: { primaries: 9, transfer: 16, matrix: 10, fullRange: true },
  });
});

test("a range without colours is none", () => {
  expect(read(new BitWriter().flag(false).flag(false).flag(true).u(3, 5).flag(true).flag(false).flag(false))).toEqual(
    {},
  );
});

test("ends that come early are refused", () => {
  expect(thrownCode(() => read(new BitWriter().flag(true).u(8, 255).u(16, 40)))).toBe("parameter-set-malformed");
});
