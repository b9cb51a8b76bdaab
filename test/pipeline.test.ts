import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wrap33 } from "../src/mpegts/clock.ts";
import { PACKET_BYTES } from "../src/mpegts/packet.ts";
import { ChannelPipeline } from "../src/pipeline.ts";
import type { Problem } from "../src/problem/problem.ts";
import { defaultQualityOptions } from "../src/quality/quality-options.ts";
import type { Segment, Track } from "../src/store/segment.ts";
import type { Milliseconds, Ticks } from "../src/time/units.ts";
import { defaultTimecode, type TimecodeOptions } from "../src/timeline/timecode-options.ts";
import { readFragment } from "./support/fragment.ts";
import { record, SEGMENT, START } from "./support/simulated-stream.ts";

const SECOND = 90_000;

const stream = record(0, 9);
const noTimecode: TimecodeOptions = { ...defaultTimecode, source: "none" };

type Published = { readonly track: string; readonly segment: Segment; readonly bytes: Uint8Array };

/** A pipeline with what it published and complained of; over files, or live. */
function channel(inputs = 1, { isLive = false, retainBodies = false, timecode = defaultTimecode } = {}) {
  const published: Published[] = [];
  const problems: (Problem & { readonly input: number | undefined })[] = [];
  const pipeline = new ChannelPipeline({
    name: "test",
    segmentDuration: SEGMENT,
    retainBodies,
    programs: new Array<undefined>(inputs).fill(undefined),
    ...(isLive ? {} : { start: START }),
    joinsLive: isLive,
    timecode,
    quality: defaultQualityOptions,
    onProblem: (problem, input) => problems.push({ ...problem, input }),
  });
  // Where bodies are not retained, their bytes hold during the call only.
  pipeline.store.onPublish(({ id }: Track, segment) => {
    published.push({ track: id, segment, bytes: new Uint8Array(Buffer.concat([...segment.body])) });
  });
  return { pipeline, published, problems };
}

/** Everything that can be told of what was published, one line a segment. */
function ledger(published: readonly Published[]): readonly string[] {
  return published
    .map(({ track, segment, bytes }) => {
      const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
      const { number, start, duration, timecode, init, quality } = segment;
      return [track, number, start, duration, timecode, init.id, digest, JSON.stringify(quality)].join(" ");
    })
    .sort();
}

function packageAll(bytes: Uint8Array, pieces: (bytes: Uint8Array) => readonly Uint8Array[] = (all) => [all]) {
  const { pipeline, published, problems } = channel();
  for (const piece of pieces(bytes)) pipeline.push(0, piece);
  pipeline.end(0);
  return { published, problems, pipeline };
}

/** Cuts bytes at these places. */
function split(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((to, n) => bytes.subarray(places[n]!, to));
}

const every = (size: number) => (bytes: Uint8Array) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));

const whole = packageAll(stream);

describe("a whole stream", () => {
  test("is published in segments of one GOP, numbered since 1970, the same in every rendition", () => {
    expect(whole.problems).toEqual([]);
    const first = START / SEGMENT;
    for (const id of ["v1", "v2", "v3"]) {
      const own = whole.published.filter(({ track }) => track === id).map(({ segment }) => segment);
      expect(own.map(({ number }) => number)).toEqual(own.map((_, n) => first + n));
      expect(own.length).toBeGreaterThanOrEqual(4);
      for (const { number, start, duration } of own.slice(0, -1)) {
        expect([start, duration]).toEqual([number * 172_800, 172_800]);
      }
    }
  });

  test("has every picture and frame in it once, without a fault", () => {
    const counts: Record<string, number> = {};
    for (const { track, segment, bytes } of whole.published) {
      const { samples, faults, baseMediaDecodeTime, sequenceNumber, reference } = readFragment(bytes);
      expect(faults).toEqual([]);
      expect([baseMediaDecodeTime, sequenceNumber]).toEqual([segment.start, segment.number]);
      expect(reference.captured).toBe(segment.timecode !== "none");
      const seconds = segment.start / segment.init.timescale + 2_208_988_800;
      expect(Math.abs(reference.ntpTimestamp / 2 ** 32 - seconds)).toBeLessThan(1e-6);
      expect(samples.reduce((sum, { duration }) => sum + duration, 0)).toBe(segment.duration);
      counts[track] = (counts[track] ?? 0) + samples.length;
    }
    const pictures = counts["v1"]!;
    expect(counts).toMatchObject({ v1: pictures, v2: pictures, v3: pictures });
    expect(pictures).toBeGreaterThan(200);
  });

  test("carries the scores of its pictures", () => {
    for (const { track, segment } of whole.published) {
      if (track.startsWith("a")) continue;
      const { received, scored } = segment.quality.pictures;
      expect([scored, Object.keys(segment.quality.metrics).length > 0]).toEqual([received, true]);
    }
  });
});

