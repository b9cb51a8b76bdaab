/** The lowest, middle and highest of many values. */
export type Spread = { readonly min: number; readonly median: number; readonly max: number };

/** Far more than a real stream has; beyond it new values are rounded, so that nonsense cannot fill the memory. */
const MAX_DISTINCT = 4096;
const COARSE = 1024;

/** How often each integer occurred. Memory grows with the number of different values, not of values. */
export class Distribution {
  readonly #counts = new Map<number, number>();
  #total = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  add(value: number): void {
    const full = this.#counts.size >= MAX_DISTINCT && !this.#counts.has(value);
    const key = full ? Math.round(value / COARSE) * COARSE : value;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    this.#total++;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  /** Different values that are remembered. */
  get distinct(): number {
    return this.#counts.size;
  }

  /** Of an even number the lower of the two in the middle. Undefined where there is no value. */
  spread(): Spread | undefined {
    if (this.#total === 0) return undefined;
    let before = Math.floor((this.#total - 1) / 2);
    let median = this.#min;
    for (const [value, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      median = value;
      before -= count;
      if (before < 0) break;
    }
    return { min: this.#min, median, max: this.#max };
  }

  /** How many values are further from `value` than `tolerance`. */
  countAwayFrom(value: number, tolerance: number): number {
    let away = 0;
    for (const [key, count] of this.#counts) if (Math.abs(key - value) > tolerance) away += count;
    return away;
  }
}

/** A spread in another unit, rounded to so many decimals. */
export function scaleSpread(spread: Spread, factor: number, decimals: number): Spread {
  const scale = (value: number): number => roundTo(value * factor, decimals);
  return { min: scale(spread.min), median: scale(spread.median), max: scale(spread.max) };
}

/** Rounds to so many decimals. */
export function roundTo(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
