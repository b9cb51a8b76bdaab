import { statSync } from "node:fs";
import { readChunks } from "../input/read-chunks.ts";
import { writeMediaPlaylist } from "../manifest/media-playlist.ts";
import { writeMpd } from "../manifest/mpd.ts";
import { writeMultivariantPlaylist } from "../manifest/multivariant-playlist.ts";
import type { QualitySignals } from "../manifest/quality-signals.ts";
import type { DamageHandling } from "../package/damage-guard.ts";
import { ChannelPipeline } from "../pipeline.ts";
import { ProblemTally } from "../problem/problem-tally.ts";
import type { ProblemCode } from "../problem/problems.ts";
import type { QualityOptions } from "../quality/quality-options.ts";
import type { Milliseconds } from "../time/units.ts";
import type { TimecodeOptions } from "../timeline/timecode-options.ts";
import { OutputTree } from "./output-tree.ts";
import type { ProgressState } from "./progress.ts";

/** What `package` is to do. */
export type PackageJob = {
  readonly inputs: readonly { readonly path: string; readonly program?: number }[];
  readonly out: string;
  readonly segmentDuration: Milliseconds;
  readonly start: Milliseconds;
  readonly timecode: TimecodeOptions;
  readonly numberOffset: number;
  readonly damaged: DamageHandling;
  readonly quality: QualityOptions;
  readonly signals: QualitySignals;
  readonly onProgress: (state: ProgressState) => void;
};

export type PackageResult = {
  readonly segments: number;
  readonly problems: Readonly<Partial<Record<ProblemCode, number>>>;
};

/**
 * How much of one of several inputs is taken before another one's turn: little enough that none runs ahead of the others by more
 * than a second even at the bit rate of a lone sound track.
 */
const TURN_BYTES = 188 * 64;

/** One file being read. */
type Source = {
  readonly chunks: AsyncGenerator<Uint8Array>;
  chunk: Uint8Array;
  /** Bytes taken. */
  taken: number;
  ended: boolean;
};

/**
 * Packages files into a folder through the same pipeline that serves live channels.
 *
 * @throws ConfigError - when a file cannot be read or the folder is not empty; before anything is written.
 */
export async function packageFiles(job: PackageJob): Promise<PackageResult> {
  const tally = new ProblemTally();
  const sources = job.inputs.map(({ path }) => ({
    chunks: readChunks(path),
    chunk: new Uint8Array(0),
    taken: 0,
    ended: false,
  }));
  // Reading starts before the folder is made, so that a missing file leaves no trace.
  for (const source of sources) await refill(source);
  const tree = new OutputTree(job.out);
  const pipeline = new ChannelPipeline({
    name: "package",
    segmentDuration: job.segmentDuration,
    joinsLive: false,
    retainBodies: false,
    programs: job.inputs.map(({ program }) => program),
    start: job.start,
    timecode: job.timecode,
    numberOffset: job.numberOffset,
    damaged: job.damaged,
    quality: job.quality,
    onProblem: (problem) => tally.add(problem),
  });
  pipeline.store.onPublish((track, segment) => tree.writeSegment(track, segment));
  const total = totalBytes(job.inputs.map(({ path }) => path));
  let bytes = 0;
  while (sources.some(({ ended }) => !ended)) {
    const input = furthestBehind(sources, pipeline);
    bytes += await takeTurn(sources[input]!, input, pipeline, sources.length > 1);
    job.onProgress({ bytes, segments: tree.segments, ...(total === undefined ? {} : { totalBytes: total }) });
  }
  writeManifests(pipeline, tree, job);
  tree.close();
  return { segments: tree.segments, problems: tally.counts() };
}

async function refill(source: Source): Promise<void> {
  const next = await source.chunks.next();
  if (next.done === true) source.ended = true;
  else source.chunk = next.value;
}

/** Feeds one piece of an input, or its end; returns how many bytes it was. */
async function takeTurn(source: Source, input: number, pipeline: ChannelPipeline, share: boolean): Promise<number> {
  const piece = share ? source.chunk.subarray(0, TURN_BYTES) : source.chunk;
  pipeline.push(input, piece);
  source.taken += piece.length;
  source.chunk = source.chunk.subarray(piece.length);
  if (source.chunk.length === 0) await refill(source);
  if (source.ended) pipeline.end(input);
  return piece.length;
}

/** The input whose pictures have come the least far: renditions have to keep step. */
function furthestBehind(sources: readonly Source[], pipeline: ChannelPipeline): number {
  const [chosen] = [...sources.keys()]
    .filter((input) => !sources[input]!.ended)
    // Until their first pictures are placed they take turns.
    .sort((a, b) => compare(pipeline.reached(a), pipeline.reached(b)) || sources[a]!.taken - sources[b]!.taken);
  return chosen!;
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function totalBytes(paths: readonly string[]): number | undefined {
  if (paths.includes("-")) return undefined;
  const stats = paths.map((path) => statSync(path));
  return stats.every((stat) => stat.isFile()) ? stats.reduce((sum, stat) => sum + stat.size, 0) : undefined;
}

function writeManifests(pipeline: ChannelPipeline, tree: OutputTree, { start, signals }: PackageJob): void {
  const channel = pipeline.store.snapshot();
  if (channel === undefined) return;
  tree.writeText("index.m3u8", writeMultivariantPlaylist(channel, signals));
  tree.writeText("manifest.mpd", writeMpd(channel, { publishTime: start }, signals));
  for (const track of channel.tracks)
    tree.writeText(`${track.track.id}/index.m3u8`, writeMediaPlaylist(channel, track, signals));
}
