/** How much of one kind is written in a time, and how much is put off. */
export type FloodLimits = {
  /** Lines in one interval. */
  readonly lines: number;
  /** Milliseconds. */
  readonly interval: number;
};

/** Kinds that are told apart at once; all others are one. */
const MAX_KINDS = 4096;

/**
 * Keeps a log from being flooded: of each kind so many lines in each interval are written, and how many more there were, with the last of
 * them, when it is over.
 */
export class FloodLimit<Line> {
  readonly #limits: FloodLimits;
  readonly #write: (line: Line, more: number) => void;
  readonly #kinds = new Map<string, { written: number; more: number; last: Line }>();
  #timer: NodeJS.Timeout | undefined;

  /** @param write - `more`: how many lines this one stands for, beside itself. */
  constructor(limits: FloodLimits, write: (line: Line, more: number) => void) {
    this.#limits = limits;
    this.#write = write;
  }

  add(kind: string, line: Line): void {
    const key = this.#kinds.has(kind) || this.#kinds.size < MAX_KINDS ? kind : "";
    const seen = this.#kinds.get(key) ?? { written: 0, more: 0, last: line };
    this.#kinds.set(key, seen);
    seen.last = line;
    if (seen.written < this.#limits.lines) {
      seen.written++;
      this.#write(line, 0);
    } else seen.more++;
    this.#timer ??= setInterval(() => this.flush(), this.#limits.interval).unref();
  }

  /** Writes what was put off, and begins a new interval. */
  flush(): void {
    const kinds = [...this.#kinds.values()];
    this.#kinds.clear();
    for (const { more, last } of kinds) if (more > 0) this.#write(last, more - 1);
    if (kinds.length === 0) this.close();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
