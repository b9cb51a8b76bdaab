import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkEncoder, type InputView } from "../../src/encoder/check-encoder.ts";
import { type EncoderCheckName, encoderCheckNames } from "../../src/encoder/encoder-check.ts";
import type { AudioEncoding, EncoderReport, VideoEncoding } from "../../src/encoder/encoder-report.ts";
import { PROJECT } from "../support/packager.ts";

type Gop = NonNullable<VideoEncoding["gop"]>;

const gop: Gop = {
  pictures: { min: 50, max: 50 },
  seconds: { min: 2, max: 2 },
  isFixed: true,
  dividesSegment: true,
};
const video: VideoEncoding = {
  track: "v1",
  codec: "h264",
  pictureRate: { num: 25, den: 1 },
  isConstant: true,
  gop,
  isClosed: true,
  afterLineSeconds: { min: 0, max: 0 },
  missing: 0,
  scoredShare: 1,
};
const sound: AudioEncoding = { track: "a1", codec: "mp4a.40.2", sampleRate: 48_000, channels: 2 };
const report: EncoderReport = { video: [video], audio: [sound], pcrIntervalMs: 40, newestSeconds: 60, transport: [] };
const input: InputView = {
  state: "receiving",
  timecode: { state: "locked", source: "smpte", errorPictures: 0, driftPpm: 0.3 },
  wantsTimecode: true,
  segmentSeconds: 2,
  srt: { rttMs: 25, latencyMs: 200, dropped: 0 },
};

/** The lines on one thing, each as `verdict: what was seen`. */
function lines(check: EncoderCheckName, seen: Partial<EncoderReport>, of: Partial<InputView> = {}): readonly string[] {
  return checkEncoder({ ...report, ...seen }, { ...input, ...of })
    .filter((one) => one.check === check)
    .map(({ verdict, seen, tracks }) => `${tracks === undefined ? "" : `${tracks.join(" ")} `}${verdict}: ${seen}`);
}

/** A video track that differs from the good one in this. */
function withVideo(fields: Partial<VideoEncoding>): Partial<EncoderReport> {
  return { video: [{ ...video, ...fields }] };
}

/** A video track of which this is not known. */
function without(name: keyof VideoEncoding): Partial<EncoderReport> {
  const { [name]: _, ...rest } = video;
  return { video: [rest as VideoEncoding] };
}

test("an encoder that is set well has nothing but ok, a line for each thing, in their order", () => {
  const checks = checkEncoder(report, input);
  expect(checks.map(({ check }) => check)).toEqual(encoderCheckNames);
  expect(checks.filter(({ verdict }) => verdict !== "ok")).toEqual([]);
});

test("of an input from which nothing comes nothing else is said", () => {
  const of = (state: InputView["state"]) => checkEncoder(report, { ...input, state });
  expect(of("connecting")).toEqual([{ check: "input", verdict: "unknown", seen: "nothing has come yet" }]);
  expect(of("lost")).toEqual([{ check: "input", verdict: "wrong", seen: "nothing comes" }]);
});

test("an input that is not SRT has no SRT latency", () => {
  const { srt: _, ...udp } = input;
  expect(checkEncoder(report, udp).map(({ check }) => check)).not.toContain("srt-latency");
});

describe("timecode", () => {
  test.for<[timecode: InputView["timecode"], expected: string]>([
    [{ state: "locked", source: "smpte", errorPictures: 0, driftPpm: 0.3 }, "ok: SMPTE, locked, drift 0.3 ppm"],
    [{ state: "locked", source: "misb" }, "ok: MISB, locked"],
    [{ state: "locked", source: "smpte", driftPpm: -80 }, "attention: SMPTE, locked, drift -80 ppm"],
    [{ state: "locked", source: "smpte", errorPictures: -2 }, "attention: SMPTE, locked, moved by -2 pictures"],
    [
      { state: "locked", source: "smpte", reason: "by the clock of another input" },
      "ok: SMPTE, locked, by the clock of another input",
    ],
    [{ state: "holdover", source: "smpte", reason: "none comes" }, "wrong: SMPTE, in holdover: none comes"],
    [
      { state: "unlocked", source: "none", reason: "no timecode comes" },
      "attention: the time is that of arrival: no timecode comes",
    ],
    [{ state: "waiting", source: "none" }, "unknown: no picture yet"],
    [{ state: "waiting", source: "none", reason: "too far off" }, "wrong: waiting: too far off"],
  ])("%j", ([timecode, expected]) => {
    expect(lines("timecode", {}, { timecode })).toEqual([expected]);
  });

  test("that is not to be used is not missed", () => {
    const timecode = { state: "unlocked", source: "none" } as const;
    expect(lines("timecode", {}, { timecode, wantsTimecode: false })).toEqual(["ok: not used, as configured"]);
  });
});

