import fc from "fast-check";
import { expect, test } from "vitest";
import { planGrid } from "../../src/segment/grid.ts";
import { partLengths, planParts } from "../../src/segment/part-plan.ts";
import type { Rational } from "../../src/time/rational.ts";
import { PictureClock } from "../../src/timeline/picture-clock.ts";
import type { TimedTrack } from "../../src/timeline/timed-unit.ts";
import { ms } from "../timeline/units.ts";
import { MILLIS, P24, P25, P30, P50, P59 } from "./tracks.ts";

function video(rate: Rational): TimedTrack {
  const { timescale, duration } = new PictureClock(rate, true);
  return { id: "v1", kind: "video", timescale, rate, regular: true, unitDuration: duration };
}

const audio = (timescale: number, samples: number): TimedTrack => ({
  ...{ id: "a1", kind: "audio", timescale, regular: true, unitDuration: samples },
});

test.for<[name: string, rate: Rational, segment: number, asked: number, pictures: number, target: number]>([
  ["1.92 s at 25: four of 12 pictures", P25, 1920, 500, 12, 500_000],
  ["1.92 s at 50: four of 24, which are 12 of a slower rendition", P50, 1920, 500, 24, 500_000],
  ["2 s at 25: 13 pictures, the last part two fewer", P25, 2000, 500, 13, 520_000],
  ["2.002 s at 29.97: four of 15", P30, 2000, 500, 15, 500_500],
  ["2.002 s at 59.94: four of 30", P59, 2000, 500, 30, 500_500],
  ["2.002 s at 23.976: four of 12", P24, 2000, 500, 12, 500_500],
  ["parts of 200 ms", P25, 1920, 200, 5, 200_000],
  ["parts of a second", P25, 1920, 1000, 24, 1_000_000],
  ["less than a picture is one", { num: 2, den: 1 }, 2000, 200, 1, 500_000],
  ["milliseconds, for sound", MILLIS, 2000, 500, 500, 500_000],
])("%s", ([, rate, segment, asked, pictures, target]) => {
  const grid = planGrid(rate, ms(segment), undefined);
  const plan = planParts(grid, ms(asked));
  expect((plan.pictures.num * rate.num) / plan.pictures.den / rate.den).toBeCloseTo(pictures);
  expect(plan.target).toBe(target);
});

test.for<[name: string, track: TimedTrack, part: number]>([
  ["pictures at 25", video(P25), 12 * 3600],
  ["pictures at 50", video(P50), 24 * 1800],
  ["pictures without a rate, in ticks", { ...video(P25), regular: false, unitDuration: 3601 }, 43_200],
  ["AAC at 48 kHz", audio(48_000, 1024), 23 * 1024],
  ["AAC at 44.1 kHz", audio(44_100, 1024), 21 * 1024],
  ["AC-3 at 48 kHz", audio(48_000, 1536), 15 * 1536],
  ["AAC at 8 kHz", audio(8000, 1024), 3 * 1024],
  ["a frame longer than a part", audio(8000, 8192), 8192],
])("parts of half a second: %s", ([, track, part]) => {
  const plan = planParts(planGrid(P25, ms(1920), undefined), ms(500));
  expect(partLengths(plan, track).part).toBe(part);
});

test("no part is longer than the target, none but the last of a segment shorter than 85 % of it", () => {
  const rate = fc.constantFrom(P24, P25, P30, P50, P59);
  const frames = fc.constantFrom([48_000, 1024], [44_100, 1024], [32_000, 1024], [48_000, 1536], [24_000, 1024]);
  const property = fc.property(
    rate,
    fc.integer({ min: 1000, max: 10_000 }),
    fc.integer({ min: 300, max: 2000 }),
    frames,
    (rate, segment, asked, [timescale, samples]) => {
      const plan = planParts(planGrid(rate, ms(segment), undefined), ms(Math.min(asked, segment / 2)));
      for (const track of [video(rate), audio(timescale!, samples!)]) {
        const micros = (partLengths(plan, track).part * 1_000_000) / track.timescale;
        expect(micros).toBeLessThanOrEqual(plan.target);
        expect(micros).toBeGreaterThanOrEqual(plan.target * 0.85);
      }
    },
  );
  fc.assert(property);
});
