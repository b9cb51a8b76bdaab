import type { Ticks } from "../time/units.ts";
import { type Checked, decodeTimeOf } from "./timestamp-filter.ts";
import { MAX_MEDIA_BYTES, unitSize } from "./unit-size.ts";

/** More than 12 s of a ladder with several audio tracks. */
const MAX_UNITS = 16_384;

/** Units of an input that wait, in the order they came. */
export class HeldUnits {
  #units: Checked[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#units.length === 0;
  }

  get first(): Checked | undefined {
    return this.#units[0];
  }

  get last(): Checked | undefined {
    return this.#units.at(-1);
  }

  /** No more may be held. */
  get isFull(): boolean {
    return this.#units.length > MAX_UNITS || this.#bytes > MAX_MEDIA_BYTES;
  }

  firstOf(pid: number | undefined): Checked | undefined {
    return this.#units.find(({ unit }) => unit.pid === pid);
  }

  push(checked: Checked): void {
    this.#units.push(checked);
    this.#bytes += unitSize(checked.unit);
  }

  /** All of them, which are then held no more. */
  take(): readonly Checked[] {
    const units = this.#units;
    this.#units = [];
    this.#bytes = 0;
    return units;
  }

  /** Drops the units of one stream. */
  dropStream(pid: number): void {
    for (const checked of this.take()) if (checked.unit.pid !== pid) this.push(checked);
  }

  /** Drops what is decoded before. */
  dropBefore(dts: Ticks): void {
    for (const checked of this.take()) if (decodeTimeOf(checked.unit) >= dts) this.push(checked);
  }
}
