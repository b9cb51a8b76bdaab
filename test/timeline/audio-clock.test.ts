import fc from "fast-check";
import { expect, test } from "vitest";
import { mulDivRound } from "../../src/time/rational.ts";
import type { MediaTime } from "../../src/time/units.ts";
import { AudioClock } from "../../src/timeline/audio-clock.ts";

/** 2026-01-02T03:04:05Z. */
const NOW = 1_767_323_045 * 90_000;

/** A timestamp of the 90 kHz clock in samples. */
const stamped = (time: number, rate: number) => mulDivRound(time, rate, 90_000) as MediaTime;

const placeAll = (clock: AudioClock, times: readonly number[], samples: number, rate = 48_000) =>
  times.map((time) => clock.place(stamped(time, rate), samples));

const rates = fc.constantFrom(8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000);
const lengths = fc.constantFrom(256, 512, 768, 1024, 1536);

test("frames whose times are rounded to 90 kHz follow each other without a seam", () => {
  fc.assert(
    fc.property(
      rates,
      lengths,
      fc.integer({ min: 0, max: 2 ** 40 }),
      fc.constantFrom(Math.floor, Math.round, Math.ceil),
      (rate, samples, origin, round) => {
        const clock = new AudioClock();
        const times = Array.from({ length: 200 }, (_, n) => origin + round((n * samples * 90_000) / rate));
        const placed = placeAll(clock, times, samples, rate);
        const first = Math.round((origin * rate) / 90_000);
        expect(placed).toEqual(placed.map(() => ({ kind: "placed", time: expect.any(Number), gap: 0 })));
        const starts = placed.map((one) => (one.kind === "placed" ? one.time : Number.NaN));
        expect(Math.abs(starts[0]! - first)).toBeLessThanOrEqual(1);
        for (const [n, start] of starts.entries()) expect(start - starts[0]!).toBe(n * samples);
      },
    ),
  );
});

test("44.1 kHz counts samples over a day and stays within half a frame of the timestamps", () => {
  const clock = new AudioClock();
  const frames = Math.floor((86_400 * 44_100) / 1024);
  let worst = 0;
  for (let n = 0; n < frames; n += 97) {
    // Only every 97th frame is looked at: the frames between are one long frame.
    const samples = 1024 * 97;
    const stamp = NOW + Math.round((n * 1024 * 90_000) / 44_100);
    const placed = clock.place(stamped(stamp, 44_100), samples);
    if (placed.kind !== "placed") throw new Error("an overlap");
    worst = Math.max(worst, Math.abs(placed.time - (stamp * 44_100) / 90_000));
  }
  expect(worst).toBeLessThan(2);
});

test.for<[name: string, times: readonly number[], expected: readonly unknown[]]>([
  [
    "a lost frame is a gap of its samples",
    [0, 1920, 5760],
    [
      { kind: "placed", time: 0, gap: 0 },
      { kind: "placed", time: 1024, gap: 0 },
      { kind: "placed", time: 3072, gap: 1024 },
    ],
  ],
  [
    "half a frame too late is no gap yet",
    [0, 1920 + 960],
    [
      { kind: "placed", time: 0, gap: 0 },
      { kind: "placed", time: 1024, gap: 0 },
    ],
  ],
  [
    "a sample more than half a frame too late is one",
    [0, 1920 + 962],
    [
      { kind: "placed", time: 0, gap: 0 },
      { kind: "placed", time: 1537, gap: 513 },
    ],
  ],
  [
    "half a frame too early is no overlap yet",
    [0, 960, 3840],
    [
      { kind: "placed", time: 0, gap: 0 },
      { kind: "placed", time: 1024, gap: 0 },
      { kind: "placed", time: 2048, gap: 0 },
    ],
  ],
  [
    "a repeated frame overlaps and is no part of what follows",
    [0, 1920, 1920, 3840],
    [
      { kind: "placed", time: 0, gap: 0 },
      { kind: "placed", time: 1024, gap: 0 },
      { kind: "overlap" },
      { kind: "placed", time: 2048, gap: 0 },
    ],
  ],
  [
    "times that went back are passed over until they are new again",
    [9600, 11_520, 0, 1920, 13_440],
    [
      { kind: "placed", time: 5120, gap: 0 },
      { kind: "placed", time: 6144, gap: 0 },
      { kind: "overlap" },
      { kind: "overlap" },
      { kind: "placed", time: 7168, gap: 0 },
    ],
  ],
])("%s", ([, times, expected]) => {
  expect(placeAll(new AudioClock(), times, 1024)).toEqual(expected);
});

test("a clock that drifts from the samples is followed, and never by more than half a frame behind", () => {
  for (const drift of [1.0005, 0.9995]) {
    const clock = new AudioClock();
    let dropped = 0;
    for (let n = 0; n < 20_000; n++) {
      const stamp = Math.round(n * 1920 * drift);
      const placed = clock.place(stamped(stamp, 48_000), 1024);
      if (placed.kind === "overlap") dropped++;
      else expect(Math.abs(placed.time - (stamp * 48_000) / 90_000)).toBeLessThanOrEqual(513);
    }
    expect(dropped).toBe(drift < 1 ? 10 : 0);
  }
});

test("whatever the timestamps, placed frames never overlap", () => {
  fc.assert(
    fc.property(rates, lengths, fc.array(fc.integer({ min: 0, max: 200_000 })), (rate, samples, times) => {
      let end = Number.NEGATIVE_INFINITY;
      for (const placed of placeAll(new AudioClock(), times, samples, rate)) {
        if (placed.kind === "overlap") continue;
        expect(placed.time).toBeGreaterThanOrEqual(end);
        end = placed.time + samples;
      }
    }),
  );
});
