import type { Rational } from "../time/rational.ts";
import { ascii, type BoxContent, box, fullBox, u8, u16, u24, u32, zeros } from "./box.ts";

/** 72 dots an inch in 16.16: the value the standard prescribes. */
const RESOLUTION = 0x00480000;

/** What the btrt box says. */
export type DeclaredBitrate = {
  /** Of the decoding buffer, in bytes; 0 where unknown. */
  readonly bufferSize: number;
  /** Bits a second. */
  readonly max: number;
  readonly average: number;
};

/** What a video sample entry is made of. */
export type VisualSampleEntry = {
  readonly format: "avc1" | "hvc1";
  /** Content of the avcC or hvcC box. */
  readonly decoderConfiguration: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly pixelAspectRatio?: Rational;
  readonly colour?: {
    readonly primaries: number;
    readonly transfer: number;
    readonly matrix: number;
    readonly fullRange: boolean;
  };
  readonly bitrate?: DeclaredBitrate;
};

/** What an audio sample entry is made of. */
export type AudioSampleEntry = {
  readonly format: "mp4a" | "ac-3" | "ec-3";
  /** AudioSpecificConfig, or content of the dac3 or dec3 box. */
  readonly decoderConfiguration: Uint8Array;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bitrate?: DeclaredBitrate;
};

/**
 * The sample entry of an H.264 or H.265 track whose parameter sets are all in it.
 *
 * @spec ISO/IEC 14496-12 12.1.3 (VisualSampleEntry), 14496-15 5.4.2 (avc1) and 8.4.1 (hvc1)
 */
export function visualSampleEntry(entry: VisualSampleEntry): Uint8Array {
  const { pixelAspectRatio, colour, bitrate } = entry;
  return box(
    entry.format,
    zeros(6), // reserved
    u16(1), // data_reference_index
    zeros(16), // pre_defined, reserved
    u16(entry.width),
    u16(entry.height),
    u32(RESOLUTION), // horizresolution
    u32(RESOLUTION), // vertresolution
    u32(0), // reserved
    u16(1), // frame_count
    zeros(32), // compressorname
    u16(0x0018), // depth
    u16(0xffff), // pre_defined
    box(entry.format === "avc1" ? "avcC" : "hvcC", entry.decoderConfiguration),
    colour === undefined
      ? []
      : box(
          "colr",
          ascii("nclx"),
          u16(colour.primaries),
          u16(colour.transfer),
          u16(colour.matrix),
          u8(colour.fullRange ? 0x80 : 0),
        ),
    pixelAspectRatio === undefined ? [] : box("pasp", u32(pixelAspectRatio.num), u32(pixelAspectRatio.den)),
    bitrateBox(bitrate),
  );
}

/**
 * The sample entry of an AAC, AC-3 or E-AC-3 track.
 *
 * @spec ISO/IEC 14496-12 12.2.3 (AudioSampleEntry), 14496-14 5.6 (mp4a), ETSI TS 102 366 annex F (ac-3, ec-3)
 */
export function audioSampleEntry(entry: AudioSampleEntry): Uint8Array {
  return box(
    entry.format,
    zeros(6), // reserved
    u16(1), // data_reference_index
    zeros(8), // reserved
    u16(entry.channels),
    u16(16), // samplesize
    u32(0), // pre_defined, reserved
    u32(entry.sampleRate < 0x10000 ? entry.sampleRate * 0x10000 : 0), // samplerate, 16.16
    decoderBox(entry),
    bitrateBox(entry.bitrate),
  );
}

function decoderBox(entry: AudioSampleEntry): Uint8Array {
  if (entry.format === "ac-3") return box("dac3", entry.decoderConfiguration);
  if (entry.format === "ec-3") return box("dec3", entry.decoderConfiguration);
  return fullBox("esds", 0, 0, elementaryStreamDescriptor(entry));
}

/** @spec ISO/IEC 14496-1 7.2.6.5 (ES_Descriptor), 7.2.6.6; CMAF (ISO/IEC 23000-19) 10.3.4.2.3 asks for ES_ID 0 */
function elementaryStreamDescriptor({ decoderConfiguration, bitrate }: AudioSampleEntry): BoxContent {
  const specificInfo = descriptor(0x05, [decoderConfiguration]);
  const decoderConfig = descriptor(0x04, [
    u8(0x40), // objectTypeIndication: MPEG-4 audio
    u8(0x15), // streamType 5 (audio), upStream 0, reserved 1
    u24(bitrate?.bufferSize ?? 0),
    u32(bitrate?.max ?? 0),
    u32(bitrate?.average ?? 0),
    specificInfo,
  ]);
  return descriptor(0x03, [
    u16(0), // ES_ID
    u8(0), // flags
    decoderConfig,
    descriptor(0x06, [u8(0x02)]), // SLConfigDescriptor: predefined for MP4
  ]);
}

function descriptor(tag: number, content: readonly BoxContent[]): Uint8Array {
  const body = box("    ", ...content).subarray(8);
  // expandable size: all descriptors here are shorter than 128 bytes
  return Uint8Array.from([tag, body.length, ...body]);
}

function bitrateBox(bitrate: DeclaredBitrate | undefined): BoxContent {
  return bitrate === undefined ? [] : box("btrt", u32(bitrate.bufferSize), u32(bitrate.max), u32(bitrate.average));
}
