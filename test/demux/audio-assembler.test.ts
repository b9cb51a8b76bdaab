import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AdtsHeader, writeAdtsHeader } from "../../src/aac/adts.ts";
import type { PesPacket } from "../../src/demux/access-unit.ts";
import { AudioAssembler } from "../../src/demux/audio-assembler.ts";
import { writeEac3Syncframe } from "../ac3/eac3-writer.ts";
import { assemble, cut, cuts, PID, pes, sort } from "./audio-streams.ts";

/** An ADTS frame whose data is `size` times the byte `fill`. */
function adts(fill: number, size = 40, fields: Partial<AdtsHeader> = {}): Uint8Array {
  const header = {
    id: 0,
    protectionAbsent: true,
    audioObjectType: 2,
    samplingFrequencyIndex: 3,
    channelConfiguration: 2,
    bufferFullness: 0x7ff,
    numberOfRawDataBlocksInFrame: 0,
    ...fields,
  };
  const head = header.protectionAbsent ? 7 : 9;
  const bytes = new Uint8Array(head + size).fill(fill);
  bytes.set(writeAdtsHeader({ ...header, frameLength: bytes.length }));
  return bytes;
}

function bytes(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const fills = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const frames = (from: number, to: number): Uint8Array[] => fills(from, to).map((fill) => adts(fill));

/** Which frames came out, by what they are filled with, and when. */
function seen(packets: readonly PesPacket[]): readonly (readonly [number, number])[] {
  return assemble("aac", packets).units.map(({ data, pts }) => [data[0]!, pts]);
}

/** What was wrong, by code and count. */
function wrong(packets: readonly PesPacket[]): readonly (readonly [string, number])[] {
  return assemble("aac", packets).problems.map(({ code, count }) => [code, count]);
}

describe("frames", () => {
  test("come out without their header, whatever its length", () => {
    const { units, problems } = assemble("aac", [pes(bytes(adts(1, 40), adts(2, 41)), 0)]);
    expect(units.map(({ data }) => [...new Set(data), data.length])).toEqual([
      [1, 40],
      [2, 41],
    ]);
    expect(problems).toEqual([]);
    const withCrc = [1, 2].map((fill) => adts(fill, 40, { protectionAbsent: false }));
    expect(assemble("aac", [pes(bytes(...withCrc), 0)]).units.map(({ data }) => data.length)).toEqual([40, 40]);
  });

  test("are the same wherever the stream is cut into PES packets", () => {
    const stream = bytes(...frames(1, 9));
    const whole = assemble("aac", cut(stream, []));
    expect(whole.units).toHaveLength(9);
    fc.assert(
      fc.property(cuts(stream.length), (ends) => {
        expect(assemble("aac", cut(stream, ends))).toEqual(whole);
      }),
    );
  });

  test("come out in the push that completes them once the stream is in step", () => {
    const assembler = new AudioAssembler(PID, "aac");
    const [first, second, third] = frames(1, 3);
    const out = (payload: Uint8Array): number[] =>
      sort(assembler.push(pes(payload, 0))).units.map(({ data }) => data[0]!);
    expect(out(first!)).toEqual([]);
    expect(out(second!.subarray(0, 6))).toEqual([]);
    expect(out(second!.subarray(6, 7))).toEqual([1]);
    expect(out(second!.subarray(7))).toEqual([2]);
    expect(out(third!.subarray(0, -1))).toEqual([]);
    expect(out(third!.subarray(-1))).toEqual([3]);
    expect(assembler.flush()).toEqual([]);
  });

  test("are views of the payload unless they span two packets", () => {
    const payload = bytes(...frames(1, 3));
    const { units } = assemble("aac", cut(payload, [60]));
    expect(units.map(({ data }) => data.buffer === payload.buffer)).toEqual([true, false, true]);
  });

  test("are not written to when more arrives", () => {
    const assembler = new AudioAssembler(PID, "aac");
    const stream = bytes(...frames(1, 20));
    const units = cut(stream, [10, 60, 61, 62, 130, 300, 301]).flatMap((packet) => sort(assembler.push(packet)).units);
    expect(units.map(({ data }) => [...new Set(data)])).toEqual(fills(1, 20).map((fill) => [fill]));
  });

  test("are found though their data looks like a header", () => {
    const fake = adts(1, 40);
    fake.set(adts(0, 10).subarray(0, 7), 20);
    expect(seen([pes(bytes(adts(9), fake, adts(2), adts(3)), 0)]).map(([fill]) => fill)).toEqual([9, 1, 2, 3]);
  });

  test("the last one counts though nothing follows it", () => {
    expect(seen([pes(adts(7), 100)])).toEqual([[7, 100]]);
  });
});

describe("timestamps", () => {
  test("belong to the first frame that starts in the packet", () => {
    const stream = bytes(...frames(1, 4));
    const packets = [
      pes(stream.subarray(0, 60), 1000),
      pes(stream.subarray(60, 100), 50_000),
      pes(stream.subarray(100), 90_000),
    ];
    expect(seen(packets)).toEqual([
      [1, 1000],
      [2, 2920],
      [3, 50_000],
      [4, 90_000],
    ]);
  });

  test("go with the first byte of a frame, even if that is all its packet has of it", () => {
    const stream = bytes(...frames(1, 3));
    expect(seen([pes(stream.subarray(0, 48), 1000), pes(stream.subarray(48), 50_000)])).toEqual([
      [1, 1000],
      [2, 2920],
      [3, 50_000],
    ]);
  });

  test("are counted on, without a word, through packets that have none", () => {
    const packets = frames(1, 4).map((frame, index) => pes(frame, index === 0 ? 0 : undefined));
    expect(seen(packets)).toEqual([
      [1, 0],
      [2, 1920],
      [3, 3840],
      [4, 5760],
    ]);
    expect(wrong(packets)).toEqual([]);
  });

  test("are missed once per packet before the first, and frames without are dropped", () => {
    const packets = [pes(bytes(...frames(1, 3))), pes(bytes(...frames(4, 5))), pes(bytes(...frames(6, 7)), 9000)];
    expect(seen(packets)).toEqual([
      [6, 9000],
      [7, 10_920],
    ]);
    expect(wrong(packets)).toEqual([
      ["timestamp-missing", 1],
      ["timestamp-missing", 1],
    ]);
  });

  test("count several raw data blocks though the frame is dropped", () => {
    const three = adts(2, 40, { numberOfRawDataBlocksInFrame: 2 });
    expect(seen([pes(bytes(adts(1), three, adts(3)), 0)])).toEqual([
      [1, 0],
      [3, 1920 + 3 * 1920],
    ]);
  });
});

describe("bytes that belong to no frame", () => {
  test("are passed over and counted once per loss", () => {
    const noise = new Uint8Array(33).fill(0xff);
    const packets = [pes(bytes(...frames(1, 2), noise, ...frames(3, 4), noise.subarray(0, 5), ...frames(5, 6)), 0)];
    expect(seen(packets).map(([fill]) => fill)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(wrong(packets)).toEqual([
      ["audio-sync-lost", 33],
      ["audio-sync-lost", 5],
    ]);
  });

  test("do not count as a frame when they only look like one", () => {
    const fake = adts(0, 100).subarray(0, 30);
    const packets = [pes(bytes(...frames(1, 2), Uint8Array.of(0), fake, ...frames(3, 9)), 0)];
    expect(seen(packets).map(([fill]) => fill)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(wrong(packets)).toEqual([["audio-sync-lost", 31]]);
  });

  test("are expected, and not counted, where a stream is joined in the middle of a frame", () => {
    const packets = [pes(bytes(adts(1).subarray(20), ...frames(2, 3)), 0)];
    expect(seen(packets)).toEqual([
      [2, 0],
      [3, 1920],
    ]);
    expect(wrong(packets)).toEqual([]);
  });

  test("are counted from the start when they are more than one frame can have", () => {
    expect(wrong([pes(bytes(new Uint8Array(9000), ...frames(1, 2)), 0)])).toEqual([["audio-sync-lost", 9000]]);
  });

  test("are reported while they last", () => {
    const packets = Array.from({ length: 200 }, () => pes(new Uint8Array(1000)));
    const counts = wrong(packets).map(([, count]) => count);
    expect(counts.length).toBeGreaterThan(2);
    expect(counts.reduce((sum, count) => sum + count)).toBe(200_000);
  });

  test("hold back the frames behind them by no more than the largest frame", () => {
    const assembler = new AudioAssembler(PID, "aac");
    const fake = adts(0, 8184).subarray(0, 20);
    const behind = Array.from({ length: 174 }, (_, index) => adts(index + 1)); // 8178 bytes
    const push = (payload: Uint8Array): number => sort(assembler.push(pes(payload, 0))).units.length;
    expect(push(bytes(fake, ...behind.slice(0, 173)))).toBe(0);
    expect(push(bytes(...behind.slice(173)))).toBe(174);
  });

  test("one frame with another format between others counts as such", () => {
    const packets = [pes(bytes(...frames(1, 2), adts(3, 40, { channelConfiguration: 6 }), ...frames(4, 5)), 0)];
    expect(seen(packets).map(([fill]) => fill)).toEqual([1, 2, 4, 5]);
    expect(wrong(packets)).toEqual([["audio-sync-lost", 47]]);
  });
});

describe("lost packets", () => {
  const stream = bytes(...frames(1, 6));

  test("a gap costs the frame before it and the frame after it", () => {
    const packets = [pes(stream.subarray(0, 110), 0), pes(stream.subarray(120), 9000, { gapBefore: true })];
    expect(seen(packets)).toEqual([
      [1, 0],
      [2, 1920],
      [4, 9000],
      [5, 10_920],
      [6, 12_840],
    ]);
    expect(wrong(packets)).toEqual([["access-unit-damaged", 1]]);
  });

  test("a truncated packet costs the frame it ends in", () => {
    const packets = [pes(stream.subarray(0, 110), 0, { truncated: true }), pes(stream.subarray(141), 9000)];
    expect(seen(packets).map(([fill]) => fill)).toEqual([1, 2, 4, 5, 6]);
    expect(wrong(packets)).toEqual([["access-unit-damaged", 1]]);
  });

  test("a packet that is truncated and followed by a gap is one loss", () => {
    const packets = [
      pes(stream.subarray(0, 110), 0, { truncated: true }),
      pes(stream.subarray(150), 9000, { gapBefore: true }),
    ];
    expect(seen(packets).map(([fill]) => fill)).toEqual([1, 2, 5, 6]);
    expect(wrong(packets)).toEqual([["access-unit-damaged", 1]]);
  });

  test("a gap between whole frames costs none", () => {
    const packets = [pes(stream.subarray(0, 94), 0), pes(stream.subarray(94), 9000, { gapBefore: true })];
    expect(seen(packets).map(([fill]) => fill)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(wrong(packets)).toEqual([]);
  });

  test("a frame that was not confirmed before the gap is lost with it", () => {
    const packets = [pes(stream.subarray(0, 20), 0), pes(stream.subarray(47), 9000, { gapBefore: true })];
    expect(seen(packets).map(([fill]) => fill)).toEqual([2, 3, 4, 5, 6]);
    expect(wrong(packets)).toEqual([["access-unit-damaged", 1]]);
  });

  test("time is not counted on over a gap", () => {
    const packets = [
      pes(stream.subarray(0, 94), 0),
      pes(stream.subarray(94, 188), undefined, { gapBefore: true }),
      pes(stream.subarray(188), 90_000),
    ];
    expect(seen(packets)).toEqual([
      [1, 0],
      [2, 1920],
      [5, 90_000],
      [6, 91_920],
    ]);
    expect(wrong(packets)).toEqual([["timestamp-missing", 1]]);
  });

  test("a stream that ends in a frame loses it", () => {
    expect(wrong([pes(stream.subarray(0, 110), 0)])).toEqual([["access-unit-damaged", 1]]);
  });
});

describe("configuration", () => {
  test("is one object while the header says the same", () => {
    const packets = frames(1, 9).map((frame, index) => pes(frame, index * 1920));
    expect(new Set(assemble("aac", packets).units.map(({ configuration }) => configuration)).size).toBe(1);
  });

  test("is another object, and another, when the header changes and changes back", () => {
    const surround = fills(4, 6).map((fill) => adts(fill, 40, { channelConfiguration: 6 }));
    const { units, problems } = assemble("aac", [pes(bytes(...frames(1, 3), ...surround, ...frames(7, 9)), 0)]);
    expect(units.map(({ data }) => data[0])).toEqual(fills(1, 9));
    expect(units.map(({ configuration }) => configuration.channels)).toEqual([2, 2, 2, 6, 6, 6, 2, 2, 2]);
    expect(new Set(units.map(({ configuration }) => configuration)).size).toBe(3);
    expect(problems).toEqual([]);
  });

  test("does not change with fields that decoders need not know", () => {
    const withCrc = fills(3, 5).map((fill) => adts(fill, 40, { protectionAbsent: false, id: 1 }));
    const { units } = assemble("aac", [pes(bytes(...frames(1, 2), ...withCrc), 0)]);
    expect(units.map(({ data }) => data[0])).toEqual([1, 2, 3, 4, 5]);
    expect(new Set(units.map(({ configuration }) => configuration)).size).toBe(1);
  });
});

describe("forms that cannot be carried", () => {
  test.for([
    ["several raw data blocks", { numberOfRawDataBlocksInFrame: 1 }],
    ["the layout inside the frame", { channelConfiguration: 0 }],
  ] as const)("%s: every frame is reported and dropped", ([, fields]) => {
    const { units, problems } = assemble("aac", [pes(bytes(adts(1, 40, fields), adts(2, 40, fields)), 0)]);
    expect(units).toEqual([]);
    expect(problems.map(({ code, pid }) => [code, pid])).toEqual([
      ["audio-unsupported", PID],
      ["audio-unsupported", PID],
    ]);
  });

  test("E-AC-3 where AC-3 is announced", () => {
    const { units, problems } = assemble("ac3", [pes(bytes(writeEac3Syncframe(), writeEac3Syncframe()), 0)]);
    expect(units).toEqual([]);
    expect(problems.map(({ code }) => code)).toEqual(["audio-unsupported", "audio-unsupported"]);
  });
});

describe.for(["aac", "ac3", "eac3"] as const)("any bytes at all as %s", (codec) => {
  /** Random bytes would hardly ever hold a header, so pieces of real frames are mixed in. */
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(
      adts(1),
      adts(2, 8000),
      adts(3, 40, { channelConfiguration: 0 }),
      adts(4).subarray(0, 9),
      Uint8Array.of(0x0b, 0x77, 0xfe, 0x95, 0x00, 0x40, 0x43, ...new Uint8Array(121)),
      writeEac3Syncframe(),
      writeEac3Syncframe({ strmtyp: 1, chanmap: 0x200 }),
      writeEac3Syncframe({ substreamid: 1, bsmod: 2 }),
      writeEac3Syncframe({ mixdef: 3, acmod: 7 }).subarray(0, 12),
      writeEac3Syncframe({ numblkscod: 1, convsync: true }),
      writeEac3Syncframe({ numblkscod: 0 }),
    ),
  );
  const packet = fc.record(
    {
      payload: fc.array(piece, { maxLength: 6 }).map((pieces) => bytes(...pieces)),
      pts: fc.nat(1_000_000),
      gapBefore: fc.boolean(),
      truncated: fc.boolean(),
    },
    { requiredKeys: ["payload", "gapBefore", "truncated"] },
  ) as fc.Arbitrary<PesPacket>;

  test("never throw, and make well-formed events", () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 20 }), (packets) => {
        const { units, problems } = assemble(codec, packets);
        for (const { data, pts } of units) {
          expect(data.length).toBeGreaterThan(0);
          expect(Number.isSafeInteger(pts)).toBe(true);
        }
        for (const { count, pid } of problems) {
          expect(count).toBeGreaterThan(0);
          expect(pid).toBe(PID);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("give the same events every time", () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 10 }), (packets) => {
        expect(assemble(codec, packets)).toEqual(assemble(codec, packets));
      }),
      { numRuns: 50 },
    );
  });
});
