import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseFault } from "../../src/cli/fault-option.ts";
import type { DemuxEvent } from "../../src/demux/access-unit.ts";
import { TransportDemuxer } from "../../src/demux/transport-demuxer.ts";
import type { DamageCounts } from "../../src/simulate/damage-counts.ts";
import { parseRain, type WrittenRain } from "../../src/simulate/rain-settings.ts";
import { runSimulation } from "../../src/simulate/simulate.ts";
import type { RainPlan, SimulationOptions } from "../../src/simulate/simulation-options.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { lacking } from "../support/lacking.ts";

const folder = mkdtempSync(join(tmpdir(), "simulated-rain-"));
afterAll(() => rmSync(folder, { recursive: true }));

const damageReport = join(folder, "damage.json");
const duration = 8000 as Milliseconds;

const plan = (written: WrittenRain, more: Partial<RainPlan> = {}): RainPlan => ({
  settings: parseRain(written, "--"),
  seed: 1,
  unit: "packet",
  ...more,
});

type Damage = DamageCounts & { readonly output: number; readonly pids: { readonly [pid: string]: DamageCounts } };

/** Runs a simulation into files: what is in them, what was reported of each, and what was said. */
async function simulated(
  options: Partial<SimulationOptions>,
  count = 1,
): Promise<{
  readonly files: readonly Buffer[];
  readonly outputs: readonly Damage[];
  readonly said: readonly string[];
}> {
  const paths = Array.from({ length: count }, (_, i) => join(folder, `${i}.m2ts`));
  const outputs = paths.map((path) => `file:${path}`);
  const said: string[] = [];
  const common = { duration, fast: true, damageReport, report: (message: string) => void said.push(message) };
  await runSimulation({ ...common, ...options, outputs }, new AbortController().signal);
  const text = readFileSync(damageReport, "utf8");
  expect(text).toMatch(/^.+\n$/);
  return { files: paths.map((path) => readFileSync(path)), outputs: JSON.parse(text).outputs, said };
}

const packetsOf = (bytes: Buffer, pid?: number): readonly string[] =>
  Array.from({ length: bytes.length / 188 }, (_, i) => bytes.subarray(i * 188, (i + 1) * 188))
    .filter((packet) => pid === undefined || (packet.readUInt16BE(1) & 0x1fff) === pid)
    .map((packet) => packet.toString("latin1"));

const plain = await simulated({});

test("without rain all is sent, counted, and nothing said", () => {
  expect(plain.said).toEqual([]);
  expect(plain.outputs).toMatchObject([{ output: 1, packets: plain.files[0]!.length / 188, lost: 0 }]);
});

test("the same options give the same damage, another seed another", async () => {
  const written = { loss: "2%", burst: "3", reorder: "1%", duplicate: "1%", "bit-errors": "1e-6" };
  const first = await simulated({ rain: plan(written) });
  const again = await simulated({ rain: plan(written) });
  const other = await simulated({ rain: plan(written, { seed: 2 }) });
  expect(again.files[0]!.equals(first.files[0]!)).toBe(true);
  expect(again.outputs).toEqual(first.outputs);
  expect(other.files[0]!.equals(first.files[0]!)).toBe(false);
  expect(first.said).toEqual([expect.stringMatching(/^output 1 \(file:.*\): of \d+ packets \d+ lost/)]);
});

test("by the clock it is the same damage as without", { timeout: 30_000 }, async () => {
  const rain = plan({ loss: "2%", reorder: "1%" });
  const start = 1_785_585_600_000 as Milliseconds;
  const short = { rain, start, duration: 3000 as Milliseconds, faults: [parseFault("rain@1s+1s=20%")] };
  const fast = await simulated(short);
  const live = await simulated({ ...short, fast: false });
  expect(live.files[0]!.equals(fast.files[0]!)).toBe(true);
  expect(live.outputs).toEqual(fast.outputs);
});

test("it rains on the outputs that are named, and on each in its own way", async () => {
  const { files, outputs } = await simulated({ rain: plan({ loss: "5%" }, { outputs: [2, 3] }) }, 3);
  expect(files[0]!.equals(plain.files[0]!)).toBe(true);
  expect(files[1]!.equals(files[2]!)).toBe(false);
  expect(outputs.map(({ lost }) => lost > 0)).toEqual([false, true, true]);
  for (const [i, { packets, lost }] of outputs.entries()) expect(files[i]!.length).toBe((packets - lost) * 188);
});

