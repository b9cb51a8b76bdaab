import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { lackingDashSchema, validateMpd } from "../support/dash-schema.ts";
import { lacking } from "../support/lacking.ts";
import { joined, readTree, type Tree, type TreeTrack } from "../support/output-tree.ts";
import { PACKAGER, packager } from "../support/packager.ts";
import { run } from "../support/run.ts";
import { pictureDigests } from "../support/source-packets.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { encodeTransportStream, h264, pictures, tone } from "../support/test-sources.ts";

const noFfmpeg = lacking("ffmpeg", "ffprobe");
const noSchema = lackingDashSchema();

/** Every file below a folder with the digest of its bytes. */
function digestsBelow(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}

describe.skipIf(noFfmpeg)("one input", () => {
  const folder = temporaryFolder();
  const input = join(folder, "input.m2ts");
  const first = join(folder, "first");

  beforeAll(async () => {
    const source = [...pictures("320x180", "30000/1001", 6), ...tone(440, 44_100, 6)];
    await encodeTransportStream(input, [...source, ...h264(60), "-c:a", "aac"]);
    expect(await packager("package", input, "--out", first)).toMatchObject({ code: 0 });
  });

  test("gives the same tree each time, byte for byte", async () => {
    const again = join(folder, "again");
    expect(await packager("package", input, "--out", again)).toMatchObject({ code: 0 });
    expect(Object.keys(digestsBelow(first)).length).toBeGreaterThan(10);
    expect(digestsBelow(again)).toEqual(digestsBelow(first));
  });

  test("gives the same tree through standard input", async () => {
    const again = join(folder, "piped");
    const script = 'exec "$0" "$1" package - --out "$2" < "$3"';
    expect(await run("sh", ["-c", script, process.execPath, PACKAGER, again, input])).toMatchObject({ code: 0 });
    expect(digestsBelow(again)).toEqual(digestsBelow(first));
  });

  test("starts at --start, moved to the nearest picture of its rate since the epoch", async () => {
    const start = Date.parse("2026-01-01T12:00:00Z") / 1000;
    const out = join(folder, "started");
    const outcome = await packager("package", input, "--out", out, "--start", "2026-01-01T12:00:00Z");
    expect(outcome).toMatchObject({ code: 0 });
    const { tracks, mpd } = readTree(out);
    const firstPicture = Math.round((start * 30_000) / 1001);
    const video = tracks.find(({ id }) => id === "v1")!;
    // The first line of the grid lies inside the first segment.
    expect(video.segments[0]!.fragment.baseMediaDecodeTime).toBe(firstPicture * 3003);
    expect(video.segments[0]!.number).toBe(Math.floor(firstPicture / 60));
    for (const track of tracks) {
      const timescale = track.id === "v1" ? 90_000 : 44_100;
      const starts = track.segments.map(({ fragment }) => fragment.baseMediaDecodeTime);
      const representation = mpd.periods[0]!.representations.find(({ id }) => id === track.id);
      expect(representation?.segments.map(({ t }) => t)).toEqual(starts);
      for (const [i, { programDateTime }] of track.playlist.segments.entries()) {
        expect(programDateTime?.getTime()).toBe(Math.round((starts[i]! * 1000) / timescale));
      }
    }
  });
});

describe.skipIf(noFfmpeg)("a stream of two programmes", () => {
  const folder = temporaryFolder();
  const input = join(folder, "input.m2ts");

  beforeAll(async () => {
    const source = [...pictures("320x180", "25", 2), ...pictures("480x270", "25", 2), "-map", "0:v", "-map", "1:v"];
    const programs = ["-program", "program_num=5:st=0", "-program", "program_num=9:st=1"];
    await encodeTransportStream(input, [...source, ...h264(50), ...programs]);
  });

  test.for([
    ["the first where none is asked for", "", "320x180"],
    ["the one asked for", "?program=9", "480x270"],
  ])("gives %s", async ([, query, size]) => {
    const out = join(folder, `out${query}`);
    expect(await packager("package", input + query, "--out", out)).toEqual({ code: 0, stdout: "", stderr: "" });
    const { multivariant, tracks } = readTree(out);
    expect(tracks.map(({ id }) => id)).toEqual(["v1"]);
    const { width, height } = multivariant.variants[0]!.resolution!;
    expect(`${width}x${height}`).toBe(size);
  });

  test("gives nothing where another is asked for", async () => {
    const outcome = await packager("package", `${input}?program=7`, "--out", join(folder, "none"));
    expect(outcome).toMatchObject({ code: 1, stderr: expect.stringMatching(/program-missing.*Nothing was packaged/s) });
  });
});

/** A part of a stream that is joined from two encodings. */
type Part = { readonly size: string; readonly seconds: number; readonly offset: number };

