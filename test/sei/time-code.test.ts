import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../../src/bytes/hex.ts";
import { parseTimeCode, type TimeCode, writeTimeCode } from "../../src/sei/time-code.ts";
import { bits } from "./bits.ts";
import { clockTimestampFields, timeOffset } from "./clock-timestamps.ts";
import { expectTotal, thrownCode } from "./malformed.ts";

const timestamp = {
  unitsFieldBasedFlag: true,
  countingType: 0,
  fullTimestampFlag: false,
  discontinuityFlag: false,
  cntDroppedFlag: false,
  nFrames: 17,
  timeOffsetLength: 0,
  timeOffset: 0,
};
const at134057 = { ...timestamp, fullTimestampFlag: true, seconds: 57, minutes: 40, hours: 13 };

const cases: readonly (readonly [string, string, TimeCode])[] = [
  ["a full timestamp", "01 1 1 00000 1 0 0 000010001 111001 101000 01101 00000", { clockTimestamps: [at134057] }],
  [
    "a frame number of nine bits",
    "01 1 1 00000 1 0 0 101011000 111001 101000 01101 00000",
    { clockTimestamps: [{ ...at134057, nFrames: 344 }] },
  ],
  [
    "a negative time offset of its own length",
    "01 1 1 00000 1 0 0 000010001 111001 101000 01101 00011 101",
    { clockTimestamps: [{ ...at134057, timeOffsetLength: 3, timeOffset: -3 }] },
  ],
  [
    "a time offset of 31 bits",
    `01 1 1 00000 1 0 0 000010001 111001 101000 01101 11111 1${"0".repeat(30)}`,
    { clockTimestamps: [{ ...at134057, timeOffsetLength: 31, timeOffset: -(2 ** 30) }] },
  ],
  [
    "seconds without minutes, then nothing, then the frame number alone",
    "11 1 1 00000 0 0 0 000010001 1 111001 0 00000 0 1 1 00100 0 1 1 000000001 0 00000",
    {
      clockTimestamps: [
        { ...timestamp, seconds: 57 },
        undefined,
        { ...timestamp, countingType: 4, discontinuityFlag: true, cntDroppedFlag: true, nFrames: 1 },
      ],
    },
  ],
  ["no timestamp at all", "00", { clockTimestamps: [] }],
];

test.for(cases)("%s: both ways", ([, text, value]) => {
  expect(parseTimeCode(bits(text))).toEqual(value);
  expect(toHex(writeTimeCode(value))).toBe(toHex(bits(text)));
});

test.for([
  ["60 seconds", "111100 101000 01101"],
  ["60 minutes", "111001 111100 01101"],
  ["24 hours", "111001 101000 11000"],
] as const)("a time of %s is refused", ([, time]) => {
  expect(thrownCode(() => parseTimeCode(bits(`01 1 1 00000 1 0 0 000010001 ${time} 00000`)))).toBe("sei-malformed");
});

test.for([
  ["nothing", ""],
  ["a timestamp that ends before its frame number", "01 1 1 00000 1 0 0"],
  ["a time offset that ends early", "01 1 1 00000 1 0 0 000010001 111001 101000 01101 11111"],
] as const)("%s is refused", ([, text]) => {
  expect(thrownCode(() => parseTimeCode(bits(text)))).toBe("sei-malformed");
});

test("a fourth timestamp cannot be written", () => {
  expect(() => writeTimeCode({ clockTimestamps: Array(4).fill(undefined) })).toThrow(RangeError);
});

test("any time code comes back as it was written", () => {
  const clock = fc.nat({ max: 31 }).chain((timeOffsetLength) =>
    fc.tuple(clockTimestampFields(9), timeOffset(timeOffsetLength)).map(([fields, timeOffset]) => ({
      ...fields,
      timeOffsetLength,
      timeOffset,
    })),
  );
  const clockTimestamps = fc.array(fc.option(clock, { nil: undefined }), { maxLength: 3 });
  fc.assert(
    fc.property(fc.record({ clockTimestamps }), (value) => {
      expect(parseTimeCode(writeTimeCode(value))).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

test("any bytes are read or refused by name", () => expectTotal(parseTimeCode));
