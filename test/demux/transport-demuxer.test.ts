import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wrap33 } from "../../src/mpegts/clock.ts";
import { Packetizer } from "../../src/mpegts/packetizer.ts";
import type { Ticks } from "../../src/time/units.ts";
import {
  body,
  codes,
  concat,
  demux,
  FIRST_TIME,
  numbers,
  PACKET,
  type Pes,
  PMT_PID,
  packetsOf,
  pat,
  picture,
  pictureInPes,
  pictures,
  pidOf,
  pieces,
  places,
  pmt,
  STEP,
  seen,
  sent,
  tables,
  transportStream,
  VIDEO_PID,
  videoPackets,
  writePes,
} from "./video-streams.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const inPes = (list: ReturnType<typeof pictures>, fields: Partial<Pes> = {}): Pes[] =>
  list.map((one) => pictureInPes(one, fields));

/** Twelve pictures of a few packets each. */
const plain = pictures(12, 6, { slices: 2, size: 500 });
const plainStream = transportStream(inPes(plain));

/** The stream with its packets changed, dropped or repeated. */
function edit(stream: Uint8Array, change: (packet: Uint8Array, index: number) => readonly Uint8Array[]): Uint8Array {
  return concat(...packetsOf(stream.slice()).flatMap(change));
}

/** Index among all packets of the n-th packet of the video that starts PES packet k. */
function videoPacket(stream: Uint8Array, pes: number, packet: number): number {
  let starts = -1;
  let after = 0;
  return packetsOf(stream).findIndex((bytes) => {
    if (pidOf(bytes) !== VIDEO_PID) return false;
    const isStart = (bytes[1]! & 0x40) !== 0;
    if (isStart) starts++;
    after = isStart ? 0 : after + 1;
    return starts === pes && after === packet;
  });
}

describe("a stream without fault", () => {
  test.for([
    ["unbounded", false],
    ["bounded", true],
  ] as const)("gives every picture once, from %s PES packets", ([, bounded]) => {
    const { units, problems, programs } = demux(transportStream(inPes(plain, { bounded })));
    expect(seen(units)).toEqual(sent(plain));
    expect(problems).toEqual([]);
    expect(programs).toEqual([
      { kind: "program", number: 1, streams: [{ pid: VIDEO_PID, kind: "video", codec: "h264" }] },
    ]);
    expect(units.map(({ randomAccess }) => randomAccess === "idr")).toEqual(upTo(12).map((i) => i % 6 === 0));
    expect(new Set(units.map(({ configuration }) => configuration)).size).toBe(1);
    expect(units[0]!.configuration).toMatchObject({ codec: "h264", width: 64, height: 48 });
  });

  test.for([
    [192, 4, 0],
    [204, 0, 16],
  ] as const)("in packets of %i bytes", ([, before, after]) => {
    const spaced = packetsOf(plainStream).flatMap((one) => [new Uint8Array(before), one, new Uint8Array(after)]);
    const { units, problems } = demux(concat(...spaced));
    expect(seen(units)).toEqual(sent(plain));
    expect(problems).toEqual([]);
  });

  test("gives the same events however its bytes are cut", () => {
    const text = ({ units, events }: ReturnType<typeof demux>): string =>
      JSON.stringify([seen(units), events.map((event) => (event.kind === "access-unit" ? event.unit.kind : event))]);
    const whole = text(demux(plainStream));
    fc.assert(
      fc.property(places(plainStream.length), (ends) => {
        expect(text(demux(pieces(plainStream, ends)))).toBe(whole);
      }),
      { numRuns: 100 },
    );
  });
});

