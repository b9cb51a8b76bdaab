import type { Problem } from "../problem/problem.ts";
import { type ProblemCode, problems } from "../problem/problems.ts";
import { printable } from "./printable.ts";
import type { ProblemReport } from "./report.ts";

/** PIDs named for one kind of problem. */
const MAX_PIDS = 8;

/** Longer than any sentence of ours. */
const MAX_DETAIL = 200;

/** Counts problems by kind, and remembers where each was first seen. */
export class ProblemList {
  readonly #seen = new Map<ProblemCode, { count: number; readonly pids: Set<number>; detail: string | undefined }>();

  add({ code, count, pid, detail }: Problem): void {
    const entry = this.#seen.get(code) ?? { count: 0, pids: new Set(), detail: undefined };
    this.#seen.set(code, entry);
    entry.count += count;
    if (pid !== undefined && entry.pids.size < MAX_PIDS) entry.pids.add(pid);
    entry.detail ??= detail;
  }

  report(): readonly ProblemReport[] {
    return [...this.#seen]
      .map(([code, { count, pids, detail }]) => ({
        code,
        count,
        pids: [...pids].sort((a, b) => a - b),
        ...(detail !== undefined && { firstDetail: printable(detail, MAX_DETAIL) }),
        meaning: problems[code],
      }))
      .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  }
}
