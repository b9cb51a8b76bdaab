import { readFile } from "node:fs/promises";
import { ConfigError } from "../problem/config-error.ts";
import { type Milliseconds, type Ticks, toTicks } from "../time/units.ts";
import { defaultSample } from "./default-sample.ts";
import { fastForward } from "./fast-forward.ts";
import { Feed } from "./feed.ts";
import { LiveSource } from "./live-source.ts";
import { openOutput } from "./open-output.ts";
import type { Output } from "./output.ts";
import { pace } from "./pace.ts";
import { readSample, type Sample } from "./sample.ts";
import { checkOptions, checkSample, type SimulationOptions } from "./simulation-options.ts";

/** Where a stream starts that is not made by the clock: 1970-01-02, as before the epoch there are no pictures to decode. */
const FAST_START = 86_400_000 as Milliseconds;

/**
 * Sends a live stream made from a sample until its end, the signal, or until a reader of standard output has read enough.
 *
 * @throws ConfigError - before anything is sent, when options do not go together or an output or the sample cannot be used.
 */
export async function runSimulation(options: SimulationOptions, signal: AbortSignal): Promise<void> {
  checkOptions(options);
  const sample = await loadSample(options.sample ?? defaultSample(options.rate));
  checkSample(options, sample);
  const outputs: Output[] = [];
  try {
    for (const url of options.outputs) outputs.push(await openOutput(url, options.report));
    await run(options, sample, outputs, signal);
  } catch (error) {
    if (!isBrokenPipe(error)) throw error;
  } finally {
    await Promise.all(outputs.map((output) => output.close()));
  }
}

async function run(
  options: SimulationOptions,
  sample: Sample,
  outputs: readonly Output[],
  signal: AbortSignal,
): Promise<void> {
  const { fast = false, duration, report } = options;
  const now = Date.now() as Milliseconds;
  const start = options.start ?? (fast ? FAST_START : now);
  const feeds = feedsOf(options, sample, outputs, toTicks(start));
  const end = duration === undefined ? undefined : ((start + duration) as Milliseconds);
  if (fast && end !== undefined) return fastForward(feeds, toTicks(start), toTicks(end), signal);
  const ahead = start - now;
  await pace(feeds, () => (Date.now() + ahead) as Milliseconds, end, report, signal);
  for (const feed of feeds) feed.finish();
}

/** One feed to all outputs if all get the same, else one to each. */
function feedsOf(
  options: SimulationOptions,
  sample: Sample,
  outputs: readonly Output[],
  start: Ticks,
): readonly Feed[] {
  const { rate, labels, faults, split, ptsOrigins: [ptsOrigin = 0, ...more] = [] } = options;
  const common = { ...(rate && { rate }), ...(labels && { labels }), ...(faults && { faults }), ptsOrigin };
  if (!split && more.length === 0) return [new Feed(new LiveSource(sample, start, common), outputs)];
  return outputs.map((output, i) => {
    const own = split ? { renditions: [i + 1], audios: sample.audios.length > 0 ? [1] : [] } : {};
    const source = new LiveSource(sample, start, {
      ...common,
      ...own,
      ptsOrigin: [ptsOrigin, ...more][i] ?? ptsOrigin,
    });
    return new Feed(source, [output]);
  });
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