describe("tables", () => {
  const video = (packetizer: Packetizer, from: number, to: number): Uint8Array =>
    videoPackets(packetizer, inPes(plain.slice(from, to)));

  test.for<[string, (p: Packetizer) => Uint8Array[], number]>([
    ["come late", (p) => [video(p, 0, 2), tables(p), video(p, 2, 12)], 6],
    ["come with the PMT first", (p) => [p.section(PMT_PID, pmt()), tables(p), video(p, 0, 12)], 0],
    [
      "come far apart",
      (p) => [p.section(0, pat([[1, PMT_PID]])), video(p, 0, 3), p.section(PMT_PID, pmt()), video(p, 3, 12)],
      6,
    ],
    ["are repeated", (p) => upTo(12).flatMap((i) => [tables(p), video(p, i, i + 1)]), 0],
    [
      "are announced before they apply",
      (p) => [
        p.section(0, pat([[2, 0x55]], { version: 1, currentNext: false })),
        tables(p),
        p.section(PMT_PID, pmt({ version: 1, streams: [] }, { currentNext: false })),
        video(p, 0, 12),
      ],
      0,
    ],
  ])("%s", ([, build, first]) => {
    const { units, problems, programs } = demux(concat(...build(new Packetizer())));
    expect(seen(units)).toEqual(sent(plain.slice(first)));
    expect(programs).toHaveLength(1);
    expect(problems.filter(({ code }) => code !== "parameter-set-missing")).toEqual([]);
  });

  const second = { pid: 0x101, streamType: 0x0f };
  const first = { pid: VIDEO_PID, streamType: 0x1b };

  test("change: a stream that stays is not disturbed", () => {
    const p = new Packetizer();
    const stream = concat(
      tables(p),
      video(p, 0, 4),
      p.section(PMT_PID, pmt({ version: 1, streams: [first, second] })),
      video(p, 4, 8),
      p.section(PMT_PID, pmt({ version: 2 })),
      video(p, 8, 12),
    );
    const { units, problems, programs } = demux(stream);
    expect(seen(units)).toEqual(sent(plain));
    expect(programs.map(({ streams }) => streams.length)).toEqual([1, 2, 1]);
    expect(codes(problems)).toEqual(["track-silent"].slice(0, problems.length));
  });

  test("change: a stream that goes gives its last picture, and comes again as a new one", () => {
    const p = new Packetizer();
    const stream = concat(
      tables(p),
      video(p, 0, 4),
      p.section(PMT_PID, pmt({ version: 1, streams: [second] })),
      video(p, 4, 6),
      p.section(PMT_PID, pmt({ version: 2 })),
      video(p, 6, 12),
    );
    const { units, events } = demux(stream);
    expect(numbers(units)).toEqual([0, 1, 2, 3, 6, 7, 8, 9, 10, 11]);
    const kinds = events
      .map((event) => (event.kind === "program" ? `${event.streams.length}` : event.kind[0]))
      .join("");
    expect(kinds.replaceAll("p", "")).toBe("1aaaa11aaaaaa");
  });

  test("may move to another PID and back", () => {
    const p = new Packetizer();
    const other = 0x1001;
    const stream = concat(
      tables(p),
      video(p, 0, 2),
      p.section(0, pat([[1, other]], { version: 1 })),
      p.section(other, pmt({ streams: [first, second], version: 1 })),
      video(p, 2, 4),
      p.section(0, pat([[1, PMT_PID]], { version: 2 })),
      p.section(PMT_PID, pmt()),
      video(p, 4, 12),
    );
    const { units, programs } = demux(stream);
    expect(seen(units)).toEqual(sent(plain));
    expect(programs.map(({ streams }) => streams.length)).toEqual([1, 2, 1]);
  });

  test("whose counter never moves are no damage, and their packets may be sent twice", () => {
    const p = new Packetizer();
    const many = Array.from({ length: 60 }, (_, i) => ({ pid: 0x200 + i, streamType: 0x1c }));
    for (const copies of [1, 2]) {
      for (const stands of [false, true]) {
        const once = (): Uint8Array =>
          edit(
            concat(p.section(0, pat([[1, PMT_PID]])), p.section(PMT_PID, pmt({ streams: [...many, first] }))),
            (one) => {
              if (stands) one[3] = one[3]! & 0xf0;
              return new Array<Uint8Array>(copies).fill(one);
            },
          );
        expect(once().length).toBe(copies * 3 * PACKET);
        const stream = concat(once(), once(), videoPackets(new Packetizer(), inPes(plain)), once());
        const { units, problems } = demux(stream);
        expect(seen(units)).toEqual(sent(plain));
        expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["stream-unsupported"]));
      }
    }
  });

  test("with a damaged section are ignored", () => {
    const p = new Packetizer();
    const spoil = (bytes: Uint8Array): Uint8Array => bytes.fill(bytes[15]! ^ 1, 15, 16);
    const bad = (): Uint8Array => spoil(p.section(PMT_PID, pmt({ version: 3, streams: [] })));
    const { units, problems } = demux(concat(tables(p), video(p, 0, 6), bad(), video(p, 6, 12)));
    expect(seen(units)).toEqual(sent(plain));
    expect(codes(problems)).toEqual(["section-crc"]);
  });

  test("may claim the PID of a table for a stream without harm", () => {
    const p = new Packetizer();
    const streams = [first, { pid: 0, streamType: 0x1b }, { pid: PMT_PID, streamType: 0x0f }];
    const table = p.section(PMT_PID, pmt({ streams }));
    const { units } = demux(
      concat(p.section(0, pat([[1, PMT_PID]])), table, table, video(p, 0, 6), tables(p), video(p, 6, 12)),
    );
    expect(seen(units)).toEqual(sent(plain));
  });
});

