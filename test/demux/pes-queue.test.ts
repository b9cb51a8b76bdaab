import fc from "fast-check";
import { expect, test } from "vitest";
import { PesQueue } from "../../src/demux/pes-queue.ts";
import type { Ticks } from "../../src/time/units.ts";

function queueOf(...payloads: readonly (readonly number[])[]): PesQueue {
  const queue = new PesQueue();
  for (const [index, payload] of payloads.entries()) queue.append(Uint8Array.from(payload), (index * 100) as Ticks);
  return queue;
}

test("reads a run of bytes, whatever packets it came in", () => {
  const packets = fc.array(fc.uint8Array({ maxLength: 6 }), { maxLength: 8 });
  fc.assert(
    fc.property(packets, fc.nat(20), fc.nat(20), fc.integer({ min: 1, max: 20 }), (payloads, drop, offset, count) => {
      const all = payloads.flatMap((payload) => [...payload]);
      const queue = queueOf(...payloads.map((payload) => [...payload]));
      const dropped = Math.min(drop, all.length);
      queue.drop(dropped);
      const rest = all.slice(dropped);
      expect(queue.length).toBe(rest.length);
      const expected = offset + count <= rest.length ? Uint8Array.from(rest.slice(offset, offset + count)) : undefined;
      expect(queue.peek(offset, count)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

test("copies only what spans two packets", () => {
  const payload = Uint8Array.of(1, 2, 3, 4);
  const queue = new PesQueue();
  queue.append(payload, undefined);
  queue.append(Uint8Array.of(5, 6), undefined);
  expect(queue.peek(1, 3)!.buffer).toBe(payload.buffer);
  expect(queue.peek(1, 4)!.buffer).not.toBe(payload.buffer);
});

test("drops up to a byte, and says how many bytes that was", () => {
  const queue = queueOf([1, 2], [3], [4, 9, 5]);
  queue.drop(1);
  expect(queue.dropUntil(9)).toBe(3);
  expect(queue.peek(0, 2)).toEqual(Uint8Array.of(9, 5));
  expect(queue.dropUntil(7)).toBe(2);
  expect(queue.length).toBe(0);
});

test("gives the timestamp of the packet that the first byte is from, once", () => {
  const queue = queueOf([1, 2], [], [3, 4]);
  queue.drop(1);
  expect(queue.takePts()).toBe(0);
  expect(queue.takePts()).toBeUndefined();
  queue.drop(1);
  expect(queue.takePts()).toBe(200);
});

test("marks the packet that the first byte is from, once", () => {
  const queue = queueOf([1, 2], [3]);
  expect([queue.markUntimed(), queue.markUntimed()]).toEqual([true, false]);
  queue.drop(2);
  expect(queue.markUntimed()).toBe(true);
});

test("has nothing to give when it is empty", () => {
  const queue = queueOf([1, 2]);
  queue.clear();
  expect([queue.length, queue.peek(0, 1), queue.takePts(), queue.markUntimed()]).toEqual([
    0,
    undefined,
    undefined,
    false,
  ]);
});
