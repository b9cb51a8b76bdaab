import { beforeAll, describe, expect, test } from "vitest";
import type { VideoAccessUnit } from "../../src/demux/access-unit.ts";
import type { VideoReport } from "../../src/inspect/video-report.ts";
import { CLOCK_WRAP } from "../../src/mpegts/clock.ts";
import type { SeiMessage } from "../../src/sei/message.ts";
import { writeMisbTimestamp } from "../../src/sei/misb-timestamp.ts";
import { payloadTypes } from "../../src/sei/payload-types.ts";
import { writeTimeCode } from "../../src/sei/time-code.ts";
import { parseUuid, writeUserDataUnregistered } from "../../src/sei/user-data-unregistered.ts";
import { ffmpeg, inspect, pictures, remux, simulated } from "./streams.ts";

const SVTA_LIKE = "9a21f10c-3a38-4b4e-a123-456789abcdef";

function userData(text: string, uuid: string = SVTA_LIKE): SeiMessage {
  const payload = writeUserDataUnregistered({ uuid: parseUuid(uuid), data: new TextEncoder().encode(text) });
  return { payloadType: payloadTypes.userDataUnregistered, payload };
}

/** A time of day, which may leave out its higher fields where they are those of the picture before. */
function timeCode(index: number, perSecond: number, isFull: boolean): SeiMessage {
  const second = Math.floor(index / perSecond);
  const whole = { hours: Math.floor(second / 3600), minutes: Math.floor(second / 60) % 60, seconds: second % 60 };
  const timestamp = {
    unitsFieldBasedFlag: false,
    countingType: 0,
    fullTimestampFlag: isFull,
    discontinuityFlag: false,
    cntDroppedFlag: false,
    nFrames: index % perSecond,
    ...(isFull && whole),
    timeOffset: 0,
    timeOffsetLength: 0,
  };
  return { payloadType: payloadTypes.timeCode, payload: writeTimeCode({ clockTimestamps: [timestamp] }) };
}

function encode(encoder: string, rate: number, options: readonly string[]): readonly VideoAccessUnit[] {
  const source = ["-f", "lavfi", "-i", `testsrc2=size=160x96:rate=${rate}`, "-frames:v", "100"];
  return pictures(ffmpeg(...source, "-c:v", encoder, "-pix_fmt", "yuv420p", ...options));
}

let h264: readonly VideoAccessUnit[];
let h265: readonly VideoAccessUnit[];

beforeAll(() => {
  h264 = encode("libx264", 25, ["-g", "50", "-bf", "2"]);
  h265 = encode("libx265", 50, ["-x265-params", "log-level=none:keyint=50:scenecut=0:bframes=3"]);
}, 60_000);

function videoOf(stream: Uint8Array): VideoReport {
  const { video } = inspect(stream);
  expect(video).toHaveLength(1);
  return video[0]!;
}

describe("H.265 time_code", () => {
  test("that counts all pictures is followed over midnight", () => {
    const start = 86_400 * 50 - 60;
    const video = videoOf(remux(h265, (i) => [timeCode((start + i) % (86_400 * 50), 50, true)]));
    expect(video.timecodes).toMatchObject([
      {
        source: "time_code",
        pictures: 100,
        first: "23:59:58:40",
        last: "00:00:00:39",
        labels: { perSecond: 50, counting: "pictures" },
        constant: true,
        jumps: 0,
      },
    ]);
    expect(video.sei.find(({ name }) => name === "time_code")?.count).toBe(100);
  });

  test("that counts pairs is followed as well", () => {
    const video = videoOf(remux(h265, (i) => [timeCode(90_000 + Math.floor(i / 2), 25, true)]));
    expect(video.timecodes).toMatchObject([
      { labels: { perSecond: 25, counting: "pairs" }, constant: true, frozen: 0 },
    ]);
  });

  test("that leaves out what is as before takes it from the picture before in decoding order", () => {
    const units = h265.filter(({ pts }) => pts - h265[0]!.pts < 45 * 1800);
    const video = videoOf(remux(units, (i) => [timeCode(180_000 + i, 50, i === 0)]));
    expect(video.timecodes).toMatchObject([{ first: "01:00:00:00", constant: true, pictures: 45 }]);
  });

  test("that never says the hour is no timecode", () => {
    expect(videoOf(remux(h265, (i) => [timeCode(i, 50, false)])).timecodes).toEqual([]);
  });

  test("that breaks the syntax is a problem", () => {
    const broken = { payloadType: payloadTypes.timeCode, payload: Uint8Array.of(0x60) };
    const report = inspect(remux(h265, (i) => (i === 7 ? [broken] : [])));
    expect(report.problems).toMatchObject([{ code: "sei-malformed", count: 1 }]);
  });
});

