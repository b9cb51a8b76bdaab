import fc from "fast-check";
import { expect, test } from "vitest";
import { toHex } from "../../src/bytes/hex.ts";
import { parsePcr } from "../../src/mpegts/clock.ts";
import { type AdaptationFlags, Packetizer } from "../../src/mpegts/packetizer.ts";
import { SectionAssembler } from "../../src/mpegts/section-assembler.ts";

/** One packet taken apart by the fields of ISO/IEC 13818-1 2.4.3.2, written apart from the code under test. */
function read(packets: Uint8Array) {
  expect(packets.length % 188).toBe(0);
  return Array.from({ length: packets.length / 188 }, (_, i) => {
    const packet = packets.subarray(i * 188, (i + 1) * 188);
    expect(packet[0]).toBe(0x47);
    const hasAdaptation = (packet[3]! & 0x20) !== 0;
    const adaptation = hasAdaptation ? packet.subarray(5, 5 + packet[4]!) : new Uint8Array(0);
    const hasPayload = (packet[3]! & 0x10) !== 0;
    const payload = packet.subarray(hasAdaptation ? 5 + packet[4]! : 4);
    if (!hasPayload) expect(payload.length).toBe(0);
    return {
      unitStart: (packet[1]! & 0x40) !== 0,
      pid: ((packet[1]! & 0x1f) << 8) | packet[2]!,
      counter: packet[3]! & 0x0f,
      flags: adaptation[0] ?? 0,
      stuffing: adaptation.subarray((adaptation[0] ?? 0) & 0x10 ? 7 : 1),
      pcr: (adaptation[0] ?? 0) & 0x10 ? parsePcr(adaptation.subarray(1)) : undefined,
      payload: hasPayload ? payload : new Uint8Array(0),
    };
  });
}

const flags: fc.Arbitrary<AdaptationFlags> = fc.record(
  { pcr: fc.nat(2 ** 31 - 1), randomAccess: fc.boolean(), discontinuity: fc.boolean() },
  { requiredKeys: [] },
);

test("a PES packet of any size comes back, marked once, with counters in a row", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 1000 }), fc.nat(0x1fff), flags, (pes, pid, wanted) => {
      const packets = read(new Packetizer().pes(pid, pes, wanted));
      expect(packets.flatMap(({ payload }) => [...payload])).toEqual([...pes]);
      expect(packets.map(({ unitStart }) => unitStart)).toEqual(packets.map((_, i) => i === 0));
      expect(packets.every((packet) => packet.pid === pid)).toBe(true);
      expect(packets.map(({ counter }) => counter)).toEqual(packets.map((_, i) => (i + 1) % 16));
      expect(packets.every(({ stuffing }) => stuffing.every((byte) => byte === 0xff))).toBe(true);
      const [first] = packets;
      expect(first!.pcr).toBe(wanted.pcr);
      expect(first!.flags & 0xc0).toBe((wanted.discontinuity ? 0x80 : 0) | (wanted.randomAccess ? 0x40 : 0));
      expect(packets.slice(1).every((packet) => packet.flags === 0)).toBe(true);
    }),
  );
});

test.for([
  ["fills one packet exactly", 184, {}, 1],
  ["leaves one byte to stuff", 183, {}, 1],
  ["leaves two bytes to stuff", 182, {}, 1],
  ["needs a second packet for one byte", 185, {}, 2],
  ["shares the first packet with a PCR", 176, { pcr: 0 }, 1],
  ["does not quite share it", 177, { pcr: 0 }, 2],
] as const)("a unit that %s", ([, size, wanted, count]) => {
  expect(read(new Packetizer().pes(0x100, new Uint8Array(size), wanted))).toHaveLength(count);
});

test("counters go on from unit to unit and apart from PID to PID; a PCR packet does not count", () => {
  const packetizer = new Packetizer();
  const counters = [
    packetizer.pes(0x100, new Uint8Array(500)),
    packetizer.pes(0x101, new Uint8Array(10)),
    packetizer.pcr(0x100, 300),
    packetizer.pes(0x100, new Uint8Array(184 * 14)),
  ].map((packets) => read(packets).map(({ counter }) => counter));
  expect(counters).toEqual([[1, 2, 3], [1], [3], [4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1]]);
});

test("a PCR packet has no payload", () => {
  const [packet] = read(new Packetizer().pcr(0x1ffe, 27_000_299));
  expect(packet).toMatchObject({ pid: 0x1ffe, unitStart: false, pcr: 27_000_299, payload: new Uint8Array(0) });
});

test("sections of any size come back through the assembler", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 1000 }), (body) => {
      const section = Uint8Array.of(0, 0xb0 | (body.length >> 8), body.length & 0xff, ...body);
      const assembler = new SectionAssembler();
      const sections = read(new Packetizer().section(0, section)).flatMap(({ payload, unitStart }) =>
        assembler.push(payload, unitStart),
      );
      expect(sections.map(toHex)).toEqual([toHex(section)]);
    }),
  );
});
