import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketFramer } from "../../src/demux/packet-framer.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { body, concat, PACKET, pieces, places } from "./video-streams.ts";

/** A packet that says its number, without another sync byte. */
function packet(number: number): Uint8Array {
  const bytes = body(number, PACKET).map((byte) => (byte === 0x47 ? 0x48 : byte));
  bytes[0] = 0x47;
  bytes[1] = number;
  return bytes;
}

const packets = (count: number, first = 0): Uint8Array[] => Array.from({ length: count }, (_, i) => packet(first + i));

/** Packets with bytes before or after each. */
const spaced = (list: readonly Uint8Array[], before: number, after: number): Uint8Array =>
  concat(...list.flatMap((one) => [new Uint8Array(before).fill(0x11), one, new Uint8Array(after).fill(0x22)]));

/** Numbers of the packets found, and problems as text. */
function frame(list: readonly Uint8Array[]): { numbers: number[]; problems: string[] } {
  const numbers: number[] = [];
  const problems: string[] = [];
  const framer = new PacketFramer({
    packet: (bytes, offset) => {
      const number = bytes[offset + 1]!;
      numbers.push(number);
      // A damaged packet keeps its number.
      expect(bytes.length).toBeGreaterThanOrEqual(offset + PACKET);
    },
    framingProblem: ({ code, count, detail = "" }: Problem) => problems.push(`${code} ${count} ${detail}`.trim()),
  });
  for (const bytes of list) framer.push(bytes);
  framer.flush();
  return { numbers, problems };
}

const upTo = (count: number, first = 0): number[] => Array.from({ length: count }, (_, i) => first + i);

describe("finds packets", () => {
  test.for<[string, Uint8Array, number[], string[]]>([
    ["of 188 bytes", concat(...packets(12)), upTo(12), []],
    ["of 192 bytes, with a time before each, which is no damage", spaced(packets(12), 4, 0), upTo(12), []],
    ["of 204 bytes, with a code after each", spaced(packets(12), 0, 16), upTo(12), []],
    ["fewer than are needed for sync, at the end", concat(...packets(3)), upTo(3), []],
    ["fewer than are needed, of 192 bytes", spaced(packets(3), 4, 0), upTo(3), []],
    ["fewer than are needed, of 204 bytes", spaced(packets(3), 0, 16), upTo(3), []],
    ["one alone", packet(7), [7], []],
    ["none in nothing", new Uint8Array(0), [], []],
    ["none in too little", packet(1).subarray(0, 187), [], ["sync-lost 1 187 bytes skipped"]],
    ["none in rubbish", new Uint8Array(1000).fill(0x11), [], ["sync-lost 1 1000 bytes skipped"]],
    [
      "none in more rubbish than can be passed over in silence",
      new Uint8Array((1 << 20) + 5).fill(0x11),
      [],
      ["sync-lost 1 1048576 bytes skipped", "sync-lost 1 5 bytes skipped"],
    ],
    ["after joining in the middle of one, which is no damage", concat(...packets(9)).subarray(100), upTo(8, 1), []],
    [
      "after rubbish",
      concat(new Uint8Array(300).fill(0x11), ...packets(9)),
      upTo(9),
      ["sync-lost 1 300 bytes skipped"],
    ],
    [
      "after sync bytes that are none",
      concat(new Uint8Array(300).fill(0x47), new Uint8Array(200).fill(0x11), ...packets(9)),
      upTo(9),
      ["sync-lost 1 500 bytes skipped"],
    ],
    [
      "up to one that is cut off",
      concat(...packets(9), packet(9).subarray(0, 50)),
      upTo(9),
      ["packet-cut-off 1 50 bytes"],
    ],
    [
      "again where the distance changes",
      concat(...packets(8), spaced(packets(8, 8), 4, 0)),
      upTo(16),
      ["sync-lost 1 4 bytes skipped"],
    ],
  ])("%s", ([, bytes, numbers, problems]) => {
    expect(frame([bytes])).toEqual({ numbers, problems });
  });

  test("keeps sync where one sync byte is wrong", () => {
    const list = packets(20);
    list[10]![0] = 0x00;
    expect(frame([concat(...list)])).toEqual({ numbers: upTo(20).filter((n) => n !== 10), problems: ["sync-byte 1"] });
  });

  test("finds sync again where two sync bytes in a row are wrong", () => {
    const list = packets(20);
    list[10]![0] = 0x00;
    list[11]![0] = 0x00;
    const numbers = upTo(20).filter((n) => n !== 10 && n !== 11);
    expect(frame([concat(...list)])).toEqual({ numbers, problems: ["sync-lost 1 376 bytes skipped"] });
  });

  test.for([1, 2, 50, 186])("finds sync again after %i bytes are lost", (lost) => {
    const list = packets(20);
    list[10] = list[10]!.subarray(0, PACKET - lost);
    const { numbers, problems } = frame([concat(...list)]);
    // The short packet reaches into the one behind it, and is found out by that one only.
    expect(numbers).toEqual(upTo(20).filter((n) => n !== 11));
    expect(problems).toEqual([`sync-lost 1 ${PACKET - lost} bytes skipped`]);
  });

  test.for([1, 2, 50, 300])("finds sync again after %i bytes were put in", (extra) => {
    const list = packets(20);
    list.splice(10, 0, new Uint8Array(extra).fill(0x11));
    expect(frame([concat(...list)])).toEqual({ numbers: upTo(20), problems: [`sync-lost 1 ${extra} bytes skipped`] });
  });
});

