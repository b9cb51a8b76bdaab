import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../../src/bytes/hex.ts";
import { parseRecoveryPoint, writeRecoveryPoint } from "../../src/sei/recovery-point.ts";
import { bits } from "./bits.ts";
import { expectTotal, thrownCode } from "./malformed.ts";

const start = { recoveryFrameCnt: 0, exactMatchFlag: true, brokenLinkFlag: false, changingSliceGroupIdc: 0 };

test.for([
  ["a picture that is right at once", "1 1 0 00", start],
  ["a splice", "1 1 1 00", { ...start, brokenLinkFlag: true }],
  [
    "50 frames of gradual refresh",
    "00000110011 0 0 10",
    { ...start, recoveryFrameCnt: 50, exactMatchFlag: false, changingSliceGroupIdc: 2 },
  ],
  [
    "the most that frame_num counts",
    `${"0".repeat(16)}1${"0".repeat(16)} 1 0 00`,
    { ...start, recoveryFrameCnt: 65_535 },
  ],
] as const)("%s: both ways", ([, text, value]) => {
  expect(parseRecoveryPoint(bits(text))).toEqual(value);
  expect(toHex(writeRecoveryPoint(value))).toBe(toHex(bits(text)));
});

test.for([
  ["a count that frame_num cannot reach", `${"0".repeat(16)}1${"0".repeat(15)}1 1 0 00`],
  ["a count without end", "0".repeat(80)],
  ["nothing", ""],
] as const)("%s is refused", ([, text]) => {
  expect(thrownCode(() => parseRecoveryPoint(bits(text)))).toBe("sei-malformed");
});

test("any recovery point comes back as it was written", () => {
  const value = fc.record({
    recoveryFrameCnt: fc.nat({ max: 65_535 }),
    exactMatchFlag: fc.boolean(),
    brokenLinkFlag: fc.boolean(),
    changingSliceGroupIdc: fc.nat({ max: 3 }),
  });
  fc.assert(
    fc.property(value, (value) => {
      expect(parseRecoveryPoint(writeRecoveryPoint(value))).toEqual(value);
    }),
  );
});

test("any bytes are read or refused by name", () => expectTotal(parseRecoveryPoint));
