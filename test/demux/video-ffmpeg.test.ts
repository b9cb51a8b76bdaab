import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { VideoAccessUnit } from "../../src/demux/access-unit.ts";
import { VideoAssembler } from "../../src/demux/video-assembler.ts";
import type { Ticks } from "../../src/time/units.ts";
import { ffmpeg, runQuietly } from "../support/run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { encodeTransportStream, pictures } from "../support/test-sources.ts";
import { removeDelimiters } from "../support/transport-packets.ts";
import { codes, demux, sortEvents } from "./video-streams.ts";

const folder = temporaryFolder();

/** Times of the pictures in decoding order. */
async function probe(path: string): Promise<readonly { pts: number; dts: number; key: boolean }[]> {
  const entries = ["-select_streams", "v", "-show_entries", "packet=pts,dts,flags", "-of", "json"];
  const text = await runQuietly("ffprobe", ["-v", "error", "-correct_ts_overflow", "0", ...entries, path]);
  const { packets } = JSON.parse(text) as { packets: { pts: number; dts: number; flags: string }[] };
  return packets.map(({ pts, dts, flags }) => ({ pts, dts, key: flags.startsWith("K") }));
}

/** Digests of the samples that ffmpeg itself makes of the pictures, without what a sample leaves out. */
async function sampleDigests(path: string, codec: string): Promise<readonly string[]> {
  const types = codec === "h264" ? "7-9|12" : "32-35|38";
  const copy = `${path}.mp4`;
  await ffmpeg("-i", path, "-c", "copy", "-bsf:v", `filter_units=remove_types=${types}`, copy);
  const entries = ["-show_data_hash", "md5", "-show_entries", "packet=data_hash", "-of", "csv=p=0", copy];
  const text = await runQuietly("ffprobe", ["-v", "error", ...entries]);
  return text.split("\n").flatMap((line) => line.match(/[0-9a-f]{32}/g) ?? []);
}

const digest = ({ sample }: VideoAccessUnit): string => createHash("md5").update(sample).digest("hex");

const base = ["-preset", "ultrafast", "-pix_fmt", "yuv420p"];
const x264 = (parameters: string): string[] => ["-c:v", "libx264", ...base, "-x264-params", parameters];
const x265 = (parameters: string): string[] => [
  "-c:v",
  "libx265",
  ...base,
  "-x265-params",
  `log-level=error:${parameters}`,
];

const streams: [string, string, string, string[]][] = [
  ["H.264 with B-pictures", "h264", "25", x264("keyint=12:bframes=3:b-adapt=0:scenecut=0")],
  ["H.264 in four slices", "h264", "50", x264("keyint=25:slices=4:bframes=2:b-adapt=0")],
  ["H.264 interlaced", "h264", "25", [...x264("keyint=12:interlaced=1:tff=1"), "-flags", "+ildct+ilme"]],
  ["H.264 at 59.94", "h264", "60000/1001", x264("keyint=30:bframes=2:b-adapt=0:b-pyramid=strict")],
  ["H.265 with B-pictures", "h265", "25", x265("keyint=12:bframes=3:b-adapt=0:open-gop=1")],
  ["H.265 in slices", "h265", "30000/1001", x265("keyint=15:slices=3:bframes=0:repeat-headers=1")],
];

describe("what ffmpeg encodes comes out as ffprobe sees it", () => {
  test.for(streams)("%s", async ([name, codec, rate, parameters]) => {
    const path = join(folder, `${name.replaceAll(/\W/g, "-")}.m2ts`);
    await encodeTransportStream(path, [...pictures("320x240", rate, 2), ...parameters]);
    const expected = await probe(path);
    const bytes = new Uint8Array(readFileSync(path));
    expect(expected.length).toBeGreaterThan(40);
    for (const stream of [bytes, removeDelimiters(bytes)]) {
      const { units, problems } = demux(stream);
      expect(problems).toEqual([]);
      expect(units.map(({ pts, dts, randomAccess }) => ({ pts, dts, key: randomAccess !== undefined }))).toEqual(
        expected,
      );
      expect(new Set(units.map(({ configuration }) => configuration)).size).toBe(1);
      expect(units[0]!.configuration).toMatchObject({ codec, width: 320, height: 240 });
    }
    expect(demux(bytes).units.map(digest)).toEqual(await sampleDigests(path, codec));
  });

  test("however the elementary stream is cut into PES packets", async () => {
    const path = join(folder, "bare.h264");
    const parameters = [...pictures("320x240", "25", 2), ...x264("keyint=12:slices=4:bframes=0:aud=0")];
    await ffmpeg(...parameters, "-bsf:v", "h264_metadata=aud=remove", "-f", "h264", path);
    const stream = new Uint8Array(readFileSync(path));
    const found = [stream.length, 20_000, 997, 184, 31].map((size) => {
      const assembler = new VideoAssembler(0x100, "h264");
      const events = [];
      for (let at = 0; at < stream.length; at += size) {
        const pts = at === 0 ? (0 as Ticks) : undefined;
        const payload = stream.slice(at, at + size);
        events.push(...assembler.push({ pts, dts: pts, payload, gapBefore: false, truncated: false }));
      }
      return sortEvents([...events, ...assembler.flush()]);
    });
    for (const { units, problems } of found) {
      expect(units).toHaveLength(50);
      expect(units.map(({ sample }) => Buffer.from(sample).toString("hex"))).toEqual(
        found[0]!.units.map(({ sample }) => Buffer.from(sample).toString("hex")),
      );
      expect(units.map(({ dts }) => dts)).toEqual(Array.from({ length: 50 }, (_, i) => i * 3600));
      expect(new Set(codes(problems))).toEqual(new Set(["timestamp-missing"]));
    }
  });

  test("joined anywhere: the first picture is an IDR with its own time", async () => {
    const path = join(folder, "joined.m2ts");
    await encodeTransportStream(path, [
      ...pictures("320x240", "25", 2),
      ...x264("keyint=12:bframes=2:b-adapt=0:scenecut=0"),
    ]);
    const bytes = new Uint8Array(readFileSync(path));
    const expected = await probe(path);
    for (let from = 1000; from < bytes.length / 2; from += 17_777) {
      for (const stream of [bytes, removeDelimiters(bytes)]) {
        const { units } = demux(stream.subarray(from));
        const times = units.map(({ pts, dts, randomAccess }) => ({ pts, dts, key: randomAccess !== undefined }));
        expect(times[0]!.key).toBe(true);
        expect(times).toEqual(expected.slice(expected.length - times.length));
      }
    }
  });
});
