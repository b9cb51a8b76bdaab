import { expect, test } from "vitest";
import { type PackageEvent, TrackPackager } from "../../src/package/track-packager.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { Segmenter } from "../../src/segment/segmenter.ts";
import type { MediaTime, Milliseconds } from "../../src/time/units.ts";
import type { TimedTrack, TimedUnit } from "../../src/timeline/timed-unit.ts";
import { video } from "../segment/tracks.ts";
import { picture, VIDEO } from "../timeline/units.ts";

/** What is published of one track in parts, and how many pictures had no place. */
function published(track: TimedTrack, units: readonly TimedUnit[], part: number) {
  const segmenter = new Segmenter({
    ...{ segmentDuration: 2000 as Milliseconds, joinsLive: true, numberOffset: 0, inputs: 1 },
    part: part as Milliseconds,
  });
  segmenter.inputArrived();
  const packager = new TrackPackager(track, defaultQualityOptions);
  const events: PackageEvent[] = [];
  const take = (cut: ReturnType<Segmenter["push"]>): void => {
    for (const event of cut) {
      if (event.kind === "grid") packager.divide(event.parts!);
      else events.push(...packager.push(event));
    }
  };
  take(segmenter.push({ kind: "track", track }));
  for (const unit of units) take(segmenter.push({ kind: "unit", unit }));
  take(segmenter.flush());
  return {
    segments: events.flatMap((event) => (event.kind === "segment" ? [event.segment] : [])),
    parts: events.flatMap((event) => (event.kind === "part" ? [event.part] : [])),
    unplaced: events.filter((event) => event.kind === "problem" && event.problem.code === "picture-unplaced").length,
  };
}

test("a segment that another encoder's pictures end does not last into the next, which begins before its line", () => {
  const other = { ...VIDEO, width: 640 };
  const encoders = [
    video("v1", 0, 170, { gop: 50 }),
    // In the middle of a cell, and from then on two pictures before the lines.
    video("v1", 170, 198, { gop: 28, configuration: () => other }),
    video("v1", 198, 500, { gop: 50, configuration: () => other }),
  ];
  const units = encoders.flatMap(({ units }) => units.map((unit) => ({ ...unit, timecode: "smpte" as const })));
  const { segments } = published(encoders[0]!.track, units, 500);
  expect(segments.length).toBeGreaterThan(6);
  for (const [i, { start }] of segments.slice(1).entries()) {
    const before = segments[i]!;
    expect(before.start + before.duration).toBeLessThanOrEqual(start);
  }
});

test("pictures without a rate are all published, whatever parts stay empty", () => {
  const track: TimedTrack = {
    ...{ id: "v1", kind: "video", timescale: 90_000, regular: false, unitDuration: 3600 },
    rate: { num: 25, den: 1 },
  };
  const units = Array.from({ length: 30 }, (_, second): TimedUnit => {
    const time = (second * 90_000) as MediaTime;
    const unit = picture(second, {
      configuration: VIDEO,
      ...(second % 2 === 0 ? { randomAccess: "idr" as const } : {}),
    });
    return { kind: "picture", trackId: "v1", index: second * 25, time, decodeTime: time, timecode: "smpte", unit };
  });
  const { segments, parts, unplaced } = published(track, units, 400);
  expect(unplaced).toBe(0);
  // All but the cell that is joined.
  expect(segments.length).toBe(14);
  expect(segments.every((segment) => segment.parts === undefined && segment.quality.pictures.received === 2)).toBe(
    true,
  );
  expect(parts.map(({ start }) => start / 90_000)).toEqual(
    Array.from({ length: 14 }, (_, n) => [2 * n + 2, expect.closeTo(2 * n + 3, 0)]).flat(),
  );
  for (const { duration } of parts) expect(duration).toBeLessThanOrEqual(0.44 * 90_000);
});