describe("programmes", () => {
  const audioOnly = { number: 7, streams: [{ pid: 0x300, streamType: 0x0f }] };
  const withVideo = { number: 8 };
  const programs: [number, number][] = [
    [7, 0x1007],
    [8, 0x1008],
    [9, 0x1009],
  ];
  const other = { number: 9, streams: [{ pid: 0x400, streamType: 0x1b }] };
  const build = (maps: readonly (typeof audioOnly | typeof withVideo)[], rounds = 1): Uint8Array => {
    const p = new Packetizer();
    return concat(
      ...upTo(rounds).flatMap(() => [
        p.section(0, pat(programs)),
        ...maps.map((map) => p.section(0x1000 + map.number, pmt(map))),
      ]),
      videoPackets(p, inPes(plain)),
    );
  };

  test.for<[string, readonly (typeof audioOnly | typeof withVideo)[], number, number | undefined, number[]]>([
    ["the first with video", [audioOnly, withVideo, other], 1, undefined, [8]],
    ["the first with video, whatever order their PMTs come in", [other, withVideo, audioOnly], 1, undefined, [8]],
    ["the one that is asked for", [audioOnly, withVideo, other], 1, 9, [9]],
    ["one with sound where none has video", [audioOnly], 12, undefined, [7]],
    ["the first that comes where one before it never does", [withVideo, other], 12, undefined, [8]],
    ["none of those that are not asked for", [audioOnly, withVideo, other], 1, 5, []],
  ])("takes %s", ([, maps, rounds, program, expected]) => {
    const options = program === undefined ? {} : { program };
    const found = demux(build(maps, rounds), options);
    expect(found.programs.map(({ number }) => number)).toEqual(expected);
    expect(numbers(found.units)).toEqual(expected[0] === 8 ? upTo(12) : []);
    expect(codes(found.problems).includes("program-missing")).toBe(expected.length === 0);
  });

  test("says so where the PMT of the one asked for never comes", () => {
    const { problems } = demux(build([audioOnly, withVideo], 12), { program: 9 });
    expect(codes(problems)).toEqual(["program-missing"]);
  });

  test("says so again and again while there is no PAT at all, and no more once there was one", () => {
    const packet = new Uint8Array(PACKET);
    packet.set([0x47, 0x01, 0x00, 0x10]);
    const unknown = concat(...new Array<Uint8Array>(40_000).fill(packet));
    expect(codes(demux(unknown).problems)).toEqual(["program-missing", "program-missing"]);
    expect(codes(demux(concat(plainStream, unknown)).problems)).not.toContain("program-missing");
  });

  test("stays with the one it has when the PAT changes over several sections", () => {
    const p = new Packetizer();
    const section = (version: number, sectionNumber: number, list: [number, number][]): Uint8Array =>
      p.section(0, pat(list, { version, sectionNumber, lastSectionNumber: 1 }));
    const stream = concat(
      section(0, 0, [[9, 0x1009]]),
      section(0, 1, [[8, 0x1008]]),
      p.section(0x1009, pmt({ ...other, streams: [] })),
      p.section(0x1008, pmt(withVideo)),
      videoPackets(p, inPes(plain.slice(0, 3))),
      p.section(0x1009, pmt({ ...other, version: 1 })),
      section(1, 0, [[9, 0x1009]]),
      videoPackets(p, inPes(plain.slice(3, 6))),
      section(1, 1, [
        [8, 0x1008],
        [10, 0x1010],
      ]),
      videoPackets(p, inPes(plain.slice(6))),
    );
    const found = demux(stream);
    expect(found.programs.map(({ number }) => number)).toEqual([8]);
    expect(numbers(found.units)).toEqual(upTo(12));
  });

  test("takes the next when the one it has ends", () => {
    const p = new Packetizer();
    const stream = concat(
      tables(p),
      videoPackets(p, inPes(plain.slice(0, 6))),
      p.section(0, pat([[2, 0x1002]], { version: 1 })),
      p.section(0x1002, pmt({ number: 2, streams: [{ pid: 0x400, streamType: 0x1b }] })),
    );
    const { programs, units } = demux(stream);
    expect(programs.map(({ number }) => number)).toEqual([1, 2]);
    expect(numbers(units)).toEqual(upTo(6));
  });
});

