import { describe, expect, test } from "vitest";
import { nalUnitRole, startsAccessUnit } from "../../src/h265/nal-unit-role.ts";
import { isIntraRandomAccessPoint } from "../../src/h265/nal-unit-type.ts";

/** Rec. ITU-T H.265 Table 7-1 and 7.4.2.4.4: [first type, last type, role, starts an access unit after a slice]. */
const table: readonly (readonly [number, number, string, boolean])[] = [
  [0, 9, "vcl", false],
  [10, 15, "other", false],
  [16, 21, "vcl", false],
  [22, 31, "other", false],
  [32, 34, "parameter-set", true],
  [35, 35, "delimiter", true],
  [36, 37, "end-of-sequence", false],
  [38, 38, "filler", false],
  [39, 39, "sei", true],
  [40, 40, "suffix-sei", false],
  [41, 44, "other", true],
  [45, 47, "other", false],
  [48, 55, "other", true],
  [56, 63, "other", false],
];

const types = table.flatMap(([first, last, role, starts]) =>
  Array.from({ length: last - first + 1 }, (_, i) => [first + i, role, starts] as const),
);

test.for(types)("type %d is %s, starts an access unit: %s", ([type, role, starts]) => {
  const nal = Uint8Array.of(type << 1, 1, 0x80);
  expect(nalUnitRole(nal)).toBe(role);
  expect(startsAccessUnit(nal)).toBe(starts);
});

test("the table has every type", () => {
  expect(types.map(([type]) => type)).toEqual(Array.from({ length: 64 }, (_, type) => type));
});

test.for(types)("type %d of an enhancement layer is other and starts nothing", ([type]) => {
  for (const nuhLayerId of [1, 31, 32, 63]) {
    const nal = Uint8Array.of((type << 1) | (nuhLayerId >> 5), ((nuhLayerId & 31) << 3) | 1, 0x80);
    expect(nalUnitRole(nal)).toBe("other");
    expect(startsAccessUnit(nal)).toBe(false);
  }
});

describe("a NAL unit of one byte", () => {
  test.for([0, 19, 32, 35])("of type %d is other and starts nothing", (type) => {
    expect(nalUnitRole(Uint8Array.of(type << 1))).toBe("other");
    expect(startsAccessUnit(Uint8Array.of(type << 1))).toBe(false);
  });
});

test("decoding can start at BLA, IDR and CRA pictures alone", () => {
  const types = Array.from({ length: 64 }, (_, type) => type).filter(isIntraRandomAccessPoint);
  expect(types).toEqual([16, 17, 18, 19, 20, 21]);
});
