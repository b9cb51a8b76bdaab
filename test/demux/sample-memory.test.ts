import fc from "fast-check";
import { expect, test } from "vitest";
import { adjoin, joinSamples, SampleMemory, type VideoSample } from "../../src/demux/sample-memory.ts";
import { body, concat } from "./video-streams.ts";

/** What a sample of these NAL units must be. */
function written(nalUnits: readonly Uint8Array[]): Uint8Array {
  return concat(
    ...nalUnits.flatMap((nal) => {
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, nal.length);
      return [length, nal];
    }),
  );
}

function expectSample(sample: VideoSample, nalUnits: readonly Uint8Array[]): void {
  expect(Buffer.compare(sample.bytes, written(nalUnits))).toBe(0);
  expect(sample.nalUnits.map((nal) => Buffer.from(nal).toString("hex"))).toEqual(
    nalUnits.map((nal) => Buffer.from(nal).toString("hex")),
  );
  for (const nal of sample.nalUnits) expect(nal.buffer).toBe(sample.bytes.buffer);
}

const nalUnit = fc
  .tuple(fc.nat(1000), fc.oneof(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 200_000 })))
  .map(([seed, length]) => body(seed, length));

test("samples stay what they were, whatever comes after them", () => {
  const pictures = fc.array(fc.record({ nalUnits: fc.array(nalUnit, { maxLength: 6 }), dropped: fc.boolean() }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(pictures, (list) => {
      const memory = new SampleMemory();
      const kept: [VideoSample, readonly Uint8Array[]][] = [];
      for (const { nalUnits, dropped } of list) {
        for (const nal of nalUnits) memory.append(nal);
        expect(memory.length).toBe(written(nalUnits).length);
        if (dropped) memory.drop();
        else kept.push([memory.take(), nalUnits]);
        expect(memory.length).toBe(0);
      }
      for (const [sample, nalUnits] of kept) expectSample(sample, nalUnits);
    }),
    { numRuns: 60 },
  );
});

test("small samples lie next to each other", () => {
  const memory = new SampleMemory();
  memory.append(body(1, 10));
  const first = memory.take();
  memory.append(body(2, 20));
  const second = memory.take();
  expect(adjoin(first.bytes, second.bytes)).toEqual(written([body(1, 10), body(2, 20)]));
  expect(adjoin(second.bytes, first.bytes)).toBeUndefined();
  expect(adjoin(first.bytes, second.bytes.slice())).toBeUndefined();
});

test.for([
  ["next to each other", 100],
  ["in different blocks", 300_000],
] as const)("two samples %s are joined", ([, size]) => {
  const memory = new SampleMemory();
  memory.append(body(1, 200));
  const first = memory.take();
  memory.append(body(2, size));
  memory.append(body(3, 5));
  const joined = joinSamples(first, memory.take());
  expect(Buffer.compare(joined.bytes, written([body(1, 200), body(2, size), body(3, 5)]))).toBe(0);
  expect(joined.nalUnits.map((nal) => nal.length)).toEqual([200, size, 5]);
});
