import { beforeAll, describe, expect, test } from "vitest";
import type { InspectionReport } from "../../src/inspect/report.ts";
import { ffmpeg, ffprobe, inspect } from "./streams.ts";

const pictures = (rate: string, seconds: number): readonly string[] => [
  "-f",
  "lavfi",
  "-i",
  `testsrc2=size=320x180:rate=${rate}:duration=${seconds}`,
];
const tone = (seconds: number, channels = "stereo"): readonly string[] => [
  "-f",
  "lavfi",
  "-i",
  `sine=frequency=440:sample_rate=48000:duration=${seconds},aformat=channel_layouts=${channels}`,
];

type Encoding = {
  readonly name: string;
  readonly options: readonly string[];
  readonly profile: string;
  readonly rate: readonly [number, number];
  readonly gop: number;
  readonly kinds: object;
  readonly fitting: readonly number[];
};

const encodings: readonly Encoding[] = [
  {
    name: "H.264 at 29.97 with B pictures in a pyramid",
    options: [...pictures("30000/1001", 7), "-c:v", "libx264", "-g", "60", "-bf", "3", "-sc_threshold", "0"],
    profile: "High",
    rate: [30_000, 1001],
    gop: 60,
    kinds: { idr: 4 },
    fitting: [2, 4, 6, 8, 10],
  },
  {
    name: "H.264 at 50 without B pictures",
    options: [
      ...pictures("50", 5),
      "-c:v",
      "libx264",
      "-pix_fmt",
      "yuv420p",
      "-g",
      "96",
      "-bf",
      "0",
      "-profile:v",
      "baseline",
    ],
    profile: "Constrained Baseline",
    rate: [50, 1],
    gop: 96,
    kinds: { idr: 3 },
    fitting: [1.92, 3.84],
  },
  {
    name: "H.264 with open GOPs",
    options: [
      ...[...pictures("25", 5), "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "25", "-bf", "2"],
      ...["-sc_threshold", "0", "-x264-params", "open-gop=1"],
    ],
    profile: "High",
    rate: [25, 1],
    gop: 25,
    kinds: { idr: 1, "recovery-point": 4 },
    fitting: [1, 2, 3, 4, 5, 6, 8, 10],
  },
  {
    name: "H.265 at 24 with 10 bits",
    options: [
      ...[...pictures("24", 6), "-c:v", "libx265", "-pix_fmt", "yuv420p10le"],
      ...["-x265-params", "log-level=none:keyint=48:min-keyint=48:scenecut=0:open-gop=0"],
    ],
    profile: "Main 10",
    rate: [24, 1],
    gop: 48,
    kinds: { idr: 3 },
    fitting: [2, 4, 6, 8, 10],
  },
];

describe.for(encodings)("$name", ({ options, profile, rate: [num, den], gop, kinds, fitting }) => {
  let stream: Uint8Array;
  let report: InspectionReport;

  beforeAll(() => {
    stream = ffmpeg(...options);
    report = inspect(stream);
  }, 60_000);

  test("has the pictures, times and depth that ffprobe finds", () => {
    const [video] = report.video;
    const packets = ffprobe(stream, "v:0", "packet=pts,dts").map((line) => line.split(",").map(Number));
    const times = packets.map(([pts]) => pts!).sort((a, b) => a - b);
    expect(video).toMatchObject({
      pictures: packets.length,
      damaged: 0,
      jumps: 0,
      misplaced: 0,
      pts: { first: times[0], last: times.at(-1), wraps: 0 },
      dts: { first: packets[0]![1], last: packets.at(-1)![1], wraps: 0 },
    });
    expect(video!.presentationDelayMs).toBeCloseTo(Math.max(...packets.map(([pts, dts]) => pts! - dts!)) / 90, 1);
    const overtaken = packets.map(([pts], i) => packets.slice(0, i).filter(([before]) => before! > pts!).length);
    expect(video!.reorderDepth).toBe(Math.max(...overtaken));
    expect(video!.durationSeconds).toBeCloseTo((packets.length * den) / num, 2);
    expect(report.problems).toEqual([]);
  });

  test("has the format and rate it was encoded with", () => {
    expect(report.video[0]).toMatchObject({
      format: {
        profile,
        width: 320,
        height: 180,
        pixelAspectRatio: { num: 1, den: 1 },
        declaredPictureRate: { num, den },
      },
      pictureRate: { rate: { num, den }, regular: true, unevenSteps: 0 },
      formatChanges: 0,
    });
  });

  test("has the random access points it was encoded with", () => {
    expect(report.video[0]?.randomAccess).toMatchObject({
      kinds,
      gopPictures: { min: gop, median: gop, max: gop },
      fittingSegments: fitting,
    });
    expect(report.video[0]?.randomAccess.advice).toBeUndefined();
  });

  test("has a bit rate near that of its packets", () => {
    const bytes = ffprobe(stream, "v:0", "packet=size").reduce((sum, size) => sum + Number.parseInt(size, 10), 0);
    const { bitsPerSecond = 0, peakBitsPerSecond = 0, durationSeconds = 1 } = report.video[0]!;
    const expected = (bytes * 8) / durationSeconds;
    expect(bitsPerSecond).toBeLessThan(expected);
    expect(bitsPerSecond).toBeGreaterThan(expected * 0.9);
    expect(peakBitsPerSecond).toBeGreaterThanOrEqual(bitsPerSecond);
  });
});

describe("two programmes, one with AC-3 and what cannot be packaged", () => {
  let stream: Uint8Array;

  beforeAll(() => {
    stream = ffmpeg(
      ...[...pictures("25", 2), ...tone(2), ...tone(2, "5.1")],
      ...["-map", "1:a", "-map", "1:a", "-map", "0:v", "-map", "2:a", "-map", "0:v"],
      ...["-c:a:0", "mp2", "-c:a:1", "aac", "-c:v:0", "libx264", "-c:a:2", "ac3", "-c:v:1", "mpeg2video"],
      ...["-pix_fmt", "yuv420p", "-metadata:s:a:0", "language=fra", "-metadata:s:a:1", "language=deu"],
      ...["-metadata:s:a:2", "language=eng", "-muxrate", "4M"],
      ...["-program", "program_num=10:st=0:st=1", "-program", "program_num=20:st=2:st=3:st=4"],
    );
  }, 60_000);

  test("both are listed with all of their streams, and the first with video is chosen", () => {
    const { programs, video, audio, problems, container } = inspect(stream);
    expect(programs).toMatchObject([
      {
        number: 10,
        chosen: false,
        pmtPid: 0x1000,
        streams: [
          { pid: 0x100, streamType: 3, name: "MPEG-1 audio", language: "fra" },
          { pid: 0x101, streamType: 15, name: "AAC (ADTS)", codec: "aac", language: "deu" },
        ],
      },
      {
        number: 20,
        chosen: true,
        pmtPid: 0x1001,
        streams: [
          { pid: 0x102, streamType: 27, name: "H.264", codec: "h264" },
          { pid: 0x103, streamType: 129, name: "AC-3", codec: "ac3", language: "eng" },
          { pid: 0x104, streamType: 2, name: "MPEG-2 video" },
        ],
      },
    ]);
    expect(programs[0]!.streams![0]).not.toHaveProperty("codec");
    expect(video.map(({ pid }) => pid)).toEqual([0x102]);
    expect(audio).toMatchObject([
      { pid: 0x103, language: "eng", format: { name: "AC-3", codecString: "ac-3", channels: 6, sampleRate: 48_000 } },
    ]);
    expect(problems).toMatchObject([{ code: "stream-unsupported", pids: [0x104], firstDetail: "stream_type 0x2" }]);
    const packets = stream.length / 188;
    expect(container).toMatchObject({ bytes: stream.length, packets, packetBytes: 188 });
    expect(container.nullPackets / packets).toBeGreaterThan(0.2);
  });

  test("the other is inspected when it is asked for", () => {
    const { programs, video, audio } = inspect(stream, { program: 10 });
    expect(programs.map(({ chosen }) => chosen)).toEqual([true, false]);
    expect(video).toEqual([]);
    expect(audio).toMatchObject([{ pid: 0x101, language: "deu", format: { name: "AAC-LC" }, gaps: 0, overlaps: 0 }]);
    expect(audio[0]).not.toHaveProperty("startAfterVideoMs");
  });

  test("one that is not there is a problem", () => {
    const report = inspect(stream, { program: 30 });
    expect(report).toMatchObject({ video: [], audio: [], problems: [{ code: "program-missing" }] });
    expect(report.programs).toHaveLength(2);
  });
});

describe("sound and pictures", () => {
  test("that start apart say by how much", { timeout: 60_000 }, () => {
    const options = [
      ...pictures("25", 2),
      "-itsoffset",
      "0.5",
      ...tone(2),
      "-c:v",
      "libx264",
      "-bf",
      "0",
      "-c:a",
      "aac",
    ];
    const report = inspect(ffmpeg(...options));
    // The encoder's first frame is one of priming.
    expect(report.audio[0]!.startAfterVideoMs).toBeCloseTo(500 - 1024 / 48, 0);
    const [audio, video] = [report.audio[0]!, report.video[0]!];
    expect(audio.startAfterVideoMs).toBeCloseTo((audio.pts!.first - video.pts!.first) / 90, 1);
  });

  test("a hole in the sound is a gap of its length", { timeout: 60_000 }, () => {
    const options = [...tone(3), "-c:a", "aac", "-bsf:a", "noise=drop='between(n,50,59)'"];
    const report = inspect(ffmpeg(...options));
    expect(report.audio[0]).toMatchObject({ gaps: 1, overlaps: 0, jumps: 0 });
    expect(report.audio[0]!.gapMs).toBeCloseTo((10 * 1024) / 48, 0);
    expect(report.problems).toMatchObject([
      { code: "audio-gap", count: 1 },
      { code: "pcr-discontinuity", count: 1 },
    ]);
  });
});
