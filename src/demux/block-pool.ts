/** Many pictures share one block, so that a segment is a few long stretches of memory; a larger picture gets its own. */
const BLOCK_BYTES = 1 << 18;

/** Blocks kept for use again: more than the segments of a ladder that are under way at once. */
const MAX_FREE_BLOCKS = 256;

/** How much of one block is in use. */
type Usage = { lent: number; closed: boolean };

/**
 * The memory samples are put together in, for use again once what was published of it is dead. Fresh memory is cleared by the
 * system before and given back after each use, which costs as much as filling it (docs/performance.md).
 *
 * A block is used again when every byte of it that became part of a sample was given back. Bytes that never come back, as
 * those of pictures that were dropped, leave their block to the garbage collector: nothing is ever written to twice by mistake.
 */
export class BlockPool {
  readonly #usage = new WeakMap<ArrayBufferLike, Usage>();
  readonly #free: Uint8Array[] = [];

  /** A block of at least so many bytes, with anything in it. */
  take(bytes: number): Uint8Array {
    // A larger sample is still growing: doubled, its memory is not copied with each NAL unit.
    const block = bytes > BLOCK_BYTES ? new Uint8Array(bytes * 2) : (this.#free.pop() ?? new Uint8Array(BLOCK_BYTES));
    this.#usage.set(block.buffer, { lent: 0, closed: false });
    return block;
  }

  /** Bytes of a block became a sample. */
  lend(block: Uint8Array, bytes: number): void {
    const usage = this.#usage.get(block.buffer);
    if (usage !== undefined) usage.lent += bytes;
  }

  /** No more samples will be put together in the block. */
  close(block: Uint8Array): void {
    const usage = this.#usage.get(block.buffer);
    if (usage === undefined) return;
    usage.closed = true;
    this.#reuse(block.buffer, usage);
  }

  /** Nobody will read these bytes again; they may be of samples or of anything else, and of several samples in a row. */
  giveBack(bytes: Uint8Array): void {
    const usage = this.#usage.get(bytes.buffer);
    if (usage === undefined) return;
    usage.lent -= bytes.length;
    this.#reuse(bytes.buffer, usage);
  }

  #reuse(buffer: ArrayBufferLike, { lent, closed }: Usage): void {
    if (!closed || lent > 0) return;
    this.#usage.delete(buffer);
    if (buffer.byteLength === BLOCK_BYTES && this.#free.length < MAX_FREE_BLOCKS)
      this.#free.push(new Uint8Array(buffer));
  }
}
