import fc from "fast-check";
import { expect, test } from "vitest";
import { adjoin, joinSamples, SampleMemory, sampleNalUnits } from "../../src/demux/sample-memory.ts";
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

function expectSample(sample: Uint8Array, nalUnits: readonly Uint8Array[]): void {
  expect(Buffer.compare(sample, written(nalUnits))).toBe(0);
  const found = sampleNalUnits(sample);
  expect(found.map((nal) => Buffer.from(nal).toString("hex"))).toEqual(
    nalUnits.map((nal) => Buffer.from(nal).toString("hex")),
  );
  for (const nal of found) expect(nal.buffer).toBe(sample.buffer);
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
      const kept: [Uint8Array, readonly Uint8Array[]][] = [];
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
  expect(adjoin(first, second)).toEqual(written([body(1, 10), body(2, 20)]));
  expect(adjoin(second, first)).toBeUndefined();
  expect(adjoin(first, second.slice())).toBeUndefined();
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
  expect(Buffer.compare(joined, written([body(1, 200), body(2, size), body(3, 5)]))).toBe(0);
  expect(sampleNalUnits(joined).map((nal) => nal.length)).toEqual([200, size, 5]);
});
