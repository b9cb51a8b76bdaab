import { BitReader } from "../bytes/bit-reader.ts";
import { BitWriter } from "../bytes/bit-writer.ts";

/** Content of the dac3 box: the fields of an AC-3 syncframe that stay the same. */
export type Ac3SpecificBox = {
  readonly fscod: number;
  readonly bsid: number;
  readonly bsmod: number;
  readonly acmod: number;
  readonly lfeon: boolean;
  /** Nominal bit rate, 0 to 18. */
  readonly bitRateCode: number;
};

/** One independent substream as the dec3 box describes it. */
export type IndependentSubstream = {
  readonly fscod: number;
  readonly bsid: number;
  /** It is an associated service, to be mixed with a main one. */
  readonly asvc: boolean;
  readonly bsmod: number;
  readonly acmod: number;
  readonly lfeon: boolean;
  /** Dependent substreams that belong to it, 0 to 15. */
  readonly numDepSub: number;
  /** Where their channels are, as `chanLoc` makes it; 0 without dependent substreams. */
  readonly chanLoc: number;
};

/** Content of the dec3 box. */
export type Ec3SpecificBox = {
  /** Bit rate of all substreams together in kbit/s, 0 to 8191. */
  readonly dataRate: number;
  /** 1 to 8. */
  readonly independentSubstreams: readonly IndependentSubstream[];
  /** Objects of a Dolby Atmos stream, 1 to 255. */
  readonly complexityIndexTypeA?: number;
};

/**
 * Reads the content of a dac3 box.
 *
 * @throws MalformedError - `audio-unsupported` when it ends early.
 * @spec ETSI TS 102 366 F.4
 */
export function parseDac3(bytes: Uint8Array): Ac3SpecificBox {
  const reader = new BitReader(bytes, "audio-unsupported");
  return {
    fscod: reader.u(2),
    bsid: reader.u(5),
    bsmod: reader.u(3),
    acmod: reader.u(3),
    lfeon: reader.flag(),
    bitRateCode: reader.u(5),
  };
}

/** Writes the content of a dac3 box: the inverse of {@link parseDac3}. */
export function writeDac3(box: Ac3SpecificBox): Uint8Array {
  return new BitWriter()
    .u(2, box.fscod)
    .u(5, box.bsid)
    .u(3, box.bsmod)
    .u(3, box.acmod)
    .flag(box.lfeon)
    .u(5, box.bitRateCode)
    .u(5, 0) // reserved
    .finish();
}

/**
 * Reads the content of a dec3 box.
 *
 * @throws MalformedError - `audio-unsupported` when it ends early.
 * @spec ETSI TS 102 366 F.6; ETSI TS 103 420 C.3
 */
export function parseDec3(bytes: Uint8Array): Ec3SpecificBox {
  const reader = new BitReader(bytes, "audio-unsupported");
  const dataRate = reader.u(13);
  const count = reader.u(3) + 1; // num_ind_sub
  const independentSubstreams = Array.from({ length: count }, () => parseSubstream(reader));
  if (reader.remaining < 8) return { dataRate, independentSubstreams };
  reader.skip(7);
  const complexityIndexTypeA = reader.flag() ? reader.u(8) : 0;
  return { dataRate, independentSubstreams, ...(complexityIndexTypeA > 0 && { complexityIndexTypeA }) };
}

/** Writes the content of a dec3 box: the inverse of {@link parseDec3}. */
export function writeDec3(box: Ec3SpecificBox): Uint8Array {
  const writer = new BitWriter().u(13, box.dataRate).u(3, box.independentSubstreams.length - 1);
  for (const substream of box.independentSubstreams) writeSubstream(writer, substream);
  if (box.complexityIndexTypeA !== undefined) {
    writer
      .u(7, 0) // reserved
      .u(1, 1) // flag_ec3_extension_type_a
      .u(8, box.complexityIndexTypeA);
  }
  return writer.finish();
}

function parseSubstream(reader: BitReader): IndependentSubstream {
  const fscod = reader.u(2);
  const bsid = reader.u(5);
  reader.skip(1); // reserved
  const asvc = reader.flag();
  const bsmod = reader.u(3);
  const acmod = reader.u(3);
  const lfeon = reader.flag();
  reader.skip(3); // reserved
  const numDepSub = reader.u(4);
  const chanLoc = numDepSub > 0 ? reader.u(9) : 0;
  if (numDepSub === 0) reader.skip(1); // reserved
  return { fscod, bsid, asvc, bsmod, acmod, lfeon, numDepSub, chanLoc };
}

function writeSubstream(writer: BitWriter, substream: IndependentSubstream): void {
  writer
    .u(2, substream.fscod)
    .u(5, substream.bsid)
    .u(1, 0) // reserved
    .flag(substream.asvc)
    .u(3, substream.bsmod)
    .u(3, substream.acmod)
    .flag(substream.lfeon)
    .u(3, 0) // reserved
    .u(4, substream.numDepSub)
    .u(substream.numDepSub > 0 ? 9 : 1, substream.chanLoc);
}