/** Streams of each kind, with damage in places. */
const damagedStream: fc.Arbitrary<Uint8Array> = fc
  .record({
    format: fc.constantFrom<[number, number]>([0, 0], [4, 0], [0, 16]),
    count: fc.integer({ min: 0, max: 24 }),
    lead: fc.uint8Array({ maxLength: 250 }),
    edits: fc.array(fc.tuple(fc.nat(6000), fc.constantFrom("flip", "cut", "put", "sync"), fc.nat(300)), {
      maxLength: 4,
    }),
  })
  .map(({ format, count, lead, edits }) => {
    let bytes = concat(lead, spaced(packets(count), ...format));
    for (const [place, kind, length] of edits) {
      const at = Math.min(place, bytes.length);
      if (kind === "cut") bytes = concat(bytes.subarray(0, at), bytes.subarray(at + length));
      else if (kind === "put") bytes = concat(bytes.subarray(0, at), body(at, length), bytes.subarray(at));
      else if (kind === "sync") bytes.fill(0x47, at, at + length);
      else if (at < bytes.length) bytes[at]! ^= 0x47;
    }
    return bytes;
  });

test("finds the same however the bytes are cut", () => {
  fc.assert(
    fc.property(
      damagedStream.chain((bytes) => fc.tuple(fc.constant(bytes), places(bytes.length))),
      ([bytes, ends]) => {
        expect(frame(pieces(bytes, ends))).toEqual(frame([bytes]));
      },
    ),
    { numRuns: 500 },
  );
});

test("finds the same byte by byte", () => {
  fc.assert(
    fc.property(damagedStream, (bytes) => {
      expect(frame(pieces(bytes, upTo(bytes.length)))).toEqual(frame([bytes]));
    }),
    { numRuns: 25 },
  );
});

test("accounts for every byte of plain packets", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(19), { maxLength: 3 }), (wrong) => {
      const list = packets(20);
      for (const index of wrong) list[index]![0] = 0;
      const { numbers, problems } = frame([concat(...list)]);
      expect(numbers.every((number) => list[number]![0] === 0x47)).toBe(true);
      const dropped = problems.reduce((sum, text) => {
        const skipped = /(\d+) bytes skipped/.exec(text);
        return sum + (skipped === null ? 1 : Number(skipped[1]) / PACKET);
      }, 0);
      // Fewer bytes than a packet before the first are no loss, but a whole packet is.
      expect(numbers.length + dropped).toBe(20);
    }),
  );
});