describe("damage", () => {
  const count = 1 + Math.max(...upTo(20).filter((n) => videoPacket(plainStream, 4, n) >= 0));

  test("that loses a packet in the middle or at the end of a picture costs this picture its end", () => {
    for (let lost = 1; lost < count; lost++) {
      const at = videoPacket(plainStream, 4, lost);
      const { units, problems } = demux(edit(plainStream, (packet, i) => (i === at ? [] : [packet])));
      expect(numbers(units)).toEqual(upTo(12));
      expect(seen(units.filter(({ damaged }) => !damaged))).toEqual(sent(plain.filter((_, i) => i !== 4)));
      expect(codes(problems)).toEqual(["continuity", "access-unit-damaged"]);
    }
  });

  test("that loses the first packet of a picture costs the picture", () => {
    const bounded = transportStream(inPes(plain, { bounded: true }));
    const at = videoPacket(bounded, 4, 0);
    const { units, problems } = demux(edit(bounded, (packet, i) => (i === at ? [] : [packet])));
    expect(seen(units)).toEqual(sent(plain.filter((_, i) => i !== 4)));
    expect(codes(problems)).toEqual(["continuity"]);
  });

  test.for<[string, (packet: Uint8Array) => void, string]>([
    ["has its transport_error_indicator set", (packet) => packet.fill(packet[1]! | 0x80, 1, 2), "transport-error"],
    ["is scrambled", (packet) => packet.fill(packet[3]! | 0x80, 3, 4), "scrambled"],
    [
      "has an adaptation field longer than itself",
      (packet) => packet.fill(packet[3]! | 0x20, 3, 4).fill(184, 4, 5),
      "adaptation-field-malformed",
    ],
  ])("of one packet that %s", ([, spoil, code]) => {
    const at = videoPacket(plainStream, 4, 2);
    const { units, problems } = demux(
      edit(plainStream, (packet, i) => {
        if (i === at) spoil(packet);
        return [packet];
      }),
    );
    expect(numbers(units)).toEqual(upTo(12));
    expect(seen(units.filter(({ damaged }) => !damaged))).toEqual(sent(plain.filter((_, i) => i !== 4)));
    expect(codes(problems)).toEqual([code, "access-unit-damaged"]);
  });

  test("of packets that all are scrambled gives none of the pictures", () => {
    const { units, problems } = demux(
      edit(plainStream, (packet) => {
        if (pidOf(packet) === VIDEO_PID) packet[3]! |= 0xc0;
        return [packet];
      }),
    );
    expect(units).toEqual([]);
    expect(new Set(codes(problems))).toEqual(new Set(["scrambled", "track-silent"]));
  });

  test.for([
    ["unbounded", false, 0],
    ["bounded", true, 0],
    ["unbounded, joined in the middle of a picture", false, 3],
    ["bounded, joined in the middle of a picture", true, 3],
  ] as const)("is not that each packet comes twice: %s", ([, bounded, skip]) => {
    const stream = transportStream(inPes(plain, { bounded }));
    const { units, problems } = demux(edit(stream, (packet, i) => (i >= 2 && i < 2 + skip ? [] : [packet, packet])));
    expect(seen(units)).toEqual(sent(plain.slice(skip > 0 ? 6 : 0)));
    expect(problems.filter(({ code }) => code !== "parameter-set-missing")).toEqual([]);
  });

  test("is a third copy", () => {
    const at = videoPacket(plainStream, 4, 2);
    const { units, problems } = demux(
      edit(plainStream, (packet, i) => (i === at ? [packet, packet, packet] : [packet])),
    );
    expect(codes(problems)).toEqual(["continuity x15", "access-unit-damaged"]);
    expect(seen(units.filter(({ damaged }) => !damaged))).toEqual(sent(plain.filter((_, i) => i !== 4)));
  });

  test("is the loss of fifteen packets, which looks like a duplicate", () => {
    const long = pictures(6, 6, { size: 8000 });
    const stream = transportStream(inPes(long));
    const at = videoPacket(stream, 2, 5);
    const { units, problems } = demux(edit(stream, (packet, i) => (i >= at && i < at + 15 ? [] : [packet])));
    expect(codes(problems)).toEqual(["continuity x15", "access-unit-damaged"]);
    expect(seen(units.filter(({ damaged }) => !damaged))).toEqual(sent(long.filter((_, i) => i !== 2)));
  });

  test("is the loss of sixteen packets, which the counter does not show, but the length does", () => {
    const long = pictures(6, 6, { size: 8000 });
    const stream = transportStream(inPes(long, { bounded: true }));
    const at = videoPacket(stream, 2, 5);
    const { units, problems } = demux(edit(stream, (packet, i) => (i >= at && i < at + 16 ? [] : [packet])));
    expect(codes(problems)).toEqual(["access-unit-damaged"]);
    expect(seen(units.filter(({ damaged }) => !damaged))).toEqual(sent(long.filter((_, i) => i !== 2)));
  });

  test("never throws, and what is outside it stays as it was", () => {
    const list = pictures(24, 24, { slices: 2, size: 700 });
    const stream = transportStream(inPes(list));
    const from = videoPacket(stream, 8, 0) * PACKET;
    const to = videoPacket(stream, 14, 0) * PACKET;
    const edits = fc.array(
      fc.tuple(
        fc.integer({ min: from, max: to - 1 }),
        fc.constantFrom("set", "cut", "put"),
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
      ),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(edits, (changes) => {
        let damaged = stream.subarray(from, to);
        for (const [place, kind, bytes] of changes) {
          const at = Math.min(place - from, damaged.length);
          const rest = damaged.subarray(at + (kind === "put" ? 0 : bytes.length));
          damaged = concat(damaged.subarray(0, at), kind === "cut" ? new Uint8Array(0) : bytes, rest);
        }
        const { units } = demux(concat(stream.subarray(0, from), damaged, stream.subarray(to)));
        const outside = units.filter(({ dts }) => dts < FIRST_TIME + 7 * STEP || dts > FIRST_TIME + 14 * STEP);
        // What is made of damage may be placed anywhere, but nothing else may be lost or changed.
        expect(seen(outside)).toEqual(expect.arrayContaining([...sent([...list.slice(0, 7), ...list.slice(15)])]));
      }),
      { numRuns: 150, seed: 20 },
    );
  });

  test("never throws on anything", () => {
    const bytes = fc.array(
      fc.tuple(
        fc.boolean(),
        fc.constantFrom(0, 1, VIDEO_PID, PMT_PID),
        fc.nat(15),
        fc.nat(3),
        fc.uint8Array({ maxLength: 184 }),
      ),
      { maxLength: 60 },
    );
    const p = new Packetizer();
    const head = concat(tables(p), videoPackets(p, inPes(plain.slice(0, 2))));
    fc.assert(
      fc.property(bytes, (list) => {
        const packets = list.map(([start, pid, counter, control, payload]) => {
          const packet = new Uint8Array(PACKET).fill(0xff);
          packet.set([0x47, (start ? 0x40 : 0) | (pid >> 8), pid & 255, (control << 4) | counter]);
          packet.set(payload, 4);
          return packet;
        });
        expect(numbers(demux(concat(head, ...packets)).units).slice(0, 1)).toEqual([0]);
      }),
      { numRuns: 200 },
    );
  });
});