describe("a shower", () => {
  test("takes away of its time and its rendition, as many as are counted", async () => {
    const { files, outputs } = await simulated({ faults: [parseFault("rain@3s+2s=20%/2")] });
    const { pids } = outputs[0]!;
    const kept = new Set(packetsOf(files[0]!));
    const missing = packetsOf(plain.files[0]!).flatMap((packet, i) => (kept.has(packet) ? [] : [i]));
    expect(missing.length).toBe(pids["257"]!.lost);
    expect(Object.entries(pids).flatMap(([pid, { lost }]) => (lost > 0 ? [pid] : []))).toEqual(["257"]);
    const during = packetsOf(plain.files[0]!, 257).length / 4;
    expect(missing.length / during).toBeGreaterThan(0.1);
    expect(missing.length / during).toBeLessThan(0.3);
  });

  test("hits the outputs that are named; split, those that have the rendition", async () => {
    const faults = [parseFault("rain@3s=20%")];
    const named = await simulated({ faults, rain: plan({}, { outputs: [2] }) }, 2);
    expect(named.outputs.map(({ lost }) => lost > 0)).toEqual([false, true]);
    const split = await simulated({ faults: [parseFault("rain@3s=20%/2")], split: true }, 2);
    expect(split.outputs.map(({ lost }) => lost > 0)).toEqual([false, true]);
    expect(split.outputs[1]!.pids["256"]!.lost).toBe(split.outputs[1]!.lost);
  });
});

test("while it runs the rain can be changed", { timeout: 30_000 }, async () => {
  const stop = new AbortController();
  const said: string[] = [];
  const file = join(folder, "controlled.m2ts");
  const running = runSimulation(
    {
      outputs: [`file:${file}`],
      control: { host: "127.0.0.1", port: 0 },
      damageReport,
      report: (message) => said.push(message),
    },
    stop.signal,
  );
  await expect.poll(() => said.length, { timeout: 10_000 }).toBe(1);
  const url = /http:\S+/.exec(said[0]!)![0];
  const response = await fetch(url, { method: "PUT", body: '{"loss":"50%"}' });
  expect(response.status).toBe(200);
  await expect
    .poll(async () => ((await (await fetch(url)).json()) as { outputs: Damage[] }).outputs[0]!.lost, {
      timeout: 10_000,
    })
    .toBeGreaterThan(100);
  stop.abort();
  await running;
  const [{ packets, lost }] = JSON.parse(readFileSync(damageReport, "utf8")).outputs;
  expect(readFileSync(file).length).toBe((packets - lost) * 188);
  await expect(fetch(url)).rejects.toThrow();
});

test.skipIf(lacking("ffprobe")).for([
  ["loss", { loss: "2%", burst: "3" }],
  ["swapped packets", { reorder: "2%" }],
  ["duplicates", { duplicate: "2%" }],
  ["bit errors", { "bit-errors": "1e-6" }],
] as const)("ffprobe finds all streams and most pictures in spite of %s", async ([, written]) => {
  await simulated({ rain: plan(written) });
  const text = execFileSync(
    "ffprobe",
    [
      "-v",
      "quiet",
      "-count_packets",
      "-show_entries",
      "stream=codec_type,nb_read_packets",
      "-of",
      "json",
      join(folder, "0.m2ts"),
    ],
    { encoding: "utf8" },
  );
  const { streams } = JSON.parse(text) as { streams: { codec_type: string; nb_read_packets: string }[] };
  expect(streams.map(({ codec_type }) => codec_type).sort()).toEqual(["audio", "audio", "video", "video", "video"]);
  for (const { nb_read_packets } of streams) expect(Number(nb_read_packets)).toBeGreaterThan(100);
});

test("duplicates are legal: the same units are read as without", async () => {
  const read = (bytes: Uint8Array): readonly DemuxEvent[] => {
    const demuxer = new TransportDemuxer();
    return [...demuxer.push(bytes), ...demuxer.flush()];
  };
  const { files, outputs } = await simulated({ rain: plan({ duplicate: "10%" }) });
  expect(outputs[0]!.duplicated).toBeGreaterThan(100);
  const events = read(files[0]!);
  expect(events.filter(({ kind }) => kind === "problem" || kind === "discontinuity")).toEqual([]);
  expect(events).toEqual(read(plain.files[0]!));
});
