import type { InputStream } from "./input-stream.ts";
import type { Checked } from "./timestamp-filter.ts";

/** A unit that is ahead of the pictures that say what its time is. */
export type UnitAhead = { readonly stream: InputStream; readonly checked: Checked };

/** 1.5 s of a ladder with several audio tracks; more is of clocks that stand still. */
const MAX_UNITS = 2048;

/** Units of several streams that wait for another, in the order they came. */
export class UnitsAhead {
  #units: UnitAhead[] = [];

  get isEmpty(): boolean {
    return this.#units.length === 0;
  }

  push(stream: InputStream, checked: Checked): void {
    this.#units.push({ stream, checked });
  }

  /** Those that are presented up to a time, by the clock of the input, and none before another of its stream that is not. */
  takeUntil(pts: number): readonly UnitAhead[] {
    const until = this.#units.length > MAX_UNITS ? Number.POSITIVE_INFINITY : pts;
    const taken: UnitAhead[] = [];
    const left: UnitAhead[] = [];
    const blocked = new Set<InputStream>();
    for (const one of this.#units) {
      if (one.checked.unit.pts <= until && !blocked.has(one.stream)) {
        taken.push(one);
        continue;
      }
      left.push(one);
      blocked.add(one.stream);
    }
    this.#units = left;
    return taken;
  }
}