describe("clocks", () => {
  test("wrap where PTS and DTS each do", () => {
    const start = 2 ** 33 - 5 * STEP;
    const list = pictures(12, 12).map((one, i) => {
      const dts = start + i * STEP;
      return { ...one, dts, pts: dts + (i % 3) * 2 * STEP };
    });
    const wire = list.map((one) => ({
      ...pictureInPes(one),
      pts: wrap33(one.pts as Ticks),
      dts: wrap33(one.dts as Ticks),
    }));
    expect(seen(demux(transportStream(wire)).units)).toEqual(sent(list));
  });

  test.for([
    ["of the video", VIDEO_PID],
    ["of its own", 0x1ff],
  ] as const)("that break are announced on the PCR's PID: one %s", ([, pcrPid]) => {
    const p = new Packetizer();
    const flag = { discontinuity: true, pcr: 27_000_000 };
    const first = videoPackets(p, inPes(plain.slice(0, 6)));
    const stream = concat(
      tables(p, { pcrPid }),
      first,
      pcrPid === VIDEO_PID
        ? p.pes(pcrPid, writePes(pictureInPes(plain[6]!)), flag)
        : concat(
            edit(p.pcr(pcrPid, 1), (packet) => {
              packet[5]! |= 0x80;
              return [packet];
            }),
            videoPackets(p, inPes(plain.slice(6, 7))),
          ),
      videoPackets(p, inPes(plain.slice(7))),
    );
    const found = demux(stream);
    expect(found.discontinuities).toBe(1);
    expect(found.problems).toEqual([]);
    expect(seen(found.units)).toEqual(sent(plain));
  });

  test("that break elsewhere do not", () => {
    const p = new Packetizer();
    const stream = concat(tables(p, { pcrPid: 0x1ff }), videoPackets(p, inPes(plain), { discontinuity: true }));
    const { discontinuities, problems, units } = demux(stream);
    expect([discontinuities, problems]).toEqual([0, []]);
    expect(seen(units)).toEqual(sent(plain));
  });

  test("let a counter jump where they break", () => {
    const p = new Packetizer();
    const q = new Packetizer();
    const stream = concat(
      tables(p),
      videoPackets(p, inPes(plain.slice(0, 5))),
      videoPackets(q, inPes(plain.slice(5)), { discontinuity: true }),
    );
    const { problems, units } = demux(stream);
    expect(problems).toEqual([]);
    expect(seen(units)).toEqual(sent(plain));
  });
});

