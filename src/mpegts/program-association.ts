import { MalformedError } from "../problem/malformed-error.ts";
import { MAX_PID } from "./packet.ts";
import { parseSection, writeSection } from "./section.ts";

/** table_id of a PAT section. @spec ISO/IEC 13818-1 table 2-31 */
export const PAT_TABLE_ID = 0x00;

const ENTRY_BYTES = 4;

/** One section of the Program Association Table. */
export type ProgramAssociation = {
  readonly transportStreamId: number;
  /** 0 to 31, one more with each change of the table. */
  readonly version: number;
  /** False: the table does not apply yet. */
  readonly currentNext: boolean;
  readonly sectionNumber: number;
  readonly lastSectionNumber: number;
  /** Programmes in wire order with the PIDs of their PMTs; network_PID (program_number 0) is left out. */
  readonly programs: readonly { readonly number: number; readonly pid: number }[];
};

/**
 * Reads one PAT section.
 *
 * @param section - table_id to CRC_32 inclusive.
 * @throws MalformedError - `section-crc` or `section-malformed`.
 * @spec ISO/IEC 13818-1 2.4.4.3
 */
export function parseProgramAssociation(section: Uint8Array): ProgramAssociation {
  const { tableIdExtension, version, currentNext, sectionNumber, lastSectionNumber, body } = parseSection(
    section,
    PAT_TABLE_ID,
  );
  if (body.length % ENTRY_BYTES !== 0) {
    throw new MalformedError("section-malformed", `PAT entries of ${ENTRY_BYTES} bytes fill ${body.length} bytes`);
  }
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const programs: { number: number; pid: number }[] = [];
  for (let offset = 0; offset < body.length; offset += ENTRY_BYTES) {
    const number = view.getUint16(offset);
    if (number !== 0) programs.push({ number, pid: view.getUint16(offset + 2) & MAX_PID });
  }
  return { transportStreamId: tableIdExtension, version, currentNext, sectionNumber, lastSectionNumber, programs };
}

/**
 * Writes one PAT section: the inverse of {@link parseProgramAssociation}.
 *
 * @throws RangeError - when the programmes do not fit into one section (253 do).
 */
export function writeProgramAssociation(association: ProgramAssociation): Uint8Array {
  const body = new Uint8Array(association.programs.length * ENTRY_BYTES);
  const view = new DataView(body.buffer);
  for (const [i, { number, pid }] of association.programs.entries()) {
    view.setUint16(i * ENTRY_BYTES, number);
    view.setUint16(i * ENTRY_BYTES + 2, 0xe000 | pid);
  }
  return writeSection({ ...association, tableId: PAT_TABLE_ID, tableIdExtension: association.transportStreamId, body });
}
