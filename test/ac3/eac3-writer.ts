import { BitWriter } from "../../src/bytes/bit-writer.ts";

/** What a test wants to say in the header of an E-AC-3 syncframe; the rest has its plainest value. */
export type Eac3Fields = {
  readonly size?: number;
  readonly strmtyp?: number;
  readonly substreamid?: number;
  readonly fscod?: number;
  readonly numblkscod?: number;
  readonly acmod?: number;
  readonly lfeon?: boolean;
  readonly bsid?: number;
  readonly chanmap?: number;
  readonly convsync?: boolean;
  /** Informational metadata is there if this is. */
  readonly bsmod?: number;
  /** Mixing metadata with every optional field. */
  readonly mixdef?: number;
  readonly addbsi?: readonly number[];
  /** Fills the rest of the syncframe, so that frames can be told apart. */
  readonly fill?: number;
};

/** Writes an E-AC-3 syncframe whose header is complete and whose audio is nonsense (ETSI TS 102 366 E.1.2). */
export function writeEac3Syncframe(fields: Eac3Fields = {}): Uint8Array {
  const { size = 64, strmtyp = 0, substreamid = 0, fscod = 0, numblkscod = 3, acmod = 2, lfeon = false } = fields;
  const writer = new BitWriter()
    .u(16, 0x0b77)
    .u(2, strmtyp)
    .u(3, substreamid)
    .u(11, size / 2 - 1)
    .u(2, fscod)
    .u(2, numblkscod)
    .u(3, acmod)
    .flag(lfeon)
    .u(5, fields.bsid ?? 16);
  for (let program = 0; program < (acmod === 0 ? 2 : 1); program++) writer.u(5, 31).flag(true).u(8, 0xaa); // dialnorm, compr
  if (strmtyp === 1) {
    writer.flag(fields.chanmap !== undefined);
    if (fields.chanmap !== undefined) writer.u(16, fields.chanmap);
  }
  writer.flag(fields.mixdef !== undefined);
  if (fields.mixdef !== undefined) writeMixing(writer, fields.mixdef, { acmod, lfeon, strmtyp, numblkscod });
  writer.flag(fields.bsmod !== undefined);
  if (fields.bsmod !== undefined) writeInformation(writer, fields.bsmod, acmod, fscod);
  if (strmtyp === 0 && numblkscod !== 3) writer.flag(fields.convsync ?? false);
  if (strmtyp === 2) {
    if (numblkscod !== 3) writer.flag(true); // blkid
    writer.u(6, 0x15); // frmsizecod
  }
  writer.flag(fields.addbsi !== undefined);
  if (fields.addbsi !== undefined) {
    writer.u(6, fields.addbsi.length - 1);
    for (const byte of fields.addbsi) writer.u(8, byte);
  }
  const header = writer.finish();
  if (header.length > size) throw new RangeError(`a header of ${header.length} bytes in a syncframe of ${size}`);
  const bytes = new Uint8Array(size).fill(fields.fill ?? 0x55);
  bytes.set(header);
  return bytes;
}

type Shape = {
  readonly acmod: number;
  readonly lfeon: boolean;
  readonly strmtyp: number;
  readonly numblkscod: number;
};

function writeMixing(writer: BitWriter, mixdef: number, { acmod, lfeon, strmtyp, numblkscod }: Shape): void {
  if (acmod > 2) writer.u(2, 1); // dmixmod
  if ([3, 5, 7].includes(acmod)) writer.u(3, 5).u(3, 2); // ltrtcmixlev, lorocmixlev
  if (acmod >= 4) writer.u(3, 5).u(3, 2); // ltrtsurmixlev, lorosurmixlev
  if (lfeon) writer.flag(true).u(5, 21); // lfemixlevcod
  if (strmtyp !== 0) return;
  for (let program = 0; program < (acmod === 0 ? 2 : 1); program++) writer.flag(true).u(6, 42); // pgmscl
  writer.flag(true).u(6, 42); // extpgmscl
  writer.u(2, mixdef);
  if (mixdef === 1) writer.u(1, 1).u(1, 1).u(3, 5);
  if (mixdef === 2) writer.u(12, 0xabc);
  if (mixdef === 3) {
    writer.u(5, 3);
    for (let byte = 0; byte < 5; byte++) writer.u(8, 0xa5);
  }
  if (acmod === 0) writer.flag(true).u(14, 0x1abc).flag(false); // paninfo of one programme
  if (acmod === 1) writer.flag(true).u(14, 0x1abc);
  writer.flag(true); // frmmixcfginfoe
  const blocks = [1, 2, 3, 6][numblkscod]!;
  if (blocks === 1) writer.u(5, 9);
  else for (let block = 0; block < blocks; block++) block % 2 === 0 ? writer.flag(true).u(5, 9) : writer.flag(false);
}

function writeInformation(writer: BitWriter, bsmod: number, acmod: number, fscod: number): void {
  writer.u(3, bsmod).u(2, 3); // copyrightb, origbs
  if (acmod === 2) writer.u(2, 1).u(2, 2); // dsurmod, dheadphonmod
  if (acmod >= 6) writer.u(2, 1); // dsurexmod
  for (let program = 0; program < (acmod === 0 ? 2 : 1); program++) writer.flag(true).u(8, 0xc3); // audprodi
  if (fscod < 3) writer.u(1, 1); // sourcefscod
}
