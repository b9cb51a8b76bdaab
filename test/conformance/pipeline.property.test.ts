import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { writeMediaPlaylist } from "../../src/manifest/media-playlist.ts";
import { writeMpd } from "../../src/manifest/mpd.ts";
import { writeMultivariantPlaylist } from "../../src/manifest/multivariant-playlist.ts";
import { type DamageHandling, damageHandlings } from "../../src/package/damage-guard.ts";
import { ChannelPipeline } from "../../src/pipeline.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import { readSample } from "../../src/simulate/sample.ts";
import type { Segment, Track } from "../../src/store/segment.ts";
import type { Milliseconds, Ticks } from "../../src/time/units.ts";
import { readMpd } from "../manifest/mpd-client.ts";
import { record } from "../simulate/recording.ts";
import { readFragment } from "../support/fragment.ts";
import { parseBoxes } from "../support/iso-boxes.ts";
import { lacking } from "../support/lacking.ts";
import { parseMediaPlaylist, parseMultivariantPlaylist } from "../support/strict-playlist.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { encodeTransportStream, h264, h265, pictures, tone } from "../support/test-sources.ts";
import { PACKET_BYTES } from "../support/transport-packets.ts";

type Published = { readonly track: Track; readonly segment: Segment };

/** Everything that the pipeline made of bytes that came in these pieces. */
type Result = {
  readonly published: readonly Published[];
  readonly problems: readonly Problem[];
  readonly pipeline: ChannelPipeline;
};

function packagePieces(pieces: readonly Uint8Array[], handling: DamageHandling = "hide"): Result {
  const published: Published[] = [];
  const problems: Problem[] = [];
  const pipeline = new ChannelPipeline({
    name: "property",
    segmentDuration: 1000 as Milliseconds,
    joinsLive: false,
    retainBodies: false,
    programs: [undefined],
    start: 0 as Milliseconds,
    damaged: handling,
    quality: defaultQualityOptions,
    onProblem: (problem) => problems.push(problem),
  });
  // The memory of bodies is used again.
  pipeline.store.onPublish((track, segment) =>
    published.push({ track, segment: { ...segment, body: [new Uint8Array(Buffer.concat(segment.body))] } }),
  );
  for (const piece of pieces) pipeline.push(0, piece);
  pipeline.end(0);
  return { published, problems, pipeline };
}

/** What must come out whatever went in. */
function faultsOf(result: Result): readonly string[] {
  const faults: string[] = [];
  const last = new Map<string, Segment>();
  for (const { track, segment } of result.published) {
    const where = `${track.id}/${segment.number}`;
    const fault = (text: string): unknown => faults.push(`${where}: ${text}`);
    const bytes = Buffer.concat(segment.body);
    const fragment = readFragment(bytes);
    for (const text of [...fragment.faults, ...parseBoxes(segment.init.bytes).complaints]) fault(text);
    const duration = fragment.samples.reduce((sum, sample) => sum + sample.duration, 0);
    if (!(segment.duration > 0)) fault(`lasts ${segment.duration}`);
    if (duration !== segment.duration) fault(`lasts ${segment.duration}, its samples ${duration}`);
    if (fragment.baseMediaDecodeTime !== segment.start) fault("does not start at its tfdt");
    // Those that cannot be decoded may be left out.
    const { received, damaged, undecodable } = segment.quality.pictures;
    const { length } = fragment.samples;
    if (length > received || length < received - damaged - undecodable) fault("does not hold the pictures it counts");
    if (bytes.length !== segment.size) fault("is not of the size it says");
    const before = last.get(track.id);
    if (before !== undefined && segment.number <= before.number) fault(`comes after ${before.number}`);
    if (before !== undefined && segment.start < before.start + before.duration) fault("overlaps the one before");
    last.set(track.id, segment);
  }
  return [...faults, ...manifestFaults(result)];
}

