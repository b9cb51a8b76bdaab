import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { parsePesHeader, writePesHeader } from "../../src/mpegts/pes-header.ts";
import { expectParsedOrMalformed, thrownCode } from "./malformed.ts";

test.for([
  [
    "unbounded video with both timestamps",
    "000001e0000084c00a31000bb34111000b7cf1",
    { streamId: 0xe0, packetLength: 0, headerBytes: 19, scrambled: false, pts: 186_784, dts: 179_832 },
  ],
  [
    "bounded audio with a PTS of 33 ones",
    "000001c00010848005 2fffffffff",
    { streamId: 0xc0, packetLength: 16, headerBytes: 14, scrambled: false, pts: 2 ** 33 - 1 },
  ],
  ["no timestamps", "000001bd0003840000", { streamId: 0xbd, packetLength: 3, headerBytes: 9, scrambled: false }],
  [
    "a stream without optional header",
    "000001bf0001",
    { streamId: 0xbf, packetLength: 1, headerBytes: 6, scrambled: false },
  ],
] as const)("%s", ([, hex, header]) => {
  expect(parsePesHeader(fromHex(hex))).toEqual(header);
  expect(toHex(writePesHeader(header))).toBe(toHex(fromHex(hex)));
});

test("stuffing and fields that are not needed count as header", () => {
  const header = parsePesHeader(fromHex("000001e00000 84 81 08 2100010001 ffffff"));
  expect(header).toEqual({ streamId: 0xe0, packetLength: 0, headerBytes: 17, scrambled: false, pts: 0 });
});

test("scrambling is seen", () => {
  expect(parsePesHeader(fromHex("000001e00000940000")).scrambled).toBe(true);
});

test.for([
  ["no start code", "000002e00000840000"],
  ["too few bytes for the prefix", "000001e000"],
  ["too few bytes for the fixed part", "000001e000008400"],
  ["a start code of video", "00000109f0000001"],
  ["an optional header that does not begin with 10", "000001e00000440000"],
  ["PTS_DTS_flags 01", "000001e00000844005 1100010001"],
  ["a header shorter than its PTS", "000001e00000848004 2100010001"],
  ["a header that runs past the bytes", "000001e00000848006 2100010001"],
  ["a header longer than the packet", "000001e00007848005 2100010001"],
  ["a wrong prefix of the PTS", "000001e00000848005 3100010001"],
  ["a wrong prefix of the DTS", "000001e0000084c00a 3100010001 2100010001"],
  ["a marker bit of 0", "000001e00000848005 2100010000"],
] as const)("%s is malformed", ([, hex]) => {
  expect(thrownCode(() => parsePesHeader(fromHex(hex)))).toBe("pes-malformed");
});

test("what was written is read back", () => {
  const timestamp = fc.integer({ min: 0, max: 2 ** 33 - 1 });
  const times = fc.oneof(fc.constant({}), fc.record({ pts: timestamp }), fc.record({ pts: timestamp, dts: timestamp }));
  const streamId = fc.integer({ min: 0xc0, max: 0xef });
  fc.assert(
    fc.property(streamId, fc.integer({ min: 13, max: 0xffff }), times, (id, packetLength, fields) => {
      const header = { streamId: id, packetLength, ...fields };
      const bytes = writePesHeader(header);
      expect(parsePesHeader(bytes)).toEqual({ ...header, headerBytes: bytes.length, scrambled: false });
    }),
  );
});

test("any bytes are read or refused", () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => expectParsedOrMalformed(() => parsePesHeader(bytes))));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) =>
      expectParsedOrMalformed(() => parsePesHeader(Uint8Array.of(0, 0, 1, 0xe0, 0, 0, 0x80, ...bytes))),
    ),
  );
});
