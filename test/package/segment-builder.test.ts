import fc from "fast-check";
import { expect, test } from "vitest";
import type { VideoAccessUnit } from "../../src/demux/access-unit.ts";
import { SegmentBuilder } from "../../src/package/segment-builder.ts";
import type { MediaTime } from "../../src/time/units.ts";
import type { TimecodeSource } from "../../src/timeline/timecode-options.ts";
import type { TimedUnit } from "../../src/timeline/timed-unit.ts";
import { readFragment } from "../support/fragment.ts";
import { frame, picture } from "../timeline/units.ts";

const media = (time: number) => time as MediaTime;

/** A picture at `time`, decoded at `decodeTime`, in units of a picture of 100 ticks. */
function timed(time: number, decodeTime: number, fields: Partial<VideoAccessUnit> = {}): TimedUnit {
  const unit = { ...picture(0), ...fields };
  return {
    kind: "picture",
    trackId: "v1",
    index: time,
    time: media(time * 100),
    decodeTime: media(decodeTime * 100),
    timecode: "none",
    unit,
  };
}

function sound(time: number): TimedUnit {
  return { kind: "frame", trackId: "a1", time: media(time), timecode: "none", unit: frame(time) };
}

/** The segment as mp4box reads it: for each sample decoding time, presentation time and duration. */
function build(start: number, end: number, units: readonly TimedUnit[], number = 5, timecode: TimecodeSource = "none") {
  const builder = new SegmentBuilder({ number, start: media(start), timecode });
  for (const unit of units) builder.push(unit);
  const { body, size } = builder.finish(media(end), 2500)!;
  const bytes = new Uint8Array(body.flatMap((part) => [...part]));
  expect(bytes.length).toBe(size);
  return readFragment(bytes);
}

const times = (read: ReturnType<typeof build>) =>
  read.samples.map(({ decodeTime, presentationTime, duration }) => [decodeTime, presentationTime, duration]);

const IDR = { randomAccess: "idr" as const };

test("pictures in order: tfdt is the first one's time, each lasts until the next, the last until the end", () => {
  const read = build(1000, 1300, [timed(10, 10, IDR), timed(11, 11), timed(12, 12)]);
  expect(read).toMatchObject({ baseMediaDecodeTime: 1000, sequenceNumber: 5, faults: [] });
  expect(times(read)).toEqual([
    [1000, 1000, 100],
    [1100, 1100, 100],
    [1200, 1200, 100],
  ]);
  expect(read.samples.map(({ sync }) => sync)).toEqual([true, false, false]);
});

test("reordered pictures: decoding times are moved so that the first is tfdt, presentation times stay", () => {
  // Decoded two pictures ahead of being shown.
  const read = build(1000, 1400, [timed(10, 8, IDR), timed(13, 9), timed(11, 10), timed(12, 11)]);
  expect(read.faults).toEqual([]);
  expect(times(read)).toEqual([
    [1000, 1000, 100],
    [1100, 1300, 100],
    [1200, 1100, 100],
    [1300, 1200, 100],
  ]);
});

test("leading pictures: tfdt is the earliest one's time, and the first sample is shown later", () => {
  const read = build(800, 1200, [
    timed(10, 8, { randomAccess: "idr-with-leading" }),
    timed(8, 9),
    timed(9, 10),
    timed(11, 11),
  ]);
  expect(read).toMatchObject({ baseMediaDecodeTime: 800, faults: [] });
  expect(times(read)).toEqual([
    [800, 1000, 100],
    [900, 800, 100],
    [1000, 900, 100],
    [1100, 1100, 100],
  ]);
});

test("a lost picture makes the one before it last longer, at the end too", () => {
  expect(times(build(1000, 1500, [timed(10, 10, IDR), timed(12, 12), timed(13, 13)]))).toEqual([
    [1000, 1000, 200],
    [1200, 1200, 100],
    [1300, 1300, 200],
  ]);
});

test("a segment that ends early leaves each picture a tick at least", () => {
  expect(times(build(1000, 1102, [timed(10, 10, IDR), timed(11, 11), timed(12, 12)]))).toEqual([
    [1000, 1000, 100],
    [1100, 1100, 1],
    [1101, 1200, 1],
  ]);
});

