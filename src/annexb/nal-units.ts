import { findBytes } from "../bytes/find-bytes.ts";

const START_CODE: Uint8Array = Uint8Array.of(0, 0, 1);

/** NAL units found in a stretch of byte stream. */
export type NalSplit = {
  /**
   * Bytes before the first start code that belong to the NAL unit of the stretch before: the zeros of the start code
   * are not counted, so 0 means that the NAL unit before is complete. Without a start code: everything, zeros too.
   */
  readonly head: number;
  /** Offset of the last start code (its bytes 00 00 01), from which the last NAL unit may go on; -1 without one. */
  readonly tail: number;
  /** Views without start codes and zeros around them, in order; none is empty. */
  readonly nalUnits: readonly Uint8Array[];
};

/**
 * Splits a byte stream at its start codes (00 00 01), which cannot occur inside a NAL unit.
 *
 * Where a start code is found and `head` is 0, what came before the stretch is complete. A NAL unit or a start code
 * that runs over the border of two stretches is joined by splitting again, together, the bytes of the first from its
 * `tail` and the second.
 *
 * @param from - Where in `bytes` the stretch begins; `head` counts from here, `tail` from the beginning of `bytes`.
 * @spec Rec. ITU-T H.264 B.1, H.265 B.2 (trailing_zero_8bits, zero_byte and leading_zero_8bits are in no NAL unit)
 */
export function splitByteStream(bytes: Uint8Array, from = 0): NalSplit {
  const nalUnits: Uint8Array[] = [];
  const first = findBytes(bytes, START_CODE, from);
  if (first < 0) return { head: bytes.length - from, tail: -1, nalUnits };
  let tail = first;
  let next = first;
  while (next >= 0) {
    tail = next;
    const start = tail + START_CODE.length;
    next = findBytes(bytes, START_CODE, start);
    push(nalUnits, bytes, start, next < 0 ? bytes.length : next);
  }
  return { head: trimZeros(bytes, from, first) - from, tail, nalUnits };
}

/**
 * The NAL unit that a stretch of byte stream begins with, as far as it has come.
 *
 * @returns undefined where it begins with anything but a start code, or with nothing after it.
 */
export function firstNalUnit(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes[0] !== 0 || bytes[1] !== 0) return undefined;
  const start = bytes[2] === 1 ? 3 : 4;
  const isStartCode = bytes[start - 1] === 1 && (start === 3 || bytes[2] === 0);
  return isStartCode && bytes.length > start ? bytes.subarray(start) : undefined;
}

/**
 * Writes NAL units as a byte stream, each after a four-byte start code: the inverse of {@link splitByteStream} for NAL
 * units that do not end in a zero byte, which no legal one does.
 */
export function joinByteStream(nalUnits: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(nalUnits.reduce((size, nal) => size + 4 + nal.length, 0));
  let offset = 0;
  for (const nal of nalUnits) {
    bytes[offset + 3] = 1;
    bytes.set(nal, offset + 4);
    offset += 4 + nal.length;
  }
  return bytes;
}

function push(nalUnits: Uint8Array[], bytes: Uint8Array, start: number, limit: number): void {
  const end = trimZeros(bytes, start, limit);
  if (end > start) nalUnits.push(bytes.subarray(start, end));
}

/** The end of what is left of `bytes[start..end)` without zeros at its end. */
function trimZeros(bytes: Uint8Array, start: number, end: number): number {
  let trimmed = end;
  while (trimmed > start && bytes[trimmed - 1] === 0) trimmed--;
  return trimmed;
}
