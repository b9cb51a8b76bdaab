import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeMediaPlaylist } from "../src/manifest/media-playlist.ts";
import { PACKET_BYTES } from "../src/mpegts/packet.ts";
import { ChannelPipeline } from "../src/pipeline.ts";
import { defaultQualityOptions } from "../src/quality/quality-options.ts";
import type { ChannelSnapshot, Part, Segment } from "../src/store/segment.ts";
import type { Milliseconds } from "../src/time/units.ts";
import { readFragment } from "./support/fragment.ts";
import { record, SEGMENT, START } from "./support/simulated-stream.ts";

type Seen = {
  /** By track and number, the parts in the order in which they could be fetched. */
  readonly parts: Map<string, readonly Part[]>;
  readonly segments: Map<string, Segment>;
  readonly snapshots: ChannelSnapshot[];
};

/** Packages a live stream in parts, holding every rule of a store of low latency after each change. */
function packageInParts(pieces: Iterable<Uint8Array>, part = 500): Seen {
  const seen: Seen = { parts: new Map(), segments: new Map(), snapshots: [] };
  const pipeline = new ChannelPipeline({
    ...{
      name: "test",
      segmentDuration: SEGMENT,
      lowLatency: { part: part as Milliseconds, missing: "empty" },
      window: 60_000 as Milliseconds,
    },
    ...{ joinsLive: true, retainBodies: true, programs: [undefined], quality: defaultQualityOptions },
    onProblem: () => {},
  });
  pipeline.store.onPublish(({ id }, segment) => {
    expect(segment.parts).toBeDefined();
    const known = seen.parts.get(`${id} ${segment.number}`) ?? [];
    expect(segment.parts!.slice(0, known.length)).toEqual(known);
    seen.parts.set(`${id} ${segment.number}`, segment.parts!);
    seen.segments.set(`${id} ${segment.number}`, segment);
  });
  pipeline.store.onChange(() => {
    const snapshot = pipeline.store.snapshot();
    if (snapshot === undefined) return;
    seen.snapshots.push(snapshot);
    for (const { track, open } of snapshot.tracks) {
      if (open !== undefined) seen.parts.set(`${track.id} ${open.number}`, open.parts);
    }
  });
  for (const piece of pieces) pipeline.push(0, piece, (START + 60_000) as Milliseconds);
  pipeline.end(0, (START + 60_000) as Milliseconds);
  return seen;
}

/** What is wrong with the parts of a channel by the rules for them, one line each. */
function faults({ parts, segments, snapshots }: Seen): readonly string[] {
  const { partTarget } = snapshots.at(-1)!.lowLatency!;
  return [...segments].flatMap(([name, segment]) => {
    const { timescale } = segment.init;
    const own = parts.get(name)!;
    const micros = (ticks: number) => (ticks * 1_000_000) / timescale;
    const wrong: string[] = [];
    const bytes = Buffer.concat([...segment.body]);
    if (!Buffer.concat(own.flatMap(({ body }) => [...body])).equals(bytes)) wrong.push("bytes");
    let end: number = segment.start;
    for (const [i, part] of own.entries()) {
      const { index, start, duration, independent } = part;
      if (index !== i) wrong.push(`index ${index}`);
      if (start !== end) wrong.push(`${i} starts at ${start}, not ${end}`);
      if (micros(duration) > partTarget) wrong.push(`${i} is too long: ${duration}`);
      const mayBeShort = independent || i === own.length - 1;
      if (micros(duration) < 0.85 * partTarget && !mayBeShort) wrong.push(`${i} is too short: ${duration}`);
      const read = readFragment(new Uint8Array(Buffer.concat([...part.body])));
      // Of a fragment, not of its later chunks: pictures are shown in another order than they are decoded in.
      const ofFragment = read.faults.filter((fault) => i === 0 || !fault.startsWith("the earliest presentation time"));
      wrong.push(...ofFragment.map((fault) => `${i}: ${fault}`));
      const sum = read.samples.reduce((total, sample) => total + sample.duration, 0);
      const isVideo = name.startsWith("v");
      if (isVideo && read.baseMediaDecodeTime !== start) wrong.push(`${i} tfdt`);
      if (read.baseMediaDecodeTime + sum !== start + duration) wrong.push(`${i} durations`);
      end = start + duration;
    }
    if (!own[0]!.independent && segment.quality.independent) wrong.push("first is not independent");
    // A frame more or less, where frames are missing.
    const tolerance = name.startsWith("a") ? 1024 : 0;
    if (end - segment.start - segment.duration > tolerance) wrong.push(`ends at ${end}`);
    return wrong.map((fault) => `${name}: ${fault}`);
  });
}

/** How much a playlist lists, by durations and by dates, from its first segment to the start of its last; in seconds. */
function listedTimes(playlist: string): { readonly sum: number; readonly span: number } {
  const dates = [...playlist.matchAll(/PROGRAM-DATE-TIME:(.*)/g)].map(([, date]) => Date.parse(date!) / 1000);
  const durations = [...playlist.matchAll(/EXTINF:([\d.]+)/g)].map(([, duration]) => Number(duration));
  return { sum: durations.slice(0, dates.length - 1).reduce((a, b) => a + b, 0), span: dates.at(-1)! - dates[0]! };
}

