import { MalformedError } from "../problem/malformed-error.ts";

/** The header of a PES packet. */
export type PesHeader = {
  readonly streamId: number;
  /** PES_packet_length: bytes after that field; 0 where the packet is unbounded (video). */
  readonly packetLength: number;
  /** Bytes before the payload. */
  readonly headerBytes: number;
  /** PES_scrambling_control is not 0: the payload cannot be read. */
  readonly scrambled: boolean;
  /** As on the wire: 33 bits. */
  readonly pts?: number;
  /** As on the wire: 33 bits. Absent where it equals the PTS. */
  readonly dts?: number;
};

/** Bytes up to and including PES_packet_length. */
const PREFIX_BYTES = 6;
/** Bytes up to and including PES_header_data_length. */
const FIXED_BYTES = 9;
const TIMESTAMP_BYTES = 5;
/** The lowest stream_id of a PES packet; below it are start codes of program streams and video. */
const MIN_STREAM_ID = 0xbc;

/**
 * stream_ids whose payload follows PES_packet_length at once: program_stream_map, padding_stream, private_stream_2, ECM,
 * EMM, DSM-CC, H.222.1 type E, program_stream_directory.
 *
 * @spec ISO/IEC 13818-1 2.4.3.7, table 2-22
 */
const WITHOUT_HEADER: ReadonlySet<number> = new Set([0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff]);

/**
 * Reads the header of a PES packet.
 *
 * @param bytes - The PES packet from packet_start_code_prefix on; it may go on after the header.
 * @throws MalformedError - `pes-malformed` when the syntax is broken or the header runs past the bytes.
 * @spec ISO/IEC 13818-1 2.4.3.6
 */
export function parsePesHeader(bytes: Uint8Array): PesHeader {
  // Read as bytes: there is one for each picture and frame, and a bit reader would take several times as long.
  if (bytes.length < PREFIX_BYTES) throw new MalformedError("pes-malformed", `PES packet of ${bytes.length} bytes`);
  if (bytes[0] !== 0 || bytes[1] !== 0 || bytes[2] !== 1) {
    throw new MalformedError("pes-malformed", "no packet_start_code_prefix");
  }
  const streamId = bytes[3]!;
  if (streamId < MIN_STREAM_ID) throw new MalformedError("pes-malformed", `stream_id ${streamId} is no PES packet`);
  const packetLength = bytes[4]! * 256 + bytes[5]!;
  if (WITHOUT_HEADER.has(streamId)) return { streamId, packetLength, headerBytes: PREFIX_BYTES, scrambled: false };
  if (bytes.length < FIXED_BYTES) throw new MalformedError("pes-malformed", `PES packet of ${bytes.length} bytes`);
  if (bytes[6]! >> 6 !== 2) throw new MalformedError("pes-malformed", "PES header does not begin with the bits 10");
  const scrambled = (bytes[6]! & 0x30) !== 0;
  const timestamps = bytes[7]! >> 6;
  const headerBytes = FIXED_BYTES + bytes[8]!;
  checkLengths(headerBytes, timestamps, packetLength, bytes.length);
  if (timestamps === 0) return { streamId, packetLength, headerBytes, scrambled };
  const pts = readTimestamp(bytes, FIXED_BYTES, timestamps);
  if (timestamps === 2) return { streamId, packetLength, headerBytes, scrambled, pts };
  const dts = readTimestamp(bytes, FIXED_BYTES + TIMESTAMP_BYTES, 1);
  return { streamId, packetLength, headerBytes, scrambled, pts, dts };
}

/**
 * Writes the header of a PES packet with data_alignment_indicator set: the inverse of {@link parsePesHeader}.
 *
 * @param header - A DTS needs a PTS beside it.
 */
export function writePesHeader(header: Omit<PesHeader, "headerBytes" | "scrambled">): Uint8Array {
  const { streamId, packetLength, pts, dts } = header;
  const hasHeader = !WITHOUT_HEADER.has(streamId);
  const timestamps = pts === undefined ? 0 : dts === undefined ? 2 : 3;
  const dataBytes = Math.max(0, timestamps - 1) * TIMESTAMP_BYTES;
  const bytes = new Uint8Array(hasHeader ? FIXED_BYTES + dataBytes : PREFIX_BYTES);
  bytes[2] = 1;
  bytes[3] = streamId;
  bytes[4] = packetLength >> 8;
  bytes[5] = packetLength;
  if (!hasHeader) return bytes;
  bytes[6] = 0x84;
  bytes[7] = timestamps << 6;
  bytes[8] = dataBytes;
  if (pts !== undefined) writeTimestamp(bytes, FIXED_BYTES, timestamps, pts);
  if (pts !== undefined && dts !== undefined) writeTimestamp(bytes, FIXED_BYTES + TIMESTAMP_BYTES, 1, dts);
  return bytes;
}

function checkLengths(headerBytes: number, timestamps: number, packetLength: number, available: number): void {
  if (timestamps === 1) throw new MalformedError("pes-malformed", "PTS_DTS_flags 01 is forbidden");
  const needed = FIXED_BYTES + Math.max(0, timestamps - 1) * TIMESTAMP_BYTES;
  if (headerBytes < needed) {
    throw new MalformedError("pes-malformed", `PES header of ${headerBytes} bytes, its timestamps need ${needed}`);
  }
  if (headerBytes > available || (packetLength !== 0 && headerBytes > PREFIX_BYTES + packetLength)) {
    throw new MalformedError("pes-malformed", `PES header of ${headerBytes} bytes runs past the packet`);
  }
}

function readTimestamp(bytes: Uint8Array, at: number, prefix: number): number {
  const first = bytes[at]!;
  const third = bytes[at + 2]!;
  const fifth = bytes[at + 4]!;
  if (first >> 4 !== prefix) throw new MalformedError("pes-malformed", "timestamp has a wrong prefix");
  if ((first & third & fifth & 1) === 0) {
    throw new MalformedError("pes-malformed", "marker_bit of a timestamp is 0");
  }
  const middle = (bytes[at + 1]! << 7) | (third >> 1);
  const low = (bytes[at + 3]! << 7) | (fifth >> 1);
  return ((first >> 1) & 7) * 2 ** 30 + middle * 2 ** 15 + low;
}

/** 3, 15 and 15 bits, each before a marker_bit. */
function writeTimestamp(bytes: Uint8Array, at: number, prefix: number, value: number): void {
  const low = value % 2 ** 15;
  const middle = Math.floor(value / 2 ** 15) % 2 ** 15;
  bytes[at] = (prefix << 4) | (Math.floor(value / 2 ** 30) << 1) | 1;
  bytes[at + 1] = middle >> 7;
  bytes[at + 2] = (middle << 1) | 1;
  bytes[at + 3] = low >> 7;
  bytes[at + 4] = (low << 1) | 1;
}
