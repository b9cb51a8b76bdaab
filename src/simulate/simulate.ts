import { readFile } from "node:fs/promises";
import { ConfigError } from "../problem/config-error.ts";
import { type Milliseconds, type Ticks, toTicks } from "../time/units.ts";
import { checkDamageReport, reportDamage, writeDamageReport } from "./damage-report.ts";
import { defaultSample } from "./default-sample.ts";
import { fastForward } from "./fast-forward.ts";
import { Feed } from "./feed.ts";
import { type Link, linkShowers } from "./link.ts";
import { LiveSource } from "./live-source.ts";
import { openOutput } from "./open-output.ts";
import type { Output } from "./output.ts";
import { pace } from "./pace.ts";
import { Rain } from "./rain.ts";
import { RainControl } from "./rain-control.ts";
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
  const { fast = false, duration, report, damageReport } = options;
  const now = Date.now() as Milliseconds;
  const start = options.start ?? (fast ? FAST_START : now);
  const links = outputs.map((output, i) => linkOf(options, sample, output, i, toTicks(start)));
  const feeds = feedsOf(options, sample, links, toTicks(start));
  const end = duration === undefined ? undefined : ((start + duration) as Milliseconds);
  if (damageReport !== undefined) await checkDamageReport(damageReport);
  const control = options.control === undefined ? undefined : await RainControl.open(options.control, links);
  if (control !== undefined) report(`the rain can be changed at ${control.url}`);
  try {
    if (fast && end !== undefined) return await fastForward(feeds, toTicks(start), toTicks(end), signal);
    const ahead = start - now;
    await pace(feeds, () => (Date.now() + ahead) as Milliseconds, end, report, signal);
    for (const feed of feeds) feed.finish();
  } finally {
    await control?.close();
    reportDamage(links, report);
    if (damageReport !== undefined) await writeDamageReport(damageReport, links);
  }
}

/** The link to the `index`-th output. */
function linkOf(options: SimulationOptions, sample: Sample, output: Output, index: number, start: Ticks): Link {
  const { outputs, faults = [], split, rain } = options;
  const number = index + 1;
  const renditions = split ? [number] : sample.videos.map((_, i) => i + 1);
  const isHit = rain?.outputs?.includes(number) ?? true;
  const hit = isHit && { ...(rain && { settings: rain.settings }), showers: linkShowers(faults, renditions, start) };
  return {
    number,
    url: outputs[index]!,
    output,
    rain: new Rain({ link: number, ...(rain && { seed: rain.seed, unit: rain.unit }), ...hit }),
  };
}

/** One feed by all links if all outputs get the same, else one to each. */
function feedsOf(options: SimulationOptions, sample: Sample, links: readonly Link[], start: Ticks): readonly Feed[] {
  const { rate, labels, faults, scores, split, ptsOrigins: [ptsOrigin = 0, ...more] = [] } = options;
  const common = {
    ...(rate && { rate }),
    ...(labels && { labels }),
    ...(faults && { faults }),
    ...(scores && { scores }),
    ptsOrigin,
  };
  if (!split && more.length === 0) return [new Feed(new LiveSource(sample, start, common), links)];
  return links.map((link, i) => {
    const own = split ? { renditions: [i + 1], audios: sample.audios.length > 0 ? [1] : [] } : {};
    const source = new LiveSource(sample, start, {
      ...common,
      ...own,
      ptsOrigin: [ptsOrigin, ...more][i] ?? ptsOrigin,
    });
    return new Feed(source, [link]);
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