describe("GOP length", () => {
  test.for<[fields: Partial<Gop>, expected: string]>([
    [{}, "ok: 2 s (50 pictures), divides 2 s"],
    [{ pictures: { min: 25, max: 25 }, seconds: { min: 1, max: 1 } }, "ok: 1 s (25 pictures), divides 2 s"],
    [
      { pictures: { min: 40, max: 40 }, seconds: { min: 1.6, max: 1.6 }, dividesSegment: false },
      "wrong: 1.6 s (40 pictures), does not divide 2 s",
    ],
    // The grid has been lengthened to it, so that it divides what segments have become.
    [
      { pictures: { min: 100, max: 100 }, seconds: { min: 4, max: 4 } },
      "wrong: 4 s (100 pictures), longer than a segment of 2 s",
    ],
    [
      { pictures: { min: 13, max: 50 }, seconds: { min: 0.52, max: 2 }, isFixed: false, dividesSegment: false },
      "attention: 0.52 to 2 s, not fixed",
    ],
    [
      { pictures: { min: 13, max: 250 }, seconds: { min: 0.52, max: 10 }, isFixed: false, dividesSegment: false },
      "wrong: 0.52 to 10 s, not fixed, longer than a segment of 2 s",
    ],
  ])("%j", ([fields, expected]) => {
    expect(lines("gop-length", withVideo({ gop: { ...gop, ...fields } }))).toEqual([`v1 ${expected}`]);
  });

  test("is not known before two GOPs", () => {
    expect(lines("gop-length", without("gop"))).toEqual(["v1 unknown: no two whole GOPs yet"]);
  });
});

test("open GOPs", () => {
  expect(lines("closed-gop", withVideo({ isClosed: false }))).toEqual([
    "v1 wrong: open: pictures refer to the GOP before, browsers cannot start there",
  ]);
  expect(lines("closed-gop", withVideo({ isClosed: false, codec: "h265" }))).toEqual([
    "v1 attention: open: pictures refer to the GOP before",
  ]);
  expect(lines("closed-gop", without("isClosed"))).toEqual(["v1 unknown: no I-frame to start at yet"]);
});

describe("I-frames on the grid", () => {
  test.for<[after: { min: number; max: number }, expected: string]>([
    [{ min: 0, max: 0 }, "ok: an I-frame on each line"],
    [{ min: -0.08, max: -0.08 }, "ok: an I-frame at each line, 80 ms before the line"],
    [{ min: 0.4, max: 0.4 }, "attention: I-frames 400 ms after the line"],
    [{ min: -0.04, max: 1.2 }, "attention: I-frames 40 ms before the line to 1200 ms after the line"],
  ])("%j", ([afterLineSeconds, expected]) => {
    expect(lines("grid", withVideo({ afterLineSeconds }))).toEqual([`v1 ${expected}`]);
  });

  test("are not asked for where no timecode says where its lines are", () => {
    const timecode = { state: "unlocked", source: "none" } as const;
    const seen = withVideo({ afterLineSeconds: { min: 0, max: 0 } });
    expect(lines("grid", seen, { timecode })).toEqual(["v1 unknown: no timecode says where its lines are"]);
    expect(lines("grid", without("afterLineSeconds"))).toEqual(["v1 unknown: no segment seen from its beginning yet"]);
  });
});

