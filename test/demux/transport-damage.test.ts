import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AccessUnit } from "../../src/demux/access-unit.ts";
import { TransportDemuxer } from "../../src/demux/transport-demuxer.ts";
import type { TransportError } from "../../src/demux/transport-error.ts";
import { addTransportError } from "../../src/demux/transport-errors.ts";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import { readSample } from "../../src/simulate/sample.ts";
import type { Ticks } from "../../src/time/units.ts";
import { record } from "../simulate/recording.ts";
import { leftOut } from "../support/lacking.ts";
import { PROJECT } from "../support/packager.ts";

const PACKET = 188;
const START = 1_785_585_600 * 90_000;

/** Three renditions and two sounds for ten seconds, nothing lost. */
const stream = record(readSample(readFileSync(DEFAULT_SAMPLE), DEFAULT_SAMPLE), START as Ticks, 10).bytes;
const packets = Array.from({ length: stream.length / PACKET }, (_, i) => stream.subarray(i * PACKET, (i + 1) * PACKET));
const pidOf = (packet: Uint8Array): number => ((packet[1]! & 0x1f) << 8) | packet[2]!;
const hasPayload = (packet: Uint8Array): boolean => (packet[3]! & 0x10) !== 0;

type Demuxed = { readonly totals: readonly TransportError[]; readonly units: readonly AccessUnit[] };

function demux(pieces: readonly Uint8Array[]): Demuxed {
  const demuxer = new TransportDemuxer();
  const events = [...pieces.flatMap((piece) => demuxer.push(piece)), ...demuxer.flush()];
  return {
    totals: demuxer.transport,
    units: events.flatMap((event) => (event.kind === "access-unit" ? [event.unit] : [])),
  };
}

const join_ = (list: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(list));
const sorted = (errors: readonly TransportError[]): readonly string[] =>
  errors.map(({ code, pid = "-", events, packets = 0 }) => `${code} ${pid}: ${events} of ${packets}`).sort();

/** What the counters of the packets that are left can tell of those that are missing, worked out here once more. */
function damageOf(dropped: ReadonlySet<number>): readonly string[] {
  const missing = new Map<number, number>();
  const seen = new Set<number>();
  let errors: readonly TransportError[] = [];
  for (const [i, packet] of packets.entries()) {
    const pid = pidOf(packet);
    if (pid === 0x1fff || !hasPayload(packet)) continue;
    if (dropped.has(i)) {
      if (seen.has(pid)) missing.set(pid, (missing.get(pid) ?? 0) + 1);
      continue;
    }
    const lost = (missing.get(pid) ?? 0) % 16;
    if (lost > 0) errors = addTransportError(errors, { code: "continuity", pid, events: 1, packets: lost });
    missing.delete(pid);
    seen.add(pid);
  }
  return sorted(errors.filter(({ pid }) => carried.has(pid!)));
}

/** Whether the counter of a packet that is left equals that of the one before it: what was lost may then pass for a duplicate. */
function looksDoubled(dropped: ReadonlySet<number>): boolean {
  const missing = new Map<number, number>();
  return packets.some((packet, i) => {
    const pid = pidOf(packet);
    if (!hasPayload(packet)) return false;
    const before = missing.get(pid) ?? 0;
    missing.set(pid, dropped.has(i) ? before + 1 : 0);
    return !dropped.has(i) && before % 16 === 15;
  });
}

/** PIDs that are listened to: the tables' and those of the five tracks. */
const carried = new Set([0, 0x1000, 0x100, 0x101, 0x102, 0x103, 0x104]);

test("a stream in which nothing is lost has no errors", () => {
  const { totals, units } = demux([stream]);
  expect(totals).toEqual([]);
  expect(units.every(({ transport }) => transport === undefined)).toBe(true);
  expect(new Set(units.map(({ pid }) => pid)).size).toBe(5);
});