describe("the same bytes", () => {
  test.for([1, 187, 188, 189, 1316, 65_536])("in pieces of %d give the same segments", (size) => {
    const bytes = size === 1 ? stream.subarray(0, 1 << 20) : stream;
    expect(ledger(packageAll(bytes, every(size)).published)).toEqual(ledger(packageAll(bytes).published));
  });

  test("cut anywhere give the same segments", () => {
    const cuts = fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 300 });
    fc.assert(
      fc.property(cuts, (cuts) => {
        expect(ledger(packageAll(stream, (bytes) => split(bytes, cuts)).published)).toEqual(ledger(whole.published));
      }),
      { numRuns: 8 },
    );
  });

  test("as two inputs give the same segments however their pieces alternate", () => {
    const run = (sizes: readonly [number, number]) => {
      const { pipeline, published, problems } = channel(2);
      const pieces = sizes.map((size) => every(size)(stream));
      const places = [0, 0];
      while (places.some((place, n) => place < pieces[n]!.length)) {
        const behind =
          pieces[0]!.length - places[0]! > 0 &&
          (places[0]! * sizes[0] <= places[1]! * sizes[1] || places[1]! >= pieces[1]!.length)
            ? 0
            : 1;
        pipeline.push(behind, pieces[behind]![places[behind]!]!);
        places[behind] = places[behind]! + 1;
      }
      for (const input of [0, 1]) pipeline.end(input);
      expect(problems).toEqual([]);
      return published;
    };
    const even = run([1316, 1316]);
    expect(new Set(even.map(({ track }) => track))).toEqual(
      new Set(["v1", "v1-2", "v1-3", "v2", "v2-2", "v2-3", "a1", "a1-2"]),
    );
    expect(ledger(run([188 * 64, 188 * 64]))).toEqual(ledger(even));
    expect(ledger(run([188 * 7, 188 * 300]))).toEqual(ledger(even));
  });
});

test("segments that are retained keep their bytes", () => {
  const { pipeline, published } = channel(1, { retainBodies: true });
  for (const piece of every(PACKET_BYTES * 50)(stream)) pipeline.push(0, piece);
  pipeline.end(0);
  expect(ledger(published)).toEqual(ledger(whole.published));
  for (const { segment, bytes } of published) expect(Buffer.concat([...segment.body]).equals(bytes)).toBe(true);
});

