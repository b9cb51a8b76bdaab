/** What a box is made of: bytes, byte values, or both nested in the order of the fields. */
export type BoxContent = Uint8Array | readonly (number | BoxContent)[];

/** An unsigned 8-bit field. */
export function u8(value: number): readonly number[] {
  return [value & 0xff];
}

/** An unsigned 16-bit field. */
export function u16(value: number): readonly number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

/** An unsigned 24-bit field. */
export function u24(value: number): readonly number[] {
  return [(value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** A 32-bit field; signed values are written in two's complement. */
export function u32(value: number): readonly number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

/** An unsigned 64-bit field of a safe integer. */
export function u64(value: number): readonly number[] {
  return [...u32(Math.floor(value / 2 ** 32)), ...u32(value % 2 ** 32)];
}

/** The characters of ASCII text, without an end. */
export function ascii(text: string): readonly number[] {
  return [...text].map((character) => character.charCodeAt(0) & 0x7f);
}

/** UTF-8 text with the zero byte that ends it. */
export function cString(text: string): BoxContent {
  return [new TextEncoder().encode(text), 0];
}

/** So many zero bytes. */
export function zeros(count: number): Uint8Array {
  return new Uint8Array(count);
}

/**
 * A box: size, type and content.
 *
 * @param type - Four characters.
 * @spec ISO/IEC 14496-12 4.2
 */
export function box(type: string, ...content: readonly BoxContent[]): Uint8Array {
  const size = 8 + sizeOf(content);
  const bytes = new Uint8Array(size);
  write(bytes, 0, [u32(size), ascii(type), content]);
  return bytes;
}

/** A box with version and flags. */
export function fullBox(type: string, version: number, flags: number, ...content: readonly BoxContent[]): Uint8Array {
  return box(type, u8(version), u24(flags), ...content);
}

function sizeOf(content: BoxContent): number {
  if (content instanceof Uint8Array) return content.length;
  let size = 0;
  for (const part of content) size += typeof part === "number" ? 1 : sizeOf(part);
  return size;
}

function write(bytes: Uint8Array, from: number, content: BoxContent): number {
  if (content instanceof Uint8Array) {
    bytes.set(content, from);
    return from + content.length;
  }
  let offset = from;
  for (const part of content) {
    if (typeof part === "number") bytes[offset++] = part;
    else offset = write(bytes, offset, part);
  }
  return offset;
}