describe("picture rate", () => {
  const lossy = [{ code: "continuity", events: 3 }] as const;
  test.for<[fields: Partial<VideoEncoding>, transport: EncoderReport["transport"], expected: string]>([
    [{}, [], "ok: 25 a second, constant"],
    [{ pictureRate: { num: 30_000, den: 1001 } }, [], "ok: 29.97 a second, constant"],
    [{ isConstant: false }, [], "wrong: not constant, about 25 a second"],
    [{ missing: 3 }, [], "attention: 25 a second, but 3 did not come though no packet is missing"],
    [{ missing: 3 }, lossy, "ok: 25 a second, constant"],
  ])("%j, %j", ([fields, transport, expected]) => {
    expect(lines("picture-rate", { ...withVideo(fields), transport })).toEqual([`v1 ${expected}`]);
  });
});

test.for<[share: number, expected: string]>([
  [1, "ok: on every picture"],
  [0.9999, "attention: on 99 % of the pictures"],
  [0.0001, "attention: on 1 % of the pictures"],
  [0, "attention: on no picture"],
])("scores on %d of the pictures", ([scoredShare, expected]) => {
  expect(lines("scores", withVideo({ scoredShare }))).toEqual([`v1 ${expected}`]);
});

test("sound at another rate than 48 kHz", () => {
  expect(lines("sound", {})).toEqual(["a1 ok: mp4a.40.2, 48 kHz, stereo"]);
  const audio = [{ ...sound, sampleRate: 44_100, channels: 6 }];
  expect(lines("sound", { audio })).toEqual(["a1 attention: mp4a.40.2, 44.1 kHz, 6 channels"]);
  expect(lines("sound", { audio: [] })).toEqual([]);
});

test("PCRs too far apart", () => {
  expect(lines("pcr", { pcrIntervalMs: 100 })).toEqual(["ok: every 100 ms, or more often"]);
  expect(lines("pcr", { pcrIntervalMs: 100.1 })).toEqual(["attention: every 100.1 ms, or more often"]);
});

test.for<[transport: EncoderReport["transport"], expected: string]>([
  [[], "ok: no transport errors in the newest 60 s"],
  [[{ code: "pcr-accuracy", events: 2 }], "attention: 2 pcr-accuracy in the newest 60 s"],
  [
    [
      { code: "pat-interval", events: 1 },
      { code: "continuity", events: 4 },
    ],
    "wrong: 1 pat-interval, 4 continuity in the newest 60 s",
  ],
])("loss: %j", ([transport, expected]) => {
  expect(lines("loss", { transport })).toEqual([expected]);
  expect(lines("loss", { transport, newestSeconds: 0 })).toEqual(["unknown: no segment yet"]);
});

test.for<[srt: NonNullable<InputView["srt"]>, expected: string]>([
  [{ rttMs: 25.04, latencyMs: 200, dropped: 0 }, "ok: 200 ms, round trip 25 ms"],
  [{ rttMs: 0.04, latencyMs: 120, dropped: 0 }, "ok: 120 ms, round trip under 0.1 ms"],
  [{ rttMs: 80, latencyMs: 120, dropped: 0 }, "attention: 120 ms, round trip 80 ms"],
  [{ rttMs: 20, latencyMs: 120, dropped: 7 }, "ok: 120 ms, round trip 20 ms, 7 packets came too late since the start"],
  [{ dropped: 0 }, "unknown: no report of the connection yet"],
])("SRT latency: %j", ([srt, expected]) => {
  expect(lines("srt-latency", {}, { srt })).toEqual([expected]);
});

test("tracks of which the same was seen share a line, others have their own", () => {
  const tracks = [video, { ...video, track: "v2", isClosed: false }, { ...video, track: "v3" }];
  expect(lines("closed-gop", { video: tracks })).toEqual([
    "v1 v3 ok: closed, each starts with an IDR picture",
    "v2 wrong: open: pictures refer to the GOP before, browsers cannot start there",
  ]);
});

test("docs/encoders.md has a section for each thing that is looked at, in their order", () => {
  const text = readFileSync(join(PROJECT, "docs/encoders.md"), "utf8");
  const sections = Array.from(text.matchAll(/^### `(.+)`$/gm), ([, name]) => name);
  expect(sections).toEqual([...encoderCheckNames]);
});
