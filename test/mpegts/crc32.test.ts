import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex } from "../../src/bytes/hex.ts";
import { crc32Mpeg } from "../../src/mpegts/crc32.ts";

test.for([
  ["nothing leaves the preset", "", 0xffffffff],
  ["the check value of CRC-32/MPEG-2 is that of the catalogue", "313233343536373839", 0x0376e6e7],
  ["a PAT written by ffmpeg ends with its own CRC", "00b00d0001c100000001f0002ab104b2", 0],
] as const)("%s", ([, hex, crc]) => {
  expect(crc32Mpeg(fromHex(hex))).toBe(crc);
});

test("any single wrong bit changes the CRC", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(), (bytes, where) => {
      const damaged = bytes.slice();
      damaged[where % bytes.length]! ^= 1 << (where % 8);
      expect(crc32Mpeg(damaged)).not.toBe(crc32Mpeg(bytes));
    }),
  );
});
