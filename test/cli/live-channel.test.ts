import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { expect, test } from "vitest";
import { LiveChannel } from "../../src/cli/live-channel.ts";
import type { TransportError } from "../../src/demux/transport-error.ts";
import { defaultQualitySignals } from "../../src/manifest/quality-signals.ts";
import { defaultPublishOptions } from "../../src/quality/publish-options.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { DRY } from "../../src/simulate/rain-settings.ts";
import { runSimulation } from "../../src/simulate/simulate.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { readChannel, readPublish } from "../config/read.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const folder = temporaryFolder();
const recording = join(folder, "recording.m2ts");

/** Plays a recording of a few segments, and tells what was logged of each segment and of what found no room. */
async function play(
  given: Record<string, unknown>,
): Promise<{ segments: number; details: unknown[]; counts: unknown }> {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: "info" },
    { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const publish = readPublish(given);
  const options = readChannel({ name: "news", inputs: [recording], segment: "1.92s" });
  const channel = new LiveChannel(
    options,
    { quality: defaultQualityOptions, publish, signals: defaultQualitySignals },
    log,
  );
  channel.start();
  await until("the end of the input", () => lines.some(({ msg }) => msg === "input ended"));
  await channel.stop();
  const dropped = lines.filter(({ code }) => code === "header-budget");
  const { problems } = channel.status() as { problems: Record<string, number> };
  return {
    segments: lines.filter(({ msg }) => msg === "segment").length,
    details: dropped.map(({ detail }) => detail),
    counts: problems["header-budget"],
  };
}

test("what finds no room in the headers is a problem of the channel, counted once for each segment and metric", async () => {
  const start = 1_767_225_600_000 as Milliseconds;
  const duration = 10_000 as Milliseconds;
  const options = { outputs: [`file:${recording}`], start, duration, fast: true, report: () => {} };
  await runSimulation(options, new AbortController().signal);
  const roomy = await play({});
  expect(roomy).toEqual({ segments: roomy.segments, details: [], counts: undefined });
  expect(roomy.segments).toBeGreaterThan(5);

  const metrics = ["errors", "n", "psnr"];
  const keyPrefix = `com.${"x".repeat(36)}`;
  const names = { errors: "e".repeat(18), n: "n".repeat(18), psnr: "p".repeat(18) };
  const narrow = await play({ metrics, keyPrefix, names, headerBudget: 256 });
  expect(narrow.segments).toBe(roomy.segments);
  expect(narrow.details[0]).toBe("no room for psnr within 256 bytes");
  // Sound has no PSNR to lose.
  expect(narrow.counts).toBeGreaterThan(2);
  expect(narrow.counts).toBeLessThan(roomy.segments);
});

test("the API tells what the transport did to an input, by PID, as the simulator says what it did", async () => {
  const rainy = join(folder, "rainy.m2ts");
  const damageReport = join(folder, "damage.json");
  const rain = { settings: { ...DRY, loss: 0.002 }, seed: 3, unit: "packet" as const };
  const start = 1_767_225_600_000 as Milliseconds;
  const duration = 20_000 as Milliseconds;
  const outputs = [`file:${rainy}`];
  const simulation = { outputs, start, duration, fast: true, rain, damageReport, report: () => {} };
  await runSimulation(simulation, new AbortController().signal);
  const { outputs: links } = JSON.parse(readFileSync(damageReport, "utf8")) as {
    outputs: readonly { readonly pids: Readonly<Record<string, { readonly lost: number }>> }[];
  };

  const log = pino({ level: "silent" });
  const options = readChannel({ name: "news", inputs: [rainy], segment: "1.92s" });
  const quality = { quality: defaultQualityOptions, publish: defaultPublishOptions, signals: defaultQualitySignals };
  const channel = new LiveChannel(options, quality, log);
  channel.start();
  type Status = { readonly inputs: readonly { readonly transport: readonly TransportError[] }[] };
  const transport = () => (channel.status() as Status).inputs[0]!.transport;
  const lost = (pid: number) => transport().find((error) => error.pid === pid && error.code === "continuity")?.packets;
  const expected = (pid: number) => links[0]!.pids[pid]!.lost;
  await until("all losses to be counted", () => lost(0x100) === expected(0x100));
  await channel.stop();
  for (const pid of [0x100, 0x101, 0x102, 0x103, 0x104]) expect(lost(pid) ?? 0).toBe(expected(pid));
  expect(expected(0x100)).toBeGreaterThan(10);
  expect(new Set(transport().map(({ code }) => code))).toEqual(new Set(["continuity"]));
});
