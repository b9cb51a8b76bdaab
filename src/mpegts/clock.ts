import { MalformedError } from "../problem/malformed-error.ts";
import type { Ticks } from "../time/units.ts";

/** A PTS, DTS or PCR base starts again at 0 after this many ticks: about 26.5 hours. */
export const CLOCK_WRAP: number = 2 ** 33;

/** Units of the 27 MHz system clock in one tick of 90 kHz. */
export const PCR_UNITS_PER_TICK = 300;

/** Units of the 27 MHz system clock in a second. */
export const PCR_UNITS_PER_SECOND = 27_000_000;

/** Bytes of a PCR field. */
export const PCR_BYTES = 6;

/** The low 33 bits of a time, as PTS, DTS and PCR base carry it. Negative times count back from the wrap. */
export function wrap33(ticks: Ticks): number {
  const remainder = ticks % CLOCK_WRAP;
  return remainder < 0 ? remainder + CLOCK_WRAP : remainder;
}

/**
 * The time whose low 33 bits are `value` and that lies nearest to `reference`: at most 2^32 ticks (13 hours) from it.
 *
 * @param value - 33 bits from the wire.
 * @param reference - A time known to be near, such as the timestamp before it.
 */
export function unwrap33(value: number, reference: Ticks): Ticks {
  const ahead = (value - wrap33(reference) + CLOCK_WRAP) % CLOCK_WRAP;
  return (reference + (ahead > CLOCK_WRAP / 2 ? ahead - CLOCK_WRAP : ahead)) as Ticks;
}

/**
 * Reads a PCR field.
 *
 * @param bytes - Starts with program_clock_reference_base.
 * @returns base * 300 + extension, in units of 27 MHz; wraps with the base.
 * @throws MalformedError - `adaptation-field-malformed` when the field runs past the bytes.
 * @spec ISO/IEC 13818-1 2.4.3.5
 */
export function parsePcr(bytes: Uint8Array): number {
  if (bytes.length < PCR_BYTES) throw new MalformedError("adaptation-field-malformed", `PCR of ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, PCR_BYTES);
  const base = view.getUint32(0) * 2 + (view.getUint8(4) >> 7);
  return base * PCR_UNITS_PER_TICK + (view.getUint16(4) & 0x1ff);
}

/** Writes a PCR field; its time may lie past the wrap. The inverse of {@link parsePcr}. */
export function writePcr(pcr: number): Uint8Array {
  const base = wrap33(Math.floor(pcr / PCR_UNITS_PER_TICK) as Ticks);
  const extension = pcr - Math.floor(pcr / PCR_UNITS_PER_TICK) * PCR_UNITS_PER_TICK;
  const high = Math.floor(base / 2);
  // Six reserved bits lie between base and extension, all ones.
  const low = (base % 2) * 0x8000 + 0x7e00 + extension;
  return Uint8Array.of(high >>> 24, high >>> 16, high >>> 8, high, low >>> 8, low);
}
