import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import { Feed } from "../../src/simulate/feed.ts";
import { LiveSource } from "../../src/simulate/live-source.ts";
import type { Output } from "../../src/simulate/output.ts";
import { pace } from "../../src/simulate/pace.ts";
import { Rain } from "../../src/simulate/rain.ts";
import { readSample } from "../../src/simulate/sample.ts";
import { type Milliseconds, toTicks } from "../../src/time/units.ts";
import { readPackets } from "./packet-reader.ts";

const sample = readSample(readFileSync(DEFAULT_SAMPLE), DEFAULT_SAMPLE);
const START = Date.parse("2026-08-01T12:00:00Z");

/** What is sent at each reading of a clock that shows these times after START, in milliseconds of stream by its PCRs. */
async function sentAt(
  times: readonly number[],
  end?: number,
): Promise<{ readonly sent: readonly number[]; readonly said: string[] }> {
  const stop = new AbortController();
  const said: string[] = [];
  const sent: number[] = [];
  let reading = -1;
  const clock = (): Milliseconds => {
    reading = Math.min(reading + 1, times.length - 1);
    if (reading === times.length - 1) stop.abort();
    sent.push(0);
    return (START + times[reading]!) as Milliseconds;
  };
  const source = new LiveSource(sample, toTicks((START - 5000) as Milliseconds));
  source.advance(toTicks(START as Milliseconds));
  const output: Output = {
    write: (packets) => {
      sent[sent.length - 1]! += 20 * readPackets(packets).filter(({ pcr }) => pcr !== undefined).length;
    },
    passedOn: async () => {},
    close: async () => {},
  };
  const last = end === undefined ? undefined : ((START + end) as Milliseconds);
  await pace(
    [new Feed(source, [{ output, rain: new Rain() }])],
    clock,
    last,
    (message) => said.push(message),
    stop.signal,
  );
  return { sent, said };
}

const steady = (from: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => from + i * 10);

test("as much is sent as time goes by", async () => {
  const { sent, said } = await sentAt(steady(0, 41));
  expect(sent.reduce((sum, part) => sum + part)).toBe(400);
  expect(Math.max(...sent)).toBe(20);
  expect(said).toEqual([]);
});

test("after a short stall what was missed is sent, a little at a time", async () => {
  const { sent, said } = await sentAt([0, 10, ...steady(1010, 40)]);
  expect(sent.reduce((sum, part) => sum + part)).toBe(1400);
  expect(Math.max(...sent)).toBe(80);
  expect(sent.at(-1)).toBeLessThanOrEqual(20);
  expect(said).toEqual([]);
});

test("after a long stall what was missed is left out, and that is said", async () => {
  const { sent, said } = await sentAt([0, 10, ...steady(60_000, 210)]);
  expect(sent.reduce((sum, part) => sum + part)).toBeLessThan(2200);
  expect(sent.reduce((sum, part) => sum + part)).toBeGreaterThan(100);
  expect(Math.max(...sent)).toBeLessThanOrEqual(80);
  expect(said).toEqual([expect.stringContaining("59.99 s")]);
});

test("a clock that is set back a little sends nothing until it is there again; set back a lot, it counts from there", async () => {
  const little = await sentAt([...steady(0, 11), ...steady(-100, 22)]);
  expect(little.sent.reduce((sum, part) => sum + part)).toBe(100);
  expect(little.said).toEqual([]);
  const much = await sentAt([0, 10, ...steady(-60_000, 210)]);
  expect(much.said).toHaveLength(1);
  expect(much.sent.slice(3).some((part) => part > 0)).toBe(true);
});

test("at its end it stops, with all that was due until then", async () => {
  const { sent, said } = await sentAt(steady(0, 100), 333);
  expect(sent.reduce((sum, part) => sum + part)).toBe(320);
  expect(sent.length).toBe(35);
  expect(said).toEqual([]);
});