describe.skipIf(noFfmpeg)("an encoder that starts again", () => {
  const folder = temporaryFolder();

  /**
   * Encodes two parts with a GOP of 2 s and B-pictures, and packages them as one stream.
   *
   * @param announced - The second part says that its clock and continuity begin anew.
   */
  async function packageJoined(name: string, parts: readonly [Part, Part], announced: boolean): Promise<Tree> {
    const input = join(folder, `${name}.m2ts`);
    const bytes: Buffer[] = [];
    for (const [i, { size, seconds, offset }] of parts.entries()) {
      const flags = i === 1 && announced ? ["-mpegts_flags", "+initial_discontinuity"] : [];
      const path = partPath(name, i);
      // ffmpeg moves timestamps near zero but leaves later ones as they are.
      const place = ["-output_ts_offset", `${10 + offset}`, ...flags];
      await encodeTransportStream(path, [...pictures(size, "25", seconds), ...h264(50), ...place]);
      bytes.push(readFileSync(path));
    }
    writeFileSync(input, Buffer.concat(bytes));
    const outcome = await packager("package", input, "--out", join(folder, name), "--damaged", "keep");
    expect(outcome).toMatchObject({ code: 0 });
    return readTree(join(folder, name));
  }

  const partPath = (name: string, part: number): string => join(folder, `${name}.${part}.m2ts`);

  /** The digests of the pictures of these segments, decoded after their init segment. */
  async function decode(track: TreeTrack, init: string, from: number, to: number): Promise<readonly string[]> {
    const file = join(folder, "decoded.mp4");
    writeFileSync(file, joined(track, init, track.segments.slice(from, to)));
    return pictureDigests(file, "v:0");
  }

  test.for<[name: string, offset: number, announced: boolean]>([
    ["timestamps that go on, announced", 4, true],
    ["timestamps that go on, not announced", 4, false],
    ["timestamps that jump, announced", 104, true],
    ["timestamps that jump, not announced", 104, false],
    ["timestamps that jump back, announced", -8, true],
  ])(
    "with another picture size and %s: a new init segment, and no picture is lost",
    async ([name, offset, announced]) => {
      const first = { size: "320x180", seconds: 4, offset: 0 };
      const tree = await packageJoined(name, [first, { size: "480x270", seconds: 4, offset }], announced);
      const track = tree.tracks[0]!;
      expect(track.segments.map(({ fragment }) => fragment.samples.length)).toEqual([50, 50, 50, 50]);
      expect(track.segments.flatMap(({ fragment }) => fragment.faults)).toEqual([]);
      expect(track.segments.map(({ fragment }) => fragment.baseMediaDecodeTime)).toEqual([
        0, 180_000, 360_000, 540_000,
      ]);
      expect(track.playlist.segments.some(({ discontinuity }) => discontinuity)).toBe(false);
      const inits = track.playlist.segments.map(({ map }) => map.uri!);
      expect([inits[1], inits[3]]).toEqual([inits[0], inits[2]]);
      expect(new Set(inits)).toEqual(new Set(track.inits));
      expect(track.inits).toHaveLength(2);
      expect(tree.mpd.periods.map(({ representations }) => representations[0]!.initialization)).toEqual([
        `v1/${inits[0]}`,
        `v1/${inits[2]}`,
      ]);
      // Each part by itself: ffmpeg's own HLS reader does not take a second init segment.
      expect(await decode(track, inits[0]!, 0, 2)).toEqual(await pictureDigests(partPath(name, 0), "v:0"));
      expect(await decode(track, inits[2]!, 2, 4)).toEqual(await pictureDigests(partPath(name, 1), "v:0"));
      if (!noSchema) expect(await validateMpd(join(tree.folder, "manifest.mpd"))).toMatchObject({ code: 0 });
    },
  );

  test("with the same pictures: the same init segment", async () => {
    const part = { size: "320x180", seconds: 4, offset: 0 };
    const { tracks } = await packageJoined("same", [part, { ...part, offset: 104 }], true);
    expect(tracks[0]!.inits).toHaveLength(1);
    expect(tracks[0]!.segments.map(({ fragment }) => fragment.samples.length)).toEqual([50, 50, 50, 50]);
    expect(tracks[0]!.playlist.segments.some(({ discontinuity }) => discontinuity)).toBe(false);
  });

  // Cuts move towards I-frames that come too late by what rounding of the target duration leaves, at no loss; pictures of
  // another size cannot go on in the old segment, and start anew at the first I-frame of a cell.
  test.for<[name: string, size: string, seconds: number, offset: number, settled: number]>([
    ["and the same pictures, 4.6 s after the start", "320x180", 4.6, 4.6, 4],
    ["and another picture size, 4.6 s after the start", "480x270", 4.6, 4.6, 4],
    ["and the same pictures, two pictures too early", "320x180", 4, 3.92, 10],
    ["and another picture size, two pictures too early", "480x270", 4, 3.92, 4],
  ])(
    "with GOPs elsewhere on the grid %s: soon each segment starts with a key picture again",
    async ([name, size, seconds, offset, settled]) => {
      const first = { size: "320x180", seconds, offset: 0 };
      const { tracks } = await packageJoined(name, [first, { size, seconds: 18, offset }], true);
      const { segments, ledger } = tracks[0]!;
      expect(segments.flatMap(({ fragment }) => fragment.faults)).toEqual([]);
      const late = ledger.filter(({ start }) => Date.parse(start) >= (seconds + settled) * 1000);
      expect(late.length).toBeGreaterThanOrEqual(3);
      expect(late.every(({ quality }) => quality.independent)).toBe(true);
      // Of the second part's nine GOPs one may go while the cuts find their place.
      const received = segments.reduce((sum, { fragment }) => sum + fragment.samples.length, 0);
      expect(received).toBeGreaterThanOrEqual(seconds * 25 + 400);
    },
  );
});
