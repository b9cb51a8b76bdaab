import type { Problem } from "../problem/problem.ts";
import { type ProblemCode, problems } from "../problem/problems.ts";

/** How often a broken input may speak in the log. */
const INTERVAL_MS = 1000;

/** What is written about one kind of problem: how often it came since the last line, and the last one's details. */
export type ProblemLine = Problem & { readonly meaning: string };

/**
 * Puts problems in the log once a second for each kind, so that a broken input cannot flood it. The first of a kind is
 * written at once.
 */
export class ProblemSummary {
  readonly #write: (line: ProblemLine) => void;
  readonly #pending = new Map<ProblemCode, Problem>();
  readonly #quiet = new Set<ProblemCode>();
  #timer: NodeJS.Timeout | undefined;

  constructor(write: (line: ProblemLine) => void) {
    this.#write = write;
  }

  add(problem: Problem): void {
    if (!this.#quiet.has(problem.code)) {
      this.#quiet.add(problem.code);
      this.#line(problem);
    } else {
      const before = this.#pending.get(problem.code);
      this.#pending.set(problem.code, { ...problem, count: problem.count + (before?.count ?? 0) });
    }
    this.#timer ??= setInterval(() => this.flush(), INTERVAL_MS).unref();
  }

  /** Writes what has come since the last line. */
  flush(): void {
    const written = [...this.#pending.values()];
    this.#pending.clear();
    this.#quiet.clear();
    for (const problem of written) {
      this.#quiet.add(problem.code);
      this.#line(problem);
    }
    if (written.length === 0) this.close();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #line(problem: Problem): void {
    this.#write({ ...problem, meaning: problems[problem.code] });
  }
}
