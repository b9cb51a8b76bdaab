import { MalformedError } from "../problem/malformed-error.ts";
import type { ProblemCode } from "../problem/problems.ts";

/**
 * Reads big-endian bit fields in a straight line. Reading past the end throws, it never yields zeros.
 *
 * @throws MalformedError - with the code given to the constructor, from every read that runs past the end.
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #code: ProblemCode;
  readonly #end: number;
  #position = 0;

  constructor(bytes: Uint8Array, code: ProblemCode) {
    this.#bytes = bytes;
    this.#end = bytes.length * 8;
    this.#code = code;
  }

  /** Bits read so far. */
  get position(): number {
    return this.#position;
  }

  /** Bits left. */
  get remaining(): number {
    return this.#end - this.#position;
  }

  /** u(n), n from 0 to 32. */
  u(bits: number): number {
    let position = this.#position;
    const end = position + bits;
    if (end > this.#end) {
      throw new MalformedError(this.#code, `ends ${end - this.#end} bits too early, at bit ${position}`);
    }
    let value = 0;
    while (position < end) {
      const offset = position & 7;
      const take = Math.min(8 - offset, end - position);
      const field = (this.#bytes[position >> 3]! >> (8 - offset - take)) & ((1 << take) - 1);
      value = value * (1 << take) + field;
      position += take;
    }
    this.#position = end;
    return value;
  }

  /** A one-bit flag. */
  flag(): boolean {
    return this.u(1) === 1;
  }

  /** i(n): two's complement, n from 1 to 32. */
  i(bits: number): number {
    const value = this.u(bits);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }

  /** ue(v): unsigned Exp-Golomb, at most 32 leading zeros. */
  ue(): number {
    let position = this.#position;
    while (position < this.#end && (this.#bytes[position >> 3]! & (0x80 >> (position & 7))) === 0) position++;
    const zeros = position - this.#position;
    if (zeros > 32)
      throw new MalformedError(this.#code, `Exp-Golomb code longer than 65 bits at bit ${this.#position}`);
    this.skip(zeros + 1);
    return 2 ** zeros - 1 + this.u(zeros);
  }

  /** se(v): signed Exp-Golomb. */
  se(): number {
    const value = this.ue();
    return value % 2 === 0 ? 0 - value / 2 : (value + 1) / 2;
  }

  /** Passes over bits; past the end throws. */
  skip(bits: number): void {
    if (bits > this.remaining) throw new MalformedError(this.#code, `ends before a field of ${bits} bits`);
    this.#position += bits;
  }

  /** The whole bytes from here, a view. Call at a byte boundary. */
  bytes(count: number): Uint8Array {
    const start = this.#position >> 3;
    this.skip(count * 8);
    return this.#bytes.subarray(start, start + count);
  }
}
