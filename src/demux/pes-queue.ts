import type { Ticks } from "../time/units.ts";

/** What is left of one PES packet's payload: `bytes` from `start` on. */
type Chunk = {
  readonly bytes: Uint8Array;
  start: number;
  /** For the first frame that starts in it; taken away when that has come. */
  pts: Ticks | undefined;
  /** It was said that frames start in it whose time is not known. */
  isUntimed: boolean;
};

/** PES payloads one after the other, read as one run of bytes. Copies only what spans two of them. */
export class PesQueue {
  readonly #chunks: Chunk[] = [];
  #length = 0;

  /** Bytes in the queue. */
  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array, pts: Ticks | undefined): void {
    if (bytes.length === 0) return;
    this.#chunks.push({ bytes, start: 0, pts, isUntimed: false });
    this.#length += bytes.length;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#length = 0;
  }

  /** Takes the timestamp of the packet that the first byte came in, once. */
  takePts(): Ticks | undefined {
    const chunk = this.#chunks[0];
    const pts = chunk?.pts;
    if (chunk !== undefined) chunk.pts = undefined;
    return pts;
  }

  /** Marks the packet that the first byte came in as one without known time; false when it was marked before. */
  markUntimed(): boolean {
    const chunk = this.#chunks[0];
    if (chunk === undefined || chunk.isUntimed) return false;
    chunk.isUntimed = true;
    return true;
  }

  /** `count` bytes from `offset` on, as a view where one packet has them all; undefined when they are not there yet. */
  peek(offset: number, count: number): Uint8Array | undefined {
    if (offset + count > this.#length) return undefined;
    let index = 0;
    let from = this.#chunks[0]!.start + offset;
    while (from >= this.#chunks[index]!.bytes.length) {
      from -= this.#chunks[index]!.bytes.length;
      index++;
    }
    const { bytes } = this.#chunks[index]!;
    return from + count <= bytes.length ? bytes.subarray(from, from + count) : this.#copy(index, from, count);
  }

  /** Drops bytes from the front. */
  drop(count: number): void {
    this.#length -= count;
    let left = count;
    while (left > 0) {
      const first = this.#chunks[0]!;
      const available = first.bytes.length - first.start;
      if (left < available) {
        first.start += left;
        return;
      }
      left -= available;
      this.#chunks.shift();
    }
  }

  /** Drops what comes before the next `byte`, and returns how many bytes that was. */
  dropUntil(byte: number): number {
    const before = this.#length;
    for (let first = this.#chunks[0]; first !== undefined; first = this.#chunks[0]) {
      const found = first.bytes.indexOf(byte, first.start);
      this.drop((found < 0 ? first.bytes.length : found) - first.start);
      if (found >= 0) break;
    }
    return before - this.#length;
  }

  #copy(index: number, from: number, count: number): Uint8Array {
    const copy = new Uint8Array(count);
    let chunk = index;
    let start = from;
    for (let filled = 0; filled < count; chunk++) {
      const part = this.#chunks[chunk]!.bytes.subarray(start, start + count - filled);
      copy.set(part, filled);
      filled += part.length;
      start = 0;
    }
    return copy;
  }
}
