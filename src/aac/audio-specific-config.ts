import { BitReader } from "../bytes/bit-reader.ts";
import { BitWriter } from "../bytes/bit-writer.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { SAMPLING_FREQUENCIES } from "./sampling-frequency.ts";

/** samplingFrequencyIndex of a rate that is written out in 24 bits. */
const ESCAPE = 15;

/** Main, LC, SSR, LTP: what ADTS can say, all with the same GASpecificConfig. */
const MAX_AUDIO_OBJECT_TYPE = 4;

/** What a decoder of AAC in frames of 1024 samples must know before the first frame. */
export type AudioSpecificConfig = {
  /** 1 Main, 2 LC, 3 SSR, 4 LTP. */
  readonly audioObjectType: number;
  /** Of the core coder, in hertz. */
  readonly samplingFrequency: number;
  /** 1 to 7, as in ADTS. */
  readonly channelConfiguration: number;
};

/**
 * Reads an AudioSpecificConfig; bytes after the GASpecificConfig (backward-compatible SBR signalling) are passed over.
 *
 * @throws MalformedError - `audio-unsupported` when it ends early or is not AAC in frames of 1024 samples.
 * @spec ISO/IEC 14496-3 1.6.2.1, 4.4.1
 */
export function parseAudioSpecificConfig(bytes: Uint8Array): AudioSpecificConfig {
  const reader = new BitReader(bytes, "audio-unsupported");
  const audioObjectType = reader.u(5);
  if (audioObjectType < 1 || audioObjectType > MAX_AUDIO_OBJECT_TYPE) {
    throw new MalformedError("audio-unsupported", `audio object type ${audioObjectType}`);
  }
  const index = reader.u(4);
  const samplingFrequency = index === ESCAPE ? reader.u(24) : SAMPLING_FREQUENCIES[index];
  if (!samplingFrequency) throw new MalformedError("audio-unsupported", `sampling frequency index ${index}`);
  const channelConfiguration = reader.u(4);
  if (channelConfiguration < 1 || channelConfiguration > 7) {
    throw new MalformedError("audio-unsupported", `channel configuration ${channelConfiguration}`);
  }
  // frameLengthFlag (960 samples), dependsOnCoreCoder, extensionFlag
  const flags = reader.u(3);
  if (flags !== 0) throw new MalformedError("audio-unsupported", `GASpecificConfig flags ${flags}`);
  return { audioObjectType, samplingFrequency, channelConfiguration };
}

/** Writes an AudioSpecificConfig, two bytes at the usual rates: the inverse of {@link parseAudioSpecificConfig}. */
export function writeAudioSpecificConfig(config: AudioSpecificConfig): Uint8Array {
  const writer = new BitWriter().u(5, config.audioObjectType);
  const index = SAMPLING_FREQUENCIES.indexOf(config.samplingFrequency);
  if (index >= 0) writer.u(4, index);
  else writer.u(4, ESCAPE).u(24, config.samplingFrequency);
  return writer.u(4, config.channelConfiguration).u(3, 0).finish();
}

/** Channels of a channelConfiguration from 1 to 7, LFE counted. */
export function aacChannelCount(channelConfiguration: number): number {
  return channelConfiguration === 7 ? 8 : channelConfiguration;
}

/**
 * Codec string of AAC in ISO base media files.
 *
 * @spec RFC 6381 3.3
 */
export function aacCodecString(audioObjectType: number): string {
  return `mp4a.40.${audioObjectType}`;
}
