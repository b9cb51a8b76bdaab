import { join } from "node:path";
import { pino } from "pino";
import { expect, test } from "vitest";
import { parseChannel } from "../../src/cli/channel-options.ts";
import { LiveChannel } from "../../src/cli/live-channel.ts";
import { parsePublish } from "../../src/cli/publish-settings.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { runSimulation } from "../../src/simulate/simulate.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const recording = join(temporaryFolder(), "recording.m2ts");

/** Plays a recording of a few segments, and tells what was logged of each segment and of what found no room. */
async function play(
  given: Record<string, unknown>,
): Promise<{ segments: number; details: unknown[]; counts: unknown }> {
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: "info" },
    { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const publish = { ...parsePublish("quality.publish", given), identifier: "mqa-packager" };
  const options = parseChannel("--", { name: "news", inputs: [recording], segment: "1.92s", window: "60s" });
  const channel = new LiveChannel(options, { quality: defaultQualityOptions, publish }, log);
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
  const names = { errors: "e".repeat(23), n: "n".repeat(23), psnr: "p".repeat(23) };
  const narrow = await play({ metrics, keyPrefix, names, headerBudget: 256 });
  expect(narrow.segments).toBe(roomy.segments);
  expect(narrow.details[0]).toBe("no room for psnr within 256 bytes");
  // Sound has no PSNR to lose.
  expect(narrow.counts).toBeGreaterThan(2);
  expect(narrow.counts).toBeLessThan(roomy.segments);
});
