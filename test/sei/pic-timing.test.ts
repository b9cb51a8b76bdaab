import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../../src/bytes/hex.ts";
import type { PicTimingParameters } from "../../src/h264/pic-timing-parameters.ts";
import { type PicTiming, parsePicTiming, writePicTiming } from "../../src/sei/pic-timing.ts";
import { bits } from "./bits.ts";
import { clockTimestampFields, timeOffset } from "./clock-timestamps.ts";
import { expectTotal, thrownCode } from "./malformed.ts";

/** No HRD parameters: no delays, and time_offset has the inferred 24 bits. */
const plain: PicTimingParameters = { picStructPresent: true, timeOffsetLength: 24 };

/** HRD parameters as broadcast encoders set them. */
const hrd: PicTimingParameters = {
  ...plain,
  cpbRemovalDelayLength: 24,
  dpbOutputDelayLength: 5,
  timeOffsetLength: 0,
};

const timestamp = {
  ctType: 0,
  unitsFieldBasedFlag: false,
  countingType: 0,
  fullTimestampFlag: false,
  discontinuityFlag: false,
  cntDroppedFlag: false,
  nFrames: 17,
  timeOffset: 0,
};
const at134057 = { ...timestamp, fullTimestampFlag: true, seconds: 57, minutes: 40, hours: 13 };
const none = "0";

const cases: readonly (readonly [string, PicTimingParameters, string, PicTiming])[] = [
  [
    "a full timestamp and an inferred time offset of 24 bits",
    plain,
    "0000 1 00 0 00000 1 0 0 00010001 111001 101000 01101 000000000000000000000000",
    { picStruct: 0, clockTimestamps: [at134057] },
  ],
  [
    "delays, and no time offset where the HRD parameters give it no bits",
    hrd,
    "000000000000000000001010 00100 0000 1 00 0 00000 1 0 0 00010001 111001 101000 01101",
    { cpbRemovalDelay: 10, dpbOutputDelay: 4, picStruct: 0, clockTimestamps: [at134057] },
  ],
  [
    "a negative time offset",
    { ...plain, timeOffsetLength: 5 },
    "0000 1 00 0 00000 1 0 0 00010001 111001 101000 01101 11110",
    { picStruct: 0, clockTimestamps: [{ ...at134057, timeOffset: -2 }] },
  ],
  [
    "every flag and field at its most",
    { ...plain, timeOffsetLength: 0 },
    "0000 1 11 1 11111 1 1 1 11111111 111011 111011 10111",
    {
      picStruct: 0,
      clockTimestamps: [
        {
          ctType: 3,
          unitsFieldBasedFlag: true,
          countingType: 31,
          fullTimestampFlag: true,
          discontinuityFlag: true,
          cntDroppedFlag: true,
          nFrames: 255,
          seconds: 59,
          minutes: 59,
          hours: 23,
          timeOffset: 0,
        },
      ],
    },
  ],
  [
    "drop-frame counting",
    { ...plain, timeOffsetLength: 0 },
    "0000 1 00 1 00100 1 0 1 00000010 000000 000001 00000",
    {
      picStruct: 0,
      clockTimestamps: [
        {
          ...timestamp,
          unitsFieldBasedFlag: true,
          countingType: 4,
          cntDroppedFlag: true,
          fullTimestampFlag: true,
          nFrames: 2,
          seconds: 0,
          minutes: 1,
          hours: 0,
        },
      ],
    },
  ],
  [
    "no more than the frame number",
    { ...plain, timeOffsetLength: 0 },
    "0000 1 00 0 00000 0 0 0 00010001 0",
    { picStruct: 0, clockTimestamps: [timestamp] },
  ],
  [
    "seconds without minutes",
    { ...plain, timeOffsetLength: 0 },
    "0000 1 00 0 00000 0 0 0 00010001 1 111001 0",
    { picStruct: 0, clockTimestamps: [{ ...timestamp, seconds: 57 }] },
  ],
  [
    "minutes without hours",
    { ...plain, timeOffsetLength: 0 },
    "0000 1 00 0 00000 0 0 0 00010001 1 111001 1 101000 0",
    { picStruct: 0, clockTimestamps: [{ ...timestamp, seconds: 57, minutes: 40 }] },
  ],
  [
    "all of the time without the full flag",
    { ...plain, timeOffsetLength: 0 },
    "0000 1 00 0 00000 0 0 0 00010001 1 111001 1 101000 1 01101",
    { picStruct: 0, clockTimestamps: [{ ...timestamp, seconds: 57, minutes: 40, hours: 13 }] },
  ],
  [
    "the second field's timestamp alone",
    { ...plain, timeOffsetLength: 0 },
    "0011 0 1 01 0 00000 0 0 0 00000001 0",
    { picStruct: 3, clockTimestamps: [undefined, { ...timestamp, ctType: 1, nFrames: 1 }] },
  ],
  ["no timestamp, as x264 sends it", plain, `0000 ${none}`, { picStruct: 0, clockTimestamps: [undefined] }],
  [
    "delays alone",
    { ...hrd, picStructPresent: false },
    "000000000000000000001010 00100",
    { cpbRemovalDelay: 10, dpbOutputDelay: 4, clockTimestamps: [] },
  ],
  [
    "delays of 32 bits",
    { ...hrd, cpbRemovalDelayLength: 32, dpbOutputDelayLength: 32, picStructPresent: false },
    `${"1".repeat(32)} 1${"0".repeat(31)}`,
    { cpbRemovalDelay: 2 ** 32 - 1, dpbOutputDelay: 2 ** 31, clockTimestamps: [] },
  ],
  ["nothing, where the parameters promise nothing", { ...plain, picStructPresent: false }, "", { clockTimestamps: [] }],
];