/** Timecodes and GOPs may be apart by so many, so that what comes after an outage begins before its line. */
const PICTURES_TOLERATED = 3;

const every = (bytes: Uint8Array, size: number): readonly Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));

const stream = record(0, 12);

describe("a channel of low latency", () => {
  const seen = packageInParts(every(stream, 1316));

  test("publishes segments of four parts, all of one length, the first independent", () => {
    expect(faults(seen)).toEqual([]);
    const videos = [...seen.segments].filter(([name]) => name.startsWith("v"));
    expect(videos.length).toBeGreaterThan(12);
    for (const [name] of videos.slice(0, -3)) {
      const parts = seen.parts.get(name)!;
      expect(parts.map(({ duration }) => duration)).toEqual([43_200, 43_200, 43_200, 43_200]);
      expect(parts.map(({ independent }) => independent)).toEqual([true, false, false, false]);
    }
    const sounds = [...seen.segments].filter(([name]) => name.startsWith("a"));
    for (const [, { parts }] of sounds.slice(0, -2)) {
      expect(parts!.map(({ duration }) => duration / 1024)).toEqual([23, 23, 23, 21]);
    }
  });

  test("each part can be fetched before the segment is whole, all but the last before the next begins", () => {
    const opens = seen.snapshots.flatMap(({ tracks }) =>
      tracks.flatMap(({ track, open }) => (open ? [[track.id, open] as const] : [])),
    );
    for (const length of [1, 2, 3, 4]) {
      expect(opens.some(([id, { parts }]) => id === "v1" && parts.length === length)).toBe(true);
    }
  });

  test("is cut into the same parts and bytes wherever it is joined and however it arrives", () => {
    const digest = ({ parts }: Seen): ReadonlyMap<string, string> =>
      new Map(
        [...parts].flatMap(([name, list]) =>
          list.map(({ index, start, duration, body }) => [
            `${name}.${index}`,
            `${start} ${duration} ${createHash("sha256")
              .update(Buffer.concat([...body]))
              .digest("hex")}`,
          ]),
        ),
      );
    const all = digest(seen);
    const property = fc.property(
      fc.nat(Math.floor(stream.length / PACKET_BYTES / 2)),
      fc.integer({ min: 100, max: 100_000 }),
      (packet, size) => {
        const other = digest(packageInParts(every(stream.subarray(packet * PACKET_BYTES), size)));
        expect(other.size).toBeGreaterThan(10);
        for (const [name, value] of other) expect(`${name} ${all.get(name)}`).toBe(`${name} ${value}`);
      },
    );
    fc.assert(property, { numRuns: 8 });
  });

  test("keeps the rules when packets are lost, one by one and in stretches", () => {
    const loss = fc.record({ from: fc.nat(stream.length / PACKET_BYTES), packets: fc.integer({ min: 1, max: 1500 }) });
    const property = fc.property(fc.array(loss, { minLength: 1, maxLength: 8 }), (losses) => {
      const packets = every(stream, PACKET_BYTES).filter(
        (_, n) => !losses.some(({ from, packets }) => n >= from && n < from + packets),
      );
      const damaged = packageInParts(packets);
      if (damaged.snapshots.length > 0) expect(faults(damaged)).toEqual([]);
    });
    fc.assert(property, { numRuns: 25 });
  });

  test("after an outage the durations that a playlist lists add up to what its dates say", () => {
    const packets = every(stream, PACKET_BYTES);
    const perSecond = packets.length / 12;
    const outage = fc.record({
      from: fc.double({ min: 4.5, max: 6.5, noNaN: true }),
      seconds: fc.constantFrom(0.7, 1.5, 2.5, 3.7),
    });
    const property = fc.property(outage, ({ from, seconds }) => {
      const [first, last] = [from * perSecond, (from + seconds) * perSecond];
      const outlived = packageInParts(packets.filter((_, n) => n < first || n >= last));
      expect(faults(outlived)).toEqual([]);
      for (const snapshot of outlived.snapshots) {
        const told = snapshot.tracks.map((track) => listedTimes(writeMediaPlaylist(snapshot, track)));
        for (const { sum, span } of told) expect(Math.abs(sum - span)).toBeLessThan(PICTURES_TOLERATED * 0.04);
      }
    });
    fc.assert(property, { numRuns: 12 });
  });

  test("a hole of more than a part in the middle of a segment is the end of its parts, and lasts until the next", () => {
    const packets = every(stream, PACKET_BYTES);
    const perSecond = Math.floor(packets.length / 12);
    const from = Math.floor(perSecond * 6.2);
    const holed = packageInParts(packets.filter((_, n) => n < from || n >= from + perSecond * 1.1));
    expect(faults(holed)).toEqual([]);
    const broken = [...holed.segments.values()].filter(({ parts }) => parts!.length < 3);
    expect(broken.length).toBeGreaterThanOrEqual(4);
    for (const { start, duration, init } of broken.slice(0, 4)) {
      expect((start + duration) / init.timescale / 1.92).toBeCloseTo(Math.ceil(start / init.timescale / 1.92 + 0.5), 1);
    }
  });
});
