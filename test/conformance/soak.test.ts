import { join } from "node:path";
import { rolldown } from "rolldown";
import { beforeAll, describe, expect, test } from "vitest";
import { PROJECT } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const start = processStarter();
/** It begins at noon, just before a wrap of the clock of 26.5 hours. */
const HOURS = Number(process.env["SOAK_HOURS"] ?? 14);
const RATES = ["25", "29.97"] as const;
/** Generous: the limit is there to end what hangs. */
const TIMEOUT_MS = 12 * 60_000;

type Counts = Readonly<Record<string, unknown>> & {
  readonly memory: readonly number[];
  readonly both: number;
  readonly segments: number;
};

/** Runs a script of test/soak as a process of its own; returns what it prints. */
async function runScript(name: string, ...parameters: readonly string[]): Promise<Counts> {
  const running = start(process.execPath, ["--expose-gc", join(folder, `${name}.mjs`), ...parameters]);
  const { code } = await running.ended;
  expect([code, running.stderr]).toEqual([0, ""]);
  const counts = JSON.parse(running.stdout) as Counts;
  console.log(`${name} ${parameters.join(" ")}: ${running.stdout.trimEnd()}`);
  return counts;
}

beforeAll(async () => {
  for (const name of ["soak", "storm"]) {
    const bundle = await rolldown({ input: join(PROJECT, `test/soak/${name}.ts`), platform: "node" });
    await bundle.write({ file: join(folder, `${name}.mjs`), format: "esm" });
    await bundle.close();
  }
});

describe(`two packagers of one stream, for ${HOURS} hours of virtual time`, () => {
  test("publish the same segments under the same names, through restarts, wraps and midnights", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const all = await Promise.all(RATES.map((rate) => runScript("soak", rate, `${HOURS}`)));
    for (const counts of all) {
      expect(counts).toMatchObject({
        hours: HOURS,
        restarts: 10,
        wraps: 1 + Math.floor(HOURS / 26.5),
        midnights: Math.floor((HOURS + 12) / 24),
        misaligned: 0,
        repeated: 0,
        skipped: 0,
        missing: 0,
        different: 0,
        states: ["locked", "locked"],
        complaints: [],
      });
      // Each packager is down for some minutes in all.
      expect(counts.both).toBeGreaterThan(HOURS * 1800 * 2 - 1000);
      // By the hour, in megabytes: what is there after the first hours is all there will be.
      const [early, late] = [counts.memory.slice(4, 12), counts.memory.slice(-8)].map((some) => Math.max(...some));
      expect(late!).toBeLessThan(early! + 2);
    }
  });
});

describe("two packagers of a ladder in three streams, with everything that goes wrong with encoders", () => {
  test.each(RATES)("at %s publish the same segments under the same names", { timeout: TIMEOUT_MS }, async (rate) => {
    const counts = await runScript("storm", rate, "1");
    expect(counts).toMatchObject({ repeated: 0, different: 0, differences: [] });
    expect(counts.both).toBeGreaterThan(3 * 1500);
  });
});
