import type { Descriptor } from "../mpegts/descriptor.ts";
import { describeStream, descriptorTags, streamTypes } from "../mpegts/stream-type.ts";
import { printable } from "./printable.ts";

/** @spec ISO/IEC 13818-1 table 2-34; SCTE 35 8.1 for 0x86; ATSC A/52 annex A for 0x81 and 0x87 */
const names: ReadonlyMap<number, string> = new Map([
  [0x01, "MPEG-1 video"],
  [0x02, "MPEG-2 video"],
  [0x03, "MPEG-1 audio"],
  [0x04, "MPEG-2 audio"],
  [0x05, "private sections"],
  [streamTypes.privatePes, "private PES"],
  [0x0b, "DSM-CC U-N messages"],
  [0x0d, "DSM-CC sections"],
  [streamTypes.aacAdts, "AAC (ADTS)"],
  [0x10, "MPEG-4 video"],
  [0x11, "AAC (LATM)"],
  [0x15, "timed metadata"],
  [streamTypes.h264, "H.264"],
  [0x20, "H.264 MVC"],
  [0x21, "JPEG 2000"],
  [streamTypes.h265, "H.265"],
  [0x33, "H.266"],
  [streamTypes.ac3, "AC-3"],
  [0x86, "SCTE 35"],
  [streamTypes.eac3, "E-AC-3"],
  [0xea, "VC-1"],
]);

/** Descriptors of private PES streams that say what they carry. @spec ETSI EN 300 468 table 12 */
const privateNames: ReadonlyMap<number, string> = new Map([
  [0x56, "teletext"],
  [0x59, "DVB subtitles"],
  [0x7b, "DTS"],
]);

const FORMAT_IDENTIFIER_BYTES = 4;

/** What the PMT says a stream is, in words. */
export function streamTypeName(streamType: number, descriptors: readonly Descriptor[]): string {
  const name = names.get(streamType) ?? "unknown";
  if (streamType !== streamTypes.privatePes) return name;
  const codec = describeStream(streamType, descriptors)?.codec;
  if (codec === "ac3" || codec === "eac3") return codec === "ac3" ? "AC-3" : "E-AC-3";
  for (const { tag, data } of descriptors) {
    const known = privateNames.get(tag);
    if (known !== undefined) return known;
    if (tag !== descriptorTags.registration || data.length < FORMAT_IDENTIFIER_BYTES) continue;
    const identifier = String.fromCharCode(...data.subarray(0, FORMAT_IDENTIFIER_BYTES));
    return `${name} (${printable(identifier, FORMAT_IDENTIFIER_BYTES)})`;
  }
  return name;
}