describe("a track that is announced and never comes", () => {
  const streams = [
    { pid: VIDEO_PID, streamType: 0x1b },
    { pid: 0x101, streamType: 0x0f },
  ];

  test.for([
    ["after five seconds of the others", 140, 1],
    ["at the end of a shorter stream", 20, 1],
  ] as const)("is reported once, %s", ([, count]) => {
    const p = new Packetizer();
    const parts = pictures(count, 10).map((one) =>
      concat(tables(p, { streams }), videoPackets(p, [pictureInPes(one)])),
    );
    const { problems, units, events } = demux(concat(...parts));
    expect(problems).toEqual([{ code: "track-silent", count: 1, pid: 0x101 }]);
    expect(units).toHaveLength(count);
    const at = events
      .filter((event) => event.kind === "access-unit" || event.kind === "problem")
      .findIndex((event) => event.kind === "problem");
    expect(at).toBe(count === 140 ? 126 : count);
  });

  test("a kind that is not packaged is named at once", () => {
    const { problems, units } = demux(
      (() => {
        const p = new Packetizer();
        return concat(
          tables(p, { streams: [...streams.slice(0, 1), { pid: 0x102, streamType: 0x06 }] }),
          videoPackets(p, inPes(plain)),
        );
      })(),
    );
    expect(problems).toEqual([{ code: "stream-unsupported", count: 1, pid: 0x102, detail: "stream_type 0x6" }]);
    expect(seen(units)).toEqual(sent(plain));
  });
});

describe("limits", () => {
  test("a PES packet of 40 MB without a start code costs the picture it goes on with", () => {
    const p = new Packetizer();
    const stream = concat(
      tables(p),
      videoPackets(p, inPes(plain.slice(0, 3))),
      videoPackets(p, [{ payload: new Uint8Array(40 << 20).fill(9) }]),
      videoPackets(p, inPes(plain.slice(3))),
    );
    const { units, problems } = demux(stream);
    expect(seen(units)).toEqual(sent(plain.filter((_, i) => i !== 2)));
    expect(codes(problems)).toEqual(["access-unit-too-large"]);
  });

  test("a NAL unit that runs over many thousand tiny PES packets takes linear time", () => {
    const time = (count: number): number => {
      const p = new Packetizer();
      const payload = body(3, 150);
      const tiny = Array.from({ length: count }, () => ({ payload }));
      const stream = concat(tables(p), videoPackets(p, [pictureInPes(picture(0, { idr: true })), ...tiny]));
      const start = performance.now();
      const { units } = demux(stream);
      expect(units).toHaveLength(1);
      expect(units[0]!.sample.length).toBeGreaterThan(count * 150);
      return performance.now() - start;
    };
    time(2000);
    // Ten times as much: quadratic would take a hundred times as long.
    expect(time(20_000)).toBeLessThan(40 * Math.max(time(2000), 5));
  });
});
