import { decodeTimeOf } from "./held-units.ts";
import type { InputStream } from "./input-stream.ts";
import type { Checked } from "./timestamp-filter.ts";

/** A unit that is ahead of the pictures that say what its time is. */
export type UnitAhead = { readonly stream: InputStream; readonly checked: Checked };

const NONE: readonly UnitAhead[] = [];

/** Units of several streams that wait for another, in the order they came. */
export class UnitsAhead {
  #units: readonly UnitAhead[] = NONE;

  get isEmpty(): boolean {
    return this.#units.length === 0;
  }

  push(stream: InputStream, checked: Checked): void {
    this.#units = [...this.#units, { stream, checked }];
  }

  /** Those that decode up to a time, by the clock of the input, which then wait no more. */
  takeUntil(dts: number): readonly UnitAhead[] {
    const taken = this.#units.filter(({ checked }) => decodeTimeOf(checked) <= dts);
    if (taken.length === 0) return NONE;
    this.#units = taken.length === this.#units.length ? NONE : this.#units.filter((unit) => !taken.includes(unit));
    return taken;
  }
}
