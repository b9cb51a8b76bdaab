import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDec3 } from "../../src/ac3/specific-box.ts";
import { AudioAssembler } from "../../src/demux/audio-assembler.ts";
import { type Eac3Fields, writeEac3Syncframe } from "../ac3/eac3-writer.ts";
import { assemble, cut, cuts, PID, pes, sort } from "./audio-streams.ts";

const surround = { acmod: 7, lfeon: true } as const;
const rear: Eac3Fields = { strmtyp: 1, acmod: 6, chanmap: 0x1a00 };
const associated: Eac3Fields = { substreamid: 1, acmod: 1, bsmod: 2 };

/** The same syncframes again and again, each round filled with its number. */
function stream(rounds: number, ...round: readonly Eac3Fields[]): Uint8Array {
  return bytes(
    ...Array.from({ length: rounds }, (_, index) => round.map((fields) => syncframe(index + 1, fields))).flat(),
  );
}

function syncframe(fill: number, fields: Eac3Fields = {}): Uint8Array {
  return writeEac3Syncframe({ ...fields, fill });
}

function bytes(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Access units as the fill of their last byte, their size in syncframes of 64 bytes, and their time. */
function units(packets: Parameters<typeof assemble>[1]): readonly (readonly [number, number, number])[] {
  return assemble("eac3", packets).units.map(({ data, pts }) => [data.at(-1)!, data.length / 64, pts]);
}

function wrong(packets: Parameters<typeof assemble>[1]): readonly string[] {
  return assemble("eac3", packets).problems.map(({ code }) => code);
}

describe("access units", () => {
  test.for([
    ["one substream", [surround]],
    ["a dependent substream", [surround, rear]],
    ["two dependent substreams", [surround, rear, { ...rear, substreamid: 1, chanmap: 0x0010 }]],
    ["two programmes", [surround, associated]],
    ["two programmes with dependent substreams", [surround, rear, associated, rear]],
  ] as const)("hold one syncframe of each substream: %s", ([, round]) => {
    const packets = cut(stream(5, ...round), []);
    expect(units(packets)).toEqual([0, 1, 2, 3, 4].map((index) => [index + 1, round.length, index * 2880]));
    expect(wrong(packets)).toEqual([]);
  });

  test.for([
    [1, 0, 6],
    [2, 1, 3],
    [3, 2, 2],
  ])("hold six blocks, from syncframes of %i", ([, numblkscod, rounds]) => {
    const packets = cut(stream(4 * rounds!, { numblkscod: numblkscod! }, { ...rear, numblkscod: numblkscod! }), []);
    expect(units(packets)).toEqual([0, 1, 2, 3].map((index) => [(index + 1) * rounds!, 2 * rounds!, index * 2880]));
  });

  test("are the same wherever the stream is cut into PES packets", () => {
    const all = stream(6, { ...surround, numblkscod: 2 }, { ...rear, numblkscod: 2 }, { ...associated, numblkscod: 2 });
    const whole = assemble("eac3", cut(all, []));
    expect(whole.units).toHaveLength(3);
    fc.assert(
      fc.property(cuts(all.length), (ends) => {
        expect(assemble("eac3", cut(all, ends))).toEqual(whole);
      }),
      { numRuns: 50 },
    );
  });

  test("come out with their last byte once it is known how many syncframes there are", () => {
    const assembler = new AudioAssembler(PID, "eac3");
    const push = (...parts: readonly Uint8Array[]): number[] =>
      sort(assembler.push(pes(bytes(...parts), 0))).units.map(({ data }) => data.at(-1)!);
    expect(push(syncframe(1, surround), syncframe(1, rear))).toEqual([]);
    expect(push(syncframe(2, surround))).toEqual([1]);
    expect(push(syncframe(2, rear))).toEqual([2]);
    expect(push(syncframe(3, surround), syncframe(3, rear))).toEqual([3]);
  });

  test("are views of the payload unless they span two packets", () => {
    const payload = stream(4, surround, rear);
    const assembled = assemble("eac3", cut(payload, [128 + 64]));
    expect(assembled.units.map(({ data }) => data.buffer === payload.buffer)).toEqual([true, true, true, true]);
    expect(assemble("eac3", cut(payload, [128 + 65])).units.map(({ data }) => data.buffer === payload.buffer)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  test("may have AC-3 as their first substream", () => {
    const core = new Uint8Array(128);
    core.set([0x0b, 0x77, 0, 0, 0x00, 0x40, 0xeb]); // 48 kHz, 32 kbit/s, 3/2
    const packets = [pes(bytes(core, syncframe(1, rear), core, syncframe(2, rear)), 0)];
    const { units: found, problems } = assemble("eac3", packets);
    expect(found.map(({ data }) => data.length)).toEqual([192, 192]);
    expect(parseDec3(found[0]!.configuration.decoderConfiguration).independentSubstreams).toMatchObject([
      { bsid: 8, acmod: 7, numDepSub: 1 },
    ]);
    expect(problems).toEqual([]);
  });
});

describe("timestamps", () => {
  test("belong to the first access unit that starts in the packet", () => {
    const all = stream(3, surround, rear);
    const packets = [pes(all.subarray(0, 64), 0), pes(all.subarray(64, 192), 70_000), pes(all.subarray(192), 90_000)];
    expect(units(packets)).toEqual([
      [1, 2, 0],
      [2, 2, 70_000],
      [3, 2, 90_000],
    ]);
  });

  test("of packets that start within six blocks are counted on from", () => {
    const all = stream(6, { numblkscod: 2 });
    const packets = [pes(all.subarray(0, 64), 100), pes(all.subarray(64), 9000)];
    expect(units(packets)).toEqual([
      [2, 2, 100],
      [4, 2, 10_440],
      [6, 2, 13_320],
    ]);
  });
});

describe("configuration", () => {
  test("of 5.1", () => {
    const { configuration } = assemble("eac3", [pes(stream(2, { ...surround, size: 1792 }), 0)]).units[0]!;
    expect(configuration).toEqual({
      kind: "audio",
      codec: "eac3",
      codecString: "ec-3",
      decoderConfiguration: Uint8Array.of(0x0e, 0x00, 0x20, 0x0f, 0x00),
      sampleRate: 48000,
      channels: 6,
      samplesPerFrame: 1536,
      bitrate: 448_000,
    });
  });

  test("of 7.1 with Dolby Atmos", () => {
    const first = { ...surround, size: 2000, addbsi: [0x01, 0x10] };
    const { configuration } = assemble("eac3", [pes(stream(2, first, { ...rear, size: 1072 }), 0)]).units[0]!;
    expect(configuration.channels).toBe(8);
    expect(configuration.bitrate).toBe(768_000);
    expect(parseDec3(configuration.decoderConfiguration)).toMatchObject({
      dataRate: 768,
      independentSubstreams: [{ acmod: 7, lfeon: true, numDepSub: 1, chanLoc: 0x002 }],
      complexityIndexTypeA: 16,
    });
  });

  test("describes a second programme, and does not count its channels", () => {
    const { configuration } = assemble("eac3", [pes(stream(2, surround, { ...associated, acmod: 5 }), 0)]).units[0]!;
    expect(configuration.channels).toBe(6);
    expect(parseDec3(configuration.decoderConfiguration).independentSubstreams).toMatchObject([
      { acmod: 7, bsmod: 0 },
      { acmod: 5, bsmod: 2 },
    ]);
  });

  test("describes a substream once though an access unit has several syncframes of it", () => {
    const { configuration } = assemble("eac3", [pes(stream(6, { numblkscod: 2, size: 1200 }), 0)]).units[0]!;
    expect(parseDec3(configuration.decoderConfiguration)).toMatchObject({
      dataRate: 600,
      independentSubstreams: [{ acmod: 2, numDepSub: 0 }],
    });
  });

  test("does not depend on which access unit came first at 44.1 kHz", () => {
    // 192 kbit/s are 835.9 bytes.
    const rates = [834, 836].map((size) => assemble("eac3", [pes(stream(2, { fscod: 1, size }), 0)]).units[0]!);
    expect(rates.map(({ configuration }) => configuration.bitrate)).toEqual([192_000, 192_000]);
  });

  test("is one object while the size of the frames varies, and another when the channels change", () => {
    const sizes = [64, 80, 64, 96].map((size) => syncframe(1, { size }));
    const packets = [pes(bytes(...sizes, stream(2, surround)), 0)];
    const { units: found } = assemble("eac3", packets);
    expect(found.map(({ configuration }) => configuration.channels)).toEqual([2, 2, 2, 2, 6, 6]);
    expect(new Set(found.map(({ configuration }) => configuration)).size).toBe(2);
  });
});

describe("damage", () => {
  test("costs an access unit that lost a substream in a gap", () => {
    const all = stream(4, surround, rear);
    const packets = [pes(all.subarray(0, 192), 0), pes(all.subarray(256), 9000, { gapBefore: true })];
    expect(units(packets)).toEqual([
      [1, 2, 0],
      [3, 2, 9000],
      [4, 2, 11_880],
    ]);
    expect(wrong(packets)).toEqual(["access-unit-damaged"]);
  });

  test("in a substream is one loss", () => {
    const all = stream(4, surround, rear);
    const packets = [pes(all.subarray(0, 230), 0), pes(all.subarray(256), 9000, { gapBefore: true })];
    expect(units(packets).map(([fill]) => fill)).toEqual([1, 3, 4]);
    expect(wrong(packets)).toEqual(["access-unit-damaged"]);
  });

  test("between substreams costs the access unit", () => {
    const all = stream(4, surround, rear);
    const packets = [pes(bytes(all.subarray(0, 192), Uint8Array.of(1, 2, 3), all.subarray(192)), 0)];
    expect(units(packets).map(([fill]) => fill)).toEqual([1, 3, 4]);
    expect(wrong(packets)).toEqual(["access-unit-damaged", "audio-sync-lost"]);
  });

  test("does not cut short the substreams that come before the first whole access unit", () => {
    const all = stream(3, surround, rear);
    expect(units([pes(all.subarray(64), 0)])).toEqual([
      [2, 2, 0],
      [3, 2, 2880],
    ]);
    expect(wrong([pes(all.subarray(64), 0)])).toEqual([]);
  });

  test("of the optional header fields costs the access unit", () => {
    const short = writeEac3Syncframe({ mixdef: 3, acmod: 7, lfeon: true }).subarray(0, 12);
    short[2] = 0;
    short[3] = 5; // frmsiz: 12 bytes
    const packets = [pes(bytes(syncframe(1), syncframe(2), short, syncframe(3), syncframe(4)), 0)];
    expect(units(packets).map(([fill]) => fill)).toEqual([1, 2, 3, 4]);
    expect(wrong(packets)).toEqual(["audio-unsupported"]);
  });

  test("of the first substream costs those that belong to it too", () => {
    const broken = writeEac3Syncframe({ ...surround, mixdef: 3 }).subarray(0, 12);
    broken[2] = 0;
    broken[3] = 5; // frmsiz: 12 bytes
    const packets = [pes(bytes(stream(2, surround, rear), broken, syncframe(9, rear), stream(2, surround, rear)), 0)];
    expect(units(packets).map(([, syncframes]) => syncframes)).toEqual([2, 2, 2, 2]);
    expect(wrong(packets)).toEqual(["audio-unsupported"]);
  });

  test.for([
    ["before it is known that there are two", 100, []],
    ["in the second of two", 4 * 64 - 10, [1]],
    ["between the first and the second of two", 3 * 64, [1]],
  ] as const)("the end of a stream costs the access unit it cuts short: %s", ([, end, expected]) => {
    const packets = [pes(stream(2, surround, rear).subarray(0, end), 0)];
    expect(units(packets).map(([fill]) => fill)).toEqual(expected);
    expect(wrong(packets)).toEqual(["access-unit-damaged"]);
  });

  test("blocks that do not add up to six start anew", () => {
    const packets = [pes(bytes(stream(2, { numblkscod: 1 }), stream(4, { numblkscod: 2 })), 0)];
    expect(units(packets).map(([fill]) => fill)).toEqual([2, 4]);
    expect(wrong(packets)).toEqual(["access-unit-damaged"]);
  });

  test("a substream missing from the numbering costs the access unit", () => {
    const all = bytes(stream(2, surround, rear), syncframe(3, surround), syncframe(3, { ...rear, substreamid: 1 }));
    const packets = [pes(bytes(all, stream(2, surround, rear)), 0)];
    expect(units(packets)).toHaveLength(4);
    expect(wrong(packets)).toEqual(["access-unit-damaged"]);
  });

  test("six blocks that the stream ends in are dropped when they are not whole", () => {
    expect(wrong([pes(stream(8, { numblkscod: 0 }), 0)])).toEqual(["access-unit-damaged"]);
    expect(units([pes(stream(8, { numblkscod: 0 }), 0)])).toHaveLength(1);
  });

  test("programmes without substream 0 are reported", () => {
    expect(wrong([pes(stream(2, associated), 0)])).toEqual(["audio-unsupported", "audio-unsupported"]);
  });
});

describe("a stream whose substreams change", () => {
  test("goes on with fewer at once", () => {
    const packets = [pes(bytes(stream(2, surround, rear), stream(3, surround)), 0)];
    expect(units(packets).map(([, syncframes]) => syncframes)).toEqual([2, 2, 1, 1, 1]);
    expect(wrong(packets)).toEqual([]);
  });

  test("goes on with more from the second access unit on", () => {
    const packets = [pes(bytes(stream(2, surround), stream(3, surround, rear)), 0)];
    expect(units(packets).map(([, syncframes]) => syncframes)).toEqual([1, 1, 1, 2, 2]);
    expect(wrong(packets)).toEqual(["access-unit-damaged"]);
  });
});

describe("where six blocks start", () => {
  const set = (first: number): Uint8Array[] =>
    [0, 1, 2].map((index) => syncframe(first + index, { numblkscod: 1, convsync: index === 0 }));

  test("is where convsync says, however the stream was joined", () => {
    const all = bytes(...set(1), ...set(4), ...set(7));
    expect(units([pes(all, 0)]).map(([last]) => last)).toEqual([3, 6, 9]);
    expect(units([pes(all.subarray(64), 0)]).map(([last]) => last)).toEqual([6, 9]);
    expect(units([pes(all.subarray(128), 0)]).map(([last]) => last)).toEqual([6, 9]);
  });

  test("is learned anew after a gap", () => {
    const all = bytes(...set(1), ...set(4));
    const packets = [pes(all, 0), pes(all.subarray(64), 90_000, { gapBefore: true })];
    expect(units(packets)).toEqual([
      [3, 3, 0],
      [6, 3, 2880],
      [6, 3, 91_920],
    ]);
  });

  test("is not moved by a flag that comes where it should not", () => {
    const stray = [...set(1), syncframe(4, { numblkscod: 1 }), syncframe(5, { numblkscod: 1, convsync: true })];
    const all = bytes(...stray, syncframe(6, { numblkscod: 1 }), ...set(7));
    expect(units([pes(all, 0)]).map(([last]) => last)).toEqual([3, 6, 9]);
  });
});
