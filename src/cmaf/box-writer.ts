/**
 * Writes nested boxes one field after the other into memory made once: for the headers of segments, of which there are many.
 * `box` says the same more plainly where a box is made once.
 *
 * @spec ISO/IEC 14496-12 4.2
 */
export class BoxWriter {
  readonly #view: DataView;
  /** Where the boxes not closed yet begin. */
  readonly #open: number[] = [];
  #length = 0;

  /** @param capacity - Bytes that all boxes together will not exceed. */
  constructor(capacity: number) {
    this.#view = new DataView(new ArrayBuffer(capacity));
  }

  /** Bytes written. */
  get length(): number {
    return this.#length;
  }

  /** Begins a box. @param type - Four characters. */
  open(type: string): this {
    this.#open.push(this.#length);
    return this.u32(0).ascii(type);
  }

  /** Begins a box with version and flags. */
  openFull(type: string, version: number, flags: number): this {
    return this.open(type).u32((version << 24) | flags);
  }

  /** Ends the box begun last: its size is known now. */
  close(): this {
    const start = this.#open.pop()!;
    this.patch(start, this.#length - start);
    return this;
  }

  /** A 32-bit field; signed values are written in two's complement. */
  u32(value: number): this {
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
    return this;
  }

  /** An unsigned 64-bit field of a safe integer. */
  u64(value: number): this {
    return this.u32(Math.floor(value / 2 ** 32)).u32(value % 2 ** 32);
  }

  /** The characters of ASCII text, without an end. */
  ascii(text: string): this {
    for (let i = 0; i < text.length; i++) this.#view.setUint8(this.#length++, text.charCodeAt(i));
    return this;
  }

  /** Writes a 32-bit field that is there already. */
  patch(at: number, value: number): void {
    this.#view.setUint32(at, value);
  }

  /** What was written. */
  finish(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#length);
  }
}
