import { addEmulationPrevention, removeEmulationPrevention } from "../annexb/emulation-prevention.ts";
import { BitReader } from "../bytes/bit-reader.ts";
import { BitWriter } from "../bytes/bit-writer.ts";
import { parseSequenceParameterSet } from "../h264/sequence-parameter-set.ts";
import type { Rational } from "../time/rational.ts";

/** num_units_in_tick and time_scale. */
const TIMING_BITS = 64;

/**
 * A sequence parameter set that declares another picture rate. One that declares none stays as it is.
 *
 * Everything before the two numbers has a variable length, so they are looked for as the bits they are.
 *
 * @param nal - The NAL unit.
 * @param rate - Pictures a second.
 * @spec Rec. ITU-T H.264 E.2.1: a frame lasts two ticks
 */
export function declareRate(nal: Uint8Array, rate: Rational): Uint8Array {
  const timing = parseSequenceParameterSet(nal).vui?.timing;
  if (timing === undefined) return nal;
  const rbsp = removeEmulationPrevention(nal);
  for (let position = 0; position + TIMING_BITS <= rbsp.length * 8; position++) {
    const reader = new BitReader(rbsp, "parameter-set-malformed");
    reader.skip(position);
    if (reader.u(32) !== timing.numUnitsInTick || reader.u(32) !== timing.timeScale) continue;
    return addEmulationPrevention(withTiming(rbsp, position, rate));
  }
  return nal;
}

function withTiming(rbsp: Uint8Array, position: number, { num, den }: Rational): Uint8Array {
  const reader = new BitReader(rbsp, "parameter-set-malformed");
  const writer = new BitWriter();
  const copy = (bits: number): void => {
    for (let left = bits; left > 0; left -= 32) writer.u(Math.min(left, 32), reader.u(Math.min(left, 32)));
  };
  copy(position);
  writer.u(32, den).u(32, 2 * num);
  reader.skip(TIMING_BITS);
  copy(reader.remaining);
  return writer.finish();
}
