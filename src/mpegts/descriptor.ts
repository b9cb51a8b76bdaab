import { MalformedError } from "../problem/malformed-error.ts";

/** One descriptor of a programme or an elementary stream. */
export type Descriptor = {
  /** descriptor_tag. */
  readonly tag: number;
  /** What follows descriptor_length: at most 255 bytes. */
  readonly data: Uint8Array;
};

/**
 * Reads a descriptor loop.
 *
 * @throws MalformedError - `section-malformed` when a descriptor runs past the loop.
 * @spec ISO/IEC 13818-1 2.6
 */
export function parseDescriptors(loop: Uint8Array): readonly Descriptor[] {
  const descriptors: Descriptor[] = [];
  let offset = 0;
  while (offset < loop.length) {
    const tag = loop[offset]!;
    const length = loop[offset + 1];
    if (length === undefined || offset + 2 + length > loop.length) {
      throw new MalformedError("section-malformed", `descriptor ${tag} runs past its loop of ${loop.length} bytes`);
    }
    descriptors.push({ tag, data: loop.subarray(offset + 2, offset + 2 + length) });
    offset += 2 + length;
  }
  return descriptors;
}

/** Writes a descriptor loop: the inverse of {@link parseDescriptors}. */
export function writeDescriptors(descriptors: readonly Descriptor[]): Uint8Array {
  return Uint8Array.from(descriptors.flatMap(({ tag, data }) => [tag, data.length, ...data]));
}