test("decoding times that stand still or go back are moved to the next free tick", () => {
  const read = build(1000, 1400, [timed(10, 10, IDR), timed(11, 10), timed(12, 9), timed(13, 13)]);
  expect(times(read)).toEqual([
    [1000, 1000, 1],
    [1001, 1100, 1],
    [1002, 1200, 298],
    [1300, 1300, 100],
  ]);
});

test("sound has neither composition offsets nor flags of its own", () => {
  const read = build(2048, 2048 + 3072, [sound(2048), sound(3072), sound(4096)]);
  expect(read.faults).toEqual([]);
  expect(times(read)).toEqual([
    [2048, 2048, 1024],
    [3072, 3072, 1024],
    [4096, 4096, 1024],
  ]);
  expect(read.samples.every(({ sync }) => sync)).toBe(true);
});

test("a frame lasts longer where some are missing after it", () => {
  expect(times(build(0, 5120, [sound(0), sound(3072), sound(4096)])).map(([, , duration]) => duration)).toEqual([
    3072, 1024, 1024,
  ]);
});

test("a picture that says it is shown before the segment is shown at its start", () => {
  const read = build(1000, 1300, [timed(10, 10, IDR), timed(7, 11), timed(12, 12)]);
  expect(read.faults).toEqual([]);
  expect(read.samples.map(({ presentationTime }) => presentationTime)).toEqual([1000, 1000, 1200]);
});

test("a segment without an I-frame has no sync sample", () => {
  expect(build(1000, 1200, [timed(10, 10), timed(11, 11)]).samples.map(({ sync }) => sync)).toEqual([false, false]);
});

test("the sequence number is the segment's number in 32 bits", () => {
  expect(build(0, 100, [timed(0, 0)], 2 ** 32 + 7).sequenceNumber).toBe(7);
});

test.for([
  ["misb", true],
  ["smpte", true],
  ["none", false],
] as const)("prft says when the first sample was, and whether a timecode told it: %s", ([timecode, captured]) => {
  // 1000 ticks of 2500 a second are 0.4 s after 1970-01-01T00:00:00Z.
  const { reference, faults } = build(1000, 1100, [timed(10, 10, IDR)], 5, timecode);
  expect(reference).toEqual({ captured, ntpTimestamp: 2_208_988_800 * 2 ** 32 + Math.floor(0.4 * 2 ** 32) });
  expect(faults).toEqual([]);
});

test("samples hold the media's bytes in order, however they lie in memory", () => {
  const block = Uint8Array.from({ length: 100 }, (_, n) => n);
  const apart = Uint8Array.of(200, 201);
  const parts = [block.subarray(0, 10), block.subarray(10, 30), apart, block.subarray(30, 31), block.subarray(40, 100)];
  const read = build(
    1000,
    1500,
    parts.map((sample, n) => timed(10 + n, 10 + n, { sample })),
  );
  expect(read.samples.map(({ bytes }) => [...bytes])).toEqual(parts.map((part) => [...part]));
});

test("any times: samples each last a tick at least, together as long as the segment, shown when they say", () => {
  const unit = fc.tuple(fc.integer({ min: -5, max: 60 }), fc.integer({ min: -20, max: 80 }));
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 40 }), fc.integer({ min: 0, max: 6000 }), (units, extra) => {
      const end = 1000 + units.length + extra;
      const read = build(
        1000,
        end,
        units.map(([time, decodeTime]) => timed(10 + time, 10 + decodeTime)),
      );
      expect(read.baseMediaDecodeTime).toBe(1000);
      for (const { duration } of read.samples) expect(duration).toBeGreaterThanOrEqual(1);
      expect(read.samples.reduce((sum, { duration }) => sum + duration, 0)).toBe(end - 1000);
      expect(read.samples.map(({ presentationTime }) => presentationTime)).toEqual(
        units.map(([time]) => Math.max(1000, (10 + time) * 100)),
      );
    }),
  );
});