test.for(cases)("%s: both ways", ([, parameters, text, value]) => {
  expect(parsePicTiming(bits(text), parameters)).toEqual(value);
  expect(toHex(writePicTiming(value, parameters))).toBe(toHex(bits(text)));
});

test.for([
  [0, 1],
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 2],
  [5, 3],
  [6, 3],
  [7, 2],
  [8, 3],
] as const)("pic_struct %i has room for %i timestamps", ([picStruct, count]) => {
  const payload = bits(picStruct.toString(2).padStart(4, "0") + none.repeat(count));
  const value = { picStruct, clockTimestamps: Array(count).fill(undefined) };
  expect(parsePicTiming(payload, plain)).toEqual(value);
  expect(writePicTiming(value, plain)).toEqual(payload);
});

test.for([9, 10, 11, 12, 13, 14, 15])("pic_struct %i is reserved and refused", (picStruct) => {
  const payload = bits(`${picStruct.toString(2)} 00000000`);
  expect(thrownCode(() => parsePicTiming(payload, plain))).toBe("sei-malformed");
});

test.for([
  ["60 seconds", "111100 101000 01101"],
  ["60 minutes", "111001 111100 01101"],
  ["24 hours", "111001 101000 11000"],
] as const)("a time of %s is refused", ([, time]) => {
  const payload = bits(`0000 1 00 0 00000 1 0 0 00010001 ${time} 000000000000000000000000`);
  expect(thrownCode(() => parsePicTiming(payload, plain))).toBe("sei-malformed");
});

test("a payload without the inferred time offset is too short, not a time offset of zero", () => {
  const payload = bits("0000 1 00 0 00000 1 0 0 00010001 111001 101000 01101");
  expect(thrownCode(() => parsePicTiming(payload, plain))).toBe("sei-malformed");
  expect(parsePicTiming(payload, { ...plain, timeOffsetLength: 0 }).clockTimestamps[0]).toMatchObject({ hours: 13 });
});

test("what the parameters promise must be there to be written", () => {
  expect(() => writePicTiming({ picStruct: 0, clockTimestamps: [undefined] }, hrd)).toThrow(RangeError);
  expect(() => writePicTiming({ clockTimestamps: [] }, plain)).toThrow(RangeError);
  expect(() => writePicTiming({ picStruct: 3, clockTimestamps: [undefined] }, plain)).toThrow(RangeError);
  expect(() => writePicTiming({ picStruct: 9, clockTimestamps: [] }, plain)).toThrow(RangeError);
});

test.for([
  ["hours without minutes", { ...timestamp, seconds: 1, hours: 1 }],
  ["minutes without seconds", { ...timestamp, minutes: 1, hours: 1 }],
  ["a full timestamp without hours", { ...timestamp, fullTimestampFlag: true, seconds: 1, minutes: 1 }],
] as const)("%s cannot be written", ([, clockTimestamp]) => {
  expect(() => writePicTiming({ picStruct: 0, clockTimestamps: [clockTimestamp] }, plain)).toThrow(RangeError);
});

const COUNTS = [1, 1, 1, 2, 2, 3, 3, 2, 3];

const anyLength = fc.integer({ min: 1, max: 32 });
const anyParameters: fc.Arbitrary<PicTimingParameters> = fc
  .tuple(
    fc.option(fc.record({ cpbRemovalDelayLength: anyLength, dpbOutputDelayLength: anyLength })),
    fc.record({ picStructPresent: fc.boolean(), timeOffsetLength: fc.nat({ max: 31 }) }),
  )
  .map(([lengths, rest]) => ({ ...lengths, ...rest }));

function anyPicTiming(parameters: PicTimingParameters): fc.Arbitrary<PicTiming> {
  const delay = (length = 32) => fc.integer({ min: 0, max: 2 ** length - 1 });
  const delays = fc.record({
    cpbRemovalDelay: delay(parameters.cpbRemovalDelayLength),
    dpbOutputDelay: delay(parameters.dpbOutputDelayLength),
  });
  const clock = fc
    .tuple(fc.nat({ max: 3 }), clockTimestampFields(8), timeOffset(parameters.timeOffsetLength))
    .map(([ctType, fields, timeOffset]) => ({ ctType, ...fields, timeOffset }));
  const shown = fc.nat({ max: 8 }).chain((picStruct) => {
    const length = COUNTS[picStruct] ?? 0;
    const clockTimestamps = fc.array(fc.option(clock, { nil: undefined }), { minLength: length, maxLength: length });
    return clockTimestamps.map((clockTimestamps) => ({ picStruct, clockTimestamps }));
  });
  return fc.tuple(delays, shown).map(([delays, shown]) => ({
    ...(parameters.cpbRemovalDelayLength !== undefined && delays),
    ...(parameters.picStructPresent ? shown : { clockTimestamps: [] }),
  }));
}

test("any picture timing comes back as it was written", () => {
  const pair = anyParameters.chain((parameters) => fc.tuple(fc.constant(parameters), anyPicTiming(parameters)));
  fc.assert(
    fc.property(pair, ([parameters, value]) => {
      expect(parsePicTiming(writePicTiming(value, parameters), parameters)).toEqual(value);
    }),
    { numRuns: 500 },
  );
});

test.for([
  ["plain", plain],
  ["hrd", hrd],
] as const)("any bytes are read or refused by name, %s", ([, parameters]) => {
  expectTotal((bytes) => parsePicTiming(bytes, parameters));
});
