import { BitWriter } from "../bytes/bit-writer.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { type Descriptor, parseDescriptors, writeDescriptors } from "./descriptor.ts";
import { MAX_PID } from "./packet.ts";
import { parseSection, writeSection } from "./section.ts";

/** table_id of a PMT section. @spec ISO/IEC 13818-1 table 2-31 */
export const PMT_TABLE_ID = 0x02;

const FIXED_BYTES = 4;
const STREAM_BYTES = 5;

/** One elementary stream as a PMT announces it. */
export type ProgramStream = {
  readonly pid: number;
  readonly streamType: number;
  readonly descriptors: readonly Descriptor[];
};

/** The streams of one programme. A PMT has exactly one section. */
export type ProgramMap = {
  readonly programNumber: number;
  /** 0 to 31, one more with each change. */
  readonly version: number;
  /** False: the map does not apply yet. */
  readonly currentNext: boolean;
  /** Where the PCRs of the programme are; 0x1fff: there are none. */
  readonly pcrPid: number;
  readonly streams: readonly ProgramStream[];
};

/**
 * Reads a PMT section. Descriptors of the programme itself are checked and left out.
 *
 * @param section - table_id to CRC_32 inclusive.
 * @throws MalformedError - `section-crc` or `section-malformed`.
 * @spec ISO/IEC 13818-1 2.4.4.8
 */
export function parseProgramMap(section: Uint8Array): ProgramMap {
  const { tableIdExtension, version, currentNext, body } = parseSection(section, PMT_TABLE_ID);
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  /** The descriptor loop whose 12-bit length stands at `offset`. */
  const loopAt = (offset: number): Uint8Array => {
    const length = view.getUint16(offset) & 0xfff;
    if (offset + 2 + length > body.length) {
      throw new MalformedError("section-malformed", `descriptors of ${length} bytes run past the PMT`);
    }
    return body.subarray(offset + 2, offset + 2 + length);
  };
  if (body.length < FIXED_BYTES) throw new MalformedError("section-malformed", `PMT body of ${body.length} bytes`);
  const pcrPid = view.getUint16(0) & MAX_PID;
  const programInfo = loopAt(2);
  parseDescriptors(programInfo);
  const streams: ProgramStream[] = [];
  let offset = FIXED_BYTES + programInfo.length;
  while (offset < body.length) {
    if (offset + STREAM_BYTES > body.length) throw new MalformedError("section-malformed", "PMT ends inside a stream");
    const loop = loopAt(offset + 3);
    streams.push({
      pid: view.getUint16(offset + 1) & MAX_PID,
      streamType: view.getUint8(offset),
      descriptors: parseDescriptors(loop),
    });
    offset += STREAM_BYTES + loop.length;
  }
  return { programNumber: tableIdExtension, version, currentNext, pcrPid, streams };
}

/**
 * Writes a PMT section: the inverse of {@link parseProgramMap}.
 *
 * @throws RangeError - when the streams do not fit into one section.
 */
export function writeProgramMap(map: ProgramMap): Uint8Array {
  const body = new BitWriter().u(3, 7).u(13, map.pcrPid).u(4, 15).u(12, 0);
  for (const { pid, streamType, descriptors } of map.streams) {
    const loop = writeDescriptors(descriptors);
    body.u(8, streamType).u(3, 7).u(13, pid).u(4, 15).u(12, loop.length).bytes(loop);
  }
  return writeSection({
    tableId: PMT_TABLE_ID,
    tableIdExtension: map.programNumber,
    version: map.version,
    currentNext: map.currentNext,
    sectionNumber: 0,
    lastSectionNumber: 0,
    body: body.finish(),
  });
}
