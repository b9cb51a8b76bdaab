const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte << 24;
  for (let bit = 0; bit < 8; bit++) remainder = remainder < 0 ? (remainder << 1) ^ 0x04c11db7 : remainder << 1;
  return remainder;
});

/**
 * CRC of an MPEG section: polynomial 0x04C11DB7, most significant bit first, register preset to ones, no final inversion.
 *
 * @returns 32 unsigned bits; 0 when the bytes end with their own CRC_32.
 * @spec ISO/IEC 13818-1 annex A
 */
export function crc32Mpeg(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc << 8) ^ table[(crc >>> 24) ^ byte]!;
  return crc >>> 0;
}
