import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatReport } from "../../src/inspect/text/format-report.ts";
import { Packetizer } from "../../src/mpegts/packetizer.ts";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import { inspect, simulated, tables } from "./streams.ts";

const sample = new Uint8Array(readFileSync(DEFAULT_SAMPLE).subarray(0, 188 * 2500));
const live = simulated("2026-08-01T12:00:00Z", 4).subarray(0, 188 * 2500);

/** Every report can be shown and sent, whatever it is of. */
function check(bytes: Uint8Array): void {
  const report = inspect(bytes);
  const text = formatReport("x", report);
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
}

test("any bytes give a report", { timeout: 60_000 }, () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 4000 }), check), { numRuns: 100 });
});

test("any packets give a report", { timeout: 60_000 }, () => {
  const packet = fc.uint8Array({ minLength: 187, maxLength: 187 }).map((rest) => [0x47, ...rest]);
  fc.assert(
    fc.property(fc.array(packet, { minLength: 5, maxLength: 40 }), (packets) => check(Uint8Array.from(packets.flat()))),
    { numRuns: 50 },
  );
});

test("a stream with bytes changed anywhere gives a report", { timeout: 120_000 }, () => {
  const change = fc.tuple(fc.nat(live.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.constantFrom(sample, live), fc.array(change, { maxLength: 400 }), (stream, changes) => {
      const bytes = stream.slice();
      for (const [at, value] of changes) bytes[at] = value;
      check(bytes);
    }),
    { numRuns: 25 },
  );
});

test("the report depends on the bytes alone, not on how they were cut", { timeout: 60_000 }, () => {
  const whole = inspect(live);
  fc.assert(
    fc.property(fc.array(fc.nat(live.length), { maxLength: 60 }), (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), live.length];
      const pieces = edges.slice(1).map((edge, i) => live.slice(edges[i], edge));
      expect(inspect(live, { pieces })).toEqual(whole);
    }),
    { numRuns: 10 },
  );
});

test.for([192, 204])("packets %i bytes apart are found, and nothing else changes", (stride) => {
  const packets = Array.from({ length: sample.length / 188 }, (_, i) => {
    const spaced = new Uint8Array(stride);
    spaced.set(sample.subarray(i * 188, i * 188 + 188), stride === 192 ? 4 : 0);
    return spaced;
  });
  const { container, video, programs } = inspect(new Uint8Array(Buffer.concat(packets)));
  const plain = inspect(sample);
  expect(container).toMatchObject({ packetBytes: stride, packets: plain.container.packets });
  expect(programs).toEqual(plain.programs);
  expect(video.map(({ pictures }) => pictures)).toEqual(plain.video.map(({ pictures }) => pictures));
});

test("a PAT of 2000 programmes whose PMTs never come lists 512", () => {
  const packetizer = new Packetizer();
  const sections = Array.from({ length: 10 }, (_, i) => {
    const programs = Array.from({ length: 200 }, (_, k) => ({
      number: 1 + i * 200 + k,
      pid: 32 + i * 200 + k,
      streams: [],
    }));
    return tables(packetizer, programs).subarray(0, 188 * 5);
  });
  const report = inspect(new Uint8Array(Buffer.concat(sections)));
  expect(report.programs).toHaveLength(512);
  expect(report.programs.every(({ chosen, streams }) => !chosen && streams === undefined)).toBe(true);
});

test("a PMT that changes its stream a thousand times keeps one silent track", () => {
  const packetizer = new Packetizer();
  const maps = Array.from({ length: 1000 }, (_, i) =>
    tables(packetizer, [{ number: 1, pid: 0x20, streams: [{ pid: 0x100 + i, streamType: 0x1b, descriptors: [] }] }]),
  );
  const report = inspect(new Uint8Array(Buffer.concat(maps)));
  expect(report.video).toMatchObject([{ pid: 0x100 + 999, pictures: 0 }]);
  expect(report.problems).toMatchObject([{ code: "track-silent" }]);
});
