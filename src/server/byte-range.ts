/** Part of a body: `start` inclusive, `end` exclusive. */
export type ByteRange = { readonly start: number; readonly end: number };

/**
 * Reads a `Range` header that asks for one range of bytes.
 *
 * @param size - Bytes of the whole body.
 * @returns The bytes to send; `unsatisfiable` when none of them exists; undefined when the header is to be ignored
 *   because it is malformed, in another unit, or asks for several ranges (which players never do and a server may
 *   answer whole).
 * @spec RFC 9110, 14.1.2 and 14.2
 */
export function parseByteRange(header: string, size: number): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*$/i.exec(header);
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size };
  }
  const start = Number(first);
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  if (last !== "" && Number(last) < start) return undefined;
  return start >= size ? "unsatisfiable" : { start, end };
}
