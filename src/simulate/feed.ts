import type { Ticks } from "../time/units.ts";
import { concatBytes } from "./concat-bytes.ts";
import type { Link } from "./link.ts";
import type { LiveSource } from "./live-source.ts";

/** What a feed needs of a link. */
export type FeedLink = Pick<Link, "output" | "rain">;

/** A source and the links that its stream goes out by. */
export class Feed {
  readonly #source: LiveSource;
  readonly #links: readonly FeedLink[];

  constructor(source: LiveSource, links: readonly FeedLink[]) {
    this.#source = source;
    this.#links = links;
  }

  /** Sends what is due at `time`. */
  advance(time: Ticks): void {
    const due = this.#source.advance(time);
    if (due.length === 0) return;
    for (const { output, rain } of this.#links) {
      const passed = concatBytes(due.map(({ time, packets }) => rain.pass(packets, time)));
      if (passed.length > 0) output.write(passed);
    }
  }

  /** Leaves out what lies between, and goes on at `time`. */
  skipTo(time: Ticks): void {
    this.#source.skipTo(time);
  }

  /** Sends the rest of what was begun. */
  finish(): void {
    const packets = this.#source.finish();
    for (const { output, rain } of this.#links) {
      const passed = concatBytes([rain.pass(packets), rain.flush()]);
      if (passed.length > 0) output.write(passed);
    }
  }

  /** Settles when all outputs have passed on what they were given. */
  async passedOn(): Promise<void> {
    await Promise.all(this.#links.map(({ output }) => output.passedOn()));
  }
}
