import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ac3Bitrate, parseSyncframe } from "../../src/ac3/syncframe.ts";
import { fromHex } from "../../src/bytes/hex.ts";
import { MalformedError } from "../../src/problem/malformed-error.ts";
import { writeEac3Syncframe } from "./eac3-writer.ts";

/** Seven bytes of AC-3 with this fscod and frmsizecod, bsid 8 and stereo. */
function ac3(fscod: number, frmsizecod: number): Uint8Array {
  return Uint8Array.of(0x0b, 0x77, 0xfe, 0x95, (fscod << 6) | frmsizecod, 0x40, 0x43);
}

describe("AC-3 syncframe", () => {
  test("starts with its rate, size and channels", () => {
    // Written by ffmpeg: stereo at 192 kbit/s.
    expect(parseSyncframe(fromHex("0b77fe95144043"))).toEqual({
      syntax: "ac3",
      size: 768,
      fscod: 0,
      sampleRate: 48000,
      numblks: 6,
      bsid: 8,
      bsmod: 0,
      acmod: 2,
      lfeon: false,
      bitRateCode: 10,
    });
  });

  test("has its LFE flag behind the mix levels of its mode", () => {
    // Written by ffmpeg: 5.1 at 44.1 kHz and 448 kbit/s.
    expect(parseSyncframe(fromHex("0b770dce5e40ebf8403e"))).toMatchObject({
      size: 1950,
      sampleRate: 44100,
      acmod: 7,
      lfeon: true,
      bitRateCode: 15,
    });
  });

  // ETSI TS 102 366 table 4.13, in words of 16 bits.
  test.for([
    [0, 0, 64],
    [0, 1, 64],
    [0, 37, 1280],
    [1, 0, 69],
    [1, 1, 70],
    [1, 4, 104],
    [1, 5, 105],
    [1, 30, 975],
    [1, 31, 976],
    [1, 37, 1394],
    [2, 0, 96],
    [2, 30, 1344],
    [2, 37, 1920],
  ])("fscod %i with frmsizecod %i makes %i words", ([fscod, frmsizecod, words]) => {
    expect(parseSyncframe(ac3(fscod!, frmsizecod!))?.size).toBe(words! * 2);
  });

  test("has a nominal bit rate", () => {
    expect([ac3Bitrate(0), ac3Bitrate(10), ac3Bitrate(18)]).toEqual([32_000, 192_000, 640_000]);
  });

  test.for([
    ["a reserved sample rate", ac3(3, 20)],
    ["a reserved frame size", ac3(0, 38)],
    ["a broken syncword", fromHex("0b76fe95144043")],
    ["the halved rates of bsid 9", fromHex("0b77fe95144843")],
    ["bsid 17", fromHex("0b77fe95148843")],
  ] as const)("is refused: %s", ([, bytes]) => {
    expect(parseSyncframe(bytes)).toBeUndefined();
  });
});

describe("E-AC-3 syncframe", () => {
  test("starts with its place among the substreams", () => {
    const bytes = writeEac3Syncframe({ size: 4096, strmtyp: 1, substreamid: 3, acmod: 7, lfeon: true });
    expect(parseSyncframe(bytes)).toEqual({
      syntax: "eac3",
      size: 4096,
      strmtyp: 1,
      substreamid: 3,
      fscod: 0,
      sampleRate: 48000,
      numblks: 6,
      acmod: 7,
      lfeon: true,
      bsid: 16,
    });
  });

  test.for([
    [0, 0, 48000, 1],
    [1, 1, 44100, 2],
    [2, 2, 32000, 3],
    [0, 3, 48000, 6],
    [3, 0, 24000, 6],
    [3, 1, 22050, 6],
    [3, 2, 16000, 6],
  ])("fscod %i with code %i is %i Hz in %i blocks", ([fscod, code, sampleRate, numblks]) => {
    const bytes = writeEac3Syncframe({ fscod: fscod!, numblkscod: code! });
    expect(parseSyncframe(bytes)).toMatchObject({ sampleRate, numblks });
  });

  test.for([
    ["a reserved stream type", { strmtyp: 3 }],
    ["a reserved halved rate", { fscod: 3, numblkscod: 3 }],
    ["bsid 10", { bsid: 10 }],
    ["bsid 17", { bsid: 17 }],
  ] as const)("is refused: %s", ([, fields]) => {
    expect(parseSyncframe(writeEac3Syncframe(fields))).toBeUndefined();
  });

  test("is refused with no room for a CRC", () => {
    expect(parseSyncframe(fromHex("0b7700023f87c0"))).toBeUndefined();
    expect(parseSyncframe(fromHex("0b7700033f87c0"))).toBeDefined();
  });

  test("is accepted with the bsid values before 16 that belong to it", () => {
    for (let bsid = 11; bsid <= 16; bsid++) expect(parseSyncframe(writeEac3Syncframe({ bsid }))?.bsid).toBe(bsid);
  });
});

test("a syncframe is never read from too few bytes", () => {
  expect(() => parseSyncframe(fromHex("0b77fe951440"))).toThrow(MalformedError);
});

test("any seven bytes are the start of a syncframe or none", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 5, maxLength: 5 }), (bytes) => {
      const syncframe = parseSyncframe(Uint8Array.of(0x0b, 0x77, ...bytes));
      if (syncframe === undefined) return;
      expect(syncframe.size).toBeGreaterThanOrEqual(8);
      expect(syncframe.size).toBeLessThanOrEqual(4096);
      expect([48000, 44100, 32000, 24000, 22050, 16000]).toContain(syncframe.sampleRate);
    }),
    { numRuns: 1000 },
  );
});
