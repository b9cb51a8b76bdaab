import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../bytes/hex.ts";
import { buildInitSegment } from "../cmaf/init-segment.ts";
import { audioSampleEntry, type DeclaredBitrate, visualSampleEntry } from "../cmaf/sample-entry.ts";
import type { AudioConfiguration, TrackConfiguration, VideoConfiguration } from "../demux/track-configuration.ts";
import type { InitSegment } from "../store/segment.ts";

/** Bytes of the digest that names an init segment: 64 bits tell apart all that a channel will ever have. */
const ID_BYTES = 8;

const audioFormats = { aac: "mp4a", ac3: "ac-3", eac3: "ec-3" } as const;

/**
 * Makes the init segment of a track's configuration. It depends on the stream's parameter sets alone, so packagers that
 * start at different times make the same bytes; what a stream does not declare, such as its bit rate, is not measured.
 *
 * @param timescale - Units of media time in a second.
 * @param language - ISO 639-2.
 */
export function buildTrackInit(
  configuration: TrackConfiguration,
  timescale: number,
  language: string | undefined,
): InitSegment {
  const video = configuration.kind === "video";
  const bytes = buildInitSegment({
    kind: configuration.kind,
    timescale,
    width: video ? displayWidth(configuration) : 0,
    height: video ? configuration.height : 0,
    language: language ?? "und",
    sampleEntry: video ? videoEntry(configuration) : audioEntry(configuration),
  });
  return { id: toHex(sha256(bytes).subarray(0, ID_BYTES)), bytes, configuration, timescale };
}

/** The track header's width counts square samples. */
function displayWidth({ width, pixelAspectRatio }: VideoConfiguration): number {
  return pixelAspectRatio === undefined
    ? width
    : Math.min(0xffff, Math.round((width * pixelAspectRatio.num) / pixelAspectRatio.den));
}

function videoEntry(configuration: VideoConfiguration): Uint8Array {
  const { codec, maxBitrate, bufferSizeBits } = configuration;
  const bitrate: DeclaredBitrate | undefined =
    maxBitrate === undefined
      ? undefined
      : {
          bufferSize: Math.min(0xffffffff, Math.floor((bufferSizeBits ?? 0) / 8)),
          max: Math.min(0xffffffff, maxBitrate),
          average: Math.min(0xffffffff, maxBitrate),
        };
  return visualSampleEntry({
    ...configuration,
    format: codec === "h264" ? "avc1" : "hvc1",
    ...(bitrate === undefined ? {} : { bitrate }),
  });
}

function audioEntry(configuration: AudioConfiguration): Uint8Array {
  const { codec, bitrate } = configuration;
  return audioSampleEntry({
    decoderConfiguration: configuration.decoderConfiguration,
    channels: configuration.channels,
    sampleRate: configuration.sampleRate,
    format: audioFormats[codec],
    ...(bitrate === undefined ? {} : { bitrate: { bufferSize: 0, max: bitrate, average: bitrate } }),
  });
}
