import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AdtsHeader, adtsHeaderLength, parseAdtsHeader, writeAdtsHeader } from "../../src/aac/adts.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { MalformedError } from "../../src/problem/malformed-error.ts";

const lc: AdtsHeader = {
  id: 0,
  protectionAbsent: true,
  audioObjectType: 2,
  samplingFrequencyIndex: 3,
  channelConfiguration: 2,
  frameLength: 295,
  bufferFullness: 0x7ff,
  numberOfRawDataBlocksInFrame: 0,
};

const headers: readonly (readonly [string, string, AdtsHeader])[] = [
  ["LC, 48 kHz, stereo", "fff14c8024fffc", lc],
  ["with a CRC", "fff04c8024fffc", { ...lc, protectionAbsent: false }],
  ["MPEG-2, 44.1 kHz, mono", "fff9504024fffc", { ...lc, id: 1, samplingFrequencyIndex: 4, channelConfiguration: 1 }],
  ["5.1 with the longest frame", "fff14d83fffffc", { ...lc, channelConfiguration: 6, frameLength: 8191 }],
  ["four raw data blocks", "fff14c8024ffff", { ...lc, numberOfRawDataBlocksInFrame: 3 }],
  ["the layout inside the frame", "fff14c0024fffc", { ...lc, channelConfiguration: 0 }],
  [
    "Main at 7350 Hz, constant rate",
    "fff1308024e3fc",
    { ...lc, audioObjectType: 1, samplingFrequencyIndex: 12, bufferFullness: 0xff },
  ],
];

describe("ADTS header", () => {
  test.for(headers)("is read: %s", ([, hex, header]) => {
    expect(parseAdtsHeader(fromHex(hex))).toEqual(header);
  });

  test.for(headers)("is written: %s", ([, hex, header]) => {
    expect(toHex(writeAdtsHeader(header))).toBe(hex);
  });

  test.for([
    ["a broken syncword", "ffe14c8024fffc"],
    ["an MPEG layer", "fff34c8024fffc"],
    ["a reserved sampling frequency", "fff1748024fffc"],
    ["an escaped sampling frequency", "fff17c8024fffc"],
    ["a frame of only its header", "fff14c8000fffc"],
    ["a frame of only its header and CRC", "fff04c80013ffc"],
  ])("is refused: %s", ([, hex]) => {
    expect(parseAdtsHeader(fromHex(hex!))).toBeUndefined();
  });

  test("is two bytes longer with a CRC", () => {
    expect(adtsHeaderLength(lc)).toBe(7);
    expect(adtsHeaderLength({ ...lc, protectionAbsent: false })).toBe(9);
  });

  test("is never read from too few bytes", () => {
    expect(() => parseAdtsHeader(fromHex("fff14c8024ff"))).toThrow(MalformedError);
  });

  test("reads what was written", () => {
    const header = fc.record({
      id: fc.integer({ min: 0, max: 1 }),
      protectionAbsent: fc.boolean(),
      audioObjectType: fc.integer({ min: 1, max: 4 }),
      samplingFrequencyIndex: fc.integer({ min: 0, max: 12 }),
      channelConfiguration: fc.integer({ min: 0, max: 7 }),
      frameLength: fc.integer({ min: 10, max: 8191 }),
      bufferFullness: fc.integer({ min: 0, max: 0x7ff }),
      numberOfRawDataBlocksInFrame: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(header, (value) => {
        expect(parseAdtsHeader(writeAdtsHeader(value))).toEqual(value);
      }),
    );
  });

  test("any seven bytes are a header or none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 7, maxLength: 7 }), (bytes) => {
        const header = parseAdtsHeader(Uint8Array.of(0xff, 0xf0 | (bytes[1]! & 0x0f), ...bytes.subarray(2)));
        if (header !== undefined) expect(header.frameLength).toBeGreaterThan(adtsHeaderLength(header));
      }),
    );
  });
});
