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

/** Holds for every parser: any bytes are read or refused by name, and cutting what it reads short is no surprise. */
export function expectTotal(parse: (bytes: Uint8Array) => unknown, codes: readonly string[] = ["sei-malformed"]): void {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect([undefined, ...codes]).toContain(thrownCode(() => parse(bytes)));
    }),
    { numRuns: 500 },
  );
}
