import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  aacChannelCount,
  aacCodecString,
  parseAudioSpecificConfig,
  writeAudioSpecificConfig,
} from "../../src/aac/audio-specific-config.ts";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { MalformedError } from "../../src/problem/malformed-error.ts";

const configurations = [
  ["LC, 48 kHz, stereo", "1190", { audioObjectType: 2, samplingFrequency: 48000, channelConfiguration: 2 }],
  ["LC, 44.1 kHz, 5.1", "1230", { audioObjectType: 2, samplingFrequency: 44100, channelConfiguration: 6 }],
  ["Main, 7350 Hz, 7.1", "0e38", { audioObjectType: 1, samplingFrequency: 7350, channelConfiguration: 7 }],
  ["LC at a rate of its own", "1780232808", { audioObjectType: 2, samplingFrequency: 18000, channelConfiguration: 1 }],
] as const;

describe("AudioSpecificConfig", () => {
  test.for(configurations)("is read: %s", ([, hex, configuration]) => {
    expect(parseAudioSpecificConfig(fromHex(hex))).toEqual(configuration);
  });

  test.for(configurations)("is written: %s", ([, hex, configuration]) => {
    expect(toHex(writeAudioSpecificConfig(configuration))).toBe(hex);
  });

  test("may be followed by signalling that old decoders ignore", () => {
    expect(parseAudioSpecificConfig(fromHex("119056e500"))).toEqual(configurations[0][2]);
  });

  test.for([
    ["nothing", ""],
    ["one byte", "11"],
    ["a sampling frequency cut short", "1780"],
    ["a sampling frequency of 0", "1780000008"],
    ["a reserved sampling frequency", "1690"],
    ["explicit SBR", "2b920800"],
    ["the layout in a program config element", "1180"],
    ["frames of 960 samples", "1194"],
  ])("is refused: %s", ([, hex]) => {
    expect(() => parseAudioSpecificConfig(fromHex(hex!))).toThrow(MalformedError);
  });

  test("reads what was written", () => {
    const configuration = fc.record({
      audioObjectType: fc.integer({ min: 1, max: 4 }),
      samplingFrequency: fc.oneof(fc.constantFrom(96000, 48000, 44100, 7350), fc.integer({ min: 1, max: 0xffffff })),
      channelConfiguration: fc.integer({ min: 1, max: 7 }),
    });
    fc.assert(
      fc.property(configuration, (value) => {
        expect(parseAudioSpecificConfig(writeAudioSpecificConfig(value))).toEqual(value);
      }),
    );
  });

  test("any bytes are read or refused by name", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
        try {
          expect(parseAudioSpecificConfig(bytes).samplingFrequency).toBeGreaterThan(0);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }),
    );
  });

  test("has its object type in the codec string", () => {
    expect(aacCodecString(2)).toBe("mp4a.40.2");
  });

  test.for([
    [1, 1],
    [2, 2],
    [6, 6],
    [7, 8],
  ])("channel configuration %i has %i channels", ([configuration, channels]) => {
    expect(aacChannelCount(configuration!)).toBe(channels);
  });
});
