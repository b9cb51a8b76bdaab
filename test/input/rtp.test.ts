import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../src/bytes/hex.ts";
import { RtpSequence, unwrapRtp } from "../../src/input/rtp.ts";

const ts = `47${"00".repeat(187)}`;

describe("a datagram", () => {
  test.for<[name: string, hex: string, payload: string | undefined]>([
    ["with MP2T payload", `80 21 0007 00000000 00000001 ${ts}`, ts],
    ["with the marker bit", `80 a1 0007 00000000 00000001 ${ts}`, ts],
    ["with MP2T payload that is damaged", "80 21 0007 00000000 00000001 4800", "4800"],
    ["with MP2T payload of no bytes", "80 21 0007 00000000 00000001", ""],
    ["with a dynamic type and two packets", `80 60 0007 00000000 00000001 ${ts}${ts}`, ts + ts],
    ["with contributing sources", `82 21 0007 00000000 00000001 aaaaaaaa bbbbbbbb ${ts}`, ts],
    ["with an extension", `90 21 0007 00000000 00000001 bede 0002 0102030405060708 ${ts}`, ts],
    ["with an extension of no words", `90 21 0007 00000000 00000001 bede 0000 ${ts}`, ts],
    [
      "with sources, extension and padding",
      `b1 60 0007 00000000 00000001 aaaaaaaa bede 0001 01020304 ${ts} 000003`,
      ts,
    ],
    ["with nothing but padding", "a0 21 0007 00000000 00000001 00000004", ""],
    ["of transport packets", ts, undefined],
    ["of no bytes", "", undefined],
    ["of one byte", "80", undefined],
    ["with a dynamic type and other payload", "80 60 0007 00000000 00000001 4800", undefined],
    ["with a dynamic type and part of a packet", "80 60 0007 00000000 00000001 4700", undefined],
    ["with a dynamic type and no payload", "80 60 0007 00000000 00000001", undefined],
    ["of version 1", `40 21 0007 00000000 00000001 ${ts}`, undefined],
    ["of version 3", `c0 21 0007 00000000 00000001 ${ts}`, undefined],
    ["with sources over the end", "8f 21 0007 00000000 00000001 aaaaaaaa", undefined],
    ["with an extension header over the end", "90 21 0007 00000000 00000001 bede", undefined],
    ["with an extension over the end", "90 21 0007 00000000 00000001 bede ffff 00", undefined],
    ["with more padding than payload", "a0 21 0007 00000000 00000001 000004", undefined],
    ["with padding of no bytes", "a0 21 0007 00000000 00000001 000000", undefined],
  ])("%s", ([, hex, payload]) => {
    const packet = unwrapRtp(fromHex(hex));
    expect(packet && toHex(packet.payload)).toBe(payload);
    if (packet !== undefined) expect(packet).toMatchObject({ sequence: 7, ssrc: 1 });
  });

  test("of any bytes is read within its bounds or not at all", () => {
    const start = fc.constantFrom(0x80, 0x90, 0xa0, 0xb3);
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 600 }), (first, rest) => {
        const memory = Uint8Array.from([0xff, first, 33, ...rest, 0xff]);
        const datagram = memory.subarray(1, -1);
        const packet = unwrapRtp(datagram);
        if (packet === undefined) return;
        expect(packet.payload.byteOffset).toBeGreaterThanOrEqual(13);
        expect(packet.payload.byteOffset + packet.payload.length).toBeLessThanOrEqual(memory.length - 1);
      }),
    );
  });
});

test.for<[name: string, sequences: readonly (number | readonly [number, ssrc: number])[], lost: number]>([
  ["nothing is lost in order", [5, 6, 7], 0],
  ["nothing is lost over the wrap", [65534, 65535, 0, 1], 0],
  ["two are lost", [5, 8, 9], 2],
  ["two are lost over the wrap", [65535, 2], 2],
  ["a late packet stays counted", [5, 7, 6, 8], 1],
  ["a repeated packet is not counted", [5, 5, 6, 6, 7], 0],
  ["a sender that starts anew loses nothing", [5, 30000, 30001], 0],
  ["a sender that starts anew a little further back is followed", [1000, 800, 801, 803], 1],
  ["another source counts on its own", [5, [900, 2], [902, 2]], 1],
])("%s", ([, sequences, lost]) => {
  const counter = new RtpSequence();
  for (const entry of sequences) {
    const [sequence, ssrc] = typeof entry === "number" ? [entry, 1] : entry;
    counter.push({ sequence, ssrc, payload: new Uint8Array() });
  }
  expect(counter.lost).toBe(lost);
});
