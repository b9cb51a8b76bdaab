import { type Box, createFile, Log, MP4BoxBuffer } from "mp4box";
import { UnreadableError } from "./unreadable-error.ts";

/** Samples that one box may speak of: ten minutes of pictures at 60 Hz and more. The reader makes an entry for each, whatever is written of it. */
const MAX_SAMPLES = 100_000;

/** Where a count of samples stands behind the header of its box. */
const COUNTS: ReadonlyMap<string, number> = new Map([
  ["trun", 4],
  ["stsz", 8],
]);

const CONTAINERS: ReadonlySet<string> = new Set(["moov", "trak", "mdia", "minf", "stbl", "moof", "traf"]);

const HEADER_BYTES = 8;

// What is wrong with an object is reported by name; the reader's own words would go to the console.
Log.warn = () => {};
Log.error = () => {};

/**
 * Reads a box with all that is in it.
 *
 * @param bytes - One whole box.
 * @throws UnreadableError
 */
export function readBoxes(bytes: Uint8Array): readonly Box[] {
  const samples = countSamples(bytes, 0, bytes.length);
  if (samples > MAX_SAMPLES) throw new UnreadableError(`it speaks of ${samples} samples`);
  try {
    const file = createFile(false);
    file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(Uint8Array.from(bytes).buffer, 0), true);
    return file.boxes;
  } catch (error) {
    // It throws errors of several kinds for bytes that do not hold what they promise; this is all that it is asked.
    throw new UnreadableError(error instanceof Error ? error.message : String(error));
  }
}

/** The samples that a stretch of boxes speaks of. Bytes that are no box end it: the reader finds them as well. */
function countSamples(bytes: Uint8Array, from: number, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let samples = 0;
  const open = [{ at: from, end }];
  for (let range = open.pop(); range !== undefined; range = open.pop()) {
    for (let at = range.at; at + HEADER_BYTES <= range.end; ) {
      const size = view.getUint32(at);
      const type = String.fromCharCode(...bytes.subarray(at + 4, at + HEADER_BYTES));
      const isLarge = size === 1 && at + 2 * HEADER_BYTES <= range.end;
      const content = at + (isLarge ? 2 : 1) * HEADER_BYTES;
      const length = isLarge ? Number(view.getBigUint64(at + HEADER_BYTES)) : size === 0 ? range.end - at : size;
      const next = Math.min(at + length, range.end);
      if (next < content) break;
      const count = COUNTS.get(type);
      if (count !== undefined && content + count + 4 <= next) samples += view.getUint32(content + count);
      if (CONTAINERS.has(type)) open.push({ at: content, end: next });
      at = next;
    }
  }
  return samples;
}
