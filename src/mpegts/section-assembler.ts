import { MalformedError } from "../problem/malformed-error.ts";
import { MAX_SECTION_BYTES, SECTION_PREFIX_BYTES } from "./section.ts";

/** table_id of stuffing: from here to the end of the packet there is no section. */
const STUFFING = 0xff;

/**
 * Joins the PSI sections of one PID from packet payloads. Keeps at most one section of 1024 bytes, which it copies.
 *
 * @spec ISO/IEC 13818-1 2.4.4.1
 */
export class SectionAssembler {
  readonly #buffer = new Uint8Array(MAX_SECTION_BYTES);
  #filled = 0;

  /**
   * Takes the payload of the next packet.
   *
   * @param unitStart - payload_unit_start_indicator: the payload begins with a pointer_field.
   * @returns The sections that end in this packet, in order. A section cut short by the start of the next is dropped.
   * @throws MalformedError - `section-malformed` when pointer_field or section_length cannot be; what is left of the
   * packet is lost, and the next packet with unitStart begins afresh.
   */
  push(payload: Uint8Array, unitStart: boolean): readonly Uint8Array[] {
    const sections: Uint8Array[] = [];
    if (!unitStart) {
      if (this.#filled > 0) this.#take(payload, 0, payload.length, sections);
      return sections;
    }
    const start = 1 + (payload[0] ?? 0);
    if (start > payload.length) {
      this.reset();
      throw new MalformedError(
        "section-malformed",
        `pointer_field ${start - 1} in a payload of ${payload.length} bytes`,
      );
    }
    if (this.#filled > 0) this.#take(payload, 1, start, sections);
    this.reset();
    let offset = start;
    while (offset < payload.length && payload[offset] !== STUFFING) {
      offset = this.#take(payload, offset, payload.length, sections);
    }
    return sections;
  }

  /** Forgets the section under way, after lost packets. */
  reset(): void {
    this.#filled = 0;
  }

  /** Adds bytes from `offset` on to the section under way. Returns where it ended, or `end`. */
  #take(payload: Uint8Array, offset: number, end: number, sections: Uint8Array[]): number {
    const afterPrefix = this.#copy(payload, offset, end, SECTION_PREFIX_BYTES);
    if (this.#filled < SECTION_PREFIX_BYTES) return end;
    const length = SECTION_PREFIX_BYTES + (((this.#buffer[1]! & 0x0f) << 8) | this.#buffer[2]!);
    if (length > MAX_SECTION_BYTES) {
      this.reset();
      throw new MalformedError("section-malformed", `section of ${length} bytes, at most ${MAX_SECTION_BYTES} allowed`);
    }
    const after = this.#copy(payload, afterPrefix, end, length);
    if (this.#filled < length) return end;
    sections.push(this.#buffer.slice(0, length));
    this.reset();
    return after;
  }

  /** Copies until `wanted` bytes of the section are there or the payload ends. Returns the offset after them. */
  #copy(payload: Uint8Array, offset: number, end: number, wanted: number): number {
    const count = Math.max(0, Math.min(wanted - this.#filled, end - offset));
    this.#buffer.set(payload.subarray(offset, offset + count), this.#filled);
    this.#filled += count;
    return offset + count;
  }
}
