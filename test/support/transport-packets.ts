/** Bytes of a transport packet. */
export const PACKET_BYTES = 188;

/** Values of a 33-bit clock. */
const CLOCK_VALUES = 2 ** 33;

/** As ffmpeg writes them, start code included. */
const H264_DELIMITER = Uint8Array.of(0, 0, 0, 1, 0x09, 0xf0);
const H265_DELIMITER = Uint8Array.of(0, 0, 0, 1, 0x46, 0x01, 0x50);

/** The distance between two values of a 33-bit clock, the short way round. */
export function ticksBetween(from: number, to: number): number {
  const distance = (((to - from) % CLOCK_VALUES) + CLOCK_VALUES) % CLOCK_VALUES;
  return distance >= CLOCK_VALUES / 2 ? distance - CLOCK_VALUES : distance;
}

/**
 * Replaces the access unit delimiters that ffmpeg's multiplexer puts at the start of each PES packet by as many zero
 * bytes, which a byte stream may have before any start code: the stream then has no delimiters.
 *
 * @throws Error - when there were none.
 */
export function removeDelimiters(stream: Uint8Array): Uint8Array {
  const bytes = Buffer.from(stream);
  let removed = 0;
  for (const delimiter of [H264_DELIMITER, H265_DELIMITER]) {
    for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + 1)) {
      bytes.fill(0, at, at + delimiter.length);
      removed++;
    }
  }
  if (removed === 0) throw new Error("the stream has no delimiters");
  return bytes;
}
