import type { BitReader } from "../bytes/bit-reader.ts";
import { MalformedError } from "../problem/malformed-error.ts";

/**
 * Reads a ue(v) of a parameter set that has an upper limit.
 *
 * @param element - Name of the syntax element, for the error.
 * @throws MalformedError - `parameter-set-malformed` when the value is above the limit or the bytes end.
 */
export function boundedUe(reader: BitReader, max: number, element: string): number {
  const value = reader.ue();
  if (value > max) throw new MalformedError("parameter-set-malformed", `${element} is ${value}, above ${max}`);
  return value;
}
