import { expect, test } from "vitest";
import { nalUnitRole, startsAccessUnit } from "../../src/h264/nal-unit-role.ts";

/** Rec. ITU-T H.264 Table 7-1 and 7.4.1.2.3: [nal_unit_type, role, starts an access unit after a slice]. */
const table: readonly (readonly [number, string, boolean])[] = [
  [0, "other", false],
  [1, "vcl", false],
  [2, "vcl", false],
  [3, "other", false],
  [4, "other", false],
  [5, "vcl", false],
  [6, "sei", true],
  [7, "parameter-set", true],
  [8, "parameter-set", true],
  [9, "delimiter", true],
  [10, "end-of-sequence", false],
  [11, "end-of-sequence", false],
  [12, "filler", false],
  [13, "other", false],
  [14, "other", true],
  [15, "other", true],
  [16, "other", true],
  [17, "other", true],
  [18, "other", true],
  [19, "other", false],
  [20, "other", false],
  [21, "other", false],
  [22, "other", false],
  [23, "other", false],
  [24, "other", false],
  [31, "other", false],
];

test.for(table)("type %d is %s, starts an access unit: %s", ([type, role, starts]) => {
  for (const nalRefIdc of [0, 3]) {
    const nal = Uint8Array.of((nalRefIdc << 5) | type, 0x80);
    expect(nalUnitRole(nal)).toBe(role);
    expect(startsAccessUnit(nal)).toBe(starts);
  }
});
