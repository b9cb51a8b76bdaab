import fc from "fast-check";
import { expect } from "vitest";
import { MalformedError } from "../../src/problem/malformed-error.ts";

/** The code of the MalformedError that `parse` throws; undefined where it returns; anything else thrown passes on. */
export function thrownCode(parse: () => unknown): string | undefined {
  try {
    parse();
    return undefined;
  } catch (error) {
    if (error instanceof MalformedError) return error.code;
    throw error;
  }
}

/** Holds for every parser: any bytes behind a beginning are read or refused by one of these names, nothing else. */
export function expectParsedOrMalformed(
  parse: (bytes: Uint8Array) => unknown,
  codes: readonly string[],
  beginning: Uint8Array = new Uint8Array(0),
): void {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
      expect([undefined, ...codes]).toContain(thrownCode(() => parse(Uint8Array.of(...beginning, ...bytes))));
    }),
    { numRuns: 300 },
  );
}

/**
 * Holds for every parser: a byte sequence cut short anywhere before `end` is refused, never read as if zeros followed.
 */
export function expectEveryCutRefused(parse: (bytes: Uint8Array) => unknown, bytes: Uint8Array, end: number): void {
  for (let length = 0; length < end; length++) {
    expect([length, thrownCode(() => parse(bytes.subarray(0, length)))]).not.toContain(undefined);
  }
}
