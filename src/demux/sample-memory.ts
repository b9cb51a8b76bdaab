import { BlockPool } from "./block-pool.ts";

/** Bytes before each NAL unit of a sample: what avcC and hvcC declare. */
const LENGTH_BYTES = 4;

/**
 * Where samples are put together, one after the other: pictures as they stand in CMAF, each NAL unit after its length in four
 * bytes (ISO/IEC 14496-15). Nothing writes to a sample once it is taken, so samples that
 * follow each other in memory can be published as they lie there, without being copied again.
 */
export class SampleMemory {
  readonly #pool: BlockPool;
  #block: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#block.buffer);
  #start = 0;
  #end = 0;

  constructor(pool: BlockPool = new BlockPool()) {
    this.#pool = pool;
  }

  /** Bytes of the sample being put together. */
  get length(): number {
    return this.#end - this.#start;
  }

  append(nal: Uint8Array): void {
    const end = this.#end + LENGTH_BYTES + nal.length;
    if (end > this.#block.length) {
      this.#newBlock(end - this.#start);
      this.append(nal);
      return;
    }
    this.#view.setUint32(this.#end, nal.length);
    this.#block.set(nal, this.#end + LENGTH_BYTES);
    this.#end = end;
  }

  /** Ends the sample. */
  take(): Uint8Array {
    const sample = this.#block.subarray(this.#start, this.#end);
    this.#pool.lend(this.#block, sample.length);
    this.#start = this.#end;
    return sample;
  }

  /** Forgets the sample being put together. */
  drop(): void {
    this.#end = this.#start;
  }

  #newBlock(needed: number): void {
    const block = this.#pool.take(needed);
    block.set(this.#block.subarray(this.#start, this.#end));
    this.#pool.close(this.#block);
    this.#block = block;
    this.#view = new DataView(block.buffer);
    this.#end -= this.#start;
    this.#start = 0;
  }
}

/** Views of the NAL units in a sample that {@link SampleMemory} made, in decoding order. */
export function sampleNalUnits(sample: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(sample.buffer, sample.byteOffset, sample.length);
  const nalUnits: Uint8Array[] = [];
  for (let at = 0; at < sample.length; ) {
    const from = at + LENGTH_BYTES;
    at = from + view.getUint32(at);
    nalUnits.push(sample.subarray(from, at));
  }
  return nalUnits;
}

/** Two samples as one: the fields of a frame. */
export function joinSamples(first: Uint8Array, second: Uint8Array): Uint8Array {
  return adjoin(first, second) ?? concat(first, second);
}

/** One view of two that follow each other in memory. */
export function adjoin(first: Uint8Array, second: Uint8Array): Uint8Array | undefined {
  if (first.buffer !== second.buffer || first.byteOffset + first.length !== second.byteOffset) return undefined;
  return new Uint8Array(first.buffer, first.byteOffset, first.length + second.length);
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
