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

/** Holds for every parser: bytes are read or refused by name, nothing else. */
export function expectParsedOrMalformed(parse: () => unknown): void {
  expect([undefined, "section-malformed", "section-crc", "pes-malformed"]).toContain(thrownCode(parse));
}
