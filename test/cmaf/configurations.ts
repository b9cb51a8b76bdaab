import { fromHex } from "../../src/bytes/hex.ts";
import type { AudioConfiguration, VideoConfiguration } from "../../src/demux/track-configuration.ts";
import type { BitsPerSecond } from "../../src/time/units.ts";

/** libx264, High, 320x180 at 25 pictures a second. */
export const H264: VideoConfiguration = {
  kind: "video",
  codec: "h264",
  codecString: "avc1.64000c",
  decoderConfiguration: fromHex(
    "0164000cffe1001c6764000cacd941419f9f016a020202800000030080000019078a14cb01000668ebe3cb22c0fdf8f800",
  ),
  width: 320,
  height: 180,
  colour: { primaries: 1, transfer: 1, matrix: 1, fullRange: false },
};

/** libx265, Main, 320x180 at 25 pictures a second. */
export const H265: VideoConfiguration = {
  kind: "video",
  codec: "h265",
  codecString: "hvc1.1.6.L60.90",
  decoderConfiguration: fromHex(
    `0101600000009000000000003cf000fcfdf8f800000f03a00001001840010c01ffff01600000030090000003000003003c959809
     a10001002b42010101600000030090000003000003003ca00a080b9f796566924caf016808000003000800000300c840
     a2000100074401c172b46240`,
  ),
  width: 320,
  height: 180,
};

export const AAC: AudioConfiguration = {
  kind: "audio",
  codec: "aac",
  codecString: "mp4a.40.2",
  decoderConfiguration: fromHex("1190"),
  sampleRate: 48_000,
  channels: 2,
  samplesPerFrame: 1024,
};

export const AC3: AudioConfiguration = {
  kind: "audio",
  codec: "ac3",
  codecString: "ac-3",
  decoderConfiguration: fromHex("103dc0"),
  sampleRate: 48_000,
  channels: 6,
  samplesPerFrame: 1536,
  bitrate: 448_000 as BitsPerSecond,
};

export const EAC3: AudioConfiguration = {
  kind: "audio",
  codec: "eac3",
  codecString: "ec-3",
  decoderConfiguration: fromHex("0600200f00"),
  sampleRate: 48_000,
  channels: 6,
  samplesPerFrame: 1536,
  bitrate: 192_000 as BitsPerSecond,
};
