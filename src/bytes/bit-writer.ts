/** Writes big-endian bit fields; the inverse of BitReader. Grows as needed. */
export class BitWriter {
  #bytes = new Uint8Array(64);
  #position = 0;

  /** Bits written so far. */
  get position(): number {
    return this.#position;
  }

  /** u(n), n from 0 to 53. */
  u(bits: number, value: number): this {
    if (this.#position + bits > this.#bytes.length * 8) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    let position = this.#position;
    // As many at once as the byte has room for: bit by bit would take several times as long.
    for (let left = bits; left > 0; ) {
      const room = 8 - (position & 7);
      const take = Math.min(room, left);
      left -= take;
      const field = Math.floor(value / 2 ** left) & ((1 << take) - 1);
      this.#bytes[position >> 3]! |= field << (room - take);
      position += take;
    }
    this.#position = position;
    return this;
  }

  /** A one-bit flag. */
  flag(value: boolean): this {
    return this.u(1, value ? 1 : 0);
  }

  /** i(n): two's complement. */
  i(bits: number, value: number): this {
    return this.u(bits, value < 0 ? value + 2 ** bits : value);
  }

  /** ue(v): unsigned Exp-Golomb. */
  ue(value: number): this {
    const length = Math.floor(Math.log2(value + 1));
    return this.u(length, 0).u(length + 1, value + 1);
  }

  /** se(v): signed Exp-Golomb. */
  se(value: number): this {
    return this.ue(value > 0 ? value * 2 - 1 : -value * 2);
  }

  /** Whole bytes, at any bit position. */
  bytes(values: Uint8Array): this {
    for (const value of values) this.u(8, value);
    return this;
  }

  /** A one bit, then zeros up to the byte boundary: rbsp_trailing_bits and SEI payload_bit alignment. */
  trailingBits(): this {
    return this.u(1, 1).alignZero();
  }

  /** Zeros up to the byte boundary. */
  alignZero(): this {
    return this.u((8 - (this.#position & 7)) & 7, 0);
  }

  /** What was written, the last byte padded with zeros: a copy. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, (this.#position + 7) >> 3);
  }
}
