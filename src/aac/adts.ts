import { BitWriter } from "../bytes/bit-writer.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { SAMPLING_FREQUENCIES } from "./sampling-frequency.ts";

/** aac_frame_length has 13 bits. */
export const MAX_ADTS_FRAME_BYTES = 8191;

/** The fixed and variable header without the CRC that may follow: enough to find the next frame. */
export const ADTS_HEADER_BYTES = 7;

const CRC_BYTES = 2;

/** The header before one AAC frame in a transport stream. Private, copyright and home bits are left out. */
export type AdtsHeader = {
  /** The ID bit: 0 for MPEG-4, 1 for MPEG-2. */
  readonly id: number;
  /** No CRC follows the header. */
  readonly protectionAbsent: boolean;
  /** profile_ObjectType + 1: 1 Main, 2 LC, 3 SSR, 4 LTP. */
  readonly audioObjectType: number;
  /** 0 to 12, an index into {@link SAMPLING_FREQUENCIES}. */
  readonly samplingFrequencyIndex: number;
  /** 1 to 7; 0 where the layout is inside the frame. */
  readonly channelConfiguration: number;
  /** Bytes of the frame with this header and its CRC. */
  readonly frameLength: number;
  /** Fill of the encoder's bit reservoir in units of 32 bits per channel; 0x7ff for a variable rate. */
  readonly bufferFullness: number;
  /** One less than the raw data blocks in the frame. */
  readonly numberOfRawDataBlocksInFrame: number;
};

/** Bytes between the start of the frame and its first raw data block, where there is only one. */
export function adtsHeaderLength(header: AdtsHeader): number {
  return header.protectionAbsent ? ADTS_HEADER_BYTES : ADTS_HEADER_BYTES + CRC_BYTES;
}

/**
 * Reads the header at the start of a frame.
 *
 * @param bytes - At least {@link ADTS_HEADER_BYTES} from the syncword on.
 * @returns undefined when these bytes cannot start a frame. Nothing is thrown for that: a search for the next frame
 *   tries every byte of whatever arrives, and exceptions would make it a thousand times slower.
 * @throws MalformedError - `audio-sync-lost` when there are too few bytes.
 * @spec ISO/IEC 14496-3 1.A.2.2
 */
export function parseAdtsHeader(bytes: Uint8Array): AdtsHeader | undefined {
  // Syncword and layer, as bytes: most calls of a search end here.
  if (bytes[0] !== 0xff || (bytes[1]! & 0xf6) !== 0xf0) return undefined;
  if (bytes.length < ADTS_HEADER_BYTES) {
    throw new MalformedError("audio-sync-lost", `ADTS header of ${bytes.length} bytes`);
  }
  const third = bytes[2]!;
  const samplingFrequencyIndex = (third >> 2) & 15;
  if (samplingFrequencyIndex >= SAMPLING_FREQUENCIES.length) return undefined;
  const fourth = bytes[3]!;
  const sixth = bytes[5]!;
  const seventh = bytes[6]!;
  const header = {
    id: (bytes[1]! >> 3) & 1,
    protectionAbsent: (bytes[1]! & 1) === 1,
    audioObjectType: (third >> 6) + 1,
    samplingFrequencyIndex,
    // Between these lie private_bit and the bits of original_copy, home and copyright identification.
    channelConfiguration: ((third & 1) << 2) | (fourth >> 6),
    frameLength: ((fourth & 3) << 11) | (bytes[4]! << 3) | (sixth >> 5),
    bufferFullness: ((sixth & 0x1f) << 6) | (seventh >> 2),
    numberOfRawDataBlocksInFrame: seventh & 3,
  };
  return header.frameLength > adtsHeaderLength(header) ? header : undefined;
}

/** Writes the {@link ADTS_HEADER_BYTES} of a header: the inverse of {@link parseAdtsHeader}. A CRC is left to the caller. */
export function writeAdtsHeader(header: AdtsHeader): Uint8Array {
  return new BitWriter()
    .u(12, 0xfff)
    .u(1, header.id)
    .u(2, 0) // layer
    .flag(header.protectionAbsent)
    .u(2, header.audioObjectType - 1)
    .u(4, header.samplingFrequencyIndex)
    .u(1, 0) // private_bit
    .u(3, header.channelConfiguration)
    .u(4, 0) // original_copy, home, copyright identification
    .u(13, header.frameLength)
    .u(11, header.bufferFullness)
    .u(2, header.numberOfRawDataBlocksInFrame)
    .finish();
}
