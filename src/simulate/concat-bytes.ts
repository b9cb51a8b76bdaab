/** One copy of all parts, one after the other. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part.length;
  // From Node's pool: memory of its own costs more than all that is written into it, for a small picture.
  const bytes = Buffer.allocUnsafe(size);
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
