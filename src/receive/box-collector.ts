import { UnreadableError } from "./unreadable-error.ts";

/** Most bytes that are kept of an object: 60 s of pictures at 60 Hz take 60 KiB of `moof`, and init segments a few kilobytes. */
const MAX_KEPT_BYTES = 1024 * 1024;

/** Size and type, and the size of 64 bits that may follow. */
const HEADER_BYTES = 8;
const LARGE_HEADER_BYTES = 16;

/** What was found at the top level of an object. */
export type CollectedBoxes = {
  /** Whole boxes, in their order. */
  readonly moov: readonly Uint8Array[];
  readonly moof: readonly Uint8Array[];
  readonly hasPrft: boolean;
};

/**
 * Keeps of an object that arrives in pieces the boxes that say what it is, and lets media pass.
 *
 * @spec ISO/IEC 14496-12 4.2
 */
export class BoxCollector {
  readonly #found: Record<"moov" | "moof", Uint8Array[]> = { moov: [], moof: [] };
  #hasPrft = false;
  #header: Uint8Array = new Uint8Array();
  /** The box that is being kept. */
  #box: { readonly type: "moov" | "moof"; readonly bytes: Uint8Array; filled: number } | undefined;
  /** Bytes of a box that is passed over. */
  #left = 0;
  #kept = 0;
  /** Why nothing more is read. */
  #fault: string | undefined;

  push(piece: Uint8Array): void {
    let at = 0;
    while (at < piece.length && this.#fault === undefined) {
      if (this.#box !== undefined) at += this.#fill(piece.subarray(at));
      else if (this.#left > 0) {
        const passed = Math.min(this.#left, piece.length - at);
        this.#left -= passed;
        at += passed;
      } else at += this.#readHeader(piece.subarray(at));
    }
  }

  /** @throws UnreadableError - for bytes that are no boxes, a box that is not whole, and more of them than any segment has. */
  finish(): CollectedBoxes {
    if (this.#fault !== undefined) throw new UnreadableError(this.#fault);
    const isWhole = this.#box === undefined && this.#header.length === 0;
    // A size of zero: to the end.
    if (!isWhole || (this.#left > 0 && this.#left !== Number.POSITIVE_INFINITY))
      throw new UnreadableError("it ends within a box");
    return { ...this.#found, hasPrft: this.#hasPrft };
  }

  #fill(piece: Uint8Array): number {
    const box = this.#box!;
    const taken = piece.subarray(0, box.bytes.length - box.filled);
    box.bytes.set(taken, box.filled);
    box.filled += taken.length;
    if (box.filled === box.bytes.length) {
      this.#found[box.type].push(box.bytes);
      this.#box = undefined;
    }
    return taken.length;
  }

  #readHeader(piece: Uint8Array): number {
    const before = this.#header.length;
    const isLarge = before >= HEADER_BYTES && isLargeSize(this.#header);
    const wanted = isLarge ? LARGE_HEADER_BYTES : HEADER_BYTES;
    const taken = piece.subarray(0, wanted - before);
    const header = Uint8Array.from([...this.#header, ...taken]);
    this.#header = header;
    if (header.length < wanted || (!isLarge && isLargeSize(header))) return taken.length;
    this.#header = new Uint8Array();
    this.#begin(header);
    return taken.length;
  }

  #begin(header: Uint8Array): void {
    const view = new DataView(header.buffer);
    const type = String.fromCharCode(...header.subarray(4, HEADER_BYTES));
    const isLarge = header.length === LARGE_HEADER_BYTES;
    const size = isLarge ? Number(view.getBigUint64(HEADER_BYTES)) : view.getUint32(0);
    if (!/^[\x20-\x7e]{4}$/.test(type)) this.#fault = "there are bytes that are no box";
    else if (size !== 0 && size < header.length) this.#fault = `a box ${type} is smaller than its header`;
    else if (type === "moov" || type === "moof") {
      this.#kept += size;
      if (size === 0 || this.#kept > MAX_KEPT_BYTES) {
        this.#fault = `there are more than ${MAX_KEPT_BYTES} bytes of moov and moof`;
        return;
      }
      this.#box = { type, bytes: new Uint8Array(size), filled: header.length };
      this.#box.bytes.set(header);
      if (size === header.length) this.#fill(new Uint8Array());
    } else {
      this.#hasPrft ||= type === "prft";
      this.#left = size === 0 ? Number.POSITIVE_INFINITY : size - header.length;
    }
  }
}

function isLargeSize(header: Uint8Array): boolean {
  return header[0] === 0 && header[1] === 0 && header[2] === 0 && header[3] === 1;
}
