import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PesPacket } from "../../src/demux/access-unit.ts";
import { sampleNalUnits } from "../../src/demux/sample-memory.ts";
import { VideoAssembler } from "../../src/demux/video-assembler.ts";
import { Packetizer } from "../../src/mpegts/packetizer.ts";
import type { Ticks } from "../../src/time/units.ts";
import * as h264 from "../h264/write.ts";
import * as h265 from "../h265/write.ts";
import {
  body,
  byteStream,
  type CodedPicture,
  carried,
  codes,
  concat,
  DELIMITER,
  type Demuxed,
  demux,
  FIRST_TIME,
  numbers,
  type Pes,
  PPS,
  picture,
  pictures,
  SPS,
  STEP,
  seen,
  seiUnit,
  sent,
  slice,
  sortEvents,
  sps,
  tables,
  VIDEO_PID,
  videoPackets,
} from "./video-streams.ts";

/** What the first transport packet of a PES packet has room for. */
const FIRST_BYTES = 165;

type Packet = Pes & Partial<Pick<PesPacket, "gapBefore" | "truncated">>;

/** Sends PES packets to an assembler of its own, each in memory that is overwritten afterwards. */
function assemble(packets: readonly Packet[], codec: "h264" | "h265" = "h264"): Demuxed {
  const assembler = new VideoAssembler(VIDEO_PID, codec);
  const memory = [0, 1].map(() => new Uint8Array(Math.max(1, ...packets.map(({ payload }) => payload.length))));
  const events = packets.flatMap(({ payload, pts, dts, gapBefore = false, truncated = false }, index) => {
    const used = memory[index % 2]!.fill(0xee);
    used.set(payload);
    const times = { pts: pts as Ticks | undefined, dts: (dts ?? pts) as Ticks | undefined };
    const begun = gapBefore ? [] : assembler.begins(payload.subarray(0, FIRST_BYTES));
    return [...begun, ...assembler.push({ ...times, payload: used.subarray(0, payload.length), gapBefore, truncated })];
  });
  return sortEvents([...events, ...assembler.flush()]);
}

test("a picture is whole when the next PES packet begins with a delimiter", () => {
  const assembler = new VideoAssembler(VIDEO_PID, "h264");
  const [first, second] = [picture(0, { idr: true }), picture(1)];
  const payload = byteStream(first.nalUnits);
  const times = { pts: first.pts as Ticks, dts: first.dts as Ticks };
  expect(assembler.push({ ...times, payload, gapBefore: false, truncated: false })).toEqual([]);
  const next = byteStream([DELIMITER, ...second.nalUnits.filter((nal) => nal !== DELIMITER)]);
  expect(assembler.begins(next.subarray(0, 3))).toEqual([]);
  expect(assembler.begins(byteStream([second.nalUnits.at(-1)!]))).toEqual([]);
  expect(assembler.begins(next.subarray(0, 20))).toMatchObject([{ kind: "access-unit", unit: { pts: first.pts } }]);
});

const whole = (one: CodedPicture): Packet => ({ payload: byteStream(one.nalUnits), pts: one.pts, dts: one.dts });
const units = (...nalUnits: Uint8Array[]): Uint8Array => byteStream(nalUnits);
const idr = picture(0, { idr: true });

/** Pictures as one run of bytes, with start codes of all kinds, and where the first start code of each picture ends. */
function runOf(list: readonly CodedPicture[]): { readonly bytes: Uint8Array; readonly begins: readonly number[] } {
  const parts: Uint8Array[] = [];
  const begins: number[] = [];
  let length = 0;
  for (const [index, { nalUnits }] of list.entries()) {
    for (const [number, nal] of nalUnits.entries()) {
      const zeros = 2 + ((index + number) % 3);
      const startCode = Uint8Array.from([...new Uint8Array(zeros), 1]);
      if (number === 0) begins.push(length + zeros);
      parts.push(startCode, nal);
      length += startCode.length + nal.length;
    }
  }
  return { bytes: concat(...parts), begins };
}

/** The run in PES packets that end at these places; only those in which a picture begins have a timestamp. */
function cutInPes(list: readonly CodedPicture[], ends: readonly number[]): Packet[] {
  const { bytes, begins } = runOf(list);
  const sorted = [...ends].sort((a, b) => a - b);
  return [...sorted, bytes.length].map((end, index) => {
    const start = sorted[index - 1] ?? 0;
    const first = list[begins.findIndex((at) => at >= start && at < end)];
    return { payload: bytes.subarray(start, end), ...(first === undefined ? {} : { pts: first.pts, dts: first.dts }) };
  });
}

