import { ADTS_HEADER_BYTES, writeAdtsHeader } from "../aac/adts.ts";
import { type AudioSpecificConfig, parseAudioSpecificConfig } from "../aac/audio-specific-config.ts";
import { SAMPLING_FREQUENCIES } from "../aac/sampling-frequency.ts";
import type { AudioAccessUnit } from "../demux/access-unit.ts";
import type { Rational } from "../time/rational.ts";
import { TICKS_PER_SECOND } from "../time/units.ts";
import type { LoopSpan } from "./loop-span.ts";
import { SampleError } from "./sample-error.ts";

/** An audio track of a sample. */
export type SampleAudio = {
  /** ADTS frames. */
  readonly frames: readonly Uint8Array[];
  /** Frames a second. */
  readonly rate: Rational;
  /** ISO 639-2. */
  readonly language?: string;
};

/** buffer_fullness of a stream that does not say. */
const VARIABLE_RATE = 0x7ff;

/**
 * Takes as many frames as last exactly as long as the pictures, from the one that starts nearest to the first of them.
 *
 * @param units - All access units of the track.
 * @throws SampleError - when the loop is not a whole number of frames or some are missing.
 * @throws MalformedError - when the track has no AudioSpecificConfig that ADTS can say.
 */
export function readSampleAudio(
  units: readonly AudioAccessUnit[],
  span: LoopSpan,
  language: string | undefined,
): SampleAudio {
  const configuration = units[0]?.configuration;
  if (configuration?.codec !== "aac")
    throw new SampleError(`an audio track has ${configuration?.codec ?? "no frames"}`);
  const { sampleRate, samplesPerFrame, decoderConfiguration } = configuration;
  const count = (span.pictures * span.rate.den * sampleRate) / (span.rate.num * samplesPerFrame);
  if (!Number.isInteger(count)) throw new SampleError(`its pictures last as long as ${count} audio frames`);
  const ticksPerFrame = (TICKS_PER_SECOND * samplesPerFrame) / sampleRate;
  const first = units.findIndex((unit) => unit.pts >= span.start - ticksPerFrame / 2);
  const loop = first < 0 ? [] : units.slice(first, first + count);
  const regular = loop.every((unit, i) => Math.abs(unit.pts - span.start - i * ticksPerFrame) <= ticksPerFrame / 2 + 1);
  if (loop.length < count || !regular) throw new SampleError("an audio track does not last as long as the pictures");
  const asc = parseAudioSpecificConfig(decoderConfiguration);
  return {
    frames: loop.map((unit) => adtsFrame(unit.data, asc)),
    rate: { num: sampleRate, den: samplesPerFrame },
    ...(language !== undefined && { language }),
  };
}

function adtsFrame(
  data: Uint8Array,
  { audioObjectType, samplingFrequency, channelConfiguration }: AudioSpecificConfig,
): Uint8Array {
  const frameLength = ADTS_HEADER_BYTES + data.length;
  const frame = new Uint8Array(frameLength);
  frame.set(
    writeAdtsHeader({
      id: 0,
      protectionAbsent: true,
      audioObjectType,
      samplingFrequencyIndex: SAMPLING_FREQUENCIES.indexOf(samplingFrequency),
      channelConfiguration,
      frameLength,
      bufferFullness: VARIABLE_RATE,
      numberOfRawDataBlocksInFrame: 0,
    }),
  );
  frame.set(data, ADTS_HEADER_BYTES);
  return frame;
}
