import type { ProblemCode } from "./problems.ts";

/**
 * Thrown by a parser whose bytes break the syntax.
 *
 * The one stage that owns the unit (packet, section, PES, NAL unit, SEI message) catches it, drops that unit and
 * reports the code as a problem; it never leaves the pipeline.
 */
export class MalformedError extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, detail: string) {
    super(detail);
    this.name = "MalformedError";
    this.code = code;
  }
}