describe("finds pictures", () => {
  const forms: [string, readonly CodedPicture[]][] = [
    ["with delimiters", pictures(8, 4)],
    ["without delimiters", pictures(8, 4, { delimiter: false })],
    ["of several slices", pictures(8, 4, { slices: 4 })],
    ["of several slices, without delimiters", pictures(8, 4, { slices: 4, delimiter: false })],
    ["with SEI", pictures(8, 4, { sei: [seiUnit(5, body(1, 40)), seiUnit(4, body(2, 300))], slices: 2 })],
    ["that are tiny", pictures(8, 4, { size: 0, delimiter: false })],
  ];

  test.for(forms)("%s: one in each PES packet", ([, list]) => {
    const found = assemble(list.map(whole));
    expect(seen(found.units)).toEqual(sent(list));
    expect(found.problems).toEqual([]);
  });

  test.for(forms)("%s: the stream cut into PES packets anywhere", ([, list]) => {
    const { length } = runOf(list).bytes;
    const place = fc.integer({ min: 5, max: length });
    const ends = fc.oneof(
      fc.array(place, { maxLength: 30 }),
      fc
        .tuple(place, fc.nat(40))
        .map(([from, count]) => Array.from({ length: count }, (_, i) => Math.min(from + i, length))),
    );
    const expected = sent(list);
    fc.assert(
      fc.property(ends, (all) => {
        const found = assemble(cutInPes(list, all));
        expect(JSON.stringify(seen(found.units))).toBe(JSON.stringify(expected));
        expect(new Set(codes(found.problems))).toEqual(new Set(found.problems.length > 0 ? ["timestamp-missing"] : []));
      }),
      { numRuns: 60 },
    );
  });

  test("cut into PES packets anywhere, through transport packets", () => {
    const list = pictures(10, 5, { slices: 3, size: 900, delimiter: false });
    const { length } = runOf(list).bytes;
    const cutting = fc.array(fc.tuple(fc.integer({ min: 5, max: length }), fc.boolean()), { maxLength: 25 });
    const expected = JSON.stringify(sent(list));
    fc.assert(
      fc.property(cutting, (all) => {
        const p = new Packetizer();
        const packets = cutInPes(
          list,
          all.map(([end]) => end),
        ).map((pes, i) => ({ ...pes, bounded: all[i]?.[1] ?? false }));
        const found = demux(concat(tables(p), videoPackets(p, packets)));
        expect(JSON.stringify(seen(found.units))).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  test("byte by byte", () => {
    const list = pictures(4, 4, { slices: 2 });
    const { bytes } = runOf(list);
    const ends = Array.from({ length: bytes.length - 5 }, (_, i) => i + 5);
    expect(seen(assemble(cutInPes(list, ends)).units)).toEqual(sent(list));
  });
});

describe("timestamps", () => {
  test("belong to the first picture that begins in their PES packet; the others follow by one picture", () => {
    const list = pictures(6, 6);
    const nalUnits = (from: number, to: number): Uint8Array[] =>
      list.slice(from, to).flatMap((one) => [...one.nalUnits]);
    const found = assemble([
      { payload: units(...nalUnits(0, 3)), pts: list[0]!.pts },
      { payload: units(...nalUnits(3, 6)), pts: list[3]!.pts },
    ]);
    expect(seen(found.units)).toEqual(sent(list));
    expect(codes(found.problems)).toEqual(new Array(4).fill("timestamp-missing"));
  });

  test.for([
    ["with a delimiter", true],
    ["without", false],
  ] as const)("of pictures that cannot be decoded are not given to the first that can: %s", ([, delimiter]) => {
    const before = [1, 2, 3].map((i) => picture(i, { delimiter, slices: 2 }));
    const list = [...before, picture(4, { idr: true, delimiter }), picture(5, { delimiter })];
    const found = assemble(list.map(whole));
    expect(seen(found.units)).toEqual(sent(list.slice(3)));
    expect(codes(found.problems)).toEqual(new Array(3).fill("parameter-set-missing"));
  });

  test("of pictures that cannot be decoded are not given to the first that can, in the same PES packet", () => {
    const list = [picture(1), picture(2, { idr: true }), picture(3), picture(4)];
    const found = assemble([
      { payload: units(...list.slice(0, 2).flatMap(({ nalUnits }) => [...nalUnits])), pts: list[0]!.pts },
      ...list.slice(2).map(whole),
    ]);
    // The picture that has no time of its own comes before any that has: it cannot be placed.
    expect(seen(found.units)).toEqual(sent(list.slice(2)));
    expect(codes(found.problems)).toEqual(["parameter-set-missing", "timestamp-missing"]);
  });

  test("of a picture whose slices were lost are not given to the next", () => {
    const lost = picture(1, { delimiter: false, sei: [seiUnit(5, body(1, 30))] });
    const found = assemble([
      whole(idr),
      { payload: units(lost.nalUnits[0]!, lost.nalUnits[1]!.subarray(0, 1)), pts: lost.pts, truncated: true },
      { ...whole(picture(2, { delimiter: false })), gapBefore: true },
      whole(picture(3, { delimiter: false })),
    ]);
    expect(numbers(found.units)).toEqual([0, 2, 3]);
    expect(found.units.map(({ damaged }) => damaged)).toEqual([false, false, false]);
  });
});

describe("what is in a picture", () => {
  test("stays as it was: captions and other SEI, known or not, before the slices", () => {
    const captions = seiUnit(4, concat(Uint8Array.of(0xb5, 0, 0x31), body(3, 60)));
    const zeros = Uint8Array.of(0x06, 0x05, 0x08, 0, 0, 3, 0, 0, 3, 1, 0, 0, 3, 3, 0x80);
    const unknown = seiUnit(199, body(5, 20));
    const malformed = Uint8Array.of(0x06, 0x05, 0xc8, 1, 2, 3, 0x80);
    const list = [picture(0, { idr: true, sei: [captions, zeros, malformed, unknown] }), picture(1)];
    const found = assemble(list.map(whole));
    expect(seen(found.units)).toEqual(sent(list));
    expect(found.units[0]!.sei.map(({ payloadType }) => payloadType)).toEqual([4, 5, 199]);
    expect(found.units[0]!.sei[1]!.payload).toEqual(Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 3));
    expect(codes(found.problems)).toEqual(["sei-malformed"]);
  });

  test("is no filler, and no zeros between NAL units", () => {
    const filler = Uint8Array.of(0x0c, 0xff, 0xff, 0x80);
    const one = { ...picture(1), nalUnits: [...picture(1).nalUnits, filler] };
    const payload = concat(units(...one.nalUnits), new Uint8Array(50));
    const found = assemble([whole(idr), { payload, pts: one.pts }, whole(picture(2))]);
    expect(seen(found.units)).toEqual(sent([idr, picture(1), picture(2)]));
  });

  test("is an end of sequence behind it, and other NAL units of its own", () => {
    const end = Uint8Array.of(0x0a);
    const auxiliary = concat(Uint8Array.of(0x13), body(2, 30));
    const list = [{ ...idr, nalUnits: [...idr.nalUnits, auxiliary, end] }, picture(1, { idr: true })];
    expect(seen(assemble(list.map(whole)).units)).toEqual(sent(list));
  });
});

describe("parameter sets", () => {
  const wide = { ...sps, picWidthInMbs: 20 };

  test("that are repeated keep the configuration, changed ones make another", () => {
    const list = [
      picture(0, { idr: true }),
      picture(1),
      picture(2, { idr: true }),
      picture(3, { idr: true, parameterSets: [h264.writeSps(wide), PPS], sps: wide }),
      picture(4, { sps: wide }),
      picture(5, { idr: true }),
    ];
    const found = assemble(list.map(whole));
    expect(seen(found.units)).toEqual(sent(list));
    const [a, b, c, d, e, f] = found.units.map(({ configuration }) => configuration);
    expect([a === b, b === c, c === d, d === e, e === f]).toEqual([true, true, false, true, false]);
    expect([a!.width, d!.width, f!.width]).toEqual([64, 320, 64]);
    expect(f).toEqual(a);
  });

  test("that never came cost the pictures that need them", () => {
    const pps = { ...h264.plainPps, picParameterSetId: 3 };
    const list = [idr, picture(1, { pps }), picture(2), picture(3, { pps, delimiter: false, slices: 3 }), picture(4)];
    const found = assemble(list.map(whole));
    expect(seen(found.units)).toEqual(sent([list[0]!, list[2]!, list[4]!]));
    expect(codes(found.problems)).toEqual(["parameter-set-missing", "parameter-set-missing"]);
  });

  test("that are malformed are ignored", () => {
    const list = [idr, picture(1, { parameterSets: [SPS.subarray(0, 5)] }), picture(2)];
    const found = assemble(list.map(whole));
    expect(seen(found.units)).toEqual(sent(list));
    expect(codes(found.problems)).toEqual(["parameter-set-malformed"]);
  });
});

describe("fields", () => {
  const interlaced = { ...sps, frameMbsOnlyFlag: false };
  const set = { sps: interlaced, parameterSets: [] };
  const field = (index: number, bottom: boolean, first: boolean): CodedPicture =>
    picture(index, {
      ...set,
      delimiter: true,
      idr: index === 0 && first,
      parameterSets: index === 0 && first ? [h264.writeSps(interlaced), PPS] : [],
      slices: 2,
      sei: [seiUnit(5, body(index + (bottom ? 50 : 0), 30))],
      slice: { fieldPicFlag: true, bottomFieldFlag: bottom, picOrderCntLsb: (index * 2 + (bottom ? 1 : 0)) % 1024 },
    });
  const later = (one: CodedPicture): CodedPicture => ({ ...one, pts: one.pts + STEP / 2, dts: one.dts + STEP / 2 });
  const frames = [0, 1, 2, 3].map((index) => [field(index, false, true), later(field(index, true, false))] as const);
  const joined = frames.map(([top, bottom]) => ({ ...top, nalUnits: [...top.nalUnits, ...bottom.nalUnits] }));

  test.for([
    ["each in its own PES packet", frames.flat().map(whole)],
    ["both in one PES packet", joined.map(whole)],
    [
      "without delimiters or SEI between them",
      joined.map((one) => whole({ ...one, nalUnits: one.nalUnits.filter((nal, i) => i === 0 || nal[0] !== 9) })),
    ],
  ] as const)("of a frame are one picture: %s", ([, packets]) => {
    const found = assemble(packets);
    expect(seen(found.units)).toEqual(sent(joined));
    expect(found.problems).toEqual([]);
    expect(found.units.map(({ randomAccess }) => randomAccess)).toEqual(["idr", undefined, undefined, undefined]);
    expect(found.units.map(({ sei }) => sei.length)).toEqual([2, 2, 2, 2]);
  });

  test("whose second is missing stand alone", () => {
    const list = [frames[0]![0], frames[0]![1], frames[1]![0], frames[2]![0], frames[2]![1]];
    const found = assemble(list.map(whole));
    expect(seen(found.units)).toEqual(sent([joined[0]!, frames[1]![0], joined[2]!]));
  });

  test("and frames can follow each other", () => {
    const frame = picture(1, { ...set });
    const found = assemble([...frames[0]!.map(whole), whole(frame), ...frames[2]!.map(whole)]);
    expect(seen(found.units)).toEqual(sent([joined[0]!, frame, joined[2]!]));
  });
});

describe("damage", () => {
  test("keeps a slice as far as it came", () => {
    const one = picture(1, { slices: 2 });
    const payload = units(...one.nalUnits);
    const found = assemble([
      whole(idr),
      { payload: payload.subarray(0, payload.length - 20), pts: one.pts, truncated: true },
      { ...whole(picture(2)), gapBefore: true },
    ]);
    expect(numbers(found.units)).toEqual([0, 1, 2]);
    expect(found.units.map(({ damaged }) => damaged)).toEqual([false, true, false]);
    expect(sampleNalUnits(found.units[1]!.sample)[1]).toEqual(one.nalUnits[2]!.subarray(0, -20));
    expect(codes(found.problems)).toEqual(["access-unit-damaged"]);
  });

  test("does not keep half a parameter set or SEI", () => {
    const found = assemble([
      whole(idr),
      { payload: units(DELIMITER, SPS.subarray(0, 8)), pts: FIRST_TIME + STEP, truncated: true },
      { ...whole(picture(2)), gapBefore: true },
    ]);
    expect(seen(found.units)).toEqual(sent([idr, picture(2)]));
    expect(found.problems).toEqual([]);
  });

  test("between two PES packets of one picture is seen by its slices", () => {
    const one = picture(1, { slices: 4 });
    const [delimiter, a, b, c, d] = one.nalUnits as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const packets = (second: Packet): Packet[] => [
      whole(idr),
      { payload: units(delimiter, a, b), pts: one.pts },
      second,
      whole(picture(2)),
    ];
    const missing = assemble(packets({ payload: units(d), gapBefore: true }));
    expect(missing.units.map(({ damaged }) => damaged)).toEqual([false, true, false]);
    expect(sampleNalUnits(missing.units[1]!.sample)).toEqual([a, b, d]);
    const cut = assemble(packets({ payload: c.subarray(30), gapBefore: true }));
    expect(cut.units.map(({ damaged }) => damaged)).toEqual([false, true, false]);
    expect(sampleNalUnits(cut.units[1]!.sample)).toEqual([a, b]);
  });

  test("between pictures leaves them whole", () => {
    const found = assemble([whole(idr), { ...whole(picture(2)), gapBefore: true }, whole(picture(3))]);
    expect(seen(found.units)).toEqual(sent([idr, picture(2), picture(3)]));
  });

  test("never joins what came before it with what came after", () => {
    const one = picture(1);
    const found = assemble([
      whole(idr),
      { payload: units(...one.nalUnits).subarray(0, 60), pts: one.pts },
      { payload: units(...one.nalUnits).subarray(80), gapBefore: true },
      whole(picture(2)),
    ]);
    expect(sampleNalUnits(found.units[1]!.sample)).toEqual([carried(one.nalUnits)[0]!.subarray(0, 60 - 4 - 2 - 3)]);
  });

  test("of a slice header costs the slice", () => {
    const one = picture(1, { slices: 3 });
    const bad = Uint8Array.of(0x61, 0x80);
    const [delimiter, , b, c] = one.nalUnits as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const found = assemble([whole(idr), { payload: units(delimiter, bad, b, c), pts: one.pts }, whole(picture(2))]);
    expect(numbers(found.units)).toEqual([0, 1, 2]);
    expect(found.units.map(({ damaged }) => damaged)).toEqual([false, true, false]);
    expect(sampleNalUnits(found.units[1]!.sample)).toEqual([b, c]);
  });
});

describe("limits", () => {
  const follows = [picture(2), picture(3)];

  test.for([
    ["NAL units", Array.from({ length: 5000 }, (_, i) => slice(1, i % 64, { size: 1 }))],
    ["SEI", [...Array.from({ length: 5000 }, () => seiUnit(5, body(1, 20))), slice(1, 0)]],
    ["bytes", Array.from({ length: 5 }, (_, i) => slice(1, i, { size: 4 << 20 }))],
    ["bytes behind other NAL units", [seiUnit(5, body(1, 2000)), slice(1, 0, { size: (16 << 20) - 1000 })]],
  ])("a picture of too many %s is dropped, in one piece", ([, nalUnits]) => {
    const found = assemble([
      whole(idr),
      { payload: units(DELIMITER, ...(nalUnits as Uint8Array[])), pts: FIRST_TIME + STEP },
      ...follows.map(whole),
    ]);
    expect(codes(found.problems)).toEqual(["access-unit-too-large"]);
    expect(seen(found.units)).toEqual(sent([idr, ...follows]));
  });

  test("never throws on anything, in PES packets with and without faults", () => {
    const byte = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(0, 1, 3, 0x41, 0x61, 0x65, 0x67, 0x68, 6, 9) },
      { weight: 1, arbitrary: fc.nat(255) },
    );
    const nal = fc.oneof(
      fc.constantFrom(
        SPS,
        PPS,
        DELIMITER,
        slice(0, 0, { idr: true }),
        slice(1, 0),
        slice(1, 1),
        seiUnit(5, body(1, 9)),
      ),
      fc.array(byte, { maxLength: 40 }).map((bytes) => Uint8Array.from(bytes)),
    );
    const packet = fc.record({
      payload: fc.array(nal, { maxLength: 6 }).map((list) => byteStream(list)),
      pts: fc.option(fc.nat(1_000_000), { nil: undefined }),
      gapBefore: fc.boolean(),
      truncated: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 12 }), fc.constantFrom("h264", "h265"), (packets, codec) => {
        for (const unit of assemble(packets, codec as "h264").units) {
          const nalUnits = sampleNalUnits(unit.sample);
          expect(nalUnits.length).toBeGreaterThan(0);
          expect(unit.sample.length).toBe(nalUnits.reduce((sum, one) => sum + 4 + one.length, 0));
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("H.265", () => {
  const sets = [h265.writeVps(h265.plainVps), h265.writeSps(h265.plainSps), h265.writePps(h265.plainPps)];
  const delimiter = Uint8Array.of(0x46, 0x01, 0x50);
  const segment = (type: number, first: boolean, seed: number): Uint8Array => {
    const irap = type >= 16 && type <= 23;
    // first_slice_segment_in_pic_flag, no_output_of_prior_pics_flag in an IRAP, slice_pic_parameter_set_id 0.
    const bits = (first ? 0x80 : 0) | (irap ? 0x20 : 0x40) | 0x04;
    return concat(Uint8Array.of(type << 1, 1, bits), body(seed, 120));
  };
  const suffix = concat(Uint8Array.of(40 << 1, 1, 132, 4), body(1, 4), Uint8Array.of(0x80));
  const coded = (index: number, type: number, fields: { delimiter?: boolean; slices?: number } = {}): CodedPicture => ({
    nalUnits: [
      ...(fields.delimiter === false ? [] : [delimiter]),
      ...(type >= 16 ? sets : []),
      ...Array.from({ length: fields.slices ?? 1 }, (_, n) => segment(type, n === 0, index * 5 + n)),
      suffix,
    ],
    pts: FIRST_TIME + index * STEP,
    dts: FIRST_TIME + index * STEP,
  });
  const expected = (list: readonly CodedPicture[]): unknown[] =>
    list.map((one) => ({
      pts: one.pts,
      dts: one.dts,
      nalUnits: one.nalUnits
        .filter((nal) => ![32, 33, 34, 35].includes(nal[0]! >> 1))
        .map((nal) => Buffer.from(nal).toString("hex")),
      damaged: false,
    }));

  test.for([
    ["with delimiters", {}],
    ["without", { delimiter: false }],
    ["of several slices", { delimiter: false, slices: 5 }],
  ] as const)("finds pictures %s, however the stream is cut", ([, fields]) => {
    const list = [20, 1, 0, 1, 21, 1].map((type, i) => coded(i, type, fields));
    const { length } = runOf(list).bytes;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 5, max: length }), { maxLength: 30 }), (ends) => {
        expect(seen(assemble(cutInPes(list, ends), "h265").units)).toEqual(expected(list));
      }),
      { numRuns: 40 },
    );
  });

  test("says where the stream can be cut", () => {
    const types = [19, 1, 20, 21, 16, 17, 18, 9, 0];
    const found = assemble(
      types.map((type, i) => whole(coded(i, type))),
      "h265",
    );
    expect(found.units.map(({ randomAccess }) => randomAccess ?? "-")).toEqual([
      "idr-with-leading",
      "-",
      "idr",
      "open",
      "open",
      "idr-with-leading",
      "idr",
      "-",
      "-",
    ]);
    expect(found.units.every(({ sei }) => sei.length === 1 && sei[0]!.payloadType === 132)).toBe(true);
  });

  test("gives the first picture that can be decoded its own time", () => {
    const list = [coded(1, 1), coded(2, 1), coded(3, 20), coded(4, 1)];
    for (const packets of [list.map(whole), cutInPes(list, [])]) {
      const found = assemble(packets, "h265");
      expect(codes(found.problems).filter((code) => code === "parameter-set-missing")).toHaveLength(2);
      expect(numbers(found.units).every((number) => number === 3 || number === 4)).toBe(true);
    }
  });
});

describe("recovery points", () => {
  const recovery = (count: number): Uint8Array => seiUnit(6, Uint8Array.of(count === 0 ? 0xc4 : 0x62, 0x40));

  test.for([
    ["an I picture with one of zero frames", 0, 7, "recovery-point"],
    ["not an I picture with one of more frames", 2, 7, undefined],
    ["not a P picture", 0, 5, undefined],
  ] as const)("are %s", ([, count, sliceType, expected]) => {
    const list = [idr, picture(1, { sei: [recovery(count)], slice: { sliceType }, slices: 2 }), picture(2)];
    const found = assemble(list.map(whole));
    expect(found.units.map(({ randomAccess }) => randomAccess)).toEqual(["idr", expected, undefined]);
  });
});