describe("damage", () => {
  /** Packets lost, doubled, swapped, with bits flipped or bytes before them. */
  type Blow = {
    readonly at: number;
    readonly kind: "lose" | "double" | "swap" | "flip" | "insert" | "lose-many";
    readonly bit: number;
  };

  const blow: fc.Arbitrary<Blow> = fc.record({
    at: fc.integer({ min: 0, max: Math.floor(stream.length / PACKET_BYTES) - 2 }),
    kind: fc.constantFrom("lose", "double", "swap", "flip", "flip", "flip", "insert", "lose-many"),
    bit: fc.integer({ min: 0, max: PACKET_BYTES * 8 - 1 }),
  });

  function strike(blows: readonly Blow[]): Uint8Array {
    const packets = every(PACKET_BYTES)(stream).map((packet) => [packet]);
    for (const { at, kind, bit } of blows) {
      const packet = packets[at]![0] ?? new Uint8Array(0);
      if (kind === "lose") packets[at] = [];
      else if (kind === "double") packets[at] = [packet, packet];
      else if (kind === "swap") [packets[at], packets[at + 1]] = [packets[at + 1]!, packets[at]!];
      else if (kind === "insert") packets[at] = [packet, new Uint8Array(bit)];
      else if (kind === "lose-many") for (let n = 0; n < bit && at + n < packets.length; n++) packets[at + n] = [];
      else if (packet.length > 0) {
        const flipped = packet.slice();
        flipped[bit >> 3]! ^= 0x80 >> (bit & 7);
        packets[at] = [flipped];
      }
    }
    return new Uint8Array(Buffer.concat(packets.flat()));
  }

  function expectSound({ published, pipeline }: ReturnType<typeof packageAll>): void {
    const target = pipeline.store.snapshot()?.targetDuration ?? 0;
    const last = new Map<string, Segment>();
    for (const { track, segment, bytes } of published) {
      const before = last.get(track);
      const { number, duration, init } = segment;
      expect(Math.round(duration / init.timescale)).toBeLessThanOrEqual(target);
      if (before !== undefined) expect(number).toBeGreaterThan(before.number);
      last.set(track, segment);
      const { samples, faults } = readFragment(bytes);
      expect(faults).toEqual([]);
      expect(samples.reduce((sum, sample) => sum + sample.duration, 0)).toBe(duration);
    }
  }

  test("of any kind never throws, and what is published is sound", { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.array(blow, { minLength: 1, maxLength: 60 }), (blows) => {
        const all = packageAll(strike(blows), every(PACKET_BYTES * 50));
        expectSound(all);
        expect(all.published.length).toBeGreaterThan(0);
      }),
      { numRuns: 25 },
    );
  });

  /** Offsets of the PTS and DTS fields of all PES packets that begin in the stream. */
  const timestamps = Array.from({ length: stream.length / PACKET_BYTES }, (_, n) => n * PACKET_BYTES).flatMap(
    (packet) => {
      const startsUnit = (stream[packet + 1]! & 0x40) !== 0;
      const payload = packet + ((stream[packet + 3]! & 0x20) !== 0 ? 5 + stream[packet + 4]! : 4);
      const isPes = startsUnit && stream[payload] === 0 && stream[payload + 1] === 0 && stream[payload + 2] === 1;
      if (!isPes) return [];
      const flags = stream[payload + 7]! >> 6;
      return flags === 3 ? [payload + 9, payload + 14] : flags === 2 ? [payload + 9] : [];
    },
  );

  // But for the very first, on which the whole channel hangs.
  test("to one timestamp moves nothing but its own picture or frame and what touches that", {
    timeout: 120_000,
  }, () => {
    expect(timestamps.length).toBeGreaterThan(1000);
    const clean = new Map(whole.published.map(({ track, segment }) => [`${track} ${segment.number}`, segment.start]));
    /** Sound counts its samples on from where it is, so that it may lie up to half a frame off the timestamps after a gap. */
    const isMoved = ({ track, segment }: Published) => {
      const start = clean.get(`${track} ${segment.number}`);
      return start === undefined || Math.abs(segment.start - start) > (track.startsWith("a") ? 1024 : 0);
    };
    const off = fc.oneof(fc.integer({ min: -20 * SECOND, max: 20 * SECOND }), fc.integer({ min: 0, max: 2 ** 33 - 1 }));
    fc.assert(
      fc.property(fc.constantFrom(...timestamps.slice(50)), off, (offset, off) => {
        const bytes = stream.slice();
        const time = wrap33((START * 90 + 4 * SECOND + off) as Ticks);
        // 4 bits, 3 of the time, a marker, 15 of the time, a marker, 15 of the time, a marker (H.222.0 2.4.3.7).
        bytes[offset] = (bytes[offset]! & 0xf1) | (Math.floor(time / 2 ** 30) << 1);
        bytes[offset + 1] = (time / 2 ** 22) & 0xff;
        bytes[offset + 2] = ((time / 2 ** 14) & 0xfe) | 1;
        bytes[offset + 3] = (time / 2 ** 7) & 0xff;
        bytes[offset + 4] = ((time * 2) & 0xfe) | 1;
        const all = packageAll(bytes);
        expectSound(all);
        const moved = all.published.filter(isMoved).map(({ track, segment }) => `${track} ${segment.number}`);
        expect(moved.slice(2)).toEqual([]);
        expect(all.published.length).toBeGreaterThanOrEqual(whole.published.length - 2);
      }),
      { numRuns: 60, seed: 20_261_121 },
    );
  });

  test("to one packet of one rendition leaves the cuts of all where they were", () => {
    const lost = packageAll(strike([{ at: 4000, kind: "lose", bit: 0 }])).published;
    const cuts = (published: readonly Published[]) =>
      published.map(({ track, segment }) => `${track} ${segment.number} ${segment.start} ${segment.duration}`).sort();
    expect(cuts(lost)).toEqual(cuts(whole.published));
  });

  test("that leaves nothing of a transport stream publishes nothing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        expect(packageAll(bytes).published).toEqual([]);
      }),
    );
  });
});

