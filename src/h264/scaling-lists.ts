import type { BitReader } from "../bytes/bit-reader.ts";

/**
 * Passes over the scaling lists of a sequence parameter set.
 *
 * @param chromaFormatIdc - 4:4:4 (3) has twelve lists, every other format eight.
 * @throws MalformedError - with the reader's code, when the bytes end.
 * @spec Rec. ITU-T H.264 7.3.2.1.1, 7.3.2.1.1.1
 */
export function skipScalingLists(reader: BitReader, chromaFormatIdc: number): void {
  const lists = chromaFormatIdc === 3 ? 12 : 8;
  for (let list = 0; list < lists; list++) {
    if (reader.flag()) skipScalingList(reader, list < 6 ? 16 : 64);
  }
}

function skipScalingList(reader: BitReader, size: number): void {
  let lastScale = 8;
  let nextScale = 8;
  for (let j = 0; j < size && nextScale !== 0; j++) {
    const deltaScale = reader.se();
    nextScale = (((lastScale + deltaScale) % 256) + 256) % 256;
    if (nextScale !== 0) lastScale = nextScale;
  }
}
