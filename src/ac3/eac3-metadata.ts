import { BitReader } from "../bytes/bit-reader.ts";
import { type Eac3Syncframe, hasThreeFronts } from "./syncframe.ts";

/** Bits of the syncframe before dialnorm, which {@link Eac3Syncframe} holds. */
const BITS_BEFORE = 45;

/** strmtyp of a dependent substream. */
const DEPENDENT = 1;

/** strmtyp of a substream converted from AC-3. */
const CONVERTED = 2;

/** What the header of an E-AC-3 syncframe says in its optional parts. */
export type Eac3Metadata = {
  /** Type of service, 0 to 7; 0, a complete main service, where the syncframe does not say. */
  readonly bsmod: number;
  /** Where the channels of a dependent substream belong, Left in bit 15; absent: where acmod puts them. */
  readonly chanmap?: number;
  /** The first of the syncframes that make six blocks; always false where one syncframe has them all. */
  readonly convsync: boolean;
  /** Objects of a Dolby Atmos stream (joint object coding), 1 to 255. */
  readonly complexityIndexTypeA?: number;
};

/**
 * Reads the rest of a syncframe's bit stream information.
 *
 * @param bytes - The whole syncframe.
 * @throws MalformedError - `audio-unsupported` when the fields run past the end.
 * @spec ETSI TS 102 366 E.1.2.2; ETSI TS 103 420 8.3
 */
export function parseEac3Metadata(bytes: Uint8Array, syncframe: Eac3Syncframe): Eac3Metadata {
  const { acmod, strmtyp, numblks } = syncframe;
  const reader = new BitReader(bytes, "audio-unsupported");
  reader.skip(BITS_BEFORE);
  for (let program = 0; program < programs(acmod); program++) {
    reader.skip(5); // dialnorm
    skipOptional(reader, 8); // compr
  }
  const chanmap = strmtyp === DEPENDENT && reader.flag() ? reader.u(16) : undefined;
  if (reader.flag()) skipMixingMetadata(reader, syncframe);
  const bsmod = reader.flag() ? readInformationalMetadata(reader, syncframe) : 0;
  const convsync = strmtyp === 0 && numblks !== 6 && reader.flag();
  if (strmtyp === CONVERTED && (numblks === 6 || reader.flag())) reader.skip(6); // frmsizecod
  const complexityIndexTypeA = reader.flag() ? readAdditionalInformation(reader) : undefined;
  return {
    bsmod,
    ...(chanmap !== undefined && { chanmap }),
    convsync,
    ...(complexityIndexTypeA !== undefined && { complexityIndexTypeA }),
  };
}

/** Mode 1+1 carries two mono programmes. */
function programs(acmod: number): number {
  return acmod === 0 ? 2 : 1;
}

function skipOptional(reader: BitReader, bits: number): void {
  if (reader.flag()) reader.skip(bits);
}

function skipMixingMetadata(reader: BitReader, { acmod, lfeon, strmtyp, numblks }: Eac3Syncframe): void {
  if (acmod > 2) reader.skip(2); // dmixmod
  if (hasThreeFronts(acmod)) reader.skip(6); // ltrtcmixlev, lorocmixlev
  if (acmod >= 4) reader.skip(6); // ltrtsurmixlev, lorosurmixlev
  if (lfeon) skipOptional(reader, 5); // lfemixlevcod
  if (strmtyp !== 0) return;
  for (let program = 0; program < programs(acmod); program++) skipOptional(reader, 6); // pgmscl
  skipOptional(reader, 6); // extpgmscl
  const mixdef = reader.u(2);
  if (mixdef === 1) reader.skip(5); // premixcmpsel, drcsrc, premixcmpscl
  if (mixdef === 2) reader.skip(12); // mixdata
  if (mixdef === 3) reader.skip((reader.u(5) + 2) * 8); // mixdeflen, mixdata
  if (acmod < 2) {
    for (let program = 0; program < programs(acmod); program++) skipOptional(reader, 14); // panmean, paninfo
  }
  if (!reader.flag()) return; // frmmixcfginfoe
  for (let block = 0; block < numblks; block++) {
    if (numblks === 1) reader.skip(5);
    else skipOptional(reader, 5); // blkmixcfginfo
  }
}

function readInformationalMetadata(reader: BitReader, { acmod, fscod }: Eac3Syncframe): number {
  const bsmod = reader.u(3);
  reader.skip(2); // copyrightb, origbs
  if (acmod === 2) reader.skip(4); // dsurmod, dheadphonmod
  if (acmod >= 6) reader.skip(2); // dsurexmod
  for (let program = 0; program < programs(acmod); program++) skipOptional(reader, 8); // mixlevel, roomtyp, adconvtyp
  if (fscod < 3) reader.skip(1); // sourcefscod
  return bsmod;
}

function readAdditionalInformation(reader: BitReader): number | undefined {
  const bytes = reader.u(6) + 1; // addbsil
  if (bytes < 2) return undefined;
  reader.skip(7);
  const isExtended = reader.flag(); // flag_ec3_extension_type_a
  return isExtended ? reader.u(8) || undefined : undefined;
}
