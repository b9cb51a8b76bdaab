import type { Problem } from "./problem.ts";
import type { ProblemCode } from "./problems.ts";

/** How often each kind of damage was seen. */
export class ProblemTally {
  readonly #counts = new Map<ProblemCode, number>();

  add(problem: Problem): void {
    this.#counts.set(problem.code, (this.#counts.get(problem.code) ?? 0) + problem.count);
  }

  /** Counts by code; codes never seen are left out. */
  counts(): Readonly<Partial<Record<ProblemCode, number>>> {
    return Object.fromEntries(this.#counts);
  }
}
