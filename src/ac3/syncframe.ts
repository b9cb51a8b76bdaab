import { BitReader } from "../bytes/bit-reader.ts";

/** From the syncword through lfeon, in either syntax and any channel mode. */
export const SYNCFRAME_HEADER_BYTES = 7;

/** 640 kbit/s at 32 kHz. */
export const MAX_AC3_SYNCFRAME_BYTES = 3840;

/** frmsiz has 11 bits and counts words of 16 bits from 1. */
export const MAX_EAC3_SYNCFRAME_BYTES = 4096;

/** A shorter frame has no room for its header and CRC. */
const MIN_SYNCFRAME_BYTES = 8;

/** Samples per channel of one audio block. */
export const SAMPLES_PER_BLOCK = 256;

/** Highest bsid that AC-3 decoders accept; from 9 on frames are in other syntaxes. */
const MAX_AC3_BSID = 8;

/** bsid of E-AC-3: 16, and the values before it that its decoders must accept too. */
const EAC3_BSIDS = { min: 11, max: 16 } as const;

const SAMPLE_RATES = [48000, 44100, 32000];

/** Nominal bit rates of AC-3 in kbit/s by frmsizecod / 2. */
const AC3_KILOBITS = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];

/** What both syntaxes say at the start of a syncframe. */
type SyncframeFields = {
  /** Bytes of the syncframe, its CRC included. */
  readonly size: number;
  /** Sample rate code as written: 3 for the halved rates of E-AC-3. */
  readonly fscod: number;
  /** In hertz. */
  readonly sampleRate: number;
  /** Audio blocks of 256 samples: 1, 2, 3 or 6. */
  readonly numblks: number;
  readonly bsid: number;
  /** Audio coding mode, 0 to 7: which of the main channels are there. */
  readonly acmod: number;
  readonly lfeon: boolean;
};

/** Start of a syncframe in AC-3 syntax. */
export type Ac3Syncframe = SyncframeFields & {
  readonly syntax: "ac3";
  /** Type of service, 0 to 7: 0 is a complete main service. */
  readonly bsmod: number;
  /** Nominal bit rate, 0 to 18. */
  readonly bitRateCode: number;
};

/** Start of a syncframe in E-AC-3 syntax; the rest of its header is read by `parseEac3Metadata`. */
export type Eac3Syncframe = SyncframeFields & {
  readonly syntax: "eac3";
  /** 0 independent substream, 1 dependent, 2 independent and converted from AC-3. */
  readonly strmtyp: number;
  /** Counts independent substreams of a stream, or dependent substreams of an independent one, from 0. */
  readonly substreamid: number;
};

/** Start of a syncframe. */
export type Syncframe = Ac3Syncframe | Eac3Syncframe;

/**
 * Reads the start of an AC-3 or E-AC-3 syncframe.
 *
 * @param bytes - At least {@link SYNCFRAME_HEADER_BYTES} from the syncword on.
 * @returns undefined when these bytes cannot start a syncframe. Nothing is thrown for that: a search for the next one
 *   tries every byte of whatever arrives, and exceptions would make it a thousand times slower.
 * @throws MalformedError - `audio-sync-lost` when there are too few bytes.
 * @spec ETSI TS 102 366 4.3.1, 4.3.2, E.1.2
 */
export function parseSyncframe(bytes: Uint8Array): Syncframe | undefined {
  if (bytes[0] !== 0x0b || bytes[1] !== 0x77) return undefined;
  const reader = new BitReader(bytes, "audio-sync-lost");
  reader.skip(16);
  // Both syntaxes have bsid at the same bit, so that a decoder can tell them apart.
  const bsid = new BitReader(bytes.subarray(5), "audio-sync-lost").u(5);
  if (bsid <= MAX_AC3_BSID) return parseAc3(reader);
  if (bsid >= EAC3_BSIDS.min && bsid <= EAC3_BSIDS.max) return parseEac3(reader);
  return undefined;
}

/** Nominal bit rate of AC-3 in bits a second. */
export function ac3Bitrate(bitRateCode: number): number {
  return AC3_KILOBITS[bitRateCode]! * 1000;
}

function parseAc3(reader: BitReader): Ac3Syncframe | undefined {
  reader.skip(16); // crc1
  const fscod = reader.u(2);
  const sampleRate = SAMPLE_RATES[fscod];
  const frmsizecod = reader.u(6);
  const bitRateCode = frmsizecod >> 1;
  const kilobits = AC3_KILOBITS[bitRateCode];
  if (sampleRate === undefined || kilobits === undefined) return undefined;
  // At 44.1 kHz a frame is no whole number of words, and frmsizecod tells which way this one is rounded.
  const padding = sampleRate === 44100 ? frmsizecod & 1 : 0;
  const words = Math.floor((kilobits * 1000 * 6 * SAMPLES_PER_BLOCK) / (16 * sampleRate)) + padding;
  const bsid = reader.u(5);
  const bsmod = reader.u(3);
  const acmod = reader.u(3);
  if (hasThreeFronts(acmod)) reader.skip(2); // cmixlev
  if (acmod >= 4) reader.skip(2); // surmixlev
  if (acmod === 2) reader.skip(2); // dsurmod
  const lfeon = reader.flag();
  return { syntax: "ac3", size: words * 2, fscod, sampleRate, numblks: 6, bsid, acmod, lfeon, bsmod, bitRateCode };
}

function parseEac3(reader: BitReader): Eac3Syncframe | undefined {
  const strmtyp = reader.u(2);
  if (strmtyp === 3) return undefined; // reserved
  const substreamid = reader.u(3);
  const size = (reader.u(11) + 1) * 2;
  if (size < MIN_SYNCFRAME_BYTES) return undefined;
  const fscod = reader.u(2);
  const code = reader.u(2); // fscod2 or numblkscod
  if (fscod === 3 && code === 3) return undefined; // reserved
  const sampleRate = fscod === 3 ? SAMPLE_RATES[code]! / 2 : SAMPLE_RATES[fscod]!;
  const numblks = fscod === 3 ? 6 : [1, 2, 3, 6][code]!;
  const acmod = reader.u(3);
  const lfeon = reader.flag();
  const bsid = reader.u(5);
  return { syntax: "eac3", size, fscod, sampleRate, numblks, bsid, acmod, lfeon, strmtyp, substreamid };
}

/** Left, centre and right in front: the modes that have a centre to mix. */
export function hasThreeFronts(acmod: number): boolean {
  return acmod > 2 && (acmod & 1) === 1;
}
