import { type NalSplit, splitByteStream } from "../annexb/nal-units.ts";

/** 00 00 01. */
const START_CODE_BYTES = 3;

/** Who takes the NAL units. */
export interface NalSink {
  /** A whole NAL unit; a view that holds during the call. */
  nal(nal: Uint8Array): void;
  /**
   * The NAL units from now on begin in the payload that was pushed last.
   *
   * @param torn - It starts inside a NAL unit whose beginning is not there.
   */
  begins(torn: boolean): void;
  /** A NAL unit went on for longer than any may, and was dropped. */
  tooLong(): void;
}

/**
 * Cuts the payloads of PES packets into NAL units, which may run over their borders.
 *
 * The last NAL unit of a payload is only known to be complete when the next payload begins with a start code.
 */
export class NalStream {
  readonly #sink: NalSink;
  readonly #maxBytes: number;
  /** The last NAL unit of the payload before, with any zeros after it. */
  #tail: Uint8Array | undefined;
  /** The tail lies at the start of memory of its own that it may grow into. */
  #tailGrows = false;

  /** @param maxBytes - Longer NAL units are dropped. */
  constructor(maxBytes: number, sink: NalSink) {
    this.#maxBytes = maxBytes;
    this.#sink = sink;
  }

  /**
   * @param payload - Must hold until the push after the next.
   * @param follows - It goes on where the payload before ended; else nothing of the two may be joined.
   */
  push(payload: Uint8Array, follows: boolean): void {
    const split = splitByteStream(payload);
    if (this.#tail !== undefined && follows && (split.head > 0 || payload.length === 0)) {
      this.#continueTail(payload);
      return;
    }
    this.end();
    this.#sink.begins(split.head > 0);
    this.#emit(payload, split);
  }

  /** The last NAL unit is complete. */
  end(): void {
    const tail = this.cut();
    if (tail === undefined) return;
    let end = tail.length;
    while (end > 0 && tail[end - 1] === 0) end--;
    if (end > 0) this.#sink.nal(tail.subarray(0, end));
  }

  /** Gives up the last NAL unit as far as it has come: its end is lost. */
  cut(): Uint8Array | undefined {
    const tail = this.#tail;
    this.#tail = undefined;
    return tail;
  }

  /** The NAL unit of the payload before goes on, or a start code lies across the seam. */
  #continueTail(payload: Uint8Array): void {
    const before = this.#tail?.length ?? 0;
    const joined = this.#append(payload);
    const from = Math.max(0, before - (START_CODE_BYTES - 1));
    const split = splitByteStream(joined, from);
    if (split.tail >= 0) {
      this.#tail = joined.subarray(0, from + split.head);
      this.end();
      this.#sink.begins(false);
      this.#emit(joined, split);
    } else if (joined.length > this.#maxBytes) {
      this.#tail = undefined;
      this.#sink.tooLong();
    } else {
      this.#tail = joined;
    }
  }

  #emit(bytes: Uint8Array, split: NalSplit): void {
    if (split.tail < 0) return;
    const start = split.tail + START_CODE_BYTES;
    for (const nal of split.nalUnits) {
      if (nal.byteOffset - bytes.byteOffset < start) this.#sink.nal(nal);
    }
    this.#tail = bytes.subarray(start);
    this.#tailGrows = false;
  }

  /** Memory doubles as a NAL unit goes on and on, so that many tiny payloads cannot make it copied each time. */
  #append(payload: Uint8Array): Uint8Array {
    const tail = this.#tail ?? new Uint8Array(0);
    const length = tail.length + payload.length;
    let { buffer } = tail;
    if (!this.#tailGrows || length > buffer.byteLength) {
      const grown = new Uint8Array(length * 2);
      grown.set(tail);
      buffer = grown.buffer;
      this.#tailGrows = true;
    }
    const joined = new Uint8Array(buffer, 0, length);
    joined.set(payload, tail.length);
    return joined;
  }
}