test("MISB timestamps and SMPTE timecodes of one stream are told apart", () => {
  const start = BigInt(Date.UTC(2026, 7, 1)) * 1000n;
  const misb = (i: number): SeiMessage => ({
    payloadType: payloadTypes.userDataUnregistered,
    payload: writeMisbTimestamp({ kind: "h265-microseconds", status: 0x1f, value: start + BigInt(i) * 20_000n }),
  });
  const video = videoOf(remux(h265, (i) => (i % 2 === 0 ? [timeCode(i, 50, true), misb(i)] : [misb(i)])));
  expect(video.timecodes).toMatchObject([
    { source: "time_code", share: 0.5, constant: true },
    { source: "misb", share: 1, constant: true, first: "2026-08-01T00:00:00.000Z", last: "2026-08-01T00:00:01.980Z" },
  ]);
});

describe("quality messages", () => {
  test("in JSON have their values, and what is not ours is named", () => {
    const stream = remux(h264, (i) => [
      userData(`{"MQA-VIDEO":${i},"PSNR":"inf","Sharp_Ness":1}`),
      userData("{}", "00112233-4455-6677-8899-aabbccddeeff"),
    ]);
    const video = videoOf(stream);
    expect(video.quality).toEqual({
      messages: 100,
      malformed: 0,
      uuids: [SVTA_LIKE],
      syntaxes: ["json"],
      scopes: [
        {
          scope: "frame",
          pictures: 100,
          metrics: [
            { name: "mqa-video", min: 0, mean: 49.5, max: 99, coverage: 1 },
            { name: "psnr", min: 60, mean: 60, max: 60, coverage: 1 },
          ],
        },
      ],
      unknownNames: ["sharp-ness"],
    });
    expect(video.sei.map(({ name, count }) => [name, count])).toContainEqual([
      "user data 00112233-4455-6677-8899-aabbccddeeff",
      100,
    ]);
  });

  test("of two scopes and syntaxes are kept apart", () => {
    const { quality } = videoOf(
      remux(h264, (i) => [
        ...(i % 50 === 0 ? [userData('{"scope":"gop","VMAF":91.5}')] : []),
        ...(i % 4 === 0 ? [userData("scope=frame, vmaf=90.0")] : []),
      ]),
    );
    expect(quality).toMatchObject({
      messages: 27,
      syntaxes: ["dictionary", "json"],
      scopes: [
        { scope: "frame", pictures: 25, metrics: [{ name: "vmaf", mean: 90, coverage: 0.25 }] },
        { scope: "gop", pictures: 2, metrics: [{ name: "vmaf", mean: 91.5, coverage: 0.02 }] },
      ],
    });
  });

  test("that cannot be read or are out of range are problems", () => {
    const report = inspect(remux(h264, (i) => (i < 10 ? [userData("not, = a dictionary")] : [userData("vmaf=101.0")])));
    expect(report.video[0]!.quality).toMatchObject({
      messages: 100,
      malformed: 10,
      scopes: [{ pictures: 90, metrics: [] }],
    });
    expect(report.problems).toMatchObject([
      { code: "mqa-value", count: 90, firstDetail: "vmaf is 101, not a number from 0 to 100" },
      { code: "mqa-malformed", count: 10 },
    ]);
  });

  test("too short for a UUID are one problem each, not two", () => {
    const short = { payloadType: payloadTypes.userDataUnregistered, payload: Uint8Array.of(1, 2, 3) };
    const report = inspect(remux(h264, (i) => (i === 3 ? [short] : [])));
    expect(report.problems).toMatchObject([{ code: "sei-malformed", count: 1 }]);
    expect(report.video[0]).not.toHaveProperty("quality");
  });
});

describe("timestamps", () => {
  test("that wrap do so once for PTS and once for DTS, and nothing else happens", () => {
    const stream = remux(
      h264,
      () => [],
      (ticks) => ticks - 126_000 + CLOCK_WRAP - 170_000,
    );
    const report = inspect(stream);
    expect(report.video[0]).toMatchObject({
      jumps: 0,
      pts: { wraps: 1 },
      dts: { wraps: 1 },
      pictureRate: { unevenSteps: 0 },
    });
    expect(report.video[0]!.pts!.first).toBeGreaterThan(report.video[0]!.pts!.last);
    expect(report.problems).toEqual([]);
  });

  test("of a simulated encoder that wrap do not disturb its timecodes", () => {
    const wrap = Math.ceil((Date.parse("2026-08-01T00:00:00Z") * 90) / CLOCK_WRAP) * CLOCK_WRAP;
    const { video, problems } = inspect(simulated(new Date(wrap / 90 - 6000).toISOString(), 12));
    for (const track of video) {
      expect(track).toMatchObject({
        jumps: 0,
        pts: { wraps: 1 },
        timecodes: [{ constant: true, jumps: 0, frozen: 0 }],
      });
    }
    expect(problems).toEqual([]);
  });

  test("that step unevenly are counted", () => {
    // The pictures after the first second come 10 ms later.
    const stream = remux(
      h264,
      () => [],
      (ticks) => (ticks - h264[0]!.pts >= 90_000 ? ticks + 900 : ticks),
    );
    expect(inspect(stream).video[0]?.pictureRate).toMatchObject({
      rate: { num: 25, den: 1 },
      unevenSteps: 1,
      stepMs: { min: 40, median: 40, max: 50 },
    });
  });
});
