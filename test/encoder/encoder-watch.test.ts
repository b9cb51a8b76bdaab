import { expect, test } from "vitest";
import { PACKET_BYTES } from "../../src/mpegts/packet.ts";
import { ChannelPipeline } from "../../src/pipeline.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { record, SEGMENT, START } from "../support/simulated-stream.ts";

const stream = record(0, 13);

/** What the pipeline says of the encoder of the simulated stream, GOPs of 1.92 s, in segments of this duration. */
function watch(segmentDuration: Milliseconds, bytes = stream) {
  const pipeline = new ChannelPipeline({
    name: "test",
    segmentDuration,
    retainBodies: false,
    programs: [undefined],
    start: START,
    joinsLive: false,
    quality: defaultQualityOptions,
    onProblem: () => {},
  });
  const before = pipeline.encoder(0);
  pipeline.push(0, bytes);
  return { before, report: pipeline.encoder(0) };
}

/** Where packets lie with which a picture of any rendition begins that decoding can start at. */
function randomAccessPackets(bytes: Uint8Array): readonly number[] {
  const found: number[] = [];
  for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
    const pid = ((bytes[at + 1]! & 0x1f) << 8) | bytes[at + 2]!;
    const isVideo = pid >= 0x100 && pid <= 0x102;
    const hasIndicator = (bytes[at + 3]! & 0x20) !== 0 && bytes[at + 4]! > 0 && (bytes[at + 5]! & 0x40) !== 0;
    if (isVideo && hasIndicator) found.push(at);
  }
  return found;
}

test("before anything has come nothing is known", () => {
  expect(watch(SEGMENT).before).toEqual({ video: [], audio: [], newestSeconds: 0, transport: [] });
});

test("all that the simulator's stream shows of its encoder", () => {
  const { report } = watch(SEGMENT);
  const gop = {
    pictures: { min: 48, max: 48 },
    seconds: { min: 1.92, max: 1.92 },
    isFixed: true,
    dividesSegment: true,
  };
  const video = {
    codec: "h264",
    pictureRate: { num: 25, den: 1 },
    isConstant: true,
    gop,
    isClosed: true,
    missing: 0,
    scoredShare: 1,
  };
  expect(report.video).toEqual(
    ["v1", "v2", "v3"].map((track) => ({ track, ...video, afterLineSeconds: { min: 0, max: 0 } })),
  );
  expect(report.audio).toEqual([
    { track: "a1", codec: "mp4a.40.2", sampleRate: 48_000, channels: 2 },
    { track: "a2", codec: "mp4a.40.2", sampleRate: 48_000, channels: 2 },
  ]);
  expect(report.pcrIntervalMs).toBeGreaterThan(0);
  expect(report.pcrIntervalMs).toBeLessThanOrEqual(100);
  expect(report.newestSeconds).toBe(12);
  expect(report.transport).toEqual([]);
});

test("GOPs that do not divide the segment, with I-frames off its lines", () => {
  const { report } = watch(2000 as Milliseconds);
  const [v1] = report.video;
  expect(v1!.gop).toMatchObject({ isFixed: true, dividesSegment: false });
  expect(v1!.afterLineSeconds!.max).toBeGreaterThan(0.1);
});

test("what the transport lost is told once, though every track tells of it, and makes no GOP longer", () => {
  // From shortly before an I-frame on, in all renditions, and for less than a GOP.
  const [at, to] = [
    randomAccessPackets(stream)[12]! - 20 * PACKET_BYTES,
    randomAccessPackets(stream)[14]! + 40 * PACKET_BYTES,
  ];
  const torn = new Uint8Array(Buffer.concat([stream.subarray(0, at), stream.subarray(to)]));
  const { report } = watch(SEGMENT, torn);
  const { report: whole } = watch(SEGMENT);
  expect(report.transport.map(({ code }) => code)).toContain("continuity");
  for (const { events } of report.transport) expect(events).toBeLessThanOrEqual(6);
  for (const { gop } of report.video) expect(gop).toEqual(whole.video[0]!.gop);
});
