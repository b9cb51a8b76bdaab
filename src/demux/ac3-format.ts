import { channelLocations, countChannels } from "../ac3/channel-locations.ts";
import { writeDac3 } from "../ac3/specific-box.ts";
import {
  type Ac3Syncframe,
  ac3Bitrate,
  MAX_AC3_SYNCFRAME_BYTES,
  parseSyncframe,
  SAMPLES_PER_BLOCK,
  SYNCFRAME_HEADER_BYTES,
} from "../ac3/syncframe.ts";
import { problemEvent } from "../problem/problem.ts";
import type { BitsPerSecond, Ticks } from "../time/units.ts";
import type { DemuxEvent } from "./access-unit.ts";
import { AudioConfigurationCache } from "./audio-configuration-cache.ts";
import type { AudioFrameFormat, FrameHead } from "./audio-frame-format.ts";
import type { AudioConfiguration } from "./track-configuration.ts";

/** AC-3: one access unit per syncframe. */
export class Ac3Format implements AudioFrameFormat {
  readonly syncByte = 0x0b;
  readonly headBytes: number = SYNCFRAME_HEADER_BYTES;
  readonly maxFrameBytes: number = MAX_AC3_SYNCFRAME_BYTES;
  readonly #pid: number;
  readonly #configurations: AudioConfigurationCache = new AudioConfigurationCache();

  constructor(pid: number) {
    this.#pid = pid;
  }

  parseHead(bytes: Uint8Array): FrameHead | undefined {
    const syncframe = parseSyncframe(bytes);
    if (syncframe === undefined) return undefined;
    const { size, sampleRate, numblks } = syncframe;
    // E-AC-3 announced as AC-3 is found too: the stream is intact, only not what it should be.
    const signature = syncframe.syntax === "ac3" ? configurationKey(syncframe) : -1;
    return { size, samples: numblks * SAMPLES_PER_BLOCK, sampleRate, signature };
  }

  take(bytes: Uint8Array, pts: Ticks | undefined): readonly DemuxEvent[] {
    const syncframe = parseSyncframe(bytes)!;
    if (syncframe.syntax !== "ac3") {
      const detail = "E-AC-3 in a stream announced as AC-3";
      return [problemEvent("audio-unsupported", { pid: this.#pid, detail })];
    }
    if (pts === undefined) return [];
    const configuration = this.#configurations.get(configurationKey(syncframe), () => buildConfiguration(syncframe));
    return [{ kind: "access-unit", unit: { kind: "audio", pid: this.#pid, pts, data: bytes, configuration } }];
  }

  interrupt(): readonly DemuxEvent[] {
    return [];
  }

  flush(): readonly DemuxEvent[] {
    return [];
  }
}

/** A number that differs where the configuration does. */
function configurationKey({ fscod, bsid, bsmod, acmod, lfeon, bitRateCode }: Ac3Syncframe): number {
  return (fscod << 17) | (bsid << 12) | (bsmod << 9) | (acmod << 6) | (Number(lfeon) << 5) | bitRateCode;
}

function buildConfiguration(syncframe: Ac3Syncframe): AudioConfiguration {
  return {
    kind: "audio",
    codec: "ac3",
    codecString: "ac-3",
    decoderConfiguration: writeDac3(syncframe),
    sampleRate: syncframe.sampleRate,
    channels: countChannels(channelLocations(syncframe.acmod, syncframe.lfeon)),
    samplesPerFrame: syncframe.numblks * SAMPLES_PER_BLOCK,
    bitrate: ac3Bitrate(syncframe.bitRateCode) as BitsPerSecond,
  };
}