/** What is wrong with the manifests; hls-parser's complaints are thrown. */
function manifestFaults({ published, pipeline: { store } }: Result): readonly string[] {
  const channel = store.snapshot();
  if (channel === undefined) return [];
  parseMultivariantPlaylist(writeMultivariantPlaylist(channel));
  for (const track of channel.tracks) parseMediaPlaylist(writeMediaPlaylist(channel, track));
  const { periods } = readMpd(writeMpd(channel, { publishTime: 0 as Milliseconds }));
  const listed = periods.flatMap(({ representations }) =>
    representations.flatMap(({ id, segments }) =>
      segments.map(({ number, t, d }) => `${id}/${number} at ${t} for ${d}`),
    ),
  );
  const real = published.map(
    ({ track, segment }) => `${track.id}/${segment.number} at ${segment.start} for ${segment.duration}`,
  );
  // A segment that breaks its track's run too late for a period of its own may be left out.
  return listed.filter((line) => !real.includes(line)).map((line) => `the MPD lists ${line}`);
}

/** All of a result that can be compared, bytes and metadata. */
function summary({ published, problems }: Result): unknown {
  const segments = published.map(({ track, segment: { body, init, ...rest } }) => ({
    track,
    ...rest,
    init: init.id,
    body: Buffer.concat(body).toString("base64"),
  }));
  return { segments, problems };
}

function cutAt(bytes: Uint8Array, places: readonly number[]): readonly Uint8Array[] {
  const sorted = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return sorted.slice(1).map((end, i) => bytes.slice(sorted[i], end));
}

/** One kind of damage done to a part of a stream; places and lengths are parts of a million of the stream. */
type Damage = {
  readonly kind: (typeof damageKinds)[number];
  readonly at: number;
  readonly length: number;
  readonly value: number;
};

const damageKinds = ["flip", "overwrite", "delete", "duplicate", "swap", "insert", "truncate"] as const;

function damaged(bytes: Uint8Array, { kind, at, length, value }: Damage): Uint8Array {
  const from = Math.floor((at / 1e6) * bytes.length);
  const to = Math.min(bytes.length, from + length);
  const part = bytes.subarray(from, to);
  switch (kind) {
    case "flip":
      return Buffer.concat([bytes.subarray(0, from), part.map((byte) => byte ^ value), bytes.subarray(to)]);
    case "overwrite":
      return Buffer.concat([bytes.subarray(0, from), new Uint8Array(part.length).fill(value), bytes.subarray(to)]);
    case "delete":
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    case "duplicate":
      return Buffer.concat([bytes.subarray(0, to), part, bytes.subarray(to)]);
    case "insert":
      return Buffer.concat([bytes.subarray(0, from), new Uint8Array(length).fill(value), bytes.subarray(from)]);
    case "swap":
      return swapPackets(bytes, from, value);
    case "truncate":
      return bytes.subarray(0, from);
  }
}

/** Exchanges the packet at a place with one up to 255 packets later. */
function swapPackets(bytes: Uint8Array, at: number, distance: number): Uint8Array {
  const result = Uint8Array.from(bytes);
  const first = at - (at % PACKET_BYTES);
  const second = first + distance * PACKET_BYTES;
  if (second + PACKET_BYTES > result.length) return result;
  const packet = result.slice(first, first + PACKET_BYTES);
  result.copyWithin(first, second, second + PACKET_BYTES);
  result.set(packet, second);
  return result;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  kind: fc.constantFrom(...damageKinds),
  at: fc.integer({ min: 0, max: 999_999 }),
  // Often a byte or some packets, seldom a second of the stream.
  length: fc.oneof(
    fc.integer({ min: 1, max: 8 }),
    fc.integer({ min: 1, max: 10 }).map((packets) => packets * PACKET_BYTES),
    fc.integer({ min: 1, max: 20_000 }),
  ),
  value: fc.integer({ min: 0, max: 255 }),
});

