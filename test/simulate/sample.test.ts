import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { DEFAULT_SAMPLE, DEFAULT_SAMPLE_30 } from "../../src/simulate/default-sample.ts";
import { readSample } from "../../src/simulate/sample.ts";
import { ffprobe } from "./ffprobe.ts";

const folder = mkdtempSync(join(tmpdir(), "sample-"));
afterAll(() => rmSync(folder, { recursive: true }));

const GROUPS = "keyint=24:min-keyint=24:scenecut=0";
const VIDEO = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=25:duration=1.92"];
const NTSC_VIDEO = ["-f", "lavfi", "-i", "testsrc2=size=64x64:rate=30000/1001:duration=1.6016"];
const SHORT_AUDIO = ["-f", "lavfi", "-i", "sine=sample_rate=48000:duration=1.2"];
const AUDIO = ["-f", "lavfi", "-i", "sine=sample_rate=48000:duration=2.2"];

function encode(...options: string[]): Uint8Array {
  const file = join(folder, "encoded.m2ts");
  const output = ["-f", "mpegts", "-mpegts_m2ts_mode", "0", file];
  execFileSync("ffmpeg", ["-v", "error", "-y", ...options, ...output]);
  return readFileSync(file);
}

const x264 = (parameters: string): string[] => ["-c:v", "libx264", "-preset", "ultrafast", "-x264-params", parameters];

describe.for([
  ["25", DEFAULT_SAMPLE, { pictures: 192, group: 48, frames: 360, languages: ["eng", "deu"], bytes: 2.9e6 }],
  ["30", DEFAULT_SAMPLE_30, { pictures: 240, group: 60, frames: 375, languages: ["eng"], bytes: 1.5e6 }],
] as const)("the project's sample of %s pictures a second", ([, file, expected]) => {
  const sample = readSample(readFileSync(file), file);

  test("has what ffprobe sees in it", () => {
    const { streams } = ffprobe(file, "-count_packets", "-show_entries", "stream=codec_name,nb_read_packets");
    expect(streams.map((stream: { codec_name: string }) => stream.codec_name)).toEqual([
      ...["h264", "h264", "h264"],
      ...expected.languages.map(() => "aac"),
    ]);
    expect(sample.videos.map(({ pictures }) => pictures.length)).toEqual(Array(3).fill(expected.pictures));
    expect(streams.slice(0, 3).map((stream: { nb_read_packets: string }) => stream.nb_read_packets)).toEqual(
      Array(3).fill(String(expected.pictures)),
    );
  });

  test("closes: as many audio frames as last as long as the pictures", () => {
    expect(sample.audios.map(({ frames, language }) => [frames.length, language])).toEqual(
      expected.languages.map((language) => [expected.frames, language]),
    );
    for (const video of sample.videos) {
      expect(video.pictures.flatMap(({ randomAccess }, i) => (randomAccess ? [i] : []))).toEqual(
        [0, 1, 2, 3].map((group) => group * expected.group),
      );
      expect(video.reorder).toBe(1);
    }
  });

  test("is small enough for a repository", () => {
    expect(readFileSync(file).length).toBeLessThan(expected.bytes);
  });
});

test("a sample without audio is one", () => {
  const { videos, audios } = readSample(encode(...VIDEO, ...x264(`${GROUPS}:pic-struct=1`)), "x");
  expect(videos.map(({ pictures }) => pictures.length)).toEqual([48]);
  expect(audios).toEqual([]);
});

test("a sample may have a fractional rate", () => {
  const { videos } = readSample(encode(...NTSC_VIDEO, ...x264(`${GROUPS}:pic-struct=1`)), "x");
  expect(videos.map(({ span }) => span.rate)).toEqual([{ num: 30_000, den: 1001 }]);
});

test("what comes before the first IDR picture is left out", () => {
  const whole = encode(...VIDEO, ...x264(`${GROUPS}:pic-struct=1`));
  // The PES packet of the first picture is the first on its PID: without its first packet it cannot be read.
  const first = Array.from({ length: whole.length / 188 }, (_, i) => i).find(
    (i) => (whole[i * 188 + 1]! & 0x1f) === 1,
  )!;
  const cut = Buffer.concat([whole.subarray(0, first * 188), whole.subarray((first + 1) * 188)]);
  expect(readSample(cut, "x").videos.map(({ pictures }) => pictures.length)).toEqual([24]);
});

test.for<readonly [string, () => Uint8Array, string]>([
  ["bytes that are no transport stream", () => new Uint8Array(5000), "it has no programme"],
  ["audio alone", () => encode(...AUDIO, "-c:a", "aac"), "it has no video"],
  ["pictures without room for timecodes", () => encode(...VIDEO, ...x264(GROUPS)), "no room for timecodes"],
  [
    "H.265",
    () => encode(...VIDEO, "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"),
    "a video track is h265",
  ],
  [
    "audio that is not AAC",
    () => encode(...VIDEO, ...AUDIO, ...x264(`${GROUPS}:pic-struct=1`), "-c:a", "ac3"),
    "an audio track has ac3",
  ],
  [
    "audio that ends early",
    () => encode(...VIDEO, ...SHORT_AUDIO, ...x264(`${GROUPS}:pic-struct=1`), "-c:a", "aac"),
    "does not last as long",
  ],
  [
    "a length that is no whole number of audio frames",
    () => encode(...VIDEO, ...AUDIO, ...x264(`${GROUPS}:pic-struct=1`), "-frames:v", "30", "-c:a", "aac"),
    "56.25 audio frames",
  ],
  [
    "a length at 29.97 pictures a second that is no whole number of audio frames",
    () => encode(...NTSC_VIDEO, ...AUDIO, ...x264(`${GROUPS}:pic-struct=1`), "-c:a", "aac"),
    "audio frames",
  ],
])("%s cannot be looped, and the message says why", ([, make, reason]) => {
  expect(() => readSample(make(), "some.m2ts")).toThrow(
    expect.objectContaining({ name: "ConfigError", message: expect.stringContaining(reason) }),
  );
});

test("a picture lost inside cannot be looped", () => {
  const bytes = new Uint8Array(readFileSync(DEFAULT_SAMPLE));
  const middle = Math.floor(bytes.length / 188 / 2) * 188;
  const damaged = Buffer.concat([bytes.subarray(0, middle), bytes.subarray(middle + 188 * 40)]);
  expect(() => readSample(damaged, "x")).toThrow(expect.objectContaining({ name: "ConfigError" }));
});
