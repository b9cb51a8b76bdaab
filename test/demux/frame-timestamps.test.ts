import { expect, test } from "vitest";
import { FrameTimestamps } from "../../src/demux/frame-timestamps.ts";
import type { Ticks } from "../../src/time/units.ts";

const at = (pts: number): Ticks => pts as Ticks;

test("has no time before the first timestamp", () => {
  const clock = new FrameTimestamps();
  expect(clock.start(undefined, 1024, 48000)).toBeUndefined();
  expect(clock.start(at(5000), 1024, 48000)).toBe(5000);
  expect(clock.start(undefined, 1024, 48000)).toBe(6920);
});

test("rounds frames of 44.1 kHz once and adds up no error", () => {
  const clock = new FrameTimestamps();
  const starts = Array.from({ length: 442 }, (_, index) => clock.start(index === 0 ? at(0) : undefined, 1024, 44100));
  expect(starts.slice(0, 4)).toEqual([0, 2090, 4180, 6269]);
  // 441 frames are 1024/100 s exactly.
  expect(starts[441]).toBe(921_600);
});

test("follows each timestamp of the stream", () => {
  const clock = new FrameTimestamps();
  clock.start(at(0), 1536, 48000);
  expect(clock.start(at(2881), 1536, 48000)).toBe(2881);
  expect(clock.start(undefined, 1536, 48000)).toBe(5761);
});

test("goes on where it was when the sample rate changes", () => {
  const clock = new FrameTimestamps();
  clock.start(at(0), 1024, 48000);
  expect(clock.start(undefined, 1024, 32000)).toBe(1920);
  expect(clock.start(undefined, 1024, 32000)).toBe(4800);
});

test("has no time after a break until the next timestamp", () => {
  const clock = new FrameTimestamps();
  clock.start(at(0), 1024, 48000);
  clock.reset();
  expect(clock.start(undefined, 1024, 48000)).toBeUndefined();
  expect(clock.start(at(90000), 1024, 48000)).toBe(90000);
});
