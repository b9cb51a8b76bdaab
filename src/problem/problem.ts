import type { ProblemCode } from "./problems.ts";

/** One or several occurrences of one kind of damage, as an event in the stream. */
export type Problem = {
  readonly code: ProblemCode;
  /** How many events this stands for: packets lost, bytes skipped, values ignored. At least 1. */
  readonly count: number;
  /** The PID it was seen on, where there is one. */
  readonly pid?: number;
  /** A short sentence with the numbers; never raw bytes of the stream. */
  readonly detail?: string;
};

/** An event that carries a problem downstream. */
export type ProblemEvent = { readonly kind: "problem"; readonly problem: Problem };

/** Wraps a problem as a stream event. */
export function problemEvent(code: ProblemCode, fields: Omit<Partial<Problem>, "code"> = {}): ProblemEvent {
  return { kind: "problem", problem: { count: 1, ...fields, code } };
}
