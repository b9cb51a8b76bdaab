import type { ResponseReading } from "./service-metrics.ts";

/** How many responses there were, by kind of object and class of status. */
export class ResponseTally {
  readonly #counts = new Map<string, ResponseReading>();

  /** @param kind - One of few. */
  add(kind: string, status: number): void {
    const family = `${Math.floor(status / 100)}xx`;
    const key = `${kind} ${family}`;
    const count = (this.#counts.get(key)?.count ?? 0) + 1;
    this.#counts.set(key, { kind, status: family, count });
  }

  counts(): readonly ResponseReading[] {
    return [...this.#counts.values()];
  }
}
