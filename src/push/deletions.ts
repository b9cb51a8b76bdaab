import type { Delivery, Source } from "./delivery.ts";

/** What a receiver is to delete, the oldest first: over a connection of its own, so that nothing new waits for it. */
export class Deletions implements Source {
  #names: string[] = [];
  #keepsAll = false;

  /** @param names - Relative to the publishing point. */
  add(names: readonly string[]): void {
    if (!this.#keepsAll) this.#names.push(...names);
  }

  next(): Delivery | undefined {
    const [name] = this.#names;
    return name === undefined ? undefined : { kind: "deletion", name };
  }

  done(): void {
    this.#names.shift();
  }

  keepAll(): void {
    this.#keepsAll = true;
    this.#names = [];
  }
}
