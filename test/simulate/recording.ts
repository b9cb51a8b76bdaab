import { createHash } from "node:crypto";
import type { AudioAccessUnit, VideoAccessUnit } from "../../src/demux/access-unit.ts";
import { TransportDemuxer } from "../../src/demux/transport-demuxer.ts";
import { parseAvcDecoderConfiguration } from "../../src/h264/decoder-configuration.ts";
import { picTimingParameters } from "../../src/h264/pic-timing-parameters.ts";
import { parseSequenceParameterSet } from "../../src/h264/sequence-parameter-set.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { parsePicTiming } from "../../src/sei/pic-timing.ts";
import { LiveSource, type TimedPackets } from "../../src/simulate/live-source.ts";
import type { LiveSourceOptions } from "../../src/simulate/live-source-options.ts";
import type { Sample } from "../../src/simulate/sample.ts";
import type { Ticks } from "../../src/time/units.ts";
import { formatLabel } from "../../src/timeline/smpte-label.ts";

/** What a live source sent, and what the project's demuxer makes of it. */
export type Recording = {
  readonly sent: readonly TimedPackets[];
  readonly bytes: Uint8Array;
  readonly pictures: readonly VideoAccessUnit[];
  readonly frames: readonly AudioAccessUnit[];
  readonly problems: readonly Problem[];
};

/** Lets a source run for some seconds; what it has begun is finished. */
export function record(sample: Sample, start: Ticks, seconds: number, options: LiveSourceOptions = {}): Recording {
  const source = new LiveSource(sample, start, options);
  const sent = source.advance((start + seconds * 90_000) as Ticks);
  const bytes = new Uint8Array(Buffer.concat([...sent.map(({ packets }) => packets), source.finish()]));
  return { sent, bytes, ...demux(bytes) };
}

function demux(bytes: Uint8Array): Pick<Recording, "pictures" | "frames" | "problems"> {
  const demuxer = new TransportDemuxer();
  const pictures: VideoAccessUnit[] = [];
  const frames: AudioAccessUnit[] = [];
  const problems: Problem[] = [];
  for (const event of [...demuxer.push(bytes), ...demuxer.flush()]) {
    if (event.kind === "problem") problems.push(event.problem);
    if (event.kind !== "access-unit") continue;
    if (event.unit.kind === "video") pictures.push(event.unit);
    else frames.push(event.unit);
  }
  return { pictures, frames, problems };
}

/** The timecode of a picture as text; undefined where pic_timing has none. */
export function labelOf({ sei, configuration }: VideoAccessUnit): string | undefined {
  const { sequenceParameterSets } = parseAvcDecoderConfiguration(configuration.decoderConfiguration);
  const parameters = picTimingParameters(parseSequenceParameterSet(sequenceParameterSets[0]!));
  const message = sei.find(({ payloadType }) => payloadType === 1)!;
  const [timestamp] = parsePicTiming(message.payload, parameters).clockTimestamps;
  if (timestamp === undefined) return undefined;
  const { hours = 0, minutes = 0, seconds = 0, nFrames, countingType } = timestamp;
  return formatLabel({ hours, minutes, seconds, frames: nFrames, dropFrame: countingType === 4 });
}

/** What was sent when, one line each: to be compared in no time. */
export function lines(sent: readonly TimedPackets[]): readonly string[] {
  return sent.map(({ time, packets }) => `${time} ${createHash("sha1").update(packets).digest("hex")}`);
}

/** The values of a 33-bit clock. */
export const CLOCK_VALUES: number = 2 ** 33;

/** What the wire says of a time. */
export function on33Bits(ticks: number): number {
  return ((ticks % CLOCK_VALUES) + CLOCK_VALUES) % CLOCK_VALUES;
}