const run = fc.record({
  at: fc.integer({ min: 300, max: packets.length - 300 }),
  length: fc.integer({ min: 1, max: 40 }),
});
const runs = fc
  .array(run, { minLength: 1, maxLength: 8 })
  .map((list) => new Set(list.flatMap(({ at, length }) => Array.from({ length }, (_, i) => at + i))));

test("packets dropped on purpose are what is counted, by PID, and each is told by one unit of its stream", () => {
  fc.assert(
    fc.property(runs, (dropped) => {
      fc.pre(!looksDoubled(dropped));
      const { totals, units } = demux([join_(packets.filter((_, i) => !dropped.has(i)))]);
      expect(sorted(totals)).toEqual(damageOf(dropped));
      const ofStreams = totals.filter(({ pid = 0 }) => units.some((unit) => unit.pid === pid));
      const told = units.flatMap(({ pid, transport = [] }) => transport.filter((error) => error.pid === pid));
      expect(sorted(told.reduce(addTransportError, []))).toEqual(sorted(ofStreams));
      // A packet of a table comes again: it harms no stream.
      expect(units.every(({ pid, transport = [] }) => transport.every((error) => error.pid === pid))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("what concerns the stream as a whole is told by the next unit of every track", () => {
  const at = packets.length >> 1;
  const noise = Uint8Array.from({ length: 700 }, (_, i) => (i * 37) % 71);
  const { totals, units } = demux([join_([...packets.slice(0, at), noise, ...packets.slice(at)])]);
  expect(sorted(totals)).toEqual(["sync-lost -: 1 of 0"]);
  const told = units.filter(({ transport }) => transport !== undefined);
  expect(new Set(told.map(({ pid }) => pid))).toEqual(new Set([0x100, 0x101, 0x102, 0x103, 0x104]));
  expect(told).toHaveLength(5);
});

test("however the bytes are cut, the same is counted and told by the same units", () => {
  fc.assert(
    fc.property(runs, fc.array(fc.nat(), { maxLength: 40 }), (dropped, places) => {
      const bytes = join_(packets.filter((_, i) => !dropped.has(i)));
      const ends = [...places.map((place) => place % bytes.length).sort((a, b) => a - b), bytes.length];
      const cut = demux(ends.map((end, i) => bytes.slice(ends[i - 1] ?? 0, end)));
      const whole = demux([bytes]);
      const told = ({ units }: Demuxed) => units.map(({ pid, pts, transport }) => [pid, pts, transport]);
      expect(cut.totals).toEqual(whole.totals);
      expect(told(cut)).toEqual(told(whole));
    }),
    { numRuns: 30 },
  );
});

/** The stream with its packets changed. */
function edited(change: (packet: Uint8Array, index: number) => readonly Uint8Array[]): readonly string[] {
  return sorted(demux([join_(packets.flatMap((packet, i) => change(packet, i)))]).totals);
}

/** The n-th packet of a PID that fits, from the middle of the stream on. */
function nth(pid: number, n: number, fits: (packet: Uint8Array) => boolean = hasPayload): number {
  let left = n;
  const from = packets.length >> 1;
  return from + packets.slice(from).findIndex((packet) => pidOf(packet) === pid && fits(packet) && left-- === 0);
}

function withByte(packet: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = packet.slice();
  copy[at] = change(copy[at]!);
  return copy;
}

const starts = (packet: Uint8Array): boolean => (packet[1]! & 0x40) !== 0;
const isPcr = (packet: Uint8Array): boolean => (packet[3]! & 0x20) !== 0 && packet[4]! > 0 && (packet[5]! & 0x10) !== 0;

test.for([1, 4, 187])("an end %i bytes into a packet is no loss of sync", (bytes) => {
  expect(demux([stream.subarray(0, 5000 * PACKET + bytes)]).totals).toEqual([]);
});

describe("each real event is counted once", () => {
  const video = nth(0x100, 20);
  const next = nth(0x100, 21);
  const pat = nth(0, 3);

  test.for<[string, (packet: Uint8Array, index: number) => readonly Uint8Array[], readonly string[]]>([
    ["a packet sent twice", (packet, i) => (i === video ? [packet, packet] : [packet]), []],
    [
      "null packets between",
      (packet, i) =>
        i % 50 === 0 ? [Uint8Array.of(0x47, 0x1f, 0xff, 0x10, ...new Uint8Array(184)), packet] : [packet],
      [],
    ],
    [
      "a PMT whose counter never moves",
      (packet) => (pidOf(packet) === 0x1000 ? [withByte(packet, 3, (byte) => byte & 0xf0)] : [packet]),
      [],
    ],
    [
      "a transport_error_indicator",
      (packet, i) => [i === video ? withByte(packet, 1, (byte) => byte | 0x80) : packet],
      ["transport-error 256: 1 of 0"],
    ],
    [
      "a packet without sync byte",
      (packet, i) => [i === video ? withByte(packet, 0, () => 0) : packet],
      ["continuity 256: 1 of 1", "sync-byte -: 1 of 0"],
    ],
    [
      "a bit error in a PAT",
      (packet, i) => [i === pat ? withByte(packet, 12, (byte) => byte ^ 1) : packet],
      ["section-crc 0: 1 of 0"],
    ],
    [
      "another table on the PAT's PID",
      (packet, i) => [i === pat ? withByte(packet, 5, () => 0x42) : packet],
      ["section-malformed 0: 1 of 0"],
    ],
    [
      "two packets that change places",
      (packet, i) => [i === video ? packets[next]! : i === next ? packets[video]! : packet],
      ["continuity 256: 3 of 16"],
    ],
    [
      "no PAT for three seconds",
      (packet, i) => (pidOf(packet) === 0 && i > pat && i < pat + 4000 ? [] : [packet]),
      ["pat-interval 0: 1 of 0"],
    ],
    [
      "no PMT for three seconds",
      (packet, i) => (pidOf(packet) === 0x1000 && i > pat && i < pat + 4000 ? [] : [packet]),
      ["pmt-interval 4096: 1 of 0"],
    ],
    [
      "no sound any more",
      (packet, i) => (pidOf(packet) === 0x103 && i > 1500 ? [] : [packet]),
      ["pid-missing 259: 1 of 0"],
    ],
    [
      "a clock that jumps",
      (packet, i) => [i > video && isPcr(packet) ? withByte(packet, 6, (byte) => byte ^ 1) : packet],
      ["pcr-discontinuity 4097: 1 of 0"],
    ],
  ])("%s", ([, change, expected]) => {
    expect(edited(change)).toEqual(expected);
  });

  test("of a link that was down, no PID tells more than one event", () => {
    const errors = demux([join_(packets.filter((_, i) => i < video || i > video + 2500))]).totals;
    expect(errors.map(({ code }) => code)).toEqual(errors.map(() => "continuity"));
    expect(errors.every(({ events }) => events === 1)).toBe(true);
  });

  test("a picture that loses a packet tells of it itself", () => {
    const first = nth(0x100, 0, (packet) => starts(packet));
    const inside =
      first + 1 + packets.slice(first + 1).findIndex((packet) => pidOf(packet) === 0x100 && !starts(packet));
    const { units } = demux([join_(packets.filter((_, i) => i !== inside))]);
    const told = units.filter(({ transport }) => transport !== undefined);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({
      pid: 0x100,
      damaged: true,
      transport: [{ code: "continuity", events: 1, packets: 1 }],
    });
  });
});

const MEDIA = resolve(PROJECT, "../shared/media");
const media = existsSync(MEDIA) ? readdirSync(MEDIA).filter((name) => name.endsWith(".m2ts")) : [];
const noMedia = media.length === 0 && leftOut(`no streams in ${MEDIA}`);

describe.skipIf(noMedia)("real streams in which nothing is lost", () => {
  test.for(media.length === 0 ? ["none"] : media)("%s has no errors, suspicious as it looks", (name) => {
    const bytes = readFileSync(join(MEDIA, name));
    expect(demux([bytes]).totals).toEqual([]);
  });
});
