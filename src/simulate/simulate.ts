import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.ts";
import { ConfigError } from "../problem/config-error.ts";
import type { Milliseconds } from "../time/units.ts";
import { LiveSource } from "./live-source.ts";
import { openOutput } from "./open-output.ts";
import type { Output, Report } from "./output.ts";
import { pace, ticksOf } from "./pace.ts";
import { readSample, type Sample } from "./sample.ts";

/** The sample that comes with the project. */
export const DEFAULT_SAMPLE: string = fileURLToPath(new URL("samples/testcard-25.m2ts", packageRoot));

/** What to simulate, and where to. */
export type SimulationOptions = {
  /** Output URLs; all get the same stream. */
  readonly outputs: readonly string[];
  /** A transport stream to play in a loop. */
  readonly sample?: string;
  /** Takes what the user should know, a line at a time. */
  readonly report: Report;
};

/**
 * Sends a live stream made from a sample until the signal, or until a reader of standard output has read enough.
 *
 * @throws ConfigError - before anything is sent, when an output or the sample cannot be used.
 */
export async function runSimulation(options: SimulationOptions, signal: AbortSignal): Promise<void> {
  const sample = await loadSample(options.sample ?? DEFAULT_SAMPLE);
  const outputs: Output[] = [];
  const clock = (): Milliseconds => Date.now() as Milliseconds;
  try {
    for (const url of options.outputs) outputs.push(await openOutput(url, options.report));
    const source = new LiveSource(sample, ticksOf(clock()));
    const send = (packets: Uint8Array): void => {
      for (const output of outputs) output.write(packets);
    };
    await pace(source, clock, send, options.report, signal);
    send(source.finish());
  } catch (error) {
    if (!isBrokenPipe(error)) throw error;
  } finally {
    await Promise.all(outputs.map((output) => output.close()));
  }
}

async function loadSample(file: string): Promise<Sample> {
  try {
    return readSample(await readFile(file), file);
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new ConfigError("--sample", file, `it must be a file that can be read: ${error.message}`);
  }
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
