import {
  ADTS_HEADER_BYTES,
  type AdtsHeader,
  adtsHeaderLength,
  MAX_ADTS_FRAME_BYTES,
  parseAdtsHeader,
} from "../aac/adts.ts";
import { aacChannelCount, aacCodecString, writeAudioSpecificConfig } from "../aac/audio-specific-config.ts";
import { SAMPLING_FREQUENCIES } from "../aac/sampling-frequency.ts";
import { problemEvent } from "../problem/problem.ts";
import type { Ticks } from "../time/units.ts";
import type { DemuxEvent } from "./access-unit.ts";
import { AudioConfigurationCache } from "./audio-configuration-cache.ts";
import type { AudioFrameFormat, FrameHead } from "./audio-frame-format.ts";
import type { AudioConfiguration } from "./track-configuration.ts";

/** Samples per channel of a raw data block. */
const SAMPLES_PER_BLOCK = 1024;

/** AAC in ADTS frames, each with one raw data block: one access unit per frame, without its header. */
export class AdtsFormat implements AudioFrameFormat {
  readonly syncByte = 0xff;
  readonly headBytes: number = ADTS_HEADER_BYTES;
  readonly maxFrameBytes: number = MAX_ADTS_FRAME_BYTES;
  readonly #pid: number;
  readonly #configurations: AudioConfigurationCache = new AudioConfigurationCache();

  constructor(pid: number) {
    this.#pid = pid;
  }

  parseHead(bytes: Uint8Array): FrameHead | undefined {
    const header = parseAdtsHeader(bytes);
    if (header === undefined) return undefined;
    return {
      size: header.frameLength,
      samples: (header.numberOfRawDataBlocksInFrame + 1) * SAMPLES_PER_BLOCK,
      sampleRate: SAMPLING_FREQUENCIES[header.samplingFrequencyIndex]!,
      signature: (configurationKey(header) << 2) | (header.id << 1) | Number(header.protectionAbsent),
    };
  }

  take(bytes: Uint8Array, pts: Ticks | undefined): readonly DemuxEvent[] {
    const header = parseAdtsHeader(bytes)!;
    const { numberOfRawDataBlocksInFrame, channelConfiguration } = header;
    if (numberOfRawDataBlocksInFrame > 0 || channelConfiguration === 0) {
      const detail = `${numberOfRawDataBlocksInFrame + 1} raw data blocks, channel configuration ${channelConfiguration}`;
      return [problemEvent("audio-unsupported", { pid: this.#pid, detail })];
    }
    if (pts === undefined) return [];
    const data = bytes.subarray(adtsHeaderLength(header));
    const configuration = this.#configurations.get(configurationKey(header), () => buildConfiguration(header));
    return [{ kind: "access-unit", unit: { kind: "audio", pid: this.#pid, pts, data, configuration } }];
  }

  interrupt(): readonly DemuxEvent[] {
    return [];
  }

  flush(): readonly DemuxEvent[] {
    return [];
  }
}

/** A number that differs where the configuration does. */
function configurationKey(header: AdtsHeader): number {
  return (header.audioObjectType << 7) | (header.samplingFrequencyIndex << 3) | header.channelConfiguration;
}

function buildConfiguration(header: AdtsHeader): AudioConfiguration {
  const { audioObjectType, channelConfiguration } = header;
  const samplingFrequency = SAMPLING_FREQUENCIES[header.samplingFrequencyIndex]!;
  return {
    kind: "audio",
    codec: "aac",
    codecString: aacCodecString(audioObjectType),
    decoderConfiguration: writeAudioSpecificConfig({ audioObjectType, samplingFrequency, channelConfiguration }),
    sampleRate: samplingFrequency,
    channels: aacChannelCount(channelConfiguration),
    samplesPerFrame: SAMPLES_PER_BLOCK,
  };
}
