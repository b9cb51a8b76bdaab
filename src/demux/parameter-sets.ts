import { equalBytes } from "../bytes/equal-bytes.ts";

/** The parameter sets of one kind that a stream has sent, by their ids. */
export class ParameterSets<Value> {
  readonly #nalUnits = new Map<number, Uint8Array>();
  readonly #values = new Map<number, Value>();
  #version = 0;

  /** Rises whenever one is added, replaced by a different one, or removed. */
  get version(): number {
    return this.#version;
  }

  get values(): ReadonlyMap<number, Value> {
    return this.#values;
  }

  /**
   * Takes a parameter set; one that is there already, byte for byte, changes nothing.
   *
   * @param nal - Copied, since it must outlive the memory it came in.
   * @param identify - Gives its id; called before a new or different one is stored.
   * @throws MalformedError - from `parse`.
   */
  take(nal: Uint8Array, parse: (nal: Uint8Array) => Value, identify: (value: Value) => number): void {
    for (const known of this.#nalUnits.values()) if (equalBytes(known, nal)) return;
    const copy = nal.slice();
    const value = parse(copy);
    const id = identify(value);
    this.#nalUnits.set(id, copy);
    this.#values.set(id, value);
    this.#version++;
  }

  removeWhere(condition: (value: Value) => boolean): void {
    for (const [id, value] of this.#values) {
      if (!condition(value)) continue;
      this.#values.delete(id);
      this.#nalUnits.delete(id);
      this.#version++;
    }
  }

  nalUnit(id: number): Uint8Array | undefined {
    return this.#nalUnits.get(id);
  }

  /** In the order of their ids, so that the order of arrival does not matter. */
  nalUnitsWhere(condition: (value: Value) => boolean): readonly Uint8Array[] {
    return [...this.#values]
      .filter(([, value]) => condition(value))
      .map(([id]) => id)
      .sort((a, b) => a - b)
      .map((id) => this.#nalUnits.get(id)!);
  }
}
