import { MalformedError } from "../problem/malformed-error.ts";
import { crc32Mpeg } from "./crc32.ts";

/**
 * Bytes of the longest PAT or PMT section, table_id to CRC_32. Their section_length is at most 1021; only private
 * sections may be longer.
 */
export const MAX_SECTION_BYTES = 1024;

/** Bytes up to and including section_length. */
export const SECTION_PREFIX_BYTES = 3;

const HEADER_BYTES = 8;
const CRC_BYTES = 4;

/** What PAT and PMT sections have in common. */
export type Section = {
  readonly tableId: number;
  /** transport_stream_id of a PAT, program_number of a PMT: 16 bits. */
  readonly tableIdExtension: number;
  /** version_number: 0 to 31. */
  readonly version: number;
  /** current_next_indicator: the table applies now, not later. */
  readonly currentNext: boolean;
  readonly sectionNumber: number;
  readonly lastSectionNumber: number;
  /** What lies between the common header and CRC_32: a view. */
  readonly body: Uint8Array;
};

/**
 * Checks a whole section and takes its common header off.
 *
 * @param bytes - table_id to CRC_32 inclusive, nothing after it.
 * @throws MalformedError - `section-malformed`, or `section-crc` when only the CRC is wrong.
 * @spec ISO/IEC 13818-1 2.4.4.3, 2.4.4.8
 */
export function parseSection(bytes: Uint8Array, tableId: number): Section {
  if (bytes.length < HEADER_BYTES + CRC_BYTES || bytes.length > MAX_SECTION_BYTES) {
    throw new MalformedError("section-malformed", `section of ${bytes.length} bytes`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = SECTION_PREFIX_BYTES + (view.getUint16(1) & 0xfff);
  if (length !== bytes.length) {
    throw new MalformedError("section-malformed", `section of ${bytes.length} bytes says it has ${length}`);
  }
  if (crc32Mpeg(bytes) !== 0) throw new MalformedError("section-crc", `CRC of a section of ${length} bytes is wrong`);
  if (view.getUint8(0) !== tableId) {
    throw new MalformedError("section-malformed", `table_id ${view.getUint8(0)} where ${tableId} belongs`);
  }
  if ((view.getUint8(1) & 0x80) === 0) throw new MalformedError("section-malformed", "section_syntax_indicator is 0");
  return {
    tableId,
    tableIdExtension: view.getUint16(3),
    version: (view.getUint8(5) >> 1) & 0x1f,
    currentNext: (view.getUint8(5) & 1) === 1,
    sectionNumber: view.getUint8(6),
    lastSectionNumber: view.getUint8(7),
    body: bytes.subarray(HEADER_BYTES, bytes.length - CRC_BYTES),
  };
}

/**
 * Writes a section with its CRC: the inverse of {@link parseSection}.
 *
 * @throws RangeError - when the section would be longer than 1024 bytes.
 */
export function writeSection(section: Section): Uint8Array {
  const length = HEADER_BYTES + section.body.length + CRC_BYTES;
  if (length > MAX_SECTION_BYTES)
    throw new RangeError(`a section of ${length} bytes is longer than ${MAX_SECTION_BYTES}`);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, section.tableId);
  view.setUint16(1, 0xb000 | (length - SECTION_PREFIX_BYTES));
  view.setUint16(3, section.tableIdExtension);
  view.setUint8(5, 0xc0 | (section.version << 1) | (section.currentNext ? 1 : 0));
  view.setUint8(6, section.sectionNumber);
  view.setUint8(7, section.lastSectionNumber);
  bytes.set(section.body, HEADER_BYTES);
  view.setUint32(length - CRC_BYTES, crc32Mpeg(bytes.subarray(0, length - CRC_BYTES)));
  return bytes;
}
