import fc from "fast-check";
import { expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import {
  type MisbTimestampKind,
  misbStatus,
  parseMisbTimestamp,
  writeMisbTimestamp,
} from "../../src/sei/misb-timestamp.ts";
import { expectTotal, thrownCode } from "./malformed.ts";

/** 2026-01-02T03:04:05.678901Z in microseconds is 0x0006475ef6574f35. */
const MICROSECONDS = BigInt(Date.UTC(2026, 0, 2, 3, 4, 5, 678)) * 1000n + 901n;
const H264_ID = toHex(new TextEncoder().encode("MISPmicrosectime"));

test.for([
  ["H.264 microseconds", "h264-microseconds", `${H264_ID} 1f 0006ff475efff657ff4f35`, MICROSECONDS],
  [
    "H.265 microseconds",
    "h265-microseconds",
    "a8687dd4d759375 8a5cef0338b6545f1 1f 0006ff475efff657ff4f35",
    MICROSECONDS,
  ],
  [
    "H.265 nanoseconds",
    "h265-nanoseconds",
    "cf848278ee23306c9265e8fef22fb8b8 1f 0123ff4567ff89abffcdef",
    0x0123456789abcdefn,
  ],
] as const)("%s: both ways", ([, kind, hex, value]) => {
  expect(parseMisbTimestamp(fromHex(hex))).toEqual({ kind, status: 0x1f, value });
  expect(toHex(writeMisbTimestamp({ kind, status: 0x1f, value }))).toBe(toHex(fromHex(hex)));
});

test.for([
  ["locked", 0x1f, 0],
  ["locked, by writers that leave out a reserved bit", 0x0f, 0],
  ["not locked", 0x9f, misbStatus.notLocked],
  ["after a jump back", 0x7f, misbStatus.discontinuity | misbStatus.reverse],
] as const)("the status says: %s", ([, status, meaning]) => {
  const payload = writeMisbTimestamp({ kind: "h264-microseconds", status, value: 0n });
  expect(parseMisbTimestamp(payload)?.status).toBe(status);
  expect(status & 0xe0).toBe(meaning);
});

test("another UUID is passed over", () => {
  expect(parseMisbTimestamp(fromHex("dc45e9bde6d948b7962cd820d923eeef 1f 0006ff475efff657ff4f35"))).toBeUndefined();
});

test.for([
  ["a byte short", `${H264_ID} 1f 0006ff475fffaf5bff24`],
  ["without its first marker", `${H264_ID} 1f 000600475efff657ff4f35`],
  ["without its last marker", `${H264_ID} 1f 0006ff475efff657004f35`],
  ["too short for a UUID", H264_ID.slice(0, 30)],
] as const)("a timestamp %s is refused", ([, hex]) => {
  expect(thrownCode(() => parseMisbTimestamp(fromHex(hex)))).toBe("sei-malformed");
});

test("any timestamp comes back as it was written", () => {
  const kind = fc.constantFrom<MisbTimestampKind>("h264-microseconds", "h265-microseconds", "h265-nanoseconds");
  const value = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(fc.record({ kind, status: fc.nat({ max: 255 }), value }), (timestamp) => {
      expect(parseMisbTimestamp(writeMisbTimestamp(timestamp))).toEqual(timestamp);
    }),
  );
});

test("any bytes are read or refused by name, behind the identifier too", () => {
  expectTotal(parseMisbTimestamp);
  expectTotal((bytes) => parseMisbTimestamp(Uint8Array.from([...fromHex(H264_ID), ...bytes])));
});