describe("a live input", () => {
  test("without timecodes starts when its first picture arrives, on the grid of pictures", () => {
    const { pipeline, published } = channel(1, { isLive: true, timecode: noTimecode });
    const arrival = (START + 1234) as Milliseconds;
    for (const piece of every(PACKET_BYTES * 7)(stream)) pipeline.push(0, piece, arrival);
    const first = published.find(({ track }) => track === "v1")!.segment;
    // The segment in whose middle it began is left out.
    expect(first.start).toBe((START + 1240 + SEGMENT) * 90);
    expect(first.availableAt).toBe(arrival);
  });

  test("that starts again with other timestamps goes on after the silence, with the numbers of that time", () => {
    const { pipeline, published, problems } = channel(1, { isLive: true, timecode: noTimecode });
    // Nine seconds, four of silence, nine more.
    for (const [part, begun] of [
      [stream, 0],
      [record(40_000, 9), 13_000],
    ] as const) {
      const pieces = every(PACKET_BYTES * 7)(part);
      for (const [n, piece] of pieces.entries()) {
        pipeline.push(0, piece, (START + begun + Math.floor((n / pieces.length) * 9000)) as Milliseconds);
      }
    }
    pipeline.end(0);
    expect(problems.filter(({ code }) => code === "timestamp-jump")).toHaveLength(1);
    const cuts = (id: string) =>
      published
        .filter(({ track }) => track === id)
        .map(({ segment: { number, start, duration } }) => [
          number - START / SEGMENT,
          start / 90 - START,
          duration / 90,
        ]);
    expect(cuts("v1")).toEqual([
      [1, 2080, 1920],
      [2, 4000, 1920],
      [3, 5920, 1920],
      [4, 7840, 1200],
      [6, 13_240, 1920],
      [7, 15_160, 1920],
      [8, 17_080, 1920],
      [9, 19_000, 1920],
    ]);
    // Where the source broke off each rendition may lack its last pictures.
    const starts = (id: string) => cuts(id).map(([number, start]) => [number, start]);
    expect([starts("v2"), starts("v3")]).toEqual([starts("v1"), starts("v1")]);
  });

  test("with timecodes is where they say, whenever it arrives and wherever it is joined", () => {
    const long = record(0, 16);
    const packets = long.length / PACKET_BYTES;
    const join = fc.record({
      packet: fc.nat(Math.floor(packets / 2)),
      delay: fc.integer({ min: -60_000, max: 60_000 }),
    });
    const packaged = ({ packet, delay }: { readonly packet: number; readonly delay: number }) => {
      const { pipeline, published } = channel(1, { isLive: true });
      const joined = long.subarray(packet * PACKET_BYTES);
      for (const piece of every(PACKET_BYTES * 7)(joined)) {
        pipeline.push(0, piece, (START + (packet / packets) * 16_000 + delay) as Milliseconds);
      }
      expect(pipeline.timecode(0)).toMatchObject({ state: "locked", source: "smpte" });
      pipeline.end(0);
      expect(published.every(({ segment }) => segment.number >= START / SEGMENT)).toBe(true);
      return published;
    };
    const whole = new Set(ledger(packaged({ packet: 0, delay: 0 })));
    expect(whole.size).toBeGreaterThan(30);
    fc.assert(
      fc.property(join, (where) => {
        const lines = ledger(packaged(where));
        expect(lines.length).toBeGreaterThan(10);
        expect(lines.filter((line) => !whole.has(line))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test("whose timecodes are further from the clock than allowed goes by the clock", () => {
    const { pipeline, published } = channel(1, { isLive: true });
    for (const piece of every(PACKET_BYTES * 7)(stream)) pipeline.push(0, piece, (START + 140_000) as Milliseconds);
    expect(pipeline.timecode(0)).toMatchObject({ state: "unlocked", source: "none" });
    const first = published.find(({ track }) => track === "v1")!.segment;
    expect(first.start).toBeGreaterThanOrEqual((START + 140_000) * 90);
  });

  test("says nothing after its end", () => {
    const { pipeline, published } = channel();
    pipeline.push(0, stream);
    pipeline.end(0);
    const count = published.length;
    pipeline.push(0, stream);
    pipeline.end(0);
    expect(published).toHaveLength(count);
    expect(pipeline.store.snapshot()?.ended).toBe(true);
  });
});