describe.skipIf(lacking("ffmpeg")).each([
  ["H.264, AAC and AC-3", h264(25), ["-c:a:0", "aac", "-c:a:1", "ac3"]],
  ["H.265 with open GOPs and E-AC-3", h265(25, "open-gop=1"), ["-c:a", "eac3"]],
] as const)("a stream of %s", (_, encoder, sound) => {
  const folder = temporaryFolder();
  let stream: Uint8Array;
  let whole: Result;

  beforeAll(async () => {
    const path = join(folder, "stream.m2ts");
    const source = [
      ...pictures("96x64", "25", 4),
      ...tone(440, 48_000, 4),
      "-map",
      "0:v",
      "-map",
      "1:a",
      "-map",
      "1:a",
    ];
    await encodeTransportStream(path, [...source, ...encoder, ...sound, "-b:a", "64k"]);
    stream = readFileSync(path);
    whole = packagePieces([stream]);
    expect(whole.problems).toEqual([]);
    expect(whole.published.filter(({ track }) => track.id === "v1")).toHaveLength(4);
  });

  test("gives the same segments and problems wherever its bytes are cut", () => {
    const expected = JSON.stringify(summary(whole));
    const place = fc.nat();
    const places = fc.oneof(fc.array(place, { maxLength: 8 }), fc.array(place, { minLength: 100, maxLength: 1000 }));
    fc.assert(
      fc.property(places, (cuts) => {
        expect(JSON.stringify(summary(packagePieces(cutAt(stream, cuts)))) === expected).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test.for([1, 187, 188, 189, 1316])("gives the same in pieces of %i bytes", (size) => {
    const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, i) =>
      stream.slice(i * size, (i + 1) * size),
    );
    expect(JSON.stringify(summary(packagePieces(pieces)))).toBe(JSON.stringify(summary(whole)));
  });

  test("gives the same segments and problems wherever its bytes are cut when they are damaged too", () => {
    fc.assert(
      fc.property(
        fc.array(damage, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 30 }),
        (damages, cuts) => {
          const bytes = damages.reduce(damaged, stream);
          const together = JSON.stringify(summary(packagePieces([bytes])));
          expect(JSON.stringify(summary(packagePieces(cutAt(bytes, cuts)))) === together).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test.for(damageHandlings)(
    "however damaged, never throws and publishes only sound segments and manifests: %s",
    (handling) => {
      fc.assert(
        fc.property(fc.array(damage, { minLength: 1, maxLength: 12 }), (damages) => {
          expect(faultsOf(packagePieces([damages.reduce(damaged, stream)], handling))).toEqual([]);
        }),
        { numRuns: 100 },
      );
    },
  );
});

/** Three renditions and two sounds, scores of all of them on every picture. */
describe("the simulator's stream", () => {
  const sample = readSample(readFileSync(DEFAULT_SAMPLE), DEFAULT_SAMPLE);
  const stream = record(sample, (1_785_585_600 * 90_000) as Ticks, 8).bytes;
  const packages = (pieces: readonly Uint8Array[]): string => JSON.stringify(summary(packagePieces(pieces)));

  test("is scored in pictures and sound", () => {
    const { published } = packagePieces([stream]);
    for (const id of ["v1", "v2", "v3", "a1", "a2"]) {
      const scores = published.filter(({ track }) => track.id === id).map(({ segment }) => segment.quality.score);
      // The last segment of sound may end before its pictures do.
      expect(scores.slice(0, -1).every((score) => score?.source === "encoder")).toBe(true);
      expect(scores.length).toBeGreaterThan(2);
    }
  });

  test("gives the same records wherever its bytes are cut, damaged or not", () => {
    fc.assert(
      fc.property(fc.array(damage, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 30 }), (damages, cuts) => {
        const bytes = damages.reduce(damaged, stream);
        expect(packages(cutAt(bytes, cuts)) === packages([bytes])).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});

test("bytes that are no transport stream never throw and publish nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 }), (pieces) => {
      expect(packagePieces(pieces).published).toEqual([]);
    }),
  );
});

test("any packets never throw and publish only sound segments", () => {
  const packet = fc
    .tuple(
      // The PIDs of ffmpeg's streams and of the tables, and any.
      fc.oneof(fc.constantFrom(0, 0x1000, 0x100, 0x101), fc.integer({ min: 0, max: 0x1fff })),
      fc.uint8Array({ minLength: PACKET_BYTES - 3, maxLength: PACKET_BYTES - 3 }),
      fc.integer({ min: 0, max: 7 }),
    )
    .map(([pid, rest, flags]) => Uint8Array.from([0x47, (flags << 5) | (pid >> 8), pid & 0xff, ...rest]));
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 200 }), (packets) => {
      expect(faultsOf(packagePieces(packets))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
