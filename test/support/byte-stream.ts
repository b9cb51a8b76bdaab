import { ffmpeg } from "./run.ts";

/** A codec whose byte streams have start codes, as ffmpeg calls it. */
export type ByteStreamFormat = "h264" | "hevc";

/** One SEI message to be put before a picture: payload type and payload. */
export type InsertedMessage = { readonly type: number; readonly payload: Uint8Array };

/** @spec Rec. ITU-T H.264 table 7-1: 6 is SEI, 1 to 5 are slices; H.265 table 7-1: 39 is prefix SEI, 0 to 31 are slices */
const syntax = {
  h264: {
    type: (nal: Uint8Array) => nal[0]! & 0x1f,
    isSlice: (type: number) => type >= 1 && type <= 5,
    /** first_mb_in_slice 0 is a single one bit. */
    isFirstSlice: (nal: Uint8Array) => (nal[1]! & 0x80) !== 0,
    isSei: (type: number) => type === 6,
    seiHeader: [0x06],
  },
  hevc: {
    type: (nal: Uint8Array) => (nal[0]! >> 1) & 0x3f,
    isSlice: (type: number) => type <= 31,
    /** first_slice_segment_in_pic_flag. */
    isFirstSlice: (nal: Uint8Array) => (nal[2]! & 0x80) !== 0,
    isSei: (type: number) => type === 39 || type === 40,
    seiHeader: [0x4e, 0x01],
  },
} as const;

/** The NAL units of a byte stream, start codes and zeros around them removed. */
export function splitNalUnits(stream: Uint8Array): readonly Uint8Array[] {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength);
  const startCode = Uint8Array.of(0, 0, 1);
  const units: Uint8Array[] = [];
  let at = bytes.indexOf(startCode);
  while (at >= 0) {
    const next = bytes.indexOf(startCode, at + 3);
    let end = next < 0 ? bytes.length : next;
    while (end > at + 3 && bytes[end - 1] === 0) end--;
    units.push(bytes.subarray(at + 3, end));
    at = next;
  }
  return units;
}

/** The NAL units of a sample of an MP4 file, whose lengths have four bytes. */
export function splitSample(sample: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(sample.buffer, sample.byteOffset, sample.byteLength);
  const units: Uint8Array[] = [];
  for (let at = 0; at < sample.length; at += 4 + view.getUint32(at)) {
    units.push(sample.subarray(at + 4, at + 4 + view.getUint32(at)));
  }
  return units;
}

/** Those of the NAL units that are SEI, in hexadecimal. */
export function seiUnits(format: ByteStreamFormat, units: readonly Uint8Array[]): readonly string[] {
  const { isSei, type } = syntax[format];
  return units.filter((nal) => isSei(type(nal))).map((nal) => Buffer.from(nal).toString("hex"));
}

/** The types of the NAL units that are slices. */
export function sliceTypes(format: ByteStreamFormat, units: readonly Uint8Array[]): readonly number[] {
  const { isSlice, type } = syntax[format];
  return units.map(type).filter(isSlice);
}

/**
 * Puts an SEI NAL unit of its own before the first slice of each picture.
 *
 * @param messagesOf - The messages of a picture, which count from 0 in decoding order.
 */
export function insertSei(
  format: ByteStreamFormat,
  stream: Uint8Array,
  messagesOf: (picture: number) => readonly InsertedMessage[],
): Uint8Array {
  const { isSlice, isFirstSlice, type } = syntax[format];
  const parts: Uint8Array[] = [];
  let picture = 0;
  for (const nal of splitNalUnits(stream)) {
    if (isSlice(type(nal)) && isFirstSlice(nal)) {
      const messages = messagesOf(picture++);
      if (messages.length > 0) parts.push(START_CODE, seiUnit(format, messages));
    }
    parts.push(START_CODE, nal);
  }
  return Buffer.concat(parts);
}

const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** Lets ffmpeg multiplex a byte stream without B-pictures into a transport stream. */
export async function multiplex(format: ByteStreamFormat, rate: string, from: string, to: string): Promise<void> {
  const input = ["-fflags", "+genpts", "-f", format, "-r", rate, "-i", from];
  await ffmpeg(...input, "-c", "copy", "-f", "mpegts", "-mpegts_m2ts_mode", "0", to);
}

/** @spec Rec. ITU-T H.264 7.3.2.3.1 (sei_message), 7.4.1.1 (emulation prevention) */
function seiUnit(format: ByteStreamFormat, messages: readonly InsertedMessage[]): Uint8Array {
  const payloads = messages.flatMap(({ type, payload }) => [
    ...extended(type),
    ...extended(payload.length),
    ...payload,
  ]);
  const bytes: number[] = [...syntax[format].seiHeader];
  let zeros = 0;
  for (const byte of [...payloads, 0x80]) {
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3);
      zeros = 0;
    }
    bytes.push(byte);
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  return Uint8Array.from(bytes);
}

/** A number as the sum of 0xff bytes and a last one. */
function extended(value: number): readonly number[] {
  return [...Array<number>(Math.floor(value / 255)).fill(255), value % 255];
}
