import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { StreamInspector } from "../../src/inspect/stream-inspector.ts";
import { DEFAULT_MQA_UUIDS } from "../../src/sei/mqa-uuid.ts";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { inspect, simulated } from "./streams.ts";

describe("the simulator's stream", () => {
  const stream = simulated("2026-08-01T23:59:50Z", 12);
  const report = inspect(stream);

  test("has a timecode and scores on every picture of every rendition", () => {
    expect(report.video).toHaveLength(3);
    for (const { pictures: count, timecodes, quality, randomAccess, sei } of report.video) {
      expect(count).toBeGreaterThan(200);
      expect(timecodes).toMatchObject([
        {
          source: "pic_timing",
          pictures: count,
          share: 1,
          randomAccessPoints: randomAccess.points,
          labels: { perSecond: 25, counting: "pictures", dropFrame: false, highestFrame: 24 },
          deviationMs: { min: 0, max: 0 },
          constant: true,
          frozen: 0,
          jumps: 0,
        },
      ]);
      expect(timecodes[0]!.first.slice(0, 6)).toBe("23:59:");
      expect(timecodes[0]!.last.slice(0, 6)).toBe("00:00:");
      expect(timecodes[0]!.offsetMs).toBe(report.video[0]!.timecodes[0]!.offsetMs);
      expect(quality).toMatchObject({
        messages: count,
        malformed: 0,
        uuids: ["3497f44a-c2d7-4e2f-b365-fcd4aabe9852"],
        syntaxes: ["dictionary"],
        scopes: [{ scope: "frame", pictures: count }],
        unknownNames: [],
      });
      const [scope] = quality!.scopes;
      expect(scope!.metrics.map(({ name, coverage }) => [name, coverage])).toEqual(
        ["mqa-video", "mqa-audio", "psnr", "ssim", "vmaf"].map((name) => [name, 1]),
      );
      for (const { min, mean, max } of scope!.metrics) expect(min <= mean && mean <= max).toBe(true);
      expect(sei.find(({ name }) => name === "quality scores")?.count).toBe(count);
    }
    expect(report.problems).toEqual([]);
  });

  test("joined in the middle has no problem, and says what nothing can decode", () => {
    const inspector = new StreamInspector({ mqaUuids: DEFAULT_MQA_UUIDS });
    const arrival = Date.parse("2026-08-01T23:59:53.5Z") as Milliseconds;
    const from = 188 * Math.floor(stream.length / 188 / 3);
    inspector.push(stream.subarray(from, stream.length - 188 * 500), arrival);
    const joined = inspector.finish(true);
    expect(joined.problems).toEqual([]);
    expect(joined.video.some(({ skippedBeforeStart }) => skippedBeforeStart > 0)).toBe(true);
    for (const video of joined.video) {
      expect(video.damaged).toBe(0);
      expect(video.pictureRate?.unevenSteps).toBe(0);
      expect(Math.abs(video.timecodes[0]!.aheadOfHostMs!)).toBeLessThan(4000);
    }
    for (const audio of joined.audio) expect(audio).not.toHaveProperty("startAfterVideoMs");
  });

  test("with packets missing says where, and how many pictures were hit", () => {
    const packets = Array.from({ length: stream.length / 188 }, (_, i) => stream.subarray(i * 188, i * 188 + 188));
    const damaged = new Uint8Array(Buffer.concat(packets.filter((_, i) => i < 3000 || i >= 3020)));
    const { problems, video } = inspect(damaged);
    const found = new Map(problems.map(({ code, count }) => [code, count]));
    expect(found.get("continuity")).toBeGreaterThanOrEqual(15);
    expect(found.get("access-unit-damaged")).toBeGreaterThan(0);
    expect(video.reduce((sum, track) => sum + track.damaged, 0)).toBeGreaterThan(0);
  });
});

test("a recording played twice has one jump, and is measured as if it had none", () => {
  const sample = new Uint8Array(readFileSync(DEFAULT_SAMPLE));
  const [once, twice] = [inspect(sample), inspect(new Uint8Array(Buffer.concat([sample, sample])))];
  for (const [i, video] of twice.video.entries()) {
    const { durationSeconds, bitsPerSecond, randomAccess } = once.video[i]!;
    expect(video.jumps).toBe(1);
    expect(video.durationSeconds).toBe(durationSeconds * 2);
    expect(video.bitsPerSecond! / bitsPerSecond!).toBeCloseTo(1, 2);
    expect(video.pictureRate?.unevenSteps).toBe(0);
    expect(video.randomAccess.gopPictures).toEqual(randomAccess.gopPictures);
  }
  expect(twice.problems.map(({ code }) => code)).toContain("timestamp-jump");
});
